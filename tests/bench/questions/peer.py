"""DuckDB's side of `main.rs`: the same questions by hand-written SQL over the archive's Parquet files; the same rows as plain Parquet; the
same events from NDJSON to Parquet.

Enters: JSON on stdin: what is wanted, the archive's folder. Leaves: JSON: best seconds, most memory, rows of each question; bytes; seconds.
"""
import glob
import json
import os
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


def quoted(text):
    return "'" + str(text).replace("'", "''") + "'"


def connected(asked):
    db = duckdb.connect()
    db.execute("SET threads = 2; SET TimeZone = 'UTC'")
    if "scratch" in asked:
        db.execute(f"SET temp_directory = {quoted(asked['scratch'])}")
    return db


def rows_of(asked, table):
    """The rows of a table's files, as they stand there; none where it has no file. Its log's own Parquet files are none of them."""
    files = os.path.join(asked["archive"], table, "partition=*", "*.parquet")
    if not glob.glob(files):
        return None
    return f"read_parquet({quoted(files)}, union_by_name = true, hive_partitioning = false)"


def questions(asked):
    db = connected(asked)
    db.execute("SET enable_object_cache = true")
    db.execute(f"CREATE VIEW ev AS SELECT * FROM {rows_of(asked, 'events')}")
    answers = []
    for sql in asked["questions"]:
        forget_peak()
        best = float("inf")
        for _ in range(asked["runs"]):
            began = time.perf_counter()
            rows = db.execute(sql).fetchall()
            best = min(best, time.perf_counter() - began)
        answers.append({"seconds": best, "mb": peak_mb(), "rows": len(rows)})
    return {"events": db.execute("SELECT count(*) FROM ev").fetchone()[0], "answers": answers}


PLAIN = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 3)"


def plain(asked):
    db = connected(asked)
    total = 0
    for table in ("events", "pages"):
        rows = rows_of(asked, table)
        if rows:
            path = os.path.join(asked["scratch"], f"{table}.parquet")
            db.execute(f"COPY (SELECT * FROM {rows}) TO {quoted(path)} {PLAIN}")
            total += os.path.getsize(path)
            os.remove(path)
    return {"bytes": total}


def without_nulls(value):
    """As an exporter would write it: a kind's columns are NULL in every other kind's rows."""
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def ingest(asked):
    db = connected(asked)
    events, pages = rows_of(asked, "events"), rows_of(asked, "pages")
    body = f"LEFT JOIN (SELECT event_id, base64(body) AS body FROM {pages}) USING (event_id)" if pages else ""
    db.execute(f"CREATE TABLE told AS SELECT * FROM {events} {body}")
    # Bytes are no JSON: they are told in base64, and stay text.
    types = {name: kind for name, kind, *_ in db.execute("DESCRIBE told").fetchall()}
    binary = [name for name, kind in types.items() if kind == "BLOB"]
    replaced = f"REPLACE ({', '.join(f'base64({name}) AS {name}' for name in binary)})" if binary else ""
    types.update({name: "VARCHAR" for name in binary})
    raw, clean, out = (os.path.join(asked["scratch"], name) for name in ("raw.json", "clean.json", "out.parquet"))
    db.execute(f"COPY (SELECT * {replaced} FROM told) TO {quoted(raw)} (FORMAT json)")
    db.execute("DROP TABLE told")
    with open(raw) as lines, open(clean, "w") as told:
        for line in lines:
            told.write(json.dumps(without_nulls(json.loads(line)), separators=(",", ":"), ensure_ascii=False) + "\n")
    columns = "{" + ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in types.items()) + "}"
    read = f"read_json({quoted(clean)}, format = 'newline_delimited', columns = {columns})"
    best = float("inf")
    for _ in range(asked["runs"]):
        began = time.process_time()
        db.execute(f"COPY (SELECT * FROM {read}) TO {quoted(out)} {PLAIN}")
        best = min(best, time.process_time() - began)
    return {"seconds": best, "json_bytes": os.path.getsize(clean)}


request = json.load(sys.stdin)
json.dump({"questions": questions, "plain": plain, "ingest": ingest}[request["do"]](request), sys.stdout)
