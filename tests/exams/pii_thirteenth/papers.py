"""Numbers of papers, cards and accounts with their check digits.

Enters: a source of chance, a person's birthday and sex. Leaves: numbers by name, and for each name whether a number is a valid one.
Never here: names, columns, labels in cells.
"""

import datetime
import itertools
import re

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def only(text):
    return [int(sign) for sign in text if sign.isdigit()]


def dot(digits, weights):
    return sum(digit * weight for digit, weight in zip(digits, weights))


def luhn(body):
    """The digit that makes the body one that Luhn's sum accepts."""
    total = 0
    for place, digit in enumerate(reversed(only(body))):
        total += digit if place % 2 else sum(divmod(digit * 2, 10))
    return str(-total % 10)


def is_luhn(text):
    digits = "".join(map(str, only(text)))
    return len(digits) > 1 and luhn(digits[:-1]) == digits[-1]


def iso7064(body):
    """MOD 11,10."""
    rest = 10
    for digit in only(body):
        rest = ((rest + digit) % 10 or 10) * 2 % 11
    return str((11 - rest) % 10)


def ean(body):
    digits = only(body)
    return str(-sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))) % 10)


VERHOEFF_D = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
              [5, 9, 8, 7, 6, 0, 4, 3, 2, 1], [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]
VERHOEFF_P = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
for _ in range(6):
    VERHOEFF_P.append([VERHOEFF_P[-1][VERHOEFF_P[1][place]] for place in range(10)])


def verhoeff(body):
    rest = 0
    for place, digit in enumerate(reversed(only(body)), 1):
        rest = VERHOEFF_D[rest][VERHOEFF_P[place % 8][digit]]
    return str([row.index(0) for row in VERHOEFF_D][rest])


def mrz(body):
    """The check digit of machine readable lines."""
    value = {sign: number for number, sign in enumerate("0123456789" + LETTERS)} | {"<": 0}
    return str(dot([value[sign] for sign in body], itertools.cycle((7, 3, 1))) % 10)


# Last digits: body → the sign(s) that follow it, or "" where no number has this body.
def pesel(body):
    return str(-dot(only(body), (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)


def cpf(body):
    digits = only(body)
    for size in (9, 10):
        digits.append(-dot(digits, range(size + 1, 1, -1)) % 11 % 11 if dot(digits, range(size + 1, 1, -1)) % 11 > 1 else 0)
    return "".join(map(str, digits[9:]))


def cuil(body):
    rest = 11 - dot(only(body), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return "" if rest == 10 else str(rest % 11)


def rut(body):
    return "0K987654321"[dot(reversed(only(body)), itertools.cycle((2, 3, 4, 5, 6, 7))) % 11]


def dni(body):
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int("".join(map(str, only(body)))) % 23]


def nie(body):
    return dni(str("XYZ".index(body[0])) + body[1:])


def nif(body):
    rest = 11 - dot(only(body), range(9, 1, -1)) % 11
    return str(rest if rest < 10 else 0)


def cnp(body):
    rest = dot(only(body), only("279146358279")) % 11
    return "1" if rest == 10 else str(rest)


def nir(body):
    return f"{97 - int(body) % 97:02}"


def nn_be(body):
    return f"{97 - int(body) % 97:02}"


def nn_be_new(body):
    return f"{97 - int('2' + body) % 97:02}"


def bsn(body):
    rest = dot(only(body), range(9, 1, -1)) % 11
    return "" if rest == 10 else str(rest)


def svnr(body):
    """Of serial (3) and birthday (6)."""
    rest = dot(only(body), (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11
    return "" if rest == 10 else str(rest)


def fnr(body):
    first = -dot(only(body), (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
    if first == 10:
        return ""
    second = -dot(only(body) + [first], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return "" if second == 10 else f"{first}{second}"


def hetu(body):
    return "0123456789ABCDEFHJKLMNPRSTUVWXY"[int("".join(map(str, only(body)))) % 31]


def kennitala(body):
    rest = -dot(only(body), (3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return "" if rest == 10 else str(rest)


def isikukood(body):
    digits = only(body)
    rest = dot(digits, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if rest == 10:
        rest = dot(digits, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return str(rest)


def kods(body):
    rest = (1101 - dot(only(body), (1, 6, 3, 7, 9, 10, 5, 8, 4, 2))) % 11
    return "" if rest == 10 else str(rest)


def taj(body):
    return str(dot(only(body), itertools.cycle((3, 7))) % 10)


def adoazon(body):
    rest = dot(only(body), range(1, 10)) % 11
    return "" if rest == 10 else str(rest)


def jmbg(body):
    rest = 11 - dot(only(body), (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return "" if rest == 10 else str(rest % 11)


def egn(body):
    return str(dot(only(body), (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10)


def rnokpp(body):
    return str(dot(only(body), (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10)


def iin(body):
    rest = dot(only(body), range(1, 12)) % 11
    if rest == 10:
        rest = dot(only(body), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
    return "" if rest == 10 else str(rest)


def afm(body):
    return str(dot(only(body), (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10)


def tckn(body):
    digits = only(body)
    tenth = (sum(digits[0:9:2]) * 7 - sum(digits[1:8:2])) % 10
    return f"{tenth}{(sum(digits) + tenth) % 10}"


def melli(body):
    rest = dot(only(body), range(10, 1, -1)) % 11
    return str(rest if rest < 2 else 11 - rest)


def thai(body):
    return str((11 - dot(only(body), range(13, 1, -1)) % 11) % 10)


def mynumber(body):
    rest = dot(reversed(only(body)), (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)) % 11
    return str(0 if rest <= 1 else 11 - rest)


def rrn(body):
    return str((11 - dot(only(body), (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10)


def ric(body):
    return "10X98765432"[dot(only(body), (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11]


def twid(body):
    code = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(body[0]) + 10
    return str(-(code // 10 + code % 10 * 9 + dot(only(body), range(8, 0, -1))) % 10)


def hkid(body):
    total = 36 * 9 + (ord(body[0]) - 55) * 8 + dot(only(body), range(7, 1, -1))
    return "0123456789A"[-total % 11]


def nric(body):
    total = dot(only(body), (2, 7, 6, 5, 4, 3, 2)) + (4 if body[0] in "TG" else 0)
    return ("JZIHGFEDCBA" if body[0] in "ST" else "XWUTRQPNMLK")[total % 11]


def ppsn(body):
    return "WABCDEFGHIJKLMNOPQRSTUV"[dot(only(body), range(8, 1, -1)) % 23]


def tfn(body):
    return next((str(last) for last in range(10) if dot(only(body) + [last], (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0), "")


def nhs(body):
    rest = 11 - dot(only(body), range(10, 1, -1)) % 11
    return "" if rest == 10 else str(rest % 11)


def medicare_au(body):
    return str(dot(only(body), (1, 3, 7, 9, 1, 3, 7, 9)) % 10)


def kvnr(body):
    digits = only(f"{ord(body[0]) - 64:02}" + body[1:])
    return str(sum(sum(divmod(digit * weight, 10)) for digit, weight in zip(digits, itertools.cycle((1, 2)))) % 10)


def curp(body):
    value = {sign: number for number, sign in enumerate("0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ")}
    return str(-dot([value[sign] for sign in body], range(18, 1, -1)) % 10)


ODD = dict(zip("0123456789" + LETTERS, (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)))


def fiscale(body):
    even = {sign: number for number, sign in enumerate("0123456789")} | {sign: number for number, sign in enumerate(LETTERS)}
    return LETTERS[sum(ODD[sign] if place % 2 == 0 else even[sign] for place, sign in enumerate(body)) % 26]


def perso(body):
    return mrz(body)


# name: (class, size of the whole without separators, size of the check, check, what the whole looks like)
CHECKED = {
    "pesel": (11, 1, pesel, r"\d{2}(?:[02][1-9]|[13][0-2])\d{7}"), "cpf": (11, 2, cpf, r"\d{11}"), "cuil": (11, 1, cuil, r"2[0347]\d{9}"), "rut": (9, 1, rut, r"\d{8}[\dK]"),
    "dni": (9, 1, dni, r"\d{8}[A-Z]"), "nie": (9, 1, nie, r"[XYZ]\d{7}[A-Z]"), "nif": (9, 1, nif, r"[123]\d{8}"), "cnp": (13, 1, cnp, r"[1256]\d{12}"),
    "nir": (15, 2, nir, r"[12]\d{14}"), "bsn": (9, 1, bsn, r"\d{9}"), "steuerid": (11, 1, iso7064, r"[1-9]\d{10}"), "ahv": (13, 1, ean, r"756\d{10}"),
    "personnummer": (10, 1, luhn, r"\d{10}"), "fnr": (11, 2, fnr, r"[0-3]\d{10}"), "isikukood": (11, 1, isikukood, r"[3-6]\d{10}"), "kods": (11, 1, kods, r"[0-3]\d{10}"),
    "taj": (9, 1, taj, r"\d{9}"), "adoazon": (10, 1, adoazon, r"8\d{9}"), "jmbg": (13, 1, jmbg, r"[0-3]\d{12}"), "oib": (11, 1, iso7064, r"\d{11}"), "egn": (10, 1, egn, r"\d{10}"),
    "rnokpp": (10, 1, rnokpp, r"[1-4]\d{9}"), "iin": (12, 1, iin, r"\d{12}"), "amka": (11, 1, luhn, r"[0-3]\d{10}"), "afm": (9, 1, afm, r"\d{9}"), "tckn": (11, 2, tckn, r"[1-9]\d{10}"),
    "teudat": (9, 1, luhn, r"\d{9}"), "emirates": (15, 1, luhn, r"784\d{12}"), "melli": (10, 1, melli, r"\d{10}"), "aadhaar": (12, 1, verhoeff, r"[2-9]\d{11}"), "thai": (13, 1, thai, r"[1-8]\d{12}"),
    "mynumber": (12, 1, mynumber, r"\d{12}"), "rrn": (13, 1, rrn, r"\d{13}"), "ric": (18, 1, ric, r"[1-6]\d{16}[\dX]"), "twid": (10, 1, twid, r"[A-Z][12]\d{8}"), "hkid": (8, 1, hkid, r"[A-Z]\d{6}[\dA]"),
    "nric": (9, 1, nric, r"[STFG]\d{7}[A-Z]"), "za": (13, 1, luhn, r"\d{13}"), "ppsn": (8, 1, ppsn, r"\d{7}[A-W]"), "tfn": (9, 1, tfn, r"\d{9}"), "sin": (9, 1, luhn, r"[1-79]\d{8}"),
    "nhs": (10, 1, nhs, r"[4679]\d{9}"), "kvnr": (10, 1, kvnr, r"[A-Z]\d{9}"), "curp": (18, 1, curp, r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d"), "fiscale": (16, 1, fiscale, r"[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]"),
    "hetu": (10, 1, hetu, r"[0-3]\d{8}[\dA-Y]"), "kennitala": (9, 1, kennitala, r"\d{9}"), "medicare_au": (9, 1, medicare_au, r"[2-6]\d{8}"),
}


def valid(name, text):
    """Whether a number, written as the papers write it, is a valid one of its kind."""
    text = text.upper()
    if name == "hetu":
        found = re.fullmatch(r"(\d{6})[-+A-FU-Y](\d{3})([\dA-Y])", text)
        return bool(found and hetu(found[1] + found[2]) == found[3])
    if name == "kennitala":
        text = "".join(map(str, only(text)))
        return len(text) == 10 and text[9] in "90" and kennitala(text[:8]) == text[8]
    if name == "svnr":
        text = "".join(map(str, only(text)))
        return len(text) == 10 and svnr(text[:3] + text[4:]) == text[3]
    if name == "nn_be":
        text = "".join(map(str, only(text)))
        return len(text) == 11 and text[9:] in (nn_be(text[:9]), nn_be_new(text[:9]))
    if name == "rc":
        text = "".join(map(str, only(text)))
        return len(text) == 10 and int(text) % 11 == 0
    if name == "ssn":
        found = re.fullmatch(r"(\d{3})[ -]?(\d\d)[ -]?(\d{4})", text)
        return bool(found and found[1] not in ("000", "666") and found[1] < "900" and found[2] != "00" and found[3] != "0000")
    if name == "iban":
        text = re.sub(r"\s", "", text)
        return bool(re.fullmatch(r"[A-Z]{2}\d\d[A-Z\d]{11,30}", text)) and len(text) == IBAN_SIZE.get(text[:2]) and mod97(text[4:] + text[:4]) == 1
    if name == "pan":
        text = re.sub(r"[\s.-]", "", text)
        return bool(re.fullmatch(r"\d{13,19}", text)) and is_luhn(text) and bool(BRAND.match(text))
    size, tail, check, shape = CHECKED[name]
    text = re.sub(r"[\s.()/-]", "", text)
    text = text.zfill(9) if name == "rut" and len(text) == 8 else text
    return bool(re.fullmatch(shape, text)) and len(text) == size and check(text[:-tail]) == text[-tail:]


BRAND = re.compile(r"4|5[1-5]|2[2-7]|3[47]|3(?:0[0-5]|6|8)|6(?:011|5|4[4-9])|35(?:2[89]|[3-8])|62|50|5[6-9]|6[037]|220[0-4]|9792|81")
CARDS = {  # brand: prefixes, size, groups
    "visa": (("4",), 16, (4, 4, 4, 4)), "mastercard": (("51", "52", "53", "54", "55", "2221", "2500", "2718"), 16, (4, 4, 4, 4)), "amex": (("34", "37"), 15, (4, 6, 5)),
    "discover": (("6011", "65", "644"), 16, (4, 4, 4, 4)), "jcb": (("3528", "3558", "3589"), 16, (4, 4, 4, 4)), "diners": (("300", "36", "38"), 14, (4, 6, 4)),
    "unionpay": (("6212", "6225", "6228"), 19, (6, 13)), "unionpay16": (("6221", "6250"), 16, (4, 4, 4, 4)), "maestro": (("5018", "6304", "6759"), 16, (4, 4, 4, 4)), "mir": (("2200", "2204"), 16, (4, 4, 4, 4)),
    "rupay": (("6521", "6070"), 16, (4, 4, 4, 4)), "troy": (("9792",), 16, (4, 4, 4, 4)),
}
# BBAN by country: n digits, A letters, c both.
IBAN = {
    "LT": "n16", "LV": "A4c13", "EE": "n16", "FI": "n14", "SE": "n20", "NO": "n11", "DK": "n14", "IS": "n22", "AT": "n16", "DE": "n18", "CH": "n5c12", "BE": "n12", "NL": "A4n10", "PT": "n21", "ES": "n20", "FR": "n10c11n2",
    "IT": "A1n10c12", "RO": "A4c16", "HU": "n24", "PL": "n24", "CZ": "n20", "SK": "n20", "SI": "n15", "HR": "n17", "RS": "n18", "BG": "A4n6c8", "UA": "n6c19", "KZ": "n3c13", "GR": "n7c16", "TR": "n6c16", "GE": "A2n16",
    "IL": "n19", "AE": "n19", "GB": "A4n14", "IE": "A4n14", "LU": "n3c13", "MT": "A4n5c18", "CY": "n8c16", "SA": "n2c18", "BR": "n23A1c1", "MC": "n10c11n2", "MD": "c20", "EG": "n25",
}
IBAN_SIZE = {country: 4 + sum(map(int, re.findall(r"\d+", form))) for country, form in IBAN.items()}


def mod97(text):
    return int("".join(str(int(sign, 36)) for sign in text)) % 97


def iban(r, country):
    text = ""
    for kind, size in re.findall(r"([nAc])(\d+)", IBAN[country]):
        signs = {"n": "0123456789", "A": "ABCDEFGHKLMNPRSTUWX", "c": "0123456789"}[kind]
        text += "".join(r.choice(signs) for _ in range(int(size)))
    return f"{country}{98 - mod97(text + country + '00'):02}{text}"


def pan(r, brand=None):
    prefixes, size, groups = CARDS[brand or r.choice([*CARDS][:9])]
    body = r.choice(prefixes)
    body += "".join(r.choice("0123456789") for _ in range(size - 1 - len(body)))
    return body + luhn(body), groups


def grouped(text, groups, mark):
    out, at = [], 0
    for size in groups:
        out.append(text[at:at + size])
        at += size
    return mark.join(out)


def digits(r, size, first="0123456789"):
    return r.choice(first) + "".join(r.choice("0123456789") for _ in range(size - 1))


def consonants(text, more="X"):
    return [sign for sign in text if sign in "BCDFGHJKLMNPQRSTVWXYZ"] or [more]


def ssn(r):
    area = r.choice([number for number in range(1, 900) if number != 666])
    return f"{area:03}-{r.randint(1, 99):02}-{r.randint(1, 9999):04}"


def make(name, r, who):
    """A number of the kind as its papers write it, for a person with `born`, `man`, `given`, `family` (latin)."""
    born, man = who.born, who.man
    yy, mm, dd, late = born.strftime("%y"), born.month, born.day, born.year >= 2000
    odd = lambda: r.choice("13579" if man else "02468")  # noqa: E731

    def sealed(draw, check):
        while True:
            body = draw()
            if check(body):
                return body + check(body)

    if name == "pesel":
        return sealed(lambda: f"{yy}{mm + 20 * late:02}{dd:02}{digits(r, 3)}{odd()}", pesel)
    if name in ("cpf", "cpf_bare"):
        text = sealed(lambda: digits(r, 9), cpf)
        return text if name == "cpf_bare" else f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"
    if name == "cuil":
        text = sealed(lambda: ("20" if man else "27") + digits(r, 8, "1234"), cuil)
        return f"{text[:2]}-{text[2:10]}-{text[10]}"
    if name == "dni_ar":
        return f"{r.randint(11, 47)}.{digits(r, 3)}.{digits(r, 3)}"
    if name == "rut":
        text = f"{r.randint(6, 25):02}{digits(r, 6)}"
        return f"{int(text[:2])}.{text[2:5]}.{text[5:]}-{rut(text)}"
    if name == "curp":
        family, given = who.family.upper().replace(" ", ""), who.given.upper()
        vowel = next((sign for sign in family[1:] if sign in "AEIOU"), "X")
        body = f"{family[0]}{vowel}{r.choice('GLMRT')}{given[0]}{yy}{mm:02}{dd:02}{'H' if man else 'M'}{r.choice(['DF', 'JC', 'NL', 'PL', 'VZ', 'OC'])}{consonants(family[1:])[0]}{r.choice('NRLZ')}{consonants(given[1:])[0]}{r.choice('ABC') if late else r.choice('0123')}"
        body = re.sub(r"[^A-Z0-9]", "X", body)
        return body + curp(body)
    if name in ("dni", "bsn", "nif", "oib", "steuerid", "afm", "adoazon", "taj", "sin", "tfn", "teudat", "melli", "aadhaar", "thai", "mynumber", "nhs", "medicare_au", "tckn"):
        first = {"nif": "12", "adoazon": "8", "sin": "124567", "teudat": "0123", "melli": "0123456", "aadhaar": "2345678", "thai": "1345", "nhs": "4679", "medicare_au": "23456", "tckn": "123456789", "bsn": "12", "steuerid": "123456789", "afm": "01"}
        size, tail, check, _ = CHECKED[name]
        if name == "steuerid":
            while True:
                signs = r.sample("0123456789", 9)
                signs.insert(r.randint(2, 9), signs[r.randint(0, 8)])
                body = "".join(signs)
                if body[0] != "0" and not re.search(r"(\d)\1\1", body) and len(set(body)) == 9:
                    return body + iso7064(body)
        text = sealed(lambda: digits(r, size - tail, first.get(name, "0123456789")), check)
        groups, mark = {"sin": ((3, 3, 3), "-"), "tfn": ((3, 3, 3), " "), "aadhaar": ((4, 4, 4), " "), "nhs": ((3, 3, 4), " "), "medicare_au": ((4, 5), " "), "taj": ((3, 3, 3), " "), "mynumber": ((4, 4, 4), " ")}.get(name, ((size,), ""))
        if name == "thai":
            return f"{text[0]}-{text[1:5]}-{text[5:10]}-{text[10:12]}-{text[12]}"
        return grouped(text, groups, mark) + (str(r.randint(1, 9)) if name == "medicare_au" else "")
    if name == "nie":
        return sealed(lambda: r.choice("XYZ") + digits(r, 7), nie)
    if name == "cnp":
        return sealed(lambda: f"{(1 if man else 2) + 4 * late}{yy}{mm:02}{dd:02}{r.randint(1, 46):02}{r.randint(1, 999):03}", cnp)
    if name == "nir":
        text = sealed(lambda: f"{1 if man else 2}{yy}{mm:02}{r.choice([n for n in range(1, 96) if n != 20]):02}{r.randint(1, 600):03}{r.randint(1, 999):03}", nir)
        return f"{text[0]} {text[1:3]} {text[3:5]} {text[5:7]} {text[7:10]} {text[10:13]} {text[13:]}"
    if name == "nn_be":
        body = f"{yy}{mm:02}{dd:02}{r.randint(1, 498) * 2 - man:03}"
        return f"{yy}.{mm:02}.{dd:02}-{body[6:]}.{nn_be_new(body) if late else nn_be(body)}"
    if name == "ahv":
        text = sealed(lambda: "756" + digits(r, 9), ean)
        return f"{text[:3]}.{text[3:7]}.{text[7:11]}.{text[11:]}"
    if name == "svnr":
        while True:
            serial, tail = digits(r, 3, "123456789"), born.strftime("%d%m%y")
            if svnr(serial + tail):
                return f"{serial}{svnr(serial + tail)} {tail}"
    if name == "cpr":
        return f"{born.strftime('%d%m%y')}-{r.choice('4567' if late else '0123')}{digits(r, 2)}{odd()}"
    if name == "personnummer":
        text = sealed(lambda: f"{yy}{mm:02}{dd:02}{digits(r, 2)}{odd()}", luhn)
        return f"{text[:6]}-{text[6:]}"
    if name == "personnummer12":
        text = sealed(lambda: f"{yy}{mm:02}{dd:02}{digits(r, 2)}{odd()}", luhn)
        return f"{born.year}{text[2:6]}-{text[6:]}"
    if name == "fnr":
        text = sealed(lambda: f"{born.strftime('%d%m%y')}{r.randint(500, 999) if late else r.randint(0, 499):03}"[:8] + odd(), fnr)
        return f"{text[:6]} {text[6:]}"
    if name == "hetu":
        body = born.strftime("%d%m%y")
        serial = f"{r.randint(1, 449) * 2 + man:03}"
        return f"{body}{'A' if late else '-'}{serial}{hetu(body + serial)}"
    if name == "kennitala":
        text = sealed(lambda: f"{born.strftime('%d%m%y')}{r.randint(20, 99)}", kennitala) + ("0" if late else "9")
        return f"{text[:6]}-{text[6:]}"
    if name == "isikukood":
        return sealed(lambda: f"{(3 if man else 4) + 2 * late}{yy}{mm:02}{dd:02}{digits(r, 3)}", isikukood)
    if name == "kods":
        text = sealed(lambda: f"{born.strftime('%d%m%y')}{2 if late else 1}{digits(r, 3)}", kods)
        return f"{text[:6]}-{text[6:]}"
    if name == "rc":
        while True:
            body = f"{yy}{mm + (0 if man else 50):02}{dd:02}{digits(r, 3)}"
            rest = int(body) % 11
            last = int(body) * 10 % 11
            if last and rest is not None and last != 1:
                return f"{body[:6]}/{body[6:]}{11 - last}"
            if last == 0:
                return f"{body[:6]}/{body[6:]}0"
    if name in ("jmbg", "emso"):
        region = 50 if name == "emso" else r.choice((71, 72, 73, 75, 78, 80, 85))
        return sealed(lambda: f"{born.strftime('%d%m')}{born.year % 1000:03}{region}{r.randint(0, 499) + (0 if man else 500):03}", jmbg)
    if name == "egn":
        return sealed(lambda: f"{yy}{mm + 40 * late:02}{dd:02}{digits(r, 2)}{r.choice('02468' if man else '13579')}", egn)
    if name == "rnokpp":
        return sealed(lambda: f"{(born - datetime.date(1899, 12, 31)).days:05}{digits(r, 3)}{odd()}", rnokpp)
    if name == "iin":
        return sealed(lambda: f"{yy}{mm:02}{dd:02}{(3 if man else 4) + 2 * late}{digits(r, 4)}", iin)
    if name == "amka":
        return sealed(lambda: f"{born.strftime('%d%m%y')}{digits(r, 3)}{odd()}", luhn)
    if name == "geo":
        return f"{r.choice(['01', '35', '60', '62'])}{digits(r, 9)}"
    if name == "egypt":
        return f"{3 if late else 2}{yy}{mm:02}{dd:02}{r.choice(['01', '02', '12', '21', '14'])}{digits(r, 3)}{odd()}{digits(r, 1)}"
    if name == "emirates":
        text = sealed(lambda: f"784{born.year}{digits(r, 7)}", luhn)
        return f"{text[:3]}-{text[3:7]}-{text[7:14]}-{text[14]}"
    if name == "pan_in":
        return "".join(r.choice(LETTERS) for _ in range(3)) + "P" + who.family.upper()[0] + digits(r, 4) + r.choice(LETTERS)
    if name == "nic_lk":
        day = born.timetuple().tm_yday + (0 if man else 500)
        return f"{yy}{day:03}{digits(r, 4)}V" if born.year < 2000 else f"{born.year}{day:03}{digits(r, 5)}"
    if name == "cccd":
        return f"{r.choice(['001', '079', '048', '031', '092'])}{(0 if man else 1) + 2 * late}{yy}{digits(r, 6)}"
    if name == "nik":
        return f"{r.choice(['317401', '357801', '327306', '127101', '347104'])}{dd + (0 if man else 40):02}{mm:02}{yy}{r.randint(1, 19):04}"
    if name == "mykad":
        return f"{yy}{mm:02}{dd:02}-{r.choice(['14', '10', '01', '08', '07'])}-{digits(r, 3)}{odd()}"
    if name == "rrn":
        text = sealed(lambda: f"{yy}{mm:02}{dd:02}{(1 if man else 2) + 2 * late}{digits(r, 5)}", rrn)
        return f"{text[:6]}-{text[6:]}"
    if name == "ric":
        return sealed(lambda: f"{r.choice(['310115', '110105', '440305', '510107', '330106'])}{born.strftime('%Y%m%d')}{digits(r, 2)}{odd()}", ric)
    if name == "twid":
        return sealed(lambda: f"{r.choice('ABEFH')}{1 if man else 2}{digits(r, 7)}", twid)
    if name == "hkid":
        text = sealed(lambda: r.choice("ABCDGKPRYZ") + digits(r, 6), hkid)
        return f"{text[:7]}({text[7]})"
    if name == "nric":
        return sealed(lambda: ("T" if late else "S") + yy + digits(r, 5), nric)
    if name == "za":
        return sealed(lambda: f"{yy}{mm:02}{dd:02}{digits(r, 1, '56789' if man else '01234')}{digits(r, 3)}08", luhn)
    if name == "nino":
        return f"{r.choice('ABCEGHJKLMNPRSTWXYZ')}{r.choice('ABCEGHJKLMNPRSTWXZ')} {digits(r, 2)} {digits(r, 2)} {digits(r, 2)} {r.choice('ABCD')}".replace("GB", "GC").replace("NK", "NP").replace("TN", "TW").replace("ZZ", "ZY").replace("BG", "BH").replace("KN", "KP")
    if name == "ppsn":
        return sealed(lambda: digits(r, 7), ppsn)
    if name == "mbi":
        letter, both = "ACDEFGHJKMNPQRTUVWXY", "0123456789ACDEFGHJKMNPQRTUVWXY"
        form = [r.choice(signs) for signs in ("123456789", letter, both, "0123456789", letter, both, "0123456789", letter, letter, "0123456789", "0123456789")]
        return "".join(form[:4]) + "-" + "".join(form[4:7]) + "-" + "".join(form[7:])
    if name == "kvnr":
        return sealed(lambda: r.choice(LETTERS) + digits(r, 8), kvnr)
    if name == "fiscale":
        def three(text, given=False):
            marks = [sign for sign in text if sign in "BCDFGHJKLMNPQRSTVWXYZ"]
            if given and len(marks) > 3:
                marks = [marks[0], marks[2], marks[3]]
            return "".join((marks + [sign for sign in text if sign in "AEIOU"] + ["X", "X", "X"])[:3])
        plain = lambda text: re.sub(r"[^A-Z]", "", text.upper())  # noqa: E731
        body = f"{three(plain(who.family))}{three(plain(who.given), True)}{yy}{'ABCDEHLMPRST'[mm - 1]}{dd + (0 if man else 40):02}{r.choice('ABCDEFGHIL')}{r.randint(100, 999)}"
        return body + fiscale(body)
    if name == "ssn":
        return ssn(r)
    if name == "itin":
        return f"9{digits(r, 2)}-{r.choice(list(range(70, 89)) + [90, 91, 92, 94, 95])}-{digits(r, 4)}"
    if name == "perso_de":
        body = r.choice("LMNPRTVWXY") + "".join(r.choice("0123456789CFGHJKLMNPRTVWXYZ") for _ in range(8))
        return body + mrz(body)
    if name == "mrz":
        latin = lambda text: re.sub(r"[^A-Z]", "<", text.upper())  # noqa: E731
        country = r.choice(["LTU", "POL", "ITA", "NLD", "ROU", "FRA", "TUR", "UKR", "GBR", "EST"])
        first = f"P<{country}{latin(who.family)}<<{latin(who.given)}".ljust(44, "<")[:44]
        number = (r.choice(LETTERS) + r.choice(LETTERS) + digits(r, 7))
        birth, until = born.strftime("%y%m%d"), f"{r.randint(27, 35)}{r.randint(1, 12):02}{r.randint(1, 28):02}"
        body = number + mrz(number) + country + birth + mrz(birth) + ("M" if man else "F") + until + mrz(until) + "<" * 14 + "<"
        seal = body[:10] + body[13:20] + body[21:43]
        return first + "\n" + body[:43] + mrz(seal)
    if name == "dl_gb":
        family = re.sub(r"[^A-Z]", "", who.family.upper())[:5].ljust(5, "9")
        return f"{family}{yy[0]}{mm + (0 if man else 50):02}{dd:02}{yy[1]}{who.given.upper()[0]}9{r.choice(LETTERS)}{digits(r, 1)}{r.choice(LETTERS)}{r.choice(LETTERS)}"
    raise KeyError(name)
