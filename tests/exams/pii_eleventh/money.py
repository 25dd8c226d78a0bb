"""Fields of money: card numbers with Luhn, IBANs with their check digits, CVV-less tracks.

Enters: dice. Leaves: the fields pan, iban, track and the look-alikes that are built from cards. Never here: persons.
"""

from template import field, shape as shaped

BRANDS = {"visa": ("4", 16), "mastercard": ("5#", 16), "mastercard2": ("22#", 16), "amex": ("37", 15), "discover": ("6011", 16), "jcb": ("352", 16), "diners": ("36", 14), "maestro": ("6759", 18),
          "unionpay": ("62", 16), "unionpay19": ("62", 19), "mir": ("2200", 16), "elo": ("636368", 16), "troy": ("9792", 16), "rupay": ("6521", 16), "visa19": ("4", 19), "amex34": ("34", 15)}
BBAN = {"DE": "#{18}", "AT": "#{16}", "CH": "#{17}", "NL": "????#{10}", "BE": "#{12}", "IT": "?#{22}", "ES": "#{20}", "PT": "#{21}", "GB": "????#{14}", "IE": "????#{14}", "SE": "#{20}", "NO": "#{11}",
        "DK": "#{14}", "FI": "#{14}", "PL": "#{24}", "CZ": "#{20}", "SK": "#{20}", "HU": "#{24}", "RO": "????#{16}", "BG": "????#{14}", "GR": "#{23}", "TR": "#{5}0#{16}", "UA": "#{25}", "HR": "#{17}", "SI": "#{15}", "EE": "#{16}",
        "LT": "#{16}", "LV": "????#{13}", "IL": "#{19}", "AE": "#{19}", "EG": "#{25}", "BR": "#{23}?#", "FR": "#{23}", "LU": "#{16}", "SA": "#{20}", "MT": "????#{23}"}


def luhn(body):
    """Check digit behind `body`."""
    total = sum(sum(divmod(int(one) * (2 if place % 2 == 0 else 1), 10)) for place, one in enumerate(reversed(body)))
    return str(-total % 10)


def card(dice, brand):
    start, size = BRANDS[brand]
    start = {"5#": "5" + dice.choice("12345"), "22#": "22" + dice.choice("3456789"), "352": "35" + dice.choice("3456789")}.get(start, start)
    body = start + "".join(dice.choice("0123456789") for _ in range(size - 1 - len(start)))
    return body + luhn(body)


def grouped(number, between):
    if len(number) in (14, 15):
        return between.join((number[:4], number[4:10], number[10:]))
    return between.join(number[at:at + 4] for at in range(0, len(number), 4))


@field("pan")
def pan(row, who, form="any", brands=""):
    brand = row.rng.choice(brands.split(",") if brands else ["visa", "visa", "mastercard", "mastercard", "amex", "discover", "mastercard2", "jcb", "diners", "unionpay"])
    number = card(row.rng, brand)
    if form == "any":
        form = row.rng.choice(["bare", "space", "dash"])
    return {"bare": number, "space": grouped(number, " "), "dash": grouped(number, "-"), "dot": grouped(number, ".")}[form], "pan", f"card_{brand}"


@field("track2")
def track2(row, who):
    return [";", (card(row.rng, row.rng.choice(["visa", "mastercard"])), "pan", "card_track2"), "=" + shaped(row.rng, "2#0#101#{9}") + "?"]


def iban_of(dice, code):
    bban = shaped(dice, BBAN[code])
    number = "".join(str(int(one, 36)) for one in bban + code + "00")
    return f"{code}{98 - int(number) % 97:02d}{bban}"


@field("iban")
def iban(row, who, form="bare", country=""):
    code = row.rng.choice(country.split(",")) if country else who[1] if who[1] in BBAN else "LU"
    text = iban_of(row.rng, code)
    if form == "any":
        form = row.rng.choice(["bare", "space"])
    return {"bare": text, "space": grouped_iban(text), "lower": text.lower()}[form], "iban", f"iban_{code}"


def grouped_iban(text):
    return " ".join(text[at:at + 4] for at in range(0, len(text), 4))


@field("masked_card")
def masked_card(row, who):
    last = shaped(row.rng, "####")
    return row.rng.choice([f"**** **** **** {last}", f"XXXX-XXXX-XXXX-{last}", f"411111******{last}", f"•••• {last}"])


@field("no_luhn")
def no_luhn(row, who):
    """Sixteen digits that are no card: the last digit is wrong, the first is none of a brand."""
    body = shaped(row.rng, "8#{14}")
    return body + str((int(luhn(body)) + row.rng.randint(1, 9)) % 10)


@field("luhn_end")
def luhn_end(row, who, pattern):
    """A number of things that ends in a Luhn digit (IMEI, ICCID)."""
    body = shaped(row.rng, pattern)
    return body + luhn(body)


@field("rf")
def rf(row, who):
    """A creditor's reference (ISO 11649); it has check digits and belongs to an invoice."""
    body = shaped(row.rng, "#{9}")
    return f"RF{98 - int(body + '271500') % 97:02d}{body}"
