"""Numbers of health care: of the insured, of patients, of those who prescribe.

Enters: a row and a person. Leaves: fields of class health_id. Never here: other documents.
"""

from far_papers import verhoeff
from papers import digits, grouped, luhn, weighted
from template import DIGITS, field, shape


def number(name):
    return field(name, "health_id", name)


@number("nhs")
def nhs(row, who, arg):
    while True:
        made = "999" + digits(row, 6, DIGITS)
        last = -weighted(made, range(10, 1, -1)) % 11
        if last < 10:
            made += str(last)
            return made if arg == "b" else grouped(made, (3, 3, 4), "-" if arg == "d" else " ")


@number("chi")
def chi(row, who, arg):
    while True:
        made = f"{who.born:%d%m%y}" + digits(row, 2, DIGITS) + row.rng.choice("02468" if who.female else "13579")
        last = -weighted(made, range(10, 1, -1)) % 11
        if last < 10:
            return made + str(last)


@number("mbi")
def mbi(row, who, arg):
    def one(kind):
        return row.rng.choice({"C": "123456789", "N": DIGITS, "A": "ACDEFGHJKMNPQRTUVWXY", "X": DIGITS + "ACDEFGHJKMNPQRTUVWXY"}[kind])
    made = "".join(map(one, "CAXNAXNAANN"))
    return made if arg == "b" else grouped(made, (4, 3, 4), "-")


@number("kvnr")
def kvnr(row, who, arg):
    made = shape("^", row.rng) + digits(row, 8, DIGITS)
    plain = f"{ord(made[0]) - 64:02}" + made[1:]
    total = sum(sum(divmod(int(sign) * (1 + place % 2), 10)) for place, sign in enumerate(plain))
    return made + str(total % 10)


@number("au_medicare")
def au_medicare(row, who, arg):
    made = digits(row, 8, "23456")
    made += str(weighted(made, (1, 3, 7, 9, 1, 3, 7, 9)) % 10)
    return grouped(made + row.rng.choice("123"), (4, 5, 1), " ") if arg != "i" else grouped(made + "1", (4, 5, 1), " ") + f"/{row.rng.randrange(1, 6)}"


@number("ihi")
def ihi(row, who, arg):
    made = "800360" + digits(row, 9, DIGITS)
    return grouped(made + luhn(made), (4, 4, 4, 4), " ")



@number("nhi")
def nhi(row, who, arg):
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    while True:
        made = "Z" + "".join(row.rng.choice(alphabet) for _ in range(2)) + digits(row, 3, DIGITS)
        left = sum((alphabet.index(sign) + 1 if sign in alphabet else int(sign)) * weight for sign, weight in zip(made, range(7, 1, -1))) % 11
        if left:
            return made + str((11 - left) % 10)


@number("ohip")
def ohip(row, who, arg):
    made = digits(row, 9)
    return grouped(made + luhn(made), (4, 3, 3), "-") + shape("-^^", row.rng)


@number("ramq")
def ramq(row, who, arg):
    made = f"{(who.latin[1] + 'xxx')[:3]}{who.latin[0][0]}".upper() + f"{who.born:%y}{who.born.month + (50 if who.female else 0):02}{who.born:%d}"
    return f"{made[:4]} {made[4:8]} {made[8:]}" + shape("##", row.rng)


@number("taj")
def taj(row, who, arg):
    made = digits(row, 8, "012")
    return grouped(made + str(weighted(made, (3, 7) * 4) % 10), (3, 3, 3), " ")


@number("cns")
def cns(row, who, arg):
    """Brazil's SUS card that begins with 7, 8 or 9: weights 15 … 1, modulo 11."""
    while True:
        made = row.rng.choice("78") + digits(row, 13, DIGITS)
        last = -weighted(made, range(15, 1, -1)) % 11
        if last < 10:
            return grouped(made + str(last), (3, 4, 4, 4), " ") if arg != "b" else made + str(last)


@number("npi")
def npi(row, who, arg):
    made = "1" + digits(row, 8, DIGITS)
    return made + luhn("80840" + made)


@number("dea")
def dea(row, who, arg):
    made = digits(row, 6)
    return row.rng.choice("ABFM") + who.latin[1][0].upper() + made + str((sum(map(int, made[::2])) + 2 * sum(map(int, made[1::2]))) % 10)


@number("abha")
def abha(row, who, arg):
    made = digits(row, 13)
    return grouped(made + verhoeff(made), (2, 4, 4, 4), "-")


@number("ehic")
def ehic(row, who, arg):
    return "80" + row.rng.choice(["276", "040", "250", "380", "616"]) + digits(row, 15, DIGITS)


@number("mrn")
def mrn(row, who, arg):
    return shape(arg or "MRN#*8", row.rng)
