"""More numbers of documents: east, Asia, Africa, Latin America.

Enters: a person. Leaves: more PAPERS. Never here: what papers.py has; passports and health (health.py).
"""

from papers import UP, luhn, num, paper, tail, until, weigh, ymd


@paper
def amka(rng, person):
    body = person.born.strftime("%d%m%y") + num(rng, 4, "0123456789")
    return body + luhn(body)


@paper
def jmbg(rng, person):
    def make():
        body = person.born.strftime("%d%m") + f"{person.born.year % 1000:03}{rng.choice((71, 72, 73, 80, 85))}{rng.randint(0, 499) if person.male else rng.randint(500, 999):03}"
        check = 11 - weigh(body, (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if check == 10 else body + str(0 if check == 11 else check)
    return until(make)


@paper
def tckn(rng, person):
    body = num(rng, 9)
    ten = (weigh(body, (7, -1) * 5)) % 10
    return body + str(ten) + str((weigh(body, (1,) * 9) + ten) % 10)


@paper
def teudat(rng, person):
    body = num(rng, 8, "0123")
    return body + luhn(body)


@paper
def rnokpp(rng, person):
    return tail(rng, 9, (-1, 5, 7, 9, 4, 6, 10, 5, 7), 11, lambda r: r % 10, first="23")


@paper
def snils(rng, person):
    body = num(rng, 9)
    check = weigh(body, range(9, 0, -1)) % 101 % 100
    return f"{body[:3]}-{body[3:6]}-{body[6:]} {check:02}"


@paper
def inn(rng, person):
    body = num(rng, 10, "123456789")
    body += str(weigh(body, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)
    return body + str(weigh(body, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)


def _dihedral(a, b):
    if a < 5:
        return (a + b) % 5 if b < 5 else (a + b - 5) % 5 + 5
    return (a - 5 - b) % 5 + 5 if b < 5 else (a - b) % 5


def verhoeff(text):
    """0 where text is right."""
    step, check, table = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4), 0, [tuple(range(10))]
    for _ in range(7):
        table.append(tuple(table[-1][step[one]] for one in range(10)))
    for at, one in enumerate(reversed(text)):
        check = _dihedral(check, table[at % 8][int(one)])
    return check


@paper
def aadhaar(rng, person):
    body = num(rng, 11, "23456789")
    text = next(body + str(one) for one in range(10) if verhoeff(body + str(one)) == 0)
    return f"{text[:4]} {text[4:8]} {text[8:]}"


@paper
def inpan(rng, person):
    return "".join(rng.choice(UP) for _ in range(3)) + "P" + rng.choice(UP) + num(rng, 4) + rng.choice(UP)


@paper
def ric(rng, person):
    body = rng.choice(("110105", "320106", "440305", "510107", "370202", "330106")) + person.born.strftime("%Y%m%d") + f"{rng.randint(1, 999):03}"
    return body + "10X98765432"[weigh(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11]


@paper
def twid(rng, person):
    letter = rng.choice("ABCDEFGHJKLMNPQRSTUVXYWZIO")
    code = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(letter) + 10
    body = ("1" if person.male else "2") + num(rng, 7, "0123456789")
    total = code // 10 + code % 10 * 9 + weigh(body, range(8, 0, -1))
    return letter + body + str(-total % 10)


@paper
def hkid(rng, person):
    letter, body = rng.choice("ABCDEGHKPRVYZ"), num(rng, 6)
    total = 36 * 9 + (UP.index(letter) + 10) * 8 + weigh(body, range(7, 1, -1))
    return f"{letter}{body}({'0123456789A'[-total % 11]})"


@paper
def korrn(rng, person):
    body = ymd(person) + str((1 if person.male else 2) + (2 if person.born.year >= 2000 else 0)) + f"{rng.randint(0, 95):02}" + num(rng, 3, "0123456789")
    check = (11 - weigh(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10
    return f"{body[:6]}-{body[6:]}{check}"


@paper
def mynumber(rng, person):
    body = num(rng, 11)
    rest = sum(int(one) * (n + 1 if n <= 6 else n - 5) for n, one in enumerate(reversed(body), 1)) % 11
    text = body + str(0 if rest <= 1 else 11 - rest)
    return f"{text[:4]} {text[4:8]} {text[8:]}"


@paper
def nric(rng, person):
    first, body = "T" if person.born.year >= 2000 else "S", num(rng, 7, "0123456789")
    total = weigh(body, (2, 7, 6, 5, 4, 3, 2)) + (4 if first == "T" else 0)
    return first + body + "JZIHGFEDCBA"[total % 11]


@paper
def mykad(rng, person):
    return f"{ymd(person)}-{rng.choice(('01', '07', '10', '14'))}-{num(rng, 4, '0123456789')}"


@paper
def thid(rng, person):
    text = tail(rng, 12, range(13, 1, -1), 11, lambda r: (11 - r) % 10, first="1235")
    return f"{text[0]}-{text[1:5]}-{text[5:10]}-{text[10:12]}-{text[12]}"


@paper
def nik(rng, person):
    return rng.choice(("3273", "3578", "1271", "7371")) + f"{rng.randint(1, 30):02}{person.born.day + (0 if person.male else 40):02}{person.born.strftime('%m%y')}{rng.randint(1, 99):04}"


@paper
def cccd(rng, person):
    return rng.choice(("001", "048", "079", "031")) + str((0 if person.male else 1) + (2 if person.born.year >= 2000 else 0)) + f"{person.born.year % 100:02}" + num(rng, 6, "0123456789")


@paper
def cnic(rng, person):
    return f"{rng.choice(('35202', '42101', '61101', '17301'))}-{num(rng, 7)}-{rng.choice('13579') if person.male else rng.choice('2468')}"


@paper
def cpf(rng, person):
    body = num(rng, 9, "0123456789")
    for size in (10, 11):
        rest = weigh(body, range(size, 1, -1)) * 10 % 11
        body += str(rest % 10)
    return f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}"


@paper
def cuil(rng, person):
    def make():
        body = rng.choice(("20", "27")) + num(rng, 8, "1234")
        check = 11 - weigh(body, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if check == 10 else f"{body[:2]}-{body[2:]}-{0 if check == 11 else check}"
    return until(make)


@paper
def rut(rng, person):
    body = num(rng, 8, "12")
    rest = 11 - sum(int(one) * (2 + at % 6) for at, one in enumerate(reversed(body))) % 11
    return f"{body[:2]}.{body[2:5]}.{body[5:]}-{ {11: '0', 10: 'K'}.get(rest, str(rest)) }".replace(" ", "")


@paper
def curp(rng, person):
    letters = "BCDFGHJKLMNPQRSTVWXYZ"
    body = rng.choice(letters) + rng.choice("AEIOU") + rng.choice(letters) + rng.choice(letters) + ymd(person) + ("H" if person.male else "M") + rng.choice(("DF", "JC", "NL", "YN", "PL"))
    body += "".join(rng.choice(letters) for _ in range(3)) + (rng.choice("AB") if person.born.year >= 2000 else "0")
    alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    return body + str(-sum(alphabet.index(one) * (18 - at) for at, one in enumerate(body)) % 10)


@paper
def cedec(rng, person):
    body = rng.choice(("09", "17", "01", "13")) + num(rng, 7, "012345")
    return body + luhn(body)


@paper
def ciuy(rng, person):
    body = num(rng, 7, "12345")
    return f"{body[0]}.{body[1:4]}.{body[4:]}-{-weigh(body, (2, 9, 8, 7, 6, 3, 4)) % 10}"


@paper
def zaid(rng, person):
    body = ymd(person) + f"{rng.randint(5000, 9999) if person.male else rng.randint(0, 4999):04}08"
    return body + luhn(body)


@paper
def nin(rng, person):
    return num(rng, 11)


@paper
def egid(rng, person):
    return ("3" if person.born.year >= 2000 else "2") + ymd(person) + rng.choice(("01", "02", "12", "21")) + num(rng, 5, "0123456789")
