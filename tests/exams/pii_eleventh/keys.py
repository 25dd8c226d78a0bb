"""Fields of secrets: tokens of vendors, passwords, private keys, codes.

Enters: words/tokens.txt. Leaves: the fields k, s, pw, pin, code, jwt, pem, basic, phrase, docker_auth. Never here: look-alikes of secrets (plain.py).
"""

import base64
import json
import zlib

from people import PEOPLE, person
from template import field, shape, word_lines

TOKENS = dict(tuple(part.strip() for part in line.split(" | ")) for line in word_lines("tokens.txt"))
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
WORDS = "Walnut Gondola Marzipan Thicket Orbit Cobalt Pumpernickel Lantern Saffron Glacier Trombone Velcro Quokka Mandolin Pebble Zeppelin Hornet Bramble Copper Yonder".split()
LOCAL = {"de": "Sommer Kaffeetasse Rotkehlchen Werkstatt Schnecke".split(), "fr": "Tartine Papillon Moulin Grenouille Brioche".split(), "es": "Tortuga Verano Castillo Naranja Relampago".split(),
         "pl": "Kotek Wiosna Zamek Truskawka Biedronka".split(), "nl": "Stroopwafel Fietsbel Molen Tulp Kikker".split(), "it": "Gelato Vespa Girasole Farfalla Tramonto".split(), "pt": "Saudade Pastel Andorinha Girassol Praia".split()}
SEEDS = "anchor basket cactus dolphin embrace fabric garlic hockey island jungle kitten ladder magnet noodle orchard pepper quiz rabbit saddle timber umbrella velvet walnut yellow zebra bronze ceiling dragon enlist flavor".split()


def b64(raw):
    return base64.b64encode(raw).decode()


def b64url(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def checked(prefix, dice, size=30):
    """GitHub's and npm's tokens end in CRC-32 in base 62."""
    body = shape(dice, f"*{{{size}}}")
    left, tail = zlib.crc32(body.encode()), ""
    while left:
        left, at = divmod(left, 62)
        tail = BASE62[at] + tail
    return prefix + body + tail.rjust(6, "0")


@field("k")
def token(row, who, name):
    if name in ("github_classic", "github_oauth", "github_server", "npm"):
        return checked({"github_classic": "ghp_", "github_oauth": "gho_", "github_server": "ghs_", "npm": "npm_"}[name], row.rng), "secret", name
    return shape(row.rng, TOKENS[name]), "secret", name


@field("s")
def inline(row, who, kind, *pattern):
    return shape(row.rng, ":".join(pattern)), "secret", kind


def password(dice, lang, form):
    words = WORDS + LOCAL.get(lang, []) * 3
    one, two = dice.choice(words), dice.choice(words)
    if form == "any":
        form = dice.choice(["word", "word", "leet", "random", "phrase", "safe"])
    return {"word": f"{one}{dice.randint(10, 2099)}{dice.choice('!?#$*')}", "leet": one.replace("a", "@").replace("o", "0").replace("e", "3") + f"_{dice.randint(10, 99)}" + dice.choice("!#%"),
            "random": shape(dice, "*{5}") + dice.choice("!#+=%") + shape(dice, "*{7}") + dice.choice("-_.") + shape(dice, "##"), "phrase": f"{one}-{two.lower()}-{dice.randint(2, 98)}",
            "safe": f"{one[:5]}{shape(dice, '*{8}')}{dice.randint(10, 99)}"}[form]


@field("pw")
def pw(row, who, form="any"):
    return password(row.rng, PEOPLE[who[1]].lang, form), "secret", "password"


@field("pin")
def pin(row, who, size="4", kind="pin"):
    return shape(row.rng, "#" * int(size)), "secret", kind


@field("code")
def code(row, who, pattern, kind="recovery_code"):
    return shape(row.rng, pattern), "secret", kind


@field("bitlocker")
def bitlocker(row, who):
    """Each of the eight groups divides by eleven."""
    return "-".join(f"{row.rng.randrange(65536) * 11:06d}" for _ in range(8)), "secret", "bitlocker_key"


@field("jwt")
def jwt(row, who, kind="jwt"):
    one, dice = person(row, who), row.rng
    head = {"alg": dice.choice(["HS256", "RS256", "ES256"]), "typ": "JWT"}
    body = {"sub": one.login, "iat": dice.randint(1735689600, 1767139200), "scope": dice.choice(["read", "orders:write", "admin", "openid profile"])}
    parts = [b64url(json.dumps(part, separators=(",", ":")).encode()) for part in (head, body)]
    return ".".join(parts + [shape(dice, "${43}" if head["alg"] == "HS256" else "${86}")]), "secret", kind


PEMS = {"rsa": ("RSA PRIVATE KEY", "MIIEpAIBAAKCAQEA", 400), "pkcs8": ("PRIVATE KEY", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", 400), "ec": ("EC PRIVATE KEY", "MHcCAQEEI", 150), "openssh": ("OPENSSH PRIVATE KEY", "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ", 300),
        "pgp": ("PGP PRIVATE KEY BLOCK", "lQVYBGX", 350), "encrypted": ("ENCRYPTED PRIVATE KEY", "MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkq", 380)}


@field("pem")
def pem(row, who, kind="pkcs8", newline="\n"):
    title, start, size = PEMS[kind]
    body = start + shape(row.rng, f"~{{{size - len(start)}}}") + "=="
    lines = [body[at:at + 64] for at in range(0, len(body), 64)]
    return newline.join([f"-----BEGIN {title}-----", *lines, f"-----END {title}-----"]) + newline, "secret", f"pem_{kind}"


@field("basic")
def basic(row, who):
    return b64(f"{person(row, who).login}:{password(row.rng, 'en', 'safe')}".encode()), "secret", "basic_auth"


@field("b64pw")
def b64pw(row, who):
    return b64(password(row.rng, "en", "safe").encode()), "secret", "k8s_secret_data"


@field("phrase")
def phrase(row, who, size="12"):
    return " ".join(row.rng.choice(SEEDS) for _ in range(int(size))), "secret", "seed_phrase"
