"""What exporting costs: records per CPU-second beside an OpenTelemetry Collector, and the memory of an exporter with ten sinks.

    tests/export/bench.py [--events 200000] [--dead-minutes 0]

Fills a Kafka journal with a history told over and over. firn takes it to VictoriaLogs over `_bulk`, OTLP and syslog; the collector takes the
very records that firn made (text, from another topic of the same Kafka) to another VictoriaLogs over OTLP and syslog. Each has a receiver of
its own, and is done when the receiver has as many records as there are. CPU is that of firn or of the collector, user and system, from its
start; the receiver's is not counted. Then ten sinks at once, one of which nobody answers, over the same history, and for as long after it as
is said, while more comes. Exit status 1 where these hold more memory than they may.

What the two do is not the same. firn decodes events, folds statements, renders each record, waits for the receiver before it moves its cursor.
The collector passes texts on, and has committed their offsets before the receiver has them.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse

from processes import World, free_port, get, victorialogs

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEV = pathlib.Path(os.environ["FIRN_DEV_DIR"])
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
# Figures are a release build's; without one the program can be tried.
BUILD = next((name for name in ("release", "debug") if (TARGET / name / "firn").exists()), "debug")
FIRN = os.environ.get("FIRN", str(TARGET / BUILD / "firn"))
TELL = os.environ.get("FIRN_TELL", str(TARGET / BUILD / "examples/tell"))
COLLECTOR = os.environ.get("FIRN_COLLECTOR")
BATCH = 1000
# Waiting ends where nothing more comes for so long.
PATIENCE = 120
BAR_MIB = 200
# While a sink stays dead, so much more comes, this often.
MORE_EVENTS = 5000
MORE_EVERY = 30


def journal(folder, brokers, topics):
    return (
        f"data = '{folder}/data'\n"
        f"journal = {{ kind = 'kafka', brokers = '{brokers}', events_topic = '{topics}.events', control_topic = '{topics}.control', partitions = 6 }}\n"
        f"[archive]\nurl = '{folder}/archive'\n"
    )


def sinks(ways):
    """`[[export.sink]]` for each of `ways`, whose names are told from each other by what is after a dash."""
    return "".join(
        f"[[export.sink]]\nname = '{name}'\nformat = 'cloudevents'\nbatch_items = {BATCH}\nbatch_age = '500ms'\n{to}\n" for name, to in ways.items()
    )


def way(name, folder, logs, syslog):
    """Where a sink called `name` sends to."""
    return {
        "bulk": f"to.elasticsearch = {{ url = '{logs}/insert/elasticsearch/?_time_field=time&_stream_fields=type', index = 'firn' }}",
        "hec": f"to.splunk = {{ url = '{logs}/insert/splunk', token.file = '{folder}/token' }}",
        "otlp": f"to.otlp.url = '{logs}/insert/opentelemetry'",
        "syslog": f"to.syslog = {{ address = '127.0.0.1:{syslog}', encrypted = false }}",
        "files": f"to.file.folder = '{folder}/{name}'",
        "dead": f"to.elasticsearch = {{ url = 'http://127.0.0.1:{free_port()}', index = 'firn' }}",
    }[name.split("-")[0]]


def status(config):
    done = subprocess.run([FIRN, "export", "status", "--json", "--config", config], capture_output=True, text=True)
    return {one["sink"]: one for one in map(json.loads, done.stdout.splitlines())} or sys.exit(done.stderr)


def until_there(world, name, logs, count):
    """Waits until the receiver at `logs` has `count` records; how many it has, and seconds of CPU that `name` took."""
    query = urllib.parse.urlencode({"query": "* | stats count() as hits"}).encode()
    there, moved = 0, time.monotonic()
    while there < count:
        world.alive(name)
        time.sleep(0.2)
        try:
            lines = get(f"{logs}/select/logsql/query", query, 60).splitlines()
        except urllib.error.URLError as error:
            sys.exit(f"VictoriaLogs does not answer: {error}")
        now = int(json.loads(lines[0])["hits"]) if lines else 0
        if now > there:
            there, moved = now, time.monotonic()
        elif time.monotonic() - moved > PATIENCE:
            world.fail(name, f"brought {there} of {count} records")
    return there, world.cpu(name)


def firn(world, brokers, topics, name, count):
    """Records per CPU-second of firn over one way."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=world.folder))
    logs, syslog = victorialogs(world, f"victorialogs-{name}", DEV)
    config = folder / "firn.toml"
    config.write_text(journal(folder, brokers, topics) + f"[export]\ngroup = 'bench-{name}'\n" + sinks({name: way(name, folder, logs, syslog)}))
    world.start("export", [FIRN, "export", "--config", config], f"http://127.0.0.1:{free_port()}/readyz")
    begun = time.monotonic()
    there, cpu = until_there(world, "export", logs, count)
    tell("firn", name, there, cpu, time.monotonic() - begun, world.memory("export"))
    world.end("export")
    world.end(f"victorialogs-{name}")
    return there / cpu


CONFIGURATION = """
receivers:
  kafka:
    brokers: ["{brokers}"]
    group_id: bench-{name}
    initial_offset: earliest
    logs: {{topics: ["{topic}"], encoding: text}}
processors:
  message: {{}}
exporters:
  {exporter}
service:
  telemetry: {{metrics: {{level: none}}, logs: {{level: warn}}}}
  pipelines:
    logs: {{receivers: [kafka], processors: [{processors}], exporters: [{kind}]}}
"""
QUEUE = (
    "sending_queue: {{enabled: true, sizer: items, queue_size: 20000, num_consumers: 1, block_on_overflow: true,"
    " batch: {{flush_timeout: 500ms, min_size: {batch}, max_size: {batch}}}}}"
)


def collector(world, brokers, topics, name, count):
    """The same of the collector."""
    logs, syslog = victorialogs(world, f"victorialogs-collector-{name}", DEV)
    queue = QUEUE.format(batch=BATCH)
    kind, exporter = {
        "otlp": ("otlp_http", f"otlp_http: {{endpoint: '{logs}/insert/opentelemetry', {queue}}}"),
        "syslog": (
            "syslog",
            f"syslog: {{endpoint: 127.0.0.1, port: {syslog}, network: tcp, protocol: rfc5424, enable_octet_counting: true, tls: {{insecure: true}}, {queue}}}",
        ),
    }[name]
    config = world.folder / f"collector-{name}.yaml"
    text = CONFIGURATION.format(
        brokers=brokers, name=name, topic=f"{topics}.exported", exporter=exporter, kind=kind, processors="message" if name == "syslog" else ""
    )
    config.write_text(text)
    world.start("collector", [COLLECTOR, f"--config=file:{config}"])
    begun = time.monotonic()
    there, cpu = until_there(world, "collector", logs, count)
    tell("collector", name, there, cpu, time.monotonic() - begun, world.memory("collector"))
    world.end("collector")
    world.end(f"victorialogs-collector-{name}")
    return there / cpu


def tell(who, name, there, cpu, took, memory):
    peak, own, _ = memory
    print(
        f"  {who:<9} {name:<7} {there} records, {cpu:.1f} CPU seconds in {took:.1f} s: {there / cpu:,.0f} a CPU-second; {peak:.0f} MiB at most,"
        f" {own:.0f} its own at the end",
        flush=True,
    )


def prepare(world, brokers, topics, events):
    """The journal, and the records that firn makes of it in another topic; how many these are."""
    subprocess.run([TELL, "tell", brokers, topics, str(events)], stdout=subprocess.DEVNULL, check=True)
    folder = pathlib.Path(tempfile.mkdtemp(dir=world.folder))
    config = folder / "firn.toml"
    to = {"topic": f"to.kafka = {{ brokers = '{brokers}', topic = '{topics}.exported' }}"}
    config.write_text(journal(folder, brokers, topics) + "[export]\ngroup = 'bench-prepare'\n" + sinks(to))
    world.start("prepare", [FIRN, "export", "--config", config], f"http://127.0.0.1:{free_port()}/readyz")
    # Its cursor is where it should be before it has claimed a partition too.
    while (one := status(config)["topic"])["behind"] != 0 or not one["total"]["acknowledged"]:
        world.alive("prepare")
        time.sleep(0.5)
    world.end("prepare")
    return one["total"]["acknowledged"]


def ten_sinks(world, brokers, topics, minutes):
    """Ten sinks, one of which nobody answers, until the others have everything and it was dead for so long; whether they held too much."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=world.folder))
    (folder / "token").write_text("a token of the collector")
    logs, syslog = victorialogs(world, "victorialogs-ten", DEV)
    names = ["bulk-1", "bulk-2", "hec", "otlp-1", "otlp-2", "syslog-1", "syslog-2", "files-1", "files-2", "dead"]
    config = folder / "firn.toml"
    ways = {name: way(name, folder, logs, syslog) for name in names}
    config.write_text(journal(folder, brokers, topics) + "[export]\ngroup = 'bench-ten'\n" + sinks(ways))
    world.start("export", [FIRN, "export", "--config", config], f"http://127.0.0.1:{free_port()}/readyz")
    begun, own = time.monotonic(), 0
    more = begun
    while True:
        world.alive("export")
        time.sleep(2)
        own = max(own, world.memory("export")[1])
        now = time.monotonic()
        if now - begun < minutes * 60 and now - more > MORE_EVERY:
            more = now
            subprocess.run([TELL, "tell", brokers, topics, str(MORE_EVENTS)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            print(f"  {(now - begun) / 60:.0f} of {minutes} minutes: {world.memory('export')[0]:.0f} MiB at most", flush=True)
        stand = status(config)
        alive = [one for name, one in stand.items() if name != "dead"]
        if now - begun >= minutes * 60 and all(one["behind"] == 0 and one["total"]["acknowledged"] for one in alive):
            break
    peak, _, files = world.memory("export")
    took, cpu = time.monotonic() - begun, world.cpu("export")
    lagging = stand["dead"]["total"]["acknowledged"]
    world.end("export")
    print(
        f"ten sinks, one of them dead: {peak:.0f} MiB at most (bar {BAR_MIB}), of which {own:.0f} its own (looked at every some seconds) and {files:.0f} of"
        f" its binary; {cpu:.1f} CPU seconds in {took:.1f} s; the dead one acknowledged {lagging}",
        flush=True,
    )
    return peak > BAR_MIB


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--dead-minutes", type=float, default=0, help="how long one of ten sinks is dead, at least")
    arguments = parser.parse_args()
    brokers = os.environ["FIRN_KAFKA"]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="firn-export-bench."))
    topics = f"bench-{os.getpid()}-{int(time.time())}"
    world = World(folder)
    kept = True
    try:
        print(f"{FIRN}, {arguments.events} events, batches of {BATCH}", flush=True)
        if "/release/" not in FIRN:
            print("not a release build: the figures say nothing", flush=True)
        count = prepare(world, brokers, topics, arguments.events)
        print(f"{count} records", flush=True)
        ours = {name: firn(world, brokers, topics, name, count) for name in ("bulk", "otlp", "syslog")}
        peers = ("otlp", "syslog") if COLLECTOR else ()
        if not peers:
            print("no collector is built: there is nothing beside these", flush=True)
        theirs = {name: collector(world, brokers, topics, name, count) for name in peers}
        for name, figure in ours.items() if peers else ():
            # No exporter of the collector for `_bulk` could be had: what it does over OTLP stands beside it.
            peer = name if name in theirs else "otlp"
            print(f"{name:<7} {figure:,.0f} records a CPU-second; collector over {peer} {theirs[peer]:,.0f}; ratio {figure / theirs[peer]:.2f}", flush=True)
        above = ten_sinks(world, brokers, topics, arguments.dead_minutes)
        kept = False
        sys.exit(bool(above))
    finally:
        world.stop()
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


main()
