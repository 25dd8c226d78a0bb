"""National, tax and health numbers of the United States, the United Kingdom and of Central and Eastern Europe.

Enters: a cell with its person (birthday and sex go into the numbers). Leaves: pieces with the labels national_id and health_id; check digits are right.
Never here: numbers of companies, social security numbers of the United States.
"""

import datetime
import string

from money import luhn_digit, some_digits
from template import Piece

PESEL, CNP, EGN = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9), (2, 4, 8, 5, 10, 9, 7, 3, 6)


def weigh(digits, weights):
    return sum(int(digit) * weight for digit, weight in zip(digits, weights))


def until(make):
    """The first that `make` does not refuse with None."""
    while True:
        value = make()
        if value is not None:
            return value


def pesel(rng, who):
    month = who.born.month + (20 if who.born.year >= 2000 else 0)
    body = f"{who.born.year % 100:02}{month:02}{who.born.day:02}{some_digits(rng, 3)}{rng.randrange(0, 10, 2) + (0 if who.female else 1)}"
    return body + str(-weigh(body, PESEL) % 10)


def polish_card(rng, who):
    letters, digits = "".join(rng.choice(string.ascii_uppercase) for _ in range(3)), some_digits(rng, 5)
    total = sum((ord(letter) - 55) * weight for letter, weight in zip(letters, (7, 3, 1))) + weigh(digits, (7, 3, 1, 7, 3))
    return f"{letters}{total % 10}{digits}"


def birth_number(rng, who):
    """Czech and Slovak; divisible by eleven, the slash is part of it."""
    def make():
        number = f"{who.born.year % 100:02}{who.born.month + (50 if who.female else 0):02}{who.born.day:02}{rng.randrange(1000, 10000)}"
        return number if int(number) % 11 == 0 else None
    if who.born.year < 1954:
        number = f"{who.born.year % 100:02}{who.born.month + (50 if who.female else 0):02}{who.born.day:02}{some_digits(rng, 2)}{rng.randrange(1, 10)}"
    else:
        number = until(make)
    return number[:6] + "/" + number[6:]


def hungarian_tax(rng, who):
    def make():
        body = f"8{(who.born - datetime.date(1867, 1, 1)).days:05}{some_digits(rng, 3)}"
        check = weigh(body, range(1, 10)) % 11
        return f"{body}{check}" if check < 10 else None
    return until(make)


def taj(rng, who):
    body = some_digits(rng, 8)
    number = body + str(weigh(body, (3, 7) * 4) % 10)
    return rng.choice([number, f"{number[:3]} {number[3:6]} {number[6:]}", f"{number[:3]}-{number[3:6]}-{number[6:]}"])


def cnp(rng, who):
    sex = (5 if who.born.year >= 2000 else 1) + (1 if who.female else 0)
    body = f"{sex}{who.born:%y%m%d}{rng.randrange(1, 47):02}{rng.randrange(1, 1000):03}"
    return body + str(1 if weigh(body, CNP) % 11 == 10 else weigh(body, CNP) % 11)


def egn(rng, who):
    month = who.born.month + (40 if who.born.year >= 2000 else 0)
    body = f"{who.born.year % 100:02}{month:02}{who.born.day:02}{some_digits(rng, 2)}{rng.randrange(0, 10, 2) + (1 if who.female else 0)}"
    return body + str(weigh(body, EGN) % 11 % 10)


def jmbg(rng, who):
    body = f"{who.born:%d%m}{who.born.year % 1000:03}{rng.choice([71, 72, 73, 80])}{rng.randrange(500, 1000) if who.female else rng.randrange(500):03}"
    check = 11 - weigh(body, (7, 6, 5, 4, 3, 2) * 2) % 11
    return body + str(check if check < 10 else 0)


def oib(rng, who):
    body, rest = some_digits(rng, 10), 10
    for digit in body:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return body + str((11 - rest) % 10)


def rnokpp(rng, who):
    body = f"{(who.born - datetime.date(1899, 12, 31)).days:05}{some_digits(rng, 3)}{rng.randrange(0, 10, 2) + (0 if who.female else 1)}"
    return body + str(weigh(body, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10)


def baltic(rng, who):
    """Lithuanian and Estonian."""
    body = f"{(5 if who.born.year >= 2000 else 3) + (1 if who.female else 0)}{who.born:%y%m%d}{some_digits(rng, 3)}"
    check = weigh(body, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if check == 10:
        check = weigh(body, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return body + str(check)


def nino(rng, who):
    first, second = "ABCEGHJKLMNOPRSTWXYZ", "ABCEGHJKLMNPRSTWXYZ"
    pair = until(lambda: (lambda two: None if two in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ") else two)(rng.choice(first) + rng.choice(second)))
    digits, last = some_digits(rng, 6), rng.choice("ABCD")
    return rng.choice([f"{pair}{digits}{last}", f"{pair} {digits[:2]} {digits[2:4]} {digits[4:]} {last}"])


def utr(rng, who):
    body = some_digits(rng, 9)
    return "21987654321"[weigh(body, (6, 7, 8, 9, 10, 5, 4, 3, 2)) % 11] + body


def british_licence(rng, who):
    name = "".join(char for char in who.last.upper() if char.isascii() and char.isalpha())[:5].ljust(5, "9")
    month = who.born.month + (50 if who.female else 0)
    year = f"{who.born.year % 100:02}"
    return f"{name}{year[0]}{month:02}{who.born.day:02}{year[1]}{who.first[0].upper()}9{rng.randrange(1, 10)}{''.join(rng.choice(string.ascii_uppercase) for _ in range(2))}"


def itin(rng, who):
    group = rng.choice([*range(50, 66), *range(70, 89), 90, 91, 92, *range(94, 100)])
    return f"9{some_digits(rng, 2)}-{group}-{some_digits(rng, 4)}"


def american_licence(rng, who):
    letter = rng.choice(string.ascii_uppercase)
    return rng.choice([f"{letter}{some_digits(rng, 7)}", f"{who.last[0].upper()}{some_digits(rng, 3)}-{some_digits(rng, 3)}-{some_digits(rng, 2)}-{some_digits(rng, 3)}-0",
                       some_digits(rng, 8), f"{letter}{some_digits(rng, 3)}-{some_digits(rng, 4)}-{some_digits(rng, 4)}"])


def american_passport(rng, who):
    return rng.choice([some_digits(rng, 9), rng.choice("AXY") + some_digits(rng, 8)])


def nhs(rng, who):
    def make():
        body = "999" + some_digits(rng, 6)
        check = 11 - weigh(body, range(10, 1, -1)) % 11
        return None if check == 10 else body + str(check % 11)
    number = until(make)
    return rng.choice([number, f"{number[:3]} {number[3:6]} {number[6:]}", f"{number[:3]}-{number[3:6]}-{number[6:]}"])


def chi(rng, who):
    def make():
        body = f"{who.born:%d%m%y}{some_digits(rng, 2)}{rng.randrange(0, 10, 2) + (0 if who.female else 1)}"
        check = 11 - weigh(body, range(10, 1, -1)) % 11
        return None if check == 10 else body + str(check % 11)
    return until(make)


def mbi(rng, who):
    letters = "ACDEFGHJKMNPQRTUVWXY"
    pools = {"C": "123456789", "A": letters, "N": string.digits, "X": letters + string.digits}
    number = "".join(rng.choice(pools[char]) for char in "CAXNAXNAANN")
    return rng.choice([number, f"{number[:4]}-{number[4:7]}-{number[7:]}"])


def npi(rng, who):
    body = rng.choice("12") + some_digits(rng, 8)
    return body + luhn_digit("80840" + body)


def dea(rng, who):
    digits = some_digits(rng, 6)
    check = (weigh(digits[0::2], (1, 1, 1)) + 2 * weigh(digits[1::2], (1, 1, 1))) % 10
    return f"{rng.choice('ABFM')}{who.last[0].upper() if who.last[0].isascii() else 'K'}{digits}{check}"


NATIONAL = {
    "pesel": pesel, "dowod": polish_card, "rc": birth_number, "adoazonosito": hungarian_tax, "taj": taj, "cnp": cnp, "egn": egn, "jmbg": jmbg, "oib": oib,
    "rnokpp": rnokpp, "baltic": baltic, "nino": nino, "utr": utr, "uk_licence": british_licence, "itin": itin, "us_licence": american_licence,
    "us_passport": american_passport, "uk_passport": lambda rng, who: some_digits(rng, 9), "pl_passport": lambda rng, who: rng.choice(["EA", "EB", "EK"]) + some_digits(rng, 7),
    "ua_passport": lambda rng, who: rng.choice(["FA", "FB", "FE", "FG"]) + some_digits(rng, 6),
    "ro_ci": lambda rng, who: rng.choice(["RX", "RR", "CJ", "TM", "IF", "BV"]) + rng.choice([" ", "", " nr. "]) + some_digits(rng, 6),
}
HEALTH = {
    "nhs": nhs, "chi": chi, "mbi": mbi, "npi": npi, "dea": dea, "mrn_bare": lambda rng, who: f"{rng.randrange(10**6, 10**8)}", "medicaid": lambda rng, who: rng.choice([f"{''.join(rng.choice('ABCDEFGHJK') for _ in range(2))}{some_digits(rng, 5)}{rng.choice('ABCDEFGH')}", some_digits(rng, 10)]),
    "member": lambda rng, who: rng.choice(["XYP", "JQU", "ZGP", "WMW"]) + some_digits(rng, 9),
}


def field(kinds, name):
    def make(cell, argument):
        kind, _, form = argument.partition("/")
        kind = cell.rng.choice(kind.split(","))
        text = kinds[kind](cell.rng, cell.person)
        if form == "bare":
            text = "".join(char for char in text if char.isalnum())
        return Piece(text, name, kind)
    return make
