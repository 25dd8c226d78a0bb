"""The demo of deploy/compose.yaml, once: tables into fakesnow, an agent at work (agent.py), and a person who answers what is held.

Enters: FIRN_ISSUER, whose users have the password `password`; FIRN_HOST, FIRN_PORT and FIRN_API, where firn is; FIRN_UPSTREAM_PORT, where
fakesnow is. Leaves: what the agent saw, on standard output; exit status 0 only if the held statement was answered and the agent went on.
"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
READY_WITHIN = 600
ANSWER_WITHIN = 120


def until(what, within, ready):
    """Waits until `ready` says something, and gives that back."""
    begun = time.monotonic()
    while True:
        try:
            found = ready()
        except OSError:
            found = None
        if found:
            return found
        if time.monotonic() - begun > within:
            sys.exit(f"{what} after {within} s")
        time.sleep(0.5)


def listens(port):
    with socket.create_connection((os.environ["FIRN_HOST"], int(port)), 2):
        return True


def token(user):
    form = {"grant_type": "password", "scope": "openid email profile", "username": user, "password": "password", "client_id": "firn", "client_secret": "firn-secret"}
    request = urllib.request.Request(os.environ["FIRN_ISSUER"] + "/token", urllib.parse.urlencode(form).encode())
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["id_token"]


def api(path, bearer, body=None):
    headers = {"authorization": f"Bearer {bearer}", "content-type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(os.environ["FIRN_API"] + path, data, headers), timeout=10) as answer:
        return json.load(answer)


def main():
    upstream = os.environ["FIRN_UPSTREAM_PORT"]
    until("fakesnow does not listen", READY_WITHIN, lambda: listens(upstream))
    until("firn does not listen", READY_WITHIN, lambda: listens(os.environ["FIRN_PORT"]))
    agent, olga = (until("nobody signs in", READY_WITHIN, lambda: token(f"{name}@example.com")) for name in ("agent", "olga"))
    subprocess.run([sys.executable, HERE / "seed.py", upstream, HERE / "seed.sql"], check=True)
    environment = os.environ | {"FIRN_TOKEN": agent, "SNOWFLAKE_DISABLE_PLATFORM_DETECTION": "true"}
    working = subprocess.Popen([sys.executable, "-W", "ignore", HERE / "agent.py"], env=environment)

    def held():
        return working.poll() is not None or api("/api/approvals", olga)["approvals"]

    waiting = until("nothing is held", ANSWER_WITHIN, held)
    if waiting is True:
        sys.exit("the agent ended before anything was held")
    statement = waiting[0]["statement_id"]
    print(f"\n  olga grants {statement}", flush=True)
    api(f"/api/approvals/{statement}/grant", olga, {"note": "refund of ticket 4711"})
    sys.exit(working.wait(ANSWER_WITHIN))


main()
