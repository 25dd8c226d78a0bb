"""The soak: many sessions of real clients on real Kafka and S3 while whatever runs is killed or put to sleep, round by round.

    tests/soak/soak.py [--rounds 20] [--sessions 200] [--statements 50] [--clients 16] [--old 300]

Each round kills (SIGKILL) or pauses (SIGSTOP, some seconds, SIGCONT) a recorder, the gateway, one of two query nodes, or whoever seals,
compacts, lets go and vacuums by hand beside the recorders. Months-old sessions lie in the journal before, and go by retention but for those
that a legal hold keeps. Clients come in waves until the rounds are over.

Meanwhile each query node sees every event once, and never fewer than before. Afterwards: every event id exactly once, both nodes and the files
answer equally, `firn verify` and `firn archive check` clean, nothing left that was due, everything there that is held, and every answer a client
received has its recorded page with an equal digest. Exit status 0 only if all of it holds. Prints what it counted.
"""

import argparse
import http.client
import itertools
import json
import os
import pathlib
import random
import shutil
import signal
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
TELL = os.environ.get("FIRN_TELL", str(pathlib.Path(FIRN).parent / "examples/tell"))
NODES = ("query-0", "query-1")
# What came of the made-up sessions of the spring of 2026, and what the soak's own clients did.
OLD, NEW = "time < timestamp '2026-08-01T00:00:00Z'", "time >= timestamp '{begun}'"
# Of everything else there is more with each question, or each second.
OWN = "kind not like 'auditor.%' and kind not like 'producer.%'"
RETENTION = "\n[retention]\nresults_days = 30\nstatements_days = 30\n"
# What recorders do by themselves, done by hand at the same time.
UPKEEP = (("archive", "seal"), ("archive", "compact"), ("retention", "apply", "--by", "soak"), ("archive", "vacuum", "--older-than", "10m"))
# What happens in rounds, in some order.
ROUNDS = (("kill", "recorder"), ("pause", "recorder"), ("kill", "query"), ("kill", "upkeep"), ("kill", "gateway"), ("pause", "query"),
          ("kill", "recorder"), ("pause", "recorder"), ("pause", "upkeep"), ("pause", "gateway"))
# A recorder that sleeps longer than Kafka waits for it (six seconds) wakes up with partitions that are another's.
ASLEEP = {"recorder": (1, 12), "gateway": (0.5, 3), "query": (1, 8), "upkeep": (1, 8)}


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

    def pause(self, name, seconds):
        process = self.running[name]
        process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        process.send_signal(signal.SIGCONT)

    def stop(self, name):
        self.running[name].terminate()
        self.running[name].wait(60)

    def end(self):
        for process in self.running.values():
            if process.poll() is None:
                # One that sleeps hears nothing else.
                process.send_signal(signal.SIGCONT)
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
    path.write_text(text + RETENTION)
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
    subprocess.run([TELL, "grown", f"127.0.0.1:{world.kafka}", "firn", str(arguments.old)], stdout=subprocess.DEVNULL, check=True)
    for number in range(arguments.recorders):
        world.start(f"recorder-{number}", [FIRN, "recorder", "--config", world.config])
    hold(world)
    world.begun = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    world.start("gateway", [FIRN, "gateway", "--config", world.config], f"http://127.0.0.1:{world.gateway}/healthz")
    world.nodes = {}
    for name in NODES:
        port = free_port()
        path = config(world.folder / f"{name}.toml", free_port(), port, world)
        world.start(name, [FIRN, "query", "--config", path], f"http://127.0.0.1:{port}/healthz")
        world.nodes[name] = f"http://127.0.0.1:{port}"


def hold(world):
    """Keeps whoever did the most of what is old."""
    counted = ask(world, f"select principal_display as who, count(*) as events from events where session_id is not null and {OLD} group by 1 order by 2 desc")
    if len(counted) < 2:
        sys.exit(f"the old sessions are of fewer than two principals: {counted}")
    world.held = counted[0]
    subprocess.run([FIRN, "retention", "hold", "add", "--principal", world.held["who"], "--by", "soak", "--why", "a case", "--config", world.config], check=True, stdout=subprocess.DEVNULL)


def wait_for_kafka(world):
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", world.kafka)) == 0:
                return
        time.sleep(0.1)
    sys.exit("kafka did not get ready")


def token(world, subject="soak-agent", group="agents"):
    body = json.dumps({"sub": subject, "groups": [group], "expires_in": 7200}).encode()
    with urllib.request.urlopen(f"http://127.0.0.1:{world.identity}/_test/token", body) as answer:
        return json.load(answer)["token"]


def chaos(world, arguments, done):
    """All rounds, at random moments; fewer if something failed meanwhile."""
    rounds = list(itertools.islice(itertools.cycle(ROUNDS), arguments.rounds))
    random.shuffle(rounds)
    for number, (what, kind) in enumerate(rounds, 1):
        if done.wait(random.uniform(*arguments.pause)):
            return
        name = {"recorder": f"recorder-{random.randrange(arguments.recorders)}", "query": random.choice(NODES)}.get(kind, kind)
        print(f"round {number}: {what} {name}", flush=True)
        if what == "pause":
            world.pause(name, random.uniform(*ASLEEP[kind]))
        elif kind == "upkeep":
            world.running[name].kill()
        else:
            try:
                world.kill_and_restart(name)
            except SystemExit as error:
                world.faults.append(str(error))
                return
        world.rounds[f"{what} {kind}"] = world.rounds.get(f"{what} {kind}", 0) + 1


def upkeep(world, done):
    """What recorders do, by hand at the same time: whoever is killed or asleep there leaves nothing half done."""
    for command in itertools.cycle(UPKEEP):
        if done.is_set():
            return
        with open(world.folder / "upkeep.log", "a") as log:
            process = subprocess.Popen([FIRN, *command, "--config", world.config], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
            world.running["upkeep"] = process
            status = process.wait()
        counted = world.upkeep.setdefault(" ".join(command[:2]), {})
        counted[status] = counted.get(status, 0) + 1


def audit(world, name, bearer, done):
    """Asks one node again and again: every event once, and never fewer than before."""
    seen, counted = 0, world.audits.setdefault(name, {"answers": 0, "unanswered": 0})
    sql = f"select count(*) as events, count(distinct event_id) as ids from events where {NEW.format(begun=world.begun)} and {OWN}"
    of_statements = f"select count(*) as rows, count(distinct statement_id) as ids from statements where {NEW.format(begun=world.begun)}"
    while not done.wait(1):
        try:
            events, statements = asked(world, name, bearer, sql)[0], asked(world, name, bearer, of_statements)[0]
        except (OSError, http.client.HTTPException, ValueError) as error:
            # It is down or asleep, or has too much to do; what it must not do is answer wrongly.
            counted["unanswered"] += 1
            counted["last"] = str(error)
            continue
        counted["answers"] += 1
        if events["events"] != events["ids"] or statements["rows"] != statements["ids"]:
            world.faults.append(f"{name} saw something twice: {events} {statements}")
        if events["events"] < seen:
            world.faults.append(f"{name} saw {events['events']} events after {seen}")
        seen = events["events"]


def asked(world, name, bearer, sql):
    request = urllib.request.Request(f"{world.nodes[name]}/api/sql", json.dumps({"sql": sql}).encode(),
                                     {"content-type": "application/json", "authorization": f"Bearer {bearer}"})
    with urllib.request.urlopen(request, timeout=90) as answer:
        answer = json.load(answer)
    names = [column["name"] for column in answer["columns"]]
    return [dict(zip(names, row)) for row in answer["rows"]]


def drive(world, arguments):
    bearer, auditor = token(world), token(world, "soak-auditor", "auditors")
    done = threading.Event()
    beside = [threading.Thread(target=upkeep, args=(world, done))]
    beside += [threading.Thread(target=audit, args=(world, name, auditor, done)) for name in NODES]
    killer = threading.Thread(target=chaos, args=(world, arguments, done))
    begun = time.monotonic()
    for thread in beside:
        thread.start()
    # Whoever does the upkeep is there before the first round.
    while "upkeep" not in world.running:
        time.sleep(0.1)
    killer.start()
    try:
        while world.waves == 0 or killer.is_alive():
            wave(world, arguments, bearer)
            world.waves += 1
    finally:
        done.set()
        killer.join()
        for thread in beside:
            thread.join()
    return time.monotonic() - begun


def wave(world, arguments, bearer):
    each, rest = divmod(arguments.sessions, arguments.clients)
    clients, first, told = [], world.waves * arguments.sessions, 0
    for number in range(arguments.clients):
        count = each + (number < rest)
        name = f"{world.waves}-{number}"
        command = [DEV / "python4/bin/python", ROOT / "tests/soak/client.py", "127.0.0.1", str(world.gateway), bearer,
                   str(first), str(count), str(arguments.statements), world.folder / f"answers-{name}.jsonl"]
        clients.append((name, subprocess.Popen(command, stderr=open(world.folder / f"client-{name}.log", "w"))))
        first += count
    begun = time.monotonic()
    while any(client.poll() is None for _, client in clients):
        time.sleep(1)
        told = tell(world, arguments, begun, told)
    failed = [name for name, client in clients if client.wait() != 0]
    if failed:
        sys.exit(f"clients {failed} failed; see {world.folder}/client-{failed[0]}.log:\n" + (world.folder / f"client-{failed[0]}.log").read_text()[-2000:])


def tell(world, arguments, begun, told):
    """Every tenth of the way, how far the clients are; returns the last tenth that was told."""
    answers = sum(path.read_bytes().count(b"\n") for path in world.folder.glob(f"answers-{world.waves}-*.jsonl"))
    total = arguments.sessions * arguments.statements
    tenth = answers * 10 // total
    if tenth > told:
        print(f"wave {world.waves + 1}: {answers} of {total} statements after {time.monotonic() - begun:.0f} s, rounds {world.rounds}", flush=True)
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
    faults = world.faults
    own = f"select count(*) as events, count(distinct event_id) as ids from events where {NEW.format(begun=world.begun)} and {OWN}"
    auditor = token(world, "soak-auditor", "auditors")
    answers = [asked(world, name, auditor, own)[0] for name in NODES]
    for name in NODES:
        world.stop(name)
    for number in range(arguments.recorders):
        world.stop(f"recorder-{number}")
    let_go(world, faults)
    answers.append(ask(world, own)[0])
    print(f"events of the clients, by each node and by the files: {answers}")
    if any(answer != answers[0] for answer in answers):
        faults.append("nodes and files answer differently")
    checked = subprocess.run([FIRN, "archive", "check", "--config", world.config], capture_output=True, text=True)
    if checked.returncode != 0:
        faults.append(f"firn archive check is not clean: {checked.stdout}{checked.stderr}")
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
    if received + refused != world.waves * arguments.sessions * arguments.statements:
        faults.append("a client lost an answer")
    print(f"rounds: {world.rounds}\nupkeep by hand, by exit status: {world.upkeep}\nnodes: {world.audits}")
    if sum(world.rounds.values()) < arguments.rounds:
        faults.append("a round did not end: whoever was killed did not get ready again")
    for command, counted in world.upkeep.items():
        if 0 not in counted:
            faults.append(f"firn {command} never succeeded; see {world.folder}/upkeep.log")
    for name, counted in world.audits.items():
        if counted["answers"] == 0:
            faults.append(f"{name} never answered: {counted}")
    return faults


def let_go(world, faults):
    """Lets go what was still due, and counts what stays."""
    for _ in range(10):
        for command in UPKEEP[:3]:
            subprocess.run([FIRN, *command, "--config", world.config], check=True, stdout=subprocess.DEVNULL)
        plan = json.loads(subprocess.run([FIRN, "retention", "plan", "--json", "--config", world.config], capture_output=True, text=True, check=True).stdout)
        if not plan["due"] and not plan["waiting"]:
            break
    else:
        faults.append(f"what is due does not go: {plan}")
    # Of sessions of which something went, the rows are folded again.
    subprocess.run([FIRN, *UPKEEP[0], "--config", world.config], check=True, stdout=subprocess.DEVNULL)
    who = world.held["who"].replace("'", "''")
    stays = ask(world, f"select count(*) filter (where principal_display = '{who}') as held, count(*) as events from events where session_id is not null and {OLD}")[0]
    print(f"old events that stay: {stays['events']}, held: {stays['held']} of {world.held['events']}")
    if stays["events"] != stays["held"]:
        faults.append("old events stay that nothing holds")
    if stays["held"] != world.held["events"]:
        faults.append("events went that are held")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--statements", type=int, default=50)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--recorders", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--old", type=int, default=300, help="made-up statements of the spring of 2026")
    parser.add_argument("--pause", type=float, nargs=2, default=(2.0, 6.0), help="seconds between rounds, least and most")
    parser.add_argument("--keep", action="store_true", help="leave the folder with logs and answers")
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="firn-soak."))
    world = World(folder)
    world.rounds, world.upkeep, world.audits, world.faults, world.waves = {}, {}, {}, [], 0
    try:
        build(world, arguments)
        took = drive(world, arguments)
        print(f"{world.waves} waves of {arguments.sessions} sessions of {arguments.statements} statements by {arguments.clients} clients in {took:.0f} s")
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
