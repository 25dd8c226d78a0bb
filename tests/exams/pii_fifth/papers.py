"""Numbers of persons: national, tax, passports, licences.

Enters: a cell's context (its person's birthday and sex go into those that say them). Leaves: labelled numbers with right check digits.
Never here: numbers of companies, social security of the United States (see money.py), health (see health.py).
"""

import re

from people import ascii_of
from sums import digits, draw, luhn, verhoeff, weighted


def split(text, shape, by=" "):
    parts, at = [], 0
    for size in shape:
        parts.append(text[at:at + size])
        at += size
    return by.join(parts)


def sin(rng, person):
    body = digits(rng, 8, "1234567")
    return split(body + luhn(body), (3, 3, 3), "~")


def nino(rng, person):
    pair = rng.choice([one + two for one in "ABCEGHJKLMNPRSTWXYZ" for two in "ABCEGHJKLMNPRSTWXYZ" if one + two not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")])
    return f"{pair}~{digits(rng, 2)}~{digits(rng, 2)}~{digits(rng, 2)}~{rng.choice('ABCD')}"


def steuer(rng, person):
    """Eleven digits: of the first ten one stands twice."""
    pool = rng.sample("0123456789", 9)
    body = pool + [rng.choice(pool)]
    while True:
        rng.shuffle(body)
        if body[0] != "0":
            break
    product = 10
    for char in body:
        total = (int(char) + product) % 10 or 10
        product = total * 2 % 11
    return split("".join(body) + str((11 - product) % 10), (2, 3, 3, 3), "~")


def rvnr(rng, person):
    body = f"{rng.randrange(2, 89):02d}{person.born:%d%m%y}" + rng.choice("ABDEFGHKLMSW") + f"{rng.randrange(0, 99):02d}"
    number = body[:8] + f"{ord(body[8]) - 64:02d}" + body[9:]
    total = sum(sum(map(int, str(int(char) * weight))) for char, weight in zip(number, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)))
    return split(body + str(total % 10), (2, 6, 1, 3), "~")


def nir(rng, person):
    body = ("1" if person.sex == "m" else "2") + f"{person.born:%y%m}" + f"{rng.choice([13, 31, 33, 59, 69, 75, 92])}" + f"{rng.randrange(1, 400):03d}" + f"{rng.randrange(1, 900):03d}"
    return split(body + f"{97 - int(body) % 97:02d}", (1, 2, 2, 2, 3, 3, 2), "~")


def bsn(rng, person):
    while True:
        body = digits(rng, 8, "12345")
        last = weighted(body, range(9, 1, -1)) % 11
        if last < 10:
            return body + str(last)


def rrn_be(rng, person):
    serial = rng.randrange(1, 499) * 2 - (1 if person.sex == "m" else 0)
    body = f"{person.born:%y%m%d}{serial:03d}"
    check = 97 - int(("2" if person.born.year > 1999 else "") + body) % 97
    return f"{body[:2]}.{body[2:4]}.{body[4:6]}-{body[6:]}.{check:02d}"


def dni(rng, person):
    number = rng.randrange(1000000, 99000000)
    return f"{number:08d}~" + "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]


def nie(rng, person):
    first, body = rng.choice("XYZ"), digits(rng, 7)
    return first + "~" + body + "~" + "TRWAGMYFPDXBNJZSQVHLCKE"[int(str("XYZ".index(first)) + body) % 23]


def nif(rng, person):
    body = digits(rng, 8, "123")
    check = 11 - weighted(body, range(9, 1, -1)) % 11
    return split(body + str(0 if check > 9 else check), (3, 3, 3), "~")


def codice(rng, person):
    def three(name, given=False):
        letters = ascii_of(name).upper()
        hard = [char for char in letters if char not in "AEIOU"]
        if given and len(hard) > 3:
            hard = [hard[0], hard[2], hard[3]]
        return ("".join(hard) + "".join(char for char in letters if char in "AEIOU") + "XXX")[:3]
    day = person.born.day + (40 if person.sex == "f" else 0)
    body = three(person.family) + three(person.given, True) + f"{person.born:%y}" + "ABCDEHLMPRST"[person.born.month - 1] + f"{day:02d}" + rng.choice(["H501", "F205", "L219", "F839", "D612"])
    odd = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]))
    total = sum(odd[char] if at % 2 == 0 else (int(char) if char.isdigit() else ord(char) - 65) for at, char in enumerate(body))
    return body + chr(65 + total % 26)


def personnummer(rng, person):
    body = f"{person.born:%y%m%d}{rng.randrange(0, 99):02d}{rng.randrange(0, 5) * 2 + (1 if person.sex == 'm' else 0)}"
    text = body + luhn(body)
    century = rng.choice([f"{person.born:%Y}"[:2], ""])
    return f"{century}{text[:6]}-{text[6:]}"


def fodselsnummer(rng, person):
    while True:
        serial = rng.randrange(0, 500) if person.born.year < 2000 else rng.randrange(500, 1000)
        body = f"{person.born:%d%m%y}{serial:03d}"
        one = (11 - weighted(body, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11) % 11
        two = (11 - weighted(body + str(one), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11 if one < 10 else 10
        if one < 10 and two < 10:
            return body[:6] + "~" + body[6:] + f"{one}{two}"


def cpr(rng, person):
    return f"{person.born:%d%m%y}-{rng.choice('0123' if person.born.year < 2000 else '4567')}{digits(rng, 3)}"


def hetu(rng, person):
    serial = rng.randrange(1, 440) * 2 + (1 if person.sex == "m" else 0)
    body = f"{person.born:%d%m%y}{serial:03d}"
    return body[:6] + ("-" if person.born.year < 2000 else "A") + body[6:] + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(body) % 31]


def ahv(rng, person):
    body = "756" + digits(rng, 9)
    check = str(-sum(int(char) * (3 if at % 2 else 1) for at, char in enumerate(body)) % 10)
    return split(body + check, (3, 4, 4, 2), ".")


def svnr(rng, person):
    while True:
        serial, date = f"{rng.randrange(100, 1000)}", f"{person.born:%d%m%y}"
        check = weighted(serial + date, (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11
        if check < 10:
            return f"{serial}{check}~{date}"


def ppsn(rng, person):
    body = digits(rng, 7)
    return body + "WABCDEFGHIJKLMNOPQRSTUV"[weighted(body, range(8, 1, -1)) % 23]


def cpf(rng, person):
    body = digits(rng, 9)
    for start in (10, 11):
        rest = weighted(body, range(start, 1, -1)) % 11
        body += "0" if rest < 2 else str(11 - rest)
    return f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}"


def cuil(rng, person):
    while True:
        body = ("20" if person.sex == "m" else "27") + digits(rng, 8, "1234")
        check = (11 - weighted(body, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11
        if check < 10:
            return f"{body[:2]}-{body[2:]}-{check}"


def rut(rng, person):
    body = str(rng.randrange(5000000, 26000000))
    check = 11 - weighted(reversed(body), (2, 3, 4, 5, 6, 7, 2, 3)) % 11
    return f"{int(body):,}".replace(",", ".") + "-" + {11: "0", 10: "K"}.get(check, str(check))


def curp(rng, person):
    parts = [ascii_of(name).upper() for name in (person.family, person.second, person.given)]
    vowel = next((char for char in parts[0][1:] if char in "AEIOU"), "X")
    inner = [next((char for char in name[1:] if char not in "AEIOU"), "X") for name in parts]
    body = parts[0][0] + vowel + parts[1][0] + parts[2][0] + f"{person.born:%y%m%d}" + ("H" if person.sex == "m" else "M") + rng.choice(["DF", "JC", "NL", "PL", "YN", "MC"]) + "".join(inner)
    body += rng.choice("0123456789" if person.born.year < 2000 else "ABCDE")
    total = sum("0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ".index(char) * (18 - at) for at, char in enumerate(body))
    return body + str(-total % 10)


def rfc(rng, person):
    return curp(rng, person)[:10] + draw(rng, "%u2") + rng.choice("0123456789A")


def aadhaar(rng, person):
    body = digits(rng, 11, "23456789")
    return split(body + verhoeff(body), (4, 4, 4), "~")


def in_pan(rng, person):
    return draw(rng, "%A3P") + ascii_of(person.family_latin)[0].upper() + draw(rng, "%d4%A")


def mynumber(rng, person):
    body = digits(rng, 11)
    rest = sum(int(char) * (at + 1 if at <= 6 else at - 5) for at, char in enumerate(reversed(body), 1)) % 11
    return split(body + ("0" if rest < 2 else str(11 - rest)), (4, 4, 4), "~")


def rrn_kr(rng, person):
    century = {("m", True): "1", ("f", True): "2", ("m", False): "3", ("f", False): "4"}[person.sex, person.born.year < 2000]
    body = f"{person.born:%y%m%d}{century}" + digits(rng, 5)
    return f"{body[:6]}-{body[6:]}{(11 - weighted(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10}"


def teudat(rng, person):
    body = digits(rng, 8, "0235")
    return body + luhn(body)


def emirates(rng, person):
    body = f"784{person.born.year}" + digits(rng, 7)
    return split(body + luhn(body), (3, 4, 7, 1), "-")


def saudi(rng, person):
    body = digits(rng, 9, "12")
    return body + luhn(body)


def tckn(rng, person):
    body = digits(rng, 9, "123456")
    ten = (sum(map(int, body[0::2])) * 7 - sum(map(int, body[1::2]))) % 10
    return body + str(ten) + str((sum(map(int, body)) + ten) % 10)


def pesel(rng, person):
    month = person.born.month + (20 if person.born.year > 1999 else 0)
    body = f"{person.born:%y}{month:02d}{person.born:%d}{digits(rng, 3)}{rng.choice('13579' if person.sex == 'm' else '02468')}"
    return body + str(-weighted(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)


def kennitala(rng, person):
    while True:
        body = f"{person.born:%d%m%y}{rng.randrange(20, 99)}"
        check = (11 - weighted(body, (3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11
        if check < 10:
            return f"{body[:6]}-{body[6:]}{check}{'9' if person.born.year < 2000 else '0'}"


def itin(rng, person):
    return f"9{digits(rng, 2)}-{rng.choice([70, 74, 78, 81, 85, 88, 92, 97])}-{digits(rng, 4)}"


KINDS = {name: one for name, one in list(globals().items()) if callable(one) and getattr(one, "__module__", "") == __name__ and name != "split"}
DEFAULT = {"us": itin, "ca": sin, "qc": sin, "gb": nino, "ie": ppsn, "de": steuer, "at": svnr, "ch": ahv, "fr": nir, "be": rrn_be, "nl": bsn, "es": dni, "pt": nif, "it": codice,
           "se": personnummer, "no": fodselsnummer, "dk": cpr, "fi": hetu, "is": kennitala, "pl": pesel, "tr": tckn, "mx": curp, "ar": cuil, "cl": rut, "br": cpf, "in": aadhaar, "inr": aadhaar,
           "jp": mynumber, "jr": mynumber, "kr": rrn_kr, "krr": rrn_kr, "ae": emirates, "aer": emirates, "sa": saudi, "il": teudat, "ilr": teudat}
BREAK = {"sp": " ", "bare": "", "-": "-", ".": "."}


def document(context, kind="own", form="nat"):
    """`~` of a number is where people put a blank, or nothing; `bare` leaves nothing but letters and digits."""
    one = DEFAULT[context.place] if kind == "own" else KINDS[kind]
    text = one(context.steady(one.__name__), context.person()).replace("~", context.rng.choice(["", " "]) if form == "nat" else BREAK[form])
    return ("national_id", f"{one.__name__}_{form}", re.sub("[^0-9A-Z]", "", text) if form == "bare" else text)


def passport(context):
    pattern = {"us": "%d9", "gb": "%d9", "de": "C%d1%u7", "fr": "%d2%A2%d5", "in": "%A%d7", "ca": "%A2%d6", "jp": "T%A%d7", "kr": "M%d8", "it": "Y%A%d7", "es": "%A3%d6", "nl": "N%u8", "br": "F%A%d6"}
    return ("national_id", f"passport_{context.place}", draw(context.steady("passport"), pattern.get(context.place, "%A%d7")))


def licence(context):
    person = context.person()
    if context.place == "gb":
        name = (ascii_of(person.family).upper() + "99999")[:5]
        month = person.born.month + (50 if person.sex == "f" else 0)
        year = f"{person.born:%y}"
        text = f"{name}{year[0]}{month:02d}{person.born:%d}{year[1]}{ascii_of(person.given)[0].upper()}9" + draw(context.steady("licence"), "9%A2")
        return ("national_id", "licence_gb", text)
    pattern = {"us": context.steady("state").choice(["%A%d7", "%A%d12", "%A%d3-%d4-%d4"]), "ca": "%A%d4-%d5-%d5", "de": "B%u9%d1"}
    return ("national_id", f"licence_{context.place}", draw(context.steady("licence"), pattern.get(context.place, "%A%d8")))


FIELDS = {"doc": document, "passport": passport, "licence": licence}
