"""Writes the cells of the twelfth exam of detectors, with labels.

Enters: a seed, an empty folder; tables/*.txt and words/*.txt beside this file. Leaves: cells.jsonl, labels.jsonl, columns.jsonl, tables/*.csv; the same seed, the same bytes.
Never here: what a field says, detectors.

    python3 tests/exams/pii_twelfth/generate.py 12 /tmp/pii-twelfth
"""

import argparse
import collections
import csv
import json
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
import guard  # noqa: E402
import keys  # noqa: E402,F401
import papers  # noqa: E402,F401
import people  # noqa: E402
import things  # noqa: E402
from engine import Cell, fill  # noqa: E402

NAMING = {"t": "telling", "a": "abbreviated", "o": "opaque", "f": "foreign", "m": "misleading"}
MISSING = 0.04


def read():
    """Tables as {"table", "countries", "lang", "rows", "columns"}, in the order of the files."""
    made, column = [], None
    for path in sorted((HERE / "tables").glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                if line.startswith("== "):
                    name, countries, lang, rows = line[3:].split(" | ")
                    made.append({"table": name, "countries": countries.split(","), "lang": lang, "rows": int(rows), "columns": []})
                elif line.startswith("~ "):
                    column["templates"].append(line[2:])
                elif line and not line.startswith("#"):
                    name, naming, kind, template = line.split(" | ", 3)
                    kind, _, type_ = kind.partition(":")
                    kind, _, place = kind.partition("@")
                    kind, _, lang = kind.partition("/")
                    column = {"name": name, "naming": NAMING[naming[0]], "decidable": not naming.endswith("!"), "kind": kind, "place": place or ("text" if kind in ("text", "log", "url") else kind if kind == "json" else "cell"),
                              "type": type_ or "VARCHAR", "lang": lang or made[-1]["lang"], "templates": [template]}
                    made[-1]["columns"].append(column)
            except (ValueError, KeyError) as error:
                raise SystemExit(f"{path.name}:{number}: {line!r}: {error!r}")
    return made


def build(seed):
    """(table, column, [(text or None, labels)]) for every column."""
    for table in read():
        cast = {}

        def people_of(row, index, country):
            at = row, index, country
            if at not in cast:
                chance = random.Random(f"{seed}/{table['table']}/{row}/{index}/{country}")
                cast[at] = people.Person(chance, country or chance.choice(table["countries"]))
            return cast[at]

        for order, column in enumerate(table["columns"]):
            known = {key: column[key] for key in ("name", "kind", "naming", "lang", "decidable", "type", "place")}
            known = dict(column=f"{table['table']}.{order:02}", **known, table=table["table"])
            rows = []
            for row in range(table["rows"]):
                chance = random.Random(f"{seed}/{table['table']}/{order}/{row}")
                if chance.random() < MISSING:
                    rows.append((None, []))
                    continue
                for _ in range(300):
                    cell = Cell(chance, lambda index, country, row=row: people_of(row, index, country), row, things.WORDS)
                    try:
                        text, labels = fill(chance.choice(column["templates"]), cell)
                    except Exception as error:
                        raise SystemExit(f"{table['table']}.{column['name']}: {error!r}")
                    if guard.sensitive(hidden(text, labels)) is None:
                        break
                else:
                    raise SystemExit(f"{table['table']}.{column['name']}: never free of {guard.sensitive(hidden(text, labels))}: {text!r}")
                rows.append((text, labels))
            yield table, known, rows


def hidden(text, labels):
    """The text without what is labelled in it."""
    whole = text.encode()
    for _, _, start, end in labels:
        whole = whole[:start] + b"\x01" * (end - start) + whole[end:]
    return whole.decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seed", type=int)
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = arguments.folder
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    count, side = collections.Counter(), collections.defaultdict(list)
    with open(folder / "cells.jsonl", "w", encoding="utf-8") as cell_file, open(folder / "labels.jsonl", "w", encoding="utf-8") as label_file, \
            open(folder / "columns.jsonl", "w", encoding="utf-8") as column_file:
        for table, known, rows in build(arguments.seed):
            column_file.write(json.dumps(known, ensure_ascii=False) + "\n")
            count.update(columns=1, plain=known["kind"] == "plain")
            side[table["table"]].append((known["name"], [text for text, _ in rows]))
            for row, (text, labels) in enumerate(rows):
                if text is None:
                    continue
                count.update(cells=1, labels=len(labels))
                cell_file.write(json.dumps({"id": f"{known['column']}/{row}", "t": known["table"], "c": known["name"], "ty": known["type"], "text": text}, ensure_ascii=False) + "\n")
                for label, kind, start, end in labels:
                    label_file.write(json.dumps({"column": known["column"], "row": row, "class": label, "kind": kind, "start": start, "end": end}, ensure_ascii=False) + "\n")
    for name, columns in side.items():
        with open(folder / "tables" / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([head for head, _ in columns])
            writer.writerows(zip(*[[text or "" for text in texts] for _, texts in columns]))
    print(f"{len(side)} tables, {count['columns']} columns ({count['columns'] - count['plain']} sensitive, {count['plain']} look-alikes), {count['cells']} cells, {count['labels']} labels")


if __name__ == "__main__":
    main()
