"""Numbers that stand for a person, and ways to reach one.

Enters: a random source. Leaves: one plain string each; PANs pass Luhn, IBANs have the length and check digits of their country. Never here: labels.
"""

import datetime
import random
import urllib.parse

import people
from people import digits

# country: calling code; whether national numbers begin with a trunk digit; national forms; the same behind `+code`
PHONES = {
    "US": ("1", True, "({area}) NN#-####|{area}-NN#-####|{area}.NN#.####|1-{area}-NN#-####", "{area} NN# ####|({area}) NN#-####|{area}-NN#-####"),
    "GB": ("44", True, "020 7### ####|077## ######|0161 ### ####|(0117) ### ####", "20 7### ####|77## ######|(0)161 ### ####"),
    "IE": ("353", True, "01 ### ####|08N ### ####|(021) ### ####", "1 ### ####|86 ### ####"),
    "DE": ("49", True, "030 #######|0151 ########|089/#######|(0221) ######|0171-#######", "30 #######|151 ########|(0)89 #######"),
    "AT": ("43", True, "01 5######|0664 #######|0316/8#####", "1 5######|664 #######"),
    "CH": ("41", True, "044 ### ## ##|079 ### ## ##", "44 ### ## ##|79 ### ## ##"),
    "FR": ("33", True, "01 4# ## ## ##|06 ## ## ## ##|06.##.##.##.##|04########", "1 4# ## ## ##|6 ## ## ## ##"),
    "BE": ("32", True, "02 5## ## ##|0475 ## ## ##", "2 5## ## ##|475 ## ## ##"),
    "NL": ("31", True, "020 ### ####|06-1#######|06 2### ####", "20 ### ####|6 2#######"),
    "ES": ("34", False, "91# ## ## ##|6## ### ###", "91# ## ## ##|6## ### ###"),
    "PT": ("351", False, "21# ### ###|91# ### ###", "21# ### ###|91# ### ###"),
    "IT": ("39", True, "02 #### ####|06 #######|02/#######", "02 #### ####|347 #######"),
    "SE": ("46", True, "08-### ## ##|070-### ## ##", "8 ### ## ##|70 ### ## ##"),
    "NO": ("47", False, "22 ## ## ##|9## ## ###", "22 ## ## ##|9## ## ###"),
    "DK": ("45", False, "33 ## ## ##|40 ## ## ##", "33 ## ## ##|40 ## ## ##"),
    "FI": ("358", True, "09 ### ####|040 ### ####|050 #######", "9 ### ####|40 ### ####"),
    "PL": ("48", False, "22 ### ## ##|60# ### ###", "22 ### ## ##|60# ### ###"),
    "CZ": ("420", False, "2## ### ###|60# ### ###", "2## ### ###|60# ### ###"),
    "HU": ("36", True, "06 1 ### ####|06 30 ### ####|06-20-###-####", "1 ### ####|30 ### ####"),
    "RO": ("40", True, "021 ### ## ##|07## ### ###", "21 ### ## ##|7## ### ###"),
    "GR": ("30", False, "210 ### ####|69# ### ####", "210 ### ####|69# ### ####"),
    "TR": ("90", True, "0212 ### ## ##|0532 ### ## ##|(0312) ### ## ##", "212 ### ## ##|532 ### ## ##"),
    "RU": ("7", True, "8 (495) ###-##-##|8 916 ###-##-##|8916#######", "495 ###-##-##|(916) ###-##-##"),
    "UA": ("380", True, "044 ### ## ##|067 ### ## ##|(050) ###-##-##", "44 ### ## ##|67 ### ## ##"),
    "IL": ("972", True, "03-###-####|052-#######", "3-###-####|52-###-####"),
    "SA": ("966", True, "011 4## ####|050 ### ####", "11 4## ####|50 ### ####"),
    "AE": ("971", True, "04 3## ####|050 ### ####", "4 3## ####|50 ### ####"),
    "IN": ("91", True, "011-2### ####|098### #####|022 2### ####", "98### #####|22 2### ####"),
    "CN": ("86", True, "010-6### ####|021-5#######|0755-########", "10 6### ####|138 #### ####"),
    "JP": ("81", True, "03-5###-####|090-####-####|06-6###-####", "3-5###-####|90-####-####"),
    "KR": ("82", True, "02-###-####|010-####-####", "2-###-####|10-####-####"),
    "VN": ("84", True, "024 3### ####|090 ### ####", "24 3### ####|90 ### ####"),
    "TH": ("66", True, "02 ### ####|081-###-####", "2 ### ####|81 ### ####"),
    "AU": ("61", True, "(02) 9### ####|04## ### ###|03 9### ####", "2 9### ####|4## ### ###"),
    "BR": ("55", True, "(11) 9####-####|(21) 3###-####|(41) 9####-####", "11 9####-####|21 3###-####"),
    "MX": ("52", False, "55 #### ####|33 #### ####", "55 #### ####|33 #### ####"),
    "ZA": ("27", True, "011 ### ####|082 ### ####", "11 ### ####|82 ### ####"),
    "CA": ("1", True, "({area}) NN#-####|{area}-NN#-####", "{area} NN# ####|{area}-NN#-####"),
}


AREAS = {"US": "212 305 312 404 415 503 512 602 617 702 713 718 801 919".split(), "CA": "416 514 604 613 403 905".split()}


def phone(rng, country, form):
    """`form`: national, spaced (+49 …), e164, zeros (0049 …), ext or any."""
    code, _, national, international = PHONES[country]
    form = rng.choice(["national", "spaced", "e164"]) if form == "any" else form
    area = rng.choice(AREAS.get(country, [""]))
    if form == "national":
        return digits(rng, rng.choice(national.split("|"))).replace("{area}", area)
    rest = digits(rng, rng.choice(international.split("|"))).replace("{area}", area)
    bare = "".join(filter(str.isdigit, rest.replace("(0)", "")))
    if form == "e164":
        return f"+{code}{bare}"
    if form == "zeros" and country not in ("US", "CA", "RU"):
        return f"00{code} {rest.replace('(0)', '')}"
    if form == "ext":
        return f"+{code} {rest}" + rng.choice([" ext. ", " x", " ext "]) + digits(rng, "N##")
    return f"+{code}{rng.choice([' ', ' ', '-'])}{rest}"


def luhn(body):
    """`body` with its check digit."""
    total = sum(sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10)) for place, digit in enumerate(reversed(body)))
    return body + str(-total % 10)


BRANDS = {"visa": ("4", 16), "mastercard": ("5#", 16), "mastercard2": ("2[3-6]", 16), "amex": ("37", 15), "discover": ("6011", 16), "jcb": ("3530", 16), "diners": ("36", 14), "unionpay": ("62", 16)}


def pan(rng, brand, grouping):
    prefix, length = BRANDS[brand]
    prefix = prefix.replace("5#", "5" + rng.choice("12345")).replace("2[3-6]", "2" + rng.choice("3456"))
    number = luhn(prefix + digits(rng, "#" * (length - 1 - len(prefix))))
    sizes = {16: (4, 4, 4, 4), 15: (4, 6, 5), 14: (4, 6, 4)}[length]
    groups, at = [], 0
    for size in sizes:
        groups.append(number[at:at + size])
        at += size
    return grouping.join(groups)


BBAN = {"DE": "#" * 18, "FR": "#" * 10 + "#" * 11 + "##", "GB": "AAAA" + "#" * 14, "NL": "AAAA" + "#" * 10, "ES": "#" * 20, "IT": "A" + "#" * 22, "PL": "#" * 24, "SE": "#" * 20, "CH": "#" * 17, "AT": "#" * 16, "BE": "#" * 12, "IE": "AAAA" + "#" * 14, "NO": "#" * 11, "DK": "#" * 14, "FI": "#" * 14, "PT": "#" * 21, "CZ": "#" * 20, "TR": "#####0" + "#" * 16, "AE": "#" * 19, "SA": "#" * 20, "HU": "#" * 24, "RO": "AAAA" + "#" * 16, "GR": "#" * 23, "LU": "#" * 16, "IL": "#" * 19}


def iban(rng, country, form):
    """`form`: upper, lower, spaced or `lower spaced`."""
    body = digits(rng, BBAN[country])
    number = int("".join(str(int(sign, 36)) for sign in body + country + "00"))
    text = f"{country}{98 - number % 97:02}{body}"
    if "spaced" in form:
        text = " ".join(text[at:at + 4] for at in range(0, len(text), 4))
    return text.lower() if "lower" in form else text


def ssn(rng, separator):
    area = rng.choice([rng.randrange(1, 666), rng.randrange(667, 773)])
    return f"{area:03}{separator}{rng.randrange(1, 100):02}{separator}{rng.randrange(1, 10000):04}"


def birthday(rng):
    return datetime.date(1938, 1, 1) + datetime.timedelta(days=rng.randrange(68 * 365))


DATES = {"iso": "%Y-%m-%d", "us": "%m/%d/%Y", "dots": "%d.%m.%Y", "slashes": "%d/%m/%Y", "words": "%d %b %Y", "long": "%B %d, %Y", "compact": "%Y%m%d", "time": "%Y-%m-%d 00:00:00.000", "dashes": "%d-%m-%Y"}


def dob(rng, form):
    return birthday(rng).strftime(DATES[form])


HOSTS = "postwinkel.de brightmailbox.com correolibre.es boitelettres.fr quietinbox.net pocztowka.pl lakesidepost.co.uk mailhaven.io cartaviva.com.br postbussen.se brevlinje.no kirjepesa.fi hudson-ledger.com northgate-clinic.org".split()


def email(rng, lang="en", form="plain"):
    """`form`: plain, plus, upper, quoted, idn, punycode, unicode or percent."""
    given, surname, _ = people.parts(rng, lang if lang in people.LATIN else rng.choice(["en", "de", "fr"]))
    first, last = people.ascii_word(given), people.ascii_word(surname)
    local = rng.choice([f"{first}.{last}", f"{first[0]}{last}", f"{last}{rng.randrange(60, 99)}", f"{first}_{last}", f"{first}{last[0]}", f"{last}.{first}", f"{first}-{last}"])
    host = rng.choice(HOSTS)
    if form == "plus":
        local += "+" + rng.choice(["shop", "news", "bank2026", "test", "returns"])
    if form == "quoted":
        return f'"{given} {surname.split()[0]}"@{host}'
    if form == "idn":
        host = rng.choice(["bäckerei-köhler.de", "crédit-rivière.fr", "żółtypost.pl", "почтовик.рф"])
    if form == "punycode":
        host = rng.choice(["bäckerei-köhler.de", "crédit-rivière.fr"]).encode("idna").decode()
    if form == "unicode":
        local = f"{given}.{surname}".lower().replace(" ", "").replace("'", "")
    address = f"{local}@{host}"
    if form == "percent":
        return urllib.parse.quote(address, safe="")
    return address.upper() if form == "upper" else address


def uniform(rng: random.Random, letters, length):
    return "".join(rng.choice(letters) for _ in range(length))
