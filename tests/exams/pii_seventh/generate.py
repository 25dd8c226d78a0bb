"""Makes cells with labels out of tables of templates: `python3 generate.py SEED FOLDER`.

Enters: tables/*.txt, words/*.txt. Leaves: FOLDER/cells.jsonl, labels.jsonl, columns.jsonl, tables/*.csv. Never here: detectors.
"""

import csv
import json
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
import people  # noqa: E402
import template  # noqa: E402

ROWS = 40
PLACES = {"text": "prose", "json": "json", "log": "log", "url": "url", "mixed": "mixed"}
NAMINGS = {"t": "telling", "o": "opaque", "a": "abbreviated", "m": "misleading"}


def read():
    """[(table, countries, [column])]; a line that begins with `|` is one more template of the column above"""
    tables = []
    for path in sorted((HERE / "tables").glob("*.txt")):
        for at, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            line = line.strip()
            if not line or line.startswith("//"):
                continue
            if line.startswith("== "):
                name, countries = line[3:].split()
                tables.append((name, countries.split("+"), []))
            elif line.startswith("| "):
                tables[-1][2][-1]["templates"].append(line[2:])
            else:
                parts = line.split(" | ", 3)
                if len(parts) != 4:
                    raise ValueError(f"{path.name}:{at}: {line}")
                kind, *more = parts[2].rstrip("!").split(":")
                place = next((one for one in more if one.islower()), PLACES.get(kind, "cell"))
                type_ = next((one for one in more if one.isupper()), "VARIANT" if kind == "json" else "VARCHAR")
                tables[-1][2].append(dict(name=parts[0], naming=NAMINGS[parts[1]], kind=kind, place=place, type=type_, decidable=not parts[2].endswith("!"), templates=[parts[3]]))
    return tables


def write(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def main(seed, folder):
    folder = pathlib.Path(folder)
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    cells, labels, described = [], [], []
    for table, countries, columns in read():
        rows = [template.Row(seed, table, number, countries) for number in range(ROWS)]
        kept = {}
        for column in columns:
            name = f"{table}.{column['name']}"
            lang = "+".join(sorted({people.COUNTRIES[code]["lang"] for code in countries}))
            described.append(dict(column=name, table=table, name=column["name"], type=column["type"], kind=column["kind"], naming=column["naming"], place=column["place"], lang=lang, decidable=column["decidable"]))
            how = "json" if column["type"] == "VARIANT" else "xml" if column["place"] == "xml" else ""
            for number, row in enumerate(rows):
                null = random.Random(f"{seed}/null/{name}/{number}").random() < 0.05
                row.at(column["name"])
                text, found = template.fill(row.rng.choice(column["templates"]), row, how)
                kept[number, column["name"]] = "" if null else text
                if null:
                    continue
                cells.append(dict(id=f"{name}/{number}", t=table, c=column["name"], type=column["type"], text=text))
                labels += [{"column": name, "row": number, "class": class_, "kind": kind, "start": start, "end": end} for class_, kind, start, end in found]
        with open(folder / "tables" / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow([column["name"] for column in columns])
            out.writerows([kept[number, column["name"]] for column in columns] for number in range(ROWS))
    write(folder / "cells.jsonl", cells)
    write(folder / "labels.jsonl", labels)
    write(folder / "columns.jsonl", described)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
