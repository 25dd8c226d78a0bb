"""The torture of exports: many events through real receivers while the exporter and a receiver are killed, over networks that fail.

    tests/export/torture.py [--events 1000000] [--exporter-kills 50] [--receiver-restarts 5] [--crash-receivers] [--faults 0.03] [--rate 0]
                            [--minutes 120] [--seed 1]

Fills a Kafka journal with a history told over and over, runs a recorder and an exporter to files, a Kafka topic, VictoriaLogs (`_bulk`, HEC,
OTLP, syslog), rsyslog (TLS, RELP), an OpenTelemetry Collector where one is built, and a lake on S3. The exporter is killed again and again, at
even shares of the way and a random moment after each; VictoriaLogs is restarted (with --crash-receivers it is killed too, and then loses what
it had acknowledged and not written: that must be found). A proxy answers 429 and 503, stalls, loses answers and cuts requests and connections
in half (faults.py). Afterwards, by each receiver's own word: nothing is lost, repeats are within one batch a kill or fault, all with equal ids,
and `firn export reconcile` says exactly that. Exit status 0 only if all of it holds. Prints how far it is, and what it counted. Its folder
stays where it failed.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

from faults import Faults
from processes import World, free_port, get, victorialogs
from ways import RSYSLOG, Collector, Rsyslog, credentials, in_lake

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEV = pathlib.Path(os.environ["FIRN_DEV_DIR"])
FIRN = os.environ.get("FIRN", str(ROOT / "target/debug/firn"))
TELL = os.environ.get("FIRN_TELL", str(ROOT / "target/debug/examples/tell"))
BATCH = 1000
# Of a sink; what stalls does so for longer.
TIMEOUT = 5
# An exporter that was killed has its partitions back within so long.
TAKEN_OVER = 20
# Statements that fell silent are told within so long after everything was read; what changes no more for that long stays.
SETTLED = 15
TOLD_EVERY = 10
ACCOUNT = "region = 'eu-west-1', account = '123456789012'"


def ways_of(brokers, topics, logs, syslog, rsyslog, collector, lake, faults):
    """A sink for each way into a receiver, all but files and topic through the proxy; with the field by which it is asked."""
    port = urllib.parse.urlparse(logs).port
    at = lambda way: f"http://127.0.0.1:{faults.http(way, port)}"
    ways = {
        "files": (None, "to.file.folder = 'lines'\n"),
        "topic": (None, f"to.kafka = {{ brokers = '{brokers}', topic = '{topics}.exported' }}\n"),
        "bulk": ("id", f"to.elasticsearch = {{ url = '{at('bulk')}/insert/elasticsearch/?_time_field=time&_stream_fields=type', index = 'firn' }}\n"),
        "hec": ("fields.firn_id", f"to.splunk = {{ url = '{at('hec')}/insert/splunk', token.file = 'token' }}\n"),
        "otlp": ("firn.id", f"to.otlp.url = '{at('otlp')}/insert/opentelemetry'\n"),
        "syslog": ("firn@32473.id", f"to.syslog = {{ address = '127.0.0.1:{faults.raw('syslog', syslog)}', encrypted = false }}\n"),
    }
    if rsyslog:
        trust = f"tls = {{ ca = '{rsyslog.ca}', cert = '{rsyslog.ca}', key = '{rsyslog.key}' }}\n"
        ways["rsyslog"] = (None, f"{trust}to.syslog.address = 'localhost:{faults.raw('rsyslog', rsyslog.tls)}'\n")
        ways["relp"] = (None, f"{trust}to.syslog = {{ address = 'localhost:{faults.raw('relp', rsyslog.relp)}', relp = true }}\n")
    if collector:
        ways["collector"] = (None, f"to.otlp.url = 'http://127.0.0.1:{faults.http('collector', collector.port)}'\n")
    if lake:
        endpoint, prefix = lake
        through = faults.http("lake", urllib.parse.urlparse(endpoint).port)
        options = f"{{ endpoint = 'http://127.0.0.1:{through}', region = 'us-east-1', allow_http = 'true' }}"
        ways["lake"] = (None, f"to.lake = {{ url = 's3://firn/{prefix}', {ACCOUNT}, options = {options} }}\n")
    return ways


def configuration(folder, brokers, topics, logs, ways, rate):
    common = f"batch_items = {BATCH}\nbatch_age = '500ms'\ntimeout = '{TIMEOUT}s'\n" + (f"rate = {rate}\n" if rate else "")
    ask = "ask = {{ victorialogs = '{logs}', field = '{field}', part_field = '{field}' }}\n"
    text = (
        f"data = '{folder}/data'\n"
        f"journal = {{ kind = 'kafka', brokers = '{brokers}', events_topic = '{topics}.events', control_topic = '{topics}.control', partitions = 6 }}\n"
        f"[archive]\nurl = '{folder}/archive'\n"
    )
    for name, (field, to) in ways.items():
        asked = ask.format(logs=logs, field=field) if field else ""
        form = "" if name == "lake" else "format = 'cloudevents'\n"
        text += f"[[export.sink]]\nname = '{name}'\n{form}{common}{asked}{to}"
    (folder / "token").write_text("a token of the collector")
    path = folder / "firn.toml"
    path.write_text(text)
    return path


def said(config, *arguments):
    """What a command says in JSON, whatever its exit status."""
    done = subprocess.run([FIRN, *arguments, "--json", "--config", config], capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()] or sys.exit(f"{arguments}: {done.stderr}")


def lines(folder):
    """Bytes of exported lines."""
    there = folder / "lines"
    return sum(path.stat().st_size for path in there.iterdir()) if there.is_dir() else 0


def in_files(folder):
    times = collections.Counter()
    for path in folder.iterdir():
        for line in path.open(errors="replace"):
            # A line that a kill tore has no end.
            if line.endswith("\n"):
                times[json.loads(line)["id"]] += 1
    return times


def in_logs(logs, field):
    get(f"{logs}/internal/force_flush")
    query = urllib.parse.urlencode({"query": f'"{field}":* | stats by ("{field}") count() as hits'}).encode()
    lines = get(f"{logs}/select/logsql/query", query, 600).splitlines()
    return collections.Counter({line[field]: int(line["hits"]) for line in map(json.loads, lines)})


def in_topic(brokers, topic):
    told = subprocess.run([TELL, "ids", brokers, topic], capture_output=True, text=True, check=True)
    return collections.Counter(told.stdout.split())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--exporter-kills", type=int, default=50)
    parser.add_argument("--receiver-restarts", type=int, default=5)
    parser.add_argument("--crash-receivers", action="store_true", help="kill receivers instead of ending them in order")
    parser.add_argument("--faults", type=float, default=0.03, help="share of requests and connections that go wrong")
    parser.add_argument("--rate", type=int, default=0)
    parser.add_argument("--minutes", type=int, default=120, help="after so long it has failed")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    brokers = os.environ["FIRN_KAFKA"]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="firn-torture."))
    print(f"{FIRN}, {arguments.events} events, in {folder}", flush=True)
    topics = f"torture-{os.getpid()}-{int(time.time())}"
    world = World(folder)
    bad = 1
    try:
        logs, syslog = victorialogs(world, "victorialogs", DEV)
        begun = time.monotonic()
        # How far it is, it says itself.
        told = subprocess.run([TELL, "tell", brokers, topics, str(arguments.events)], stdout=subprocess.PIPE, text=True, check=True)
        expected = set(told.stdout.split())
        print(f"{len(expected)} events in the journal after {time.monotonic() - begun:.0f} s", flush=True)
        faults = Faults(arguments.seed, arguments.faults, TIMEOUT + 2)
        rsyslog = Rsyslog(world) if RSYSLOG.exists() else None
        collector = Collector(world, binary) if (binary := os.environ.get("FIRN_COLLECTOR")) else None
        lake = (endpoint, f"{topics}/ext") if (endpoint := os.environ.get("FIRN_S3_ENDPOINT")) else None
        credentials()
        ways = ways_of(brokers, topics, logs, syslog, rsyslog, collector, lake, faults)
        config = configuration(folder, brokers, topics, logs, ways, arguments.rate)
        has = lambda name, field: receiver(name, field, folder, brokers, topics, logs, rsyslog, collector, lake)
        for role in ("recorder", "export"):
            world.start(role, [FIRN, role, "--config", config], f"http://127.0.0.1:{free_port()}/readyz")
        run = Run(world, config, folder, arguments, len(expected))
        run.to_the_end()
        cost(world, len(ways))
        # Whoever is asked now answers.
        faults.over()
        for way, done in faults.told().items():
            print(f"{way:8} went through {', '.join(f'{times} {kind}' for kind, times in done.items())}", flush=True)
        crashes = run.restarts if arguments.crash_receivers else 0
        bad = judge(config, has, faults, ways, expected, run.status, run.kills, run.restarts, crashes)
        how = "kills" if arguments.crash_receivers else "restarts"
        print(f"{run.kills} kills of the exporter and {run.restarts} {how} of VictoriaLogs in {run.took:.0f} s: {'FAILED' if bad else 'nothing lost'}")
        sys.exit(bool(bad))
    finally:
        world.stop()
        if not bad:
            shutil.rmtree(folder, ignore_errors=True)


class Run:
    """From the first record to the last, through all kills and restarts."""

    def __init__(self, world, config, folder, arguments, events):
        self.world, self.config, self.folder, self.arguments, self.events = world, config, folder, arguments, events
        self.draw = random.Random(arguments.seed)
        self.kills, self.restarts, self.took, self.status = 0, 0, 0, {}

    def to_the_end(self):
        begun = said_at = stable = time.monotonic()
        before = None
        while True:
            self.status = {one["sink"]: one for one in said(self.config, "export", "status")}
            now = time.monotonic()
            sums = {name: one["total"]["acknowledged"] for name, one in self.status.items()}
            # Where the journal does not answer, nobody knows how far behind a sink is.
            done = all(one["behind"] == 0 and one["ahead_of_archive"] == 0 for one in self.status.values())
            if sums != before or not done:
                before, stable = sums, now
            if now - said_at > TOLD_EVERY:
                said_at = now
                self.tell(now - begun, sums)
            if done and self.kills >= self.arguments.exporter_kills and now - stable > SETTLED:
                self.took = now - begun
                return
            if now - begun > self.arguments.minutes * 60:
                sys.exit(f"not done after {self.arguments.minutes} minutes: {self.behind()}")
            self.disturb(done, sum(sums.values()) / (len(sums) * self.events))

    def behind(self):
        return {name: (one["behind"], one["ahead_of_archive"]) for name, one in self.status.items()}

    def tell(self, seconds, sums):
        each = ", ".join(f"{name} {count}" for name, count in sums.items())
        print(f"{seconds:5.0f} s, {self.kills} kills, {self.restarts} restarts: {each}", flush=True)

    def disturb(self, done, share):
        """Kills the exporter where it is time for that: the next of N once it is past that part of the way, or at the end of it."""
        if self.kills >= self.arguments.exporter_kills:
            time.sleep(1)
        elif done or share * (self.arguments.exporter_kills + 1) >= self.kills:
            self.kill(done)
        else:
            time.sleep(0.2)
        if self.restarts < min(self.arguments.receiver_restarts, self.kills // 5 + (self.kills > 0)):
            self.restart("victorialogs")

    def kill(self, done):
        # It has its share of the group only once Kafka has given up the one that was killed.
        size, waiting = lines(self.folder), time.monotonic()
        while not done and lines(self.folder) <= size and time.monotonic() - waiting < TAKEN_OVER:
            time.sleep(0.05)
        time.sleep(self.draw.uniform(0, 2))
        self.world.kill("export")
        self.world.again("export")
        self.kills += 1

    def restart(self, name):
        if self.arguments.crash_receivers:
            self.world.kill(name)
        else:
            self.world.end(name)
        time.sleep(self.draw.uniform(0, 2))
        self.world.again(name)
        self.restarts += 1


def cost(world, sinks):
    """What the last run of the exporter took; those before it were killed."""
    peak, own, files = world.memory("export")
    print(
        f"the exporter's last run: {world.cpu('export'):.1f} CPU seconds, {peak:.0f} MiB at most (now {own:.0f} of its own and {files:.0f} of its binary),"
        f" {sinks} sinks",
        flush=True,
    )


def receiver(name, field, folder, brokers, topics, logs, rsyslog, collector, lake):
    """What a receiver says that it has."""
    if field:
        return in_logs(logs, field)
    if name == "files":
        return in_files(folder / "lines")
    if name == "topic":
        return in_topic(brokers, f"{topics}.exported")
    if name == "lake":
        return in_lake(*lake, folder / "lake", DEV, ROOT)
    return collector.has() if name == "collector" else rsyslog.has(name)


def judge(config, has, faults, ways, expected, status, kills, restarts, crashes):
    bad = 0
    reference = None
    for name, (field, _) in ways.items():
        times = has(name, field)
        lost = len(expected - times.keys())
        repeats = sum(times.values()) - len(times)
        # A receiver that ends may have a batch whose answer was lost; one that is killed may lose what it had not written: it says 200 before.
        most = (kills + (restarts if field else 0) + faults.repeating(name)) * (BATCH + 10)
        reference = reference or len(times)
        said_of, agrees = "it cannot be asked", len(times) == reference
        if name not in ("rsyslog", "relp", "collector"):
            [report] = said(config, "export", "reconcile", name, "--since", "2000-01-01")
            agrees = report["missing"] == reference - len(times) and report["repeats"] == repeats
            said_of = f"reconcile: {report['missing']} missing, {report['repeats']} repeats"
        total = status[name]["total"]
        fault = not agrees or repeats > most or (lost and (field is None or not crashes)) or total["sent"] < total["acknowledged"]
        bad += bool(fault)
        print(
            f"{name:8} {len(times)} ids, {lost} events lost, {repeats} repeats of {most} at most; {said_of};"
            f" sent {total['sent']}, acknowledged {total['acknowledged']}{'  FAULT' if fault else ''}",
            flush=True,
        )
    return bad


main()
