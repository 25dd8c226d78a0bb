"""Secrets: tokens of vendors, passwords, connection strings, private keys, signed addresses, cookies, seeds.

Enters: `words/secrets.txt`, a cell, kinds. Leaves: pieces with the label secret; a password without its connection string, a signature without its
address. Never here: names of secrets, public keys, digests. Prefixes stand in halves so that no scanner of repositories takes a form for a token.
"""

import base64
import functools
import json
import pathlib
import re
import string
import urllib.parse
import zlib

from template import Piece

DIGITS, LOWER, UPPER = string.digits, string.ascii_lowercase, string.ascii_uppercase
POOLS = {
    "b62": DIGITS + UPPER + LOWER, "b52": UPPER + LOWER, "hex": "0123456789abcdef", "HEX": "0123456789ABCDEF", "b64": UPPER + LOWER + DIGITS + "+/",
    "b64u": UPPER + LOWER + DIGITS, "u64": UPPER + LOWER + DIGITS + "-_", "b32": UPPER + "234567", "AN": UPPER + DIGITS, "an": LOWER + DIGITS, "d": DIGITS,
    "A": UPPER, "bech": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}
WORDS = "ledger orders claims loader payroll billing catalog events intake vault fraud returns pricing loyalty telemetry inbox".split()
SEASONS = "Winter Summer Herbst Lviv Istanbul Curitiba Jakarta Gdansk Leopard Magnolia Tractor Nebula Kestrel Paprika".split()


@functools.cache
def forms():
    lines = (pathlib.Path(__file__).parent / "words" / "secrets.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split(" | ", 1) for line in lines if line and not line.startswith("#"))


def some(rng, pool, count):
    return "".join(rng.choice(POOLS[pool]) for _ in range(count))


def base62(number):
    out = ""
    for _ in range(6):
        number, rest = divmod(number, 62)
        out = POOLS["b62"][rest] + out
    return out


def with_crc(rng, prefix, count):
    """As GitHub's: the last six say the checksum of what stands before."""
    body = some(rng, "b62", count)
    return body + base62(zlib.crc32(body.encode()))


def password(rng):
    mixed = "".join(rng.choice(UPPER + LOWER + DIGITS + "!#$%^*-_+?@") for _ in range(rng.randrange(11, 20)))
    word = rng.choice(SEASONS)
    return rng.choice([mixed + rng.choice("!#7x"), f"{word}{rng.randrange(2019, 2027)}{rng.choice('!#$?')}", f"{word.lower()}-{rng.choice(WORDS)}-{rng.randrange(10, 99)}-{rng.choice(SEASONS).lower()}",
                       f"{rng.choice(['P@ssw0rd', 'Ch4ngeMe', 'W3lcome', 'Adm1n'])}_{rng.randrange(100, 9999)}", some(rng, "b62", 24)])


def b64(value):
    return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


def jwt(rng):
    head = b64(json.dumps({"alg": rng.choice(["RS256", "HS256", "ES256"]), "typ": "JWT"}, separators=(",", ":")))
    body = b64(json.dumps({"sub": some(rng, "d", 8), "iss": "https://id.example.com/", "iat": rng.randrange(1760000000, 1796000000), "scope": "read"}, separators=(",", ":")))
    return f"{head}.{body}.{some(rng, 'u64', 43)}"


def pem(rng, argument):
    name, lines = argument.split(";")
    start = {"RSA PRIVATE KEY": "MIIEpAIBAAKCAQEA", "PRIVATE KEY": "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "EC PRIVATE KEY": "MHcCAQEEI", "OPENSSH PRIVATE KEY": "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ"}.get(name, "lQdGBG")
    body = start + some(rng, "b64", int(lines) * 64 - len(start) - 20) + "=="
    rows = "\n".join(body[at:at + 64] for at in range(0, len(body), 64))
    dash = "-" * 5
    return f"{dash}BEGIN {name}{dash}\n{rows}\n{dash}END {name}{dash}"


def fill(form, rng):
    def one(match):
        name, _, argument = match.group(1).partition(":")
        if name in POOLS:
            return some(rng, name, int(argument))
        if name == "one":
            return rng.choice(argument.split(";"))
        if name == "uuid":
            return "-".join(some(rng, "hex", size) for size in (8, 4, 4, 4, 12))
        made = {"crc": lambda: with_crc(rng, "", int(argument)), "word": lambda: rng.choice(WORDS), "pw": lambda: password(rng), "jwt": lambda: jwt(rng), "pem": lambda: pem(rng, argument),
                "basic": lambda: base64.b64encode(f"{rng.choice(WORDS)}:{password(rng)}".encode()).decode()}
        return made[name]()
    # Two of the mark stand for the mark itself; doubled braces too.
    form = form.replace("~~", "\0").replace("~", "").replace("\0", "~").replace("{{", "\1").replace("}}", "\2")
    return re.sub(r"\{([A-Za-z0-9]+(?::[^{}]*)?)\}", one, form).replace("\1", "{").replace("\2", "}")


def secret(cell, argument):
    """One of the kinds named, separated by commas."""
    kind = cell.rng.choice(argument.split(","))
    form = forms()[kind]
    before, mark, rest = form.partition("⟦")
    if not mark:
        return Piece(fill(form, cell.rng), "secret", kind)
    inner, _, after = rest.partition("⟧")
    made = fill(inner, cell.rng)
    if "://" in before and "{pw}" in inner:
        made = urllib.parse.quote(made, safe="!$*+")
    return [Piece(fill(before, cell.rng)), Piece(made, "secret", kind), Piece(fill(after, cell.rng))]


FIELDS = {"secret": secret}
