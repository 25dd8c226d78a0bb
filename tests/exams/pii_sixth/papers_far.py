"""National, tax and health numbers of Turkey, Brazil, South-East Asia, China and Africa.

Enters: a cell with its person. Leaves: numbers with right check digits, by kind, and the fields `id` and `health`. Never here: numbers of companies (CNPJ, VKN, USCC).
"""

import string

import papers
from money import luhn_digit, some_digits
from papers import until, weigh


def tckn(rng, who):
    body = str(rng.randrange(1, 10)) + some_digits(rng, 8)
    odd, even = weigh(body[0::2], (1,) * 5), weigh(body[1::2], (1,) * 4)
    body += str((odd * 7 - even) % 10)
    return body + str(weigh(body, (1,) * 10) % 10)


def brazilian_digit(body, weights):
    rest = weigh(body, weights) % 11
    return str(0 if rest < 2 else 11 - rest)


def cpf(rng, who):
    number = some_digits(rng, 9)
    number += brazilian_digit(number, range(10, 1, -1))
    number += brazilian_digit(number, range(11, 1, -1))
    return f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"


def rg(rng, who):
    body = str(rng.randrange(1, 6)) + some_digits(rng, 7)
    check = -weigh(body, range(2, 10)) % 11
    return f"{body[:2]}.{body[2:5]}.{body[5:]}-{'X' if check == 10 else check}"


def pis(rng, who):
    body = "12" + some_digits(rng, 8)
    number = body + brazilian_digit(body, (3, 2, 9, 8, 7, 6, 5, 4, 3, 2))
    return rng.choice([number, f"{number[:3]}.{number[3:8]}.{number[8:10]}-{number[10]}"])


def cns(rng, who):
    def make():
        body = rng.choice("789") + some_digits(rng, 13)
        check = -weigh(body, range(15, 1, -1)) % 11
        return f"{body}{check}" if check < 10 else None
    number = until(make)
    return rng.choice([number, f"{number[:3]} {number[3:7]} {number[7:11]} {number[11:]}"])


def nik(rng, who):
    area = rng.choice(["317402", "327313", "357805", "127103", "337412", "517105"])
    return f"{area}{who.born.day + (40 if who.female else 0):02}{who.born:%m%y}{rng.randrange(1, 40):04}"


def npwp(rng, who):
    digits = some_digits(rng, 8)
    digits += luhn_digit(digits)
    return f"{digits[:2]}.{digits[2:5]}.{digits[5:8]}.{digits[8]}-{some_digits(rng, 3)}.000"


def mykad(rng, who):
    number = f"{who.born:%y%m%d}-{rng.choice(['01', '05', '07', '10', '14', '12'])}-{some_digits(rng, 3)}{rng.randrange(0, 10, 2) + (0 if who.female else 1)}"
    return number


def nric(rng, who):
    head = rng.choice("FG") if rng.random() < 0.3 else "T" if who.born.year >= 2000 else "S"
    body = some_digits(rng, 7)
    total = weigh(body, (2, 7, 6, 5, 4, 3, 2)) + (4 if head in "TG" else 0)
    return head + body + ("JZIHGFEDCBA" if head in "ST" else "XWUTRQPNMLK")[total % 11]


def thai(rng, who):
    body = str(rng.randrange(1, 9)) + some_digits(rng, 11)
    check = (11 - weigh(body, range(13, 1, -1)) % 11) % 10
    number = f"{body}{check}"
    return rng.choice([number, f"{number[0]}-{number[1:5]}-{number[5:10]}-{number[10:12]}-{number[12]}"])


def cccd(rng, who):
    code = (2 if who.born.year >= 2000 else 0) + (1 if who.female else 0)
    return f"0{rng.choice(['01', '79', '48', '31', '92'])}{code}{who.born:%y}{some_digits(rng, 6)}"


def resident(rng, who):
    area = rng.choice(["110105", "310115", "440305", "330106", "510107", "420111", "320102"])
    body = f"{area}{who.born:%Y%m%d}{some_digits(rng, 2)}{rng.randrange(0, 10, 2) + (0 if who.female else 1)}"
    total = weigh(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
    return body + "10X98765432"[total % 11]


def hkid(rng, who):
    letter, digits = rng.choice("ABCDEGHKMPRVYZ"), some_digits(rng, 6)
    total = 36 * 9 + (ord(letter) - 55) * 8 + weigh(digits, (7, 6, 5, 4, 3, 2))
    check = -total % 11
    return f"{letter}{digits}({'A' if check == 10 else check})"


def south_african(rng, who):
    body = f"{who.born:%y%m%d}{rng.randrange(0, 5000) if who.female else rng.randrange(5000, 10000):04}08"
    return body + luhn_digit(body)


def egyptian(rng, who):
    body = f"{'3' if who.born.year >= 2000 else '2'}{who.born:%y%m%d}{rng.choice(['01', '02', '21', '12'])}{some_digits(rng, 3)}{rng.randrange(0, 10, 2) + (0 if who.female else 1)}"
    total = weigh(body, (2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2))
    return body + str((11 - total % 11) % 10)


def letters(rng, count):
    return "".join(rng.choice(string.ascii_uppercase) for _ in range(count))


papers.NATIONAL.update({
    "tckn": tckn, "cpf": cpf, "rg": rg, "pis": pis, "nik": nik, "npwp": npwp, "mykad": mykad, "nric": nric, "thai": thai, "cccd": cccd, "resident": resident, "hkid": hkid,
    "za": south_african, "egyptian": egyptian,
    "nin": lambda rng, who: str(rng.randrange(1, 10)) + some_digits(rng, 10), "bvn": lambda rng, who: "22" + some_digits(rng, 9),
    "ke_id": lambda rng, who: str(rng.randrange(10**7, 4 * 10**7)), "kra": lambda rng, who: "A" + "0" + some_digits(rng, 8) + letters(rng, 1),
    "ghana": lambda rng, who: f"GHA-{some_digits(rng, 9)}-{some_digits(rng, 1)}", "cin": lambda rng, who: letters(rng, rng.choice([1, 2])) + some_digits(rng, 6),
    "sss": lambda rng, who: f"{rng.choice(['33', '34', '04', '07'])}-{some_digits(rng, 7)}-{some_digits(rng, 1)}",
    "ph_tin": lambda rng, who: f"{rng.randrange(100, 500)}-{some_digits(rng, 3)}-{some_digits(rng, 3)}-000", "tr_passport": lambda rng, who: "U" + some_digits(rng, 8),
    "cn_passport": lambda rng, who: rng.choice(["E", "G"]) + some_digits(rng, 8), "br_passport": lambda rng, who: rng.choice(["FA", "FZ", "GB", "YC"]) + some_digits(rng, 6),
})
papers.HEALTH.update({"cns": cns})
FIELDS = {"id": papers.field(papers.NATIONAL, "national_id"), "health": papers.field(papers.HEALTH, "health_id")}
