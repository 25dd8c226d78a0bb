"""The torture of exports: many events through real receivers while the exporter and a receiver are killed, over networks that fail.

    tests/export/torture.py [--events 1000000] [--exporter-kills 50] [--receiver-kills 5] [--faults 0.03] [--rate 0] [--seed 1]

Fills a Kafka journal with a history told over and over, runs a recorder and an exporter to files, a Kafka topic, VictoriaLogs (`_bulk`, HEC,
OTLP, syslog), rsyslog (TLS, RELP) and a lake on S3, and kills them, while a proxy answers 429 and 503, stalls, loses answers and cuts requests
and connections in half (faults.py). Afterwards, by each receiver's own word: nothing is lost, repeats are within one batch a kill or fault,
all with equal ids, and `firn export reconcile` says exactly that. Exit status 0 only if all of it holds. Prints what it counted.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import urllib.parse

from faults import Faults
from processes import World, free_port, get, victorialogs
from ways import RSYSLOG, Rsyslog, credentials, in_lake

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEV = pathlib.Path(os.environ["FIRN_DEV_DIR"])
FIRN = os.environ.get("FIRN", str(ROOT / "target/debug/firn"))
TELL = os.environ.get("FIRN_TELL", str(ROOT / "target/debug/examples/tell"))
BATCH = 1000
# Of a sink; what stalls does so for longer.
TIMEOUT = 5
ACCOUNT = "region = 'eu-west-1', account = '123456789012'"


def ways_of(brokers, topics, logs, syslog, rsyslog, lake, faults):
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
        for line in path.open():
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
    parser.add_argument("--receiver-kills", type=int, default=5)
    parser.add_argument("--faults", type=float, default=0.03, help="share of requests and connections that go wrong")
    parser.add_argument("--rate", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    brokers = os.environ["FIRN_KAFKA"]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="firn-torture."))
    topics = f"torture-{os.getpid()}-{int(time.time())}"
    world = World(folder)
    try:
        logs, syslog = victorialogs(world, "victorialogs", DEV)
        begun = time.monotonic()
        told = subprocess.run([TELL, "tell", brokers, topics, str(arguments.events)], capture_output=True, text=True, check=True)
        expected = set(told.stdout.split())
        print(f"{len(expected)} events in the journal after {time.monotonic() - begun:.0f} s", flush=True)
        faults = Faults(arguments.seed, arguments.faults, TIMEOUT + 2)
        rsyslog = Rsyslog(world) if RSYSLOG.exists() else None
        lake = (endpoint, f"{topics}/ext") if (endpoint := os.environ.get("FIRN_S3_ENDPOINT")) else None
        credentials()
        ways = ways_of(brokers, topics, logs, syslog, rsyslog, lake, faults)
        config = configuration(folder, brokers, topics, logs, ways, arguments.rate)
        has = lambda name, field: receiver(name, field, folder, brokers, topics, logs, rsyslog, lake)
        for role in ("recorder", "export"):
            world.start(role, [FIRN, role, "--config", config], f"http://127.0.0.1:{free_port()}/readyz")
        begun, kills, receiver_kills = time.monotonic(), 0, 0
        while True:
            status = {one["sink"]: one for one in said(config, "export", "status")}
            behind = {name: one["behind"] + one["ahead_of_archive"] for name, one in status.items()}
            if kills >= arguments.exporter_kills and not any(behind.values()):
                break
            if kills < arguments.exporter_kills:
                # It has its share of the group only once Kafka has given up the one that was killed.
                size, waiting = lines(folder), time.monotonic()
                while lines(folder) <= size and time.monotonic() - waiting < 20:
                    time.sleep(0.05)
                time.sleep(draw.uniform(0, 2))
                world.kill("export")
                world.again("export")
                kills += 1
            else:
                time.sleep(1)
            if receiver_kills < arguments.receiver_kills and kills % 5 == 1:
                world.kill("victorialogs")
                time.sleep(draw.uniform(0, 2))
                world.again("victorialogs")
                receiver_kills += 1
            if time.monotonic() - begun > 3600:
                sys.exit(f"not done after an hour: {behind}")
        took = time.monotonic() - begun
        cost(world, len(status))
        for way, done in faults.told().items():
            print(f"{way:8} went through {', '.join(f'{times} {kind}' for kind, times in done.items())}", flush=True)
        bad = judge(config, has, faults, ways, expected, status, kills, receiver_kills)
        print(f"{kills} kills of the exporter and {receiver_kills} of VictoriaLogs in {took:.0f} s: {'FAILED' if bad else 'nothing lost'}")
        sys.exit(bool(bad))
    finally:
        world.stop()


def cost(world, sinks):
    """What the last run of the exporter took; those before it were killed."""
    peak, own, files = world.memory("export")
    print(
        f"the exporter's last run: {world.cpu('export'):.1f} CPU seconds, {peak:.0f} MiB at most (now {own:.0f} of its own and {files:.0f} of its binary),"
        f" {sinks} sinks",
        flush=True,
    )


def receiver(name, field, folder, brokers, topics, logs, rsyslog, lake):
    """What a receiver says that it has."""
    if field:
        return in_logs(logs, field)
    if name == "files":
        return in_files(folder / "lines")
    if name == "topic":
        return in_topic(brokers, f"{topics}.exported")
    if name == "lake":
        return in_lake(*lake, folder / "lake", DEV, ROOT)
    return rsyslog.has(name)


def judge(config, has, faults, ways, expected, status, kills, receiver_kills):
    bad = 0
    reference = None
    for name, (field, _) in ways.items():
        times = has(name, field)
        lost = len(expected - times.keys())
        repeats = sum(times.values()) - len(times)
        # A receiver that is killed may have a batch whose answer was lost, and may lose what it had not written: it says 200 before.
        most = (kills + (receiver_kills if field else 0) + faults.repeating(name)) * (BATCH + 10)
        reference = reference or len(times)
        said_of, agrees = "it cannot be asked", len(times) == reference
        if name not in ("rsyslog", "relp"):
            [report] = said(config, "export", "reconcile", name, "--since", "2000-01-01")
            agrees = report["missing"] == reference - len(times) and report["repeats"] == repeats
            said_of = f"reconcile: {report['missing']} missing, {report['repeats']} repeats"
        total = status[name]["total"]
        fault = not agrees or repeats > most or (lost and (field is None or not receiver_kills)) or total["sent"] < total["acknowledged"]
        bad += bool(fault)
        print(
            f"{name:8} {len(times)} ids, {lost} events lost, {repeats} repeats of {most} at most; {said_of};"
            f" sent {total['sent']}, acknowledged {total['acknowledged']}{'  FAULT' if fault else ''}",
            flush=True,
        )
    return bad


main()
