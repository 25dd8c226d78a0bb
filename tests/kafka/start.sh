#!/usr/bin/env bash
# Runs one Apache Kafka node (broker and controller, KRaft) in the foreground until it is stopped.
#
#   tests/kafka/start.sh DATA_FOLDER PORT [SECURE_PORT]
#
# Prints "kafka is ready at 127.0.0.1:PORT" once it takes connections. The data folder is made when missing and used
# again when there: stop the node, start it on the same folder and port, and everything it acknowledged is back.
# With SECURE_PORT it also listens there with TLS and SASL (SCRAM-SHA-512 and PLAIN, user `firn`, password `firn-secret`); the
# certificate authority that vouches for it is made as DATA_FOLDER/ca.pem.
# The jars come from `tests/provision.sh test`.
set -euo pipefail
[ $# -eq 2 ] || [ $# -eq 3 ] || { echo "usage: tests/kafka/start.sh DATA_FOLDER PORT [SECURE_PORT]" >&2; exit 2; }
jars=${FIRN_DEV_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/firn/dev}/kafka
[ -e "$jars/pom.xml" ] || { echo "there is no Kafka in $jars: run tests/provision.sh test" >&2; exit 1; }
mkdir -p "$1"
data=$(cd "$1" && pwd)
port=$2
secure=${3:-}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

certificates() { # ca.pem, and broker.pem with key and chain, signed by it
  openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=firn test authority" -keyout ca.key -out ca.pem
  openssl req -newkey rsa:2048 -nodes -subj "/CN=127.0.0.1" -keyout broker.key -out broker.csr
  printf 'subjectAltName=IP:127.0.0.1\n' >broker.ext
  openssl x509 -req -in broker.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -extfile broker.ext -out broker.crt
  openssl pkcs8 -topk8 -nocrypt -in broker.key | cat - broker.crt ca.pem >broker.pem
}

controller=$(free_port)
listeners=PLAINTEXT://127.0.0.1:$port
security=()
if [ -n "$secure" ]; then
  [ -e "$data/broker.pem" ] || (cd "$data" && certificates >certificates.log 2>&1) || { cat "$data/certificates.log" >&2; exit 1; }
  listeners=$listeners,SECURE://127.0.0.1:$secure
  security=(
    "listener.name.secure.ssl.keystore.type=PEM"
    "listener.name.secure.ssl.keystore.location=$data/broker.pem"
    "listener.name.secure.sasl.enabled.mechanisms=SCRAM-SHA-512,PLAIN"
    "listener.name.secure.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;"
    "listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_firn=\"firn-secret\";"
  )
fi
cat >"$data/server.properties" <<CONFIG
process.roles=broker,controller
node.id=1
listeners=$listeners,CONTROLLER://127.0.0.1:$controller
advertised.listeners=$listeners
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:$controller
log.dirs=$data/log
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
$(printf '%s\n' ${security[@]+"${security[@]}"})
CONFIG

java=(java -Xms128m -Xmx768m -XX:+UseSerialGC -cp "$jars/*" -Dlog4j2.level=OFF)
if [ ! -e "$data/log/meta.properties" ]; then
  cluster=$(head -c 16 /dev/urandom | base64 | tr '+/' 'ab' | cut -c 1-22)
  "${java[@]}" kafka.tools.StorageTool format --cluster-id "$cluster" --config "$data/server.properties" \
    --add-scram 'SCRAM-SHA-512=[name=firn,password=firn-secret]' >&2
fi

(
  for _ in $(seq 600); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "kafka is ready at 127.0.0.1:$port"
      exit 0
    fi
    sleep 0.1
  done
  echo "kafka did not get ready in a minute" >&2
) &
exec "${java[@]}" kafka.Kafka "$data/server.properties"
