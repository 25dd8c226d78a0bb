"""Reads tables of an archive as an outsider: DuckDB's own Delta reader, and its Parquet reader over all files.

Usage: witness.py FOLDER. Prints a JSON object by table: rows, distinct places and the sum of offsets, both ways.
"""
import json
import pathlib
import sys

import duckdb
import duckdb_extension_delta

extension = next(pathlib.Path(duckdb_extension_delta.__file__).parent.rglob("delta.duckdb_extension"))
db = duckdb.connect(config={"allow_unsigned_extensions": "true"})
db.execute(f"LOAD '{extension}'")
folder = pathlib.Path(sys.argv[1])
report = {}
for table in ("events", "pages", "quarantine"):
    ways = {
        "delta": f"delta_scan('{folder / table}')",
        "parquet": f"read_parquet('{folder / table}/*/*.parquet', union_by_name = true, hive_partitioning = false)",
    }
    report[table] = {}
    for way, source in ways.items():
        rows = db.execute(
            f'SELECT count(*), count(DISTINCT ("partition", "offset")), coalesce(sum("offset"), 0)::BIGINT FROM {source}'
        ).fetchone()
        report[table][way] = list(rows)
report["kinds"] = dict(
    db.execute(f"SELECT kind, count(*) FROM delta_scan('{folder / 'events'}') GROUP BY 1").fetchall()
)
report["new_field"] = db.execute(
    f"SELECT count(session_opened.upstream_session) FROM delta_scan('{folder / 'events'}')"
).fetchone()[0]
print(json.dumps(report))
