"""Fields of payments: cards, IBAN, tracks, ISO 8583; and what only looks alike (masked, without check digit).

Leaves: `pan[:BRAND][:GROUPING]`, `iban[:CC][:gap]`, `track2`, `masked`, `fake16`, `cardtoken`, `bic`. Never here: documents.
"""

import string

from papers import luhn, num
from people import memo
from template import field

BRANDS = {  # beginnings, length, groups
    "visa": (("4539", "4716", "4024", "4485"), 16, (4, 4, 4, 4)), "visa13": (("4",), 13, (4, 3, 3, 3)), "visa19": (("4917",), 19, (4, 4, 4, 4, 3)),
    "master": (("51", "53", "55", "2221", "2720", "2412"), 16, (4, 4, 4, 4)), "amex": (("34", "37"), 15, (4, 6, 5)), "diners": (("36", "300", "305", "38"), 14, (4, 6, 4)),
    "discover": (("6011", "644", "65"), 16, (4, 4, 4, 4)), "jcb": (("3528", "3589", "3540"), 16, (4, 4, 4, 4)), "union": (("6221", "6250", "6282"), 16, (4, 4, 4, 4)),
    "union19": (("6225", "6236"), 19, (6, 13)), "maestro": (("5018", "6304", "6759"), 18, (4, 4, 4, 4, 2)), "maestro19": (("6762",), 19, (4, 4, 4, 4, 3)),
    "mir": (("2200", "2204"), 16, (4, 4, 4, 4)), "rupay": (("6521", "6522"), 16, (4, 4, 4, 4)), "elo": (("636368", "509067"), 16, (4, 4, 4, 4)),
    "troy": (("9792",), 16, (4, 4, 4, 4)), "hiper": (("606282",), 16, (4, 4, 4, 4)), "dankort": (("5019",), 16, (4, 4, 4, 4)), "verve": (("506099", "650002"), 16, (4, 4, 4, 4)),
}
IBANS = {  # structure of the account behind the check digits: # digit, A letter, Z either
    "DE": "#18", "AT": "#16", "CH": "#5Z12", "FR": "#10Z11#2", "BE": "#12", "NL": "A4#10", "LU": "#3Z13", "ES": "#20", "PT": "#21", "IT": "A1#10Z12", "GR": "#7Z16", "SE": "#20",
    "NO": "#11", "DK": "#14", "FI": "#14", "IS": "#22", "EE": "#16", "LV": "A4Z13", "LT": "#16", "PL": "#24", "CZ": "#20", "SK": "#20", "HU": "#24", "RO": "A4Z16", "BG": "A4#6Z8",
    "RS": "#18", "HR": "#17", "SI": "#15", "TR": "#5Z17", "UA": "#6Z19", "KZ": "#3Z13", "GE": "A2#16", "IL": "#19", "EG": "#25", "SA": "#2Z18", "AE": "#19", "PK": "A4Z16", "GB": "A4#14",
    "IE": "A4#14", "BR": "#23A1Z1", "MT": "A4#5Z18", "CY": "#8Z16", "LI": "#5Z12", "MD": "Z20", "QA": "A4Z21", "JO": "A4#4Z18", "MC": "#10Z11#2", "AL": "#8Z16", "KW": "A4Z22",
}
ALPHABETS = {"#": string.digits, "A": string.ascii_uppercase, "Z": string.digits + string.digits + string.ascii_uppercase}


def make_pan(rng, brand):
    starts, length, _ = BRANDS[brand]
    body = rng.choice(starts)
    body += num(rng, length - 1 - len(body), string.digits)
    return body + luhn(body)


def group(text, sizes, gap):
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at:at + size])
        at += size
    return gap.join(parts)


@field("pan")
def pan(row, who, brands="*", gap=""):
    brand = row.rng.choice(list(BRANDS) if brands == "*" else brands.split(","))
    gap = {"": "", "sp": " ", "-": "-", ".": ".", "any": row.rng.choice(["", " ", "-"]), "nb": "\u00a0", "_": "_"}[gap]
    return group(make_pan(row.rng, brand), BRANDS[brand][2], gap), "pan", brand


@field("track2")
def track2(row, who):
    return [";", (make_pan(row.rng, row.rng.choice(("visa", "master", "amex", "union19"))), "pan", "track 2"), "=" + f"{row.rng.randint(27, 32)}{row.rng.randint(1, 12):02}101" + num(row.rng, 10) + "?"]


@field("masked")
def masked(row, who):
    text = make_pan(row.rng, row.rng.choice(("visa", "master", "amex")))
    return row.rng.choice([f"{text[:6]}******{text[-4:]}", f"XXXX-XXXX-XXXX-{text[-4:]}", f"**** **** **** {text[-4:]}", f"•••• {text[-4:]}"])


@field("fake")
def fake(row, who, length="16", first="123456789"):
    """Digits that do not pass Luhn."""
    while True:
        text = num(row.rng, int(length), first)
        if luhn(text[:-1]) != text[-1]:
            return text


def make_iban(rng, country):
    shape, account = IBANS[country], ""
    at = 0
    while at < len(shape):
        end = at + 1
        while end < len(shape) and shape[end].isdigit():
            end += 1
        account += "".join(rng.choice(ALPHABETS[shape[at]]) for _ in range(int(shape[at + 1:end])))
        at = end
    value = int("".join(str(int(one, 36)) for one in account + country + "00"))
    return f"{country}{98 - value % 97:02}{account}"


@field("iban")
def iban(row, who, country="", gap=""):
    """Of the person's country unless one is named (`*`: any); `sp` in fours, `-` with dashes, `low` in small letters."""
    def make(rng, person):
        home = country if country not in ("", "*") else person.country
        return make_iban(rng, home if country != "*" and home in IBANS else rng.choice(list(IBANS)))
    text = memo(row, who, "iban" + country, make)
    where = text[:2]
    if gap in ("sp", "-"):
        text = group(text, [4] * 9, " " if gap == "sp" else "-").rstrip(" -")
    return text.lower() if gap == "low" else text, "iban", "iban " + where


@field("cardtoken")
def cardtoken(row, who):
    return row.rng.choice(["tok_", "pm_1", "card_", "src_"]) + "".join(row.rng.choice(string.ascii_letters + string.digits) for _ in range(24))
