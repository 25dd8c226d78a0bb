"""Values that are nobody's: numbers of orders and things, codes, hashes, times, quantities, words.

Enters: a cell, `words/things.txt`. Leaves: pieces without labels; check digits of things (EAN, VIN, IMEI, LEI, routing numbers) are right too. Never here: anything of a
person.
"""

import base64
import datetime
import functools
import pathlib
import uuid

from keys import some
from money import luhn_digit, some_digits


@functools.cache
def things():
    lines = (pathlib.Path(__file__).parent / "words" / "things.txt").read_text(encoding="utf-8").splitlines()
    return {name.strip(): [part.strip() for part in rest.split(" ; ")] for name, _, rest in (line.partition(" | ") for line in lines if line and line[0] != "#")}


def pool(name):
    return lambda cell, size: some(cell.rng, name, int(size))


def number(cell, argument):
    low, high = argument.split("..")
    return str(cell.rng.randrange(int(low), int(high) + 1))


def amount(cell, argument):
    low, high, places = argument.split("..")
    return f"{cell.rng.uniform(float(low), float(high)):.{places}f}"


def when(cell, form):
    """A time of the last years; `iso` unless said."""
    moment = datetime.datetime(2023, 1, 1) + datetime.timedelta(seconds=cell.rng.randrange(123_000_000), milliseconds=cell.rng.randrange(1000))
    if form == "epoch":
        return str(int((moment - datetime.datetime(1970, 1, 1)).total_seconds()))
    if form == "ms":
        return str(int((moment - datetime.datetime(1970, 1, 1)).total_seconds() * 1000))
    return moment.strftime(form) if form else moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{moment.microsecond // 1000:03}"


def with_gtin(body):
    total = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(body)))
    return body + str(-total % 10)


def isbn(cell, form):
    number = with_gtin(("978" + cell.rng.choice(["0", "1", "83", "605", "85"]) + some_digits(cell.rng, 9))[:12])
    return f"{number[:3]}-{number[3]}-{number[4:7]}-{number[7:12]}-{number[12]}" if form == "dash" else number


def vin(cell, _):
    values = {**{str(digit): digit for digit in range(10)}, **dict(zip("ABCDEFGH", range(1, 9))), **dict(zip("JKLMN", range(1, 6))), "P": 7, "R": 9, **dict(zip("STUVWXYZ", range(2, 10)))}
    text = list(cell.rng.choice(["1FT", "WVW", "VF1", "NMT", "9BW", "LSV"]) + "".join(cell.rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(14)))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    rest = sum(values[char] * weight for char, weight in zip(text, weights)) % 11
    text[8] = "X" if rest == 10 else str(rest)
    return "".join(text)


def luhn(argument):
    prefix, size = argument
    return lambda cell, _: (lambda body: body + luhn_digit(body))(prefix + some_digits(cell.rng, size))


def post(cell, argument):
    """An international parcel, with its check digit."""
    digits = some_digits(cell.rng, 8)
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7))) % 11
    return f"{cell.rng.choice(['RR', 'CP', 'EE', 'LX', 'UA'])}{digits}{ {10: 0, 11: 5}.get(check, check)}{argument or 'GB'}"


def container(cell, _):
    code = cell.rng.choice(["MSCU", "TGHU", "CMAU", "HLXU", "OOLU"]) + some_digits(cell.rng, 6)
    values, value = {}, 10
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        value += value % 11 == 0
        values[letter] = value
        value += 1
    total = sum((values.get(char) if char.isalpha() else int(char)) * 2**index for index, char in enumerate(code))
    return f"{code}{total % 11 % 10}"


def routing(cell, _):
    body = cell.rng.choice(["02", "06", "11", "12", "07", "31"]) + some_digits(cell.rng, 6)
    return body + str(-sum(int(digit) * weight for digit, weight in zip(body, (3, 7, 1) * 3)) % 10)


def cnpj(cell, _):
    number = some_digits(cell.rng, 8) + "0001"
    for weights in ((5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2), (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)):
        rest = sum(int(digit) * weight for digit, weight in zip(number, weights)) % 11
        number += str(0 if rest < 2 else 11 - rest)
    return f"{number[:2]}.{number[2:5]}.{number[5:8]}/{number[8:12]}-{number[12:]}"


def nip(cell, _):
    """The tax number of a Polish company."""
    while True:
        body = str(cell.rng.randrange(1, 10)) + some_digits(cell.rng, 8)
        check = sum(int(digit) * weight for digit, weight in zip(body, (6, 5, 7, 2, 3, 4, 5, 6, 7))) % 11
        if check < 10:
            return f"{body[:3]}-{body[3:6]}-{body[6:8]}-{body[8]}{check}"


def isin(cell, _):
    body = cell.rng.choice(["US", "GB", "PL", "TR", "BR", "ZA"]) + some(cell.rng, "AN", 9)
    return body + luhn_digit("".join(str(int(char, 36)) for char in body))


def lei(cell, _):
    body = some(cell.rng, "d", 4) + "00" + some(cell.rng, "AN", 12)
    return f"{body}{98 - int(''.join(str(int(char, 36)) for char in body + '00')) % 97:02}"


def public_key(cell, form):
    if form == "pem":
        body = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA" + some(cell.rng, "b64", 340) + "IDAQAB"
        return "-----BEGIN PUBLIC KEY-----\n" + "\n".join(body[at:at + 64] for at in range(0, len(body), 64)) + "\n-----END PUBLIC KEY-----"
    return "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + some(cell.rng, "b64", 43) + f" deploy@ci-{cell.rng.randrange(1, 40)}"


FIELDS = {
    **{name: pool(name) for name in ("hex", "AN", "an", "d", "A", "b62", "b64", "HEX")},
    "n": number, "f": amount, "one": lambda cell, argument: cell.rng.choice(argument.split(";")), "w": lambda cell, name: cell.rng.choice(things()[name]),
    "t": when, "uuid": lambda cell, _: str(uuid.UUID(int=cell.rng.getrandbits(128), version=4)), "sha": lambda cell, size: some(cell.rng, "hex", int(size or 40)),
    "row": lambda cell, base: str(int(base or 1) + cell.row), "ean": lambda cell, _: with_gtin(cell.rng.choice(["590", "500", "869", "789", "899", "600", "0"]).ljust(3, "1") + some_digits(cell.rng, 9)),
    "isbn": isbn, "vin": vin, "imei": luhn(("35", 12)), "iccid": luhn(("8944", 14)), "post": post, "container": container, "routing": routing, "cnpj": cnpj, "nip": nip,
    "isin": isin, "lei": lei, "pubkey": public_key, "mac": lambda cell, _: ":".join(some(cell.rng, "hex", 2) for _ in range(6)),
    "ip": lambda cell, _: f"10.{cell.rng.randrange(256)}.{cell.rng.randrange(256)}.{cell.rng.randrange(1, 255)}", "ulid": lambda cell, _: "01J" + "".join(cell.rng.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(23)),
    "sex": lambda cell, form: (form or "M;F").split(";")[1 if cell.person.female else 0],
    "last4": lambda cell, _: some_digits(cell.rng, 4), "bytes": lambda cell, size: base64.b64encode(cell.rng.randbytes(int(size))).decode(),
}
