"""Persons: names, mail, birthdays, logins.

Enters: a cell's context; lists of names. Leaves: labelled names, mail addresses and birthdays of one person per row and place.
Never here: numbers of documents, streets.
"""

import datetime
import pathlib
import random
import re
import unicodedata

from template import Context

WORDS = pathlib.Path(__file__).parent / "words"
SAME = {"ca": "us", "qc": "fr", "at": "de", "ch": "de", "be": "nl", "mx": "la", "ar": "la", "cl": "la", "co": "la", "sa": "ae"}
ROMAN = {"jr": "jp", "krr": "kr", "aer": "ae", "ilr": "il", "inr": "in"}  # the same people in Latin letters
ERAS = [("令和", 2019), ("平成", 1989), ("昭和", 1926)]


def load():
    lists = {}
    for line in (WORDS / "names.txt").read_text(encoding="utf-8").splitlines():
        if ":" in line and not line.startswith("#"):
            head, _, names = line.partition(":")
            lists[tuple(head.split())] = [name.strip().split("=") for name in names.split(",")]
    return lists


NAMES = load()
DOMAINS = [line.split() for line in (WORDS / "domains.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def ascii_of(text):
    text = text.translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae", "ł": "l", "ı": "i", "ð": "d", "þ": "th", "Ø": "O", "Å": "A", "Ö": "Oe", "Ä": "Ae", "Ü": "Ue", "Ł": "L", "Þ": "Th"}))
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z]", "", text)


class Person:
    def __init__(self, base, place, key):
        rng = random.Random(f"{base}/{ROMAN.get(place, place)}/{key}")  # in Latin letters the same person
        self.place, self.sex = place, key if key in "mf" else rng.choice("mf")
        lists = ROMAN.get(place, SAME.get(place, place))
        given, family, second = rng.choice(NAMES[lists, self.sex]), rng.choice(NAMES[lists, "fam"]), rng.choice(NAMES[lists, "fam"])
        middle = rng.choice(NAMES[lists, self.sex])
        native = 0 if place not in ROMAN else 1
        self.given, self.family, self.middle, self.second = (part[min(native, len(part) - 1)] for part in (given, family, middle, second))
        self.given_latin, self.family_latin = given[min(1, len(given) - 1)], family[min(1, len(family) - 1)]
        self.kana = (family[2] + " " + given[2]) if len(given) > 2 and len(family) > 2 else ""
        if lists == "is":
            self.family = self.family + ("son" if self.sex == "m" else "dóttir")
            self.family_latin = self.family
        self.born = datetime.date(1938, 1, 1) + datetime.timedelta(days=rng.randrange(0, 366 * 67))
        self.domain = rng.choice([domain for domain, places in DOMAINS if places == "*" or place in places.split(",")])
        given_ascii, family_ascii = ascii_of(self.given_latin) or "user", ascii_of(self.family_latin) or "x"
        self.login = rng.choice([f"{given_ascii}.{family_ascii}", f"{given_ascii[0]}{family_ascii}", f"{given_ascii}{self.born.year % 100:02d}", f"{family_ascii}.{given_ascii[:1]}",
                                 f"{given_ascii}_{family_ascii}", f"{given_ascii}.{family_ascii}", f"{given_ascii}-{family_ascii}{rng.randrange(1, 99)}", f"{given_ascii}.{family_ascii}"])
        self.initial = rng.choice("ABCDEFGHJKLMNPRSTW")

    def full(self):
        if self.place in ("jp", "kr"):
            return self.family + self.given
        if self.place in ("es", "mx", "co", "cl") and self.born.day % 2:
            return f"{self.given} {self.family} {self.second}"
        return f"{self.given} {self.family}"


Context.make = staticmethod(Person)


def named(form):
    def field(context):
        one = context.person()
        text = {
            "full": one.full,
            "given": lambda: one.given, "family": lambda: one.family,
            "comma": lambda: f"{one.family}, {one.given}",
            "caps": lambda: f"{one.family.upper()} {one.given}",
            "capscomma": lambda: f"{one.family}, {one.given}".upper(),
            "initial": lambda: f"{one.given[0]}. {one.family}",
            "middle": lambda: f"{one.given} {one.initial}. {one.family}",
            "two": lambda: f"{one.given} {one.middle} {one.family}",
            "after": lambda: f"{one.family} {one.given[0]}.",
            "short": lambda: f"{one.given} {one.family[0]}.",
            "kana": lambda: one.kana,
            "spaced": lambda: f"{one.family}\u3000{one.given}",
            "familyfirst": lambda: f"{one.family} {one.given}",
            "roman": lambda: f"{one.given_latin} {one.family_latin}",
            "slash": lambda: f"{ascii_of(one.family_latin)}/{ascii_of(one.given_latin)}".upper(),
            "dot": lambda: f"{ascii_of(one.given_latin)}.{ascii_of(one.family_latin)}",
        }[form]()
        return ("person", f"{form}_{context.place}", text)
    return field


def mail(context, form="plain"):
    one = context.person()
    local, domain = one.login, one.domain
    if form == "tag":
        local += context.rng.choice(["+news", "+shop", "+2fa", "+receipts", "+test1"])
    if form == "work":
        domain = context.rng.choice(["northlakefreight.example", "helvia-med.example", "tessera-soft.example", "corp.example.com", "vanroy.example.be", "nordhavn.example"])
    text = f"{local}@{domain}"
    return ("email", form, text.upper() if form == "upper" else text.title() if form == "title" else text)


def born(context, *form):
    date, form = context.person().born, " ".join(form) or "%Y-%m-%d"
    if form == "era":
        name, start = next(pair for pair in ERAS if date.year > pair[1] or pair[1] == 1926)
        text = f"{name}{date.year - start + 1}年{date.month}月{date.day}日"
    elif form == "ja":
        text = f"{date.year}年{date.month}月{date.day}日"
    elif form == "ko":
        text = f"{date.year}년 {date.month}월 {date.day}일"
    elif form == "epoch":
        text = str((date - datetime.date(1970, 1, 1)).days * 86400000)
    elif form == "us":
        text = f"{date.month}/{date.day}/{date.year}"
    else:
        text = date.strftime(form)
    return ("dob", form, text)


FIELDS = {form: named(form) for form in ("full", "given", "family", "comma", "caps", "capscomma", "initial", "middle", "two", "after", "short", "kana", "spaced",
                                           "familyfirst", "roman", "slash", "dot")}
FIELDS.update({
    "mail": mail, "dob": born,
    "sex": lambda context: context.person().sex.upper(),
    "mr": lambda context: {"m": {"de": "Herr", "fr": "M.", "es": "Sr.", "it": "Sig.", "nl": "dhr.", "pt": "Sr."}, "f": {"de": "Frau", "fr": "Mme", "es": "Sra.", "it": "Sig.ra", "nl": "mevr.", "pt": "Sra."}}[context.person().sex].get(
        {"at": "de", "ch": "de", "be": "nl", "qc": "fr", "mx": "es", "ar": "es", "cl": "es", "co": "es", "br": "pt"}.get(context.place, context.place), "Mr" if context.person().sex == "m" else "Ms"),
    "dear": lambda context: "Sehr geehrter Herr" if context.person().sex == "m" else "Sehr geehrte Frau",
})
