"""Fields of payment cards and IBANs, with check digits.

Enters: a Row. Leaves: labelled text; also look-alikes that fail the check. Never here: tokens (keys.py).
"""

from checks import ean, luhn, luhn_sum, mod97, weighted
from template import field, form

BRANDS = {
    "visa": ("4{d14}", "4539{d11}", "4916{d11}", "4024{d11}"), "mastercard": ("5{r1-5}{d13}", "2{r221-720}{d11}"), "amex": ("34{d12}", "37{d12}"), "discover": ("6011{d11}", "65{d13}"),
    "diners": ("36{d11}", "305{d10}"), "jcb": ("35{r28-89}{d11}",), "unionpay": ("62{d13}", "62{d16}"), "maestro": ("6759{d11}", "5018{d11}"), "mir": ("220{r0-4}{d11}",),
    "elo": ("636368{d9}",), "troy": ("9792{d11}",), "rupay": ("6521{d11}",), "dankort": ("5019{d11}",), "hipercard": ("606282{d9}",), "bancontact": ("6703{d11}",), "verve": ("506{r100-199}{d12}",),
}
USUAL = ("visa", "visa", "mastercard", "mastercard", "amex", "discover", "jcb", "diners", "unionpay")


@field("pan")
def pan(row, who, argument):
    """`‹pan›` digits only, `‹pan: ›` in groups with that between, `‹pan:brand=…›` one brand, `‹pan:any›` all brands."""
    rng = row.rng
    brand = argument[6:] if argument.startswith("brand=") else rng.choice(list(BRANDS) if argument == "any" else USUAL)
    text = luhn(form(rng, rng.choice(BRANDS[brand])))
    between = {"sp": " ", "dash": "-", "dot": ".", "nbsp": "\u00a0"}.get(argument, "")
    if between:
        groups = (4, 6, 5) if len(text) == 15 else (4, 6, 4) if len(text) == 14 else (4, 4, 4, 4, 4)
        parts, at = [], 0
        for size in groups:
            parts.append(text[at:at + size])
            at += size
        text = between.join(part for part in parts if part)
    return text, "pan", brand


IBANS = {
    "DE": "{d18}", "AT": "{d16}", "CH": "{d5}{d12}", "FR": "{d10}{u11}{d2}", "NL": "INGB{d10}", "BE": "{d12}", "IT": "{Z1}{d10}{d12}", "ES": "{d20}", "PT": "{d21}", "GB": "NWBK{d14}", "IE": "BOFI{d14}", "PL": "{d24}",
    "CZ": "{d20}", "SK": "{d20}", "HU": "{d24}", "RO": "BTRL{u16}", "BG": "UNCR{d6}{u8}", "GR": "{d23}", "HR": "{d17}", "SI": "{d15}", "RS": "{d18}", "UA": "{d6}{u19}", "SE": "{d20}", "NO": "{d11}", "DK": "{d14}",
    "FI": "{d14}", "IS": "{d22}", "EE": "{d16}", "LV": "HABA{u13}", "LT": "{d16}", "LU": "{d3}{u13}", "MT": "VALL{d5}{u18}", "CY": "{d8}{u16}", "TR": "{d5}0{u16}", "IL": "{d19}", "EG": "{d25}", "AE": "{d19}", "SA": "{d2}{u18}",
    "GE": "NB{d16}", "QA": "QNBA{u21}", "KW": "CBKU{u22}", "BR": "{d23}{Z1}1", "LI": "{d5}{u12}", "MC": "{d10}{u11}{d2}", "KZ": "{d3}{u13}", "PK": "HABB{u16}",
}


@field("iban")
def iban(row, who, argument):
    """`‹iban›` bare, `‹iban:sp›` in fours, `‹iban:low›` small, `‹iban:any›` of any country; the country of the row where it has one."""
    country = who[1] if who[1] in IBANS and argument != "any" else row.rng.choice(sorted(IBANS))
    body = form(row.rng, IBANS[country])
    if country == "BE":
        body = f"{body[:10]}{int(body[:10]) % 97 or 97:02}"
    elif country == "NO":
        while (check := -weighted(body, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) == 10:
            body = form(row.rng, IBANS[country])
        body = body[:10] + str(check)
    elif country == "ES":
        inner = [-weighted(part, (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 for part in ("00" + body[:8], body[10:])]
        body = body[:8] + "".join(str(1 if one == 10 else one) for one in inner) + body[10:]
    text = f"{country}{98 - mod97(body + country + '00'):02}{body}"
    if argument == "sp":
        text = " ".join(text[at:at + 4] for at in range(0, len(text), 4))
    if argument == "low":
        text = text.lower()
    return text, "iban", country


@field("noluhn")
def noluhn(row, who, argument):
    """Digits of a form that fail Luhn: nobody's card."""
    text = form(row.rng, argument)
    if luhn_sum("".join(one for one in text if one.isdigit())) % 10 == 0:
        text = text[:-1] + str((int(text[-1]) + 1) % 10)
    return text


@field("masked")
def masked(row, who, argument):
    return form(row.rng, row.rng.choice(("**** **** **** {d4}", "4{d3} 12** **** {d4}", "XXXXXXXXXXXX{d4}", "5{d5}******{d4}", "•••• {d4}")))


@field("ean")
def ean_of(row, who, argument):
    return ean(form(row.rng, argument))


@field("lei")
def lei(row, who, argument):
    body = form(row.rng, "{n4}00{u12}")
    return f"{body}{98 - mod97(body + '00'):02}"


@field("isin")
def isin(row, who, argument):
    body = form(row.rng, row.rng.choice(("US{u9}", "DE000{u6}", "GB00{u7}", "FR00{d7}")))
    return body + luhn("".join(str(int(one, 36)) for one in body))[-1]
