#!/usr/bin/env bash
# Runs one Apache Kafka node (broker and controller, KRaft) in the foreground until it is stopped.
#
#   tests/kafka/start.sh DATA_FOLDER PORT
#
# Prints "kafka is ready at 127.0.0.1:PORT" once it takes connections. The data folder is made when missing and used
# again when there: stop the node, start it on the same folder and port, and everything it acknowledged is back.
# The jars come by Maven into ${FIRN_DEV_DIR:-.dev}/kafka, once.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: tests/kafka/start.sh DATA_FOLDER PORT" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
jars=${FIRN_DEV_DIR:-$here/../../.dev}/kafka
mkdir -p "$1" "$jars"
data=$(cd "$1" && pwd)
port=$2

(
  ! command -v flock >/dev/null || flock 9
  if ! cmp -s "$here/pom.xml" "$jars/pom.xml"; then
    echo "fetching Kafka into $jars" >&2
    rm -f "$jars"/*.jar
    mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$jars" >&2
    cp "$here/pom.xml" "$jars/pom.xml"
  fi
) 9>"$jars/.lock"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
controller=$(free_port)
cat >"$data/server.properties" <<CONFIG
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$port
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:$controller
log.dirs=$data/log
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
CONFIG

java=(java -Xms128m -Xmx768m -XX:+UseSerialGC -cp "$jars/*" -Dlog4j2.level=OFF)
if [ ! -e "$data/log/meta.properties" ]; then
  cluster=$(head -c 16 /dev/urandom | base64 | tr '+/' 'ab' | cut -c 1-22)
  "${java[@]}" kafka.tools.StorageTool format --cluster-id "$cluster" --config "$data/server.properties" >&2
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
