"""What is nobody's: numbers, codes, words, prose, code.

Enters: a row, `words/things.txt` and `words/prose.txt`. Leaves: fields without class, and prose by language. Never here: labels.
"""

import datetime
import pathlib
import uuid as uuids

from papers import luhn
from template import field, shape

WORDS = pathlib.Path(__file__).parent / "words"


def lists(name, by):
    out = {}
    for line in (WORDS / name).read_text(encoding="utf-8").splitlines():
        key, _, rest = line.partition(" ")
        if key:
            out.setdefault(key, []).extend(part.strip() for part in rest.split(by))
    return out


THINGS, PROSE = lists("things.txt", ","), lists("prose.txt", "|")


@field("x")
def x(row, who, arg):
    return shape(arg, row.rng)


@field("w")
def w(row, who, arg):
    """A word of a list, or of one of some."""
    return row.rng.choice(THINGS[row.rng.choice(arg.split("/"))])


@field("say")
def say(row, who, arg):
    """A sentence in the language named, or the country's where there is one, else English."""
    return row.rng.choice(PROSE.get(arg or who.country["lang"]) or PROSE["en"])


@field("n")
def n(row, who, arg):
    low, high = arg.split("..")
    return str(row.rng.randrange(int(low), int(high) + 1))


@field("d")
def d(row, who, arg):
    """Between, with as many decimals as the upper bound shows; a sign that follows makes a comma of the point."""
    low, high = arg.rstrip(",").split("..")
    made = f"{row.rng.uniform(float(low), float(high)):.{len(high.partition('.')[2])}f}"
    return made.replace(".", ",") if arg.endswith(",") else made


def moment(row, since=2019, days=2800):
    return datetime.datetime(since, 1, 1) + datetime.timedelta(seconds=row.rng.randrange(days * 86400))


@field("date")
def date(row, who, arg):
    return moment(row).strftime(arg or "%Y-%m-%d")


@field("old")
def old(row, who, arg):
    """A date of something long past that is no birthday: foundings, first editions, listed houses."""
    return moment(row, 1921, 31000).strftime(arg or "%Y-%m-%d")


@field("ts")
def ts(row, who, arg):
    return moment(row).strftime(arg or "%Y-%m-%d %H:%M:%S.") + ("" if arg else f"{row.rng.randrange(1000):03}")


@field("epoch")
def epoch(row, who, arg):
    return str(int((moment(row) - datetime.datetime(1970, 1, 1)).total_seconds())) + ("" if arg != "ms" else f"{row.rng.randrange(1000):03}")


@field("uuid")
def uuid(row, who, arg):
    made = str(uuids.UUID(int=row.rng.getrandbits(128), version=4))
    return made.upper() if arg == "u" else made.replace("-", "") if arg == "b" else made


@field("gtin")
def gtin(row, who, arg):
    """EAN-13 (or GTIN-14, UPC-A: arg is the length) with its check digit."""
    made = shape("#" * (int(arg or 13) - 1), row.rng)
    return made + str(-sum(int(sign) * (3 if place % 2 == 0 else 1) for place, sign in enumerate(reversed(made))) % 10)


@field("isbn")
def isbn(row, who, arg):
    made = shape("978(0/1/3/2)#*8", row.rng)
    made += str(-sum(int(sign) * (1, 3)[place % 2] for place, sign in enumerate(made)) % 10)
    return f"{made[:3]}-{made[3]}-{made[4:7]}-{made[7:12]}-{made[12]}" if arg else made


@field("imei")
def imei(row, who, arg):
    made = "35" + shape("#*12", row.rng)
    return made + luhn(made)


@field("iccid")
def iccid(row, who, arg):
    made = "8949" + shape("#*14", row.rng)
    return made + luhn(made)


@field("upu")
def upu(row, who, arg):
    made = shape("#*8", row.rng)
    left = 11 - sum(int(sign) * weight for sign, weight in zip(made, (8, 6, 4, 2, 3, 5, 9, 7))) % 11
    return shape("(RR/CP/EE/LX)", row.rng) + made + str({10: 0, 11: 5}.get(left, left)) + shape("(DE/GB/SE/JP/US)", row.rng)


@field("bad16")
def bad16(row, who, arg):
    """Sixteen digits in the form of a card that fail Luhn."""
    made = shape("(4/5)#*14", row.rng)
    made += str((int(luhn(made)) + row.rng.randrange(1, 10)) % 10)
    return " ".join(made[at:at + 4] for at in range(0, 16, 4)) if arg == "s" else made


@field("ip")
def ip(row, who, arg):
    return ".".join(str(row.rng.randrange(1, 255)) for _ in range(4)) if arg != "6" else "2001:db8:" + ":".join(shape("&*4", row.rng) for _ in range(6))


@field("co")
def co(row, who, arg):
    """A company."""
    return f"{row.rng.choice(THINGS['firm'])} {row.rng.choice(THINGS['form'])}"


@field("sku")
def sku(row, who, arg):
    return shape(row.rng.choice(["^^^-####", "##-###-^^", "^#*5-(S/M/L/XL)", "#*6.##"]), row.rng)
