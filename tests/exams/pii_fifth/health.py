"""Numbers of health: patients, insured, prescribers; and the line of a passport that machines read.

Enters: a cell's context. Leaves: labelled numbers with right check digits. Never here: national numbers (see papers.py), diagnoses.
"""

from papers import split
from people import ascii_of
from sums import digits, draw, luhn, weighted


def mrz(context):
    """The second line of a passport's machine-readable zone, of the state that is none."""
    rng = context.steady("mrz")
    def check(text):
        return str(sum(int(char, 36) * (7, 3, 1)[at % 3] if char != "<" else 0 for at, char in enumerate(text)) % 10)
    person, number = context.person(), draw(rng, "%A%d8")
    born, until = f"{person.born:%y%m%d}", f"{rng.randrange(26, 34)}0{rng.randrange(1, 9)}1{rng.randrange(1, 9)}"
    line = number + check(number) + "UTO" + born + check(born) + person.sex.upper() + until + check(until) + "<" * 14 + "0"
    return ("national_id", "mrz", line + check(line[:10] + line[13:20] + line[21:43]))


def nhs(context, form="sp"):
    rng = context.steady("nhs")
    while True:
        body = "999" + digits(rng, 6)
        check = (11 - weighted(body, range(10, 1, -1)) % 11) % 11
        if check < 10:
            return ("health_id", f"nhs_{form}", split(body + str(check), (3, 3, 4), {"sp": " ", "-": "-", "bare": ""}[form]))


def mbi(context, form="bare"):
    rng = context.steady("mbi")
    by = "-" if form == "-" else ""
    return ("health_id", f"mbi_{form}", by.join(draw(rng, pattern).translate(str.maketrans("SLOIBZ", "ACDEFG")) for pattern in ("%D%A%u%d", "%A%u%d", "%A2%d2")))


def npi(context):
    rng = context.steady("npi")
    body = digits(rng, 9, "12")
    return ("health_id", "npi", body + luhn("80840" + body))


def dea(context):
    rng = context.steady("dea")
    body = digits(rng, 6)
    check = (sum(map(int, body[0::2])) + 2 * sum(map(int, body[1::2]))) % 10
    return ("health_id", "dea", rng.choice("ABFM") + ascii_of(context.person().family_latin)[0].upper() + body + str(check))


def kvnr(context):
    rng = context.steady("kvnr")
    letter, body = rng.choice("ABCDEFGHKLMNPRSTVWXZ"), digits(rng, 8)
    text = f"{ord(letter) - 64:02d}{body}"
    total = sum(sum(map(int, str(int(char) * (1 + at % 2)))) for at, char in enumerate(text))
    return ("health_id", "kvnr", letter + body + str(total % 10))


def ohip(context):
    rng = context.steady("ohip")
    body = digits(rng, 9, "123456789")
    return ("health_id", "ohip", split(body + luhn(body), (4, 3, 3), "-") + "-" + draw(rng, "%A2"))


FIELDS = {
    "mrz": mrz, "nhs": nhs, "mbi": mbi, "npi": npi, "dea": dea, "kvnr": kvnr, "ohip": ohip,
    "mrn": lambda context, pattern="%d7": ("health_id", "mrn", draw(context.steady("mrn"), pattern)),
}
