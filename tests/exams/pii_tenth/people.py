"""Fields of persons: names, mail, telephones, addresses, birthdays, by country.

Enters: words/people_*.txt; a Row and who of it is meant. Leaves: labelled text; the same person has one name, one mail, one birthday in a row.
Never here: papers and numbers of persons (papers.py).
"""

import datetime
import re
import unicodedata

from template import field, form, sections

PEOPLE = {}
for _name in ("people_west.txt", "people_mid.txt", "people_far.txt"):
    for _code, _words in sections(_name).items():
        PEOPLE[_code] = {**_words, "lang": _words[""][0]}
HOSTS = ("postbox.example", "example.com", "mailhaus.example", "example.org", "firm-ost.example", "example.net", "correo.example", "lakeside-dental.example", "kontor.example", "uni.example.edu", "mx.example.co.uk")
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "ı": "i", "æ": "ae", "ð": "d", "þ": "th", "Ł": "L", "Ø": "O", "Đ": "D", "Æ": "Ae", "Þ": "Th", "İ": "I", "’": "", "'": ""})
YOUNG = {("SCHOOL_REGISTER", 1)}
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()


def ascii_of(text):
    text = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(one for one in text if ord(one) < 128)


def person(row, who):
    """Who it is: native and Latin names, sex, birthday, mail."""
    if ("person", who) not in row.memo:
        rng, words = row.dice("person", *who), PEOPLE[who[1]]
        sex = rng.choice("mf")
        given = rng.choice(words[sex]).partition("=")
        family = rng.choice(words["famf" if sex == "f" and "famf" in words else "fam"]).partition("=")
        born = datetime.date(rng.randint(2008, 2018) if (row.table, who[0]) in YOUNG else rng.randint(1941, 2004), rng.randint(1, 12), rng.randint(1, 28))
        one = {"sex": sex, "given": given[0], "family": family[0], "lgiven": ascii_of(given[2] or given[0]), "lfamily": ascii_of(family[2] or family[0]), "born": born, "country": who[1],
               "glue": "" if "glue" in words else " ", "swap": "order" in words}
        first, last = (re.sub("[^a-z]", "", part.lower()) for part in (one["lgiven"], one["lfamily"]))
        shape = rng.choice(("{f}.{l}", "{i}{l}", "{f}_{l}", "{l}{y}", "{f}{y}", "{i}.{l}+{t}", "{l}-{f}", "{f}"))
        one["mail"] = shape.format(f=first, l=last, i=first[:1], y=born.year % 100, t=rng.choice(("news", "shop", "bank"))) + "@" + rng.choice(HOSTS)
        row.memo["person", who] = one
    return row.memo["person", who]


def name(one):
    parts = (one["family"], one["given"]) if one["swap"] else (one["given"], one["family"])
    return one["glue"].join(parts) if one["swap"] else " ".join(parts)


def far(one):
    """Written without letters that stand alone."""
    return one["country"] in ("JP", "KR", "CN", "TW")


SHAPES = {
    "full": name,
    "latin": lambda p: f"{p['lgiven']} {p['lfamily']}",
    "last_first": lambda p: name(p) if far(p) else f"{p['family']}, {p['given']}",
    "LAST_first": lambda p: f"{p['family'].upper()} {p['given']}",
    "FULL": lambda p: name(p).upper(),
    "lower": lambda p: name(p).lower(),
    "initial": lambda p: f"{p['lgiven'][0]}. {p['lfamily']}" if far(p) else f"{p['given'][0]}. {p['family']}",
    "last_i": lambda p: f"{p['family']} {p['given'][0]}.",
    "given": lambda p: p["given"],
    "family": lambda p: p["family"],
    "FAMILY": lambda p: p["family"].upper(),
    "lgiven": lambda p: p["lgiven"],
    "lfamily": lambda p: p["lfamily"],
    "pnr": lambda p: f"{p['lfamily']}/{p['lgiven']}".upper().replace(" ", "").replace("-", ""),
    "mid": lambda p: f"{p['given']} {'ABCDEFGHJKLMNPRSTW'[p['born'].day % 18]}. {p['family']}",
    "camt": lambda p: f"{p['lfamily']} {p['lgiven']}".upper(),
    "hl7": lambda p: f"{p['lfamily']}^{p['lgiven']}",
    "caret": lambda p: f"{p['lfamily']}^{p['lgiven']}^{'ABCDEFGHJKLMNPRSTW'[p['born'].day % 18]}".upper(),
    "commaless": lambda p: f"{p['family']} {p['given']}",
}


def _shape(key):
    def make(row, who, argument):
        return SHAPES[key](person(row, who)), "person", key
    field(key)(make)


for _key in SHAPES:
    _shape(_key)


@field("mail")
def mail(row, who, argument):
    text = person(row, who)["mail"]
    if argument == "upper":
        text = text.upper()
    if argument == "enc":
        text = text.replace("@", "%40")
    return text, "email", argument or "plain"


@field("tel")
def tel(row, who, style):
    """`intl`, `nat` (default: either), `e164` without blanks, `bare` without plus, `ext` with an extension."""
    words = PEOPLE[who[1]]
    rng = row.rng
    text = form(rng, rng.choice(words["nat"] if style in ("nat", "ext") else words["intl"] if style else words["intl"] + words["nat"]))
    if style in ("e164", "bare"):
        text = re.sub(r"\(0\)|[^\d+]", "", text)
        text = "+" + text[2:] if text.startswith("00") else text
        text = text.lstrip("+") if style == "bare" else text
    if style == "ext":
        return [(text, "phone", "ext"), rng.choice((" ext. ", " x", ";ext=")) + form(rng, "{n3}")]
    return text, "phone", style or "either"


def place(row, who):
    """Street, number, code and town of a person, the same in all columns of a row."""
    if ("place", who) not in row.memo:
        rng, words = row.dice("place", *who), PEOPLE[who[1]]
        town, _, code = rng.choice(words["city"]).partition("=")
        row.memo["place", who] = {"$S": rng.choice(words["st"]), "$N": str(rng.randint(1, 140)), "$Z": form(rng, code), "$C": town, "adr": form(rng, rng.choice(words["adr"]))}
    return row.memo["place", who]


@field("addr")
def address(row, who, argument):
    """The whole line; `‹addr:nl›` on two lines, `‹addr:up›` in capitals; `‹street›` without town and code."""
    where = place(row, who)
    line = where["adr"]
    if argument == "street":
        number_first = where["adr"].lstrip("No. ").startswith("$N")
        line = "$N $S" if number_first else "$S $N"
    for key in ("$S", "$N", "$Z", "$C"):
        line = line.replace(key, where[key])
    line = re.sub("  +", " ", line)
    if argument == "up":
        line = line.upper()
    return line, "address", argument or "line"


@field("st")
def street_only(row, who, argument):
    return address(row, who, "street")


@field("town")
def town(row, who, argument):
    return place(row, who)["$C"]


@field("zip")
def code(row, who, argument):
    return place(row, who)["$Z"]


@field("born")
def born(row, who, style):
    day = person(row, who)["born"]
    text = f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year}" if style == "ora" else day.strftime({"": "%Y-%m-%d", "eu": "%d.%m.%Y", "us": "%m/%d/%Y", "fr": "%d/%m/%Y", "nl": "%d-%m-%Y", "num": "%Y%m%d",
        "ts": "%Y-%m-%d 00:00:00", "iso": "%Y-%m-%dT00:00:00Z", "ymd": "%Y/%m/%d", "ja": "%Y年%m月%d日", "short": "%d.%m.%y", "ddmm": "%d%m%Y", "long": "%d %B %Y"}[style])
    return text, "dob", style or "iso-date"
