"""Fills templates and keeps what they label.

Enters: a template such as `Dear ‹full›, card ‹pan visa›`, and the context of one cell. Leaves: text, and labels whose ends count bytes of
UTF-8. Never here: what a field says (see the modules of fields), files.

A field is `‹name args|modifiers›`; of its arguments `@de` sets the place and `:b` chooses the second person of the row. It answers
text, a labelled `(class, kind, text)`, or a list of these. Alternatives of a column are parted by ` ~ `.
"""

import json
import random
import re
import urllib.parse

FIELD = re.compile("‹([^›]*)›")
MODIFIERS = {
    "q": lambda text: urllib.parse.quote(text, safe=""),
    "j": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "u": lambda text: json.dumps(text)[1:-1],
    "jj": lambda text: MODIFIERS["j"](MODIFIERS["j"](text)),
    "up": str.upper,
    "lo": str.lower,
}


class Context:
    """What the fields of one cell share: randomness of the cell, the place of the row, the persons of the row."""

    def __init__(self, seed, table, row, column, places, people):
        self.rng = random.Random(f"{seed}/{table}/{row}/{column}")
        self.base = f"{seed}/{table}/{row}"
        self.place = random.Random(f"{self.base}/place").choice(places)
        self.people, self.row, self.key = people, row, "a"

    def at(self, place, key):
        other = Context.__new__(Context)
        other.rng, other.base, other.place, other.people, other.row = self.rng, self.base, place or self.place, self.people, self.row
        other.key = key
        return other

    def person(self):
        key = f"{self.base}/{self.place}/{self.key}"
        if key not in self.people:
            self.people[key] = self.make(self.base, self.place, self.key)
        return self.people[key]

    def steady(self, what):
        """Randomness of the row's person, so that a number of theirs is the same in every column."""
        return random.Random(f"{self.base}/{self.place}/{self.key}/{what}")

    make = None  # set by people.py


def pieces(value):
    for piece in value if isinstance(value, list) else [value]:
        yield (None, None, piece) if isinstance(piece, str) else piece


def fill(template, context, fields, escape=None):
    """(text, [(class, kind, start, end)])"""
    out, labels, size, last = [], [], 0, 0

    def put(text):
        nonlocal size
        out.append(text)
        size += len(text.encode())

    for match in FIELD.finditer(template):
        put(template[last:match.start()])
        last = match.end()
        body, *modifiers = match.group(1).split("|")
        name, *words = body.split(" ")
        place = next((word[1:] for word in words if word.startswith("@")), None)
        key = next((word[1:] for word in words if re.fullmatch(":[a-z]", word)), "a")
        rest = [word for word in words if not word.startswith("@") and word != ":" + key]
        for kind_of, kind, text in pieces(fields[name](context.at(place, key), *rest)):
            for modifier in modifiers + ([escape] if escape and "u" not in modifiers else []):
                text = MODIFIERS[modifier](text)
            start = size
            put(text)
            if kind_of and size > start:
                labels.append((kind_of, kind, start, size))
    put(template[last:])
    return "".join(out), labels
