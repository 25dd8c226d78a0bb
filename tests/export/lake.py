"""Reads what firn put into a lake, by DuckDB: each row as a line of JSON. Fails if an object is not as Security Lake wants it.

    lake.py FOLDER
"""

import datetime
import re
import sys

import duckdb

FORM = re.compile(r"/([a-z]+)-(\d{4})/region=([^/]+)/accountId=([^/]+)/eventDay=(\d{8})/[^/]+\.parquet$")


def main(place):
    database = duckdb.connect()
    pattern = place.rstrip("/") + "/*/*/*/*/*.parquet"
    files = [name for (name,) in database.execute("select file from glob(?)", [pattern]).fetchall()]
    assert files, f"nothing matches {pattern}"
    for name in files:
        form = FORM.search(name)
        assert form, f"{name} is not where Security Lake looks"
        day = datetime.datetime.strptime(form[5], "%Y%m%d").replace(tzinfo=datetime.timezone.utc)
        packed = database.execute("select distinct compression from parquet_metadata(?)", [name]).fetchall()
        assert packed == [("ZSTD",)], f"{name}: {packed}"
        rows = database.execute(
            "select time, class_uid from read_parquet(?, hive_partitioning=false, file_row_number=true) order by file_row_number", [name]
        ).fetchall()
        times = [time for time, _ in rows]
        assert times == sorted(times), f"{name} is not in the order of time"
        assert {number for _, number in rows} == {int(form[2])}, f"{name} has more than one class"
        begin = day.timestamp() * 1000
        assert all(begin <= time < begin + 86_400_000 for time in times), f"{name} has another day"
    # One schema for all: a table over the whole folder is what an analyst makes.
    rows = database.execute("select to_json(t) from read_parquet(?, hive_partitioning=false) t", [pattern])
    while found := rows.fetchmany(1000):
        for (row,) in found:
            print(row)


main(sys.argv[1])
