"""Numbers of documents of persons, eastern part.

Enters and leaves as papers.py. Never here: western states.
"""

import datetime

from money import luhn
from papers import again, form, mod_11_10, paper, weighted
from template import shape


@paper("pesel", home="PL")
def pesel(dice, one):
    month = one.born.month + (20 if one.born.year >= 2000 else 0)
    body = f"{one.born:%y}{month:02d}{one.born:%d}{shape(dice, '###')}{dice.choice('02468' if one.female else '13579')}"
    return body + str(-weighted(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)


@paper("rodne_cislo", home="CZ SK")
def rodne_cislo(dice, one):
    def make():
        body = f"{one.born:%y}{one.born.month + (50 if one.female else 0):02d}{one.born:%d}{dice.randint(1, 999):03d}"
        if one.born.year < 1954:
            return f"{body[:6]}/{body[6:]}"
        check = int(body) % 11
        return None if check == 10 else f"{body[:6]}/{body[6:]}{check}"
    return again(make)


@paper("adoazonosito", home="HU")
def adoazonosito(dice, one):
    def make():
        body = f"8{(one.born - datetime.date(1867, 1, 1)).days:05d}{shape(dice, '###')}"
        check = weighted(body, range(1, 10)) % 11
        return None if check == 10 else f"{body}{check}"
    return again(make)


@paper("taj", "health_id")
def taj(dice, one):
    body = shape(dice, "########")
    text = body + str(weighted(body, (3, 7) * 4) % 10)
    return f"{text[:3]} {text[3:6]} {text[6:]}"


@paper("cnp", home="RO")
def cnp(dice, one):
    sex = (6 if one.female else 5) if one.born.year >= 2000 else (2 if one.female else 1)
    body = f"{sex}{one.born:%y%m%d}{dice.randint(1, 46):02d}{dice.randint(1, 999):03d}"
    check = weighted(body, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return body + str(1 if check == 10 else check)


@paper("egn", home="BG")
def egn(dice, one):
    body = f"{one.born:%y}{one.born.month + (40 if one.born.year >= 2000 else 0):02d}{one.born:%d}{shape(dice, '##')}{dice.choice('13579' if one.female else '02468')}"
    return body + str(weighted(body, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10)


@paper("amka", home="GR")
def amka(dice, one):
    body = f"{one.born:%d%m%y}{shape(dice, '###')}{dice.choice('02468' if one.female else '13579')}"
    return body + luhn(body)


@paper("afm")
def afm(dice, one):
    body = dice.choice("013") + shape(dice, "#######")
    return body + str(weighted(body, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10)


@paper("tckn", home="TR")
def tckn(dice, one):
    body = dice.choice("123456789") + shape(dice, "########")
    tenth = (sum(map(int, body[::2])) * 7 - sum(map(int, body[1::2]))) % 10
    return f"{body}{tenth}{(sum(map(int, body)) + tenth) % 10}"


@paper("rnokpp", home="UA")
def rnokpp(dice, one):
    body = f"{(one.born - datetime.date(1899, 12, 31)).days:05d}{shape(dice, '###')}{dice.choice('02468' if one.female else '13579')}"
    return body + str(weighted(body, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10)


@paper("snils", home="RU")
def snils(dice, one):
    body = dice.choice("1234567") + shape(dice, "########")
    check = weighted(body, range(9, 0, -1)) % 101 % 100
    return f"{body[:3]}-{body[3:6]}-{body[6:]} {check:02d}"


@paper("inn_ru")
def inn_ru(dice, one):
    body = dice.choice(["54", "66", "77", "78"]) + shape(dice, "########")
    body += str(weighted(body, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)
    return body + str(weighted(body, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)


@paper("oib", home="HR")
def oib(dice, one):
    body = dice.choice("123456789") + shape(dice, "#########")
    return body + mod_11_10(body)


@paper("emso", home="SI")
def emso(dice, one):
    def make():
        body = f"{one.born:%d%m}{one.born.year % 1000:03d}50{dice.randint(500, 999) if one.female else dice.randint(0, 499):03d}"
        check = -weighted(body, (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if check == 10 else f"{body}{check}"
    return again(make)


@paper("isikukood", home="EE LT")
def isikukood(dice, one):
    century = (6 if one.female else 5) if one.born.year >= 2000 else (4 if one.female else 3)
    body = f"{century}{one.born:%y%m%d}{shape(dice, '###')}"
    check = weighted(body, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if check == 10:
        check = weighted(body, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return f"{body}{check}"


@paper("personas_kods", home="LV")
def personas_kods(dice, one):
    def make():
        body = f"{one.born:%d%m%y}{2 if one.born.year >= 2000 else 1}{shape(dice, '###')}"
        check = (1 + weighted(body, (10, 5, 8, 4, 2, 1, 6, 3, 7, 9))) % 11
        return None if check == 10 else f"{body[:6]}-{body[6:]}{check}"
    return again(make)


@paper("my_number", home="JP")
def my_number(dice, one):
    body = shape(dice, "#{11}")
    rest = weighted(body[::-1], (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)) % 11
    text = body + str(0 if rest <= 1 else 11 - rest)
    return f"{text[:4]} {text[4:8]} {text[8:]}"


@paper("rrn", home="KR")
def rrn(dice, one):
    sex = (4 if one.female else 3) if one.born.year >= 2000 else (2 if one.female else 1)
    body = f"{one.born:%y%m%d}{sex}{shape(dice, '#####')}"
    check = (11 - weighted(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10
    return f"{body[:6]}-{body[6:]}{check}"


@paper("ric", home="CN")
def ric(dice, one):
    body = dice.choice(["320102", "420103", "510104", "110105", "440106"]) + f"{one.born:%Y%m%d}{dice.randint(10, 99)}{dice.choice('02468' if one.female else '13579')}"
    return body + "10X98765432"[sum(int(d) * pow(2, 17 - at) for at, d in enumerate(body)) % 11]


@paper("nid_tw", home="TW")
def nid_tw(dice, one):
    letter, body = dice.choice("ABCDEFGHJK"), ("2" if one.female else "1") + shape(dice, "#######")
    code = 10 + "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(letter)
    total = code // 10 + code % 10 * 9 + weighted(body, range(8, 0, -1))
    return f"{letter}{body}{-total % 10}"


D5 = [[(a + b) % 5 if a < 5 and b < 5 else (a + b) % 5 + 5 if a < 5 else (a - b) % 5 + 5 if b < 5 else (a - b) % 5 for b in range(10)] for a in range(10)]
TURN = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
for _ in range(6):
    TURN.append([TURN[1][one] for one in TURN[-1]])


def verhoeff(text):
    state = 0
    for at, one in enumerate(reversed(text)):
        state = D5[state][TURN[at % 8][int(one)]]
    return state


@paper("aadhaar", home="IN")
def aadhaar(dice, one):
    body = dice.choice("23456789") + shape(dice, "#{10}")
    text = next(body + last for last in "0123456789" if verhoeff(body + last) == 0)
    return f"{text[:4]} {text[4:8]} {text[8:]}"


paper("pan_in")(lambda dice, one: shape(dice, "???") + "P" + one.latin[1][0].upper() + shape(dice, "####?"))
form("passport_cn", "E########")
form("paspor_id", "C#######")
paper("nik", home="ID")(lambda dice, one: dice.choice(["327301", "357801", "337402"]) + f"{one.born.day + (40 if one.female else 0):02d}{one.born:%m%y}{dice.randint(1, 99):04d}")
paper("cccd", home="VN")(lambda dice, one: dice.choice(["001", "079", "048"]) + str((1 if one.female else 0) + (2 if one.born.year >= 2000 else 0)) + f"{one.born:%y}" + shape(dice, "######"))


@paper("citizen_th", home="TH")
def citizen_th(dice, one):
    body = dice.choice("1345") + shape(dice, "#{11}")
    text = body + str((11 - weighted(body, range(13, 1, -1)) % 11) % 10)
    return f"{text[0]}-{text[1:5]}-{text[5:10]}-{text[10:12]}-{text[12]}"


@paper("teudat_zehut", home="IL")
def teudat_zehut(dice, one):
    body = dice.choice("0235") + shape(dice, "#######")
    total = sum(sum(divmod(int(d) * (1 + at % 2), 10)) for at, d in enumerate(body))
    return body + str(-total % 10)


paper("emirates_id", home="AE")(lambda dice, one: (lambda body: f"784-{body[3:7]}-{body[7:]}-{luhn(body)}")(f"784{one.born:%Y}{shape(dice, '#######')}"))
paper("raqam_eg", home="EG")(lambda dice, one: f"{3 if one.born.year >= 2000 else 2}{one.born:%y%m%d}{dice.choice(['01', '02', '21'])}{shape(dice, '###')}{dice.choice('2468' if one.female else '13579')}{dice.randint(1, 9)}")
