"""Databases and their renamed twins.

Enters: a random source. Leaves: a `World`: rows of every table as they are (D) and with every tag class renamed by a bijection
(pi(D)), and literals that hit values of D, of pi(D), of both, or of none. Never here: SQL, a clock, another source of randomness.

The bijection changes order, prefixes, lengths, digits, what casts and what parses; equality within a class stays, and so do
NULLs and everything untagged. In the `shaped` worlds the shape of tagged documents stays too: of which kind they are, how many
elements they have, how these are nested. FLATTEN of the plain column shows it by its number of rows, as the plain column shows
its NULLs; whether a certain name is in a document, or anything else made of it, is not its shape. Only there is it generated. What an operator of the starter policy may show (the last four of an SSN, the domain of an
e-mail, the year of a birth) differs between any two values of a class in most worlds, so that it too can be followed through the
renaming; in the `colliding` ones it is often the same, so that grouping by it differs.
"""

import datetime
import json
from dataclasses import dataclass, field

# table -> [(column, type, tag class or None)]
TABLES = {
    "CUSTOMERS": [("ID", "num", None), ("FULL_NAME", "text", "PERSON"), ("EMAIL", "text", "EMAIL"), ("SSN", "text", "SSN"),
                  ("DOB", "date", "DOB"), ("SEGMENT", "text", None), ("CITY", "text", None), ("POINTS", "num", None),
                  ("ACTIVE", "bool", None), ("REFERRED_BY", "num", None), ("CREATED_AT", "ts", None)],
    "LEADS": [("ID", "num", None), ("EMAIL", "text", "EMAIL"), ("CARD", "num", "PAN"), ("SOURCE", "text", None),
              ("BUDGET", "dec", None), ("CUSTOMER_ID", "num", None), ("SEEN_ON", "date", None)],
    "ORDERS": [("ID", "num", None), ("CUSTOMER_ID", "num", None), ("NOTE", "text", "NOTE"), ("STATUS", "text", None),
               ("AMOUNT", "dec", None), ("QTY", "num", None), ("PLACED_AT", "ts", None), ("ATTRS", "var", None)],
    "PAYMENTS": [("ID", "num", None), ("ORDER_ID", "num", None), ("CARD", "num", "PAN"), ("AUTH_CODE", "text", "AUTH"),
                 ("METHOD", "text", None), ("AMOUNT", "dec", None), ("PAID_AT", "ts", None)],
    "PATIENTS": [("ID", "num", None), ("MRN", "text", "MRN"), ("SSN", "text", "SSN"), ("FULL_NAME", "text", "PERSON"),
                 ("DOB", "date", "DOB"), ("ICD", "text", "ICD"), ("PROFILE", "var", "CLINICAL"), ("WARD", "text", None),
                 ("CUSTOMER_ID", "num", None)],
    "VISITS": [("ID", "num", None), ("MRN", "text", "MRN"), ("ICD", "text", "ICD"), ("NOTE", "text", "NOTE"),
               ("DEPT", "text", None), ("COST", "dec", None), ("STAYED", "num", None), ("STARTED_AT", "ts", None)],
    "REGIONS": [("CITY", "text", None), ("REGION", "text", None), ("TARGET", "num", None)],
}
VIEWS = {
    "CONTACTS": [("ID", "num", None), ("PERSON", "text", "PERSON"), ("REACH", "text", "EMAIL")],
    "SHOPPERS": [("ID", "num", None), ("SEGMENT", "text", None), ("SSN", "text", "SSN"), ("AMOUNT", "dec", None),
                 ("STATUS", "text", None)],
    "SALES": [("STATUS", "text", None), ("ORDERS", "num", None), ("AMOUNT", "dec", None)],
}
CLASSES = {cls: typ for columns in TABLES.values() for _, typ, cls in columns if cls}
ROWS = {"CUSTOMERS": 8, "LEADS": 7, "ORDERS": 10, "PAYMENTS": 8, "PATIENTS": 8, "VISITS": 10, "REGIONS": 4}

SEGMENTS = ["retail", "gold", "business"]
CITIES = ["Oslo", "Lima", "Graz", "Kyoto"]
STATUSES = ["new", "shipped", "late", "returned"]
PLAIN_TEXTS = {
    "SEGMENT": SEGMENTS, "CITY": CITIES, "STATUS": STATUSES, "SOURCE": ["web", "fair", "call"], "METHOD": ["visa", "bank", "cash"],
    "WARD": ["A1", "B2", "C3"], "DEPT": ["cardio", "ortho", "er"], "REGION": ["north", "south"],
}
NAMES = ["Ann Lee", "bob ray", "Marta Lindqvist", "JOAO PEREIRA", "Aiko", "7", "Zed O'Neil", "late", "gold", "Ines de la Cruz",
         "12", "Q", "Oslo", "van der Berg, Tom"]
NOTES = ["late, late", "gold", "a,b,c", "call back", "17", "0", "", "2024-01-05", "[1, 2, 3]", '{"k": 1, "m": null}', "x y z w",
         "leave at the door", "N-5", "late", "1e3", "[]", "45-1", "web", "a-b-c-d", "true"]
CODES = ["M2", "mrn 55", "N-5", "100", "7", "A-1-2", "M-77", "0042", "gold", "b", "X900-1", "45-1"]
ICDS = ["E11.9", "I10", "J45", "Z00.0", "45", "M54.5", "F32", "C50.9", "A1", "9"]
AUTHS = ["AX2291", "0", "77", "bk-1180", "CZ7745", "1", "late", "9-9", "AAAA", "zz"]
PROFILES = [{"tags": ["a", "b"], "smoker": True, "age": 41}, {"tags": [], "age": 7}, {"smoker": None, "note": "gold"},
            {"tags": ["x"], "age": "n/a", "k": {"z": 1}}, ["a", "b", "c"], {"age": 90, "tags": ["a", "b", "c", "d"]}, "late", 5]


def _email(rng, taken):
    local = rng.choice(["ann", "Bob+x", "j.p", "z", "12", "marta.lindqvist"]) + rng.choice(["", "", "1", "_b"])
    return f"{local}@{rng.choice(['a', 'mail', 'x-y', 'q9'])}{len(taken)}.{rng.choice(['com', 'example', 'org'])}"


def _ssn(rng, taken):
    last = f"{rng.randrange(10, 99)}{len(taken):02}"
    if rng.random() < 0.25:
        return f"{rng.randrange(10000, 99999)}{last}"
    if rng.random() < 0.2:
        return f"{rng.choice('ABX')}{rng.randrange(100, 999)}-{rng.randrange(10, 99)}-{rng.randrange(1, 9)}-{last}"
    return f"{rng.choice([rng.randrange(100, 499), rng.randrange(400, 499), rng.randrange(500, 899)])}-{rng.randrange(10, 99)}-{last}"


def _card(rng, taken):
    if rng.random() < 0.45:
        return rng.choice([0, 1, 2, 7, 10, 42, 100])
    return int(f"{rng.choice([4, 5, 37])}{rng.randrange(10 ** rng.choice([3, 11, 14]))}")


def _dob(rng, taken):
    # Not before 1937: the ages of the oldest are masked alike.
    return datetime.date(1950 + 2 * len(taken) + rng.randrange(2), rng.randrange(1, 13), rng.randrange(1, 29))


def _fresh(words, also):
    def value(rng, taken):
        word = rng.choice(words)
        return word if rng.random() < 0.8 else also(rng, word)
    return value


VALUES = {
    "PERSON": _fresh(NAMES, lambda rng, word: word.upper() + " " + rng.choice("ABC")),
    "EMAIL": _email, "SSN": _ssn, "PAN": _card, "DOB": _dob,
    "NOTE": _fresh(NOTES, lambda rng, word: word + rng.choice([" ", ", x", "!", "1"])),
    "AUTH": _fresh(AUTHS, lambda rng, word: word + str(rng.randrange(10))),
    "MRN": _fresh(CODES, lambda rng, word: f"{rng.choice('MN')}-{rng.randrange(1000)}"),
    "ICD": _fresh(ICDS, lambda rng, word: f"{rng.choice('EIJZ')}{rng.randrange(10, 99)}"),
    "CLINICAL": lambda rng, taken: json.dumps(
        {"age": rng.randrange(100), "tags": ["a"] * rng.randrange(4)} if rng.random() < 0.4 else rng.choice(PROFILES)),
}


@dataclass
class World:
    """One database, twice."""

    rows: dict = field(default_factory=dict)  # table -> rows of D
    twin: dict = field(default_factory=dict)  # table -> rows of pi(D)
    literals: dict = field(default_factory=dict)  # class -> values worth comparing with
    renamed: dict = field(default_factory=dict)  # class -> [(value of D, value of pi(D))]
    colliding: bool = False  # whether different values share what an operator shows of them
    shaped: bool = False  # whether tagged documents keep their shape


def _renamed(value):
    """A document of the same shape with other names and values: what JSON calls null stays."""
    if isinstance(value, dict):
        return {f"{key}q": _renamed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_renamed(inner) for inner in value]
    if isinstance(value, bool) or value is None:
        return value if value is None else not value
    return value + 1000 if isinstance(value, int) else f"x{value}"


def _bijection(rng, cls, colliding, texts):
    """Pairs of values: some swapped among themselves, most replaced by values that D does not have."""
    make, taken = VALUES[cls], []
    while len(taken) < 14:
        value = make(rng, taken[:rng.randrange(2)] if colliding else taken)
        if texts and CLASSES[cls] == "text" and rng.random() < 0.3:
            value = rng.choice(texts)
        if value in taken and CLASSES[cls] in ("num", "text"):
            value = value + 1000 + len(taken) if CLASSES[cls] == "num" else f"{value}{len(taken)}"
        if value not in taken:
            taken.append(value)
    rng.shuffle(taken)
    here, there = taken[:7], taken[7:]
    kept = rng.sample(range(7), rng.choice([0, 0, 2, 3, 7]))
    for at, other in zip(kept, kept[1:] + kept[:1]):
        there[at] = here[other] if len(kept) > 1 else there[at]
    return list(zip(here, there))


def make(rng, texts=()):
    """A world of its own; some of its tagged values are among `texts`."""
    world = World(colliding=rng.random() < 0.4, shaped=rng.random() < 0.3)
    for cls in CLASSES:
        pairs = _bijection(rng, cls, world.colliding, texts)
        if CLASSES[cls] == "var" and world.shaped:
            pairs = [(value, json.dumps(_renamed(json.loads(value)))) for value, _ in pairs]
        world.renamed[cls] = pairs
        world.literals[cls] = [value for value, _ in pairs] + [value for _, value in pairs[:3]] + [VALUES[cls](rng, [1])]
    for table, columns in TABLES.items():
        here, there = [], []
        for at in range(ROWS[table]):
            row, twin = [], []
            for column, typ, cls in columns:
                if cls is None:
                    value = other = _plain(rng, table, column, typ, at)
                elif rng.random() < 0.12:
                    value = other = None
                else:
                    # Few values for many rows: some rows are equal, some groups are of one.
                    value, other = world.renamed[cls][min(rng.randrange(7), rng.randrange(9))]
                row.append(value)
                twin.append(other)
            here.append(row)
            there.append(twin)
        world.rows[table], world.twin[table] = here, there
    return world


def _plain(rng, table, column, typ, at):
    if column == "ID":
        return at + 1
    if column == "CITY" and table == "REGIONS":
        return CITIES[at]
    if column in PLAIN_TEXTS:
        return None if rng.random() < 0.05 else rng.choice(PLAIN_TEXTS[column])
    if column == "CUSTOMER_ID":
        return rng.randrange(1, 9)
    if column == "ORDER_ID":
        return rng.randrange(1, 11)
    if column == "REFERRED_BY":
        return rng.randrange(1, at) if at > 1 and rng.random() < 0.6 else None
    if typ == "bool":
        return rng.random() < 0.6
    if typ == "dec":
        return round(at * 10 + rng.randrange(1, 900) / 100, 2)
    if typ == "num":
        return None if rng.random() < 0.08 else rng.randrange(1, 30)
    if typ == "date":
        return datetime.date(2025, 1, 1) + datetime.timedelta(days=at * 9 + rng.randrange(9))
    if typ == "ts":
        return datetime.datetime(2025, 1, 1) + datetime.timedelta(days=at * 11, minutes=rng.randrange(10000))
    return json.dumps({"color": rng.choice(["red", "blue"]), "sizes": list(range(rng.randrange(4))), "gift": rng.random() < 0.5})
