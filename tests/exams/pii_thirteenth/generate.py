"""Makes the thirteenth exam of detectors: tables of a made-up group of companies as cells with labels.

Enters: a seed, a folder; `tables/*.txt`. Leaves in the folder: `cells.jsonl` (`{id,t,c,ty,text}`), `labels.jsonl` (`{column,row,class,kind,start,end}`, bytes of
UTF-8), `columns.jsonl`, `tables/*.csv`. The same seed gives the same bytes. Never here: detecting, scoring, the network.

    python3 tests/exams/pii_thirteenth/generate.py SEED DIR
"""

import argparse
import csv
import json
import pathlib
import random
import re
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
import engine  # noqa: E402
import guard  # noqa: E402
import keys  # noqa: E402
import people  # noqa: E402
import things  # noqa: E402

NAMING = {"t": "telling", "a": "abbreviated", "o": "opaque", "f": "foreign", "m": "misleading", "x": "plain"}
PLACES = {"~": "text", "^": "url", "&": "log", "": "cell"}
NULLS = 0.03


def more(row, what, how):
    """What is no person's: secrets and things."""
    if what in keys.PARTS:
        return keys.PARTS[what](row.r)
    if what == "k":
        if how == "telling":
            how = row.r.choice(keys.TELLING)
        return keys.draw(row, how)
    if what == "pw":
        return [(keys.password(row.r), ("secret", "password"))]
    if what == "pwu":
        return [(keys.safe_password(row.r), ("secret", "password"))]
    return things.draw(row.r, what, how)


def parse(path):
    """Tables of a file: `== name country rows`, then a line a column: code, name, forms between ` ¦ ` (a document after `json `)."""
    table = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("== "):
            name, country, rows = line[3:].split()
            table = {"name": name, "country": country, "rows": int(rows), "columns": []}
            yield table
            continue
        found = re.fullmatch(r"([taofmx])(\??)([~^&]?) (\S+) +(.+)", line)
        if not found:
            raise ValueError(f"{path.name}:{number}: {line}")
        code, unsure, place, name, rest = found.groups()
        is_json = rest.startswith("json ")
        try:
            forms = [json.loads(form) for form in rest[5:].split(" ¦ ")] if is_json else [form.replace("\\n", "\n") for form in rest.split(" ¦ ")]
        except ValueError as error:
            raise ValueError(f"{path.name}:{number}: {error}") from None
        table["columns"].append({"name": name, "naming": NAMING[code], "decidable": not unsure, "place": "document" if is_json else PLACES[place], "json": is_json, "forms": forms})


def tables():
    return [table for path in sorted((HERE / "tables").glob("*.txt")) for table in parse(path)]


def cell(column, row, style):
    form = row.r.choice(column["forms"])
    pieces = engine.document(form, row, style) if column["json"] else engine.render(form, row)
    return engine.join(pieces)


def build(seed):
    """(column, rows) by table; rows are (text, spans) or None."""
    made = []
    for at, table in enumerate(tables()):
        r = random.Random(f"firn thirteenth exam, {seed}, {table['name']}")
        rows = [people.Row(r, table["country"], more) for _ in range(table["rows"])]
        out = []
        for place, column in enumerate(table["columns"]):
            plain, cells = column["naming"] == "plain", []
            style = r.choice(["tight", "wide", "wide", "lines", "ascii"]) if column["json"] else ""
            for row in rows:
                if r.random() < NULLS:
                    cells.append(None)
                    continue
                for _ in range(400):
                    drawn = cell(column, row, style)
                    if not plain or not guard.instance(drawn[0]):
                        break
                else:
                    raise ValueError(f"{table['name']}.{column['name']}: {drawn[0]!r} is {guard.instance(drawn[0])}")
                cells.append(drawn)
            classes = {span[0] for one in cells if one for span in one[1]}
            if plain == bool(classes):
                raise ValueError(f"{table['name']}.{column['name']}: {'labels in a look-alike' if plain else 'nothing labelled'}")
            kind = "plain" if plain else column["place"] if column["place"] in ("text", "url", "log") else classes.pop() if len(classes) == 1 else "mixed"
            lang = people.WORDS[table["country"]]["lang"] if table["country"] != "*" else "mixed"
            known = {"column": f"m{at + 1:02}_{place + 1:02}", "name": column["name"], "kind": kind, "naming": column["naming"], "lang": lang, "decidable": column["decidable"], "type": "VARIANT" if column["json"] else "VARCHAR",
                     "place": column["place"], "table": table["name"]}
            out.append((known, cells))
        made.append((table, out))
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("seed")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = arguments.folder
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    made = build(arguments.seed)
    cells = labels = 0
    kinds = set()
    with open(folder / "cells.jsonl", "w", encoding="utf-8") as cell_file, open(folder / "labels.jsonl", "w", encoding="utf-8") as label_file, open(folder / "columns.jsonl", "w", encoding="utf-8") as column_file:
        for table, columns in made:
            with open(folder / "tables" / f"{table['name']}.csv", "w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow([known["name"] for known, _ in columns])
                writer.writerows([one[at][0] if one[at] else "" for _, one in columns] for at in range(table["rows"]))
            for known, rows in columns:
                column_file.write(json.dumps(known, ensure_ascii=False) + "\n")
                for row, drawn in enumerate(rows):
                    if drawn is None:
                        continue
                    text, spans = drawn
                    cells += 1
                    cell_file.write(json.dumps({"id": f"{known['column']}/{row}", "t": table["name"], "c": known["name"], "ty": known["type"], "text": text}, ensure_ascii=False) + "\n")
                    for name, kind, start, end in spans:
                        labels += 1
                        kinds |= {kind} if name == "secret" else set()
                        start, end = len(text[:start].encode()), len(text[:end].encode())
                        label_file.write(json.dumps({"column": known["column"], "row": row, "class": name, "kind": kind, "start": start, "end": end}, ensure_ascii=False) + "\n")
    known = [column for _, columns in made for column, _ in columns]
    plain = sum(column["kind"] == "plain" for column in known)
    variants = sum(column["type"] == "VARIANT" and column["kind"] != "plain" for column in known)
    unsure = sum(not column["decidable"] for column in known)
    print(f"thirteenth, seed {arguments.seed}: {len(made)} tables, {len(known) - plain} columns with something of a person or a secret ({variants} documents, {unsure} not to be told), {plain} look-alikes, "
          f"{cells} cells, {labels} labels, {len(kinds)} kinds of secrets, {len({column['lang'] for column in known} - {'mixed'})} languages")


if __name__ == "__main__":
    main()
