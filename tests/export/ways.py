"""Receivers of the torture beside VictoriaLogs: rsyslog over TLS and RELP, an OpenTelemetry Collector, and a lake in a bucket; and what each of
them has."""

import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree as tree

from processes import free_port

RSYSLOG = pathlib.Path("/usr/sbin/rsyslogd")
ID = re.compile(r'\[firn@32473 id="([^"]*)"')
KEY = "firn:firn-secret"


class Rsyslog:
    """Writes each message to a file as it came, one file a way in."""

    def __init__(self, world):
        self.world, self.folder = world, world.folder / "rsyslog"
        self.folder.mkdir()
        self.tls, self.relp = free_port(), free_port()
        self.ca, self.key = self.folder / "ca.pem", self.folder / "key.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE", "-keyout", self.key, "-out", self.ca],
            check=True, capture_output=True,
        )
        config = self.folder / "rsyslog.conf"
        config.write_text(
            f'global(workDirectory="{self.folder}" maxMessageSize="2m" defaultNetstreamDriver="gtls"\n'
            f'  defaultNetstreamDriverCAFile="{self.ca}" defaultNetstreamDriverCertFile="{self.ca}" defaultNetstreamDriverKeyFile="{self.key}")\n'
            'module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")\n'
            'module(load="imrelp" tls.tlslib="openssl")\n'
            'template(name="raw" type="string" string="%rawmsg%\\n")\n'
            + "".join(f'ruleset(name="{way}") {{ action(type="omfile" file="{self.folder}/{way}" template="raw" flushOnTXEnd="on") }}\n' for way in ("rsyslog", "relp"))
            + f'input(type="imtcp" address="127.0.0.1" port="{self.tls}" ruleset="rsyslog")\n'
            f'input(type="imrelp" address="127.0.0.1" port="{self.relp}" ruleset="relp" maxDataSize="2m" tls="on"\n'
            f'  tls.caCert="{self.ca}" tls.myCert="{self.ca}" tls.myPrivKey="{self.key}" tls.authMode="certvalid")\n'
        )
        world.start("rsyslogd", [RSYSLOG, "-n", "-i", self.folder / "pid", "-f", config])

    def has(self, way):
        """After it wrote what it had."""
        if "rsyslogd" in self.world.running:
            self.world.end("rsyslogd")
        return collections.Counter(found[1] for line in (self.folder / way).open(errors="replace") if (found := ID.search(line)))


COLLECTED = """
receivers: {{otlp: {{protocols: {{http: {{endpoint: "127.0.0.1:{port}"}}}}}}}}
exporters: {{ids: {{path: "{path}"}}}}
service:
  telemetry: {{metrics: {{level: none}}, logs: {{level: warn}}}}
  pipelines: {{logs: {{receivers: [otlp], exporters: [ids]}}}}
"""


class Collector:
    """Takes OTLP, and writes the id of each record into a file before it says that it took it."""

    def __init__(self, world, binary):
        self.port, self.path = free_port(), world.folder / "collected"
        config = world.folder / "collector.yaml"
        config.write_text(COLLECTED.format(port=self.port, path=self.path))
        world.start("collector", [binary, f"--config=file:{config}"])

    def has(self):
        return collections.Counter(self.path.read_text().split())


def s3(endpoint, path, into=None):
    """Asks the object store, signed by curl."""
    said = subprocess.run(
        ["curl", "-fsS", "--aws-sigv4", "aws:amz:us-east-1:s3", "-u", KEY, *(["-o", into] if into else []), f"{endpoint}/{path}"], capture_output=True, text=True
    )
    if said.returncode != 0:
        sys.exit(f"{path}: {said.stderr}")
    return said.stdout


def in_lake(endpoint, prefix, folder, dev, root):
    """How often each id is in a row, by DuckDB."""
    after = ""
    while True:
        query = {"list-type": "2", "prefix": f"{prefix}/"} | ({"start-after": after} if after else {})
        listed = tree.fromstring(s3(endpoint, "firn?" + urllib.parse.urlencode(sorted(query.items()))))
        keys = [found.text for found in listed.iter() if found.tag.endswith("}Key")]
        for key in keys:
            to = folder / key.removeprefix(prefix).lstrip("/")
            to.parent.mkdir(parents=True, exist_ok=True)
            s3(endpoint, "firn/" + urllib.parse.quote(key), to)
        if not keys or not any(found.text == "true" for found in listed.iter() if found.tag.endswith("}IsTruncated")):
            break
        after = keys[-1]
    told = subprocess.run([dev / "duckdb/bin/python", root / "tests/export/lake.py", folder], capture_output=True, text=True)
    if told.returncode != 0:
        sys.exit(told.stderr)
    return collections.Counter(json.loads(line)["metadata"]["uid"] for line in told.stdout.splitlines())


def credentials():
    """What the exporter knows the object store by."""
    os.environ |= dict(zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), KEY.split(":")))
