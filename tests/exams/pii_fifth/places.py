"""Streets, towns, telephones.

Enters: a cell's context; lists of streets and towns. Leaves: labelled addresses and telephone numbers, towns and post codes without label.
Never here: names of persons.
"""

import pathlib
import random
import re

WORDS = pathlib.Path(__file__).parent / "words"
SAME = {"jr": "us", "krr": "us", "inr": "in", "sa": "ae", "ilr": "gb"}
HOUSE_FIRST = {"us", "ca", "qc", "gb", "ie", "fr", "in", "aer"}
PHONES = {  # country code, trunk, national forms without trunk (N is 2 to 9)
    "us": ("1", "", ["@-NXX-XXXX", "@-555-01XX"]), "ca": ("1", "", ["@-NXX-XXXX", "@-555-01XX"]), "gb": ("44", "0", ["7700 900XXX", "20 7946 0XXX", "161 496 0XXX", "79XX XXXXXX"]),
    "ie": ("353", "0", ["86 NXX XXXX", "1 NXX XXXX", "21 4XX XXXX"]), "de": ("49", "0", ["151 NXXXXXXX", "30 NXXXXXX", "89 NXXXXX-XX", "176 NXXX XXXX", "221 NXX XX XX"]),
    "at": ("43", "0", ["664 NXXXXXX", "1 NXX XX XX", "676 NXX XXXX"]), "ch": ("41", "0", ["79 NXX XX XX", "44 NXX XX XX", "76 NXX XX XX"]),
    "fr": ("33", "0", ["6 39 98 XX XX", "1 70 18 XX XX", "7 NX XX XX XX", "4 NX XX XX XX"]), "be": ("32", "0", ["47N XX XX XX", "2 NXX XX XX", "9 NXX XX XX"]),
    "nl": ("31", "0", ["6 NXXXXXXX", "20 NXX XXXX", "30 NXX XX XX"]), "es": ("34", "", ["6NX XXX XXX", "91 NXX XX XX", "93 NXX XX XX", "7NX XX XX XX"]),
    "pt": ("351", "", ["91N XXX XXX", "21N XXX XXX", "96N XXX XXX"]), "it": ("39", "", ["34N XXXXXXX", "02 NXXXXXXX", "33N XXX XXXX", "06 NXXX XXXX"]),
    "se": ("46", "0", ["70-NXX XX XX", "8-NXX XX XX", "31-NXX XX XX", "73 NXX XX XX"]), "no": ("47", "", ["4XX XX XXX", "9X XX XX XX", "22 XX XX XX"]),
    "dk": ("45", "", ["NX XX XX XX", "31 XX XX XX", "42 XX XX XX"]), "fi": ("358", "0", ["40 NXXXXXX", "50 NXX XXXX", "9 NXX XXXX"]), "is": ("354", "", ["69N XXXX", "55N XXXX"]),
    "pl": ("48", "", ["5NX XXX XXX", "22 NXX XX XX"]), "tr": ("90", "0", ["532 NXX XX XX", "212 NXX XX XX"]), "mx": ("52", "", ["55 NXXX XXXX", "33 NXXX XXXX", "81 NXXX XXXX"]),
    "ar": ("54", "", ["11 4XXX-XXXX", "351 4XX-XXXX"]), "cl": ("56", "", ["9 NXXX XXXX", "2 2XXX XXXX"]), "co": ("57", "", ["31N XXX XXXX", "60N XXX XXXX"]),
    "br": ("55", "", ["(11) 9NXXX-XXXX", "(21) 9NXXX-XXXX", "(31) 3XXX-XXXX"]), "in": ("91", "", ["98NXX XXXXX", "80 4XXX XXXX", "7NXXX XXXXX", "9NXXX-XXXXX"]),
    "jp": ("81", "0", ["90-NXXX-XXXX", "3-NXXX-XXXX", "80-NXXX-XXXX", "6-NXXX-XXXX"]), "kr": ("82", "0", ["10-NXXX-XXXX", "2-NXX-XXXX", "10-NXXX-XXXX"]),
    "ae": ("971", "0", ["50 NXX XXXX", "4 NXX XXXX", "55-NXXXXXX"]), "sa": ("966", "0", ["50 NXX XXXX", "11 NXX XXXX"]), "il": ("972", "0", ["50-NXXXXXX", "3-NXXXXXX", "54-NXX-XXXX"]),
}
AREAS = {"us": "312 415 512 617 206 404 305 602 646 713 503 919".split(), "ca": "416 604 514 403 902".split()}
PHONES_OF = {"qc": "ca", "jr": "jp", "krr": "kr", "aer": "ae", "ilr": "il", "inr": "in"}


def load():
    lists = {}
    for line in (WORDS / "places.txt").read_text(encoding="utf-8").splitlines():
        if ":" in line and not line.startswith("#"):
            head, _, rest = line.partition(":")
            lists[tuple(head.split())] = [one.strip() for one in rest.split(";" if head.endswith("town") else ",")]
    return lists


PLACES = load()


def home(context):
    """The same place for every field of a row and person: (place, street with number, flat, post code, town, region)."""
    place = SAME.get(context.place, context.place)
    rng = random.Random(f"{context.base}/{place}/{context.key}/home")
    street, town = rng.choice(PLACES[place, "street"]), rng.choice(PLACES[place, "town"]).split("|")
    number = str(rng.choice([rng.randrange(1, 40), rng.randrange(1, 220)]))
    flat = ""
    if place in ("us", "ca"):
        number = str(rng.randrange(100, 9900))
        flat = rng.choice(["", "", f" Apt {rng.randrange(1, 30)}{rng.choice('ABCD')}", f" Unit {rng.randrange(2, 900)}", f" #{rng.randrange(1, 60)}"])
    if place == "jp":
        line = f"{street}{rng.randrange(1, 9)}-{rng.randrange(1, 30)}-{rng.randrange(1, 20)}" + rng.choice(["", "", f" メゾン桜{rng.randrange(101, 909)}号室"])
    elif place == "kr":
        line = f"{street} {number}" + rng.choice(["", f", {rng.randrange(101, 120)}동 {rng.randrange(101, 2500)}호"])
    elif place == "in":
        line = rng.choice([f"{number}, {street}", f"Flat {rng.randrange(101, 909)}, Sai Residency, {street}", f"H.No. {number}/{rng.randrange(1, 9)}, {street}"])
    elif place in ("ae", "aer"):
        line = f"{street} {number}" if place == "ae" else rng.choice([f"Villa {number}, {street}", f"Apartment {rng.randrange(101, 3300)}, {street}"])
    elif place in HOUSE_FIRST:
        line = f"{number} {street}"
        if place == "gb":
            line = rng.choice(["", "", "Flat 3, ", "Flat 12B, "]) + line
        if place == "fr":
            line = rng.choice([line, line, f"{number} bis {street}"])
    elif place == "co":
        line = f"{street} # {rng.randrange(1, 99)}-{rng.randrange(10, 99)}"
    elif place in ("es", "pt", "it", "br"):
        line = f"{street}, {number}" + {"es": rng.choice(["", ", 3º B", ", bajo izq."]), "pt": rng.choice(["", ", 2.º Esq."]), "br": rng.choice(["", f" - apto {rng.randrange(11, 180)}"]), "it": ""}[place]
    else:
        line = f"{street} {number}" + (rng.choice(["", "", "a", "b"]) if place in ("de", "at", "ch", "nl") else "")
    return [place, line + flat] + town


def whole(context, form="line"):
    place, street, code, town, region = home(context)
    by = "\n" if form == "lines" else ", "
    if place in ("us", "ca", "qc"):
        text = f"{street}{by}{town}{',' if place != 'qc' else ''} {region if place != 'qc' else '(Québec)'} {code}"
    elif place in ("gb", "ie"):
        text = f"{street}{by}{town}{by if place == 'ie' else ' '}{code}"
    elif place == "jp":
        text = context.rng.choice([f"〒{code} {street}", street])
    elif place == "kr":
        text = context.rng.choice([street, f"({code}) {street}"])
    elif place == "in":
        text = f"{street}{by}{town} {context.rng.choice(['', '- '])}{code}"
    elif place in ("ae", "aer"):
        comma = "، " if place == "ae" else ", "
        text = f"{street}{comma}{region}{comma}{town}" + (f" {code}" if code != "0" else "")
    elif place == "br":
        text = f"{street}{by}{town} - {region}{by}{code}"
    elif place in ("mx", "it"):
        text = f"{street}{by}{code} {town}" + (f" ({region})" if place == "it" else f", {region}")
    else:
        text = f"{street}{by}{code} {town}"
    return ("address", f"{place}_{form}", text)


def phone(context, form="any"):
    place = PHONES_OF.get(context.place, context.place)
    code, trunk, forms = PHONES[place]
    body = context.rng.choice(forms)
    body = re.sub("[NX]", lambda match: context.rng.choice("23456789" if match.group() == "N" else "0123456789"), body)
    body = body.replace("@", context.rng.choice(AREAS.get(place, ["0"])))
    bare = re.sub(r"\D", "", body)
    form = context.rng.choice(["nat", "nat", "int", "e164"]) if form == "any" else form
    national = trunk + body
    if place in AREAS:
        area, mid, last = body.split("-")
        national = context.rng.choice([body, f"({area}) {mid}-{last}", f"{area}.{mid}.{last}", f"({area}) {mid}-{last}", f"1-{body}"])
    elif trunk and place in ("de", "at") and context.rng.random() < 0.4:
        national = (trunk + body).replace(" ", context.rng.choice(["/", "-", " / "]), 1)
    elif trunk and place == "gb" and context.rng.random() < 0.3:
        national = "(" + (trunk + body).replace(" ", ") ", 1)
    text = {"nat": national, "int": f"+{code} {body}", "e164": f"+{code}{bare}", "bare": trunk + bare, "00": f"00{code}{bare}", "cc": f"{code}{bare}",
            "zero": f"+{code} (0){body}", "dash": f"{code}-{body}".replace(" ", "-"), "ext": f"{national} x{context.rng.randrange(100, 9999)}"}[form]
    return ("phone", f"{place}_{form}", text)


FIELDS = {
    "addr": whole, "tel": phone,
    "street": lambda context: ("address", f"{context.place}_street", home(context)[1]),
    "zip": lambda context: home(context)[2] if home(context)[2] != "0" else "",
    "town": lambda context: home(context)[3],
    "state": lambda context: home(context)[4],
}
