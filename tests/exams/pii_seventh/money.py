"""Cards and accounts.

Enters: chance, and a country. Leaves: FIELDS, each `(rng, argument, country) → (class/kind, value)`.
"""

import re

from far_papers import d, luhn

BRANDS = {"visa": ("4", 16), "visa19": ("4", 19), "mastercard": ("51 52 53 54 55 2221 2405 2699", 16), "amex": ("34 37", 15), "discover": ("6011 644 65", 16), "diners": ("300 305 36 38", 14), "jcb": ("3528 3566 3589", 16),
          "unionpay": ("6212 6222 6228 6250", 16), "unionpay19": ("6212 6217 6226", 19), "maestro": ("5018 5020 6304 6759", 16), "mir": ("2200 2202 2204", 16), "elo": ("438935 504175 636368 650031", 16), "troy": ("9792", 16),
          "rupay": ("607 6521 6522 8172", 16), "dankort": ("5019", 16), "verve": ("506105 506118 650002", 16), "uatp": ("1220 1120", 15), "hipercard": ("606282 384160", 16), "uzcard": ("8600", 16), "humo": ("9860", 16)}
WORLD = ["visa"] * 4 + ["mastercard"] * 3 + ["amex", "discover", "jcb", "maestro", "unionpay", "diners"]
BBAN = dict(line.split() for line in """
DE n18
AT n16
CH n5c12
FR n10c11n2
BE n12
NL a4n10
ES n20
PT n21
IT a1n10c12
GB a4n14
IE a4n14
PL n24
CZ n20
SK n20
HU n24
RO a4c16
BG a4n6c8
GR n7c16
HR n17
SI n15
RS n18
LT n16
LV a4c13
EE n16
SE n20
NO n11
DK n14
FI n14
IS n22
UA n6c19
KZ n3c13
GE a2n16
TR n5c17
IL n19
AE n19
SA n2c18
EG n25
PK a4c16
BR n23a1c1
LU n3c13
CY n8c16
MT a4n5c18
LI n5c12
MC n10c11n2
AD n8c12
AZ a4c20
JO a4n4c18
KW a4c22
QA a4c21
DO c4n20
CR n18
""".strip().splitlines())


def card(rng, argument, country):
    brand, _, how = argument.partition(",")
    brand = brand or rng.choice(WORLD)
    starts, length = BRANDS[brand]
    start = rng.choice(starts.split())
    body = start + d(rng, length - 1 - len(start))
    whole = body + luhn(body)
    if how in ("space", "dash"):
        gap = " " if how == "space" else "-"
        whole = gap.join([whole[:4], whole[4:10], whole[10:]] if length in (14, 15) else [whole[at:at + 4] for at in range(0, length, 4)])
    return "pan/" + brand, whole


def iban(rng, argument, country):
    code, _, how = argument.partition(",")
    code = code or (country if country in BBAN else "DE")
    body = "".join("".join(rng.choice({"n": "0123456789", "a": "ABCDEFGHKLMNPRSTUVWXYZ", "c": "0123456789"}[kind]) for _ in range(int(size))) for kind, size in re.findall(r"([nac])(\d+)", BBAN[code]))
    check = 98 - int("".join(str(int(c, 36)) for c in body + code + "00")) % 97
    whole = f"{code}{check:02}{body}"
    return "iban/" + code, {"": whole, "space": " ".join(whole[at:at + 4] for at in range(0, len(whole), 4)), "lower": whole.lower()}[how]


FIELDS = {"card": card, "iban": iban}
