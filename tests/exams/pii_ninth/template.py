"""Fills templates: `«field:arg»` becomes a value, and its label where it has one; everything else stands as it is.

Enters: a template, a Row. Leaves: text and labels with ends in bytes of UTF-8. `«2.full»` is the second person of the row, `«full@JP»` the one from Japan.
Never here: what a field means (people.py, papers.py, money.py, keys.py, plain.py).
"""

import pathlib
import random
import re

HERE = pathlib.Path(__file__).resolve().parent
FIELD = re.compile("«([^«»]+)»")
FIELDS = {}


def field(*names):
    """Registers a function (row, who, *arguments) → text, (text, class, kind) or a list of these."""
    def keep(function):
        for name in names:
            FIELDS[name] = function
        return function
    return keep


def word_lines(name):
    for line in (HERE / "words" / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line


def pieces(value):
    if isinstance(value, str):
        return [(value, None, None)]
    return [value] if isinstance(value, tuple) else [one if isinstance(one, tuple) else (one, None, None) for one in value]


class Row:
    """One row of a table: its people, and the dice of the cell that is being filled."""

    def __init__(self, seed, table, number, countries):
        self.seed, self.table, self.number, self.countries = seed, table, number, countries
        self.home = self.dice("home").choice(countries)
        self.people, self.memo, self.rng = {}, {}, None

    def dice(self, *what):
        return random.Random("/".join(map(str, (self.seed, self.table, self.number) + what)))

    def cell(self, column):
        self.rng = self.dice("column", column)
        return self


def call(row, text):
    """Value of what stands between « and »."""
    at, who = re.search("@([A-Z]{2})(?=:|$)", text), 1
    country = at[1] if at else row.home
    name, *arguments = re.sub("@[A-Z]{2}(?=:|$)", "", text).split(":")
    if re.match(r"\d\.", name):
        who, name = int(name[0]), name[2:]
    return pieces(FIELDS[name](row, (who, country), *arguments))


def fill(template, row):
    text, at, labels = [], 0, []
    for number, part in enumerate(FIELD.split(template)):
        for value, name, kind in (call(row, part) if number % 2 else [(part, None, None)]):
            size = len(value.encode())
            if name:
                labels.append({"class": name, "kind": kind, "start": at, "end": at + size})
            text.append(value)
            at += size
    return "".join(text), labels
