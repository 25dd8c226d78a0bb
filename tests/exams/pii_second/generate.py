"""A second exam of detectors of personal data, in the form of `../pii`.

Enters: a seed and an empty or new folder. Leaves: `columns.jsonl`, `cells.jsonl`, `labels.jsonl` (bytes of UTF-8) and `tables/*.csv`; the same for the
same seed. Never here: what a detector does.

    python3 tests/exams/pii_second/generate.py 7 /tmp/pii-second
"""

import argparse
import csv
import json
import pathlib
import random
import sys

import lookalikes
import machines
import personal
from marks import read

ROWS = 40
# Of the cells of a column, this share is NULL, as in most warehouses.
NULLS = 0.05
NEUTRAL = ["c{}", "val{}", "field_{}", "col{}", "attr{}", "x{}", "data_{}", "value_{}", "custom_{}"]


def columns():
    """The columns in their order: what is known of each, and what writes a cell."""
    found, taken = [], set()
    entries = personal.COLUMNS + [(table, "plain", "plain", telling, other, type_, "-", True, True, cell) for table, telling, other, type_, cell in lookalikes.COLUMNS + machines.COLUMNS]
    turn = {}
    for at, (table, kind, place, telling, other, type_, lang, decidable, other_decidable, cell) in enumerate(entries):
        turn[kind] = turn.get(kind, at) + 1
        naming = ("telling", "opaque", "misleading")[turn[kind] % 3]
        name = {"telling": telling, "misleading": other, "opaque": NEUTRAL[at % len(NEUTRAL)].format(at % 41 + 1)}[naming]
        unique, count = name, 1
        while (table, unique) in taken:
            count += 1
            unique = f"{name}_{count}"
        taken.add((table, unique))
        can = {"telling": True, "opaque": decidable, "misleading": other_decidable}[naming]
        found.append(({"column": f"second-{at:03}", "table": table, "name": unique, "kind": kind, "naming": naming, "lang": lang, "decidable": can, "type": type_, "place": place}, cell))
    # A table's columns stand in no order of kinds.
    random.Random("order").shuffle(found)
    return sorted(found, key=lambda column: column[0]["table"])


def build(seed):
    """[(column, [(text or None, spans)])]"""
    exam = []
    for column, cell in columns():
        rng = random.Random(f"{seed}/{column['column']}")
        exam.append((column, [(None, []) if rng.random() < NULLS else read(cell(rng)) for _ in range(ROWS)]))
    return exam


def write(exam, folder):
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    tables = {}
    with open(folder / "columns.jsonl", "w", encoding="utf-8") as about, open(folder / "cells.jsonl", "w", encoding="utf-8") as cells, open(folder / "labels.jsonl", "w", encoding="utf-8") as labels:
        for column, rows in exam:
            tables.setdefault(column["table"], []).append((column["name"], rows))
            print(json.dumps(column, ensure_ascii=False), file=about)
            for row, (text, spans) in enumerate(rows):
                if text is None:
                    continue
                print(json.dumps({"id": f"{column['column']}/{row}", "t": column["table"], "c": column["name"], "ty": column["type"], "text": text}, ensure_ascii=False), file=cells)
                for label, kind, start, end in spans:
                    print(json.dumps({"column": column["column"], "row": row, "class": label, "kind": kind, "start": start, "end": end}, ensure_ascii=False), file=labels)
    for table, found in tables.items():
        with open(folder / "tables" / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(name for name, _ in found)
            writer.writerows([rows[row][0] or "" for _, rows in found] for row in range(ROWS))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog="Example: python3 tests/exams/pii_second/generate.py 7 /tmp/pii-second")
    parser.add_argument("seed", type=int)
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    exam = build(arguments.seed)
    write(exam, arguments.folder)
    personal_columns = sum(column["kind"] != "plain" for column, _ in exam)
    print(f"{len(exam)} columns ({personal_columns} personal, {len(exam) - personal_columns} look-alikes), {sum(len(spans) for _, rows in exam for _, spans in rows)} values in {arguments.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
