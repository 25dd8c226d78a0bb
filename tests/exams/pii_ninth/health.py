"""Passports, licences and numbers of health; the field of all documents.

Enters: a person, PAPERS. Leaves: the last PAPERS, and the field `id:KIND[:bare]` (class national_id, ssn or health_id). Never here: cards and accounts (money.py).
"""

import string

import far_papers  # noqa: F401
from papers import HEALTH, PAPERS, UP, luhn, num, paper, until, weigh, ymd
from people import memo
from template import field


@paper
def passport(rng, person):
    return {"US": lambda: num(rng, 9, "3456"), "DE": lambda: "C" + "".join(rng.choice("CFGHJKLMNPRTVWXYZ0123456789") for _ in range(8))}.get(
        person.country, lambda: rng.choice(UP) + rng.choice(UP) + num(rng, 7))()


@paper
def licence(rng, person):
    return rng.choice("CDHKMS") + num(rng, 3) + "-" + num(rng, 4) + "-" + num(rng, 4)


def mrz(text):
    return str(sum((0 if one == "<" else int(one, 36)) * (7, 3, 1)[at % 3] for at, one in enumerate(text)) % 10)


@paper
def mrz2(rng, person):
    number, born, until_ = rng.choice(UP) + num(rng, 8), ymd(person), f"{rng.randint(27, 35)}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
    left = number + mrz(number)
    middle = born + mrz(born) + ("M" if person.male else "F") + until_ + mrz(until_)
    rest = "<" * 14
    return left + "UTO" + middle + rest + mrz(rest) + mrz(left + born + mrz(born) + until_ + mrz(until_) + rest + mrz(rest))


@paper
def npi(rng, person):
    body = num(rng, 9, "12")
    return body + luhn("80840" + body)


@paper
def dea(rng, person):
    body = num(rng, 6)
    return rng.choice("ABFM") + rng.choice(UP) + body + str((weigh(body, (1, 0, 1, 0, 1, 0)) + 2 * weigh(body, (0, 1, 0, 1, 0, 1))) % 10)


@paper
def mbi(rng, person):
    letter, either = "ACDEFGHJKMNPQRTUVWXY", "ACDEFGHJKMNPQRTUVWXY0123456789"
    return "".join(rng.choice({"C": "123456789", "A": letter, "N": string.digits, "E": either, "-": "-"}[one]) for one in "CAEN-AEN-AANN")


@paper
def nhs(rng, person):
    def make():
        body = "999" + num(rng, 6, "0123456789")
        check = (11 - weigh(body, range(10, 1, -1)) % 11) % 11
        return None if check == 10 else f"{body[:3]} {body[3:6]} {body[6:]}{check}"
    return until(make)


@paper
def mrn(rng, person):
    return "MRN-" + num(rng, 8, "0123")


@paper
def medicare(rng, person):
    body = num(rng, 8, "23456")
    text = body + str(weigh(body, (1, 3, 7, 9, 1, 3, 7, 9)) % 10) + "1"
    return f"{text[:4]} {text[4:9]} {text[9]}"


@paper
def cns(rng, person):
    return until(lambda: (lambda t: t if weigh(t, range(15, 0, -1)) % 11 == 0 else None)(num(rng, 15, "789")))


@paper
def kvnr(rng, person):
    letter, body = rng.choice(UP), num(rng, 8, "0123456789")
    text = f"{UP.index(letter) + 1:02}" + body
    total = sum(sum(divmod(int(one) * (1 + at % 2), 10)) for at, one in enumerate(text))
    return letter + body + str(total % 10)


@paper
def nhi(rng, person):
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    def make():
        body = "Z" + rng.choice(alphabet) + rng.choice(alphabet) + num(rng, 3, "0123456789")
        values = [alphabet.index(one) + 1 if one.isalpha() else int(one) for one in body]
        check = 11 - sum(value * weight for value, weight in zip(values, range(7, 1, -1))) % 11
        return None if check == 11 else body + str(check % 10)
    return until(make)


@paper
def ramq(rng, person):
    month = person.born.month + (0 if person.male else 50)
    return "".join(rng.choice(UP) for _ in range(4)) + f" {person.born.year % 100:02}{month:02} {person.born.day:02}{num(rng, 2)}"


@field("id")
def document(row, who, kind, how=""):
    text = memo(row, who, kind, PAPERS[kind])
    if how == "bare":
        text = "".join(one for one in text if one.isalnum())
    return text, "ssn" if kind == "ssn" else "health_id" if kind in HEALTH else "national_id", kind
