"""The torture of exports: many events through real receivers while the exporter and a receiver are killed.

    tests/export/torture.py [--events 1000000] [--exporter-kills 50] [--receiver-kills 5] [--rate 0]

Fills a Kafka journal with a history told over and over, runs a recorder and an exporter to files, a Kafka topic and VictoriaLogs (`_bulk`, HEC,
OTLP, syslog), and kills them. Afterwards, by each receiver's own word: nothing is lost, repeats are within one batch a kill, all with
equal ids, and `firn export reconcile` says exactly that. Exit status 0 only if all of it holds. Prints what it counted.
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

from processes import World, free_port, get, victorialogs

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEV = pathlib.Path(os.environ["FIRN_DEV_DIR"])
FIRN = os.environ.get("FIRN", str(ROOT / "target/debug/firn"))
TELL = os.environ.get("FIRN_TELL", str(ROOT / "target/debug/examples/tell"))
BATCH = 1000


def configuration(folder, brokers, topics, logs, syslog, rate):
    """A sink for each way into a receiver, with the field by which it is asked."""
    common = f"format = 'cloudevents'\nbatch_items = {BATCH}\nbatch_age = '500ms'\n" + (f"rate = {rate}\n" if rate else "")
    ask = "ask = {{ victorialogs = '{logs}', field = '{field}', part_field = '{field}' }}\n"
    ways = {
        "files": (None, "to.file.folder = 'lines'\n"),
        "topic": (None, f"to.kafka = {{ brokers = '{brokers}', topic = '{topics}.exported' }}\n"),
        "bulk": ("id", f"to.elasticsearch = {{ url = '{logs}/insert/elasticsearch/?_time_field=time&_stream_fields=type', index = 'firn' }}\n"),
        "hec": ("fields.firn_id", f"to.splunk = {{ url = '{logs}/insert/splunk', token.file = 'token' }}\n"),
        "otlp": ("firn.id", f"to.otlp.url = '{logs}/insert/opentelemetry'\n"),
        "syslog": ("firn@32473.id", f"to.syslog = {{ address = '127.0.0.1:{syslog}', encrypted = false }}\n"),
    }
    text = (
        f"data = '{folder}/data'\n"
        f"journal = {{ kind = 'kafka', brokers = '{brokers}', events_topic = '{topics}.events', control_topic = '{topics}.control', partitions = 6,"
        f" options = {{ 'session.timeout.ms' = '6000' }} }}\n"
        f"[archive]\nurl = '{folder}/archive'\n"
    )
    for name, (field, to) in ways.items():
        asked = ask.format(logs=logs, field=field) if field else ""
        text += f"[[export.sink]]\nname = '{name}'\n{common}{asked}{to}"
    (folder / "token").write_text("a token of the collector")
    path = folder / "firn.toml"
    path.write_text(text)
    return path, ways


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
        config, ways = configuration(folder, brokers, topics, logs, syslog, arguments.rate)
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
        bad = judge(config, folder, brokers, topics, logs, ways, expected, status, kills, receiver_kills)
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


def judge(config, folder, brokers, topics, logs, ways, expected, status, kills, receiver_kills):
    bad = 0
    reference = None
    for name, (field, _) in ways.items():
        times = in_logs(logs, field) if field else in_files(folder / "lines") if name == "files" else in_topic(brokers, f"{topics}.exported")
        lost = len(expected - times.keys())
        repeats = sum(times.values()) - len(times)
        # A receiver that is killed may have a batch whose answer was lost, and may lose what it had not written: it says 200 before.
        most = (kills + receiver_kills) * (BATCH + 10)
        reference = reference or len(times)
        [report] = said(config, "export", "reconcile", name, "--since", "2000-01-01")
        agrees = report["missing"] == reference - len(times) and report["repeats"] == repeats
        fault = not agrees or repeats > most or (lost and (field is None or not receiver_kills))
        bad += fault
        print(
            f"{name:8} {len(times)} ids, {lost} events lost, {repeats} repeats; reconcile: {report['missing']} missing, {report['repeats']} repeats;"
            f" acknowledged {status[name]['total']['acknowledged']}{'  FAULT' if fault else ''}",
            flush=True,
        )
    return bad


main()
