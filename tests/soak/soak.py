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
    path.write_text(f"""
data = "{world.folder}/data-{gateway_port}"
[gateway]
listen = "127.0.0.1:{gateway_port}"
sealing = [{{ id = "soak", env = "FIRN_SEALING_KEY" }}]
[gateway.connections.soak]
upstream = "http://127.0.0.1:{world.upstream}"
account = "soak"
user = "firn"
auth = {{ password = {{ env = "FIRN_UPSTREAM_PASSWORD" }} }}
[journal]
kind = "kafka"
brokers = "127.0.0.1:{world.kafka}"
[archive]
url = "s3://firn/soak"
[archive.options]
endpoint = "http://127.0.0.1:{world.s3}"
region = "us-east-1"
allow_http = "true"
[recorder]
max_batch_age = "500ms"
[query]
listen = "127.0.0.1:{api_port}"
[identity]
audience = "firn"
danger_loopback_http = true
[[identity.issuers]]
url = "http://127.0.0.1:{world.identity}"
[policy]
folder = "{ROOT}/deploy/policy"
catalog = ["{ROOT}/deploy/catalog/shop.sql"]
""")
    return str(path)
