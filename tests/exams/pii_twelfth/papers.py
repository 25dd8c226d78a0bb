"""Numbers of persons: documents, insured, cards, accounts, with their check digits.

Enters: chance and a person (born, sex, name). Leaves: the number as it is usually written; `;p` without its marks.
Never here: numbers of companies and goods (things.py).
"""

import datetime
import unicodedata

from engine import field, pattern, said

TABLE = {}


def paper(name, mask=None, label="national_id"):
    def keep(function):
        assert name not in TABLE, name
        TABLE[name] = (function, mask, label)
        return function
    return keep


def masked(mask, text):
    letters = iter(text)
    return "".join(next(letters) if one == "#" else one for one in mask) + "".join(letters)


def digits(chance, count, first=None):
    return (first if first is not None else "") + "".join(chance.choice("0123456789") for _ in range(count - len(first or "")))


def weigh(text, weights):
    return sum(int(one) * weight for one, weight in zip(text, weights))


def luhn(text):
    total = 0
    for at, one in enumerate(reversed(text)):
        value = int(one) * (2 - at % 2)
        total += value - 9 * (value > 9)
    return str(-total % 10)


def mod_11_10(text):
    rest = 10
    for one in text:
        rest = (rest + int(one)) % 10 or 10
        rest = rest * 2 % 11
    return str((11 - rest) % 10)


def until(make):
    while True:
        made = make()
        if made is not None:
            return made


def plain_letters(text):
    text = text.replace("ß", "SS").replace("Ø", "O").replace("ø", "o").replace("ł", "l").replace("Ł", "L")
    return "".join(one for one in unicodedata.normalize("NFKD", text).upper() if "A" <= one <= "Z") or "X"


# America

@paper("cpf", "###.###.###-##")
def _(r, p):
    one = digits(r, 9)
    for start in (10, 11):
        rest = 11 - weigh(one, range(start, 1, -1)) % 11
        one += str(rest if rest < 10 else 0)
    return one


@paper("rg", "##.###.###-#")
def _(r, p):
    return digits(r, 8, r.choice("1234")) + r.choice("0123456789X")


@paper("curp")
def _(r, p):
    given, family, second = plain_letters(p.given_l), plain_letters(p.family_l), plain_letters(p.family2_l)
    vowel = next((one for one in family[1:] if one in "AEIOU"), "X")
    inner = lambda text: next((one for one in text[1:] if one not in "AEIOU"), "X")  # noqa: E731
    one = family[0] + vowel + second[0] + given[0] + p.born.strftime("%y%m%d") + ("H" if p.sex == "m" else "M")
    one += r.choice(["DF", "JC", "NL", "PL", "VZ", "GT", "OC", "YN"]) + inner(family) + inner(second) + inner(given) + (str(r.randint(0, 9)) if p.born.year < 2000 else r.choice("ABCD"))
    letters = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"
    return one + str(-sum((18 - at) * letters.index(letter) for at, letter in enumerate(one)) % 10)


@paper("rfc")
def _(r, p):
    given, family, second = plain_letters(p.given_l), plain_letters(p.family_l), plain_letters(p.family2_l)
    vowel = next((one for one in family[1:] if one in "AEIOU"), "X")
    one = family[0] + vowel + second[0] + given[0] + p.born.strftime("%y%m%d") + pattern(r, "XX")
    letters = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"
    rest = -sum((13 - at) * letters.index(letter) for at, letter in enumerate(one)) % 11
    return one + ("A" if rest == 10 else str(rest))


@paper("nss", "## ## ## #### #")
def _(r, p):
    one = digits(r, 2, r.choice("0123456789")) + f"{r.randint(75, 99)}" + p.born.strftime("%y") + digits(r, 4)
    return one + luhn(one)


@paper("cuil", "##-########-#")
def _(r, p):
    def make():
        one = r.choice(["20", "23"] if p.sex == "m" else ["27", "23"]) + str(r.randint(11_000_000, 46_999_999))
        rest = 11 - weigh(one, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if rest == 10 else one + str(rest % 11)
    return until(make)


@paper("dni_ar", "##.###.###")
def _(r, p):
    return str(r.randint(11_000_000, 46_999_999))


@paper("rut", "##.###.###-#")
def _(r, p):
    one = str(r.randint(10_000_000, 24_999_999))
    return one + "0K987654321"[sum(int(digit) * (2 + at % 6) for at, digit in enumerate(reversed(one))) % 11]


@paper("cc_co", "#.###.###.###")
def _(r, p):
    return str(r.randint(1_000_000_000, 1_199_999_999))


@paper("dni_pe")
def _(r, p):
    return str(r.randint(10_000_000, 79_999_999))


@paper("ruc_pe")
def _(r, p):
    one = "10" + str(r.randint(10_000_000, 79_999_999))
    return one + str((11 - weigh(one, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 10)


@paper("ced_ec")
def _(r, p):
    one = f"{r.randint(1, 24):02}" + r.choice("012345") + digits(r, 6)
    return one + luhn(one)


@paper("ci_uy", "#.###.###-#")
def _(r, p):
    one = digits(r, 7, r.choice("12345"))
    return one + str(-weigh(one, (2, 9, 8, 7, 6, 3, 4)) % 10)


@paper("ced_do", "###-#######-#")
def _(r, p):
    one = r.choice(["001", "402", "031", "224"]) + digits(r, 7)
    return one + luhn(one)


@paper("ssn", "###-##-####", "ssn")
def _(r, p):
    area = until(lambda: (lambda one: None if one in (666, 734) else one)(r.randint(2, 772)))
    return f"{area:03}{r.randint(1, 99):02}{r.randint(1, 9999):04}"


@paper("itin", "###-##-####")
def _(r, p):
    return f"9{r.randint(0, 99):02}{r.choice([*range(50, 66), *range(70, 89), 90, 91, 92, *range(94, 100)]):02}{digits(r, 4)}"


@paper("sin", "### ### ###")
def _(r, p):
    one = digits(r, 8, r.choice("124567"))
    return one + luhn(one)


@paper("npi", None, "health_id")
def _(r, p):
    one = digits(r, 9, r.choice("12"))
    return one + luhn("80840" + one)


@paper("dea", None, "health_id")
def _(r, p):
    one = digits(r, 6)
    odd, even = sum(map(int, one[::2])), sum(map(int, one[1::2]))
    return r.choice("ABFM") + plain_letters(p.family_l)[0] + one + str((odd + 2 * even) % 10)


@paper("mbi", "####-###-####", "health_id")
def _(r, p):
    kinds = {"C": "123456789", "N": "0123456789", "A": "ACDEFGHJKMNPQRTUVWXY", "M": "0123456789ACDEFGHJKMNPQRTUVWXY"}
    return "".join(r.choice(kinds[one]) for one in "CAMNAMNAANN")


@paper("ohip", "####-###-###", "health_id")
def _(r, p):
    one = digits(r, 9, r.choice("1234567"))
    return one + luhn(one) + r.choice(["", pattern(r, "-AA")])


# Europe

@paper("dni")
def _(r, p):
    one = r.randint(10_000_000, 79_999_999)
    return f"{one}{'TRWAGMYFPDXBNJZSQVHLCKE'[one % 23]}"


@paper("nie", "#-#######-#")
def _(r, p):
    first, one = r.randint(0, 2), r.randint(1, 9_999_999)
    return f"{'XYZ'[first]}{one:07}{'TRWAGMYFPDXBNJZSQVHLCKE'[(first * 10_000_000 + one) % 23]}"


@paper("nuss", "##/########/##")
def _(r, p):
    place, one = r.randint(1, 52), r.randint(10_000_000, 99_999_999)
    return f"{place:02}{one}{int(f'{place}{one}') % 97:02}"


ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)))


@paper("cf")
def _(r, p):
    def three(text, given=False):
        consonants = [one for one in text if one not in "AEIOU"]
        if given and len(consonants) > 3:
            consonants = [consonants[0], *consonants[2:]]
        return "".join((consonants + [one for one in text if one in "AEIOU"] + ["X", "X"])[:3])
    one = three(plain_letters(p.family_l)) + three(plain_letters(p.given_l), True) + f"{p.born.year % 100:02}" + "ABCDEHLMPRST"[p.born.month - 1]
    one += f"{p.born.day + (40 if p.sex == 'f' else 0):02}" + r.choice(["H501", "F205", "L219", "A662", "D612", "G273", "D969", "F839", "L736"])
    total = sum(ODD[letter] if at % 2 == 0 else int(letter, 36) - (10 if letter.isalpha() else 0) for at, letter in enumerate(one))
    return one + chr(65 + total % 26)


@paper("nir", "# ## ## ## ### ### ##")
def _(r, p):
    one = ("1" if p.sex == "m" else "2") + p.born.strftime("%y%m") + f"{r.choice([13, 31, 33, 35, 44, 59, 67, 69, 75, 92]):02}{r.randint(1, 480):03}{r.randint(1, 620):03}"
    return one + f"{97 - int(one) % 97:02}"


@paper("nif_fr", "## ## ### ### ###")
def _(r, p):
    one = digits(r, 10, r.choice("0123"))
    return one + f"{int(one) % 511:03}"


@paper("rrn_be", "##.##.##-###.##")
def _(r, p):
    serial = r.randrange(1 if p.sex == "m" else 2, 900, 2)
    one = p.born.strftime("%y%m%d") + f"{serial:03}"
    return one + f"{97 - int(('2' if p.born.year > 1999 else '') + one) % 97:02}"


@paper("bsn")
def _(r, p):
    def make():
        one = digits(r, 8, r.choice("123456789"))
        rest = weigh(one, range(9, 1, -1)) % 11
        return None if rest == 10 else one + str(rest)
    return until(make)


@paper("steuerid", "## ### ### ###")
def _(r, p):
    pool = r.sample("0123456789", 9)
    pool.append(r.choice(pool))
    r.shuffle(pool)
    while pool[0] == "0":
        r.shuffle(pool)
    one = "".join(pool)
    return one + mod_11_10(one)


def check_731(text):
    return str(sum(int(one, 36) * (7, 3, 1)[at % 3] for at, one in enumerate(text.replace("<", "0"))) % 10)


@paper("perso")
def _(r, p):
    one = r.choice("LMNPRTVWXY") + "".join(r.choice("CFGHJKLMNPRTVWXYZ0123456789") for _ in range(8))
    return one + check_731(one)


def cross(text, weights):
    return sum(sum(map(int, str(int(one) * weight))) for one, weight in zip(text, weights))


@paper("rvnr", "## ###### # ###")
def _(r, p):
    area, letter, serial = r.choice([2, 3, 4, 8, 9, 10, 11, 12, 13, 15, 16, 17, 24, 26, 53, 65]), plain_letters(p.family_l)[0], r.randint(0, 49) + (0 if p.sex == "m" else 50)
    one = f"{area:02}{p.born:%d%m%y}"
    total = cross(f"{one}{ord(letter) - 64:02}{serial:02}", (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1))
    return f"{one}{letter}{serial:02}{total % 10}"


@paper("kvnr", None, "health_id")
def _(r, p):
    letter, one = r.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), digits(r, 8)
    return letter + one + str(cross(f"{ord(letter) - 64:02}{one}", (1, 2) * 5) % 10)


@paper("svnr", "#### ######")
def _(r, p):
    def make():
        serial, born = digits(r, 3, r.choice("123456789")), p.born.strftime("%d%m%y")
        rest = (weigh(serial, (3, 7, 9)) + weigh(born, (5, 8, 4, 2, 1, 6))) % 11
        return None if rest == 10 else serial + str(rest) + born
    return until(make)


def ean(text):
    return str(-sum(int(one) * (3 if at % 2 == 0 else 1) for at, one in enumerate(reversed(text))) % 10)


@paper("ahv", "###.####.####.##")
def _(r, p):
    one = "756" + digits(r, 9)
    return one + ean(one)


@paper("pesel")
def _(r, p):
    one = f"{p.born.year % 100:02}{p.born.month + (20 if p.born.year > 1999 else 0):02}{p.born.day:02}{digits(r, 3)}{r.choice('13579' if p.sex == 'm' else '02468')}"
    return one + str(-weigh(one, (1, 3, 7, 9) * 3) % 10)


@paper("dowod", "### ######")
def _(r, p):
    letters, rest = pattern(r, "'C'AA"), digits(r, 5)
    total = sum((ord(one) - 55) * weight for one, weight in zip(letters, (7, 3, 1))) + weigh(rest, (7, 3, 1, 7, 3))
    return letters + str(total % 10) + rest


@paper("rc", "######/####")
def _(r, p):
    def make():
        one = f"{p.born.year % 100:02}{p.born.month + (50 if p.sex == 'f' else 0):02}{p.born.day:02}{r.randint(1, 999):03}"
        rest = -int(one + "0") % 11
        return None if rest == 10 else one + str(rest)
    return until(make)


@paper("adoazon")
def _(r, p):
    def make():
        one = f"8{(p.born - datetime.date(1867, 1, 1)).days:05}{r.randint(1, 999):03}"
        rest = weigh(one, range(1, 10)) % 11
        return None if rest == 10 else one + str(rest)
    return until(make)


@paper("taj", "### ### ###")
def _(r, p):
    one = digits(r, 8, r.choice("01"))
    return one + str(weigh(one, (3, 7) * 4) % 10)


@paper("cnp")
def _(r, p):
    first = {("m", False): "1", ("f", False): "2", ("m", True): "5", ("f", True): "6"}[p.sex, p.born.year > 1999]
    one = first + p.born.strftime("%y%m%d") + f"{r.choice([*range(1, 47), 51, 52]):02}{r.randint(1, 999):03}"
    rest = weigh(one, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11
    return one + str(1 if rest == 10 else rest)


@paper("egn")
def _(r, p):
    one = f"{p.born.year % 100:02}{p.born.month + (40 if p.born.year > 1999 else 0):02}{p.born.day:02}{digits(r, 3)}"
    return one + str(weigh(one, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10)


def jmbg(r, p, regions):
    def make():
        one = f"{p.born:%d%m}{p.born.year % 1000:03}{r.choice(regions):02}{r.randint(0, 499) + (0 if p.sex == 'm' else 500):03}"
        rest = 11 - weigh(one, (7, 6, 5, 4, 3, 2) * 2) % 11
        return None if rest == 10 else one + str(rest % 11)
    return until(make)


@paper("jmbg")
def _(r, p):
    return jmbg(r, p, (71, 72, 73, 75, 78, 80, 82, 87))


@paper("emso")
def _(r, p):
    return jmbg(r, p, (50,))


@paper("oib")
def _(r, p):
    one = digits(r, 10)
    return one + mod_11_10(one)


@paper("afm")
def _(r, p):
    one = digits(r, 8, r.choice(["0", "1"]))
    return one + str(weigh(one, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10)


@paper("amka")
def _(r, p):
    one = p.born.strftime("%d%m%y") + digits(r, 4)
    return one + luhn(one)


@paper("adt_gr")
def _(r, p):
    return r.choice(["ΑΒ", "ΑΕ", "ΑΖ", "ΑΗ", "ΑΙ", "ΑΚ", "ΑΜ", "ΑΝ", "ΑΟ", "Χ"]) + " " + digits(r, 6, r.choice("1256"))


@paper("rnokpp")
def _(r, p):
    one = f"{(p.born - datetime.date(1899, 12, 31)).days:05}{digits(r, 3)}{r.choice('13579' if p.sex == 'm' else '02468')}"
    return one + str(weigh(one, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10)


@paper("tckn")
def _(r, p):
    one = digits(r, 9, r.choice("123456789"))
    odd, even = sum(map(int, one[::2])), sum(map(int, one[1::2]))
    one += str((odd * 7 - even) % 10)
    return one + str(sum(map(int, one)) % 10)


@paper("pnr", "######-####")
def _(r, p):
    one = p.born.strftime("%y%m%d") + digits(r, 2) + r.choice("13579" if p.sex == "m" else "02468")
    return one + luhn(one)


@paper("pnr12", "########-####")
def _(r, p):
    one = p.born.strftime("%y%m%d") + digits(r, 2) + r.choice("13579" if p.sex == "m" else "02468")
    return str(p.born.year // 100) + one + luhn(one)


@paper("hetu")
def _(r, p):
    serial = f"{r.randrange(3 if p.sex == 'm' else 2, 900, 2):03}"
    return p.born.strftime("%d%m%y") + ("A" if p.born.year > 1999 else "-") + serial + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(p.born.strftime("%d%m%y") + serial) % 31]


@paper("fnr", "###### #####")
def _(r, p):
    def make():
        serial = r.randint(0, 499) if p.born.year < 2000 else r.randint(500, 999)
        one = p.born.strftime("%d%m%y") + f"{serial // 10:02}{serial % 5 * 2 + (p.sex == 'm')}"
        first = -weigh(one, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
        second = -weigh(one + str(first), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if 10 in (first, second) else one + str(first) + str(second)
    return until(make)


@paper("cpr", "######-####")
def _(r, p):
    return p.born.strftime("%d%m%y") + (r.choice("0123") if p.born.year < 2000 else r.choice("4567")) + digits(r, 2) + r.choice("13579" if p.sex == "m" else "02468")


@paper("kt", "######-####")
def _(r, p):
    def make():
        one = p.born.strftime("%d%m%y") + str(r.randint(20, 99))
        rest = -weigh(one, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if rest == 10 else one + str(rest) + ("9" if p.born.year < 2000 else "0")
    return until(make)


@paper("isik")
def _(r, p):
    first = {("m", False): "3", ("f", False): "4", ("m", True): "5", ("f", True): "6"}[p.sex, p.born.year > 1999]
    one = first + p.born.strftime("%y%m%d") + digits(r, 3)
    rest = weigh(one, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    if rest == 10:
        rest = weigh(one, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10
    return one + str(rest)


@paper("pk_lv", "######-#####")
def _(r, p):
    one = p.born.strftime("%d%m%y") + ("2" if p.born.year > 1999 else "1") + digits(r, 3)
    return one + str((1 + weigh(one, (10, 5, 8, 4, 2, 1, 6, 3, 7, 9))) % 11 % 10)


@paper("nino", "## ## ## ## #")
def _(r, p):
    return until(lambda: (lambda one: None if one in ("BG", "GB", "NK", "KN", "TN", "NT", "ZZ") else one)(r.choice("ABCEGHJKLMNPRSTWXYZ") + r.choice("ABCEGHJKLMNPRSTWXYZ"))) \
        + digits(r, 6) + r.choice("ABCD")


@paper("nhs", "### ### ####", "health_id")
def _(r, p):
    def make():
        one = digits(r, 9, r.choice("4679"))
        rest = -weigh(one, range(10, 1, -1)) % 11
        return None if rest == 10 else one + str(rest)
    return until(make)


@paper("dl_gb")
def _(r, p):
    born = p.born
    return (plain_letters(p.family_l) + "99999")[:5] + f"{born.year // 10 % 10}{born.month + (50 if p.sex == 'f' else 0):02}{born.day:02}{born.year % 10}{plain_letters(p.given_l)[0]}9" \
        + "9" + pattern(r, "AA")


@paper("ppsn")
def _(r, p):
    one = digits(r, 7, r.choice(["1", "3", "6", "7", "8"]))
    second = r.choice(["", "A", "A"])
    return one + "WABCDEFGHIJKLMNOPQRSTUV"[(weigh(one, range(8, 1, -1)) + (9 if second else 0)) % 23] + second


@paper("nif_pt", "### ### ###")
def _(r, p):
    one = digits(r, 8, r.choice("12"))
    rest = 11 - weigh(one, range(9, 1, -1)) % 11
    return one + str(rest if rest < 10 else 0)


@paper("cc_pt", "######## # ###")
def _(r, p):
    one = digits(r, 8, "1")
    rest = 11 - weigh(one, range(9, 1, -1)) % 11
    one += str(rest if rest < 10 else 0) + "Z" + pattern(r, "X")
    total = 0
    for at, letter in enumerate(reversed(one)):
        value = int(letter, 36) * (2 - at % 2)
        total += value - 9 if value > 9 and at % 2 == 0 else value
    return one + str(-total % 10)


@paper("pass_de")
def _(r, p):
    return r.choice("CFGHJK") + "".join(r.choice("CFGHJKLMNPRTVWXYZ0123456789") for _ in range(8))


@paper("pass_fr")
def _(r, p):
    return pattern(r, "ddAAddddd")


@paper("pass_us")
def _(r, p):
    return pattern(r, r.choice(["'5'd{8}", "'A'd{8}", "'6'd{8}"]))


@paper("pass_gb")
def _(r, p):
    return pattern(r, r.choice(["'1'd{8}", "'5'd{8}"]))


@paper("pass_in")
def _(r, p):
    return pattern(r, "ADd{6}")


@paper("pass_cn")
def _(r, p):
    return pattern(r, r.choice(["'E'd{8}", "'EJ'd{7}", "'G'd{8}"]))


@paper("pass_jp")
def _(r, p):
    return pattern(r, r.choice(["'TR'd{7}", "'MU'd{7}", "'TZ'd{7}"]))


@paper("pass_nl")
def _(r, p):
    return pattern(r, r.choice(["'N'", "'S'", "'B'"]) + "CX{6}d")


@paper("dl_ca_us")
def _(r, p):
    return pattern(r, "Ad{7}")


@paper("dl_fl")
def _(r, p):
    return plain_letters(p.family_l)[0] + pattern(r, "ddd-ddd-") + f"{p.born:%y}-{r.randint(1, 366):03}-0"


@paper("dl_au")
def _(r, p):
    return pattern(r, "Dddd ddd ddd")[:11]


@paper("mrz")
def _(r, p):
    number = pattern(r, "Ad{8}")
    return number + check_731(number)


# Asia, Africa, Oceania

@paper("kz_iin")
def _(r, p):
    def make():
        first = {("m", False): "3", ("f", False): "4", ("m", True): "5", ("f", True): "6"}[p.sex, p.born.year > 1999]
        one = p.born.strftime("%y%m%d") + first + digits(r, 4)
        rest = weigh(one, range(1, 12)) % 11
        if rest == 10:
            rest = weigh(one, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
        return None if rest == 10 else one + str(rest)
    return until(make)


@paper("ge_pn")
def _(r, p):
    return r.choice(["01", "35", "60", "61", "62"]) + digits(r, 9)


@paper("tz")
def _(r, p):
    one = digits(r, 8, r.choice("023"))
    return one + luhn(one)


@paper("emirates", "###-####-#######-#")
def _(r, p):
    one = f"784{p.born.year}" + digits(r, 7)
    return one + luhn(one)


@paper("saudi")
def _(r, p):
    one = digits(r, 9, r.choice("112"))
    return one + luhn(one)


@paper("egypt")
def _(r, p):
    return ("3" if p.born.year > 1999 else "2") + p.born.strftime("%y%m%d") + r.choice(["01", "02", "12", "13", "21", "25", "88"]) + digits(r, 3) + r.choice("13579" if p.sex == "m" else "2468") + digits(r, 1)


VERHOEFF = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7], [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
            [5, 9, 8, 7, 6, 0, 4, 3, 2, 1], [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3], [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]
PLACES = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
while len(PLACES) < 8:
    PLACES.append([PLACES[-1][one] for one in PLACES[1]])


@paper("aadhaar", "#### #### ####")
def _(r, p):
    one, rest = digits(r, 11, r.choice("23456789")), 0
    for at, digit in enumerate(reversed(one)):
        rest = VERHOEFF[rest][PLACES[(at + 1) % 8][int(digit)]]
    return one + str(VERHOEFF[rest].index(0))


@paper("in_pan")
def _(r, p):
    return pattern(r, "AAA'P'") + plain_letters(p.family_l)[0] + pattern(r, "ddddA")


@paper("epic")
def _(r, p):
    one = digits(r, 6)
    return pattern(r, "AAA") + one + luhn(one)


@paper("cnic", "#####-#######-#")
def _(r, p):
    return r.choice("1234567") + digits(r, 11) + r.choice("13579" if p.sex == "m" else "2468")


@paper("nid_bd")
def _(r, p):
    return str(p.born.year) + digits(r, 13)


@paper("nic_lk")
def _(r, p):
    return f"{p.born.year}{p.born.timetuple().tm_yday + (500 if p.sex == 'f' else 0):03}{digits(r, 5)}"


@paper("thai", "#-####-#####-##-#")
def _(r, p):
    one = digits(r, 12, r.choice("1235"))
    return one + str((11 - weigh(one, range(13, 1, -1)) % 11) % 10)


@paper("cccd")
def _(r, p):
    return r.choice(["001", "079", "048", "031", "092", "038", "040"]) + str((p.sex == "f") + (2 if p.born.year > 1999 else 0)) + p.born.strftime("%y") + digits(r, 6)


@paper("nik")
def _(r, p):
    return r.choice(["317401", "327305", "357810", "351515", "337402", "510301", "127101"]) + f"{p.born.day + (40 if p.sex == 'f' else 0):02}{p.born:%m%y}" + f"{r.randint(1, 60):04}"


@paper("mykad", "######-##-####")
def _(r, p):
    return p.born.strftime("%y%m%d") + r.choice(["01", "07", "08", "10", "12", "13", "14"]) + digits(r, 3) + r.choice("13579" if p.sex == "m" else "02468")


@paper("tin_ph", "###-###-###-###")
def _(r, p):
    return digits(r, 9, r.choice("1234")) + "000"


@paper("mynumber", "#### #### ####")
def _(r, p):
    one = digits(r, 11)
    rest = weigh(one, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return one + str(0 if rest <= 1 else 11 - rest)


@paper("rrn", "######-#######")
def _(r, p):
    first = {("m", False): "1", ("f", False): "2", ("m", True): "3", ("f", True): "4"}[p.sex, p.born.year > 1999]
    one = p.born.strftime("%y%m%d") + first + f"{r.randint(0, 95):02}" + digits(r, 3)
    return one + str((11 - weigh(one, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10)


@paper("cnid")
def _(r, p):
    one = r.choice(["110101", "310104", "440106", "510107", "330106", "320102", "420106", "610113", "370202"]) + p.born.strftime("%Y%m%d") + digits(r, 2) + r.choice("13579" if p.sex == "m" else "02468")
    return one + "10X98765432"[sum(int(digit) * (2 ** (17 - at) % 11) for at, digit in enumerate(one)) % 11]


@paper("twid")
def _(r, p):
    letter = r.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    code, one = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(letter) + 10, ("1" if p.sex == "m" else "2") + digits(r, 7)
    return letter + one + str(-(code // 10 + code % 10 * 9 + weigh(one, range(8, 0, -1))) % 10)


@paper("hkid", "#######(#)")
def _(r, p):
    letter, one = r.choice("ACDEGHKMPRVYZ"), digits(r, 6)
    return letter + one + "0123456789A"[-(36 * 9 + (ord(letter) - 55) * 8 + weigh(one, range(7, 1, -1))) % 11]


@paper("nric")
def _(r, p):
    first = r.choice("SFG" if p.born.year < 2000 else "TG")
    one = f"{p.born:%y}" + digits(r, 5) if first in "ST" else digits(r, 7)
    return first + one + ("JZIHGFEDCBA" if first in "ST" else "XWUTRQPNMLK")[(weigh(one, (2, 7, 6, 5, 4, 3, 2)) + (4 if first in "TG" else 0)) % 11]


@paper("za_id")
def _(r, p):
    one = p.born.strftime("%y%m%d") + f"{r.randint(0, 4999) + (5000 if p.sex == 'm' else 0):04}" + "08"
    return one + luhn(one)


@paper("nin_ng")
def _(r, p):
    return digits(r, 11, r.choice("1234567"))


@paper("kra")
def _(r, p):
    return "A0" + digits(r, 8, r.choice("01")) + pattern(r, "A")


@paper("tfn", "### ### ###")
def _(r, p):
    def make():
        one = digits(r, 8, r.choice("12345678"))
        rest = weigh(one, (1, 4, 3, 7, 5, 8, 6, 9)) % 11
        return None if rest == 10 else one + str(rest)
    return until(make)


@paper("medicare", "#### ##### #", "health_id")
def _(r, p):
    one = digits(r, 8, r.choice("23456"))
    return one + str(weigh(one, (1, 3, 7, 9) * 2) % 10) + r.choice("123")


@paper("ird", "###-###-###")
def _(r, p):
    def make():
        one = str(r.randint(10_000_000, 14_999_999))
        for weights in ((3, 2, 7, 6, 5, 4, 3, 2), (7, 4, 3, 2, 5, 2, 7, 6)):
            rest = -weigh(one, weights) % 11
            if rest < 10:
                return one + str(rest)
        return None
    return until(make)


@paper("nhi", None, "health_id")
def _(r, p):
    def make():
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        one = "".join(r.choice(letters) for _ in range(3)) + digits(r, 3)
        rest = sum((letters.index(letter) + 1 if letter.isalpha() else int(letter)) * weight for letter, weight in zip(one, range(7, 1, -1))) % 11
        return None if rest == 0 else one + str((11 - rest) % 10)
    return until(make)


def number(cell, name, marks="f"):
    function, mask, label = TABLE[name]
    text = function(cell.chance, cell.person)
    if marks == "p":
        text = "".join(one for one in text if one not in " -./()") if name != "hetu" else text
    elif mask:
        text = masked(mask, text)
    return said(text, label, name)


field("id")(number)


# Accounts and cards

IBANS = dict(line.split(" ", 1) for line in """\
DE d{18}|AT d{16}|CH d{5}d{12}|FR FR|BE BE|NL 'INGB'd{10}|LU d{3}X{13}|ES ES|PT d{21}|IT Ad{10}d{12}|PL d{24}|CZ d{20}|SK d{20}|HU d{24}|RO 'BTRL'X{16}|BG 'UNCR'd{6}d{8}|GR d{7}d{16}\
|SE d{20}|NO NO|DK d{14}|FI d{14}|IS d{22}|EE d{16}|LV 'HABA'X{13}|LT d{16}|IE 'AIBK'd{14}|GB 'BARC'd{14}|HR d{17}|SI d{15}|RS d{18}|TR d{5}'0'X{16}|IL d{19}|AE d{19}|SA d{2}d{18}\
|UA d{6}d{19}|GE 'BG'd{16}|KZ d{3}X{13}|MT 'VALL'd{5}X{18}|CY d{8}d{16}|BR d{23}'C1'|EG d{25}|PK 'HABB'd{16}|MD 'AG'X{18}""".split("|"))


def iban_digits(country, bban):
    turned = "".join(str(int(one, 36)) for one in bban + country + "00")
    return f"{98 - int(turned) % 97:02}"


def iban(chance, country):
    form = IBANS[country]
    if form == "BE":
        one = digits(chance, 10, chance.choice("0123679"))
        bban = one + f"{int(one) % 97 or 97:02}"
    elif form == "ES":
        bank, account = digits(chance, 8, chance.choice("012")), digits(chance, 10)
        weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
        checks = [(11 - weigh(one, weights) % 11) for one in ("00" + bank, account)]
        bban = bank + "".join(str({10: 1, 11: 0}.get(one, one)) for one in checks) + account
    elif form == "FR":
        one = digits(chance, 21, chance.choice("123"))
        bban = one + f"{97 - int(one + '00') % 97:02}"
    elif form == "NO":
        def make():
            one = digits(chance, 10, chance.choice("123456789"))
            rest = -weigh(one, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
            return None if rest == 10 else one + str(rest)
        bban = until(make)
    else:
        bban = pattern(chance, form)
    return country + iban_digits(country, bban) + bban


@field("iban")
def _(cell, how="p"):
    country = cell.country if cell.country in IBANS else cell.person.country
    text = iban(cell.chance, country if country in IBANS else "DE")
    if how == "s":
        text = " ".join(text[at:at + 4] for at in range(0, len(text), 4))
    elif how == "d":
        text = "-".join(text[at:at + 4] for at in range(0, len(text), 4))
    elif how == "l":
        text = text.lower()
    return said(text, "iban", "iban_" + country)


@field("iban_any")
def _(cell, how="p"):
    cell.country = cell.chance.choice(sorted(IBANS))
    text = iban(cell.chance, cell.country)
    return said(" ".join(text[at:at + 4] for at in range(0, len(text), 4)) if how == "s" else text, "iban", "iban_" + cell.country)


CARDS = {
    "visa": (["4"], 16), "mc": (["51", "52", "53", "54", "55", "2221", "2300", "2720"], 16), "amex": (["34", "37"], 15), "discover": (["6011", "644", "65"], 16),
    "jcb": (["3528", "3550", "3589"], 16), "diners": (["36", "305"], 14), "unionpay": (["621", "622", "624"], 16), "unionpay19": (["621", "622"], 19), "maestro": (["5018", "5020", "6304", "6759"], 16),
    "maestro18": (["6759", "5018"], 18), "mir": (["2200", "2201", "2202", "2204"], 16), "rupay": (["6521", "6522", "508"], 16), "elo": (["636297", "506731", "509048"], 16),
    "troy": (["979201", "979217"], 16), "verve": (["506101", "507865"], 16), "hipercard": (["606282"], 16), "dankort": (["5019"], 16),
}


def pan(chance, brand):
    starts, size = CARDS[brand]
    one = digits(chance, size - 1, chance.choice(starts))
    return one + luhn(one)


@field("pan")
def _(cell, how="p", brand="visa,mc,mc,visa,amex"):
    brand = cell.chance.choice((list(CARDS) if brand == "all" else brand.split(",")))
    text = pan(cell.chance, brand)
    if how == "any":
        how = cell.chance.choice(["p", " ", "-"])
    if how != "p":
        sizes = {15: (4, 6, 5), 14: (4, 6, 4), 19: (6, 13)}.get(len(text), (4,) * 5)
        parts, at = [], 0
        for size in sizes:
            parts.append(text[at:at + size])
            at += size
        text = {"s": " ", "n": "\u00a0", "d": "-", ".": "."}.get(how, how).join(part for part in parts if part)
    return said(text, "pan", "pan_" + brand)
