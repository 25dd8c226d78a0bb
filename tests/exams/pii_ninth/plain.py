"""Fields of what is nobody's: numbers, dates, hashes, names of things, placeholders.

Enters: words/things.txt. Leaves: `n`, `d`, `ts`, `price`, `hash`, `uuid`, `pick:LIST`, `isbn`, `ean`, `luhn`, `fp` … none with a label. Never here: anything of a person.
"""

import base64
import datetime
import hashlib
import json

from keys import chars, shape
from papers import ean, luhn, num
from template import field, word_lines

THINGS = {}
for _line in word_lines("things.txt"):
    _key, _words = _line.split("|", 1)
    THINGS[_key.strip()] = [one.strip() for one in _words.split(";") if one.strip()]


@field("pick")
def pick(row, who, name):
    return row.rng.choice(THINGS[name])


@field("alt")
def alt(row, who, *choices):
    return row.rng.choice(choices[0].split("/") if len(choices) == 1 else choices)


@field("n")
def number(row, who, low, high, pad="0"):
    return str(row.rng.randint(int(low), int(high))).rjust(int(pad), "0")


@field("f")
def fraction(row, who, low, high, places="2"):
    return f"{row.rng.uniform(float(low), float(high)):.{places}f}"


@field("d")
def date(row, who, first="2023", last="2026", how="%Y-%m-%d"):
    day = datetime.date(int(first), 1, 1) + datetime.timedelta(days=row.rng.randrange(365 * (int(last) - int(first) + 1) - 40))
    return day.strftime(how.replace(";", ":"))


@field("ts")
def stamp(row, who, how="%Y-%m-%dT%H;%M;%SZ"):
    moment = datetime.datetime(2026, 1, 1) + datetime.timedelta(seconds=row.rng.randrange(86400 * 320))
    return moment.strftime(how.replace(";", ":"))


@field("hash")
def digest(row, who, name="sha256"):
    return hashlib.new(name, str(row.rng.random()).encode()).hexdigest()


@field("sri")
def integrity(row, who):
    return "sha512-" + base64.b64encode(hashlib.sha512(str(row.rng.random()).encode()).digest()).decode()


@field("uuid")
def uuid(row, who):
    return shape(row.rng, "{uuid}")


@field("ulid")
def ulid(row, who):
    return "01" + "".join(row.rng.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(24))


@field("isbn")
def isbn(row, who, gap=""):
    body = row.rng.choice(("978", "979")) + num(row.rng, 9)
    text = body + ean(body)
    return f"{text[:3]}-{text[3]}-{text[4:8]}-{text[8:12]}-{text[12]}" if gap else text


@field("ean")
def barcode(row, who):
    body = row.rng.choice(("400", "541", "761", "871")) + num(row.rng, 9)
    return body + ean(body)


@field("imei")
def imei(row, who):
    body = "35" + num(row.rng, 12)
    return body + luhn(body)


@field("iccid")
def iccid(row, who):
    body = "8949" + num(row.rng, 14)
    return body + luhn(body)


@field("x")
def characters(row, who, what, count):
    """`x:h:12` twelve hex digits, as in words/tokens.txt."""
    return chars(row.rng, what, int(count))


@field("sshpub")
def sshpub(row, who):
    return "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + chars(row.rng, "6", 43)


@field("pempub")
def pempub(row, who, what="PUBLIC KEY"):
    start = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A" if what == "PUBLIC KEY" else "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq"
    body = start + chars(row.rng, "6", 64 * 4 - 32)
    return "\n".join([f"-----BEGIN {what}-----"] + [body[at:at + 64] for at in range(0, 256, 64)] + [f"-----END {what}-----"])


@field("fp")
def fingerprint(row, who):
    return "SHA256:" + chars(row.rng, "6", 43)


@field("hexcolon")
def hexcolon(row, who, count="20"):
    return ":".join(chars(row.rng, "H", 2) for _ in range(int(count)))


@field("geo")
def geo(row, who):
    return f"{row.rng.uniform(-60, 70):.5f},{row.rng.uniform(-170, 170):.5f}"


@field("json64")
def json64(row, who):
    return base64.b64encode(json.dumps({"page": row.rng.randint(1, 99), "sort": "created"}).encode()).decode()
