"""What is nobody's: numbers of things, dates of anything, words from lists.

Enters: a cell's context; lists of words. Leaves: text without labels. Never here: anything of a person.
"""

import datetime
import pathlib
import uuid

from sums import digits, draw, ean, luhn

WORDS = pathlib.Path(__file__).parent / "words"


def load():
    lists = {}
    for line in (WORDS / "lists.txt").read_text(encoding="utf-8").splitlines():
        if ":" in line and not line.startswith("#"):
            head, _, rest = line.partition(":")
            lists[head.strip()] = [one.strip() for one in rest.split(";")]
    return lists


LISTS = load()


def date(context, *form):
    form = " ".join(form) or "%Y-%m-%d"
    moment = datetime.datetime(2021, 1, 1) + datetime.timedelta(seconds=context.rng.randrange(5 * 31536000))
    if form == "epoch":
        return str(int((moment - datetime.datetime(1970, 1, 1)).total_seconds()))
    if form == "millis":
        return str(int((moment - datetime.datetime(1970, 1, 1)).total_seconds()) * 1000 + context.rng.randrange(1000))
    return moment.strftime(form)


def number(context, low, high, decimals="0"):
    value = context.rng.uniform(float(low), float(high))
    return f"{value:.{int(decimals)}f}"


def near(context, middle, spread, decimals="5"):
    return f"{float(middle) + context.rng.uniform(-float(spread), float(spread)):.{int(decimals)}f}"


def isbn(context):
    body = context.rng.choice(["978", "979"]) + digits(context.rng, 9, ["0", "1", "3", "2"])
    return body + ean(body)


def ups(context):
    body = draw(context.rng, "%u6%d2%d7")
    values = [int(char) if char.isdigit() else (ord(char) - 63) % 10 for char in body]
    return "1Z" + body + str(-(sum(values[0::2]) + 2 * sum(values[1::2])) % 10)


def container(context):
    body = context.rng.choice(["MSCU", "MAEU", "HLXU", "TGHU", "CMAU", "OOLU"]) + digits(context.rng, 6)
    values = {char: value for char, value in zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", [*range(10), 10, *range(12, 22), *range(23, 33), *range(34, 39)])}
    return body + str(sum(values[char] << at for at, char in enumerate(body)) % 11 % 10)


def vin(context):
    body = context.rng.choice(["1FT", "WVW", "JTD", "5YJ", "VF1", "YV1", "KMH"]) + draw(context.rng, "%u13").translate(str.maketrans("IOQ", "KLP"))
    values = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9]))
    text = body[:8] + "0" + body[8:]
    total = sum(values[char] * weight for char, weight in zip(text, (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2))) % 11
    return text[:8] + ("X" if total == 10 else str(total)) + text[9:]


def vat(context):
    return context.rng.choice([draw(context.rng, "DE%d9"), draw(context.rng, "FR%d11"), draw(context.rng, "NL%d9B01"), draw(context.rng, "GB%d9"), draw(context.rng, "ATU%d8"), draw(context.rng, "IE%d7%A")])


FIELDS = {
    "g": lambda context, *pattern: draw(context.rng, " ".join(pattern)),
    "w": lambda context, name: context.rng.choice(LISTS[name]),
    "c": lambda context, *words: context.rng.choice(" ".join(words).split(",")),
    "d": date, "n": number, "near": near, "isbn": isbn, "ups": ups, "container": container, "vin": vin, "vat": vat,
    "uuid": lambda context: str(uuid.UUID(int=context.rng.getrandbits(128), version=4)),
    "ean": lambda context: (lambda body: body + ean(body))(digits(context.rng, 12, ["40", "50", "73", "45", "00"])),
    "sscc": lambda context: (lambda body: body + ean(body))(digits(context.rng, 17, ["3", "0"])),
    "imei": lambda context: (lambda body: body + luhn(body))(digits(context.rng, 14, ["35", "86"])),
    "row": lambda context, start="1": str(int(start) + context.row),
    "ip": lambda context: f"10.{context.rng.randrange(256)}.{context.rng.randrange(256)}.{context.rng.randrange(1, 255)}",
}
