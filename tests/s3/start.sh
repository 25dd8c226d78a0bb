#!/usr/bin/env bash
# Runs one SeaweedFS node as an S3 server in the foreground until it is stopped.
#
#   tests/s3/start.sh DATA_FOLDER PORT
#
# Makes the bucket `firn` and prints "s3 is ready at http://127.0.0.1:PORT" and the keys once it takes objects. The data
# folder is made when missing and used again when there. The server comes from `tests/provision.sh test`.
# It honours `If-None-Match: *` under concurrency, which simpler S3 servers only pretend to.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: tests/s3/start.sh DATA_FOLDER PORT" >&2; exit 2; }
weed=${FIRN_DEV_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/firn/dev}/s3/bin/weed
[ -x "$weed" ] || { echo "there is no SeaweedFS at $weed: run tests/provision.sh test" >&2; exit 1; }
mkdir -p "$1"
data=$(cd "$1" && pwd)
port=$2
access_key=firn
secret_key=firn-secret

# Distinct ports: all are held open until all are drawn. (By default each gRPC port is its HTTP port + 10000, which
# does not exist for half of the ports a kernel hands out.)
read -r master volume filer master_grpc volume_grpc filer_grpc s3_grpc < <(python3 - <<'PORTS'
import socket
sockets = [socket.socket() for _ in range(7)]
for s in sockets:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in sockets))
PORTS
)
cat >"$data/identities.json" <<IDENTITIES
{"identities": [{"name": "firn", "actions": ["Admin", "Read", "Write", "List", "Tagging"],
  "credentials": [{"accessKey": "$access_key", "secretKey": "$secret_key"}]}]}
IDENTITIES

(
  for _ in $(seq 600); do
    if curl --silent --fail --max-time 5 --output /dev/null --aws-sigv4 "aws:amz:us-east-1:s3" \
      --user "$access_key:$secret_key" -X PUT "http://127.0.0.1:$port/firn" ||
      curl --silent --fail --max-time 5 --output /dev/null --aws-sigv4 "aws:amz:us-east-1:s3" \
        --user "$access_key:$secret_key" "http://127.0.0.1:$port/firn"; then
      echo "s3 is ready at http://127.0.0.1:$port, bucket firn, access key $access_key, secret key $secret_key"
      exit 0
    fi
    sleep 0.1
  done
  echo "s3 did not get ready in a minute" >&2
) &
exec "$weed" -logtostderr=false -logdir="$data" server -dir="$data" -ip=127.0.0.1 -ip.bind=127.0.0.1 \
  -master.port="$master" -master.port.grpc="$master_grpc" -master.volumeSizeLimitMB=256 -master.electionTimeout=1s \
  -volume.port="$volume" -volume.port.grpc="$volume_grpc" -volume.max=200 -volume.preStopSeconds=0 \
  -filer -filer.port="$filer" -filer.port.grpc="$filer_grpc" \
  -s3 -s3.port="$port" -s3.port.grpc="$s3_grpc" -s3.port.iceberg=0 -s3.port.lance=0 -s3.config="$data/identities.json" >"$data/server.log" 2>&1
