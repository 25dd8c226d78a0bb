"""Runs a script of steps through ADBC's Snowflake driver (gosnowflake inside), unmodified.

Enters: a JSON file (see ../drivers.md). Leaves: one JSON line a step on standard output.
"""

import datetime
import decimal
import json
import sys
import threading
import time

import adbc_driver_snowflake.dbapi


def plain(value):
    if isinstance(value, (datetime.date, datetime.datetime, datetime.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value


def say(**fields):
    print(json.dumps(fields), flush=True)


def failure(error):
    return {"code": getattr(error, "vendor_code", None), "state": getattr(error, "sqlstate", None), "message": str(error)}


def ingest(cursor, wanted):
    import pyarrow

    columns = list(zip(*wanted["rows"]))
    table = pyarrow.table(dict(zip(wanted["columns"], columns)))
    return cursor.adbc_ingest(wanted["table"], table, mode="append")


def main():
    script = json.load(open(sys.argv[1]))
    login = script["login"]
    options = {
        "adbc.snowflake.sql.account": "firn",
        "adbc.snowflake.sql.uri.host": script["host"],
        "adbc.snowflake.sql.uri.port": str(script["port"]),
        "adbc.snowflake.sql.uri.protocol": script.get("protocol", "http"),
        "adbc.snowflake.sql.auth_type": "auth_oauth",
        "adbc.snowflake.sql.client_option.auth_token": login["token"],
    }
    for ours, theirs in (("database", "db"), ("schema", "schema"), ("warehouse", "warehouse")):
        if login.get(ours):
            options[f"adbc.snowflake.sql.{theirs}"] = login[ours]
    try:
        connection = adbc_driver_snowflake.dbapi.connect(db_kwargs=options, autocommit=True)
    except Exception as error:
        say(step="login", ok=False, error=failure(error))
        return
    say(step="login", ok=True)
    for number, step in enumerate(script["steps"]):
        time.sleep(step.get("pause_s", 0))
        cursor = connection.cursor()
        timer = None
        if "cancel_after_s" in step:
            timer = threading.Timer(step["cancel_after_s"], cursor.adbc_cancel)
            timer.start()
        try:
            if "ingest" in step:
                say(step=number, ok=True, columns=["rows"], rows=[[ingest(cursor, step["ingest"])]])
                continue
            cursor.execute(step["sql"], step.get("binds"))
            say(step=number, ok=True, columns=[c[0] for c in cursor.description or []], rows=[[plain(v) for v in row] for row in cursor.fetchall()])
        except Exception as error:
            say(step=number, ok=False, error=failure(error))
        finally:
            if timer:
                timer.cancel()
            cursor.close()
    connection.close()
    say(step="close", ok=True)


main()
