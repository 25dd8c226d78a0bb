"""Writes the eighth exam of detectors.

Enters: SEED OUT on the command line, `tables/*.txt` and `words/*.txt` beside this file. Leaves: OUT/cells.jsonl, labels.jsonl, columns.jsonl
and tables/*.csv; the same seed gives the same bytes. Never here: what a field looks like, detecting.
"""

import csv
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
import far_papers  # noqa: E402,F401
import health  # noqa: E402,F401
import keys  # noqa: E402,F401
import money  # noqa: E402,F401
import papers  # noqa: E402,F401
import passports  # noqa: E402,F401
import people  # noqa: E402
import plain  # noqa: E402,F401
import template  # noqa: E402

ROWS, NULLS = 40, 0.05
NAMINGS = {"t": "telling", "o": "opaque", "a": "abbreviated", "m": "misleading"}
PLACES = {"text": "text", "json": "json", "log": "log", "url": "url", "mixed": "text"}


class Row:
    """What cells of one row share: its country and its people."""

    def __init__(self, seed, table, countries, number):
        self.seed, self.table, self.number, self.people = seed, table, number, {}
        self.country = countries[number % len(countries)]
        self.rng = None

    def person(self, country, number):
        at = (country or self.country, number)
        if at not in self.people:
            rng = template.seeded(self.seed, self.table, self.number, *at)
            others = {other.name() for other in self.people.values()}
            made = people.Person(at[0], rng)
            while made.name() in others:
                made = people.Person(at[0], rng)
            self.people[at] = made
        return self.people[at]


def column_of(line, path):
    """NAME | naming[!] | kind[:place][:TYPE] | template"""
    parts = [part.strip() for part in line.split(" | ", 3)]
    if len(parts) != 4:
        raise ValueError(f"{path.name}: {line}")
    name, naming, what, first = parts
    bits = what.split(":")
    kind, place, type_ = bits[0], None, "VARCHAR"
    for bit in bits[1:]:
        if bit.isupper():
            type_ = bit
        else:
            place = bit
    return {"name": name, "naming": NAMINGS[naming.rstrip("!")], "kind": kind, "place": place or PLACES.get(kind, "cell"), "type": type_,
            "decidable": not naming.endswith("!"), "templates": [first]}


def tables():
    """(name, countries, columns)"""
    for path in sorted((HERE / "tables").glob("*.txt")):
        found = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("== "):
                _, name, countries = line.split()
                found.append((name, countries.split(","), []))
            elif line.startswith("| "):
                found[-1][2][-1]["templates"].append(line[2:].strip())
            elif line.strip() and not line.startswith("//"):
                found[-1][2].append(column_of(line, path))
        yield from found


def make(seed):
    """(table, columns, cells) of every table; a column has its rows, a row is None or (text, labels)."""
    for table, countries, columns in tables():
        rows = [Row(seed, table, countries, number) for number in range(ROWS)]
        language = people.COUNTRIES[countries[0]]["lang"] if len(set(countries)) == 1 else "mix"
        for column in columns:
            column["column"], column["table"], column["lang"] = f"{table}.{column['name']}", table, language
            column["cells"] = []
            for row in rows:
                row.rng = template.seeded(seed, column["column"], row.number)
                null = row.rng.random() < NULLS
                made = template.fill(row.rng.choice(column["templates"]), row)
                column["cells"].append(None if null else made)
        yield table, columns


def write(seed, out):
    (out / "tables").mkdir(parents=True, exist_ok=True)
    with open(out / "cells.jsonl", "w", encoding="utf-8") as cells, open(out / "labels.jsonl", "w", encoding="utf-8") as labels, \
            open(out / "columns.jsonl", "w", encoding="utf-8") as about:
        def put(file, value):
            file.write(json.dumps(value, ensure_ascii=False) + "\n")
        for table, columns in make(seed):
            for column in columns:
                put(about, {key: column[key] for key in ("column", "table", "name", "type", "naming", "kind", "place", "lang", "decidable")})
                for number, cell in enumerate(column["cells"]):
                    if cell is None:
                        continue
                    put(cells, {"id": f"{column['column']}/{number}", "t": table, "c": column["name"], "type": column["type"], "text": cell[0]})
                    for label in cell[1]:
                        put(labels, {"column": column["column"], "row": number, **label})
            with open(out / "tables" / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow([column["name"] for column in columns])
                writer.writerows([[column["cells"][row][0] if column["cells"][row] else "" for column in columns] for row in range(ROWS)])


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("generate.py SEED OUT")
    write(sys.argv[1], pathlib.Path(sys.argv[2]))
