"""Runs a script of steps through Snowflake's SQL API with plain requests, in the shapes of Snowflake's own samples.

Enters: a JSON file (see ../drivers.md). Leaves: one JSON line a step on standard output.
"""

import json
import pathlib
import sys
import time
import uuid

import requests


def say(**fields):
    print(json.dumps(fields), flush=True)


class Api:
    def __init__(self, script):
        self.base = f"{script.get('protocol', 'http')}://{script['host']}:{script['port']}"
        self.login = script["login"]
        self.headers = {
            "Content-Type": "application/json", "Accept": "application/json", "User-Agent": "myApplicationName/1.0",
            "Authorization": "Bearer " + self.login["token"], "X-Snowflake-Authorization-Token-Type": "OAUTH",
        }

    def call(self, method, path, body=None):
        return requests.request(method, self.base + path, json=body, headers=self.headers, timeout=120)

    def finished(self, response):
        while response.status_code == 202:
            time.sleep(0.2)
            response = self.call("GET", response.json()["statementStatusUrl"])
        return response

    def rows(self, response):
        answer = response.json()
        data = list(answer["data"])
        for number, part in enumerate(answer["resultSetMetaData"]["partitionInfo"][1:], start=1):
            got = self.call("GET", f"/api/v2/statements/{answer['statementHandle']}?partition={number}&requestId={uuid.uuid4()}").json()["data"]
            assert len(got) == part["rowCount"], (len(got), part)
            data += got
        return [column["name"] for column in answer["resultSetMetaData"]["rowType"]], data

    def run(self, step):
        if "path" in step:
            response = self.call("GET", step["path"])
            return {"ok": response.ok, "error": {"code": response.json().get("code"), "message": response.json().get("message")}}
        kinds = {int: "FIXED", float: "REAL", str: "TEXT", bool: "BOOLEAN"}
        body = {"statement": step["sql"], "timeout": 60, "database": self.login["database"], "schema": self.login["schema"], "parameters": {}}
        if step.get("binds"):
            body["bindings"] = {str(at): {"type": kinds[type(value)], "value": str(value)} for at, value in enumerate(step["binds"], start=1)}
        if "statements" in step:
            body["parameters"]["MULTI_STATEMENT_COUNT"] = str(step["statements"])
        query = f"requestId={uuid.uuid4()}" + ("&async=true" if step.get("async") else "")
        response = self.call("POST", f"/api/v2/statements?{query}", body)
        if "cancel_after_s" in step:
            time.sleep(step["cancel_after_s"])
            canceled = self.call("POST", response.json()["statementStatusUrl"] + "/cancel", {})
            assert canceled.ok, canceled.text
        response = self.finished(response)
        if not response.ok:
            error = response.json()
            return {"ok": False, "status": response.status_code, "error": {"code": error.get("code"), "state": error.get("sqlState"), "message": error.get("message")}}
        answer = response.json()
        if "statementHandles" in answer:
            parts = [self.rows(self.finished(self.call("GET", f"/api/v2/statements/{handle}"))) for handle in answer["statementHandles"]]
            return {"ok": True, "columns": parts[0][0], "rows": parts[0][1], "more": [rows for _, rows in parts[1:]]}
        columns, rows = self.rows(response)
        return {"ok": True, "columns": columns, "rows": rows}


def main():
    script = json.load(open(sys.argv[1]))
    api = Api(script)
    # Nothing opens a session here: who the token speaks of is seen by the first statement.
    first = api.run({"sql": "select 1"})
    say(**{"step": "login", **first})
    if not first["ok"]:
        return
    for number, step in enumerate(script["steps"]):
        time.sleep(step.get("pause_s", 0))
        while "wait_for" in step and not pathlib.Path(step["wait_for"]).exists():
            time.sleep(0.1)
        begun = time.monotonic()
        try:
            answer = api.run(step)
        except Exception as error:
            answer = {"ok": False, "error": {"message": repr(error)}}
        say(step=number, took_s=time.monotonic() - begun, **answer)
    say(step="close", ok=True)


main()
