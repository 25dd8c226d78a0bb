"""Fields of people: names, mail, birthdays, addresses, telephones.

Enters: words/people.txt, phones.txt, places.txt. Leaves: Person, fields `full`, `given`, `family`, `rev`, `upper`, `initial`, `email`, `dob`, `addr`, `street`, `phone` …
Never here: numbers of documents.
"""

import collections
import datetime
import unicodedata

from template import field, word_lines

Population = collections.namedtuple("Population", "lang order given family")
PEOPLE, PHONES, PLACES = {}, {}, {}
TWIN = {"CT": "ES", "IH": "IN", "TA": "IN", "JK": "JP"}
NICKS = "korsun.t mbelle1987 sunny-dawn p.arvel kitolau dr.mavrik nana_oki z.abelov minho.dev t0masz bluefin88 irada.q hoshi-no-umi yara.m k.lantz rafi_dz oleh.b tamrin sevda90 noor.al.h".split()
HOSTS = "fastmail.example posteo.example inbox.example correo.example nordpost.example mail.example hotpost.example webmail.example.net clinic.example.org hanmail.example qmail.example zsk.example.com".split()
FOLD = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ı": "i", "þ": "th", "Þ": "Th", "ð": "d", "æ": "ae", "Æ": "Ae", "'": None, " ": None})

for _line in word_lines("people.txt"):
    _head, _given, _family = (part.split() for part in _line.split("|"))
    PEOPLE[_head[0]] = Population(_head[1], _head[2], [w.replace("_", " ") for w in _given], [w.replace("_", " ") for w in _family])
for _line in word_lines("phones.txt"):
    _country, _home, _abroad = (part.strip() for part in _line.split("|"))
    PHONES[_country] = ([one.strip() for one in _home.split(";")], [one.strip() for one in _abroad.split(";")])
for _line in word_lines("places.txt"):
    _country, _short, _long, _streets, _towns = (part.strip() for part in _line.split(" | "))
    PLACES[_country] = (_short, _long, [s.strip() for s in _streets.split(";")], [t.strip().split(",") for t in _towns.split(";")])


def digits(rng, pattern):
    """# any digit, N 2-9, X 1-9"""
    span = {"#": (0, 9), "N": (2, 9), "X": (1, 9)}
    return "".join(str(rng.randint(*span[one])) if one in span else one for one in pattern)


def ascii_of(text):
    text = unicodedata.normalize("NFD", text.translate(FOLD))
    return "".join(one for one in text if ord(one) < 128 and (one.isalnum() or one in "-."))


class Person:
    def __init__(self, rng, country):
        self.country, population = country, PEOPLE[country]
        self.order = population.order
        self.given, self.family = rng.choice(population.given), rng.choice(population.family)
        if self.order == "d":
            self.family += " " + rng.choice([name for name in population.family if name != self.family])
        self.born = datetime.date(1942, 1, 1) + datetime.timedelta(days=rng.randrange(365 * 64))
        self.male = rng.random() < 0.5
        self.mail, self.rng, self.papers = self.make_mail(rng), rng, {}

    @property
    def full(self):
        if self.order in "es":
            return self.family + ("" if self.order == "e" else " ") + self.given
        return f"{self.given} {self.family}"

    def make_mail(self, rng):
        given, family = ascii_of(self.given).lower(), ascii_of(self.family.split()[-1]).lower()
        if len(given) < 2 or len(family) < 2:
            given, family = rng.choice(NICKS), ""
        year = self.born.year
        local = rng.choice([f"{given}.{family}", f"{given[0]}{family}", f"{family}{year % 100:02}", f"{given}_{family}", f"{given}+shop"]) if family else given
        return f"{local.strip('._')}@{rng.choice(HOSTS)}"


def person(row, who):
    if who not in row.people:
        row.people[who] = Person(row.dice("person", *who), who[1])
    return row.people[who]


def memo(row, who, key, make):
    """The same value for the same person in all columns of a row."""
    papers = person(row, who).papers
    if key not in papers:
        papers[key] = make(row.dice("memo", key, *who), person(row, who))
    return papers[key]


NAMES = {
    "full": lambda p: p.full, "given": lambda p: p.given, "family": lambda p: p.family, "rev": lambda p: f"{p.family}, {p.given}", "upper": lambda p: p.full.upper(),
    "lower": lambda p: p.full.lower(), "initial": lambda p: f"{p.given[0]}. {p.family}", "revup": lambda p: f"{p.family.upper()} {p.given}", "caret": lambda p: f"{p.family}^{p.given}",
}


def _name(how):
    return lambda row, who: (NAMES[how](person(row, who)), "person", f"{how} {PEOPLE[who[1]].lang}")


for _how in NAMES:
    field(_how)(_name(_how))


@field("email")
def email(row, who, how=""):
    text = person(row, who).mail
    text = {"upper": text.upper(), "pct": text.replace("@", "%40")}.get(how, text)
    return text, "email", "email " + (how or "plain")


@field("dob")
def dob(row, who, how="%Y-%m-%d"):
    born = person(row, who).born
    how = how.replace(";", ":")
    text = f"{born.day}. {born.month}. {born.year}" if how == "cz" else f"{born.year}年{born.month}月{born.day}日" if how == "cjk" else born.strftime(how)
    return text, "dob", "dob " + how


@field("age")
def age(row, who):
    return str(2026 - person(row, who).born.year)


def place(row, who):
    country = TWIN.get(who[1], who[1])

    def make(rng, _):
        short, long_, streets, towns = PLACES[country]
        town, region, post = rng.choice(towns)
        number = rng.randint(100, 9800) if country in ("US", "CA", "AR") else rng.randint(1, 180)
        values = dict(n=number, s=rng.choice(streets), t=town, r=region, p=digits(rng, post), f=rng.randint(1, 9))
        return short.format(**values), long_.format(**values), values
    return memo(row, who, "place", make)


@field("addr")
def address(row, who):
    return place(row, who)[1], "address", "line " + who[1]


@field("street")
def street(row, who):
    return place(row, who)[0], "address", "street " + who[1]


@field("city")
def city(row, who):
    return place(row, who)[2]["t"]


@field("post")
def post(row, who):
    return place(row, who)[2]["p"]


@field("phone")
def phone(row, who, how="a"):
    """`n` as at home, `i` with +, `a` either, `d` its digits alone, `e` E.164; the same for a person in a row."""
    home, abroad = PHONES[TWIN.get(who[1], who[1])]

    def make(rng, _):
        patterns = home if how == "n" else abroad if how in "ied" else home + abroad
        return digits(rng, rng.choice(patterns))
    text = memo(row, who, "phone" + how, make)
    if how in "ed":
        bare = "".join(one for one in text.replace("(0)", "") if one.isdigit())
        text = ("+" if how == "e" else "") + (bare[2:] if bare.startswith("00") else bare)
    return text, "phone", f"phone {how} {who[1]}"
