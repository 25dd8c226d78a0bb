"""Writes a sixth exam of detectors: `generate.py SEED OUTDIR`.

Enters: a seed, the columns of `tables/*.txt`, words. Leaves: `cells.jsonl`, `labels.jsonl`, `columns.jsonl`, `tables/*.csv` in OUTDIR. Never here: detecting, scoring;
the seed chooses values and never columns.

Lines of `tables/*.txt`: `# TABLE | locale,locale` starts a table; then `NAME | naming | kind[:place][:TYPE][@locale][!] | template`, where `!` marks what
nobody can tell from its cell, its name and its neighbours. A name may be quoted by anybody as the warehouse has it.
"""

import csv
import json
import pathlib
import random
import re
import sys

import keys
import money
import papers_far
import people
import plain
from template import fill, joined

HERE = pathlib.Path(__file__).parent
ROWS, EMPTY = 40, 0.05
FIELDS = {**plain.FIELDS, **people.FIELDS, **money.FIELDS, **papers_far.FIELDS, **keys.FIELDS}
SPEC = re.compile(r"(?P<kind>[a-z_]+)(?::(?P<place>[a-z]+))?(?::(?P<type>[A-Z_]+))?(?:@(?P<locale>[a-z,]+))?(?P<open>!)?$")
NAMING, PLACES = {"telling", "abbreviated", "opaque", "misleading"}, {"text", "json", "log", "url", "mixed"}


class Cell:
    """What a field may ask for."""

    def __init__(self, rng, person, row):
        self.rng, self.person, self.row = rng, person, row


def tables():
    """(table, locales, columns)"""
    out = []
    for path in sorted((HERE / "tables").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                name, _, locales = line[2:].partition(" | ")
                out.append((name.strip(), locales.strip().split(","), []))
            elif line.strip():
                name, naming, spec, template = line.split(" | ", 3)
                found = SPEC.match(spec.strip())
                if not found or naming not in NAMING:
                    raise ValueError(line)
                out[-1][2].append((name, naming, found.groupdict(), template))
    return out


def column_of(table, locales, index, column):
    name, naming, spec, template = column
    kind = spec["kind"]
    place = spec["place"] or (kind if kind in PLACES else "cell")
    of = (spec["locale"] or ",".join(locales)).split(",")
    return {"column": f"{table}#{index:02}", "table": table, "name": name, "kind": kind, "naming": naming, "place": place, "type": spec["type"] or "VARCHAR",
            "lang": of[0] if len(set(of)) == 1 else "mix", "decidable": not spec["open"]}, spec["locale"], template


def values(seed, column, own, template, people_of):
    """Text (or None) and labels of every row."""
    for row in range(ROWS):
        rng = random.Random(f"{seed}/{column['column']}/{row}")
        person = people_of[row]
        if own:
            person = people.Person(random.Random(f"{seed}/{column['table']}/{own}/{row}"), rng.choice(own.split(",")))
        first = column["column"].endswith("#00") and column["kind"] == "plain"
        if rng.random() < EMPTY and not first:
            yield None, []
        else:
            yield joined(fill(template, Cell(rng, person, row), FIELDS))


def write(folder, name, lines):
    with open(folder / name, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def main(seed, folder):
    folder = pathlib.Path(folder)
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    columns, cells, labels = [], [], []
    for table, locales, listed in tables():
        people_of = []
        for row in range(ROWS):
            rng = random.Random(f"{seed}/{table}/{row}")
            people_of.append(people.Person(rng, rng.choice(locales)))
        side = []
        for index, one in enumerate(listed):
            column, own, template = column_of(table, locales, index, one)
            columns.append(column)
            side.append([])
            for row, (text, found) in enumerate(values(seed, column, own, template, people_of)):
                side[-1].append(text)
                if text is not None:
                    cells.append({"id": f"{column['column']}/{row}", "t": table, "c": column["name"], "ty": column["type"], "text": text})
                    labels.extend({"column": column["column"], "row": row, **label} for label in found)
        with open(folder / "tables" / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([name for name, *_ in listed])
            writer.writerows(zip(*side))
    write(folder, "columns.jsonl", columns)
    write(folder, "cells.jsonl", cells)
    write(folder, "labels.jsonl", labels)


if __name__ == "__main__":
    main(*sys.argv[1:3])
