"""Templates: text with fields between ⟨ and ⟩, filled into text and the places of what is sensitive in it.

Enters: a template, a `Cell` (whose chance, row and country are). Leaves: (text, [(class, kind, start, end)]), ends in bytes of UTF-8.
Never here: what any field says (people.py, papers.py, keys.py, things.py), tables, files.

    ⟨name⟩ ⟨2.name⟩ ⟨name@JP⟩      a field; of the second person of the row; of that person's namesake elsewhere
    ⟨phone:int⟩ ⟨n:1;99⟩           with arguments
    ⟨name|json⟩ ⟨email|url⟩        escaped for where it stands
    ⟨?red|green⟩ ⟨w:colour⟩        one of these; a word of a list in words/things.txt
    ⟨#'AB'd{4}⟩                    a pattern, see `pattern`
    ⟨-name⟩                        the same, not labelled
"""

import json
import re
import string
import urllib.parse
import xml.sax.saxutils

FIELDS = {}
CLASSES = {
    "d": "0123456789", "D": "123456789", "A": string.ascii_uppercase, "a": string.ascii_lowercase, "h": "0123456789abcdef", "H": "0123456789ABCDEF",
    "X": string.ascii_uppercase + string.digits, "x": string.ascii_lowercase + string.digits, "*": string.ascii_letters + string.digits,
    "u": string.ascii_letters + string.digits + "_-", "B": string.ascii_letters + string.digits + "+/", "b": string.ascii_uppercase + "234567",
    "5": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", "L": string.ascii_letters, "C": "BCDFGHJKLMNPRSTVWXZ", "t": "01",
    "S": "!#%*+-=?@", "q": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", "2": "23456789", "w": "abcdefghijkmnpqrstuvwxyz23456789",
}
FILTERS = {
    "json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "ascii": lambda text: json.dumps(text)[1:-1],
    "url": lambda text: urllib.parse.quote(text, safe=""),
    "xml": xml.sax.saxutils.escape,
    "up": str.upper, "low": str.lower,
    "ent": lambda text: text.replace("@", "&#64;"),
    "csv": lambda text: text.replace('"', '""'),
}


def field(*names):
    def keep(function):
        for name in names:
            assert name not in FIELDS, name
            FIELDS[name] = function
        return function
    return keep


def said(text, label=None, kind=""):
    """What a field says: [(text, class or None, kind)]."""
    return [(text, label, kind)]


ATOM = re.compile(r"'([^']*)'|([A-Za-z0-9*])(?:\{(\d+)(?:-(\d+))?\})?|(.)", re.S)


def pattern(chance, text):
    """`d` a digit, `D` not nought, `A a` letters, `H h` hexadecimal, `X x *` letters and digits, `b` base32, `B u` base64, `5` base58, `{n}` or `{n-m}`
    times; 'quoted' and everything else stands for itself."""
    made = []
    for quoted, letter, low, high, other in ATOM.findall(text):
        if letter:
            times = chance.randint(int(low), int(high or low)) if low else 1
            made.append("".join(chance.choice(CLASSES[letter]) for _ in range(times)))
        else:
            made.append(other or quoted)
    return "".join(made)


class Cell:
    """What a field may use: `chance`, `people(index, country)`, `row`, `words`."""

    def __init__(self, chance, people, row, words):
        self.chance, self.people, self.row, self.words = chance, people, row, words
        self.index, self.country = 1, None

    @property
    def person(self):
        return self.people(self.index, self.country)


FIELD = re.compile(r"⟨([^⟨⟩]*)⟩")
CALL = re.compile(r"(-)?(?:(\d)\.)?([a-z_0-9]+)(?::(.*?))?(?:@([A-Z]{2}))?$", re.S)


def segments(template, cell):
    made, at = [], 0
    for found in FIELD.finditer(template):
        made.append((template[at:found.start()], None, ""))
        made += call(found.group(1), cell)
        at = found.end()
    made.append((template[at:], None, ""))
    return [segment for segment in made if segment[0]]


def call(text, cell):
    if text.startswith("?"):
        return said(cell.chance.choice(text[1:].split("|")))
    if text.startswith("#"):
        return said(pattern(cell.chance, text[1:]))
    text, *filters = text.split("|")
    found = CALL.match(text)
    if not found or found.group(3) not in FIELDS:
        raise KeyError(f"no field {text!r}")
    silent, index, name, arguments, country = found.groups()
    before = cell.index, cell.country
    cell.index, cell.country = int(index or 1), country
    made = FIELDS[name](cell, *(arguments.split(";") if arguments else []))
    cell.index, cell.country = before
    if isinstance(made, str):
        made = said(made)
    for one in filters:
        made = [(FILTERS[one](part), label, kind) for part, label, kind in made]
    return [(part, None, "") for part, _, _ in made] if silent else made


def fill(template, cell):
    text, labels, at = [], [], 0
    for part, label, kind in segments(template.replace("⏎", "\n"), cell):
        size = len(part.encode())
        if label:
            labels.append((label, kind, at, at + size))
        text.append(part)
        at += size
    return "".join(text), labels
