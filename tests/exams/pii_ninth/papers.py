"""Numbers of documents and of health, with right check digits where the state has them.

Enters: a person (birthday, sex). Leaves: PAPERS, which far_papers.py completes and makes the field `id` of. Never here: cards and accounts (money.py).
"""

import string


PAPERS = {}
HEALTH = {"npi", "dea", "mbi", "nhs", "mrn", "medicare", "cns", "kvnr", "nhi", "ohip", "ramq"}
UP = string.ascii_uppercase


def paper(function):
    PAPERS[function.__name__.rstrip("_")] = function
    return function


def num(rng, count, first="123456789"):
    return rng.choice(first) + "".join(rng.choice("0123456789") for _ in range(count - 1))


def weigh(text, weights):
    return sum(int(one) * weight for one, weight in zip(text, weights))


def luhn(text):
    """The digit that makes text pass Luhn."""
    total = sum(sum(divmod(int(one) * (2 - at % 2), 10)) for at, one in enumerate(reversed(text)))
    return str(-total % 10)


def until(make):
    """First result of make() that is not None."""
    while True:
        found = make()
        if found is not None:
            return found


def tail(rng, length, weights, modulus, turn=lambda rest: rest, bad=(10,), first="123456789"):
    """Random digits and a check digit turn(sum mod modulus), other digits where that is bad."""
    def make():
        body = num(rng, length, first)
        check = turn(weigh(body, weights) % modulus)
        return None if check in bad else body + str(check)
    return until(make)


def ymd(person):
    return person.born.strftime("%y%m%d")


@paper
def ssn(rng, person, gap="-"):
    area = rng.choice([n for n in (*range(1, 666), *range(667, 900)) if n not in (78, 219)])
    return f"{area:03}{gap}{rng.randint(1, 99):02}{gap}{rng.randint(1, 9999):04}"


@paper
def itin(rng, person):
    return f"9{rng.randint(0, 99):02}-{rng.choice([*range(50, 66), *range(70, 89), *range(90, 93)])}-{rng.randint(1, 9999):04}"


@paper
def sin(rng, person):
    body = num(rng, 8, "1234567")
    return (lambda t: f"{t[:3]} {t[3:6]} {t[6:]}")(body + luhn(body))


@paper
def nino(rng, person):
    pair = until(lambda: (lambda p: None if p in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ") else p)(rng.choice("ABCEGHJKLMNPRSTWXYZ") + rng.choice("ABCEGHJKLMNPRSTWXYZ")))
    text = pair + num(rng, 6, "0123456789") + rng.choice("ABCD")
    return f"{text[:2]} {text[2:4]} {text[4:6]} {text[6:8]} {text[8]}"


@paper
def tfn(rng, person):
    weights = (1, 4, 3, 7, 5, 8, 6, 9, 10)
    text = until(lambda: (lambda t: t if weigh(t, weights) % 11 == 0 else None)(num(rng, 9)))
    return f"{text[:3]} {text[3:6]} {text[6:]}"


@paper
def ppsn(rng, person):
    body = num(rng, 7)
    return body + "WABCDEFGHIJKLMNOPQRSTUV"[weigh(body, range(8, 1, -1)) % 23]


@paper
def steuer(rng, person):
    digits = rng.sample("123456789", 9) + ["0"]
    rng.shuffle(digits)
    digits[digits.index(rng.choice([d for d in digits if d != digits[0]]))] = digits[0]
    while digits[0] == "0" or any(digits[i] == digits[i + 1] == digits[i + 2] for i in range(8)):
        rng.shuffle(digits)
    product = 10
    for one in digits:
        total = (int(one) + product) % 10 or 10
        product = total * 2 % 11
    return "".join(digits) + str((11 - product) % 10)


@paper
def oib(rng, person):
    body, product = num(rng, 10), 10
    for one in body:
        product = ((int(one) + product) % 10 or 10) * 2 % 11
    return body + str((11 - product) % 10)


@paper
def svnr(rng, person):
    date = person.born.strftime("%d%m%y")
    def make():
        serial = num(rng, 3)
        check = weigh(serial + date, (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11
        return None if check == 10 else f"{serial}{check} {date}"
    return until(make)


@paper
def ahv(rng, person):
    body = "756" + num(rng, 9, "0123456789")
    text = body + ean(body)
    return f"{text[:3]}.{text[3:7]}.{text[7:11]}.{text[11:]}"


def ean(body):
    return str(-sum(int(one) * (3 if at % 2 == 0 else 1) for at, one in enumerate(reversed(body))) % 10)


@paper
def nir(rng, person):
    body = ("1" if person.male else "2") + person.born.strftime("%y%m") + f"{rng.choice([*range(1, 20), *range(21, 96)]):02}{rng.randint(1, 899):03}{rng.randint(1, 999):03}"
    text = body + f"{97 - int(body) % 97:02}"
    return f"{text[0]} {text[1:3]} {text[3:5]} {text[5:7]} {text[7:10]} {text[10:13]} {text[13:]}" if rng.random() < 0.5 else text


@paper
def codice(rng, person):
    letters = "BCDFGLMNPRSTVZ"
    body = "".join(rng.choice(letters) for _ in range(6)) + f"{person.born.year % 100:02}" + "ABCDEHLMPRST"[person.born.month - 1]
    body += f"{person.born.day + (0 if person.male else 40):02}" + rng.choice(["H501", "F205", "L219", "A944", "D612", "G273"])
    odd = dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21)))
    odd.update(zip(UP, (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)))
    total = sum(odd[one] if at % 2 == 0 else (int(one) if one.isdigit() else UP.index(one)) for at, one in enumerate(body))
    return body + UP[total % 26]


DNI = "TRWAGMYFPDXBNJZSQVHLCKE"


@paper
def dni(rng, person):
    body = num(rng, 8)
    return body + rng.choice(["", "-"]) + DNI[int(body) % 23]


@paper
def nie(rng, person):
    body, first = num(rng, 7), rng.randrange(3)
    return "XYZ"[first] + body + DNI[int(str(first) + body) % 23]


@paper
def ptnif(rng, person):
    return tail(rng, 8, range(9, 1, -1), 11, lambda r: 0 if r < 2 else 11 - r, first="12")


@paper
def bsn(rng, person):
    return until(lambda: (lambda t: t if weigh(t, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0 else None)(num(rng, 9)))


@paper
def rrn(rng, person):
    serial = f"{rng.randrange(1, 997, 2) if person.male else rng.randrange(2, 998, 2):03}"
    body = ymd(person) + serial
    check = 97 - int(("2" if person.born.year >= 2000 else "") + body) % 97
    return f"{body[:2]}.{body[2:4]}.{body[4:6]}-{serial}.{check:02}"


@paper
def personnummer(rng, person):
    body = ymd(person) + f"{rng.randrange(98):02}{rng.randrange(1, 10, 2) if person.male else rng.randrange(0, 9, 2)}"
    return ("" if rng.random() < 0.5 else str(person.born.year)[:2]) + body[:6] + "-" + body[6:] + luhn(body)


@paper
def fnr(rng, person):
    def make():
        body = person.born.strftime("%d%m%y") + f"{rng.randint(500, 999) if person.born.year >= 2000 else rng.randint(0, 499):03}"
        one = -weigh(body, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
        two = -(weigh(body, (5, 4, 3, 2, 7, 6, 5, 4, 3)) + 2 * one) % 11
        return None if 10 in (one, two) else f"{body[:6]}{rng.choice(['', ' '])}{body[6:]}{one}{two}"
    return until(make)


@paper
def cpr(rng, person):
    return person.born.strftime("%d%m%y") + "-" + f"{rng.randint(4000, 4999) if person.born.year >= 2000 else rng.randint(1, 3999):04}"


@paper
def hetu(rng, person):
    date, serial = person.born.strftime("%d%m%y"), f"{rng.randint(2, 899):03}"
    return date + ("A" if person.born.year >= 2000 else "-") + serial + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(date + serial) % 31]


@paper
def isikukood(rng, person):
    body = str((1 if person.male else 2) + (4 if person.born.year >= 2000 else 2)) + ymd(person) + f"{rng.randint(1, 999):03}"
    check = weigh(body, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    check = weigh(body, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10 if check == 10 else check
    return body + str(check)


@paper
def pesel(rng, person):
    month = person.born.month + (20 if person.born.year >= 2000 else 0)
    body = f"{person.born.year % 100:02}{month:02}{person.born.day:02}{rng.randrange(1000):03}{rng.randrange(1, 10, 2) if person.male else rng.randrange(0, 9, 2)}"
    return body + str(-weigh(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)


@paper
def rc(rng, person):
    date = f"{person.born.year % 100:02}{person.born.month + (0 if person.male else 50):02}{person.born.day:02}"
    if person.born.year < 1954:
        return f"{date}/{rng.randint(1, 999):03}"
    return until(lambda: (lambda s: f"{date}/{s}" if int(date + s) % 11 == 0 else None)(f"{rng.randrange(10000):04}"))


@paper
def cnp(rng, person):
    body = str((1 if person.male else 2) + (4 if person.born.year >= 2000 else 0)) + ymd(person) + f"{rng.randint(1, 46):02}{rng.randint(1, 999):03}"
    check = weigh(body, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return body + str(1 if check == 10 else check)


@paper
def egn(rng, person):
    body = f"{person.born.year % 100:02}{person.born.month + (40 if person.born.year >= 2000 else 0):02}{person.born.day:02}{rng.randrange(1000):03}"
    return body + str(weigh(body, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10)
