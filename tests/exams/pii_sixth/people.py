"""Persons: names, e-mails, birthdays, where they live and how they are called.

Enters: `words/names.txt`, `words/places.txt`, `words/phones.txt`, a cell. Leaves: pieces with the labels person, email, dob, address, phone. Never
here: numbers of documents, cards, secrets; names of anybody who lives (they are put together at random).
"""

import datetime
import functools
import pathlib
import random
import re
import unicodedata

from template import Piece

WORDS = pathlib.Path(__file__).parent / "words"
HOSTS = ("example.com", "example.net", "example.org", "mail.example.com", "gmail.example", "outlook.example", "icloud.example", "yahoo.example")
AREAS = "212 415 312 617 713 305 206 404 602 303 614 503 215 704 901 512 316 808 402 515 207 775".split()
LATIN = {  # How people whose script is not Latin write themselves in an e-mail.
    "bg": ("georgi", "mira", "desi", "kolev", "petrova", "stoyanov"), "rs": ("nikola", "milica", "jovanovic", "zoran", "ilic", "tijana"),
    "ua": ("oksana", "taras", "shevchuk", "dmytro", "melnyk", "yuliia"), "th": ("somchai", "suda", "nattapol", "malee", "jaidee", "thongdee"),
    "cn": ("wangwei", "lina", "chen", "haoran", "xiaoyan", "zhou"), "eg": ("ahmed", "mona", "hassan", "karim", "nour", "mansour"),
}
LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ı": "i", "İ": "I", "đ": "d", "Đ": "D", "ø": "o", "ß": "ss"})


def rows(name):
    for line in (WORDS / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield [part.strip() for part in re.split(r" \| ", line)]


@functools.cache
def names():
    def words(text):
        return [word.replace("~", " ") for word in text.split()]
    return {row[0]: [words(row[1]), words(row[2]), words(row[3])] for row in rows("names.txt")}


@functools.cache
def places():
    return {row[0]: [row[1].split(" || "), *([part.strip() for part in text.split(";")] for text in row[2:4])] for row in rows("places.txt")}


@functools.cache
def phones():
    return {row[0]: [[part.strip() for part in text.split(";")] for text in row[1:3]] for row in rows("phones.txt")}


def plain_letters(text):
    text = unicodedata.normalize("NFD", text.translate(LETTERS))
    return "".join(char for char in text if char.isascii() and char.isalpha()).lower()


class Person:
    def __init__(self, rng, locale):
        self.rng, self.locale = rng, locale
        self.female = rng.random() < 0.5
        men, women, families = names()[locale]
        self.first = rng.choice(women if self.female else men)
        self.last = (rng.choice(families).split("/") * 2)[1 if self.female else 0]
        self.middle = rng.choice(women if self.female else men)
        self.born = datetime.date(1941, 1, 1) + datetime.timedelta(days=rng.randrange(23500))
        self.number = rng.randrange(10, 999)
        self.host = rng.choice(HOSTS)
        self.order = rng.randrange(6)

    @property
    def full(self):
        if self.locale in ("cn",):
            return self.last + self.first
        if self.locale in ("hu", "hk", "vn"):
            return f"{self.last} {self.first}"
        return f"{self.first} {self.last}"

    @property
    def login(self):
        first, last = plain_letters(self.first), plain_letters(self.last)
        if not first or not last:
            first, last = LATIN[self.locale][self.number % 6], LATIN[self.locale][(self.number // 6) % 6]
        return (f"{first}.{last}", f"{first[0]}{last}", f"{first}_{last}{self.number % 100}", f"{last}{first[0]}", f"{first}{self.number}", f"{last}.{first}")[self.order]


def digits(rng, form):
    """`#` any digit, `@` one from 2 to 9, `AAA` an area of the United States."""
    form = form.replace("AAA", rng.choice(AREAS))
    return "".join(str(rng.randrange(10)) if char == "#" else str(rng.randrange(2, 10)) if char == "@" else char for char in form)


def other(cell, locale=None):
    return Person(cell.rng, locale or cell.person.locale)


def name_as(person, form):
    first, last = person.first, person.last
    return {
        None: person.full, "first": first, "last": last, "lastfirst": f"{last}, {first}", "upper": person.full.upper(), "lower": person.full.lower(),
        "lastupper": f"{last.upper()} {first}", "surupper": f"{first} {last.upper()}", "initial": f"{first[0]}. {last}", "back": f"{last} {first[0]}.",
        "mid": f"{first} {person.middle[0]}. {last}", "two": f"{first} {person.middle} {last}", "lastspace": f"{last} {first}",
        "lastfirstmid": f"{last.upper()}, {first.upper()} {person.middle[0].upper()}", "caret": f"{last.upper()}^{first.upper()}",
    }[form]


def full(cell, form):
    return Piece(name_as(cell.person, form), "person", cell.person.locale)


def someone(cell, form):
    """Somebody else than the row's person; `m` and `f` say which sex."""
    person = other(cell)
    while form in ("m", "f") and person.female != (form == "f"):
        person = other(cell)
    return Piece(name_as(person, None if form in ("m", "f") else form), "person", cell.person.locale)


def email(cell, form):
    person = cell.person
    if form == "other":
        person = other(cell)
    text = f"{person.login}@{person.host}"
    if form == "plus":
        text = f"{person.login}+{cell.rng.choice(['news', 'shop', 'tax', 'test1'])}@{person.host}"
    elif form == "work":
        text = f"{person.login}@corp.example.com"
    elif form == "upper":
        text = text.upper()
    elif form == "school":
        text = f"s{cell.rng.randrange(10**6, 10**7)}@student.example.edu"
    return Piece(text, "email", form or "plain")


def dob(cell, form):
    born = cell.person.born
    text = born.strftime(form or "%Y-%m-%d")
    if form == "us":
        text = f"{born.month}/{born.day}/{born.year}"
    elif form == "dots":
        text = f"{born.day}.{born.month}.{born.year}"
    elif form == "ms":
        text = str((born - datetime.date(1970, 1, 1)).days * 86400000)
    elif form == "thai":
        text = f"{born.day:02}/{born.month:02}/{born.year + 543}"
    elif form == "han":
        text = f"{born.year}年{born.month}月{born.day}日"
    return Piece(text, "dob", form or "iso")


def home(cell, person=None):
    """(line, town) of the person, always the same in a row."""
    person = person or cell.person
    rng = random.Random(f"{person.number}/{person.first}/{person.born}")
    forms, streets, towns = places()[person.locale]
    form, town = rng.choice(forms), rng.choice(towns)
    values = {"n": rng.randrange(1, 199) if person.locale != "us" else rng.randrange(12, 9900), "s": rng.choice(streets), "k": rng.randrange(1, 9),
              "u": rng.choice(["Apt", "Unit", "#", "Ste"]) + f" {rng.randrange(1, 40)}", "t": "\0"}
    line = form.format(**values).replace("# ", "#")
    return line, town


def address(cell, form):
    """`street` is the line without its town; `lines` the line over several."""
    line, town = home(cell, other(cell) if form == "other" else None)
    if form == "street":
        text = line.replace("\0", "").strip(" ,،-")
    else:
        text = line.replace("\0", town)
    if form == "lines":
        text = text.replace(", ", "\n")
    return Piece(text, "address", cell.person.locale)


def phone(cell, form):
    abroad, within = phones()[cell.person.locale]
    number = digits(cell.rng, cell.rng.choice({"int": abroad, "nat": within}.get(form, abroad + within)))
    if form in ("bare", "e164", "plus"):
        code = re.match(r"\+(\d+)", abroad[0]).group(1)
        code = "1" if cell.person.locale == "us" else code[:2] if code[:2] in ("44", "48", "36", "40", "90", "55", "62", "60", "84", "66", "63", "86", "27", "20") else code[:3]
        form_ = next(part for part in abroad if part.startswith("+") and "(" not in part)
        number = re.sub(r"\D", "", digits(cell.rng, form_))
        assert number.startswith(code), number
        number = ("+" if form == "e164" else "") + number
    return Piece(number, "phone", cell.person.locale)


FIELDS = {"full": full, "someone": someone, "email": email, "dob": dob, "address": address, "phone": phone,
          "first": lambda cell, _: full(cell, "first"), "last": lambda cell, _: full(cell, "last")}
