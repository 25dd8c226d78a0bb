"""Numbers of documents of persons, western part; `«id»` is the usual one of the person's country.

Enters: a Person (birthday, sex) and dice. Leaves: PAPERS, the fields id, idno, ssn, health. Check digits as the states publish them. Never here: eastern states (far_papers.py).
"""

from money import luhn
from people import person
from template import field, shape

PAPERS = {}


def paper(name, class_="national_id", home=""):
    """Registers a function (dice, person) → text; `home` are the countries whose usual number it is."""
    def keep(function):
        PAPERS[name] = function, class_
        for code in home.split():
            HOME[code] = name
        return function
    return keep


HOME = {}
FORMS = {}


def form(name, pattern, class_="national_id", home=""):
    """A number that has a form only."""
    FORMS[name] = pattern
    paper(name, class_, home)(lambda dice, one: shape(dice, pattern))


def weighted(text, weights):
    return sum(int(one) * weight for one, weight in zip(text, weights))


def again(make):
    """Until `make` gives something: some check digits do not exist."""
    while True:
        found = make()
        if found:
            return found


@paper("ssn", "ssn", "US")
def ssn(dice, one):
    return f"{dice.choice([n for n in range(1, 899) if n != 666]):03d}-{dice.randint(1, 99):02d}-{dice.randint(1, 9999):04d}"


paper("ssn_bare", "ssn")(lambda dice, one: ssn(dice, one).replace("-", ""))
paper("ssn_space", "ssn")(lambda dice, one: ssn(dice, one).replace("-", " "))
paper("itin")(lambda dice, one: f"9{dice.randint(0, 99):02d}-{dice.choice(list(range(70, 89)) + [90, 91, 92]):02d}-{dice.randint(0, 9999):04d}")


@paper("sin", home="CA")
def sin(dice, one):
    body = dice.choice("1245679") + shape(dice, "#######")
    text = body + luhn(body)
    return f"{text[:3]} {text[3:6]} {text[6:]}"


paper("sin_bare")(lambda dice, one: sin(dice, one).replace(" ", ""))


@paper("nino", home="GB")
def nino(dice, one):
    return dice.choice(["AB", "CE", "JK", "PR", "SA", "WX", "HG"]) + shape(dice, " ## ## ## ") + dice.choice("ABCD")


paper("nino_tight")(lambda dice, one: nino(dice, one).replace(" ", ""))


@paper("nhs", "health_id")
def nhs(dice, one):
    def make():
        body = "9" + shape(dice, "########")
        check = 11 - weighted(body, range(10, 1, -1)) % 11
        return None if check == 10 else f"{body[:3]} {body[3:6]} {body[6:]}{check % 11}"
    return again(make)


@paper("ppsn", home="IE")
def ppsn(dice, one):
    body = shape(dice, "#######")
    return body + "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(body, range(8, 1, -1)) + 9 * 1) % 23] + "A"


@paper("tfn", home="AU")
def tfn(dice, one):
    def make():
        text = dice.choice("123456789") + shape(dice, "########")
        return None if weighted(text, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 else f"{text[:3]} {text[3:6]} {text[6:]}"
    return again(make)


@paper("medicare_au", "health_id")
def medicare_au(dice, one):
    body = dice.choice("23456") + shape(dice, "#######")
    return f"{body[:4]} {body[4:]}{weighted(body, (1, 3, 7, 9, 1, 3, 7, 9)) % 10} {dice.randint(1, 5)}"


def mod_11_10(body):
    product = 10
    for one in body:
        total = (int(one) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


@paper("steuer_id", home="DE")
def steuer_id(dice, one):
    """Of the first ten digits one stands twice, one not at all."""
    digits = dice.sample("0123456789", 9)
    digits.insert(dice.randrange(2, 10), digits[0])
    while digits[0] == "0":
        dice.shuffle(digits)
    body = "".join(digits)
    return body + mod_11_10(body)


paper("steuer_id_space")(lambda dice, one: (lambda t: f"{t[:2]} {t[2:5]} {t[5:8]} {t[8:]}")(steuer_id(dice, one)))


@paper("rvnr")
def rvnr(dice, one):
    letter, area = dice.choice("ABDEFGHKLMSTW"), dice.choice(["12", "15", "21", "53", "65", "80"])
    start, serial = f"{area}{one.born:%d%m%y}", f"{dice.randint(50, 99) if one.female else dice.randint(0, 49):02d}"
    numeric = start + f"{ord(letter) - 64:02d}" + serial
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(numeric, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)))
    return f"{start[:2]} {start[2:]} {letter} {serial}{total % 10}"


@paper("svnr", home="AT")
def svnr(dice, one):
    def make():
        head, tail = shape(dice, "###"), f"{one.born:%d%m%y}"
        check = (weighted(head, (3, 7, 9)) + weighted(tail, (5, 8, 4, 2, 1, 6))) % 11
        return None if check == 10 or head[0] == "0" else f"{head}{check} {tail}"
    return again(make)


def ean(body):
    return str(-sum(int(d) * (3 if at % 2 else 1) for at, d in enumerate(body)) % 10)


@paper("ahv", home="CH")
def ahv(dice, one):
    body = "756" + shape(dice, "#{9}")
    text = body + ean(body)
    return f"{text[:3]}.{text[3:7]}.{text[7:11]}.{text[11:]}"


@paper("bsn", home="NL")
def bsn(dice, one):
    def make():
        body = dice.choice("12") + shape(dice, "#######")
        check = weighted(body, range(9, 1, -1)) % 11
        return None if check == 10 else f"{body}{check}"
    return again(make)


@paper("nrn", home="BE")
def nrn(dice, one):
    body = f"{one.born:%y%m%d}{dice.randrange(2 if one.female else 1, 997, 2):03d}"
    check = 97 - int(("2" if one.born.year >= 2000 else "") + body) % 97
    return f"{body[:2]}.{body[2:4]}.{body[4:6]}-{body[6:]}.{check:02d}"


@paper("nir", home="FR")
def nir(dice, one):
    body = f"{2 if one.female else 1}{one.born:%y%m}{dice.choice(['13', '33', '44', '59', '69', '75'])}{dice.randint(1, 330):03d}{dice.randint(1, 700):03d}"
    return f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {97 - int(body) % 97:02d}"


paper("nir_tight")(lambda dice, one: nir(dice, one).replace(" ", ""))
ODD = dict(zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)))


def codice_check(body):
    total = sum(ODD[c] if at % 2 == 0 else (int(c) if c.isdigit() else ord(c) - 65) for at, c in enumerate(body))
    return chr(65 + total % 26)


@paper("codice_fiscale", home="IT")
def codice_fiscale(dice, one):
    def three(word, given=False):
        letters = [c for c in word.upper().replace("-", "") if c.isalpha()]
        hard = [c for c in letters if c not in "AEIOU"]
        if given and len(hard) > 3:
            return hard[0] + hard[2] + hard[3]
        return "".join(hard + [c for c in letters if c in "AEIOU"] + ["X"] * 3)[:3]
    body = three(one.latin[1]) + three(one.latin[0], True) + f"{one.born:%y}{'ABCDEHLMPRST'[one.born.month - 1]}{one.born.day + (40 if one.female else 0):02d}"
    body += dice.choice(["F205", "H501", "L219", "F839", "G273", "D612", "A944"])
    return body + codice_check(body)


LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


@paper("dni", home="ES")
def dni(dice, one):
    number = dice.randint(10_000_000, 79_999_999)
    return f"{number}{LETTERS[number % 23]}"


@paper("nie")
def nie(dice, one):
    letter, number = dice.randrange(3), shape(dice, "#######")
    return f"{'XYZ'[letter]}{number}{LETTERS[int(str(letter) + number) % 23]}"


@paper("nif_pt", home="PT")
def nif_pt(dice, one):
    body = dice.choice("12") + shape(dice, "#######")
    check = 11 - weighted(body, range(9, 1, -1)) % 11
    return body + str(0 if check > 9 else check)


@paper("personnummer", home="SE")
def personnummer(dice, one):
    body = f"{one.born:%y%m%d}{dice.randint(10, 99)}{dice.choice('02468' if one.female else '13579')}"
    return f"{one.born:%Y}{body[2:6]}-{body[6:]}{luhn(body)}"


@paper("fodselsnummer", home="NO")
def fodselsnummer(dice, one):
    def make():
        individual = dice.randint(0, 499) if one.born.year < 2000 else dice.randint(500, 999)
        body = f"{one.born:%d%m%y}{individual - individual % 2 + (0 if one.female else 1):03d}"
        first = -weighted(body, (3, 7, 6, 1, 8, 9, 4, 5, 2)) % 11
        second = -weighted(body + str(first), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if 10 in (first, second) else f"{body}{first}{second}"
    return again(make)


paper("cpr", home="DK")(lambda dice, one: f"{one.born:%d%m%y}-{dice.randint(4000, 9999) if one.born.year >= 2000 else dice.randint(1, 3999):04d}")


@paper("hetu", home="FI")
def hetu(dice, one):
    serial = dice.randrange(2 if one.female else 3, 899, 2)
    return f"{one.born:%d%m%y}{'A' if one.born.year >= 2000 else '-'}{serial:03d}" + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(f"{one.born:%d%m%y}{serial:03d}") % 31]


@paper("za_id", home="ZA")
def za_id(dice, one):
    body = f"{one.born:%y%m%d}{dice.randint(0, 4999) if one.female else dice.randint(5000, 9999):04d}08"
    return body + luhn(body)


form("nin_ng", "#{11}", home="NG")


form("passport_us", "5########")
form("passport_gb", "5########")
form("passport_in", "?#######")
form("passport_eu", "X??######")
form("passport_fr", "##??#####")
form("passport_it", "YA#######")
form("passport_jp", "TK#######")
form("passport_kr", "M########")
form("licence_ca", "?#######")
form("licence_fl", "?###-###-##-###-#")
form("licence_ny", "### ### ###")
form("licence_de", "B072?#?#?##")


@paper("licence_gb")
def licence_gb(dice, one):
    family = (one.latin[1].upper().replace("-", "") + "99999")[:5]
    month = one.born.month + (50 if one.female else 0)
    return f"{family}{one.born.year % 100 // 10}{month:02d}{one.born:%d}{one.born.year % 10}{one.latin[0][0].upper()}9" + shape(dice, "#??")


@field("id")
def usual(row, who, name=""):
    one = person(row, who)
    name = name or HOME.get(who[1], "passport_eu")
    make, class_ = PAPERS[name]
    # the same number in every cell of a row
    return make(row.dice("paper", name, *who), one), class_, name
