"""Whether something that a detector should find stands in a text by chance: so that look-alikes have none.

Enters: a text. Leaves: what it is, or None. Never here: labels, generators (the check digits are computed here a second time).
"""

import re

IIN = re.compile(r"^(4|5[1-5]|2[2-7]|3[47]|6011|64[4-9]|65|35[2-8]|36|30[0-5]|38|39|62|50|5[6-9]|6[0379]|220[0-4]|81|9792)")
EAR = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


def luhn_holds(text):
    total = 0
    for at, one in enumerate(text[::-1]):
        value = int(one)
        if at % 2:
            value = value * 2 if value < 5 else value * 2 - 9
        total += value
    return total % 10 == 0


def iban_holds(text):
    turned = text[4:] + text[:4]
    return int("".join(str(int(one, 36)) for one in turned)) % 97 == 1


def cpf_holds(text):
    one = [int(letter) for letter in text if letter.isdigit()]
    return len(one) == 11 and all(sum((size + 1 - at) * one[at] for at in range(size)) * 10 % 11 % 10 == one[size] for size in (9, 10))


def dni_holds(text):
    number = text[:-1].replace("-", "").translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == text[-1]


FORMS = [
    ("email", re.compile(r"[\w.+-]+(@|%40|&#64;)[\w-]+(\.[\w-]+)*\.[^\W\d_]{2,}")),
    ("jwt", re.compile(r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}")),
    ("private key", re.compile(r"BEGIN [A-Z ]*PRIVATE KEY")),
    ("token", re.compile(r"\b(" + "|".join(["gh[pousr]_", "github_pat", "glpat-", "xox[abpes]-", "sk_live_", "rk_live_", "whsec_", "AKIA", "ASIA", "AIza", "ya29", "npm_", "hf_", "sk-[a-z0-9]+-", "shp[a-z]{2}_", "dop_v1", "SG\\."])
                        + r")[\w.-]{16,}")),
    ("password in an address", re.compile(r"://[^/\s:@]+:[^/\s@\x01]+@")),
    ("telephone", re.compile(r"(?<![\w.+])\+[1-9]\d{0,2}[ (.-]{0,2}\d[\d ().-]{6,}\d")),
    ("american telephone", re.compile(r"(?<![\d.-])(\([2-9]\d\d\) |[2-9]\d\d[-.])[2-9]\d\d[-.]\d{4}(?![\d.-])")),
    ("ssn", re.compile(r"(?<![\w.-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w.-])")),
    ("hungarian, italian or mexican number", re.compile(r"\b[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]\b|\b[A-Z]{4}\d{6}[HM][A-Z]{5}[0-9A-Z]\d\b")),
]


def sensitive(text):
    plain = text.translate(EAR)
    for name, form in FORMS:
        if form.search(plain):
            return name
    for found in re.finditer(r"(?<![\w.])(\d[ -]?){12,18}\d(?![\w])", plain):
        one = re.sub(r"\D", "", found.group())
        if 13 <= len(one) <= 19 and IIN.match(one) and luhn_holds(one) and len(set(one)) > 1:
            return "pan"
    for found in re.finditer(r"\b[A-Z]{2}\d\d(?:[ ]?[A-Z0-9]){11,30}\b", plain):
        one = found.group().replace(" ", "")
        if iban_holds(one):
            return "iban"
    for found in re.finditer(r"(?<!\d)\d{3}\.\d{3}\.\d{3}-\d\d(?!\d)", plain):
        if cpf_holds(found.group()):
            return "cpf"
    for found in re.finditer(r"\b(?:\d{8}|[XYZ]-?\d{7}-?)[A-Z]\b", plain):
        if dni_holds(found.group()):
            return "dni"
    return None
