"""Numbers of patients, insured, and prescribers.

Enters: a person. Leaves: FIELDS, name → ("health_id", function).
"""

import re

from far_papers import d, luhn, up, w


def nhs(p, rng):
    def make():
        body = "999" + d(rng, 6)
        check = (11 - w(body, range(10, 1, -1)) % 11) % 11
        return f"{body[:3]} {body[3:6]} {body[6:]}{check}" if check < 10 else None
    return next(found for found in iter(make, 0) if found)


def chi(p, rng):
    def make():
        body = f"{p.born:%d%m%y}{d(rng, 2)}{rng.choice('02468' if p.female else '13579')}"
        check = (11 - w(body, range(10, 1, -1)) % 11) % 11
        return body + str(check) if check < 10 else None
    return next(found for found in iter(make, 0) if found)


def mbi(p, rng):
    letters, both = "ACDEFGHJKMNPQRTUVWXY", "ACDEFGHJKMNPQRTUVWXY0123456789"
    kinds = {"C": "123456789", "A": letters, "N": "0123456789", "B": both}
    whole = "".join(rng.choice(kinds[kind]) for kind in "CABNABNAANN")
    return f"{whole[:4]}-{whole[4:7]}-{whole[7:]}"


def kvnr(p, rng):
    letter, body = rng.choice("ABCDEFGHKLMNPQRSTUVWXYZ"), d(rng, 8)
    digits = f"{ord(letter) - 64:02}{body}"
    return letter + body + str(sum(sum(divmod(int(digit) * (at % 2 + 1), 10)) for at, digit in enumerate(digits)) % 10)


def npi(p, rng):
    body = d(rng, 9, "12")
    return body + luhn("80840" + body)


def dea(p, rng):
    from people import ascii_of
    body = d(rng, 6)
    return rng.choice("BFM") + ascii_of(p.family)[0].upper() + body + str((w(body[::2], [1] * 3) + 2 * w(body[1::2], [1] * 3)) % 10)


def medicare_au(p, rng):
    body = d(rng, 8, "23456")
    return f"{body[:4]} {body[4:]}{w(body, [1, 3, 7, 9, 1, 3, 7, 9]) % 10} {rng.choice('123')}"


def ihi(p, rng):
    body = "800360" + d(rng, 9)
    whole = body + luhn(body)
    return " ".join(whole[at:at + 4] for at in range(0, 16, 4))


def nhi(p, rng):
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    def make():
        body = "Z" + up(rng, 2) + d(rng, 3)
        total = sum((alphabet.index(c) + 1 if c.isalpha() else int(c)) * weight for c, weight in zip(body, [7, 6, 5, 4, 3, 2]))
        return body + str((11 - total % 11) % 10) if total % 11 and all(c in alphabet or c.isdigit() for c in body) else None
    return next(found for found in iter(make, 0) if found)


def ohip(p, rng):
    body = d(rng, 9, "123456789")
    whole = body + luhn(body)
    return f"{whole[:4]}-{whole[4:7]}-{whole[7:]}-{up(rng, 2)}"


def ramq(p, rng):
    from people import ascii_of
    letters = (re.sub("[^A-Z]", "", ascii_of(p.lfamily).upper()) + "XXX")[:3] + ascii_of(p.lgiven)[0].upper()
    return f"{letters} {p.born.year % 100:02}{p.born.month + (50 if p.female else 0):02} {p.born.day:02}{d(rng, 2)}"


def ehic(p, rng):
    return f"80{rng.choice(['276', '250', '040', '203', '616'])}{d(rng, 15, '0123456789')}"


def cns(p, rng):
    """Brazil's health card that begins with 7"""
    def make():
        body = "7" + d(rng, 13)
        check = -w(body, range(15, 1, -1)) % 11
        return body + str(check) if check < 10 else None
    found = next(found for found in iter(make, 0) if found)
    return f"{found[:3]} {found[3:7]} {found[7:11]} {found[11:]}"


def mrn(p, rng):
    return f"MRN{d(rng, 8)}"


def bare_mrn(p, rng):
    return d(rng, 8, "123456789")


def abha(p, rng):
    from far_papers import verhoeff
    body = "91" + d(rng, 11)
    whole = body + verhoeff(body)
    return f"{whole[:2]}-{whole[2:6]}-{whole[6:10]}-{whole[10:]}"


H = "health_id"
FIELDS = {name: (H, make) for name, make in dict(nhs=nhs, chi=chi, mbi=mbi, kvnr=kvnr, npi=npi, dea=dea, medicare_au=medicare_au, ihi=ihi, nhi=nhi, ohip=ohip, ramq=ramq, ehic=ehic, cns=cns, mrn=mrn, mrnum=bare_mrn, abha=abha).items()}
