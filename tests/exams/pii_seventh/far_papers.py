"""Documents of America, Asia, Africa, Oceania, and passports.

Enters: a person. Leaves: FIELDS, name → (class, function).
"""

import datetime
import re

N = "national_id"


def d(rng, length, first="0123456789"):
    return rng.choice(first) + "".join(rng.choice("0123456789") for _ in range(length - 1))


def w(number, weights):
    return sum(int(digit) * weight for digit, weight in zip(number, weights))


def luhn(body):
    return str(-sum(sum(divmod(int(digit) * (2 if at % 2 == 0 else 1), 10)) for at, digit in enumerate(reversed(body))) % 10)


def up(rng, length):
    return "".join(rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(length))


def ssn(p, rng):
    area = rng.choice([area for area in range(1, 900) if area != 666])
    return f"{area:03}-{rng.randrange(1, 100):02}-{rng.randrange(1, 10000):04}"


def itin(p, rng):
    return f"9{d(rng, 2)}-{rng.choice([*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)])}-{d(rng, 4)}"


def sin(p, rng):
    body = d(rng, 8, "1245679")
    whole = body + luhn(body)
    return f"{whole[:3]}-{whole[3:6]}-{whole[6:]}"


def cpf(p, rng):
    body = d(rng, 9)
    for size in (10, 11):
        body += str((w(body, range(size, 1, -1)) * 10) % 11 % 10)
    return f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}"


def pis(p, rng):
    body = "1" + d(rng, 9)
    check = 11 - w(body, [3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) % 11
    whole = body + str(check if check < 10 else 0)
    return f"{whole[:3]}.{whole[3:8]}.{whole[8:10]}-{whole[10]}"


def curp(p, rng):
    from people import ascii_of
    def letters(word):
        return re.sub("[^A-Z]", "", ascii_of(word).upper())
    one, two, given = letters(p.family), letters((p.second or ("X",))[0]), letters(p.given.split()[0])
    vowel = next((c for c in one[1:] if c in "AEIOU"), "X")
    def inner(word):
        return next((c for c in word[1:] if c not in "AEIOU"), "X")
    body = one[0] + vowel + two[0] + given[0] + f"{p.born:%y%m%d}{'M' if p.female else 'H'}" + rng.choice(["DF", "JC", "NL", "QT", "YN", "CL"]) + inner(one) + inner(two) + inner(given) + ("A" if p.born.year >= 2000 else "0")
    alphabet = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ"
    return body + str(-sum((18 - at) * alphabet.index(c) for at, c in enumerate(body)) % 10)


def cuil(p, rng):
    def make():
        body = ("27" if p.female else "20") + d(rng, 8, "1234")
        check = 11 - w(body, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
        return f"{body[:2]}-{body[2:]}-{0 if check == 11 else check}" if check != 10 else None
    return next(found for found in iter(make, 0) if found)


def rut(p, rng):
    body = str(rng.randrange(6000000, 25000000))
    check = 11 - w(body[::-1], [2, 3, 4, 5, 6, 7, 2, 3]) % 11
    return f"{int(body):,}".replace(",", ".") + "-" + {11: "0", 10: "K"}.get(check, str(check))


def cedula_ec(p, rng):
    body = f"{rng.randrange(1, 25):02}{d(rng, 7, '012345')}"
    return body + luhn(body)


def ci_uy(p, rng):
    body = d(rng, 7, "12345")
    return f"{body[0]}.{body[1:4]}.{body[4:]}-{-w(body, [2, 9, 8, 7, 6, 3, 4]) % 10}"


def cc_co(p, rng):
    body = str(rng.randrange(1010000000, 1140000000)) if p.born.year > 1988 else str(rng.randrange(12000000, 98000000))
    return f"{int(body):,}".replace(",", ".")


VD = ["0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"]
VP = ["0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"]


def verhoeff(body):
    check = 0
    for at, digit in enumerate(reversed(body + "0")):
        check = int(VD[check][int(VP[at % 8][int(digit)])])
    return str(next(c for c in range(10) if VD[check][c] == "0"))


def aadhaar(p, rng):
    body = d(rng, 11, "23456789")
    whole = body + verhoeff(body)
    return f"{whole[:4]} {whole[4:8]} {whole[8:]}"


def in_pan(p, rng):
    from people import ascii_of
    return f"{up(rng, 3)}P{ascii_of(p.lfamily)[0].upper()}{d(rng, 4)}{up(rng, 1)}"


def voter(p, rng):
    body = d(rng, 6)
    return up(rng, 3) + body + luhn(body)


def cnic(p, rng):
    return f"{d(rng, 5, '12345')}-{d(rng, 7)}-{rng.choice('2468' if p.female else '1357')}"


def nic_lk(p, rng):
    return f"{p.born.year}{p.born.timetuple().tm_yday + (500 if p.female else 0):03}{d(rng, 5)}"


def china(p, rng):
    body = rng.choice(["330212", "510107", "370202", "440305", "320106"]) + f"{p.born:%Y%m%d}{d(rng, 2)}{rng.choice('02468' if p.female else '13579')}"
    return body + "10X98765432"[w(body, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11]


def taiwan(p, rng):
    letter = rng.choice("ABCDEFGHJKLMNPQRSTUVXYWZIO")
    code = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(letter) + 10
    body = ("2" if p.female else "1") + d(rng, 7)
    return letter + body + str(-(code // 10 + code % 10 * 9 + w(body, range(8, 0, -1))) % 10)


def rrn(p, rng):
    body = f"{p.born:%y%m%d}{(1 if p.born.year < 2000 else 3) + p.female}{d(rng, 5)}"
    return f"{body[:6]}-{body[6:]}{(11 - w(body, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11) % 10}"


def mynumber(p, rng):
    body = d(rng, 11)
    rest = sum(int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in enumerate(reversed(body), 1)) % 11
    whole = body + str(0 if rest <= 1 else 11 - rest)
    return f"{whole[:4]} {whole[4:8]} {whole[8:]}"


def thai(p, rng):
    body = d(rng, 12, "12345")
    whole = body + str((11 - w(body, range(13, 1, -1)) % 11) % 10)
    return f"{whole[0]}-{whole[1:5]}-{whole[5:10]}-{whole[10:12]}-{whole[12]}"


def cccd(p, rng):
    return f"0{rng.choice(['01', '31', '48', '79', '92'])}{(0 if p.born.year < 2000 else 2) + p.female}{p.born:%y}{d(rng, 6)}"


def nik(p, rng):
    return f"{rng.choice(['337401', '737105', '127101', '317305', '327312'])}{p.born.day + (40 if p.female else 0):02}{p.born:%m%y}{rng.randrange(1, 30):04}"


def mykad(p, rng):
    return f"{p.born:%y%m%d}-{rng.choice(['01', '08', '10', '13', '14'])}-{d(rng, 3)}{rng.choice('2468' if p.female else '1357')}"


def nric(p, rng):
    head, body = ("S" if p.born.year < 2000 else "T"), d(rng, 7)
    return head + body + "JZIHGFEDCBA"[(w(body, [2, 7, 6, 5, 4, 3, 2]) + (4 if head == "T" else 0)) % 11]


def teudat(p, rng):
    body = d(rng, 8, "0123")
    return body + luhn_il(body)


def luhn_il(body):
    return str(-sum(sum(divmod(int(digit) * (at % 2 + 1), 10)) for at, digit in enumerate(body)) % 10)


def tckn(p, rng):
    body = d(rng, 9, "123456789")
    ten = (7 * sum(map(int, body[::2])) - sum(map(int, body[1::2]))) % 10
    return f"{body}{ten}{(sum(map(int, body)) + ten) % 10}"


def emirates(p, rng):
    body = f"784{p.born.year}{d(rng, 7)}"
    whole = body + luhn(body)
    return f"{whole[:3]}-{whole[3:7]}-{whole[7:14]}-{whole[14]}"


def saudi(p, rng):
    body = d(rng, 9, "12")
    return body + luhn(body)


def egypt(p, rng):
    body = f"{2 if p.born.year < 2000 else 3}{p.born:%y%m%d}{rng.choice(['01', '02', '12', '21', '25'])}{d(rng, 3)}{rng.choice('2468' if p.female else '13579')}"
    check = 11 - w(body, [2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
    return body + str(check % 10)


def iin(p, rng):
    def make():
        body = f"{p.born:%y%m%d}{(3 if p.born.year < 2000 else 5) + p.female}{d(rng, 4)}"
        check = w(body, range(1, 12)) % 11
        if check == 10:
            check = w(body, [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]) % 11
        return body + str(check) if check < 10 else None
    return next(found for found in iter(make, 0) if found)


def za(p, rng):
    body = f"{p.born:%y%m%d}{d(rng, 4, '01234' if p.female else '56789')}08"
    return body + luhn(body)


def tfn(p, rng):
    def make():
        body = d(rng, 8, "12345678")
        check = next((c for c in range(10) if (w(body, [1, 4, 3, 7, 5, 8, 6, 9]) + c * 10) % 11 == 0), None)
        return f"{body[:3]} {body[3:6]} {body[6:]}{check}" if check is not None else None
    return next(found for found in iter(make, 0) if found)


def ird(p, rng):
    def make():
        body = str(rng.randrange(10000000, 14000000))
        check = -w(body, [3, 2, 7, 6, 5, 4, 3, 2]) % 11
        return f"{body[:3]}-{body[3:6]}-{body[6:]}{check}"[:11] if check < 10 else None
    return next(found for found in iter(make, 0) if found)


def mrzcheck(text):
    return str(sum((0 if c == "<" else int(c, 36)) * weight for c, weight in zip(text, [7, 3, 1] * 20)) % 10)


def mrz2(p, rng):
    number = (up(rng, 2) + d(rng, 7)).ljust(9, "<")
    until = f"{datetime.date(2027, 1, 1) + datetime.timedelta(rng.randrange(3000)):%y%m%d}"
    body = number + mrzcheck(number) + "UTO" + f"{p.born:%y%m%d}" + mrzcheck(f"{p.born:%y%m%d}") + ("F" if p.female else "M") + until + mrzcheck(until) + "<" * 14 + "0"
    return body + mrzcheck(body[:10] + body[13:20] + body[21:43])


def forms(*patterns):
    """9 a digit, A a letter"""
    return lambda p, rng: re.sub("[9A]", lambda one: d(rng, 1) if one.group() == "9" else up(rng, 1), rng.choice(patterns))


FIELDS = {"ssn": ("ssn", ssn), "itin": (N, itin), "sin": (N, sin), "cpf": (N, cpf), "pis": (N, pis), "curp": (N, curp), "cuil": (N, cuil), "rut": (N, rut), "cedula_ec": (N, cedula_ec), "ci_uy": (N, ci_uy), "cc_co": (N, cc_co),
          "aadhaar": (N, aadhaar), "in_pan": (N, in_pan), "cnic": (N, cnic), "nic_lk": (N, nic_lk), "china": (N, china), "taiwan": (N, taiwan), "rrn": (N, rrn), "mynumber": (N, mynumber), "thai": (N, thai), "cccd": (N, cccd),
          "nik": (N, nik), "mykad": (N, mykad), "nric": (N, nric), "teudat": (N, teudat), "tckn": (N, tckn), "emirates": (N, emirates), "saudi": (N, saudi), "egypt": (N, egypt), "iin": (N, iin), "za_id": (N, za),
          "tfn": (N, tfn), "ird": (N, ird), "mrz2": (N, mrz2), "dni_pe": (N, forms("49999999", "09999999", "79999999")), "ng_nin": (N, forms("99999999999")), "kra": (N, forms("A009999999A")),
          "us_dl": (N, forms("A9999999", "A999-9999-9999", "99999999")), "us_pass": (N, forms("A99999999", "599999999")), "gb_pass": (N, forms("599999999")), "de_pass": (N, forms("C9AA99A99")), "fr_pass": (N, forms("99AA99999")),
          "in_pass": (N, forms("A9999999")), "in_dl": (N, forms("KA09 20119999999", "MH12 20149999999")), "voter": (N, voter), "jp_dl": (N, forms("309999999999", "629999999999")), "kr_pass": (N, forms("M99999999")),
          "ge_id": (N, forms("01099999999", "60099999999")), "by_pass": (N, forms("MP9999999")), "ph_tin": (N, forms("299-999-999-000")), "ua_pass": (N, forms("009999999"))}
