"""Cards, accounts and numbers of social security.

Enters: a cell's context. Leaves: labelled numbers with right check digits. Never here: names, secrets.
"""

from sums import digits, draw, luhn, mod97

BRANDS = {  # brand → (beginnings, length)
    "visa": (["4"], 16), "mc": (["51", "52", "53", "54", "55"], 16), "mc2": (["2221", "2300", "2450", "2600", "2720"], 16), "amex": (["34", "37"], 15),
    "disc": (["6011", "65", "644", "647"], 16), "jcb": (["3528", "3550", "3589"], 16), "diners": (["300", "305", "36", "38"], 14),
    "upay": (["6200", "6222", "6250"], 16), "maestro": (["5018", "5020", "6304", "6759", "6763"], 16), "rupay": (["6521", "6522", "60801", "60802"], 16),
    "elo": (["636368", "504175", "506699", "509000"], 16), "mir": (["2200", "2203", "2204"], 16), "troy": (["979200", "979250"], 16),
    "upay19": (["6210", "6230"], 19), "visa19": (["4"], 19), "dankort": (["5019"], 16), "bc": (["9400", "9409"], 16),
}
COMMON = ["visa"] * 8 + ["mc"] * 6 + ["amex"] * 3 + ["mc2", "disc", "disc", "jcb", "diners", "upay", "maestro"]
IBANS = {  # country → pattern of what follows the check digits
    "DE": "%d18", "FR": "%d10%u11%d2", "GB": "BARC%d14", "NL": "INGB%d10", "ES": "%d20", "IT": "%A%d10%u12", "BE": "%d12", "AT": "%d16", "CH": "00%d15",
    "SE": "%d20", "NO": "%d11", "DK": "%d14", "FI": "%d14", "IE": "AIBK%d14", "PT": "%d21", "LU": "%d3%u13", "PL": "%d24", "CZ": "%d20", "AE": "%d19",
    "SA": "%d2%u18", "IL": "%d19", "TR": "%d50%u16", "BR": "%d23C1", "QA": "QNBA%u21", "KW": "NBOK%u22", "IS": "%d22", "EE": "%d16", "LT": "%d16",
    "MT": "VALL%d5%u18", "GR": "%d7%u16", "HU": "%d24", "LI": "088%d2%u12", "MC": "%d10%u11%d2", "JO": "JONB%d4%u18", "BH": "NBOB%u14", "CR": "0%d17", "LV": "HABA%u13",
}
IBANS["TR"] = "%d5" + "0" + "%u16"
OF_PLACE = {"us": "GB", "ca": "GB", "qc": "FR", "gb": "GB", "ie": "IE", "de": "DE", "at": "AT", "ch": "CH", "fr": "FR", "be": "BE", "nl": "NL", "es": "ES", "pt": "PT",
            "it": "IT", "se": "SE", "no": "NO", "dk": "DK", "fi": "FI", "is": "IS", "pl": "PL", "br": "BR", "ae": "AE", "sa": "SA", "il": "IL", "tr": "TR"}


def card(rng, brand):
    starts, length = BRANDS[brand]
    body = digits(rng, length - 1, starts)
    return body + luhn(body)


def grouped(number, by):
    if len(number) == 15:
        return by.join([number[:4], number[4:10], number[10:]])
    if len(number) == 14:
        return by.join([number[:4], number[4:10], number[10:]])
    return by.join(number[at:at + 4] for at in range(0, len(number), 4))


def pan(context, brand="any", form="bare"):
    brand = context.rng.choice(COMMON if brand == "any" else list(BRANDS) if brand == "far" else brand.split(","))
    number = card(context.rng, brand)
    form = context.rng.choice(["bare", "sp", "sp", "-"]) if form == "mix" else form
    by = {"bare": "", "sp": " ", "-": "-", ".": ".", "nb": "\u00a0", "/": "/"}[form]
    return ("pan", f"{brand}_{form}", grouped(number, by) if by else number)


def make_iban(rng, country):
    body = draw(rng, IBANS[country])
    return country + f"{98 - mod97(body + country + '00'):02d}" + body


def iban(context, country="own", form="bare"):
    country = context.rng.choice(country.split(","))
    country = OF_PLACE.get(context.place, "DE") if country == "own" else context.rng.choice(sorted(IBANS)) if country == "far" else country
    number = make_iban(context.rng, country)
    form = context.rng.choice(["bare", "sp", "sp", "lower", "-"]) if form == "mix" else form
    by = {"sp": " ", "-": "-", ".": ".", "nb": "\u00a0"}.get(form, "")
    text = by.join(number[at:at + 4] for at in range(0, len(number), 4)) if by else number
    return ("iban", f"{country}_{form}", text.lower() if form == "lower" else text)


def ssn(context, form="-"):
    rng = context.steady("ssn")
    area = rng.choice([number for number in range(100 if form == "num" else 1, 773) if number != 666])
    form = context.rng.choice(["-", "-", "bare", "sp"]) if form == "mix" else form
    by = {"-": "-", "sp": " ", "bare": "", "num": "", ".": "."}[form]
    return ("ssn", f"ssn_{form}", by.join([f"{area:03d}", f"{rng.randrange(1, 100):02d}", f"{rng.randrange(1, 10000):04d}"]))


FIELDS = {
    "pan": pan, "iban": iban, "ssn": ssn,
    "last4": lambda context: digits(context.rng, 4),
    "track2": lambda context: [";", pan(context, "visa,mc"), "=" + draw(context.rng, "2%d") + context.rng.choice(["03", "07", "11"]) + "201" + digits(context.rng, 10) + "?"],
    "maskpan": lambda context: context.rng.choice(["**** **** **** ", "XXXX-XXXX-XXXX-", "•••• ", "xxxxxxxxxxxx", "411111******"]) + digits(context.rng, 4),
    "notluhn": lambda context: (lambda body: body + str((int(luhn(body)) + context.rng.randrange(1, 10)) % 10))(digits(context.rng, 15, ["4", "5", "6", "8"])),
    "bic": lambda context: context.rng.choice(["DEUTDEFF", "BNPAFRPP", "INGBNL2A", "NDEASESS", "BARCGB22", "UBSWCHZH", "CHASUS33", "BOFAUS3N", "ITAUBRSP", "MHCBJPJT"]) + context.rng.choice(["", "XXX", "500"]),
}
