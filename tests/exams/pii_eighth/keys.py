"""Secrets: tokens of vendors, passwords, keys, seeds.

Enters: `words/keys.txt` (kind and shape, cut in halves), `words/passwords.txt`. Leaves: fields of class secret. Never here: what stands around them.
"""

import base64
import json
import pathlib
import zlib

from template import field, shape

WORDS = pathlib.Path(__file__).parent / "words"
KEYS = {}
for line in (WORDS / "keys.txt").read_text(encoding="utf-8").splitlines():
    if line and not line.startswith("//"):
        kind, _, pattern = line.partition(" ")
        KEYS[kind] = pattern.replace("|", "")
PASSWORDS = (WORDS / "passwords.txt").read_text(encoding="utf-8").split()
SEEDS = (WORDS / "seedwords.txt").read_text(encoding="utf-8").split()
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def github(body):
    """GitHub's and npm's tokens end in their CRC-32, base 62."""
    number, out = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, rest = divmod(number, 62)
        out = BASE62[rest] + out
    return out


def token(row, kind):
    made = shape(KEYS[kind], row.rng)
    if made.endswith("$crc"):
        made = made[:-4]
        made += github(made.partition("_")[2])
    return made


@field("key")
def key(row, who, arg):
    """A token of a kind, of any of some (a/b), or of any."""
    kind = row.rng.choice(arg.split("/") if arg else sorted(KEYS))
    return [(token(row, kind), "secret", kind)]


@field("pw")
def password(row, who, arg):
    """What people and password stores choose; the argument says only where it stands. `url` in it: nothing that must be encoded."""
    made = shape(row.rng.choice(PASSWORDS), row.rng)
    if arg and ("url" in arg or "json" in arg or "dsn" in arg):
        made = "".join(sign for sign in made if sign.isalnum() or sign in "-_.!~")
    return [(made, "secret", f"password-{arg or 'plain'}")]


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@field("jwt", "secret")
def jwt(row, who, arg):
    head = {"alg": row.rng.choice(["HS256", "RS256", "ES256"]), "typ": "JWT"}
    body = {"sub": str(row.rng.randrange(10**9)), "iss": "https://login.example.com", "exp": row.rng.randrange(1_760_000_000, 1_800_000_000)}
    return ".".join([b64url(json.dumps(head, separators=(",", ":")).encode()), b64url(json.dumps(body, separators=(",", ":")).encode()), shape("?*43" if head["alg"] == "HS256" else "?*86", row.rng)])


@field("pem", "secret")
def pem(row, who, arg):
    """A private key, short and of no use; `json` with \\n, else with line ends."""
    what = row.rng.choice(["RSA ", "EC ", "", "OPENSSH ", "ENCRYPTED "])
    rows = [shape("•*64", row.rng) for _ in range(row.rng.randrange(3, 7))] + [shape("•*38==", row.rng)]
    made = "\n".join(["-----BE" + "GIN " + what + "PRIV" + "ATE KEY-----", *rows, "-----E" + "ND " + what + "PRIV" + "ATE KEY-----"])
    return made.replace("\n", "\\n") if arg == "json" else made


@field("basic", "secret", "basic-auth")
def basic(row, who, arg):
    return base64.b64encode(f"svc_{shape('~*6', row.rng)}:{shape('!*14', row.rng)}".encode()).decode()


@field("phrase", "secret", "wallet-phrase")
def phrase(row, who, arg):
    return " ".join(row.rng.choice(SEEDS) for _ in range(12))


@field("hashpw", "secret", "stored-password")
def hashpw(row, who, arg):
    return shape(row.rng.choice(["$2b$12$" + "!" * 53, "$argon2id$v=19$m=65536,t=3,p=4$" + "•*22" + "$" + "•*43", "$6$!*16$" + "!*86", "pbkdf2_sha256$600000$!*22$•*43=",
                                 "{SSHA}•*32", "$apr1$!*8$!*22", "scrypt:32768:8:1$!*16$&*64"]), row.rng)


@field("otpauth")
def otpauth(row, who, arg):
    """An address for one-time codes: the seed is the secret."""
    return [("otpauth://totp/Firma:", None, None), (who.email, "email", "mail"), ("?secret=", None, None), (shape("¥*32", row.rng), "secret", "totp-seed"), ("&issuer=Firma", None, None)]


@field("pin", "secret", "pin")
def pin(row, who, arg):
    return shape(arg or "#*6", row.rng)


@field("code", "secret", "recovery-code")
def code(row, who, arg):
    return shape(arg or "¤*4-¤*4-¤*4", row.rng)
