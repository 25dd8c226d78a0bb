"""DuckDB beside: what it says over the views that are published as SQL for other engines.

Usage: peer.py VIEWS.SQL ARCHIVE. Questions as a JSON list of SQL on stdin; on stdout, for each, {"rows": [...]} with times as firn
writes them, or {"error": "..."}.
"""
import json
import pathlib
import re
import sys

import duckdb
import duckdb_extension_delta

TIME = "TIMESTAMP WITH TIME ZONE"


def written(name, kind):
    """A column as JSON can have it."""
    quoted = '"' + name.replace('"', '""') + '"'
    if str(kind) == TIME:
        return f"strftime(timezone('UTC', {quoted}), '%Y-%m-%dT%H:%M:%S.%fZ') AS {quoted}"
    return quoted


def shortened(value):
    """As many thirds of a second's digits as are needed."""
    return value and re.sub(r"000Z$", "Z", re.sub(r"\.000000Z$", "Z", value))


def answer(sql):
    try:
        asked = db.sql(sql)
        columns = [written(name, kind) for name, kind in zip(asked.columns, asked.types)]
        times = [str(kind) == TIME for kind in asked.types]
        rows = asked.project(", ".join(columns)).fetchall()
    except duckdb.Error as error:
        return {"error": str(error)}
    return {"rows": [[shortened(value) if time else value for value, time in zip(row, times)] for row in rows]}


extension = next(pathlib.Path(duckdb_extension_delta.__file__).parent.rglob("delta.duckdb_extension"))
db = duckdb.connect(config={"allow_unsigned_extensions": "true"})
db.execute(f"LOAD '{extension}'")
views, archive = sys.argv[1:]
db.execute("SET TimeZone = 'UTC'")
db.execute(f"SET VARIABLE archive = '{archive}'")
db.execute(pathlib.Path(views).read_text())
json.dump([answer(sql) for sql in json.load(sys.stdin)], sys.stdout)
