"""Persons and how to reach them: names, birthdays, mail, telephones, addresses of made-up people of one country.

Enters: words/people.txt, words/phones.txt, chance. Leaves: `Person`, fields. Never here: documents, accounts (papers.py).
"""

import datetime
import pathlib
import re
import unicodedata

from engine import FIELDS, field, said

WORDS = pathlib.Path(__file__).parent / "words"
COUNTRIES, PHONES = {}, {}
NAMESAKE = {"IX": "IN", "TM": "IN", "SA": "AE"}  # people of another script with telephones and papers of the same state


def pair(text):
    native, _, latin = text.strip().partition("/")
    return native, latin or native


def load():
    for line in (WORDS / "people.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            code, lang, order = line[1:3], *line[5:].split()
            one = COUNTRIES[code] = {"lang": lang, "order": order}
        elif line and not line.startswith("#"):
            key, _, rest = line.partition(": ")
            if key in "mflg":
                one[key] = [pair(part) for part in rest.split(",")]
            elif key == "s":
                one[key] = [part.strip() for part in rest.split(",")]
            elif key == "c":
                one[key] = [tuple(part.strip().split("=")) for part in rest.split(";")]
            else:
                one[key] = [part.strip() for part in rest.split(" | ")]
    for line in (WORDS / "phones.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, calling, national, international = line.split("|")
            PHONES[code] = calling, national.split(";"), international.split(";")


load()
SPELT = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "Æ": "Ae", "þ": "th", "Þ": "Th", "ð": "d", "ə": "e"})


def simple(text):
    text = unicodedata.normalize("NFKD", text.translate(SPELT)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]", "", text) or "x"


class Person:
    def __init__(self, chance, country):
        words = COUNTRIES[country]
        self.home, self.country, self.lang, self.order = country, NAMESAKE.get(country, country), words["lang"], words["order"]
        self.sex = chance.choice("mf")
        self.given, self.given_l = chance.choice(words[self.sex])
        self.given2 = chance.choice(words[self.sex])[0]
        families = words["g"] if self.sex == "f" and "g" in words else words["l"]
        (self.family, self.family_l), (self.family2, self.family2_l) = chance.sample(families, 2)
        self.born = datetime.date(chance.randint(1944, 2004), 1, 1) + datetime.timedelta(days=chance.randint(0, 364))
        self.street = chance.choice(words["s"])
        self.post, self.town = chance.choice(words["c"])
        self.numbers = {"n": str(chance.randint(2, 188)), "n0": str(chance.randint(101, 4980)), "u": str(chance.randint(2, 38)), "u1": str(chance.randint(2, 9)),
                        "b": chance.choice("abc"), "B": chance.choice("ABCD"), "s": self.street, "p": self.post, "c": self.town}
        self.form = chance.choice(words["a"])
        self.number = chance.randint(1, 9999)
        self.host = chance.choice(HOSTS)

    @property
    def full(self):
        if self.country in ("JP", "KR", "CN", "TW") and self.order == "f":
            return self.family + self.given
        if self.order == "f":
            return f"{self.family} {self.given}"
        return f"{self.given} {self.family}"

    @property
    def latin(self):
        return f"{self.given_l} {self.family_l}"

    def mail(self, host=None):
        given, family = simple(self.given_l), simple(self.family_l)
        forms = [f"{given}.{family}", f"{given[0]}{family}", f"{family}.{given[0]}", f"{given}_{family}{self.number % 100}", f"{given}{self.born.year}", f"{family}{self.number % 1000}",
                 f"{given}-{family}", f"{given}.{family}+{['news', 'shop', 'bank'][self.number % 3]}"]
        return f"{forms[self.number % len(forms)]}@{host or self.host}"

    def address(self, form=None):
        return (form or self.form).format(**self.numbers)


HOSTS = ["example.com", "example.org", "example.net", "mail.example", "post.example", "brindlemere.example", "kvalsund.example", "osterwind.example", "mx3.halvorn.example", "uni-lindau.example",
         "correo.example", "poczta.example", "pochta.example", "pec.notarile.example", "co.example", "inbox.example"]


@field("name")
def _(cell, how="full"):
    p = cell.person
    text = {"full": p.full, "latin": p.latin, "rev": f"{p.family}, {p.given}", "revlatin": f"{p.family_l}, {p.given_l}", "up": p.latin.upper(), "given": p.given, "family": p.family, "given_l": p.given_l,
            "family_l": p.family_l, "two": f"{p.given} {p.family} {p.family2}", "mid": f"{p.given} {p.given2[0]}. {p.family}", "init": f"{p.given[0]}. {p.family}",
            "famfirst": f"{p.family} {p.given}", "FAM": f"{p.family_l.upper()} {p.given_l}", "double": f"{p.given} {p.family}-{p.family2}", "space": f"{p.family} {p.given}",
            "ul": f"{p.family_l.upper()}/{p.given_l.upper()}", "mrz": f"{simple(p.family_l).upper()}<<{simple(p.given_l).upper()}", "low": p.latin.lower(),
            "hon": f"{p.family}様" if p.lang == "ja" else p.full}[how]
    return said(text, "person", "name_" + how)


@field("given")
def _(cell):
    return said(cell.person.given, "person", "given")


@field("family")
def _(cell):
    return said(cell.person.family, "person", "family")


@field("login")
def _(cell):
    return simple(cell.person.given_l)[0] + simple(cell.person.family_l)[:7]


@field("email")
def _(cell, host=None):
    return said(cell.person.mail(host), "email", "email")


@field("emailname")
def _(cell):
    return [(cell.person.latin, "person", "name_mail"), (" <", None, ""), (cell.person.mail(), "email", "email"), (">", None, "")]


def dial(cell, form):
    """The first digit of a subscriber, behind the code of the place, is neither 0 nor 1."""
    text, begun = [], False
    for at, one in enumerate(form):
        if one == "#" and not begun and at and form[at - 1] in " -/.)":
            one = "N"
        begun = begun or one in "#N" and at > 3
        text.append(cell.chance.choice("0123456789") if one == "#" else cell.chance.choice("23456789") if one == "N" else one)
    return "".join(text)


@field("phone")
def _(cell, how="any"):
    country = NAMESAKE.get(cell.country, cell.country) or cell.person.country
    _, national, international = PHONES[country]
    if how == "any":
        how = cell.chance.choice(["nat", "int"])
    if how in ("nat", "natbare"):
        text = dial(cell, cell.chance.choice(national))
        text = re.sub(r"\D", "", text) if how == "natbare" else text
    else:
        text = dial(cell, cell.chance.choice(international)).replace("  ", " ")
        bare = re.sub(r"\D", "", text.replace("(0)", ""))
        text = {"int": text, "e164": "+" + bare, "bare": bare, "00": "00" + bare, "tel": "tel:+" + bare, "wa": bare}[how]
        if how == "tel":
            return [("tel:", None, ""), (text[4:], "phone", "phone_" + country)]
    if how == "int" and cell.chance.random() < 0.08:
        text = text.replace("+", "00", 1)
    return said(text, "phone", "phone_" + country)


@field("phone_world")
def _(cell, how="int"):
    cell.country = cell.chance.choice(sorted(PHONES))
    return FIELDS["phone"](cell, how)


@field("dob")
def _(cell, form="%Y-%m-%d"):
    born = cell.person.born
    if form == "era":
        start, era = ((1989, "平成") if (born.year, born.month, born.day) >= (1989, 1, 8) else (1926, "昭和"))
        year = born.year - start + 1
        text = f"{era}{'元' if year == 1 else year}年{born.month}月{born.day}日"
    elif form == "be":
        text = f"{born.day:02}/{born.month:02}/{born.year + 543}"
    elif form == "zh":
        text = f"{born.year}年{born.month}月{born.day}日"
    elif form == "short":
        text = f"{born.day}.{born.month}.{born.year}"
    elif form == "slash":
        text = f"{born.month}/{born.day}/{born.year}"
    else:
        text = born.strftime(form)
    return said(text, "dob", "dob")


@field("address")
def _(cell, how="full"):
    p = cell.person
    if how == "full":
        return said(p.address(), "address", "address_" + p.home)
    form = p.form
    if how == "street":
        form = "{n0} {s}" if p.home in ("US", "CA") else "{n} {s}" if p.lang == "en" or p.home in ("FR", "EG") else "{s}{n}号" if p.home == "CN" else "{s}{u1}-{n}-{u1}" if p.home == "JP" else \
            "{s}{n}號" if p.home == "TW" else "{s}, {n}" if p.home in ("BR", "PT", "UA", "IN") else "{s} {n}"
    elif how == "lines":
        return said(p.address().replace(", ", "\n", 1), "address", "address_" + p.home)
    return said(p.address(form), "address", "street_" + p.home)


@field("town")
def _(cell):
    return cell.person.town


@field("post")
def _(cell):
    return cell.person.post


@field("country")
def _(cell):
    return cell.person.country


@field("sex")
def _(cell):
    return cell.person.sex.upper()
