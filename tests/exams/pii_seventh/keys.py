"""Secrets of many vendors, put together from halves.

Enters: words/secrets.txt. Leaves: `make(kind, rng)`.
"""

import base64
import json
import pathlib
import re
import string
import zlib

ALPHABETS = {"b62": string.ascii_letters + string.digits, "b64": string.ascii_letters + string.digits + "+/", "b64u": string.ascii_letters + string.digits + "-_", "b32": string.ascii_uppercase + "234567",
             "hex": "0123456789abcdef", "uhex": "0123456789ABCDEF", "d": string.digits, "up": string.ascii_uppercase + string.digits, "l36": string.ascii_lowercase + string.digits,
             "l32": string.ascii_lowercase + "234567", "al": string.ascii_letters, "bech": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"}
WORDS = pathlib.Path(__file__).parent / "words"
KINDS = {}
for line in (WORDS / "secrets.txt").read_text(encoding="utf-8").splitlines():
    if " = " in line and not line.startswith("#"):
        kind, _, parts = line.partition(" = ")
        KINDS[kind] = "".join(part.strip(" ") for part in parts.split("~ "))
PLAINWORDS = (WORDS / "plainwords.txt").read_text(encoding="utf-8").split()


def run(alphabet, length, rng):
    return "".join(rng.choice(ALPHABETS[alphabet]) for _ in range(int(length)))


def base62(number, width):
    text = ""
    while number:
        number, rest = divmod(number, 62)
        text = (string.digits + string.ascii_uppercase + string.ascii_lowercase)[rest] + text
    return text.rjust(width, "0")


def b64(data):
    return base64.b64encode(data).decode()


def password(rng):
    word, other = rng.choice(PLAINWORDS), rng.choice(PLAINWORDS)
    leet = str.maketrans("aeio", "@3!0")
    return rng.choice([
        lambda: word.capitalize() + rng.choice("!#$%&*?") + str(rng.randrange(10, 2030)),
        lambda: word.translate(leet).capitalize() + other.capitalize() + str(rng.randrange(10, 99)),
        lambda: run("b62", rng.randrange(11, 19), rng) + rng.choice("!#$%^*") + run("b62", 3, rng),
        lambda: f"{word}-{other.capitalize()}-{rng.randrange(100, 999)}",
        lambda: "".join(rng.choice(string.ascii_letters + string.digits + "!#$%*+=?_-") for _ in range(16)),
        lambda: word.capitalize() + str(rng.randrange(1970, 2026)) + rng.choice("!*#"),
    ])()


def pem(name, rng):
    body = b64(rng.randbytes(600 if "EC" not in name else 120))
    lines = [body[at:at + 64] for at in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {name} KEY-----", *lines, f"-----END {name} KEY-----"])


def pgp(rng):
    body = b64(rng.randbytes(420))
    lines = [body[at:at + 64] for at in range(0, len(body), 64)]
    return "\n".join(["-----BEGIN PGP " + "PRIVATE " + "KEY BLOCK-----", "", *lines, "=" + run("b64", 4, rng), "-----END PGP " + "PRIVATE " + "KEY BLOCK-----"])


def part(what, rng):
    name, _, size = what.partition(":")
    if name == "gh":  # GitHub's and npm's: thirty of base 62 and a checksum
        body = run("b62", 30, rng)
        return body + base62(zlib.crc32(body.encode()), 6)
    if name == "uuid":
        return "-".join(run("hex", length, rng) for length in (8, 4)) + "-4" + run("hex", 3, rng) + "-" + rng.choice("89ab") + run("hex", 3, rng) + "-" + run("hex", 12, rng)
    if name == "jwt":
        claims = {"sub": str(rng.randrange(10 ** 6, 10 ** 7)), "aud": rng.choice(["api", "portal", "mobile"]), "iat": 1700000000 + rng.randrange(10 ** 7), "exp": 1790000000 + rng.randrange(10 ** 6)}
        return base64.urlsafe_b64encode(json.dumps(claims, separators=(",", ":")).encode()).decode().rstrip("=")
    if name == "basic":
        return b64(f"svc_{rng.choice(PLAINWORDS)}:{run('b62', 14, rng)}".encode())
    if name == "pem":
        return pem(size, rng)
    if name == "pgp":
        return pgp(rng)
    if name == "pw":
        return password(rng)
    if name == "phrase":
        return " ".join(rng.choice(PLAINWORDS) for _ in range(5))
    return run(name, size, rng)


def make(argument, rng):
    kind, _, how = argument.partition(":")
    value = re.sub(r"\{([^}]*)\}", lambda one: part(one.group(1), rng), KINDS[kind])
    return value.replace("/", "%2F").replace("+", "%2B").replace("=", "%3D") if how == "url" else value
