"""Papers of the east and the north of Europe. As papers.py, which reads this file."""

from checks import luhn, mod11_10, weighted
from papers import MAKERS, again, digits, paper


@paper("cnp")
def cnp(rng, p):
    text = f"{(5 if p['born'].year > 1999 else 1) + (p['sex'] == 'f')}{p['born']:%y%m%d}{rng.randint(1, 46):02}{rng.randint(1, 999):03}"
    rest = weighted(text, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return text + str(1 if rest == 10 else rest)


@paper("egn")
def egn(rng, p):
    month = p["born"].month + (40 if p["born"].year > 1999 else 0)
    text = f"{p['born']:%y}{month:02}{p['born']:%d}{digits(rng, 2)}{rng.randrange(5) * 2 + (p['sex'] == 'f')}"
    return text + str(weighted(text, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10)


@paper("afm")
def afm(rng, p):
    text = digits(rng, 8, "014")
    return text + str(weighted(text, [2 ** n for n in range(8, 0, -1)]) % 11 % 10)


@paper("amka")
def amka(rng, p):
    return luhn(f"{p['born']:%d%m%y}{digits(rng, 4)}")


@paper("oib")
def oib(rng, p):
    return mod11_10(digits(rng, 10, "123456789"))


@paper("emso")
def emso(rng, p, region=50):
    def make():
        text = f"{p['born']:%d%m}{p['born'].year % 1000:03}{region}{rng.randint(0, 499) + 500 * (p['sex'] == 'f'):03}"
        check = 11 - weighted(text, (7, 6, 5, 4, 3, 2) * 2) % 11
        return None if check == 10 else text + str(check % 11)
    return again(rng, make)


@paper("jmbg")
def jmbg(rng, p):
    return emso(rng, p, rng.choice([71, 72, 80, 73]))


@paper("rnokpp")
def rnokpp(rng, p):
    text = f"{p['born'].toordinal() - 693594 - 1:05}{digits(rng, 4)}"
    return text + str(weighted(text, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10)


@paper("personnummer")
def personnummer(rng, p):
    text = luhn(f"{p['born']:%y%m%d}{digits(rng, 2)}{rng.randrange(5) * 2 + (p['sex'] == 'm')}")
    return rng.choice([f"{text[:6]}-{text[6:]}", f"{p['born'].year // 100}{text[:6]}-{text[6:]}", f"{p['born'].year // 100}{text}"])


@paper("fnr")
def fnr(rng, p):
    def make():
        serial = rng.randint(500, 999) if p["born"].year > 1999 else rng.randint(0, 499)
        serial = serial // 2 * 2 + (p["sex"] == "m")
        text = f"{p['born']:%d%m%y}{serial:03}"
        one = -weighted(text, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
        two = -weighted(text + str(one), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if 10 in (one, two) else f"{text}{one}{two}"
    return again(rng, make)


@paper("cpr")
def cpr(rng, p):
    return f"{p['born']:%d%m%y}-{rng.choice('0123') if p['born'].year < 2000 else rng.choice('45')}{digits(rng, 3)}"


@paper("hetu")
def hetu(rng, p):
    serial = rng.randint(1, 449) * 2 + (p["sex"] == "m")
    return f"{p['born']:%d%m%y}{'A' if p['born'].year > 1999 else '-'}{serial:03}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(f'''{p['born']:%d%m%y}{serial:03}''') % 31]}"


@paper("kennitala")
def kennitala(rng, p):
    def make():
        text = f"{p['born']:%d%m%y}{rng.randint(20, 99)}"
        check = 11 - weighted(text, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if check == 10 else f"{text[:6]}-{text[6:]}{check % 11}{9 if p['born'].year < 2000 else 0}"
    return again(rng, make)


@paper("isikukood")
def isikukood(rng, p):
    text = f"{(5 if p['born'].year > 1999 else 3) + (p['sex'] == 'f')}{p['born']:%y%m%d}{digits(rng, 3)}"
    rest = weighted(text, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    rest = weighted(text, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 if rest == 10 else rest
    return text + str(rest % 10)


MAKERS["asmens"] = MAKERS["isikukood"]


@paper("personaskods")
def personaskods(rng, p):
    def make():
        text = f"{p['born']:%d%m%y}{2 if p['born'].year > 1999 else 1}{digits(rng, 3)}"
        check = (1101 - weighted(text, (1, 6, 3, 7, 9, 10, 5, 8, 4, 2))) % 11
        return None if check == 10 else f"{text[:6]}-{text[6:]}{check}"
    return again(rng, make)
