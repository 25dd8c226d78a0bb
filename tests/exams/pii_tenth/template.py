"""Fills templates: `‹field:argument›` becomes a value with its label, `{d6}` six digits (see FORMS); everything else stands as it is.

Enters: a template, a Row. Leaves: text and labels, whose ends count bytes of UTF-8. `‹2.full›` is the second person of the row, `‹full@JP›` the one from Japan.
Never here: what a field means (people.py, papers.py, money.py, keys.py, plain.py).
"""

import pathlib
import random
import re
import string

HERE = pathlib.Path(__file__).resolve().parent
PART = re.compile(r"‹([^‹›]+)›")
FORM = re.compile(r"\{([A-Za-z])(-?\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?\}|\{g\}")
FIELDS = {}
_low, _up, _dig = string.ascii_lowercase, string.ascii_uppercase, string.digits
FORMS = {  # `{a12}` twelve of these, `{a8-12}` eight to twelve
    "a": _low + _up + _dig, "l": _low + _dig, "u": _up + _dig, "z": _low, "Z": _up, "w": _low + _up, "d": _dig, "h": "0123456789abcdef", "H": "0123456789ABCDEF",
    "b": _low + _up + _dig + "-_", "B": _low + _up + _dig + "+/", "t": _up + "234567", "x": "qpzry9x8gf2tvdw0s3jn54khce6mua7l", "X": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
    "s": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", "v": "ABCDEFGHJKLMNPRSTUVWXYZ0123456789",
}


def field(*names):
    """Registers a function (row, who, argument) → text, (text, class, kind) or a list of these."""
    def keep(function):
        for name in names:
            assert name not in FIELDS, name
            FIELDS[name] = function
        return function
    return keep


def sections(name):
    """A file of words as {section: {key: [values]}}; `== SECTION …` begins one."""
    found, section = {}, {}
    for line in (HERE / "words" / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            title, *rest = line[3:].split()
            section = found[title] = {"": rest}
        elif line.strip() and not line.startswith("#"):
            key, _, values = line.partition(": ")
            section[key.strip()] = [one.strip() for one in values.split(";") if one.strip()]
    return found


def form(rng, text):
    """`{d6}` six digits, `{n6}` six without a leading zero, `{r5-80}` a number between, `{f1.25-9}` one with as many places as the first, `{g}` a UUID."""
    def one(match):
        if match[0] == "{g}":
            digits = "".join(rng.choice(FORMS["h"]) for _ in range(32))
            return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{rng.choice('89ab')}{digits[17:20]}-{digits[20:]}"
        letter, low, high = match[1], match[2], match[3]
        if letter == "r":
            return str(rng.randint(int(low), int(high)))
        if letter == "f":
            places = len(low.partition(".")[2])
            return f"{rng.uniform(float(low), float(high)):.{places}f}"
        size = rng.randint(int(low), int(high or low))
        if letter == "n":
            return rng.choice("123456789") + "".join(rng.choice(_dig) for _ in range(size - 1))
        return "".join(rng.choice(FORMS[letter]) for _ in range(size))
    return FORM.sub(one, text)


def pieces(value):
    if isinstance(value, str):
        return [(value, None, None)]
    return [value] if isinstance(value, tuple) else [one if isinstance(one, tuple) else (one, None, None) for one in value]


class Row:
    """One row of a table: where it is at home, its people, and the dice of the cell that is being filled."""

    def __init__(self, seed, table, number, countries):
        self.seed, self.table, self.number, self.countries = seed, table, number, countries
        self.home = self.dice("home").choice(countries)
        self.memo, self.rng = {}, None

    def dice(self, *what):
        return random.Random("/".join(map(str, (self.seed, self.table, self.number) + what)))

    def cell(self, column):
        self.rng = self.dice("column", column)
        return self


def call(row, text):
    """Value of what stands between ‹ and ›."""
    if text.startswith("or:"):
        return spans(row.rng.choice(text[3:].split("|")), row)
    at, number = re.search(r"@([A-Z]{2})(?=:|$)", text), 1
    country = at[1] if at else row.home
    name, _, argument = re.sub(r"@[A-Z]{2}(?=:|$)", "", text).partition(":")
    if re.match(r"\d\.", name):
        number, name = int(name[0]), name[2:]
    return pieces(FIELDS[name](row, (number, country), argument))


def spans(template, row):
    for number, part in enumerate(PART.split(template)):
        if number % 2:
            yield from call(row, part)
        elif part:
            yield form(row.rng, part), None, None


def fill(template, row):
    text, at, labels = [], 0, []
    for value, name, kind in spans(template, row):
        size = len(value.encode())
        if name:
            labels.append({"class": name, "kind": kind, "start": at, "end": at + size})
        text.append(value)
        at += size
    return "".join(text), labels
