"""The soak: many sessions of real clients on real Kafka and S3 while recorders and gateways are killed.

    tests/soak/soak.py [--sessions 200] [--statements 50] [--clients 16] [--recorder-kills 10] [--gateway-kills 3]

Afterwards: journal events = archive events, every event id exactly once, `firn verify` clean, and every answer a client
received has its recorded page with an equal digest. Exit status 0 only if all of it holds. Prints what it counted.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEV = pathlib.Path(os.environ["FIRN_DEV_DIR"])
FIRN = os.environ.get("FIRN", str(ROOT / "target/debug/firn"))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status < 500
    except urllib.error.HTTPError as refused:
        return refused.code < 500
    except OSError:
        return False


class World:
    """Processes by name; each can be killed and started again with the same command."""

    def __init__(self, folder):
        self.folder, self.commands, self.running = folder, {}, {}

    def start(self, name, command, ready=None, patience=90, **options):
        self.commands[name] = (command, ready, options)
        log = open(self.folder / f"{name}.log", "a")
        self.running[name] = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **options)
        begun = time.monotonic()
        while ready and not answers(ready):
            if self.running[name].poll() is not None or time.monotonic() - begun > patience:
                sys.exit(f"{name} did not get ready:\n" + (self.folder / f"{name}.log").read_text()[-4000:])
            time.sleep(0.05)

    def kill_and_restart(self, name):
        self.running[name].kill()
        self.running[name].wait()
        command, ready, options = self.commands[name]
        self.start(name, command, ready, **options)

    def stop(self, name):
        self.running[name].terminate()
        self.running[name].wait(60)

    def end(self):
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        for process in self.running.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def config(path, gateway_port, api_port, world):
    """tests/firn.toml, filled in."""
    text = (ROOT / "tests/firn.toml").read_text()
    for name, value in {
        "data": world.folder / f"data-{gateway_port}",
        "journal": f'{{ kind = "kafka", brokers = "127.0.0.1:{world.kafka}" }}',
        "archive": '{ url = "s3://firn/soak", options = { '
                   f'endpoint = "http://127.0.0.1:{world.s3}", region = "us-east-1", allow_http = "true" }} }}',
        "gateway_port": gateway_port,
        "upstream": f"http://127.0.0.1:{world.upstream}",
        "batch_age": "500ms",
        "api_port": api_port,
        "issuer": f"http://127.0.0.1:{world.identity}",
        "policy": ROOT / "deploy/policy",
        "root": ROOT,
    }.items():
        text = text.replace(f"@{name}@", str(value))
    path.write_text(text)
    return str(path)


def build(world, arguments):
    os.environ.setdefault("FIRN_SEALING_KEY", "".join(random.choice("0123456789abcdef") for _ in range(64)))
    os.environ.setdefault("FIRN_MASKING_KEY", "".join(random.choice("0123456789abcdef") for _ in range(64)))
    os.environ.setdefault("FIRN_UPSTREAM_PASSWORD", "the upstream takes any")
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "firn")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "firn-secret")
    os.environ["SNOWFLAKE_DISABLE_PLATFORM_DETECTION"] = "true"
    world.kafka, world.s3, world.identity, world.upstream = (free_port() for _ in range(4))
    world.start("kafka", [ROOT / "tests/kafka/start.sh", world.folder / "kafka", str(world.kafka)])
    world.start("s3", [ROOT / "tests/s3/start.sh", world.folder / "s3", str(world.s3)], f"http://127.0.0.1:{world.s3}/")
    world.start("identity", ["node", ROOT / "tests/identity/provider.js", str(world.identity)],
                f"http://127.0.0.1:{world.identity}/.well-known/openid-configuration", cwd=DEV / "node")
    world.start("upstream", [DEV / "fakesnow/bin/python", ROOT / "tests/upstream/server.py", str(world.upstream)],
                f"http://127.0.0.1:{world.upstream}/_test/executed")
    wait_for_kafka(world)
    subprocess.run([DEV / "python4/bin/python", ROOT / "deploy/demo/seed.py", str(world.upstream), ROOT / "deploy/demo/seed.sql"], check=True)
    world.gateway, world.api = free_port(), free_port()
    world.config = config(world.folder / "firn.toml", world.gateway, world.api, world)
    world.start("gateway", [FIRN, "gateway", "--config", world.config], f"http://127.0.0.1:{world.gateway}/healthz")
    for number in range(arguments.recorders):
        world.start(f"recorder-{number}", [FIRN, "recorder", "--config", world.config])


def wait_for_kafka(world):
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", world.kafka)) == 0:
                return
        time.sleep(0.1)
    sys.exit("kafka did not get ready")


def token(world):
    body = json.dumps({"sub": "soak-agent", "groups": ["agents"], "expires_in": 7200}).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{world.identity}/_test/token", body) as answer:
        return json.load(answer)["token"]


def chaos(world, arguments, done):
    """Kills at random moments, all of them before the clients end."""
    kills = [f"recorder-{n % arguments.recorders}" for n in range(arguments.recorder_kills)] + ["gateway"] * arguments.gateway_kills
    random.shuffle(kills)
    for name in kills:
        if done.wait(random.uniform(*arguments.pause)):
            break
        print(f"kill -9 {name}", flush=True)
        world.kill_and_restart(name)
        world.kills[name.split("-")[0]] = world.kills.get(name.split("-")[0], 0) + 1


def drive(world, arguments):
    bearer = token(world)
    each, rest = divmod(arguments.sessions, arguments.clients)
    clients, first, told = [], 0, 0
    for number in range(arguments.clients):
        count = each + (number < rest)
        command = [DEV / "python4/bin/python", ROOT / "tests/soak/client.py", "127.0.0.1", str(world.gateway), bearer,
                   str(first), str(count), str(arguments.statements), world.folder / f"answers-{number}.jsonl"]
        clients.append(subprocess.Popen(command, stderr=open(world.folder / f"client-{number}.log", "w")))
        first += count
    done = threading.Event()
    killer = threading.Thread(target=chaos, args=(world, arguments, done))
    killer.start()
    begun = time.monotonic()
    while any(client.poll() is None for client in clients):
        time.sleep(1)
        told = tell(world, arguments, begun, told)
    failed = [number for number, client in enumerate(clients) if client.wait() != 0]
    done.set()
    killer.join()
    if failed:
        sys.exit(f"clients {failed} failed; see {world.folder}/client-{failed[0]}.log:\n" + (world.folder / f"client-{failed[0]}.log").read_text()[-2000:])
    return time.monotonic() - begun


def tell(world, arguments, begun, told):
    """Every tenth of the way, how far the clients are; returns the last tenth that was told."""
    answers = sum(path.read_bytes().count(b"\n") for path in world.folder.glob("answers-*.jsonl"))
    total = arguments.sessions * arguments.statements
    tenth = answers * 10 // total
    if tenth > told:
        print(f"{answers} of {total} statements after {time.monotonic() - begun:.0f} s, kills {world.kills}", flush=True)
    return max(tenth, told)


def ask(world, sql):
    output = subprocess.run([FIRN, "sql", "--json", "--limit", "1000000", sql, "--config", world.config], capture_output=True, text=True)
    if output.returncode != 0:
        sys.exit(f"firn sql failed: {output.stderr}")
    return [json.loads(line) for line in output.stdout.splitlines()]


def check(world, arguments):
    """Every claim of the soak, counted; returns the faults."""
    world.stop("gateway")
    time.sleep(3)
    for number in range(arguments.recorders):
        world.stop(f"recorder-{number}")
    faults = []
    report = subprocess.run([FIRN, "verify", "--json", "--config", world.config], capture_output=True, text=True)
    print("verify:", report.stdout.strip() or report.stderr.strip())
    if report.returncode != 0:
        faults.append("firn verify is not clean")
    counted = ask(world, "select count(*) as events, count(distinct event_id) as ids from events")[0]
    print(f"events: {counted['events']}, distinct ids: {counted['ids']}")
    if counted["events"] != counted["ids"]:
        faults.append("an event is recorded twice")
    pages = {}
    for row in ask(world, "select s.query_id as query_id, p.response_page['digest'] as digest, p.response_page['rows'] as rows from events p join statements s on p.statement_id = s.statement_id where p.kind = 'response.page'"):
        pages.setdefault(row["query_id"], set()).add((row["digest"], row["rows"]))
    finished = ask(world, "select s.query_id as query_id from events f join statements s on f.statement_id = s.statement_id "
                          "where f.kind = 'response.finished' and f.response_finished['rows'] = 0")
    empty = {row["query_id"] for row in finished}
    received = matched = refused = 0
    for path in sorted(world.folder.glob("answers-*.jsonl")):
        for line in map(json.loads, path.read_text().splitlines()):
            if "error" in line:
                refused += 1
                continue
            received += 1
            # A result without rows has no page; its end is recorded with a count of 0.
            if (line["digest"], line["rows"]) in pages.get(line["query_id"], ()) or (line["rows"] == 0 and line["query_id"] in empty):
                matched += 1
            elif len(faults) < 10:
                faults.append(f"answer without its page: {line}")
    print(f"answers received: {received}, with an equal recorded digest: {matched}, refused: {refused}")
    if received + refused != arguments.sessions * arguments.statements:
        faults.append("a client lost an answer")
    print(f"kills: {world.kills}")
    if world.kills.get("recorder", 0) < arguments.recorder_kills or world.kills.get("gateway", 0) < arguments.gateway_kills:
        faults.append("the clients ended before every kill; give more statements or shorter pauses")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--statements", type=int, default=50)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--recorders", type=int, default=2)
    parser.add_argument("--recorder-kills", type=int, default=10)
    parser.add_argument("--gateway-kills", type=int, default=3)
    parser.add_argument("--pause", type=float, nargs=2, default=(2.0, 6.0), help="seconds between kills, least and most")
    parser.add_argument("--keep", action="store_true", help="leave the folder with logs and answers")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="firn-soak."))
    world = World(folder)
    world.kills = {}
    try:
        build(world, arguments)
        took = drive(world, arguments)
        print(f"{arguments.sessions} sessions of {arguments.statements} statements by {arguments.clients} clients in {took:.0f} s")
        faults = check(world, arguments)
        print("\n".join(faults) if faults else "soak: sound")
        sys.exit(bool(faults))
    finally:
        world.end()
        if arguments.keep:
            print(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
