"""Fields of persons: names, mail, telephones, addresses, birthdays.

Enters: words/people_*.txt. Leaves: PEOPLE, Person, and the fields that templates name. Never here: numbers of documents (papers.py).
"""

import datetime
import re
import unicodedata

from template import field, word_lines

HOSTS = ["kestrelpost.example", "mail.bramblenet.example", "postino.example.org", "inbox.tallowhill.example", "correo.example.net", "briefkiste.example", "webmail.example.com"]
MONTHS = {"en": "January February March April May June July August September October November December", "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
          "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre", "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
          "nl": "januari februari maart april mei juni juli augustus september oktober november december", "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
          "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro", "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia"}
PEOPLE = {}


class Country:
    """Words of one country."""

    def __init__(self, code, lang):
        self.code, self.lang, self.order, self.join = code, lang, "given", " "


def pairs(text, german):
    """`name=latin` → (name, latin)."""
    found = []
    for one in text.split(", "):
        forms = [form.strip().partition("=") for form in one.split("|")]
        found.append([(name, latin or plain(name, german)) for name, _, latin in forms])
    return found


def plain(name, german=False):
    """Latin letters without marks; German writes ae, oe, ue."""
    if german:
        name = re.sub("[äöüÄÖÜ]", lambda found: {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}[found[0]], name)
    for old, new in (("ø", "o"), ("Ø", "O"), ("ł", "l"), ("Ł", "L"), ("đ", "d"), ("Đ", "D"), ("ß", "ss"), ("æ", "ae"), ("Æ", "Ae"), ("ı", "i")):
        name = name.replace(old, new)
    name = "".join(one for one in unicodedata.normalize("NFD", name) if not unicodedata.combining(one))
    return re.sub("[^a-z -]", "", name.lower())


def read():
    country = None
    for line in list(word_lines("people_west.txt")) + list(word_lines("people_east.txt")):
        if line.startswith("== "):
            country = Country(*line.split()[1:])
            PEOPLE[country.code] = country
            continue
        key, _, text = line.partition(": ")
        if key in ("f", "m", "fam"):
            setattr(country, key, pairs(text, country.lang == "de"))
        elif key in ("str", "city"):
            setattr(country, key, [one.strip() for one in text.split(";")])
        elif key == "tel":
            country.intl, country.nat = ([one.strip() for one in half.split(";")] for half in text.split(" / "))
        elif key == "join":
            country.join = ""
        else:
            setattr(country, key, text)


read()


def digits(dice, pattern, telephone=False):
    return "".join(dice.choice("0123456789") if one == "#" else dice.choice("23456789") if one == "N" and telephone else one for one in pattern)


class Person:
    """Somebody who does not exist; the same for all cells of a row."""

    def __init__(self, row, number, code):
        dice, words = row.dice("person", number, code), PEOPLE[code]
        self.code, self.dice, self.female = code, dice, dice.random() < 0.5
        self.given, given = dice.choice(words.f if self.female else words.m)[0]
        forms = dice.choice(words.fam)
        self.family, family = forms[-1 if self.female else 0]
        self.spaced = plain(given), plain(family)
        self.latin = tuple(one.replace(" ", "") for one in self.spaced)
        first, second = (self.family, self.given) if words.order == "family" else (self.given, self.family)
        self.full = first + words.join + second
        self.born = datetime.date(1938, 1, 1) + datetime.timedelta(days=dice.randrange(67 * 365))
        home = dice.choice(words.str).replace("{n}", str(dice.randint(2, 189))).replace("{k}", str(dice.randint(1, 9)))
        self.street, self.city = digits(dice, home), digits(dice, dice.choice(words.city))
        self.address = words.addr.replace("{street}", self.street).replace("{city}", self.city)
        self.address = re.sub("##", lambda _: digits(dice, "##"), self.address)
        self.intl, self.nat = digits(dice, dice.choice(words.intl), True), digits(dice, dice.choice(words.nat), True)
        given, family, host = *self.latin, dice.choice(HOSTS)
        local = dice.choice([f"{given}.{family}", f"{given[0]}{family}", f"{family}.{given}", f"{given}_{family}{dice.randint(1, 99)}", f"{given}{str(self.born.year)[2:]}", f"{given}-{family}"])
        self.mail, self.work, self.login = f"{local}@{host}", f"{given}.{family}", f"{given[0]}{family}{dice.randint(1, 99)}"


def person(row, who):
    if who not in row.people:
        row.people[who] = Person(row, *who)
    return row.people[who]


def name_field(name, make):
    @field(name)
    def _(row, who):
        return make(person(row, who)), "person", f"name_{name}"


for _name, _make in {"full": lambda p: p.full, "given": lambda p: p.given, "family": lambda p: p.family, "formal": lambda p: f"{p.family}, {p.given}",
                     "upper": lambda p: p.full.upper(), "initial": lambda p: f"{p.given[0]}. {p.family}", "caps": lambda p: f"{p.family.upper()} {p.given}",
                     "lower": lambda p: p.full.lower(), "slash": lambda p: f"{p.latin[1]}/{p.latin[0]}".upper().replace("-", ""), "latin": lambda p: f"{p.spaced[0]} {p.spaced[1]}".title(),
                     "latin_given": lambda p: p.spaced[0].title(), "latin_family": lambda p: p.spaced[1].title(), "embossed": lambda p: f"{p.spaced[0]} {p.spaced[1]}".upper()}.items():
    name_field(_name, _make)


@field("mail")
def mail(row, who, form="plain"):
    address = person(row, who).mail
    return {"plain": address, "upper": address.upper(), "url": address.replace("@", "%40")}[form], "email", f"mail_{form}"


@field("work")
def work(row, who, host):
    return f"{person(row, who).work}@{host}", "email", "mail_work"


@field("login")
def login(row, who):
    return person(row, who).login


@field("phone")
def phone(row, who, form="any"):
    one = person(row, who)
    bare = "".join(re.findall(r"\d", one.intl.replace("(0)", "")))
    if form == "any":
        form = row.rng.choice(["intl", "nat"])
    text = {"intl": one.intl, "nat": one.nat, "e164": "+" + bare, "digits": bare, "00": "00" + bare, "bare": "".join(re.findall(r"\d", one.nat)),
            "tel": "tel:+" + bare, "ext": f"{one.nat} ext. {row.rng.randint(10, 899)}"}[form]
    if form == "tel":
        return ["tel:", (text[4:], "phone", "phone_tel")]
    return text, "phone", f"phone_{form}"


@field("street")
def street(row, who):
    return person(row, who).street, "address", "street"


@field("address")
def address(row, who):
    return person(row, who).address, "address", "address"


@field("address_caps")
def address_caps(row, who):
    return person(row, who).address.upper(), "address", "address_caps"


@field("town")
def town(row, who):
    return person(row, who).city


def dated(day, form, lang="en"):
    names = MONTHS.get(lang, MONTHS["en"]).split()
    month = names[day.month - 1]
    return {"iso": day.isoformat(), "dot": f"{day:%d.%m.%Y}", "dmy": f"{day:%d/%m/%Y}", "mdy": f"{day:%m/%d/%Y}", "dash": f"{day:%d-%m-%Y}", "compact": f"{day:%Y%m%d}", "stamp": f"{day.isoformat()} 00:00:00",
            "short": f"{day:%d}-{names[day.month - 1][:3].upper()}-{day:%Y}", "kanji": f"{day.year}年{day.month}月{day.day}日", "hangul": f"{day.year}년 {day.month}월 {day.day}일",
            "long": {"en": f"{day.day} {month} {day.year}", "de": f"{day.day}. {month} {day.year}", "es": f"{day.day} de {month} de {day.year}", "pt": f"{day.day} de {month} de {day.year}"}.get(lang, f"{day.day} {month} {day.year}"),
            "us": f"{MONTHS['en'].split()[day.month - 1]} {day.day}, {day.year}", "iso_t": f"{day.isoformat()}T00:00:00Z", "epoch": str(int((day - datetime.date(1970, 1, 1)).days * 86400)), "slash": f"{day:%Y/%m/%d}"}[form]


@field("dob")
def dob(row, who, form="iso"):
    one = person(row, who)
    return dated(one.born, form, PEOPLE[one.code].lang), "dob", f"dob_{form}"
