"""Draws made-up people: names, hosts, telephones, addresses, birthdays, and the papers they carry.

Enters: `words/people.txt`, a source of chance. Leaves: a row's people, and pieces with labels by the names that templates use.
Never here: secrets, things.
"""

import collections
import datetime
import pathlib
import re
import unicodedata

import engine
import papers

HOSTS = {
    "lt": "mailas.example.lt;pastas.example.lt", "lv": "epasts.example.lv", "de": "briefkasten.example.at;posteingang.example.de", "pl": "skrzynka.example.pl", "ja": "yubin.example.jp", "fr": "courriel.example.fr",
}
COMMON = ["northmail.example", "pelicanpost.example", "inboxly.example.com", "quillmail.example.net", "tidemail.example.org", "postbode.example", "hejmail.example.se", "kestrel-mail.example", "mx.brightfjord.example"]
WORK = ["halvorsen-brook.example", "sundvik-group.example", "brook-dental.example.eu", "alpen-lift.example.at", "portolan.example.com", "kirsipuu.example.ee", "agro.sundvik-group.example", "sv.lumenwerk.example"]
EAST = {"hu", "ja", "ko", "zh", "vi"}
TIGHT = {"ja", "ko", "zh"}
FOLD = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "þ": "th", "Þ": "Th", "ð": "d", "æ": "ae", "Æ": "Ae", "ə": "e"})
# Country: code, sign that leads a call inside the country, forms of numbers without it.
PHONES = {
    "lt": ("370", "0", ["6%d2 %d5", "5 2%d2 %d4", "37 %d2 %d2 %d2"]), "lv": ("371", "", ["2%d3 %d4", "67 %d3 %d3"]), "ee": ("372", "", ["5%d3 %d4", "6%d2 %d4"]), "fi": ("358", "0", ["40 %d3 %d4", "50 %d3 %d4", "9 %d3 %d4"]),
    "se": ("46", "0", ["70-%d3 %d2 %d2", "73-%d3 %d2 %d2", "31-%d2 %d2 %d2"]), "no": ("47", "", ["9%d2 %d2 %d3", "4%d2 %d2 %d3", "22 %d2 %d2 %d2"]), "dk": ("45", "", ["2%d1 %d2 %d2 %d2", "86 %d2 %d2 %d2"]), "is": ("354", "", ["8%d2 %d4", "55%d1 %d4"]),
    "at": ("43", "0", ["664 %d3 %d4", "676 %d7", "1 %d3 %d2 %d2"]), "ch": ("41", "0", ["79 %d3 %d2 %d2", "44 %d3 %d2 %d2"]), "be": ("32", "0", ["47%d1 %d2 %d2 %d2", "9 %d3 %d2 %d2"]), "nl": ("31", "0", ["6 %d8", "30 %d3 %d4", "6-%d8"]),
    "pt": ("351", "", ["91%d1 %d3 %d3", "96%d1 %d3 %d3", "21%d1 %d3 %d3"]), "br": ("55", "", ["(11) 9%d4-%d4", "(81) 9%d4-%d4", "(41) 3%d3-%d4"]), "es": ("34", "", ["6%d2 %d2 %d2 %d2", "91%d1 %d3 %d3"]), "arg": ("54", "", ["11 %<4-6>%d3-%d4", "341 %<4-6>%d2-%d4"]),
    "cl": ("56", "", ["9 %<5-9>%d3 %d4", "2 2%d3 %d4"]), "mx": ("52", "", ["55 %d4 %d4", "33 %d4 %d4"]), "fr": ("33", "0", ["6 %d2 %d2 %d2 %d2", "7 %d2 %d2 %d2 %d2", "4 78 %d2 %d2 %d2"]), "ca": ("1", "", ["(514) %<2-9>%d2-%d4", "418-%<2-9>%d2-%d4"]),
    "it": ("39", "", ["347 %d3 %d4", "333 %d7", "06 %d4 %d4"]), "ro": ("40", "0", ["72%d1 %d3 %d3", "21 %d3 %d4"]), "hu": ("36", "06 ", ["20 %d3 %d4", "30 %d3 %d4", "1 %d3 %d4"]), "pl": ("48", "", ["60%d1 %d3 %d3", "5%d2 %d3 %d3", "22 %d3 %d2 %d2"]),
    "cz": ("420", "", ["60%d1 %d3 %d3", "73%d1 %d3 %d3"]), "sk": ("421", "0", ["90%d1 %d3 %d3", "2/%d4 %d4"]), "si": ("386", "0", ["41 %d3 %d3", "1 %d3 %d2 %d2"]), "hr": ("385", "0", ["91 %d3 %d4", "98 %d3 %d3", "1 %d4 %d3"]),
    "rs": ("381", "0", ["64 %d3 %d4", "11 %d3 %d4"]), "bg": ("359", "0", ["88%d1 %d3 %d3", "2 9%d2 %d4"]), "ua": ("380", "0", ["67 %d3 %d2 %d2", "50 %d3 %d2 %d2", "44 %d3 %d2 %d2"]), "kz": ("7", "8 ", ["701 %d3 %d2 %d2", "727 %d3 %d2 %d2"]),
    "gr": ("30", "", ["69%d1 %d3 %d4", "210 %d3 %d4"]), "tr": ("90", "0", ["532 %d3 %d2 %d2", "(212) %d3 %d2 %d2"]), "ge": ("995", "", ["599 %d2 %d2 %d2", "32 2%d2 %d2 %d2"]), "am": ("374", "0", ["91 %d2 %d2 %d2", "10 %d2 %d2 %d2"]),
    "il": ("972", "0", ["52-%d3-%d4", "3-%d3-%d4"]), "eg": ("20", "0", ["10 %d4 %d4", "122 %d3 %d4"]), "ae": ("971", "0", ["50 %d3 %d4", "4 %d3 %d4"]), "ir": ("98", "0", ["912 %d3 %d4", "21 %d4 %d4"]), "in": ("91", "0", ["98%d3 %d5", "11 %d4 %d4"]),
    "bd": ("880", "0", ["1711-%d6", "2 %d4 %d4"]), "lk": ("94", "0", ["77 %d3 %d4", "11 2%d2 %d3"]), "th": ("66", "0", ["81-%d3-%d4", "2-%d3-%d4"]), "vn": ("84", "0", ["90%d1 %d3 %d3", "24 3%d3 %d4"]), "id": ("62", "0", ["812-%d4-%d4", "21-%d4-%d4"]),
    "my": ("60", "0", ["12-%d3 %d4", "3-%d4 %d4"]), "jp": ("81", "0", ["90-%d4-%d4", "3-%d4-%d4"]), "kr": ("82", "0", ["10-%d4-%d4", "2-%d4-%d4"]), "cn": ("86", "", ["138 %d4 %d4", "186%d8"]), "tw": ("886", "0", ["912-%d3-%d3", "2-%d4-%d4"]),
    "us": ("1", "", ["(208) %<2-9>%d2-%d4", "520-%<2-9>%d2-%d4", "330.%<2-9>%d2.%d4", "918-%<2-9>%d2-%d4"]), "gb": ("44", "0", ["7700 900%d3", "113 496 0%d3", "20 7946 0%d3"]), "ie": ("353", "0", ["87 %d3 %d4", "1 %d3 %d4"]), "au": ("61", "0", ["4%d2 %d3 %d3", "3 %d4 %d4"]),
    "za": ("27", "0", ["82 %d3 %d4", "11 %d3 %d4"]), "ke": ("254", "0", ["722 %d3 %d3", "20 %d3 %d4"]), "et": ("251", "0", ["91 %d3 %d4", "11 %d3 %d4"]),
}
# Papers whose numbers have no check digit, and forms of tax numbers of people; class, form.
DOCS = {
    "pass_at": ("national_id", "P %d7"), "pass_ee": ("national_id", "K%A1%d7"), "pass_hr": ("national_id", "%d9"), "pass_lt": ("national_id", "2%d7"), "pass_pl": ("national_id", "%A2%d7"), "pass_fr": ("national_id", "%d2%A2%d5"), "pass_it": ("national_id", "Y%A1%d7"), "pass_gb": ("national_id", "%z9"), "pass_us": ("national_id", "%[A|C]%d8"),
    "pass_nl": ("national_id", "N%A1%d6%d1"), "pass_ua": ("national_id", "F%A1%d6"), "pass_in": ("national_id", "%[K|M|N|P]%d7"), "pass_jp": ("national_id", "T%A1%d7"), "pass_kr": ("national_id", "M%d8"), "pass_tr": ("national_id", "U%d8"), "pass_br": ("national_id", "F%A1%d6"),
    "pass_ro": ("national_id", "0%z8"), "pass_gr": ("national_id", "A%A1%d7"), "pass_id": ("national_id", "%[B|C|E]%d7"), "pass_eg": ("national_id", "A%d8"), "pass_ke": ("national_id", "AK%d7"),
    "idc_pl": ("national_id", "C%A2 %d6"), "idc_ro": ("national_id", "%[XB|CJ|RT|IS|TM] %d6"), "idc_it": ("national_id", "CA%d5%A2"), "idc_gr": ("national_id", "A%[Β|Κ|Μ|Ζ] %d6"), "idc_ke": ("national_id", "%<20-39>%d6"), "idc_hu": ("national_id", "%d6%A2"), "idc_bg": ("national_id", "64%d7"),
    "dl_us_ca": ("national_id", "%A1%d7"), "dl_us_fl": ("national_id", "%A1%d3-%d3-%d2-%d3-0"), "dl_de": ("national_id", "B072%A1%A1%A1%d1%d1%A1%d1"), "dl_lt": ("national_id", "%d8"), "dl_jp": ("national_id", "30%<10-23>%d8"), "dl_nl": ("national_id", "5%d9"), "dl_es": ("national_id", "%d8-%A1"),
    "visa": ("national_id", "%A3%d9"), "residence_de": ("national_id", "Y%A1%N6%d1"), "mrn": ("health_id", "MRN%d7"), "mrn2": ("health_id", "H%d2-%d6"), "ehic": ("health_id", "8025%d16"), "ohip": ("health_id", "%z4-%d3-%d3-%A2"), "nhs_chart": ("health_id", "%A1%d7"),
    "rg_br": ("national_id", "%d2.%d3.%d3-%[%d1|X]"), "cedula": ("national_id", "1.0%d2.%d3.%d3"), "voter_in": ("national_id", "%A3%d7"), "umid": ("national_id", "0111-%d7-%d1"), "rfc": ("national_id", "%[GO|LO|MA|PE]%[RT|LN|CS]%<60-99>0%<1-9>%<10-28>%N2%d1"),
}


def latin(text):
    text = unicodedata.normalize("NFKD", text.translate(FOLD))
    return "".join(sign for sign in text if not unicodedata.combining(sign))


def load():
    known, block = {}, None
    for line in (pathlib.Path(__file__).parent / "words" / "people.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            name, lang = line[1:].split("] ")
            block = known[name] = {"lang": lang, "country": name}
        else:
            key, rest = line.split(" ", 1)
            if key == "like":
                block.update({one: known[rest][one] for one in "mfs"}, **{one: known[rest][one] for one in ("st", "c", "a") if one not in block})
            else:
                block[key] = rest.split(";;" if key == "a" else ";")
    return known


WORDS = load()
CODE = {"arg": "AR", "us": "US", "gb": "GB"}


class Person:
    """One made-up person of a country."""

    def __init__(self, r, country):
        words = WORDS[country]
        self.r, self.country, self.lang, self.man = r, country, words["lang"], r.random() < 0.5
        given = r.choice(words["m" if self.man else "f"])
        family = r.choice(words["s"]).split("/")
        family = family[0 if self.man or len(family) == 1 else 1]
        self.native_given, _, self.given = given.partition("=")
        self.native_family, _, self.family = family.partition("=")
        self.given, self.family = self.given or latin(self.native_given), self.family or latin(self.native_family)
        self.born = datetime.date(1941, 1, 1) + datetime.timedelta(days=r.randint(0, 24000))
        self.city, code = r.choice(words["c"]).split("|")
        self.code = papers_form(r, code)
        self.street, self.house, self.flat = r.choice(words["st"]), str(r.randint(2, 148)), str(r.randint(1, 48))
        self.form = r.choice(words["a"])
        self.seen = {}

    def name(self, how=""):
        given, family = self.native_given, self.native_family
        if how in ("l", "lu", "lr"):
            given, family = self.given, self.family
        if how in ("r", "lr"):
            return f"{family}、{given}" if self.lang in TIGHT and how == "r" else f"{family}, {given}"
        if how == "i":
            return f"{given[0]}. {family}"
        if how == "m":
            return f"{given} {self.r.choice('ABCDEFGHJKLMPRSTV')}. {family}"
        if how in ("l", "lu"):
            text = f"{given} {family}"
        elif self.lang in TIGHT:
            text = family + (" " if how == "s" else "") + given
        else:
            text = f"{family} {given}" if self.lang in EAST else f"{given} {family}"
        return text.upper() if how in ("u", "lu") else text

    def email(self, how=""):
        r, given, family = self.r, re.sub(r"[^a-z]", "", latin(self.given).lower()), re.sub(r"[^a-z]", "", latin(self.family).lower())
        host = r.choice(WORK if how == "w" else COMMON + HOSTS.get(self.lang, "").split(";") if self.lang in HOSTS else COMMON)
        user = r.choice([f"{given}.{family}", f"{given[0]}{family}", f"{family}.{given}", f"{given}_{family}{r.randint(1, 99)}", f"{family}{self.born.year % 100:02}", f"{given}-{family[0]}"]) if how != "w" else f"{given}.{family}"
        if how == "p":
            user += "+" + r.choice(["promo", "shop", "kids", "travel", "lists"])
        text = f"{user}@{host}"
        return text.upper() if how == "u" else text

    def phone(self, how=""):
        code, trunk, forms = PHONES[self.country]
        r = self.r
        number = self.seen.setdefault("number", papers_form(r, r.choice(forms)))
        how = how or r.choice("iiienznnpoh" if trunk else "iiieznnph")
        if how == "o" and trunk != "0":
            how = "i"
        inner = number[1:] if number.startswith("0") and code != "39" else number
        if how == "i":
            return f"+{code} {inner.replace('(', '').replace(')', '')}"
        if how == "p":
            return f"(+{code}) {inner.replace('(', '').replace(')', '')}"
        if how == "o":
            return f"+{code} (0) {inner.replace('(', '').replace(')', '')}"
        if how == "h":
            return f"+{code}-" + re.sub(r"[ /.()-]+", "-", inner).strip("-")
        if how == "e":
            return f"+{code}" + re.sub(r"\D", "", inner)
        if how == "b":
            return code + re.sub(r"\D", "", inner)
        if how == "z":
            return f"00{code} {inner.replace('(', '').replace(')', '')}"
        if how == "t":
            return re.sub(r"\D", "", trunk + number)
        return trunk + number

    def address(self, how=""):
        if how == "st":
            return self.fill("{n} {st}" if self.form.startswith(("{n}", "%<", "Unit", "Flat", "Apt", "Appt", "No. {n}")) else "{st} {n}")
        return self.seen.setdefault("address", self.fill(self.form))

    def fill(self, form):
        for mark, text in (("{st}", self.street), ("{n}", self.house), ("{ap}", self.flat), ("{pc}", self.code), ("{city}", self.city)):
            form = form.replace(mark, text)
        return papers_form(self.r, form)

    def birthday(self, how):
        born = self.born
        months = "January February March April May June July August September October November December".split()
        return {
            "": born.isoformat(), "dmy": born.strftime("%d.%m.%Y"), "sl": born.strftime("%d/%m/%Y"), "us": born.strftime("%m/%d/%Y"), "c": born.strftime("%Y%m%d"), "jp": f"{born.year}年{born.month}月{born.day}日", "ko": f"{born.year}. {born.month}. {born.day}.",
            "text": f"{born.day} {months[born.month - 1]} {born.year}", "mdy": f"{months[born.month - 1]} {born.day}, {born.year}", "ymd": born.strftime("%Y/%m/%d"), "da": born.strftime("%d-%m-%Y"), "iso": born.isoformat() + "T00:00:00Z", "hu": born.strftime("%Y.%m.%d."),
            "oracle": born.strftime("%d-%b-%y").upper(), "yy": born.strftime("%d.%m.%y"),
        }[how]


class Bare:
    """Draws forms without drawers."""

    def __init__(self, r):
        self.r = r

    def draw(self, name):
        raise KeyError(name)


def papers_form(r, form):
    return "".join(part for part, _ in engine.render(form, Bare(r)))


class Row:
    """A row of a table: its people, each drawn once, and all that templates may name."""

    def __init__(self, r, country, more):
        self.r, self.country, self.more, self.people = r, country, more, collections.OrderedDict()

    def person(self, number, country):
        if (number, country) not in self.people:
            self.people[number, country] = Person(self.r, self.r.choice([*WORDS]) if country == "*" else country)
        return self.people[number, country]

    def draw(self, name):
        name, _, country = name.partition("@")
        head, _, how = name.partition(".")
        found = re.fullmatch(r"([a-z]+)(\d?)", head)
        what, number = (found[1], found[2] or "1") if found else (head, "1")
        if what in ("name", "given", "family", "email", "phone", "address", "street", "dob", "id", "doc", "iban", "pan", "zip", "city", "sex", "male"):
            who = self.person(number, country or self.country)
        if what == "name":
            return [(who.name(how), ("person", "name"))]
        if what == "given":
            return [(who.given if how == "l" else who.native_given, ("person", "given"))]
        if what == "family":
            text = who.family if how == "l" else who.native_family
            return [(text.upper() if how == "u" else text, ("person", "family"))]
        if what == "email":
            return [(who.seen.setdefault(("email", how), who.email(how)), ("email", "plain"))]
        if what == "phone":
            return [(who.phone(how), ("phone", who.country))]
        if what == "address":
            return [(who.address(how), ("address", "whole"))]
        if what == "street":
            return [(who.address("st"), ("address", "street"))]
        if what == "city":
            return who.city
        if what == "zip":
            return who.code
        if what == "dob":
            return [(who.birthday(how), ("dob", "birthday"))]
        if what == "id":
            kind = "health_id" if how in ("nhs", "mbi", "kvnr", "medicare_au") else "ssn" if how == "ssn" else "national_id"
            text = who.seen[how] = who.seen.get(how) or papers.make(how, self.r, who)
            if how == "mrz":  # a line each
                first, second = text.split("\n")
                return [(first, ("person", "mrz")), ("\n", None), (second, ("national_id", "mrz"))]
            return [(text, (kind, how))]
        if what == "doc":
            kind, form = DOCS[how]
            return [(papers_form(self.r, form), (kind, how))]
        if what == "iban":
            country, group = (who.country, False)
            for part in how.split("."):
                if part == "g":
                    group = True
                elif part:
                    country = part
            code = CODE.get(country, country.upper())
            text = papers.iban(self.r, code if code in papers.IBAN else self.r.choice([*papers.IBAN]))
            return [(" ".join(text[at:at + 4] for at in range(0, len(text), 4)) if group else text, ("iban", code))]
        if what == "pan":
            parts = how.split(".")
            brand = next((part for part in parts if part in papers.CARDS), None)
            text, groups = papers.pan(self.r, brand)
            mark = next((sign for part, sign in (("s", " "), ("d", "-"), ("p", "."), ("w", "  ")) if part in parts), "")
            return [(papers.grouped(text, groups, mark), ("pan", brand or "any"))]
        return self.more(self, head, how)
