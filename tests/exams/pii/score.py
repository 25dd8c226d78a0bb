"""Says how much of what is personal was found, and how much of what is not was flagged.

Enters: a folder of `make.py`, and findings as JSON lines, either `{"column","row","class","start","end"}` or, as `firn mask scan --cells`
answers, `{"id","spans":[…]}` where a span is `[start, end, label]`, `[label, start, end]` or an object; `spans` count
characters and the others bytes of UTF-8, unless `--unit` says otherwise. Leaves: recall and precision per class, cell-level F1, look-alikes flagged, recall per language and per kind; exit 1 where
`--floors` are missed. Never here: making cells, detecting.

A labelled value counts as found where findings of whatever class cover it (0.9 of its bytes; half of a name or an address); as typed
where one of them has its class. Values under `decidable: false` (bare nine digits under a name that says nothing, dates) are counted apart. The floor of documents is over
all classes but names and addresses, which have their own.
"""

import argparse
import collections
import json
import pathlib
import re
import sys

FLOORS = {"pan": 0.98, "ssn": 0.98, "iban": 0.98, "email": 0.98, "phone": 0.90, "secret": 0.95, "person": 0.80, "address": 0.80}
VARIANT_FLOOR, PLAIN_CEILING = 0.97, 0.02
ENOUGH = collections.defaultdict(lambda: 0.9, person=0.5, address=0.5)
# Names of detectors' labels → our classes; the first whose pattern is found in the upper-cased label.
CLASSES = [
    ("email", "EMAIL|MAIL"), ("ssn", "^(US_)?SSN$|SOCIAL"), ("iban", "IBAN"), ("pan", "^PAN$|CARD|PCI"), ("phone", "PHONE|MSISDN"), ("dob", "DOB|BIRTH"),
    ("health_id", "NPI|DEA|MBI|NHS|MRN|MEDICARE|HEALTH"), ("person", "PERSON|NAME"), ("address", "ADDRESS|STREET"),
    ("secret", "SECRET|KEY|TOKEN|PASSWORD|JWT|PEM|CREDENTIAL|CONNECTION|DSN|ENTROPY|AUTH|SIGNATURE|BEARER"),
    ("national_id", "ID$|NATIONAL|CPF|DNI|NIE|NIF|NIR|CODICE|BSN|PESEL|PERSONN|HETU|FNR|FODSEL|STEUER|RIJKS|CNP|EGN|TCKN|AADHAAR|RRN|RESIDENT|NRIC|SIN$|NINO|RUT|CUIT|CUIL|TEUDAT|OIB|AHV|TFN|TAX|ITIN|CURP|CPR"),
]


def class_of(label):
    text = str(label).upper()
    return next((name for name, pattern in CLASSES if re.search(pattern, text)), text.lower())


def lines(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip():
                yield json.loads(line)


def findings(path):
    """(column, row, class, start, end, unit)"""
    for line in lines(path):
        if "id" not in line:
            yield line["column"], int(line["row"]), class_of(line["class"]), line.get("start"), line.get("end"), "bytes"
            continue
        column, _, row = str(line["id"]).rpartition("/")
        for span in line.get("spans") or []:
            if isinstance(span, dict):
                label = next((span[key] for key in ("class", "label", "entity", "type", "detector") if key in span), "?")
                start, end = span.get("start", span.get("from")), span.get("end", span.get("to"))
            else:
                label = next((part for part in span if isinstance(part, str)), "?")
                numbers = [part for part in span if isinstance(part, int) and not isinstance(part, bool)]
                start, end = (numbers + [None, None])[:2]
            yield column, int(row), class_of(label), start, end, "chars"


def covered(start, end, spans):
    found = set()
    for left, right in spans:
        found.update(range(max(start, left), min(end, right)))
    return len(found) / max(1, end - start)


def share(hit, all_):
    return f"{hit / all_:.3f}" if all_ else "  -  "


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("found", type=pathlib.Path)
    parser.add_argument("--unit", choices=["bytes", "chars"])
    parser.add_argument("--verbose", action="store_true", help="also what every column got, and recall per kind")
    parser.add_argument("--floors", action="store_true", help="exit 1 where a floor is missed")
    arguments = parser.parse_args()
    columns = {column["column"]: column for column in lines(arguments.folder / "columns.jsonl")}
    texts = {(cell["id"].rpartition("/")[0], int(cell["id"].rpartition("/")[2])): cell["text"] for cell in lines(arguments.folder / "cells.jsonl")}
    labels = collections.defaultdict(list)
    for label in lines(arguments.folder / "labels.jsonl"):
        labels[label["column"], label["row"]].append(label)
    found = collections.defaultdict(list)
    for column, row, name, start, end, unit in findings(arguments.found):
        text = texts[column, row]
        if (arguments.unit or unit) == "chars" and start is not None:
            start, end = len(text[:start].encode()), len(text[:end].encode())
        size = len(text.encode())
        found[column, row].append((name, 0 if start is None else start, size if end is None else end))

    tally = collections.defaultdict(collections.Counter)  # (what, name) → all, hit, typed, said, right
    cells = collections.Counter()
    per_column = collections.defaultdict(collections.Counter)
    for at, text in texts.items():
        column, spans, wanted = columns[at[0]], found.get(at, []), labels.get(at, [])
        plain = column["kind"] == "plain"
        if plain:
            tally["plain", "look-alike columns"].update(all=1, hit=bool(spans))
        elif not wanted:
            tally["plain", "cells without any, in columns with some"].update(all=1, hit=bool(spans))
        per_column[at[0]].update(all=1, hit=bool(spans))
        if column["decidable"]:
            cells.update(both=bool(spans and wanted), missed=bool(wanted and not spans), alone=bool(spans and not wanted))
        for label in wanted:
            name = label["class"]
            over = [(kind, left, right) for kind, left, right in spans if left < label["end"] and right > label["start"]]
            hit = covered(label["start"], label["end"], [span[1:] for span in over]) >= ENOUGH[name]
            typed = hit and any(kind == name for kind, _, _ in over)
            one = dict(all=1, hit=hit, typed=typed)
            if not column["decidable"]:
                tally["undecidable", name].update(one)
                continue
            tally["class", name].update(one)
            tally["naming", f"{name} / {column['naming'] if column['place'] == 'cell' else column['place']}"].update(one)
            tally["kind", f"{name} / {label['kind']}"].update(one)
            if name in ("person", "address"):
                tally["language", f"{column['lang']}"].update(one)
            if column["type"] == "VARIANT":
                tally["variant", "VARIANT, names and addresses" if name in ("person", "address") else "VARIANT, all other classes"].update(one)
        for kind, left, right in spans:
            if column["decidable"]:
                tally["said", kind].update(said=1, right=any(left < label["end"] and right > label["start"] and label["class"] == kind for label in wanted))

    def table(what, title, with_precision=False):
        rows = sorted((name, one) for (group, name), one in tally.items() if group == what)
        if rows:
            print(f"\n{title:44} values  recall  typed" + ("  precision" if with_precision else ""))
        for name, one in rows:
            said = tally["said", name]
            print(f"{name:44} {one['all']:6}  {share(one['hit'], one['all'])}   {share(one['typed'], one['all'])}"
                  + (f"  {share(said['right'], said['said'])}" if with_precision else ""))

    table("class", "class", True)
    table("variant", "documents")
    table("naming", "class / column name, or place")
    table("language", "names and addresses by language")
    if arguments.verbose:
        table("kind", "class / kind")
    table("undecidable", "not to be told from the cell (not counted)")
    print("\nflagged without cause")
    for (group, name), one in sorted(tally.items()):
        if group == "plain":
            print(f"{name:44} {one['all']:6}  {share(one['hit'], one['all'])}")
    worst = sorted(((one["hit"] / one["all"], columns[name]) for name, one in per_column.items() if columns[name]["kind"] == "plain" and one["hit"]), key=lambda pair: -pair[0])
    for rate, column in worst[:None if arguments.verbose else 12]:
        print(f"    {column['name']:40} {rate:.2f}  ({column['column']})")
    if arguments.verbose:
        print("\ncolumns found in less than 0.9 of their cells")
        for name, one in per_column.items():
            if columns[name]["kind"] not in ("plain", "text", "mixed", "log", "url") and one["hit"] < 0.9 * one["all"]:
                print(f"    {name} {columns[name]['name']:24} {columns[name]['kind']:10} {columns[name]['naming']:10} {columns[name]['lang']:3} {one['hit'] / one['all']:.2f}")
    precision, recall = cells["both"] / max(1, cells["both"] + cells["alone"]), cells["both"] / max(1, cells["both"] + cells["missed"])
    print(f"\ncells: precision {precision:.3f}, recall {recall:.3f}, F1 {2 * precision * recall / max(1e-9, precision + recall):.3f}")
    missed = [f"{name} {tally['class', name]['hit'] / max(1, tally['class', name]['all']):.3f} < {floor}" for name, floor in FLOORS.items()
              if tally["class", name]["hit"] < floor * tally["class", name]["all"]]
    variant, plain = tally["variant", "VARIANT, all other classes"], tally["plain", "look-alike columns"]
    if variant["hit"] < VARIANT_FLOOR * variant["all"]:
        missed.append(f"VARIANT {variant['hit'] / max(1, variant['all']):.3f} < {VARIANT_FLOOR}")
    if plain["hit"] > PLAIN_CEILING * plain["all"]:
        missed.append(f"look-alikes {plain['hit'] / max(1, plain['all']):.3f} > {PLAIN_CEILING}")
    print("floors: " + ("all met" if not missed else "; ".join(missed)))
    return 1 if missed and arguments.floors else 0


if __name__ == "__main__":
    sys.exit(main())
