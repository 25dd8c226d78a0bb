"""Persons, by country: names, mail, telephone, address, birthday.

Enters: words/west.txt, east.txt, far.txt. Leaves: FIELDS, each `(person, rng, argument) → (class/kind, value)`.
"""

import datetime
import pathlib
import re
import unicodedata

WORDS = pathlib.Path(__file__).parent / "words"
HOSTS = (WORDS / "hosts.txt").read_text(encoding="utf-8").split()
LATIN = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "Ae", "ı": "i", "þ": "th", "Þ": "Th", "ð": "d", "'": "", "’": ""})


def read():
    found, one = {}, None
    for name in ("west.txt", "east.txt", "far.txt"):
        for line in (WORDS / name).read_text(encoding="utf-8").splitlines():
            if line.startswith("@"):
                code, lang, dial, trunk, order = line[1:].split()
                one = found[code] = dict(code=code, lang=lang, dial=dial, trunk="" if trunk == "-" else trunk, order=order)
            elif line[:1] in "mfs":
                one[line[0]] = [word.replace("_", " ") for word in line[2:].split()]
            elif line[:1] in "rth":
                one[line[0]] = [part.replace("_", " ") for part in line[2:].split(";")]
            elif line:
                one["a"] = line[2:]
    return found


COUNTRIES = read()


def digits(pattern, rng):
    return re.sub("[#~]", lambda one: rng.choice("0123456789" if one.group() == "#" else "23456789"), pattern)


def ascii_of(text):
    return unicodedata.normalize("NFKD", text.translate(LATIN)).encode("ascii", "ignore").decode()


def both(word):
    native, _, latin = word.partition("/")
    return native, latin or native


class Person:
    def __init__(self, rng, code, sex=""):
        self.country = COUNTRIES[code]
        self.code, self.rng, self.kept = code, rng, {}
        self.female = rng.random() < 0.5 if not sex else sex == "f"
        self.given, self.lgiven = both(rng.choice(self.country["f" if self.female else "m"]))
        self.family, self.lfamily = self.surname(rng)
        self.second = self.surname(rng) if self.country["order"] == "gff" else None
        if self.second and self.second[0] == self.family:
            self.second = None
        self.born = datetime.date(1941, 1, 1) + datetime.timedelta(rng.randrange(23000))
        self.host, self.tail, self.shape = rng.choice(HOSTS), rng.choice(["", "", str(rng.randrange(1, 99)), str(self.born.year)[2:]]), rng.randrange(5)

    def surname(self, rng):
        word = rng.choice(self.country["s"])
        if "=" in word:  # native/latin of him = native/latin of her
            return both(word.split("=")[self.female])
        if "/" in word and self.code in ("PL", "CZ", "SK", "LT", "LV"):  # his/hers
            return (word.split("/")[self.female],) * 2
        return both(word)

    def keep(self, name, make):
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]

    def name(self, latin=False):
        given, family, order = (self.lgiven, self.lfamily, self.country["order"]) if latin else (self.given, self.family, self.country["order"])
        if self.second:
            return f"{given} {family} {self.second[1 if latin else 0]}"
        if order.startswith("fg") and not latin or order in ("fm", "fg") and self.country["code"] in ("VN", "HU"):
            return family + ("" if order == "fg0" else " ") + given
        return f"{given} {family}"

    def mail(self, host=None):
        given, family = (re.sub("[^a-z-]", "", ascii_of(word).lower()) for word in (self.lgiven, self.lfamily))
        box = [f"{given}.{family}", f"{given[:1]}{family}", f"{family}.{given}", f"{given}_{family}", f"{given}{family[:1]}"][self.shape] + self.tail
        return f"{box}@{host or self.host}"

    def login(self):
        return (re.sub("[^a-z]", "", ascii_of(self.lgiven).lower())[:1] + re.sub("[^a-z]", "", ascii_of(self.lfamily).lower()))[:8]

    def phone(self, how):
        def make():
            national = digits(self.rng.choice(self.country["h"]), self.rng)
            trunk = self.country["trunk"]
            if national.startswith("+"):
                return re.sub(r"^\+\d+ ", "", national), national
            plain = re.sub(r"^\(0", "(", national) if national.startswith("(0") else national
            if trunk and re.sub("[^0-9]", "", plain).startswith(trunk) and plain == national:
                plain = plain[plain.index(trunk) + len(trunk):].lstrip(" -")
                if ")" in plain and "(" not in plain:
                    plain = plain.replace(")", "")
            plain = plain.replace("(", "").replace(")", "")
            return national, f"+{self.country['dial']} {plain}"
        national, full = self.keep("phone", make)
        return {"": national, "intl": full, "e164": "+" + re.sub(r"\D", "", full), "00": "00" + re.sub(r"\D", "", full), "digits": re.sub(r"\D", "", full),
                "bare": re.sub(r"\D", "", national), "tel": "tel:+" + re.sub(r"\D", "", full)}[how]

    def place(self):
        def make():
            town, _, code = self.rng.choice(self.country["t"]).partition("|")
            return dict(s=self.rng.choice(self.country["r"]), n=str(self.rng.randrange(2, 190)), u=str(self.rng.randrange(1, 9)), t=town, z=digits(code, self.rng))
        return self.keep("place", make)

    def address(self):
        return re.sub(r" {2,}", " ", self.country["a"].format(**self.place())).strip(" ,")

    def street(self):
        shape, place = self.country["a"], self.place()
        whole = shape.format(**dict(place, t="\0", z="\0"))
        return re.sub(r"^[\s,،№-]+|[\s,،-]+$", "", max((part for part in whole.split("\0")), key=len)).replace("г. ", "").strip(" ,-،")


def name(latin=False, change=None):
    return lambda person, rng, argument: ("person/" + (argument or "name"), (change or (lambda text: text))(person.name(latin)))


def short(person):
    return f"{person.lgiven[0]}. {person.lfamily}"


def born(person, rng, argument):
    return "dob/" + (argument or "iso"), person.born.strftime(argument or "%Y-%m-%d")


FIELDS = {
    "name": name(), "lname": name(True), "uname": name(True, lambda text: ascii_of(text).upper()), "NAME": name(False, str.upper),
    "famgiven": lambda p, r, a: ("person/famgiven", f"{p.family} {p.given}"),
    "given": lambda p, r, a: ("person/given", p.given), "lgiven": lambda p, r, a: ("person/given", p.lgiven), "family": lambda p, r, a: ("person/family", p.family), "lfamily": lambda p, r, a: ("person/family", p.lfamily),
    "lastfirst": lambda p, r, a: ("person/lastfirst", f"{p.family}, {p.given}"), "ulast": lambda p, r, a: ("person/lastfirst", f"{ascii_of(p.lfamily)}/{ascii_of(p.lgiven)}".upper()),
    "LASTfirst": lambda p, r, a: ("person/lastfirst", f"{p.lfamily.upper()} {p.lgiven}"), "short": lambda p, r, a: ("person/short", short(p)),
    "caret": lambda p, r, a: ("person/caret", f"{ascii_of(p.lfamily)}^{ascii_of(p.lgiven)}"), "mrz": lambda p, r, a: ("person/mrz", re.sub("[^A-Z<]", "", f"{ascii_of(p.lfamily)}<<{ascii_of(p.lgiven)}".upper().replace(" ", "<").replace("-", "<"))),
    "mail": lambda p, r, a: ("email/" + (a or "mail"), p.mail(a or None)), "umail": lambda p, r, a: ("email/upper", p.mail().upper()),
    "urlmail": lambda p, r, a: ("email/url", p.mail().replace("@", "%40")), "phone": lambda p, r, a: ("phone/" + p.code, p.phone(a)),
    "addr": lambda p, r, a: ("address/" + p.code, p.address()), "street": lambda p, r, a: ("address/" + p.code, p.street()),
    "UADDR": lambda p, r, a: ("address/" + p.code, ascii_of(p.address()).upper()), "dob": born,
    # of a person, but nothing by itself
    "town": lambda p, r, a: (None, p.place()["t"]), "zip": lambda p, r, a: (None, p.place()["z"]), "login": lambda p, r, a: (None, p.login()), "sex": lambda p, r, a: (None, "MF"[p.female]),
    "cc": lambda p, r, a: (None, p.code), "age": lambda p, r, a: (None, str(2025 - p.born.year)), "title": lambda p, r, a: (None, "Ms" if p.female else "Mr"),
}
