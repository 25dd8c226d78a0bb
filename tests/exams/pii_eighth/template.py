"""Fills one template and keeps what is labelled in it.

Enters: a template with fields in braces ({full}, {phone@FR}, {full#2}, {x:PO-#*6}) and a row. Leaves: its text and labels (class, kind,
start, end in bytes of UTF-8). Never here: words, tables, files.
"""

import random
import re
import string

FIELD = re.compile(r"\{([a-z_]\w*)(?:@([A-Z]{2}))?(?:#(\d))?(?::([^{}]*))?\}")
FIELDS = {}
HEX, LOWER, UPPER, DIGITS = "0123456789abcdef", string.ascii_lowercase, string.ascii_uppercase, string.digits
SETS = {"#": DIGITS, "^": UPPER, "~": LOWER, "&": HEX, "§": HEX.upper(), "!": LOWER + UPPER + DIGITS, "?": LOWER + UPPER + DIGITS + "-_",
        "¤": LOWER + DIGITS, "£": UPPER + DIGITS, "¥": UPPER + "234567", "•": LOWER + UPPER + DIGITS + "+/", "°": "123456789",
        "¢": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", "¬": "qpzry9x8gf2tvdw0s3jn54khce6mua7l", "¦": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"}
PART = re.compile(r"\\(.)|\(([^()]*)\)|([#^~&§!?¤£¥•°¢¬¦])(?:\*(\d+))?")


def shape(pattern, rng):
    """Text after a pattern: # digit, ^ A-Z, ~ a-z, & hex, § HEX, ! base62, ? base64url, • base64, ¤ a-z0-9, £ A-Z0-9, ¥ base32, ° 1-9, ¢ base58, ¬ ¦ bech32; *N; (a/b); a backslash before what is meant."""
    def one(match):
        if match.group(1):
            return match.group(1)
        if match.group(3) is None:
            return shape(rng.choice(match.group(2).split("/")), rng)
        return "".join(rng.choice(SETS[match.group(3)]) for _ in range(int(match.group(4) or 1)))
    return PART.sub(one, pattern)


def field(name, cls=None, kind=None):
    """Registers FUNCTION(row, person, arg) → text, or a list of (text, class, kind)."""
    def keep(function):
        if name in FIELDS:
            raise ValueError(f"field {name} twice")
        FIELDS[name] = (function, cls, kind or name)
        return function
    return keep


def pieces(template, row):
    """Parts of the text with their class, or None."""
    at, out = 0, []
    for match in FIELD.finditer(template):
        name, country, number, arg = match.groups()
        if name not in FIELDS:
            raise KeyError(f"no field {name} in {template}")
        out.append((template[at:match.start()], None, None))
        function, cls, kind = FIELDS[name]
        made = function(row, row.person(country, int(number or 1)), arg)
        out += [(made, cls, kind)] if isinstance(made, str) else made
        at = match.end()
    return out + [(template[at:], None, None)]


def fill(template, row):
    text, labels = "", []
    for part, cls, kind in pieces(template.replace("¶", "\n"), row):
        start = len(text.encode())
        text += part
        if cls and part:
            labels.append({"class": cls, "kind": kind, "start": start, "end": len(text.encode())})
    return text, labels


def seeded(*parts):
    return random.Random("/".join(map(str, parts)))
