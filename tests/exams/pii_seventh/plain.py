"""What belongs to nobody: numbers, codes, dates, words of things.

Enters: words/things.txt (`list: a; b; c`). Leaves: FIELDS, each `(rng, argument, row) → value`.
"""

import datetime
import pathlib
import re

THINGS = {}
for line in (pathlib.Path(__file__).parent / "words" / "things.txt").read_text(encoding="utf-8").splitlines():
    if ": " in line and not line.startswith("#"):
        name, _, words = line.partition(": ")
        THINGS[name] = [word.strip() for word in words.split(";")]
SETS = {"#": "0123456789", "$": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "%": "abcdefghijklmnopqrstuvwxyz", "&": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "^": "abcdefghijklmnopqrstuvwxyz0123456789", "~": "0123456789abcdef", "*": "0123456789ABCDEF"}


def pattern(rng, argument, row):
    """# digit, $ A-Z, % a-z, & A-Z0-9, ^ a-z0-9, ~ hex, * HEX; several patterns apart by `||`; `{n}` repeats the sign before"""
    chosen = rng.choice(argument.split("||"))
    chosen = re.sub(r"(.)\{(\d+)\}", lambda one: one.group(1) * int(one.group(2)), chosen)
    return "".join(rng.choice(SETS[sign]) if sign in SETS else sign for sign in chosen)


def number(rng, argument, row):
    low, high = argument.split(":")
    return str(rng.randint(int(low), int(high)))


def fraction(rng, argument, row):
    low, high, places = argument.split(":")
    return f"{rng.uniform(float(low), float(high)):.{places}f}"


def moment(rng, argument, row, default="%Y-%m-%d"):
    """format, from year, to year; apart by |"""
    shape, first, last = (argument.split("|") + ["", ""])[:3] if argument else ("", "", "")
    first, last = int(first or 2019), int(last or 2025)
    start = datetime.datetime(first, 1, 1)
    days = (datetime.datetime(last + 1, 1, 1) - start).days
    return (start + datetime.timedelta(rng.randrange(days), rng.randrange(86400), rng.randrange(1000) * 1000)).strftime(shape or default)


def stamp(rng, argument, row):
    return moment(rng, argument, row, "%Y-%m-%d %H:%M:%S")


def ip(rng, argument, row):
    return f"{rng.choice(['192.0.2', '198.51.100', '203.0.113'])}.{rng.randrange(1, 255)}"


def inner(rng, argument, row):
    return f"10.{rng.randrange(0, 60)}.{rng.randrange(0, 255)}.{rng.randrange(1, 255)}"


def uuid(rng, argument, row):
    return pattern(rng, "~{8}-~{4}-4~{3}-a~{3}-~{12}", row)


def ean(rng, argument, row):
    body = (argument or "40") + pattern(rng, "#{12}", row)
    body = body[:12]
    return body + str(-sum(int(c) * (3 if at % 2 else 1) for at, c in enumerate(body)) % 10)


def isbn(rng, argument, row):
    body = "978" + pattern(rng, "#{9}", row)
    return f"978-{body[3]}-{body[4:8]}-{body[8:12]}-" + str(-sum(int(c) * (3 if at % 2 else 1) for at, c in enumerate(body)) % 10)


def container(rng, argument, row):
    body = rng.choice(["MSKU", "TEMU", "CMAU", "HLBU"]) + pattern(rng, "######", row)
    values = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", [v for v in range(10, 39) if v % 11]))
    return body + str(sum((values[c] if c.isalpha() else int(c)) * 2 ** at for at, c in enumerate(body)) % 11 % 10)


def faulty(rng, argument, row):
    """sixteen digits that fail Luhn"""
    from far_papers import luhn
    body = (argument or "") + pattern(rng, "#{15}", row)
    body = body[:15]
    return body + str((int(luhn(body)) + rng.randrange(1, 10)) % 10)


def vin(rng, argument, row):
    signs = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
    return rng.choice(["WVW", "JTD", "VF3", "1FT", "KNA"]) + "".join(rng.choice(signs) for _ in range(8)) + "A" + pattern(rng, "######", row)[:5]


FIELDS = {"p": pattern, "n": number, "f": fraction, "date": moment, "ts": stamp, "ip": ip, "lan": inner, "uuid": uuid, "ean": ean, "isbn": isbn, "container": container, "faulty": faulty, "vin": vin,
          "w": lambda rng, argument, row: rng.choice(THINGS[argument]), "of": lambda rng, argument, row: rng.choice(argument.split("/")), "seq": lambda rng, argument, row: str(int(argument) + row.number),
          "epoch": lambda rng, argument, row: str(rng.randrange(1600000000, 1760000000)), "ms": lambda rng, argument, row: str(rng.randrange(1600000000000, 1760000000000))}
