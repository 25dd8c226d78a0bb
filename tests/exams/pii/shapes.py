"""Shapes of made-up values: a small template language, and numbers whose check digits are right.

Enters: a random generator, and templates or kinds. Leaves: text. Nothing here is anybody's: digits are drawn, then checked or completed.
Never here: words (`dev/`, `heldout/`), labels (`make.py`).
"""

import re
import string

CHARS = {
    "d": string.digits, "D": "123456789", "N": "23456789", "a": string.ascii_lowercase, "A": string.ascii_uppercase,
    "x": "0123456789abcdef", "X": "0123456789ABCDEF", "n": string.ascii_letters + string.digits, "u": string.ascii_uppercase + string.digits,
    "l": string.ascii_lowercase + string.digits, "b": string.ascii_letters + string.digits + "-_", "B": string.ascii_letters + string.digits + "+/",
    "k": string.ascii_uppercase + "234567", "w": string.ascii_letters + string.digits + "_", "L": string.ascii_letters, "q": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}


def fill(r, template):
    """{d4} four digits, {A2} two capitals … (see CHARS), {3-17} a number, {03-17} the same with zeros in front, {a|b|} one of these."""
    def one(match):
        inner = match.group(1)
        if "|" in inner:
            return r.choice(inner.split("|"))
        span = re.fullmatch(r"(\d+)-(\d+)", inner)
        if span:
            low, high = span.groups()
            return str(r.randint(int(low), int(high))).zfill(len(high) if low[0] == "0" else 0)
        return "".join(r.choice(CHARS[inner[0]]) for _ in range(int(inner[1:] or 1)))
    previous = None
    while previous != template and "{" in template:
        previous, template = template, re.sub(r"\{([^{}]*)\}", one, template)
    return template


def digits(r, count):
    return "".join(r.choice(string.digits) for _ in range(count))


def luhn(body):
    """The digit that makes body + digit pass."""
    total = sum(sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10)) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def passes_luhn(number):
    return luhn(number[:-1]) == number[-1]


def weighted(body, weights):
    return sum(int(digit) * weight for digit, weight in zip(body, weights))


# --- cards ------------------------------------------------------------------------------------------------------------
BRANDS = {
    "visa": (["4"], [16, 16, 16, 13, 19]), "mastercard": (["51", "52", "53", "54", "55", "2221", "2345", "2599", "2720"], [16]),
    "amex": (["34", "37"], [15]), "discover": (["6011", "644", "65"], [16]), "diners": (["300", "305", "36", "38"], [14]),
    "jcb": (["3528", "3566", "3589"], [16]), "unionpay": (["6200", "6225", "6259"], [16, 17, 18, 19]),
    "maestro": (["5018", "5020", "5038", "6304", "6759"], [16, 18, 19, 12, 13]), "mir": (["2200", "2204"], [16]), "troy": (["9792"], [16]),
}
GROUPS = {12: [(4, 4, 4)], 13: [(4, 4, 5), (4, 3, 3, 3)], 14: [(4, 6, 4)], 15: [(4, 6, 5)], 16: [(4, 4, 4, 4)], 17: [(4, 4, 4, 5)],
          18: [(4, 4, 4, 6), (6, 6, 6)], 19: [(4, 4, 4, 4, 3), (6, 13)]}


def pan(r, brand=None):
    prefixes, lengths = BRANDS[brand or r.choice(list(BRANDS))]
    prefix, length = r.choice(prefixes), r.choice(lengths)
    body = prefix + digits(r, length - len(prefix) - 1)
    return body + luhn(body)


def grouped(text, sizes, gap):
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at:at + size])
        at += size
    return gap.join(part for part in parts + [text[at:]] if part)


def pan_text(r, gap, brand=None):
    number = pan(r, brand)
    return grouped(number, r.choice(GROUPS[len(number)]), gap) if gap else number


# --- accounts -----------------------------------------------------------------------------------------------------------
IBANS = dict(DE="{d18}", FR="{d10}{u11}{d2}", GB="{A4}{d14}", ES="{d20}", IT="{A1}{d10}{u12}", NL="{A4}{d10}", BE="{d12}", CH="{d5}{u12}",
             AT="{d16}", PL="{d24}", SE="{d20}", NO="{d11}", DK="{d14}", FI="{d14}", PT="{d21}", IE="{A4}{d14}", GR="{d7}{u16}", CZ="{d20}",
             HU="{d24}", RO="{A4}{u16}", TR="{d5}0{u16}", SA="{d2}{u18}", AE="{d19}", IL="{d19}", LU="{d3}{u13}", MT="{A4}{d5}{u18}",
             HR="{d17}", SK="{d20}", BG="{A4}{d6}{u8}", LT="{d16}", LV="{A4}{u13}", EE="{d16}", CY="{d8}{u16}", IS="{d22}", KW="{A4}{u22}",
             QA="{A4}{u21}", BR="{d23}{A1}{u1}", UA="{d6}{u19}", PK="{A4}{u16}", KZ="{d3}{u13}", GE="{A2}{d16}", SI="{d15}", MD="{A2}{u18}")


def iban(r, countries):
    country = r.choice(countries)
    bban = fill(r, IBANS[country])
    value = int("".join(str(int(char, 36)) for char in bban + country + "00"))
    return f"{country}{98 - value % 97:02}{bban}"


# --- United States ----------------------------------------------------------------------------------------------------------
def ssn(r, gap="-"):
    area = r.choice([n for n in range(1, 900) if n != 666])
    return f"{area:03}{gap}{r.randint(1, 99):02}{gap}{r.randint(1, 9999):04}"


def npi(r):
    body = r.choice("12") + digits(r, 8)
    return body + luhn("80840" + body)


def dea(r):
    body = digits(r, 6)
    check = (weighted(body[0::2], [1] * 3) + 2 * weighted(body[1::2], [1] * 3)) % 10
    return r.choice("ABFGMPR") + r.choice(string.ascii_uppercase) + body + str(check)


def mbi(r, gap=""):
    letters, both = "ACDEFGHJKMNPQRTUVWXY", "ACDEFGHJKMNPQRTUVWXY0123456789"
    pattern = ["123456789", letters, both, string.digits, letters, both, string.digits, letters, letters, string.digits, string.digits]
    return grouped("".join(r.choice(chars) for chars in pattern), (4, 3, 4), gap)


def nhs(r, gap=" "):
    while True:
        body = r.choice("4679") + digits(r, 8)
        check = 11 - weighted(body, range(10, 1, -1)) % 11
        if check != 10:
            return grouped(body + str(check % 11), (3, 3, 4), gap)


# --- national ids: country → generator; each with the check digits of that country ----------------------------------------------
def _birth(r, form):
    return r.choice([f"{y:04}{m:02}{d:02}" for y in range(1941, 2003, 7) for m in (1, 3, 5, 8, 10, 12) for d in (2, 11, 17, 28)])[{"yy": 2, "yyyy": 0}[form]:]


def _cpf(r):
    body = digits(r, 9)
    for start in (10, 11):
        body += str((weighted(body, range(start, 1, -1)) * 10) % 11 % 10)
    return f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}"


def _dni(r):
    number = r.randint(10_000_000, 79_999_999)
    return f"{number}{r.choice(['', '-'])}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def _nir(r):
    body = fill(r, "{1|2}{40-99}{01-12}{01-95}{001-900}{001-990}")
    return grouped(body + f"{97 - int(body) % 97:02}", (1, 2, 2, 2, 3, 3, 2), r.choice(["", " "]))


def _codice_fiscale(r):
    body = fill(r, "{B|C|D|F|G|L|M|N|P|R|S|T}{R|S|T|L|N|M}{S|R|L|C|G|D}{M|G|F|L|P}{R|N|L|S|C}{C|A|O|I|E}{41-99}{A|B|C|D|E|H|L|M|P|R|S|T}{01-28}{F|H|L|A|D}{101-999}")
    odd = dict(zip(string.digits + string.ascii_uppercase, [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]))
    total = sum(odd[char] if place % 2 == 0 else int(char, 36) - (0 if char.isdigit() else 10) for place, char in enumerate(body))
    return body + string.ascii_uppercase[total % 26]


def _bsn(r):
    while True:
        body = r.choice("123456789") + digits(r, 7)
        check = weighted(body, range(9, 1, -1)) % 11
        if check < 10:
            return body + str(check)


def _pesel(r):
    body = _birth(r, "yy") + digits(r, 4)
    return body + str(-weighted(body, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)


def _personnummer(r):
    body = _birth(r, "yy") + digits(r, 3)
    return f"{body[:6]}-{body[6:]}{luhn(body)}"


def _hetu(r):
    date, number = _birth(r, "yy"), r.randint(2, 899)
    date = date[4:6] + date[2:4] + date[:2]
    return f"{date}-{number:03}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(date + f'{number:03}') % 31]}"


def _fnr(r):
    while True:
        date = _birth(r, "yy")
        body = date[4:6] + date[2:4] + date[:2] + f"{r.randint(0, 499):03}"
        for weights in ([3, 7, 6, 1, 8, 9, 4, 5, 2], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]):
            body += str(-weighted(body, weights) % 11)
        if len(body) == 11:
            return grouped(body, (6, 5), r.choice(["", " "]))


def _steuer_id(r):
    while True:
        body = r.choice("123456789") + digits(r, 9)
        counts = sorted(body.count(digit) for digit in set(body))
        if counts[-1] in (2, 3) and counts.count(1) == len(counts) - 1:
            break
    product = 10
    for digit in body:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return grouped(body + str((11 - product) % 10), (2, 3, 3, 3), r.choice(["", " "]))


def _rijksregister(r):
    body = _birth(r, "yy") + f"{r.randint(1, 997):03}"
    check = f"{97 - int(body) % 97:02}"
    return f"{body[:2]}.{body[2:4]}.{body[4:6]}-{body[6:]}.{check}"


def _cnp(r):
    body = r.choice("12") + _birth(r, "yy") + f"{r.randint(1, 46):02}" + digits(r, 3)
    check = weighted(body, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11
    return body + str(1 if check == 10 else check)


def _egn(r):
    body = _birth(r, "yy") + digits(r, 3)
    return body + str(weighted(body, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10)


def _tckn(r):
    body = r.choice("123456789") + digits(r, 8)
    tenth = (7 * weighted(body[0::2], [1] * 5) - weighted(body[1::2], [1] * 4)) % 10
    body += str(tenth)
    return body + str(weighted(body, [1] * 10) % 10)


def _aadhaar(r):
    d = [[(a + b) % 5 if a < 5 and b < 5 else 5 + (a + b) % 5 if a < 5 else 5 + (a - 5 - b) % 5 if b < 5 else (a - b) % 5 for b in range(10)] for a in range(10)]
    p = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    for _ in range(6):
        p.append([p[1][p[-1][i]] for i in range(10)])
    body, check = r.choice("23456789") + digits(r, 10), 0
    for place, digit in enumerate(reversed(body)):
        check = d[check][p[(place + 1) % 8][int(digit)]]
    last = next(str(n) for n in range(10) if d[check][p[0][n]] == 0)
    return grouped(body + last, (4, 4, 4), r.choice(["", " ", " "]))


def _rrn(r):
    while True:
        body = _birth(r, "yy") + r.choice("12") + r.choice("012345678") + digits(r, 4)
        check = (11 - weighted(body, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10
        return f"{body[:6]}-{body[6:]}{check}"


def _resident(r):
    body = r.choice(["110101", "310104", "440305", "510107", "330106"]) + _birth(r, "yyyy") + digits(r, 3)
    return body + "10X98765432"[weighted(body, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11]


def _nric(r):
    first, body = r.choice("STFG"), digits(r, 7)
    total = weighted(body, [2, 7, 6, 5, 4, 3, 2]) + (4 if first in "TG" else 0)
    return first + body + ("JZIHGFEDCBA" if first in "ST" else "XWUTRQPNMLK")[total % 11]


def _thai(r):
    body = r.choice("1234568") + digits(r, 11)
    return grouped(body + str((11 - weighted(body, range(13, 1, -1)) % 11) % 10), (1, 4, 5, 2, 1), r.choice(["", "-"]))


def _sin(r):
    body = r.choice("1234567") + digits(r, 7)
    return grouped(body + luhn(body), (3, 3, 3), r.choice([" ", "-"]))


def _nino(r):
    return r.choice([" ", ""]).join([r.choice(["AB", "CE", "HJ", "JK", "LN", "PR", "SY", "TW", "WM"]), *(digits(r, 2) for _ in range(3)), r.choice("ABCD")])


def _south_africa(r):
    body = _birth(r, "yy") + digits(r, 4) + "08"
    return body + luhn(body)


def _rut(r):
    body = str(r.randint(5_000_000, 25_999_999))
    check = "0K987654321"[weighted(reversed(body), [2, 3, 4, 5, 6, 7, 2, 3]) % 11] if weighted(reversed(body), [2, 3, 4, 5, 6, 7, 2, 3]) % 11 else "0"
    return f"{int(body):,}".replace(",", ".") + "-" + check


def _cuil(r):
    while True:
        body = r.choice(["20", "27", "23"]) + digits(r, 8)
        check = 11 - weighted(body, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
        if check != 10:
            return f"{body[:2]}-{body[2:]}-{check % 11}"


def _zehut(r):
    body = r.choice("0123") + digits(r, 7)
    total = sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(body))
    return body + str(-total % 10)


def _oib(r):
    body, rest = digits(r, 10), 10
    for digit in body:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return body + str((11 - rest) % 10)


def _ahv(r):
    body = "756" + digits(r, 9)
    return grouped(body + str(-weighted(body, [1, 3] * 6) % 10), (3, 4, 4, 2), ".")


def _nif_pt(r):
    body = r.choice("12") + digits(r, 7)
    check = 11 - weighted(body, range(9, 1, -1)) % 11
    return body + str(0 if check >= 10 else check)


def _tfn(r):
    while True:
        number = r.choice("123456789") + digits(r, 8)
        if weighted(number, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0:
            return grouped(number, (3, 3, 3), " ")


def _pan_card(r):
    return fill(r, "{A3}P{A1}{d4}{A1}")


NATIONAL = dict(BR=_cpf, ES=_dni, FR=_nir, IT=_codice_fiscale, NL=_bsn, PL=_pesel, SE=_personnummer, FI=_hetu, NO=_fnr, DE=_steuer_id,
                BE=_rijksregister, RO=_cnp, BG=_egn, TR=_tckn, IN=_aadhaar, KR=_rrn, CN=_resident, SG=_nric, TH=_thai, CA=_sin, GB=_nino,
                ZA=_south_africa, CL=_rut, AR=_cuil, IL=_zehut, HR=_oib, CH=_ahv, PT=_nif_pt, AU=_tfn, IN_PAN=_pan_card)
HEALTH = dict(npi=npi, dea=dea, mbi=mbi, nhs=nhs)
