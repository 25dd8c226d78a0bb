"""People: names, mail, telephones, addresses, birthdays.

Enters: `words/people_*.txt` and `words/hosts.txt`. Leaves: the fields full, rev, caps, given, family, short, email, phone, addr, street, city, zip, dob …
Never here: documents, cards.
"""

import datetime
import pathlib
import unicodedata

from template import field, shape

WORDS = pathlib.Path(__file__).parent / "words"
COUNTRIES = {}
FOLD = str.maketrans({"ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ß": "ss", "æ": "ae", "Æ": "ae", "ı": "i", "ð": "d", "þ": "th", "Þ": "th", "œ": "oe",
                      "ə": "e", "Ə": "e"})


def read():
    for path in sorted(WORDS.glob("people_*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("== "):
                _, code, lang, order = line.split()
                country = COUNTRIES[code] = {"lang": lang, "order": order}
            elif line.strip():
                key, _, rest = line.partition(" ")
                country[key] = rest.split("|") if key in "apx" else rest.split(";" if key == "c" else ",")
    for code, country in COUNTRIES.items():
        country["c"] = [tuple(pair.split("=")) for pair in country["c"]]


read()
HOSTS = (WORDS / "hosts.txt").read_text(encoding="utf-8").split()


def fold(text):
    plain = unicodedata.normalize("NFD", text.translate(FOLD)).encode("ascii", "ignore").decode().lower()
    return "".join(sign for sign in plain if sign.isalnum())


class Person:
    """Somebody of COUNTRY; all that is not asked for each time anew."""

    def __init__(self, code, rng):
        country = COUNTRIES[code]
        self.code, self.country = code, country
        self.female = rng.random() < 0.5
        self.given = rng.choice(country["f" if self.female else "m"])
        forms = rng.choice(country["n"]).split("/")
        self.family = forms[-1 if self.female else 0]
        self.born = datetime.date(1941, 1, 1) + datetime.timedelta(days=rng.randrange(23500))
        self.place = rng.choice(country["c"])
        self.zip = shape(self.place[0], rng)
        self.street_name, self.number, self.unit = rng.choice(country["s"]), str(rng.choice([rng.randrange(1, 40), rng.randrange(1, 190)])), str(rng.randrange(1, 60))
        one, two = fold(self.given), fold(self.family)
        if len(one) < 2 or len(two) < 2:
            one, two = rng.choice(country["l"]).split(".")
        self.latin = (one, two)
        year = str(self.born.year)
        local = rng.choice([f"{one}.{two}", f"{one[0]}.{two}", f"{one}{two}", f"{two}{one[0]}", f"{one}_{two}{year[2:]}", f"{one}.{two}+promo", f"{one}{year}", f"{two}.{one}"])
        self.email = f"{local}@{rng.choice(HOSTS)}"
        self.login = f"{one[0]}{two}"[:9] + str(rng.randrange(1, 99))

    def name(self, how="full"):
        order = self.country["order"]
        if how == "rev":
            return f"{self.family}, {self.given}"
        if order == "FG":
            return self.family + self.given
        return f"{self.family} {self.given}" if order == "F_G" else f"{self.given} {self.family}"

    def line(self, template):
        for key, value in (("$s", self.street_name), ("$n", self.number), ("$u", self.unit), ("$z", self.zip), ("$c", self.place[1])):
            template = template.replace(key, value)
        return template


def names(name, make):
    field(name, "person", name)(lambda row, who, arg: make(who))


names("full", lambda who: who.name())
names("rev", lambda who: who.name("rev"))
names("caps", lambda who: who.name().upper())
names("lower", lambda who: who.name().lower())
names("given", lambda who: who.given)
names("family", lambda who: who.family)
names("familycaps", lambda who: who.family.upper())
names("short", lambda who: f"{who.given[0]}. {who.family}")
names("behind", lambda who: f"{who.family} {who.given[0]}.")
names("middle", lambda who: f"{who.given} {'ABDEHJLMRT'[len(who.family) % 10]}. {who.family}")
names("both", lambda who: f"{who.family} {who.given}")
names("hl7", lambda who: f"{who.family}^{who.given}")
names("track", lambda who: f"{who.latin[1]}/{who.latin[0]}".upper())


@field("latin", "person", "transcribed")
def latin(row, who, arg):
    return " ".join(part.capitalize() for part in who.latin)


@field("email", "email", "mail")
def email(row, who, arg):
    return {"url": who.email.replace("@", "%40").replace("+", "%2B"), "caps": who.email.upper()}.get(arg, who.email)


@field("login")
def login(row, who, arg):
    return who.login


@field("phone")
def phone(row, who, arg):
    """A telephone of the person's country; `i` only with a plus or 00, `n` only national, `d` plus and digits alone, `b` digits alone with the country's number."""
    forms = who.country["p"]
    if arg in ("i", "d", "b"):
        forms = [form for form in forms if form.startswith("+")]
    elif arg == "n":
        forms = [form for form in forms if not form.startswith(("+", "00"))] or forms
    made = shape(row.rng.choice(forms), row.rng).replace("[", "(").replace("]", ")")
    if arg in ("d", "b"):
        made = ("+" if arg == "d" else "") + "".join(sign for sign in made.replace("(0)", "").split(" x")[0].split(" ext")[0] if sign.isdigit())
    return [(made, "phone", who.code)]


@field("addr")
def addr(row, who, arg):
    made = who.line(row.rng.choice(who.country["a"]))
    return [(made.replace(", ", "\n") if arg == "lines" else made.upper() if arg == "caps" else made, "address", who.code)]


@field("street")
def street(row, who, arg):
    return [(who.line(row.rng.choice(who.country["x"])), "address", who.code)]


@field("city")
def city(row, who, arg):
    return who.place[1]


@field("zip")
def zip_(row, who, arg):
    return who.zip


@field("dob", "dob")
def dob(row, who, arg):
    return who.born.strftime(arg or "%Y-%m-%d")


@field("sex")
def sex(row, who, arg):
    return "F" if who.female else "M"
