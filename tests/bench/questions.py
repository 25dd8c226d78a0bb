"""DuckDB's side of `questions.rs`: the same questions by hand-written SQL over the archive's Parquet files.

Enters: JSON on stdin: the files, how many runs, the SQL. Leaves: JSON: best seconds, most memory, rows of each.
"""
import json
import sys
import time

import duckdb


def peak_mb():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024


def forget_peak():
    try:
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")
    except OSError:
        pass


asked = json.load(sys.stdin)
db = duckdb.connect()
db.execute("SET threads = 2; SET TimeZone = 'UTC'; SET enable_object_cache = true")
db.execute(f"CREATE VIEW ev AS SELECT * FROM read_parquet('{asked['files']}', union_by_name = true)")
answers = []
for sql in asked["questions"]:
    forget_peak()
    best = float("inf")
    for _ in range(asked["runs"]):
        began = time.perf_counter()
        rows = db.execute(sql).fetchall()
        best = min(best, time.perf_counter() - began)
    answers.append({"seconds": best, "mb": peak_mb(), "rows": len(rows)})
json.dump(answers, sys.stdout)
