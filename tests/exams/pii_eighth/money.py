"""Cards and accounts.

Enters: a row. Leaves: fields of class pan and iban, with right check digits. Never here: documents.
"""

from papers import digits, grouped, luhn
from template import DIGITS, field, shape

# brand: beginnings, length, groups
BRANDS = {
    "visa": (["4016", "4532", "4929", "4716"], 16, (4, 4, 4, 4)), "visa19": (["4508"], 19, (4, 4, 4, 4, 3)),
    "mastercard": (["51", "53", "55", "2223", "2720", "2510"], 16, (4, 4, 4, 4)), "amex": (["34", "37"], 15, (4, 6, 5)),
    "diners": (["36", "38", "300", "305"], 14, (4, 6, 4)), "discover": (["6011", "644", "65"], 16, (4, 4, 4, 4)),
    "jcb": (["3528", "3566", "3589"], 16, (4, 4, 4, 4)), "unionpay": (["6221", "6250", "6282"], 16, (4, 4, 4, 4)),
    "unionpay19": (["6217", "6228"], 19, (6, 13)), "maestro19": (["6759", "5018", "6304"], 19, (4, 4, 4, 4, 3)), "mir": (["2200", "2204"], 16, (4, 4, 4, 4)),
    "rupay": (["6521", "6080", "8171"], 16, (4, 4, 4, 4)), "elo": (["5067", "6362"], 16, (4, 4, 4, 4)), "troy": (["9792"], 16, (4, 4, 4, 4)),
    "dankort": (["5019"], 16, (4, 4, 4, 4)), "hipercard": (["606282"], 16, (4, 4, 4, 4)), "verve": (["506099", "506123"], 16, (4, 4, 4, 4)),
    "verve19": (["650003"], 19, (4, 4, 4, 4, 3)), "uatp": (["1354"], 15, (4, 5, 6)), "interpayment": (["636"], 16, (4, 4, 4, 4)),
}
COMMON = ["visa", "visa", "visa", "mastercard", "mastercard", "mastercard", "amex", "amex", "diners", "discover", "jcb", "unionpay", "maestro19"]


def card(row, brand):
    starts, length, groups = BRANDS[brand]
    start = row.rng.choice(starts)
    made = start + digits(row, length - len(start) - 1, DIGITS)
    return made + luhn(made), groups


@field("pan")
def pan(row, who, arg):
    """`b` without groups, `d` with dashes, `.` dotted, `a` any brand, or the name of one (then in groups), name+b."""
    how = arg or "s"
    brand = how.rstrip("+b").rstrip("+") if how.rstrip("+b") in BRANDS else row.rng.choice(list(BRANDS) if "a" in how else COMMON)
    made, groups = card(row, brand)
    bare = how in ("b", "ab") or how.endswith("+b")
    text = made if bare else grouped(made, groups, "-" if how == "d" else "." if how == "." else " ")
    return [(text, "pan", brand)]


IBANS = {"DE": "#*18", "GB": "(NWBK/BARC/MIDL)#*14", "FR": "#*10£*11##", "NL": "(ABNA/INGB/RABO)#*10", "BE": "#*12", "ES": "#*20", "IT": "^#*10£*12", "PT": "#*21",
         "AT": "#*16", "CH": "#*5£*12", "LI": "#*5£*12", "LU": "###£*13", "IE": "(AIBK/BOFI)#*14", "PL": "#*24", "CZ": "#*20", "SK": "#*20", "HU": "#*24", "RO": "(BTRL/RNCB)£*16",
         "BG": "(UNCR/STSA)#*6£*8", "HR": "#*17", "SI": "#*15", "GR": "#*7£*16", "CY": "#*8£*16", "MT": "(VALL/MMEB)#*5£*18", "SE": "#*20", "NO": "#*11", "DK": "#*14",
         "FI": "#*14", "EE": "#*16", "LV": "(HABA/UNLA)£*13", "LT": "#*16", "IS": "#*22", "TR": "#*5(0)#*16", "SA": "##£*18", "AE": "#*19", "QA": "^*4£*21", "KW": "^*4£*22",
         "IL": "#*19", "UA": "#*6£*19", "BR": "#*23^#", "KZ": "###£*13", "GE": "^^#*16", "PK": "^*4£*16", "EG": "#*25", "TN": "#*20", "JO": "^*4#*4£*18", "AZ": "^*4£*20", "MC": "#*10£*11##", "SM": "^#*10£*12",
         "RS": "#*18", "AL": "#*8£*16", "CR": "0#*17", "DO": "£*4#*20", "GI": "^*4£*15", "MD": "£££*18", "XK": "#*16"}


@field("iban")
def iban(row, who, arg):
    """`s` in groups of four, `l` lower, `w` any country, else the person's where it has one."""
    how = arg or ""
    country = row.rng.choice(sorted(IBANS)) if "w" in how or who.code not in IBANS else who.code
    made = shape(IBANS[country], row.rng)
    plain = "".join(str(int(sign, 36)) for sign in made + country + "00")
    made = f"{country}{98 - int(plain) % 97:02}{made}"
    if "l" in how:
        made = made.lower()
    return [(" ".join(made[at:at + 4] for at in range(0, len(made), 4)) if "s" in how else made, "iban", country)]
