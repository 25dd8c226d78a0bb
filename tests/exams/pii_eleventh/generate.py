"""Makes the exam: cells, labels, columns and tables from a seed.

Enters: SEED and a folder; tables/*.txt. Leaves: cells.jsonl, labels.jsonl, columns.jsonl, tables/*.csv. Never here: detecting, scoring.
    python3 generate.py 11 /tmp/pii-eleventh
"""

import csv
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from template import HERE, Row, fill  # noqa: E402
import far_papers, keys, money, new_papers, papers, people, plain  # noqa: E401,E402,F401

ROWS, NULLS = 30, 24
PLACES = ("text", "mixed", "log", "url", "json")


def read_tables(folder=HERE / "tables"):
    """Tables as (name, countries, columns) in the order of files and lines."""
    tables = []
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if not line.strip() or line.startswith("# "):
                continue
            if line.startswith("== "):
                _, name, *countries = line.split()
                tables.append((name, countries, []))
            elif line.startswith("|"):
                tables[-1][2][-1]["templates"].append(line[1:].strip().replace("⏎", "\n"))
            else:
                tables[-1][2].append(read_column(tables[-1][0], tables[-1][1], line, f"{path.name}:{number}"))
    return tables


def read_column(table, countries, line, where):
    """`NAME | naming | kind[:place][:TYPE] | template`; `!` behind the naming where it cannot be told."""
    parts = [part.strip() for part in line.split(" | ", 3)]
    if len(parts) != 4:
        raise ValueError(f"{where}: {line}")
    name, naming, kind, template = parts
    kind, *rest = kind.split(":")
    type_ = next((one for one in rest if one.isupper()), "VARIANT" if kind == "json" else "VARCHAR")
    place = next((one for one in rest if one.islower()), kind if kind in PLACES else "cell")
    languages = sorted({people.PEOPLE[country].lang for country in countries})
    return {"column": f"{table}.{name}", "name": name, "kind": kind, "naming": naming.rstrip("!"), "place": place, "type": type_,
            "lang": languages[0] if len(languages) == 1 else "mul", "decidable": not naming.endswith("!"), "templates": [template.replace("⏎", "\n")]}


def fill_table(seed, table, countries, columns):
    """By column its rows of (text, labels); None where NULL."""
    rows = [Row(seed, table, number, countries) for number in range(ROWS)]
    filled = {}
    for column in columns:
        filled[column["column"]] = cells = []
        for row in rows:
            row.cell(column["name"])
            null = row.rng.randrange(NULLS) == 0
            cells.append(None if null else fill(row.rng.choice(column["templates"]), row))
    return filled


def write(path, lines):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def make(seed, out):
    out = pathlib.Path(out)
    (out / "tables").mkdir(parents=True, exist_ok=True)
    cells, labels, described = [], [], []
    for table, countries, columns in read_tables():
        filled = fill_table(seed, table, countries, columns)
        for column in columns:
            described.append({key: value for key, value in column.items() if key != "templates"})
            for number, cell in enumerate(filled[column["column"]]):
                if cell is not None:
                    cells.append({"id": f"{column['column']}/{number}", "t": table, "c": column["name"], "type": column["type"], "text": cell[0]})
                    labels += [{"column": column["column"], "row": number, **label} for label in cell[1]]
        with open(out / "tables" / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([column["name"] for column in columns])
            for number in range(ROWS):
                writer.writerow([(filled[column["column"]][number] or ("",))[0] for column in columns])
    write(out / "cells.jsonl", cells)
    write(out / "labels.jsonl", labels)
    write(out / "columns.jsonl", described)
    return cells, labels, described


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    make(sys.argv[1], sys.argv[2])
