"""Makes the fifth exam of detectors: cells, labels, columns, tables.

Enters: a seed, a folder to write to, the tables' descriptions in `tables/*.txt`. Leaves: `cells.jsonl`, `labels.jsonl`, `columns.jsonl`,
`tables/*.csv`. Never here: what fields say, detecting, scoring.

    python3 generate.py SEED OUTDIR

A table begins with `= NAME | places`; a column is `NAME | naming | kind[:place][:TYPE][!] | template`; naming is t(elling), a(bbreviated),
o(paque) or m(isleading), `!` says that nobody could tell, ` ~ ` parts alternatives, `\n` breaks a line.
"""

import csv
import json
import pathlib
import sys

import health
import keys
import money
import papers
import people
import places
import plain
from template import Context, fill

HERE = pathlib.Path(__file__).parent
ROWS, NULLS = 40, 0.05
NAMING = {"t": "telling", "a": "abbreviated", "o": "opaque", "m": "misleading"}
KINDS = {"plain", "text", "mixed", "log", "url", "json", "person", "email", "phone", "address", "dob", "ssn", "pan", "iban", "secret", "national_id", "health_id"}
PLACES = {"cell", "text", "json", "log", "url"}
LANGUAGES = {"us": "en", "ca": "en", "gb": "en", "ie": "en", "qc": "fr", "at": "de", "ch": "de", "be": "nl", "mx": "es", "ar": "es", "cl": "es", "co": "es", "br": "pt", "se": "sv", "dk": "da",
             "in": "hi", "inr": "hi-Latn", "jp": "ja", "jr": "ja-Latn", "kr": "ko", "krr": "ko-Latn", "ae": "ar", "aer": "ar-Latn", "il": "he", "ilr": "he-Latn"}
FIELDS = {name: field for module in (plain, people, places, money, papers, health, keys) for name, field in module.FIELDS.items()}


def column_of(line, table, where):
    name, naming, what, template = (part.strip() for part in line.split(" | ", 3))
    kind, *rest = what.rstrip("!").split(":")
    languages = {LANGUAGES.get(one, one) for one in where}
    if kind not in KINDS:
        raise ValueError(line)
    place = next((one for one in rest if one in PLACES), kind if kind in PLACES else "cell")
    type_ = next((one for one in rest if one.isupper()), "VARIANT" if place == "json" else "VARCHAR")
    return {
        "column": f"{table}.{name}", "table": table, "name": name, "kind": kind, "naming": NAMING[naming], "place": place, "type": type_, "lang": languages.pop() if len(languages) == 1 else "mul",
        "decidable": not what.endswith("!"), "places": where, "templates": [one.replace("\\n", "\n") for one in template.split(" ~ ")],
    }


def load():
    tables = {}
    for path in sorted((HERE / "tables").glob("*.txt")):
        table, where = None, None
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("= "):
                table, places_ = (part.strip() for part in line[2:].split(" | "))
                where = places_.split(",")
                tables[table] = []
            elif line.strip() and not line.startswith("#"):
                tables[table].append(column_of(line, table, where))
    return tables


def cells_of(column, seed, persons):
    """(row, text, labels); a NULL is no cell"""
    escape = "j" if column["place"] == "json" else None
    for row in range(ROWS):
        context = Context(seed, column["table"], row, column["name"], column["places"], persons)
        if context.rng.random() < NULLS:
            continue
        template = context.rng.choice(column["templates"])
        yield row, *fill(template, context, FIELDS, escape)


def write(seed, folder):
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    cells, labels, columns = [], [], []
    for table, described in load().items():
        persons, rows = {}, [{} for _ in range(ROWS)]
        for column in described:
            for row, text, found in cells_of(column, seed, persons):
                cells.append({"id": f"{column['column']}/{row}", "t": table, "c": column["name"], "ty": column["type"], "text": text})
                rows[row][column["name"]] = text
                labels += [{"column": column["column"], "row": row, "class": kind_of, "kind": kind, "start": start, "end": end} for kind_of, kind, start, end in found]
            columns.append({key: column[key] for key in ("column", "table", "name", "kind", "naming", "place", "type", "lang", "decidable")})
        with open(folder / "tables" / f"{table}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [column["name"] for column in described], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    for name, lines in (("cells", cells), ("labels", labels), ("columns", columns)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    write(sys.argv[1], pathlib.Path(sys.argv[2]))
