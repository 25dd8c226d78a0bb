"""Makes cells with personal data in them, and cells that only look like it, with labels: the part `dev`, or the part `heldout`.

Enters: the part's lists (`dev/`, `heldout/`), a folder. Leaves in the folder: `cells.jsonl` (`{id,t,c,ty,text}`, as `firn mask scan --cells`
reads them; id is COLUMN/ROW), `labels.jsonl` (`{column,row,class,kind,start,end}`, bytes of UTF-8), `columns.jsonl` (what each column is),
`tables/*.csv`. The same part gives the same bytes. Never here: detecting, scoring, the network.

    python3 tests/exams/pii/make.py dev /tmp/pii-dev
"""

import argparse
import csv
import importlib
import json
import pathlib
import random
import re
import sys
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import shapes  # noqa: E402

ROWS = 60
NULLS = 0.02
MARK = re.compile(r"<(person|address|email|phone|pan|iban|ssn|national|health|dob|secret|password)(?::([^<>]*))?>")
CLASS = {"national": "national_id", "health": "health_id", "password": "secret"}
PASSWORDS = ["{A1}{a5}{!|#|$|*}{d3}{a4}", "{a4}-{a6}-{d2}{A2}", "{n14}", "{A2}{a6}{d2}!"]


class Maker:
    """Draws values of one part."""

    def __init__(self, part):
        self.words = importlib.import_module(f"{part}.words").PEOPLE
        self.forms = importlib.import_module(f"{part}.forms")
        self.plain = importlib.import_module(f"{part}.plain")
        self.r = random.Random(f"firn exam of detectors, {part}")

    def word(self, lang, key):
        return self.r.choice(self.words[lang][key].split()).replace("_", " ")

    def name_parts(self, lang):
        second = "2" if "g2" in self.words[lang] and self.r.random() < 0.5 else ""
        return self.word(lang, "g" + second), self.word(lang, "s" + second)

    def person(self, lang, form=None):
        given, family = self.name_parts(lang)
        order, gap = self.words[lang].get("order", "gs"), self.words[lang].get("gap", " ")
        full = gap.join([given, family] if order == "gs" else [family, given])
        if not gap or "LATIN" not in unicodedata.name(family[0]) or form in (None, "full"):
            return full
        return {"comma": f"{family}, {given}", "upper": full.upper(), "lower": full.lower(), "initial": f"{given[0]}. {family}",
                "title": self.r.choice(self.forms.TITLES.get(lang, [""])) + full, "upper family": f"{family.upper()} {given}",
                "initials": f"{family} {given[0]}.", "middle": f"{given} {self.r.choice('ABCDEFGHJKLMRST')}. {family}"}[form]

    def email(self, lang, form=None):
        if "LATIN" not in unicodedata.name(self.words[lang]["s"][0]):
            lang = self.r.choice(["en", "de", "es"])
        plain = [re.sub("[^a-z]", "", unicodedata.normalize("NFKD", part.lower()).encode("ascii", "ignore").decode()) for part in self.name_parts(lang)]
        local = self.r.choice(self.forms.MAIL_LOCALS).replace("%g", plain[0]).replace("%s", plain[1]).replace("%1", plain[0][:1])
        local, host = shapes.fill(self.r, local), self.r.choice(self.forms.MAIL_HOSTS)
        address = f"{local}@{host}"
        return {None: address, "url": address.replace("@", "%40").replace("+", "%2B"), "at": f"{local} at {host.replace('.', ' dot ')}", "brackets": f"{local}[at]{host.replace('.', '[dot]')}",
                "round": f"{local} (at) {host.replace('.', ' (dot) ')}", "html": address.replace("@", "&#64;"), "hex": address.replace("@", "&#x40;").replace(".", "&#46;"), "upper": address.upper(),
                "angle": f"<{address}>", "spaced": f"{local} @ {host}", "wide": address.replace("@", "＠"), "json": address.replace("@", "\\u0040"), "double": address.replace("@", "%2540")}[form]

    def address(self, lang):
        form = shapes.fill(self.r, self.r.choice(self.words[lang]["addr"]))
        return form.replace("%S", self.word(lang, "streets")).replace("%C", self.word(lang, "cities"))

    def phone(self, country, kind=None):
        return shapes.fill(self.r, self.r.choice(self.forms.PHONES[country][1 if kind == "intl" else 0]))

    def iban(self, form):
        text = shapes.iban(self.r, self.forms.IBANS)
        if "grouped" in form or "hyphen" in form:
            text = shapes.grouped(text, [4] * 8, {"hyphen": "-", "nbsp grouped": "\u00a0"}.get(form, " "))
        return text.lower() if "lower" in form else text

    def secret(self, vendor):
        vendor = vendor or self.r.choice([name for name in self.forms.SECRETS if name not in self.forms.SECRETS_IN_CONTEXT])
        if vendor == "sas":
            return shapes.fill(self.r, "{n42}%3D"), vendor
        return shapes.fill(self.r, self.forms.SECRETS[vendor]), vendor

    def value(self, kind, variant, lang):
        """(text, what exactly it is)"""
        r, forms = self.r, self.forms
        if kind == "person":
            return self.person(lang, variant), lang
        if kind == "address":
            return self.address(variant or lang), variant or lang
        if kind == "email":
            return self.email(lang, variant), variant or "plain"
        if kind == "phone":
            country, _, form = (variant or forms.LANG_PHONE.get(lang, "US")).partition(":")
            return self.phone(country, form or None), f"{country} {form or 'national'}"
        if kind == "pan":
            brand, _, gap = (variant or "").rpartition("/")
            brand = brand or r.choice(forms.BRANDS)
            return shapes.pan_text(r, r.choice(forms.PAN_GAPS) if variant is None else gap, brand), brand
        if kind == "iban":
            return self.iban(variant or r.choice(forms.IBAN_FORMS)), variant or "any"
        if kind == "ssn":
            gap = r.choice(forms.SSN_FORMS[:2]) if variant is None else variant
            return shapes.ssn(r, gap), gap or "bare"
        if kind == "national":
            return shapes.NATIONAL[variant](r), variant
        if kind == "health":
            return shapes.HEALTH[variant](r), variant
        if kind == "dob":
            return shapes.fill(r, variant or r.choice(forms.DOB_FORMS)), "dob"
        if kind == "password":
            return shapes.fill(r, r.choice(PASSWORDS)), "password"
        return self.secret(variant)

    def render(self, template, lang):
        """(text, [(class, kind, start, end)]), in bytes."""
        text, spans, at = "", [], 0
        for match in MARK.finditer(template):
            text += shapes.fill(self.r, template[at:match.start()])
            value, kind = self.value(match.group(1), match.group(2), lang)
            start, edge = len(text.encode()), value.startswith("<")
            text += value
            spans.append((CLASS.get(match.group(1), match.group(1)), kind, start + edge, len(text.encode()) - edge))
            at = match.end()
        return text + shapes.fill(self.r, template[at:]), spans

    def document(self, node, lang, style):
        """The same for a JSON document; style is `compact`, `pretty` or `ascii`."""
        text, spans = "", []

        def put(node, depth):
            nonlocal text
            gap = "\n" + "  " * (depth + 1) if style == "pretty" else ""
            if isinstance(node, dict) or isinstance(node, list):
                pairs = list(node.items()) if isinstance(node, dict) else [(None, one) for one in node]
                text += "{" if isinstance(node, dict) else "["
                for place, (key, one) in enumerate(pairs):
                    text += ("," if place else "") + gap + (json.dumps(key) + (": " if gap else ":") if key is not None else "")
                    put(one, depth + 1)
                text += (gap[:-2] if pairs else "") + ("}" if isinstance(node, dict) else "]")
            elif isinstance(node, str):
                value, inner = self.render(node, lang)
                raw = value.encode()
                written = lambda part: json.dumps(part.decode(), ensure_ascii=style == "ascii")[1:-1]  # noqa: E731
                before = len(text.encode()) + 1
                text += '"' + written(raw) + '"'
                for label, kind, start, end in inner:
                    left = before + len(written(raw[:start]).encode())
                    spans.append((label, kind, left, left + len(written(raw[start:end]).encode())))
            else:
                text += json.dumps(node)

        put(node, 0)
        return text, spans


def columns(maker):
    """What columns there are: dicts with `templates`, one of which each row takes."""
    r, forms, langs = maker.r, maker.forms, list(maker.words)
    found = []

    def add(kind, naming, templates, lang="en", name=None, decidable=True, type="VARCHAR", place="cell", documents=None, style=None):
        names = {"telling": forms.NAMES.get(kind, ["notes"]), "misleading": forms.MISLEADING, "opaque": forms.OPAQUE}[naming]
        found.append(dict(kind=kind, naming=naming, name=name or r.choice(names), templates=templates, lang=lang, decidable=decidable, type=type,
                          place=place, documents=documents, style=style))

    for place, lang in enumerate(langs):
        add("person", "telling", [f"<person:{form}>" for form in r.sample(forms.PERSON_FORMS, 2)], lang)
        add("person", "opaque", ["<person:full>"], lang)
        add("address", "telling", ["<address>"], lang)
        add("address", ("opaque", "misleading")[place % 2], ["<address>"], lang)
        if place % 3 == 0:
            add("person", "misleading", ["<person:full>"], lang)
    for naming in ("telling", "misleading", "opaque"):
        add("email", naming, ["<email>"], "en")
        add("email", naming, ["<email>", "<email>", "<email:upper>"], r.choice(["de", "es", "pl", "fr"]))
        for gap in forms.PAN_GAPS:
            add("pan", naming, [f"<pan:{gap}>"])
        for form in forms.IBAN_FORMS:
            add("iban", naming, [f"<iban:{form}>"])
        for gap in forms.SSN_FORMS:
            add("ssn", naming, [f"<ssn:{gap}>"], decidable=bool(gap) or naming == "telling")
        for kind in forms.HEALTH:
            add("health", naming, [f"<health:{kind}>"])
        add("secret", naming, ["<secret>"])
        add("password", naming, forms.CONNECTIONS, place="text")
        add("password", naming, forms.PASSWORD_TEXTS, place="text")
        add("dob", naming, [f"<dob:{r.choice(forms.DOB_FORMS)}>"], decidable=naming == "telling")
    for form in forms.DOB_FORMS:
        add("dob", "telling", [f"<dob:{form}>"])
    add("dob", "telling", ["<dob:{1941-2004}-{01-12}-{01-28}>"], type="DATE")
    for brand in forms.BRANDS:
        add("pan", "opaque", [f"<pan:{brand}/{r.choice(forms.PAN_GAPS)}>"])
    add("pan", "telling", ["<pan:>"], type="NUMBER(38,0)")
    add("pan", "opaque", ["<pan:>"], type="NUMBER(38,0)")
    for place, (country, (national, _)) in enumerate(forms.PHONES.items()):
        clear = country in ("US", "CA") or all(form[0] in "0(+" or form.startswith("8 (") for form in national)
        add("phone", "telling", [f"<phone:{country}>"])
        add("phone", "opaque", [f"<phone:{country}{':intl' if place % 2 else ''}>"], decidable=place % 2 == 1 or clear)
        if place % 4 == 0:
            add("phone", "misleading", [f"<phone:{country}:intl>"])
    for place, country in enumerate(forms.NATIONAL):
        add("national", "telling", [f"<national:{country}>"])
        add("national", ("opaque", "misleading")[place % 2], [f"<national:{country}>"])
    vendors = [vendor for vendor in forms.SECRETS if vendor not in forms.SECRETS_IN_CONTEXT]
    for place in range(0, len(vendors), 6):
        add("secret", ("opaque", "misleading", "telling")[place // 6 % 3], [f"<secret:{vendor}>" for vendor in vendors[place:place + 6]])
    for place, frame in enumerate(forms.SECRET_FRAMES[1:] + forms.CONTEXTS):
        add("secret", ("opaque", "misleading")[place % 2], [frame], place="text")
    for place, kind in enumerate(forms.LABELS_AFTER):
        add(kind, ("opaque", "misleading")[place % 2], [forms.LABELS_AFTER[kind]], place="labelled")
        add(kind, ("misleading", "opaque")[place % 2], [forms.LABELS_BEFORE[kind]], place="labelled")
    for place, (lang, templates) in enumerate(forms.TEXTS.items()):
        add("text", ("opaque", "misleading")[place % 2], templates, lang, place="text", name=("notes", "comment", None)[place % 3])
    add("log", "opaque", forms.LOGS, place="log", name="line")
    add("log", "opaque", forms.LOGS, place="log")
    add("url", "misleading", forms.URLS, place="url", name="referrer")
    add("url", "opaque", forms.URLS, place="url")
    for place, written in enumerate(forms.OBFUSCATED):
        add("email", ("opaque", "telling", "misleading")[place % 3], written + [f"write to {form} please" for form in written], place="obfuscated")
    for kind, rare in (("pan", forms.PAN_RARE), ("ssn", forms.SSN_RARE)):
        if rare:
            add(kind, "opaque", rare)
    for place, document in enumerate(forms.JSON):
        add("json", "opaque", None, r.choice(langs), place="json", type="VARIANT", documents=[document], style=("compact", "compact", "pretty")[place % 3], name=("payload", "v", None)[place % 3])
    add("json", "opaque", None, "en", place="json", type="VARIANT", documents=forms.JSON + forms.PLAIN_JSON, style="compact", name="event")
    add("json", "opaque", None, r.choice(langs), place="json", documents=forms.JSON, style="ascii", name="body")
    add("mixed", "telling", ["<email>", "<phone:US>", "n/a", "-", "<email>"], name="contact", place="mixed")
    add("mixed", "opaque", ["<iban:compact>", "{A2}-{d6}", "cash", "{A2}-{d6}"], place="mixed")
    add("mixed", "misleading", ["<pan: >", "paypal", "voucher {d6}", "invoice"], place="mixed")
    add("mixed", "opaque", ["<person>", "{A3}{d3}", "unassigned", "queue {1-9}"], "en", place="mixed")
    add("mixed", "opaque", ["<ssn:->", "{d2}-{d4}-{d3}", "none"], place="mixed")
    for name, type, lang, templates in maker.plain.COLUMNS:
        add("plain", "misleading" if name in maker.plain.MISLEADING else "opaque", templates, lang, name=name, type=type, place="plain")
    for name, document in zip(("device", "product_doc"), forms.PLAIN_JSON):
        add("plain", "opaque", None, name=name, type="VARIANT", place="plain", documents=[document], style="compact")
    return found


def build(part):
    """Columns with their rows: [(description, [(text or None, spans)])]"""
    maker = Maker(part)
    made = []
    for number, column in enumerate(columns(maker)):
        rows = []
        for _ in range(ROWS):
            if maker.r.random() < NULLS:
                rows.append((None, []))
            elif column["documents"]:
                rows.append(maker.document(maker.r.choice(column["documents"]), column["lang"], column["style"]))
            else:
                rows.append(maker.render(maker.r.choice(column["templates"]), column["lang"]))
        made.append((dict(column, column=f"{part}-{number:03}"), rows))
    return made


def tables(made, size=12):
    """Columns side by side, no name twice in a table."""
    waiting, number = list(made), 0
    while waiting:
        taken, names, left = [], set(), []
        for column in waiting:
            name = column[0]["name"].lower()
            (left if name in names or len(taken) == size else taken).append(column)
            if column in taken:
                names.add(name)
        yield f"t{number:02}", taken
        waiting, number = left, number + 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=["dev", "heldout"])
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    folder = arguments.folder
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    made = build(arguments.part)
    where = {}
    for table, taken in tables(made):
        with open(folder / "tables" / f"{table}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow([column["name"] for column, _ in taken])
            writer.writerows([rows[at][0] or "" for _, rows in taken] for at in range(ROWS))
        where.update({column["column"]: table for column, _ in taken})
    cells = labels = 0
    with open(folder / "cells.jsonl", "w", encoding="utf-8") as cell_file, open(folder / "labels.jsonl", "w", encoding="utf-8") as label_file, \
            open(folder / "columns.jsonl", "w", encoding="utf-8") as column_file:
        for column, rows in made:
            known = {key: column[key] for key in ("column", "name", "kind", "naming", "lang", "decidable", "type", "place")}
            column_file.write(json.dumps(dict(known, table=where[column["column"]]), ensure_ascii=False) + "\n")
            for row, (text, spans) in enumerate(rows):
                if text is None:
                    continue
                cells += 1
                cell_file.write(json.dumps(dict(id=f"{column['column']}/{row}", t=where[column["column"]], c=column["name"], ty=column["type"], text=text), ensure_ascii=False) + "\n")
                for label, kind, start, end in spans:
                    labels += 1
                    label_file.write(json.dumps({"column": column["column"], "row": row, "class": label, "kind": kind, "start": start, "end": end}, ensure_ascii=False) + "\n")
    plain = sum(column["kind"] == "plain" for column, _ in made)
    print(f"{arguments.part}: {len(made)} columns ({plain} look-alikes), {cells} cells, {labels} labels, {len({c['lang'] for c, _ in made})} languages")


if __name__ == "__main__":
    main()
