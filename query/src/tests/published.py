"""The views that are published as SQL for other engines, read by DuckDB.

Usage: published.py VIEWS.SQL ARCHIVE. Questions as a JSON list of SQL on stdin; their rows as JSON on stdout.
"""
import json
import pathlib
import sys

import duckdb
import duckdb_extension_delta

extension = next(pathlib.Path(duckdb_extension_delta.__file__).parent.rglob("delta.duckdb_extension"))
db = duckdb.connect(config={"allow_unsigned_extensions": "true"})
db.execute(f"LOAD '{extension}'")
views, archive = sys.argv[1:]
db.execute(f"SET VARIABLE archive = '{archive}'")
db.execute(pathlib.Path(views).read_text())
json.dump([db.execute(sql).fetchall() for sql in json.load(sys.stdin)], sys.stdout)
