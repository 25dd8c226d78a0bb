"""Numbers of cards, bank accounts and the social security numbers of the United States.

Enters: a cell, a form. Leaves: pieces with the labels pan, iban, ssn; check digits are right. Never here: tokens that stand for a card, halves of
numbers, national numbers of other states.
"""

from template import Piece

# Brand: prefixes (or ranges of them), lengths.
BRANDS = {
    "visa": (["4"], [16] * 24 + [13]), "mastercard": (["51", "52", "53", "54", "55", "2221-2720"], [16]), "amex": (["34", "37"], [15]),
    "discover": (["6011", "65", "644-649"], [16]), "diners": (["36", "300-305"], [14]), "jcb": (["3528-3589"], [16]),
    "unionpay": (["6222", "6228", "6217", "6259", "6236"], [16, 19, 19]), "maestro": (["5018", "5020", "5038", "6304", "6759"], [16, 18, 19]),
    "troy": (["9792"], [16]), "elo": (["636368", "438935", "504175", "636297", "509040"], [16]), "hipercard": (["606282"], [16]),
    "verve": (["506099-506198", "650002-650027"], [16, 19]),
}
COMMON = ("visa", "visa", "visa", "mastercard", "mastercard", "amex", "discover", "diners", "jcb")

# Country: what follows the two check digits; n digits, a letters, c either.
IBANS = {
    "GB": "a4n14", "IE": "a4n14", "DE": "n18", "FR": "n10c11n2", "NL": "a4n10", "ES": "n20", "IT": "a1n10c12", "PT": "n21", "BE": "n12", "AT": "n16", "CH": "n5c12",
    "PL": "n24", "CZ": "n20", "SK": "n20", "HU": "n24", "RO": "a4c16", "BG": "a4n6c8", "RS": "n18", "HR": "n17", "SI": "n15", "LT": "n16", "LV": "a4c13", "EE": "n16",
    "UA": "n6c19", "MD": "a2c18", "BA": "n16", "MK": "n3c10n2", "AL": "n8c16", "ME": "n18", "XK": "n16", "GE": "a2n16", "KZ": "n3c13", "AZ": "a4c20", "BY": "c4n4c16",
    "TR": "n6c16", "CY": "n8c16", "GR": "n7c16", "MT": "a4n5c18", "BR": "n23a1c1", "EG": "n25", "TN": "n20", "MR": "n23", "SA": "n2c18", "AE": "n19", "QA": "a4c21",
    "SC": "a4n20a3", "ST": "n21", "SD": "n14", "DJ": "n23", "LU": "n3c13", "DK": "n14", "SE": "n20", "NO": "n11", "FI": "n14",
}
EAST = ("PL", "CZ", "SK", "HU", "RO", "BG", "RS", "HR", "SI", "LT", "LV", "EE", "UA")
ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def luhn_digit(number):
    total = 0
    for index, char in enumerate(reversed(number)):
        value = int(char) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def some_digits(rng, count):
    return "".join(str(rng.randrange(10)) for _ in range(count))


def card(rng, brand=None):
    prefixes, lengths = BRANDS[brand or rng.choice(COMMON)]
    prefix, length = rng.choice(prefixes), rng.choice(lengths)
    if "-" in prefix:
        low, high = prefix.split("-")
        prefix = str(rng.randrange(int(low), int(high) + 1))
    body = prefix + some_digits(rng, length - len(prefix) - 1)
    return body + luhn_digit(body)


def grouped(number, mark):
    sizes = {15: (4, 6, 5), 14: (4, 6, 4)}.get(len(number), (4,) * (len(number) // 4) + ((len(number) % 4,) if len(number) % 4 else ()))
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at:at + size])
        at += size
    return mark.join(parts)


def pan(cell, argument):
    """`brand,brand/form`: both may be missing; forms bare, space, dash, dot, nbsp, any."""
    brands, _, form = (argument or "").partition("/")
    brand = cell.rng.choice(brands.split(",")) if brands else None
    number = card(cell.rng, brand)
    if form == "any":
        form = cell.rng.choice(["bare", "bare", "space", "dash"])
    mark = {"space": " ", "dash": "-", "dot": ".", "nbsp": "\u00a0"}.get(form, "")
    return Piece(grouped(number, mark) if mark else number, "pan", brand or "common")


def iban_number(rng, country):
    out, form = "", IBANS[country]
    while form:
        kind, size = form[0], ""
        form = form[1:]
        while form and form[0].isdigit():
            size, form = size + form[0], form[1:]
        pool = {"n": ALNUM[:10], "a": ALNUM[10:], "c": ALNUM if rng.random() < 0.3 else ALNUM[:10]}[kind]
        out += "".join(rng.choice(pool) for _ in range(int(size)))
    if country == "TR":
        out = out[:5] + "0" + out[6:]
    value = int("".join(str(int(char, 36)) for char in out + country + "00"))
    return f"{country}{98 - value % 97:02}{out}"


def iban(cell, argument):
    """`PL,CZ/form`: countries, or east or all; forms bare, group, lower, dash, any."""
    places, _, form = (argument or "all").partition("/")
    country = cell.rng.choice({"east": EAST, "all": tuple(IBANS)}.get(places) or places.split(","))
    number = iban_number(cell.rng, country)
    if form == "any":
        form = cell.rng.choice(["bare", "group"])
    if form in ("group", "dash"):
        number = (" " if form == "group" else "-").join(number[at:at + 4] for at in range(0, len(number), 4))
    if form == "lower":
        number = number.lower()
    return Piece(number, "iban", country)


def ssn_number(rng):
    area = 0
    while area in (0, 666):
        area = rng.randrange(1, 900)
    return f"{area:03}", f"{rng.randrange(1, 100):02}", f"{rng.randrange(1, 10000):04}"


def ssn(cell, form):
    """dash (unless said), bare, space, dot, number (what a NUMBER leaves of it), any."""
    if form == "any":
        form = cell.rng.choice(["dash", "dash", "bare", "space"])
    parts = ssn_number(cell.rng)
    text = {"bare": "", "space": " ", "dot": ".", "number": ""}.get(form, "-").join(parts)
    return Piece(text.lstrip("0") if form == "number" else text, "ssn", form or "dash")


FIELDS = {"pan": pan, "iban": iban, "ssn": ssn}
