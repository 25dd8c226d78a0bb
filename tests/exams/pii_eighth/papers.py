"""Documents of persons in America, western Europe, Oceania: numbers with right check digits.

Enters: a row and a person (sex, birthday). Leaves: fields of class ssn and national_id. Never here: numbers of health care, cards.
"""

from template import DIGITS, UPPER, field, shape


def digits(row, count, first="123456789"):
    return row.rng.choice(first) + "".join(row.rng.choice(DIGITS) for _ in range(count - 1))


def luhn(number):
    """The digit that makes NUMBER + digit right."""
    total = sum(sum(divmod(int(sign) * 2, 10)) if place % 2 == 0 else int(sign) for place, sign in enumerate(reversed(number)))
    return str(-total % 10)


def weighted(number, weights):
    return sum(int(sign) * weight for sign, weight in zip(number, weights))


def paper(name):
    return field(name, "national_id", name)


def grouped(text, sizes, by):
    out, at = [], 0
    for size in sizes:
        out.append(text[at:at + size])
        at += size
    return by.join(out)


@field("ssn", "ssn")
def ssn(row, who, arg):
    area = row.rng.choice([row.rng.randrange(1, 666), row.rng.randrange(667, 900)])
    made = f"{area:03}{row.rng.randrange(1, 100):02}{row.rng.randrange(1, 10000):04}"
    return made if arg == "b" else grouped(made, (3, 2, 4), " " if arg == "s" else "-")


@paper("itin")
def itin(row, who, arg):
    return f"9{row.rng.randrange(100):02}-{row.rng.choice([*range(70, 89), 90, 91, 92, 94, 95]):02}-{row.rng.randrange(10000):04}"


field("de_passport", "national_id")(lambda row, who, arg: idcard(row, "CFGHJK"))


@paper("uk_licence")
def uk_licence(row, who, arg):
    """Surname, birthday and two initials; the last three are free."""
    born = who.born
    month = born.month + (50 if who.female else 0)
    two = shape("(JA/M9/K9/TR)", row.rng)
    return f"{(who.latin[1].upper() + '99999')[:5]}{born:%y}"[:6] + f"{month:02}{born.day:02}{born.year % 10}{two}{shape('#^^', row.rng)}"


def idcard(row, first="LMPRTVWXYZ"):
    made = row.rng.choice(first) + "".join(row.rng.choice("0123456789CFGHJKLMNPRTVWXYZ") for _ in range(8))
    return made + str(sum(int(sign, 36) * weight for sign, weight in zip(made, (7, 3, 1) * 3)) % 10)


field("de_idcard", "national_id")(lambda row, who, arg: idcard(row))


@paper("nino")
def nino(row, who, arg):
    made = row.rng.choice("ABCEGHJKLMNOPRSTWXYZ") + row.rng.choice("ABCEHJKLMPRSTWXYZ")
    made = made if made not in ("GB", "NK", "TN", "ZZ", "BG", "KN", "NT") else "JC"
    made += digits(row, 6, DIGITS) + row.rng.choice("ABCD")
    return made if arg == "b" else grouped(made, (2, 2, 2, 2, 1), " ")


@paper("utr")
def utr(row, who, arg):
    made = digits(row, 9)
    return "21987654321"[weighted(made, (6, 7, 8, 9, 10, 5, 4, 3, 2)) % 11] + made


@paper("pps")
def pps(row, who, arg):
    made, second = digits(row, 7), row.rng.choice("AAWB ").strip()
    total = weighted(made, range(8, 1, -1)) + (9 * (ord(second) - 64) if second else 0)
    return made + "WABCDEFGHIJKLMNOPQRSTUV"[total % 23] + second


@paper("sin")
def sin(row, who, arg):
    made = digits(row, 8, "1245679")
    made += luhn(made)
    return made if arg == "b" else grouped(made, (3, 3, 3), "-" if arg == "d" else " ")


@paper("tfn")
def tfn(row, who, arg):
    while True:
        made = digits(row, 8)
        left = weighted(made, (1, 4, 3, 7, 5, 8, 6, 9))
        for last in range(10):
            if (left + last * 10) % 11 == 0:
                return made + str(last) if arg == "b" else grouped(made + str(last), (3, 3, 3), " ")


@paper("ird")
def ird(row, who, arg):
    while True:
        made = str(row.rng.randrange(10000001, 13999999))
        for weights in ((3, 2, 7, 6, 5, 4, 3, 2), (7, 4, 3, 2, 5, 2, 7, 6)):
            last = -weighted(made, weights) % 11
            if last < 10:
                return grouped(made + str(last), (3, 3, 3), "-")


@paper("idnr")
def idnr(row, who, arg):
    """Germany's tax number: one digit twice in the first ten, ISO 7064 11,10."""
    order = row.rng.sample(DIGITS, 9)
    while order[0] == "0" or order.count(order[0]) > 1:
        order = row.rng.sample(DIGITS, 9)
    order.insert(row.rng.randrange(2, 10), order[0])
    made, rest = "".join(order), 10
    for sign in made:
        rest = ((int(sign) + rest) % 10 or 10) * 2 % 11
    made += str((11 - rest) % 10)
    return made if arg == "b" else grouped(made, (2, 3, 3, 3), " ")


@paper("rvnr")
def rvnr(row, who, arg):
    made = f"{row.rng.choice(['12', '13', '65', '04', '52'])}{who.born:%d%m%y}{who.latin[1][0].upper()}{row.rng.randrange(50, 99) if who.female else row.rng.randrange(0, 50):02}"
    plain = made[:8] + f"{ord(made[8]) - 64:02}" + made[9:]
    total = sum(sum(divmod(int(sign) * weight, 10)) for sign, weight in zip(plain, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)))
    return (made if arg == "b" else grouped(made, (2, 6, 1, 2), " ")) + str(total % 10)


@paper("at_svnr")
def at_svnr(row, who, arg):
    while True:
        number = digits(row, 3)
        last = (weighted(number, (3, 7, 9)) + weighted(f"{who.born:%d%m%y}", (5, 8, 4, 2, 1, 6))) % 11
        if last < 10:
            return f"{number}{last} {who.born:%d%m%y}"


@paper("ahv")
def ahv(row, who, arg):
    made = "756" + digits(row, 9, DIGITS)
    made += str(-weighted(made, (1, 3) * 6) % 10)
    return made if arg == "b" else grouped(made, (3, 4, 4, 2), ".")


@paper("nir")
def nir(row, who, arg):
    made = f"{2 if who.female else 1}{who.born:%y%m}{row.rng.choice(['13', '33', '59', '69', '75', '92', '97'])}{row.rng.randrange(1, 400):03}{row.rng.randrange(1, 600):03}"
    if made[5:7] == "97":
        made = made[:5] + "31" + made[7:]
    key = f"{97 - int(made) % 97:02}"
    return made + key if arg == "b" else grouped(made, (1, 2, 2, 2, 3, 3), " ") + " " + key


@paper("spi")
def spi(row, who, arg):
    made = row.rng.choice("0123") + digits(row, 9, DIGITS)
    return grouped(f"{made}{int(made) % 511:03}", (2, 2, 3, 3, 3), " ")


@paper("be_nn")
def be_nn(row, who, arg):
    made = f"{who.born:%y%m%d}{row.rng.randrange(1, 499) * 2 - (0 if who.female else 1):03}"
    key = 97 - int(("2" if who.born.year > 1999 else "") + made) % 97
    return f"{made[:2]}.{made[2:4]}.{made[4:6]}-{made[6:]}.{key:02}" if arg != "b" else f"{made}{key:02}"


@paper("bsn")
def bsn(row, who, arg):
    while True:
        made = digits(row, 8)
        last = weighted(made, range(9, 1, -1)) % 11
        if last < 10:
            return made + str(last) if arg != "d" else grouped(made + str(last), (4, 2, 3), ".")


DNI = "TRWAGMYFPDXBNJZSQVHLCKE"


@paper("dni")
def dni(row, who, arg):
    made = digits(row, 8)
    return made + ("-" if arg == "d" else "") + DNI[int(made) % 23]


@paper("nie")
def nie(row, who, arg):
    first, made = row.rng.choice("XYZ"), digits(row, 7)
    return first + made + DNI[int(str("XYZ".index(first)) + made) % 23]


@paper("pt_nif")
def pt_nif(row, who, arg):
    made = row.rng.choice("12") + digits(row, 7)
    last = -weighted(made, range(9, 1, -1)) % 11
    return made + str(last % 10 if last < 10 else 0)


@paper("cf")
def cf(row, who, arg):
    """Codice fiscale after names and birthday."""
    def three(name, is_given=False):
        consonants, vowels = [s for s in name if s not in "aeiou"], [s for s in name if s in "aeiou"]
        if is_given and len(consonants) > 3:
            del consonants[1]
        return ("".join(consonants + vowels) + "xxx")[:3].upper()
    born = who.born
    made = three(who.latin[1]) + three(who.latin[0], True) + f"{born:%y}{'ABCDEHLMPRST'[born.month - 1]}{born.day + (40 if who.female else 0):02}"
    made += row.rng.choice(["F205", "H501", "F839", "L219", "G273", "D612"])
    odd = dict(zip(DIGITS + UPPER, (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)))
    total = sum(odd[sign] if place % 2 == 0 else (DIGITS + UPPER).index(sign) % 10 if sign in DIGITS else ord(sign) - 65 for place, sign in enumerate(made))
    return (made + UPPER[total % 26]).lower() if arg == "l" else made + UPPER[total % 26]


@paper("cpf")
def cpf(row, who, arg):
    made = digits(row, 9, DIGITS)
    for length in (10, 11):
        last = weighted(made, range(length, 1, -1)) * 10 % 11 % 10
        made += str(last)
    return made if arg == "b" else f"{made[:3]}.{made[3:6]}.{made[6:9]}-{made[9:]}"


@paper("pis")
def pis(row, who, arg):
    made = "1" + digits(row, 9, DIGITS)
    last = -weighted(made, (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) % 11
    made += str(last if last < 10 else 0)
    return f"{made[:3]}.{made[3:8]}.{made[8:10]}-{made[10]}"


@paper("curp")
def curp(row, who, arg):
    name, given = who.latin[1].upper(), who.latin[0].upper()
    vowel = next((sign for sign in name[1:] if sign in "AEIOU"), "X")
    made = f"{name[0]}{vowel}{row.rng.choice('GHLMRS')}{given[0]}{who.born:%y%m%d}{'M' if who.female else 'H'}{row.rng.choice(['DF', 'JC', 'NL', 'OC', 'PL', 'VZ'])}"
    made += "".join(row.rng.choice("BCDFGHJKLMNPQRSTVWXYZ") for _ in range(3)) + ("A" if who.born.year > 1999 else "0")
    alphabet = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ"
    return made + str(-sum(alphabet.index(sign) * (18 - place) for place, sign in enumerate(made)) % 10)


@paper("cuil")
def cuil(row, who, arg):
    made = row.rng.choice(["27", "23", "20"]) + digits(row, 8, "1234")
    last = -weighted(made, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    if last == 10:
        return cuil(row, who, arg)
    return f"{made[:2]}-{made[2:]}-{last}"


@paper("ar_dni")
def ar_dni(row, who, arg):
    made = digits(row, 8, "1234")
    return f"{made[:2]}.{made[2:5]}.{made[5:]}"


@paper("rut")
def rut(row, who, arg):
    made = str(row.rng.randrange(5_000_000, 26_000_000))
    total = sum(int(sign) * (place % 6 + 2) for place, sign in enumerate(reversed(made)))
    last = "0K987654321"[total % 11] if total % 11 else "0"
    return f"{made}-{last}" if arg == "b" else f"{int(made):,}".replace(",", ".") + "-" + last


@paper("ec_ci")
def ec_ci(row, who, arg):
    made = f"{row.rng.randrange(1, 25):02}{row.rng.randrange(0, 6)}" + digits(row, 6, DIGITS)
    return made + luhn(made)


@paper("co_cc")
def co_cc(row, who, arg):
    return f"{row.rng.randrange(10_000_000, 1_140_000_000):,}".replace(",", ".")


@paper("pe_dni")
def pe_dni(row, who, arg):
    return digits(row, 8, "01247")


@paper("za_id")
def za_id(row, who, arg):
    made = f"{who.born:%y%m%d}{row.rng.randrange(0, 5000) + (0 if who.female else 5000):04}{row.rng.choice('01')}8"
    return made + luhn(made)
