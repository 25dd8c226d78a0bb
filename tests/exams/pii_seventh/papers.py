"""Documents of Europe, and the way to all documents.

Enters: a person (born, sex). Leaves: FIELDS, name → (class, function), and `field(name, person, rng, argument)`. The same person keeps the same number.
Argument: `bare` leaves out separators, `lower` lowers letters.
"""

import re

CONSONANTS = "BCDFGHJKLMNPQRSTVWXYZ"


def d(rng, length, first="0123456789"):
    return rng.choice(first) + "".join(rng.choice("0123456789") for _ in range(length - 1))


def weighted(number, weights):
    return sum(int(digit) * weight for digit, weight in zip(number, weights))


def luhn(body):
    total = sum(sum(divmod(int(digit) * (2 if at % 2 == 0 else 1), 10)) for at, digit in enumerate(reversed(body)))
    return str(-total % 10)


def again(rng, make):
    """the first whose check digit is a digit"""
    while True:
        found = make(rng)
        if found:
            return found


def mod11_10(body):
    rest = 10
    for digit in body:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)


def pesel(p, rng):
    y, m = p.born.year, p.born.month + (20 if p.born.year >= 2000 else 0)
    body = f"{y % 100:02}{m:02}{p.born.day:02}{d(rng, 3)}{rng.choice('02468' if p.female else '13579')}"
    return body + str(-weighted(body, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)


def dowod(p, rng):
    letters, rest = "C" + "".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(2)), d(rng, 5)
    values = [ord(letter) - 55 for letter in letters] + [int(digit) for digit in rest]
    return letters + str(sum(value * weight for value, weight in zip(values, [7, 3, 1, 7, 3, 1, 7, 3])) % 10) + rest


def rodne(p, rng):
    month = p.born.month + (50 if p.female else 0)
    head = f"{p.born.year % 100:02}{month:02}{p.born.day:02}"
    if p.born.year < 1954:
        return head + "/" + d(rng, 2) + rng.choice("123456789")
    def make(rng):
        body = head + d(rng, 3)
        return body[:6] + "/" + body[6:] + str(int(body) % 11) if int(body) % 11 < 10 else None
    return again(rng, make)


def hu_tax(p, rng):
    import datetime
    def make(rng):
        body = f"8{(p.born - datetime.date(1867, 1, 1)).days:05}{d(rng, 3)}"
        check = weighted(body, range(1, 10)) % 11
        return body + str(check) if check < 10 else None
    return again(rng, make)


def taj(p, rng):
    body = d(rng, 8, "0123")
    return f"{body[:3]} {body[3:6]} {body[6:]}{weighted(body, [3, 7] * 4) % 10}"


def cnp(p, rng):
    body = f"{(1 if p.born.year < 2000 else 5) + p.female}{p.born:%y%m%d}{rng.randrange(1, 47):02}{d(rng, 3)}"
    check = weighted(body, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
    return body + str(1 if check == 10 else check)


def egn(p, rng):
    month = p.born.month + (40 if p.born.year >= 2000 else 0)
    body = f"{p.born.year % 100:02}{month:02}{p.born.day:02}{d(rng, 2)}{rng.choice('13579' if p.female else '02468')}"
    return body + str(weighted(body, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10)


def oib(p, rng):
    body = d(rng, 10)
    return body + mod11_10(body)


def jmbg(region):
    def one(p, rng):
        def make(rng):
            body = f"{p.born:%d%m}{p.born.year % 1000:03}{region if len(region) == 2 else region + str(rng.randrange(10))}{d(rng, 3, '56789' if p.female else '01234')}"
            check = (11 - weighted(body, [7, 6, 5, 4, 3, 2] * 2) % 11) % 11
            return body + str(check) if check < 10 else None
        return again(rng, make)
    return one


def baltic(p, rng):
    body = f"{(3 if p.born.year < 2000 else 5) + p.female}{p.born:%y%m%d}{d(rng, 3)}"
    check = weighted(body, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11
    if check == 10:
        check = weighted(body, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10
    return body + str(check)


def latvia(p, rng):
    body = f"{p.born:%d%m%y}{1 if p.born.year < 2000 else 2}{d(rng, 3)}"
    check = (1 + weighted(body, [10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10
    return f"{body[:6]}-{body[6:]}{check}"


def hetu(p, rng):
    number = rng.randrange(1, 449) * 2 + (0 if p.female else 1)
    return f"{p.born:%d%m%y}{'-' if p.born.year < 2000 else 'A'}{number:03}" + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(f"{p.born:%d%m%y}{number:03}") % 31]


def personnummer(p, rng):
    body = f"{p.born:%y%m%d}{d(rng, 2)}{rng.choice('02468' if p.female else '13579')}"
    return f"{p.born:%Y%m%d}-{body[6:]}{luhn(body)}"


def fnr(p, rng):
    def make(rng):
        number = rng.randrange(0, 249) * 2 + (0 if p.female else 1) + (0 if p.born.year < 2000 else 500)
        body = f"{p.born:%d%m%y}{number:03}"
        one = -weighted(body, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11
        two = -weighted(body + str(one), [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
        return f"{body}{one}{two}" if one < 10 and two < 10 else None
    return again(rng, make)


def cpr(p, rng):
    return f"{p.born:%d%m%y}-{d(rng, 3, '0123' if p.born.year < 2000 else '4')}{rng.choice('02468' if p.female else '13579')}"


def kennitala(p, rng):
    def make(rng):
        body = f"{p.born:%d%m%y}{rng.randrange(20, 99)}"
        check = -weighted(body, [3, 2, 7, 6, 5, 4, 3, 2]) % 11
        return f"{body[:6]}-{body[6:]}{check}{'9' if p.born.year < 2000 else '0'}" if check < 10 else None
    return again(rng, make)


def bsn(p, rng):
    def make(rng):
        body = d(rng, 8, "123456789")
        check = weighted(body, range(9, 1, -1)) % 11
        return body + str(check) if check < 10 else None
    return again(rng, make)


def rijks(p, rng):
    number = rng.randrange(1, 498) * 2 + (0 if p.female else 1)
    body = f"{p.born:%y%m%d}{number:03}"
    check = 97 - int(("2" if p.born.year >= 2000 else "") + body) % 97
    return f"{body[:2]}.{body[2:4]}.{body[4:6]}-{body[6:]}.{check:02}"


def steuer(p, rng):
    digits = rng.sample("0123456789", 9)
    digits.append(rng.choice(digits))
    rng.shuffle(digits)
    if digits[0] == "0":
        swap = next(at for at, digit in enumerate(digits) if digit != "0")
        digits[0], digits[swap] = digits[swap], digits[0]
    body = "".join(digits)
    whole = body + mod11_10(body)
    return f"{whole[:2]} {whole[2:5]} {whole[5:8]} {whole[8:]}"


def perso(p, rng):
    body = rng.choice("LMNPRTVWXY") + "".join(rng.choice("0123456789CFGHJKLMNPRTVWXYZ") for _ in range(8))
    return body + str(sum(int(digit, 36) * weight for digit, weight in zip(body, [7, 3, 1] * 3)) % 10)


def ahv(p, rng):
    body = "756" + d(rng, 9)
    whole = body + str(-weighted(body, [1, 3] * 6) % 10)
    return f"{whole[:3]}.{whole[3:7]}.{whole[7:11]}.{whole[11:]}"


def at_svnr(p, rng):
    def make(rng):
        serial, date = d(rng, 3, "123456789"), f"{p.born:%d%m%y}"
        check = weighted(serial + date, [3, 7, 9, 5, 8, 4, 2, 1, 6]) % 11
        return f"{serial}{check} {date}" if check < 10 else None
    return again(rng, make)


def nir(p, rng):
    body = f"{2 if p.female else 1}{p.born:%y%m}{rng.choice(['29', '35', '59', '67', '75', '13', '44'])}{rng.randrange(1, 600):03}{rng.randrange(1, 400):03}"
    return f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {97 - int(body) % 97:02}"


def dni(p, rng):
    body = d(rng, 8, "1234567")
    return body + "TRWAGMYFPDXBNJZSQVHLCKE"[int(body) % 23]


def nie(p, rng):
    head, body = rng.choice("XYZ"), d(rng, 7)
    return f"{head}-{body}-" + "TRWAGMYFPDXBNJZSQVHLCKE"[int(str("XYZ".index(head)) + body) % 23]


def nif_pt(p, rng):
    body = d(rng, 8, "12")
    check = 11 - weighted(body, range(9, 1, -1)) % 11
    whole = body + str(0 if check > 9 else check)
    return f"{whole[:3]} {whole[3:6]} {whole[6:]}"


ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]))


def codice(p, rng):
    from people import ascii_of
    def three(word, name):
        word = re.sub("[^A-Z]", "", ascii_of(word).upper())
        consonants, vowels = [c for c in word if c in CONSONANTS], [c for c in word if c not in CONSONANTS]
        if name and len(consonants) > 3:
            consonants = [consonants[0], consonants[2], consonants[3]]
        return ("".join(consonants + vowels) + "XXX")[:3]
    body = three(p.family, False) + three(p.given, True) + f"{p.born.year % 100:02}{'ABCDEHLMPRST'[p.born.month - 1]}{p.born.day + (40 if p.female else 0):02}" + rng.choice(["A794", "E506", "G478", "L424", "F205", "H501"])
    total = sum(ODD[c] if at % 2 == 0 else (int(c) if c.isdigit() else ord(c) - 65) for at, c in enumerate(body))
    return body + chr(65 + total % 26)


def afm(p, rng):
    body = d(rng, 8, "0123456789")
    return body + str(sum(int(digit) << (8 - at) for at, digit in enumerate(body)) % 11 % 10)


def amka(p, rng):
    body = f"{p.born:%d%m%y}{d(rng, 4)}"
    return body + luhn(body)


def rnokpp(p, rng):
    import datetime
    body = f"{(p.born - datetime.date(1899, 12, 31)).days:05}{d(rng, 3)}{rng.choice('02468' if p.female else '13579')}"
    return body + str(weighted(body, [-1, 5, 7, 9, 4, 6, 10, 5, 7]) % 11 % 10)


def nino(p, rng):
    return f"{rng.choice(['AB', 'CE', 'EW', 'HN', 'JK', 'LA', 'MZ', 'PR', 'SK', 'WE'])} {d(rng, 2)} {d(rng, 2)} {d(rng, 2)} {rng.choice('ABCD')}"


def utr(p, rng):
    body = d(rng, 9)
    return "21987654321"[weighted(body, [6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11] + body


def dvla(p, rng):
    from people import ascii_of
    family = re.sub("[^A-Z]", "", ascii_of(p.family).upper())[:5].ljust(5, "9")
    month = p.born.month + (50 if p.female else 0)
    return f"{family}{p.born.year // 10 % 10}{month:02}{p.born.day:02}{p.born.year % 10}{ascii_of(p.given)[0]}9{rng.choice('26789')}{rng.choice('AEJRTZ')}{rng.choice('BDGLNW')}"


def pps(p, rng):
    body, tail = d(rng, 7), rng.choice(["", "A", "B"])
    return body + "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(body, range(8, 1, -1)) + (ord(tail) - 64 if tail else 0) * 9) % 23] + tail


N = "national_id"
FIELDS = {"pesel": (N, pesel), "dowod": (N, dowod), "rodne": (N, rodne), "hu_tax": (N, hu_tax), "cnp": (N, cnp), "egn": (N, egn), "oib": (N, oib), "emso": (N, jmbg("50")), "jmbg": (N, jmbg("7")),
          "lt": (N, baltic), "ee": (N, baltic), "lv": (N, latvia), "hetu": (N, hetu), "personnummer": (N, personnummer), "fnr": (N, fnr), "cpr": (N, cpr), "kennitala": (N, kennitala), "bsn": (N, bsn), "rijks": (N, rijks),
          "steuer": (N, steuer), "perso": (N, perso), "ahv": (N, ahv), "at_svnr": (N, at_svnr), "nir": (N, nir), "dni": (N, dni), "nie": (N, nie), "nif_pt": (N, nif_pt), "codice": (N, codice), "afm": (N, afm), "amka": (N, amka),
          "rnokpp": (N, rnokpp), "nino": (N, nino), "utr": (N, utr), "dvla": (N, dvla), "pps": (N, pps), "taj": ("health_id", taj)}


def field(name, person, rng, argument):
    kind, make = FIELDS[name]
    value = person.keep(name, lambda: make(person, person.rng))
    for one in argument.split(","):
        value = {"": value, "bare": re.sub(r"[^0-9A-Za-z]", "", value), "lower": value.lower(), "yy": value[2:], "dash": value.replace(" ", "-"), "space": value.replace("-", " ")}[one]
    return f"{kind}/{name}", value


import far_papers  # noqa: E402
import health  # noqa: E402

FIELDS.update(far_papers.FIELDS)
FIELDS.update(health.FIELDS)
