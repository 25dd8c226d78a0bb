"""Fills templates and keeps labels.

Enters: a template with fields in «…», a row. Leaves: text and its labels, ends in bytes of UTF-8. Never here: what a field is worth (people, papers, money, keys, plain).

A field's value that is personal is wrapped in marks: OPEN class/kind MIDDLE value CLOSE. `⏎` in a template is a new line, `⇥` a tab.
"""

import json
import random
import re

import keys
import money
import papers
import people
import plain

OPEN, MIDDLE, CLOSE = "\ue000", "\ue001", "\ue002"
FIELD = re.compile("«([^»]*)»")
MARK = re.compile(f"{OPEN}([^{MIDDLE}]*){MIDDLE}([^{CLOSE}]*){CLOSE}")


class Row:
    """One row of a table: its persons, by country and ordinal, and where chance comes from."""

    def __init__(self, seed, table, number, countries):
        self.key, self.number = f"{seed}/{table}/{number}", number
        self.country = random.Random(self.key + "/country").choice(countries)
        self.persons, self.rng, self.place = {}, None, self.country

    def at(self, column):
        self.rng = random.Random(f"{self.key}/{column}")
        return self

    def person(self, where):
        country, _, ordinal = (where or "").partition("#")
        key = (country or self.country, ordinal or "1")
        if key not in self.persons:
            self.persons[key] = people.Person(random.Random(f"{self.key}/{key}"), key[0], ordinal.lstrip("0123456789"))
        return self.persons[key]


def mark(kind, value):
    return f"{OPEN}{kind}{MIDDLE}{value}{CLOSE}"


def field(text, row):
    """`name[@COUNTRY[#n[f|m]]][:argument]`; f and m say the sex"""
    head, colon, argument = text.partition(":")
    name, _, where = head.partition("@")
    if name in people.FIELDS:
        kind, value = people.FIELDS[name](row.person(where), row.rng, argument)
    elif name in papers.FIELDS:
        kind, value = papers.field(name, row.person(where), row.rng, argument)
    elif name in money.FIELDS:
        kind, value = money.FIELDS[name](row.rng, argument, where or row.country)
    elif name == "s":
        kind, value = "secret/" + argument.partition(":")[0], keys.make(argument, row.rng)
    elif name in plain.FIELDS:
        kind, value = None, plain.FIELDS[name](row.rng, argument, row)
    else:
        raise ValueError(f"no field {text}")
    return mark(kind, value) if kind else value


def escaped(value, how):
    if how == "json":
        return json.dumps(value, ensure_ascii=False)[1:-1]
    if how == "xml":
        return value.replace("&", "&amp;").replace("<", "&lt;")
    return value


def fill(template, row, how=""):
    """text, [(class, kind, start, end)]"""
    marked = FIELD.sub(lambda one: escaped(field(one.group(1), row), how), template.replace("⏎", "\\n" if how == "json" else "\n").replace("⇥", "\t"))
    text, labels, last = "", [], 0
    for one in MARK.finditer(marked):
        text += marked[last:one.start()]
        start = len(text.encode())
        text += one.group(2)
        labels.append((one.group(1).partition("/")[0], one.group(1), start, len(text.encode())))
        last = one.end()
    text += marked[last:]
    if OPEN in text or CLOSE in text:
        raise ValueError(f"a mark inside a mark: {template}")
    if how == "json":
        json.loads(text)
    return text, labels
