"""Secrets: tokens by the forms of words/keys.txt, and what needs more than a pattern: JWTs, keys in armour, phrases, basic authentication.

Enters: words/keys.txt, chance. Leaves: fields `s:KIND` and others. Never here: the lines around them (tables/*.txt).
"""

import base64
import json
import pathlib
import random

from engine import field, pattern, said

KINDS = {}
for line in (pathlib.Path(__file__).parent / "words" / "keys.txt").read_text(encoding="utf-8").splitlines():
    if line and not line.startswith("#"):
        name, form = line.split(" | ", 1)
        assert name not in KINDS, name
        KINDS[name] = form


def bitlocker(chance):
    return "-".join(f"{chance.randint(1000, 65535) * 11:06}" for _ in range(8))


def token(chance, kind):
    if KINDS[kind] == "BITLOCKER":
        return bitlocker(chance)
    return pattern(chance, KINDS[kind])


@field("s")
def _(cell, kinds):
    kind = cell.chance.choice(kinds.split(","))
    return said(token(cell.chance, kind), "secret", kind)


@field("codes")
def _(cell, kind, count="6", between=" "):
    made = []
    for at in range(int(count)):
        made += ([(between, None, "")] if at else []) + [(token(cell.chance, kind), "secret", kind)]
    return made


def b64(value):
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


@field("jwt")
def _(cell, algorithm="RS256"):
    head = {"alg": algorithm, "typ": "JWT", "kid": pattern(cell.chance, "h{8}")}
    body = {"sub": pattern(cell.chance, "d{9}"), "iss": "https://id.halvorn.example", "exp": cell.chance.randint(1_700_000_000, 1_800_000_000), "scope": cell.chance.choice(["read", "orders:write", "openid profile"])}
    size = 32 if algorithm == "HS256" else 64 if algorithm == "ES256" else 256
    parts = [json.dumps(head, separators=(",", ":")).encode(), json.dumps(body, separators=(",", ":")).encode(), cell.chance.randbytes(size)]
    return said(".".join(map(b64, parts)), "secret", "jwt_" + algorithm.lower())


ARMOUR = {"rsa": ("RSA PRIVATE KEY", 12), "ec": ("EC PRIVATE KEY", 3), "pkcs8": ("PRIVATE KEY", 14), "pkcs8enc": ("ENCRYPTED PRIVATE KEY", 14), "ssh": ("OPENSSH PRIVATE KEY", 6), "dsa": ("DSA PRIVATE KEY", 8),
          "pgp": ("PGP PRIVATE KEY BLOCK", 12)}


def armour(chance, kind):
    title, lines = ARMOUR[kind]
    start = {"rsa": "MIIEpAIBAAKCAQEA", "ec": "MHcCAQEEI", "pkcs8": "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ", "ssh": "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUxOQ",
             "pkcs8enc": "MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQI", "dsa": "MIIBvAIBAAKBgQ", "pgp": "lQVYBGW"}[kind]
    body = start + pattern(chance, "B{%d}" % (64 * lines - 20 - len(start))) + "=="
    rows = [body[at:at + 64] for at in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {title}-----", *([""] if kind == "pgp" else []), *rows, f"-----END {title}-----"])


@field("pem")
def _(cell, kind="rsa"):
    return said(armour(cell.chance, kind), "secret", "pem_" + kind)


@field("ppk")
def _(cell):
    return said("\n".join(pattern(cell.chance, "B{64}") for _ in range(1)), "secret", "putty_private")


WORDS = """above acid acorn alley amber anchor apple april arrow autumn badge bamboo basket beach blossom border brick bridge butter cactus candle canvas carbon castle cedar chalk cherry circle clock cloud coral cotton cradle
cricket crystal dawn desert dolphin dragon eagle echo ember engine fabric falcon feather fiction flame forest fossil galaxy garden ginger glacier granite harbor hazel helmet hollow honey humble icon island ivory jacket jungle kettle
ladder lagoon lantern lemon lizard lunar magnet maple marble meadow mirror monkey nectar noble oasis ocean olive orbit orchard oxygen paddle panther pepper pilot planet pond prairie puzzle quantum rabbit raven ribbon river rocket saddle
salmon scarf shadow silver sketch spider spirit stable sunset tangle temple thunder tiger timber token tornado tunnel turtle umbrella uniform valley velvet violin voyage walnut whale willow winter yellow zebra""".split()


@field("phrase")
def _(cell, count="12"):
    return said(" ".join(cell.chance.sample(WORDS, int(count))), "secret", f"wallet_phrase_{count}")


@field("passphrase")
def _(cell):
    return said("-".join(cell.chance.sample(WORDS, 4)) + str(cell.chance.randint(10, 99)), "secret", "passphrase")


@field("pass")
def _(cell, kind="any"):
    words = random.Random(cell.chance.random()).sample(WORDS, 2)
    forms = [f"{words[0].title()}{cell.chance.randint(10, 2029)}{cell.chance.choice('!?#$%*')}", f"{words[0]}{cell.chance.choice('._-')}{words[1]}{cell.chance.randint(1, 99)}", pattern(cell.chance, "*{10-18}") + cell.chance.choice("!#%*"),
             f"{words[0].title().replace('a', '@').replace('o', '0')}{words[1].title()}{cell.chance.randint(1, 999)}", pattern(cell.chance, "u{20-28}d")]
    text = cell.chance.choice(forms)
    if kind == "safe":
        text = "".join(one for one in text if one.isalnum() or one in "_-!")
    return said(text, "secret", "password")


@field("basic")
def _(cell, user=None):
    user = user or cell.chance.choice(["svc-orders", "etl", "halvorn-api", "monitor", "ci-bot"])
    return said(base64.b64encode(f"{user}:{pattern(cell.chance, '*{16-24}')}".encode()).decode(), "secret", "basic_auth")
