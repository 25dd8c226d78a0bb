"""Fills templates: `«field:arguments»` becomes a value, with its label where it has one; all else stands as it is.

Enters: a template and a Row. Leaves: text and labels with ends in bytes of UTF-8. `«2.full»` is the row's second person, `«full@JP»` its person from Japan,
`«json:field…»` the value as it stands inside a string of JSON. Never here: what a field means (people.py, papers.py, money.py, keys.py, plain.py).
"""

import pathlib
import random
import re

HERE = pathlib.Path(__file__).resolve().parent
SLOT = re.compile(r"«([^«»\s][^«»]*)»")
FIELDS = {}
SETS = {"#": "0123456789", "N": "23456789", "?": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "^": "abcdefghijklmnopqrstuvwxyz", "%": "0123456789abcdef", "&": "0123456789ABCDEF",
        "*": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "!": "abcdefghijklmnopqrstuvwxyz0123456789", "§": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "$": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", "~": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"}


def field(*names):
    """Registers a function (row, who, *arguments) → text, (text, class, kind) or a list of these."""
    def keep(function):
        for name in names:
            FIELDS[name] = function
        return function
    return keep


def shape(dice, pattern):
    """`#` a digit, `?` a capital, `{n}` repeats; see SETS. `\\` before a character keeps it; `N` is a digit only in telephones."""
    out, sets = [], {key: value for key, value in SETS.items() if key != "N"}
    for part in re.finditer(r"(\\.|[^{}])(?:\{(\d+)\})?", pattern):
        one = part[1]
        for _ in range(int(part[2] or 1)):
            out.append(one[1:] if len(one) == 2 else dice.choice(sets[one]) if one in sets else one)
    return "".join(out)


def word_lines(name):
    for line in (HERE / "words" / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("# "):
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
        self.people, self.rng = {}, None

    def dice(self, *what):
        return random.Random("/".join(map(str, (self.seed, "eleven", self.table, self.number) + what)))

    def cell(self, column):
        self.rng = self.dice("column", column)
        return self


def call(row, text):
    inside = text.startswith("json:")
    text = text[5:] if inside else text
    at, who = re.search("@([A-Z]{2})(?=:|$)", text), 1
    country = at[1] if at else row.home
    name, *arguments = re.sub("@[A-Z]{2}(?=:|$)", "", text, count=1).split(":")
    if re.match(r"\d\.", name):
        who, name = int(name[0]), name[2:]
    found = pieces(FIELDS[name](row, (who, country), *arguments))
    if inside:
        found = [(value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n"), class_, kind) for value, class_, kind in found]
    return found


def fill(template, row):
    text, at, labels = [], 0, []
    for number, part in enumerate(SLOT.split(template)):
        for value, name, kind in (call(row, part) if number % 2 else [(part, None, None)]):
            size = len(value.encode())
            if name:
                labels.append({"class": name, "kind": kind, "start": at, "end": at + size})
            text.append(value)
            at += size
    return "".join(text), labels
