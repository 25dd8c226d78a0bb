"""Says whether a text that should only look so is, by chance, an instance of what is looked for.

Enters: text. Leaves: the name of what it is, or "". Never here: drawing.
"""

import re

import papers

EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w.+-]+%40[\w-]+\.[\w.-]+")
ABROAD = re.compile(r"(?<![\w.+-])\+\d[\d ().-]{6,}\d")
TOKEN = re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.|-----BEGIN [A-Z ]*KEY|\$(?:2[aby]|argon2\w*|scrypt|6|5|1|apr1|y)\$|\b(?:AK" r"IA|AS" r"IA)[A-Z2-7]{16}\b|\bgh[pousr]_\w{30,}|\bglpat-|\bxox[abprse]-|\b[sr]k_" r"live_|\bAI" r"za[\w-]{35}|\bSG\.[\w-]{22}\.|:[^/\s:@]{3,}@[\w.-]+")
NUMBER = re.compile(r"(?<![\w.,-])\d[\d .-]*\d(?![\w])")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){2,8}(?: ?[A-Z\d]{1,3})?\b")
SSN = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
WORD = re.compile(r"(?<![\w.-])[A-Z0-9][A-Z0-9./()-]*[A-Z0-9)](?![\w-])")
# Numbers whose check says much, or whose shape does; bare runs of nine digits say little, but are not drawn either.
BARE = ("pesel", "cpf", "cuil", "cnp", "nir", "steuerid", "fnr", "isikukood", "jmbg", "tckn", "iin", "amka", "oib", "thai", "za", "rrn", "ric", "aadhaar", "ahv", "emirates", "nhs", "bsn", "sin", "tfn", "nif", "teudat", "egn", "melli", "personnummer", "afm", "kods")
SHAPED = ("dni", "nie", "fiscale", "curp", "hetu", "rut", "twid", "hkid", "nric", "ppsn", "kvnr")


def instance(text):
    if EMAIL.search(text):
        return "e-mail"
    if ABROAD.search(text):
        return "telephone"
    if TOKEN.search(text):
        return "secret"
    if any(papers.valid("ssn", found) for found in SSN.findall(text)):
        return "ssn"
    if any(papers.valid("iban", found) for found in IBAN.findall(text)):
        return "iban"
    for found in NUMBER.findall(text):
        bare = re.sub(r"\D", "", found)
        if papers.valid("pan", bare):
            return "pan"
        for name in BARE:
            if len(bare) >= 9 and papers.valid(name, bare) and dated(name, bare):
                return name
    for found in WORD.findall(text):
        for name in SHAPED:
            if papers.valid(name, found) and any(sign.isdigit() for sign in found):
                return name
    return ""


DATES = {"pesel": (2, 4, 80), "cnp": (3, 5, 0), "fnr": (2, 0, 0), "isikukood": (3, 5, 0), "jmbg": (2, 0, 0), "iin": (2, 4, 0), "amka": (2, 0, 0), "za": (2, 4, 0), "rrn": (2, 4, 0), "ric": (10, 12, 0), "egn": (2, 4, 40), "personnummer": (2, 4, 0), "kods": (2, 0, 0)}


def dated(name, bare):
    """Whether the birthday in the number is a day."""
    if name not in DATES:
        return True
    month, day, _ = DATES[name]
    month, day = int(bare[month:month + 2]) % 20, int(bare[day:day + 2])
    return 1 <= month <= 12 and 1 <= day <= 31
