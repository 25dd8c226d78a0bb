"""Fields of look-alikes: values that hold nothing of a person and no secret.

Enters: words/things.txt, dice. Leaves: fields without labels. Never here: anything that is labelled.
"""

import base64
import datetime
import uuid

from money import shaped
from papers import ean
from template import field, shape, word_lines

THINGS = {key: [one.strip() for one in text.split(";")] for key, _, text in (line.partition(": ") for line in word_lines("things.txt"))}


@field("p")
def pattern(row, who, *parts):
    return shape(row.rng, ":".join(parts))


@field("pick")
def pick(row, who, *parts):
    return row.rng.choice(":".join(parts).split(";"))


@field("w")
def thing(row, who, name):
    return row.rng.choice(THINGS[name])


@field("int")
def integer(row, who, low, high):
    return str(row.rng.randint(int(low), int(high)))


@field("dec")
def decimal(row, who, low, high, places="2"):
    return f"{row.rng.uniform(float(low), float(high)):.{places}f}"


@field("seq")
def sequence(row, who, start, step="1"):
    """A number that grows from row to row."""
    return str(int(start) + row.number * int(step))


@field("day")
def day(row, who, low="2019", high="2026", form="%Y-%m-%d"):
    first = datetime.date(int(low), 1, 1)
    return (first + datetime.timedelta(days=row.rng.randrange(max(1, (int(high) - int(low)) * 365)))).strftime(form)


@field("ts")
def stamp(row, who, form="iso"):
    moment = datetime.datetime(2024, 1, 1) + datetime.timedelta(seconds=row.rng.randrange(2 * 365 * 86400), milliseconds=row.rng.randrange(1000))
    return {"iso": moment.strftime("%Y-%m-%dT%H:%M:%S") + f".{moment.microsecond // 1000:03d}Z", "sql": moment.strftime("%Y-%m-%d %H:%M:%S"), "ms": str(int(moment.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)),
            "s": str(int(moment.replace(tzinfo=datetime.timezone.utc).timestamp())), "clf": moment.strftime("%d/%b/%Y:%H:%M:%S +0000"), "compact": moment.strftime("%Y%m%d%H%M%S"), "us": moment.strftime("%m/%d/%Y %I:%M %p")}[form]


@field("uuid")
def uuid_(row, who):
    return str(uuid.UUID(int=row.rng.getrandbits(128), version=4))


@field("ip")
def ip(row, who):
    return f"10.{row.rng.randint(0, 255)}.{row.rng.randint(0, 255)}.{row.rng.randint(1, 254)}"


@field("ean13")
def ean13(row, who):
    body = "40" + shaped(row.rng, "#{10}")
    return body + ean(body)


@field("isbn")
def isbn(row, who):
    body = "978" + shaped(row.rng, "3#{8}")
    text = body + ean(body)
    return f"{text[:3]}-{text[3]}-{text[4:8]}-{text[8:12]}-{text[12]}"


@field("container")
def container(row, who):
    """ISO 6346, with its check digit."""
    values = {letter: at for letter, at in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", [n for n in range(10, 39) if n % 11])}
    body = row.rng.choice(["MSKU", "TGHU", "CAIU", "HLXU"]) + shaped(row.rng, "######")
    total = sum((values[c] if c.isalpha() else int(c)) << at for at, c in enumerate(body))
    return f"{body}{total % 11 % 10}"


@field("awb")
def awb(row, who):
    body = shaped(row.rng, "#######")
    return f"{row.rng.choice(['020', '176', '057'])}-{body}{int(body) % 7}"


@field("creditor")
def creditor(row, who):
    """SEPA's id of a creditor: of a company."""
    body = shaped(row.rng, "0#{10}")
    number = "".join(str(int(one, 36)) for one in body + "DE00")
    return f"DE{98 - int(number) % 97:02d}ZZZ{body}"


@field("b64json")
def b64json(row, who):
    """A cursor of pages: an offset and a direction."""
    return base64.b64encode(f'{{"offset":{row.rng.randint(10, 9000)},"dir":"{row.rng.choice(["asc", "desc"])}"}}'.encode()).decode()


@field("lat")
def lat(row, who):
    return f"{row.rng.uniform(35, 60):.6f}"


@field("lon")
def lon(row, who):
    return f"{row.rng.uniform(-9, 30):.6f}"
