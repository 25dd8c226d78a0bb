"""Runs a script of steps through the Snowflake Python connector (4.x and 5.x alike), unmodified.

Enters: a JSON file (see ../drivers.md). Leaves: one JSON line a step on standard output.
"""

import datetime
import decimal
import json
import pathlib
import sys
import time

import snowflake.connector


def plain(value):
    if isinstance(value, (datetime.date, datetime.datetime, datetime.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    return value


def say(**fields):
    print(json.dumps(fields), flush=True)


def failure(error):
    return {"code": getattr(error, "errno", None), "state": getattr(error, "sqlstate", None), "message": str(getattr(error, "msg", None) or error)}


def cancel(cursor, step):
    """5.x has no timeout of a statement: what can be cancelled there is one that runs asynchronously."""
    cursor.execute_async(step["sql"])
    time.sleep(step["cancel_after_s"])
    cursor.abort_query(cursor.sfqid)
    cursor.get_results_from_sfqid(cursor.sfqid)
    return {"columns": [], "rows": [[plain(v) for v in row] for row in cursor.fetchall()]}


def write_pandas(connection, wanted):
    import pandas
    from snowflake.connector.pandas_tools import write_pandas as write

    frame = pandas.DataFrame(wanted["rows"], columns=wanted["columns"])
    ok, chunks, rows, _ = write(connection, frame, wanted["table"], **wanted.get("options", {}))
    return {"columns": ["ok", "chunks", "rows"], "rows": [[ok, chunks, rows]]}


def run(cursor, step):
    if "cancel_after_s" in step and snowflake.connector.__version__.startswith("5."):
        return cancel(cursor, step)
    options = {}
    if "statements" in step:
        options["num_statements"] = step["statements"]
    if "cancel_after_s" in step:
        options["timeout"] = step["cancel_after_s"]
    if step.get("many"):
        cursor.executemany(step["sql"], step["binds"])
    elif "pandas" in step:
        return write_pandas(cursor.connection, step["pandas"])
    elif step.get("async"):
        cursor.execute_async(step["sql"])
        cursor.get_results_from_sfqid(cursor.sfqid)
    elif step.get("describe"):
        return {"columns": [column.name for column in cursor.describe(step["sql"])], "rows": []}
    else:
        cursor.execute(step["sql"], step.get("binds"), **options)
    answer = {"columns": [column[0] for column in cursor.description or []], "rows": [[plain(v) for v in row] for row in cursor.fetchall()], "query_id": cursor.sfqid}
    while "statements" in step and cursor.nextset():
        answer.setdefault("more", []).append([[plain(v) for v in row] for row in cursor.fetchall()])
    return answer


def attempt(connection, number, step):
    """Whether it went well."""
    cursor, begun = connection.cursor(), time.monotonic()
    try:
        answer = {"ok": True, **run(cursor, step)}
    except Exception as error:
        answer = {"ok": False, "error": failure(error)}
    say(step=number, took_s=time.monotonic() - begun, **answer)
    cursor.close()
    return answer["ok"]


def main():
    script = json.load(open(sys.argv[1]))
    snowflake.connector.paramstyle = "qmark"
    try:
        connection = snowflake.connector.connect(account="firn", host=script["host"], port=script["port"], protocol=script.get("protocol", "http"), **script["login"])
    except Exception as error:
        say(step="login", ok=False, error=failure(error))
        return
    say(step="login", ok=True)
    for number, step in enumerate(script["steps"]):
        time.sleep(step.get("pause_s", 0))
        while "wait_for" in step and not pathlib.Path(step["wait_for"]).exists():
            time.sleep(0.1)
        patience = time.monotonic() + step.get("until_ok_s", 0)
        while not attempt(connection, number, step) and time.monotonic() < patience:
            time.sleep(0.5)
    connection.close()
    say(step="close", ok=True)


main()
