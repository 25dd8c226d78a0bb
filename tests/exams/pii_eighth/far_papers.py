"""Documents of persons in northern and eastern Europe, Asia, Africa.

Enters: a row and a person. Leaves: fields of class national_id. Never here: numbers of health care.
"""

from papers import digits, grouped, luhn, paper, weighted
from template import DIGITS, field, shape


@paper("pesel")
def pesel(row, who, arg):
    born = who.born
    made = f"{born:%y}{born.month + (20 if born.year > 1999 else 0):02}{born:%d}" + digits(row, 3, DIGITS) + row.rng.choice("02468" if who.female else "13579")
    return made + str(-weighted(made, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)


@paper("pl_nip")
def pl_nip(row, who, arg):
    while True:
        made = row.rng.choice(["525", "676", "894", "113"]) + digits(row, 6, DIGITS)
        last = weighted(made, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11
        if last < 10:
            return grouped(made + str(last), (3, 3, 2, 2), "-")


@paper("dowod")
def dowod(row, who, arg):
    letters, number = row.rng.choice(["CAT", "DBR", "CEK", "DFG"]), digits(row, 5)
    total = sum(int(sign, 36) * weight for sign, weight in zip(letters + number, (7, 3, 1, 7, 3, 1, 7, 3)))
    return f"{letters}{total % 10}{number}" if arg == "b" else f"{letters} {total % 10}{number}"


@paper("rc")
def rc(row, who, arg):
    """Birth number of Czechs and Slovaks; born since 1954: ten digits."""
    born = who.born if who.born.year > 1953 else who.born.replace(year=who.born.year + 30, day=min(who.born.day, 28))
    head = f"{born:%y}{born.month + (50 if who.female else 0):02}{born:%d}"
    while True:
        tail = digits(row, 3, DIGITS)
        last = int(head + tail) % 11
        if last < 10:
            return f"{head}{tail}{last}" if arg == "b" else f"{head}/{tail}{last}"


@paper("hu_ado")
def hu_ado(row, who, arg):
    """Hungary's tax number of persons: 8, days since 1867."""
    import datetime
    while True:
        made = f"8{(who.born - datetime.date(1867, 1, 1)).days:05}" + digits(row, 3, DIGITS)
        last = weighted(made, range(1, 10)) % 11
        if last < 10:
            return made + str(last)


@paper("egn")
def egn(row, who, arg):
    made = f"{who.born:%y}{who.born.month + (40 if who.born.year > 1999 else 0):02}{who.born:%d}" + digits(row, 3, DIGITS)
    return made + str(weighted(made, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10)


def jmbg_of(row, who, regions):
    while True:
        made = f"{who.born:%d%m}{who.born.year % 1000:03}{row.rng.choice(regions)}{row.rng.randrange(0, 500) + (500 if who.female else 0):03}"
        last = -weighted(made, (7, 6, 5, 4, 3, 2) * 2) % 11
        if last < 10:
            return made + str(last)


paper("jmbg")(lambda row, who, arg: jmbg_of(row, who, ["71", "72", "78", "80"]))
paper("emso")(lambda row, who, arg: jmbg_of(row, who, ["50"]))


@paper("oib")
def oib(row, who, arg):
    made, rest = digits(row, 10), 10
    for sign in made:
        rest = ((int(sign) + rest) % 10 or 10) * 2 % 11
    return made + str((11 - rest) % 10)


@paper("cnp")
def cnp(row, who, arg):
    first = (5 if who.born.year > 1999 else 1) + (1 if who.female else 0)
    made = f"{first}{who.born:%y%m%d}{row.rng.choice(['01', '12', '22', '35', '41', '46'])}{row.rng.randrange(1, 999):03}"
    return made + str(weighted(made, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11 % 10 if weighted(made, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11 < 10 else 1)


@paper("afm")
def afm(row, who, arg):
    made = digits(row, 8)
    return made + str(weighted(made, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10)


@paper("amka")
def amka(row, who, arg):
    made = f"{who.born:%d%m%y}" + digits(row, 3, DIGITS) + row.rng.choice("02468" if who.female else "13579")
    return made + luhn(made)


@paper("tckn")
def tckn(row, who, arg):
    made = digits(row, 9)
    odd, even = sum(map(int, made[::2])), sum(map(int, made[1::2]))
    made += str((odd * 7 - even) % 10)
    return made + str(sum(map(int, made)) % 10)


@paper("snils")
def snils(row, who, arg):
    made = digits(row, 9)
    key = weighted(made, range(9, 0, -1)) % 101 % 100
    return f"{made}{key:02}" if arg == "b" else grouped(made, (3, 3, 3), "-") + f" {key:02}"


@paper("inn")
def inn(row, who, arg):
    made = row.rng.choice(["77", "78", "54", "50"]) + digits(row, 8, DIGITS)
    made += str(weighted(made, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)
    return made + str(weighted(made, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10)


paper("ru_passport")(lambda row, who, arg: shape("(45/40/46/03) (0/1/2)# #*6", row.rng))


@paper("rnokpp")
def rnokpp(row, who, arg):
    import datetime
    made = f"{(who.born - datetime.date(1899, 12, 31)).days:05}" + digits(row, 4, DIGITS)
    return made + str(weighted(made, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10)


@paper("personnummer")
def personnummer(row, who, arg):
    made = f"{who.born:%y%m%d}" + digits(row, 2, DIGITS) + row.rng.choice("02468" if who.female else "13579")
    made += luhn(made)
    return f"{made[:6]}-{made[6:]}" if arg != "l" else f"{who.born.year // 100}{made[:6]}-{made[6:]}"


@paper("fnr")
def fnr(row, who, arg):
    while True:
        made = f"{who.born:%d%m%y}{row.rng.randrange(0, 500) if who.born.year < 2000 else row.rng.randrange(500, 1000):03}"
        made = made[:8] + row.rng.choice("02468" if who.female else "13579")
        one = -weighted(made, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
        two = -weighted(made + str(one), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        if one < 10 and two < 10:
            return f"{made[:6]} {made[6:]}{one}{two}" if arg == "s" else f"{made}{one}{two}"


@paper("cpr")
def cpr(row, who, arg):
    while True:
        made = f"{who.born:%d%m%y}{row.rng.choice('0123') if who.born.year < 2000 else row.rng.choice('56')}" + digits(row, 2, DIGITS)
        last = -weighted(made, (4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        if last < 10 and last % 2 == (0 if who.female else 1):
            return f"{made[:6]}-{made[6:]}{last}"


@paper("hetu")
def hetu(row, who, arg):
    number = row.rng.randrange(1, 449) * 2 + (0 if who.female else 1)
    key = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(f"{who.born:%d%m%y}{number:03}") % 31]
    return f"{who.born:%d%m%y}{'A' if who.born.year > 1999 else '-'}{number:03}{key}"


def baltic(row, who, arg):
    made = f"{(5 if who.born.year > 1999 else 3) + (1 if who.female else 0)}{who.born:%y%m%d}" + digits(row, 3, DIGITS)
    last = weighted(made, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if last == 10:
        last = weighted(made, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return made + str(last)


paper("isikukood")(baltic)
paper("asmens_kodas")(baltic)


@paper("lv_pk")
def lv_pk(row, who, arg):
    while True:
        made = f"{who.born:%d%m%y}{1 if who.born.year < 2000 else 2}" + digits(row, 3, DIGITS)
        last = (1 + weighted(made, (10, 5, 8, 4, 2, 1, 6, 3, 7, 9))) % 11
        if last < 10:
            return f"{made[:6]}-{made[6:]}{last}"


@paper("kennitala")
def kennitala(row, who, arg):
    while True:
        made = f"{who.born:%d%m%y}" + str(row.rng.randrange(20, 99))
        last = -weighted(made, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
        if last < 10:
            return f"{made[:6]}-{made[6:]}{last}{9 if who.born.year < 2000 else 0}"


@paper("teudat")
def teudat(row, who, arg):
    made = digits(row, 8, "0235")
    return made + luhn(made)


@paper("ric")
def ric(row, who, arg):
    made = row.rng.choice(["110105", "310104", "420106", "210102", "120101"]) + f"{who.born:%Y%m%d}" + digits(row, 2, DIGITS) + row.rng.choice("02468" if who.female else "13579")
    return made + "10X98765432"[sum(int(sign) * 2 ** (17 - place) for place, sign in enumerate(made)) % 11]


@paper("tw_id")
def tw_id(row, who, arg):
    letter = row.rng.choice("ABFHEDP")
    made = ("2" if who.female else "1") + digits(row, 7, DIGITS)
    code = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(letter) + 10
    return letter + made + str(-(code // 10 + code % 10 * 9 + weighted(made, range(8, 0, -1))) % 10)


@paper("hkid")
def hkid(row, who, arg):
    letter, made = row.rng.choice("ACDGKPRYZ"), digits(row, 6)
    left = -(36 * 9 + (ord(letter) - 55) * 8 + weighted(made, range(7, 1, -1))) % 11
    return f"{letter}{made}({'A' if left == 10 else left})"


@paper("my_number")
def my_number(row, who, arg):
    made = digits(row, 11)
    left = sum(int(sign) * (place + 1 if place < 7 else place - 5) for place, sign in enumerate(reversed(made), 1)) % 11
    made += str(0 if left < 2 else 11 - left)
    return made if arg == "b" else grouped(made, (4, 4, 4), " ")


@paper("rrn")
def rrn(row, who, arg):
    made = f"{who.born:%y%m%d}{(3 if who.born.year > 1999 else 1) + (1 if who.female else 0)}" + digits(row, 5, "0123")
    return f"{made[:6]}-{made[6:]}{(11 - weighted(made, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10}"


@paper("th_id")
def th_id(row, who, arg):
    made = row.rng.choice("1358") + digits(row, 11, DIGITS)
    made += str((11 - weighted(made, range(13, 1, -1)) % 11) % 10)
    return made if arg == "b" else grouped(made, (1, 4, 5, 2, 1), "-")


@paper("nric")
def nric(row, who, arg):
    made = digits(row, 7)
    return "S" + made + "JZIHGFEDCBA"[weighted(made, (2, 7, 6, 5, 4, 3, 2)) % 11]


paper("mykad")(lambda row, who, arg: f"{who.born:%y%m%d}-{row.rng.choice(['01', '07', '10', '14'])}-{digits(row, 3, DIGITS)}{row.rng.choice('2468' if who.female else '1357')}")
paper("nik")(lambda row, who, arg: row.rng.choice(["317101", "327301", "357801"]) + f"{who.born.day + (40 if who.female else 0):02}{who.born:%m%y}000{row.rng.randrange(1, 10)}")
paper("cccd")(lambda row, who, arg: row.rng.choice(["001", "079", "048"]) + str((2 if who.born.year > 1999 else 0) + (1 if who.female else 0)) + f"{who.born:%y}" + digits(row, 6, DIGITS))
paper("cnic")(lambda row, who, arg: f"{row.rng.choice(['35202', '42101', '61101', '37405'])}-{digits(row, 7)}-{row.rng.choice('2468' if who.female else '1357')}")
paper("eg_id")(lambda row, who, arg: f"{3 if who.born.year > 1999 else 2}{who.born:%y%m%d}{row.rng.choice(['01', '02', '21'])}{digits(row, 5, DIGITS)}")
paper("emirates_id")(lambda row, who, arg: (lambda made: grouped(made + luhn(made), (3, 4, 7, 1), "-"))("784" + str(who.born.year) + digits(row, 7, DIGITS)))
paper("in_pan")(lambda row, who, arg: shape("^^^P", row.rng) + who.latin[1][0].upper() + shape("°###^", row.rng))
paper("ng_nin")(lambda row, who, arg: digits(row, 11))
paper("ke_id")(lambda row, who, arg: digits(row, 8, "123"))
paper("epic")(lambda row, who, arg: (lambda made: row.rng.choice(["KLX", "DPG", "TNW"]) + made + luhn(made))(digits(row, 6, DIGITS)))
field("br_rg", "national_id")(lambda row, who, arg: shape("(12/23/34/48).###.###-(#/X)", row.rng))

D = [[(a + b) % 5 if a < 5 and b < 5 else (a + b) % 5 + 5 if a < 5 else (a - b) % 5 + 5 if b < 5 else (a - b) % 5 for b in range(10)] for a in range(10)]
P = [list(range(10))]
for _ in range(7):
    P.append([P[-1][[1, 5, 7, 6, 2, 8, 3, 0, 9, 4][sign]] for sign in range(10)])


def verhoeff(number):
    for last in DIGITS:
        rest = 0
        for place, sign in enumerate(reversed(number + last)):
            rest = D[rest][P[place % 8][int(sign)]]
        if rest == 0:
            return last
    raise ValueError(number)


@paper("aadhaar")
def aadhaar(row, who, arg):
    made = digits(row, 11, "23456789")
    made += verhoeff(made)
    return made if arg == "b" else grouped(made, (4, 4, 4), "-" if arg == "d" else " ")


@paper("iin")
def iin(row, who, arg):
    while True:
        made = f"{who.born:%y%m%d}{(5 if who.born.year > 1999 else 3) + (1 if who.female else 0)}" + digits(row, 4, DIGITS)
        last = weighted(made, range(1, 12)) % 11
        if last == 10:
            last = weighted(made, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
        if last < 10:
            return made + str(last)
