"""Fields of national numbers, papers and numbers of health insurance, with their check digits.

Enters: a Row; the person's sex and birthday where the number holds them. Leaves: labelled text of class ssn, national_id or health_id.
Never here: cards and IBANs (money.py). `‹id:pesel›`, `‹id:cpf:bare›` for digits without separators; `‹paper›` the usual one of the country.
"""

import datetime
import re

from checks import luhn, mod11_10, weighted
from people import person
from template import field, form

MAKERS = {}
BASE_HU = datetime.date(1867, 1, 1).toordinal()


def paper(kind, class_="national_id"):
    def keep(function):
        MAKERS[kind] = (function, class_)
        return function
    return keep


def simple(kind, *shapes, class_="national_id"):
    """A number that has a form only."""
    MAKERS[kind] = (lambda rng, p: form(rng, rng.choice(shapes)), class_)


def digits(rng, size, first="0123456789"):
    return rng.choice(first) + "".join(rng.choice("0123456789") for _ in range(size - 1))


def again(rng, make):
    """Until the check digit exists."""
    while True:
        text = make()
        if text is not None:
            return text


@paper("ssn", "ssn")
def ssn(rng, p):
    return f"{rng.choice([n for n in range(101, 899) if n != 666]):03}-{rng.randint(10, 99)}-{rng.randint(1000, 9998)}"


@paper("itin")
def itin(rng, p):
    return f"9{rng.randint(10, 99)}-{rng.randint(70, 88)}-{rng.randint(1000, 9999)}"


@paper("sin")
def sin(rng, p):
    text = luhn(digits(rng, 8, "124567"))
    return f"{text[:3]} {text[3:6]} {text[6:]}"


@paper("nino")
def nino(rng, p):
    text = rng.choice("ABCEGHJKLMPRSTWXY") + rng.choice("ABCEGHJKLMPRSTWXYZ")
    text = "JK" if text in ("GB", "NK", "KN", "TN", "NT", "ZZ", "BG") else text
    return form(rng, text + " {d2} {d2} {d2} ") + rng.choice("ABCD")


@paper("nhs", "health_id")
def nhs(rng, p):
    def make():
        text = digits(rng, 9, "4679")
        check = 11 - weighted(text, range(10, 1, -1)) % 11
        return None if check == 10 else text + str(check % 11)
    text = again(rng, make)
    return f"{text[:3]} {text[3:6]} {text[6:]}"


@paper("ppsn")
def ppsn(rng, p):
    text = digits(rng, 7, "123456789")
    return text + "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(text, range(8, 1, -1)) + 9 * 1) % 23] + "A"


@paper("steuerid")
def steuerid(rng, p):
    """Ten digits of which one stands twice, another not at all."""
    pool = list("0123456789")
    rng.shuffle(pool)
    body = pool[:9] + [pool[0]]
    while True:
        rng.shuffle(body)
        if body[0] != "0":
            text = mod11_10("".join(body))
            return f"{text[:2]} {text[2:5]} {text[5:8]} {text[8:]}"


@paper("rvnr")
def rvnr(rng, p):
    text = f"{rng.choice(['02', '13', '25', '53', '65'])}{p['born']:%d%m%y}{p['lfamily'][0].upper()}{rng.randint(0, 49) + 50 * (p['sex'] == 'f'):02}"
    plain = text[:8] + f"{ord(text[8]) - 64:02}" + text[9:]
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(plain, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)))
    return text + str(total % 10)


@paper("perso")
def perso(rng, p):
    text = rng.choice("LMNPRTVWXY") + form(rng, "".join(rng.choice("0123456789CFGHJKLMNPRTVWXYZ") for _ in range(8)))
    return text + str(sum(int(one, 36) * w for one, w in zip(text, (7, 3, 1) * 3)) % 10)


@paper("kvnr", "health_id")
def kvnr(rng, p):
    text = rng.choice("ABDEFGHJKLMNPRSTUVWZ") + digits(rng, 8)
    plain = f"{ord(text[0]) - 64:02}" + text[1:]
    return text + str(sum(sum(divmod(int(d) * w, 10)) for d, w in zip(plain, (1, 2) * 5)) % 10)


@paper("svnr")
def svnr(rng, p):
    def make():
        serial = digits(rng, 3, "123456789")
        rest = (weighted(serial, (3, 7, 9)) + weighted(f"{p['born']:%d%m%y}", (5, 8, 4, 2, 1, 6))) % 11
        return None if rest == 10 else f"{serial}{rest} {p['born']:%d%m%y}"
    return again(rng, make)


@paper("ahv")
def ahv(rng, p):
    text = "756" + digits(rng, 9)
    text += str(-weighted(text, (1, 3) * 6) % 10)
    return f"{text[:3]}.{text[3:7]}.{text[7:11]}.{text[11:]}"


@paper("nir")
def nir(rng, p):
    text = f"{1 + (p['sex'] == 'f')}{p['born']:%y%m}{rng.choice([13, 29, 31, 35, 44, 59, 67, 69, 75])}{rng.randint(1, 400):03}{rng.randint(1, 600):03}"
    check = 97 - int(text) % 97
    return f"{text[0]} {text[1:3]} {text[3:5]} {text[5:7]} {text[7:10]} {text[10:]} {check:02}"


@paper("rijksregister")
def rijks(rng, p):
    serial = f"{rng.randrange(1, 498) * 2 - (p['sex'] == 'm'):03}"
    body = f"{p['born']:%y%m%d}{serial}"
    check = 97 - int(("2" if p["born"].year > 1999 else "") + body) % 97
    return f"{body[:2]}.{body[2:4]}.{body[4:6]}-{serial}.{check:02}"


@paper("bsn")
def bsn(rng, p):
    def make():
        text = digits(rng, 8, "12346789")
        check = weighted(text, range(9, 1, -1)) % 11
        return None if check == 10 else text + str(check)
    return again(rng, make)


_ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)))


@paper("codice")
def codice(rng, p):
    def three(name):
        name = re.sub("[^A-Z]", "", name.upper())
        return ("".join(c for c in name if c not in "AEIOU") + "".join(c for c in name if c in "AEIOU") + "XXX")[:3]
    text = f"{three(p['lfamily'])}{three(p['lgiven'])}{p['born']:%y}{'ABCDEHLMPRST'[p['born'].month - 1]}{p['born'].day + 40 * (p['sex'] == 'f'):02}{rng.choice(['F205', 'H501', 'A794', 'E506', 'L424', 'C351'])}"
    total = sum(_ODD[one] if at % 2 == 0 else (int(one) if one.isdigit() else ord(one) - 65) for at, one in enumerate(text))
    return text + chr(65 + total % 26)


@paper("dni")
def dni(rng, p):
    text = digits(rng, 8, "1234567")
    return text + rng.choice(["", "-"]) + "TRWAGMYFPDXBNJZSQVHLCKE"[int(text) % 23]


@paper("nie")
def nie(rng, p):
    first, text = rng.choice("XYZ"), digits(rng, 7)
    return f"{first}{text}{'TRWAGMYFPDXBNJZSQVHLCKE'[int(str('XYZ'.index(first)) + text) % 23]}"


@paper("nif_pt")
def nif_pt(rng, p):
    text = digits(rng, 8, "12")
    check = 11 - weighted(text, range(9, 1, -1)) % 11
    return text + str(0 if check > 9 else check)


@paper("pesel")
def pesel(rng, p):
    month = p["born"].month + (20 if p["born"].year > 1999 else 0)
    text = f"{p['born']:%y}{month:02}{p['born']:%d}{digits(rng, 3)}{rng.randrange(5) * 2 + (p['sex'] == 'm')}"
    return text + str(-weighted(text, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)


@paper("rodne")
def rodne(rng, p):
    """Ten digits since 1954, divisible by eleven; nine before."""
    date = f"{p['born']:%y}{p['born'].month + 50 * (p['sex'] == 'f'):02}{p['born']:%d}"
    if p["born"].year < 1954:
        return f"{date}/{rng.randint(1, 899):03}"

    def make():
        text = date + digits(rng, 3)
        rest = int(text) % 11
        return None if rest == 10 else f"{date}/{text[6:]}{rest}"
    return again(rng, make)


@paper("taj", "health_id")
def taj(rng, p):
    text = digits(rng, 8, "01")
    text += str(weighted(text, (3, 7) * 4) % 10)
    return f"{text[:3]} {text[3:6]} {text[6:]}"


@paper("adoazonosito")
def ado(rng, p):
    def make():
        text = f"8{p['born'].toordinal() - BASE_HU:05}" + digits(rng, 3)
        rest = weighted(text, range(1, 10)) % 11
        return None if rest == 10 else text + str(rest)
    return again(rng, make)


USUAL = {"US": "ssn", "GB": "nino", "IE": "ppsn", "CA": "sin", "DE": "steuerid", "AT": "svnr", "CH": "ahv", "NL": "bsn", "BE": "rijksregister", "FR": "nir", "IT": "codice", "ES": "dni", "PT": "nif_pt", "PL": "pesel",
         "CZ": "rodne", "SK": "rodne", "HU": "adoazonosito", "RO": "cnp", "BG": "egn", "GR": "afm", "HR": "oib", "SI": "emso", "RS": "jmbg", "UA": "rnokpp", "SE": "personnummer", "NO": "fnr", "DK": "cpr", "FI": "hetu",
         "IS": "kennitala", "EE": "isikukood", "LT": "asmens", "LV": "personaskods", "AU": "tfn", "BR": "cpf", "AR": "cuil", "CL": "rut", "CO": "cedula", "MX": "curp", "TR": "tckn", "IL": "teudat", "EG": "egid", "AE": "emiratesid",
         "IR": "kodemelli", "IN": "aadhaar", "NP": "aadhaar", "CN": "ric", "TW": "twid", "JP": "mynumber", "KR": "rrn", "TH": "thid", "VN": "cccd", "ID": "nik", "MY": "mykad", "PH": "philsys", "NG": "nin", "KE": "krapin", "ZA": "zaid",
         "BD": "nidbd"}


@field("id", "paper")
def make_paper(row, who, argument):
    """The paper of a person, the same in a whole row; `bare` leaves out what parts its digits, `low` writes it small."""
    kind, _, style = argument.partition(":")
    kind, style = (USUAL[who[1]], argument) if argument in ("", "bare") else (kind, style)
    if ("id", kind, who) not in row.memo:
        maker = MAKERS[kind]
        row.memo["id", kind, who] = maker[0](row.dice("id", kind, *who), person(row, who))
    text = row.memo["id", kind, who]
    if style == "bare":
        text = re.sub(r"[ ./-]", "", text)
    if style == "low":
        text = text.lower()
    return text, MAKERS[kind][1], kind


import far_papers, north_papers  # noqa: E401,E402,F401
