"""Secrets: tokens of vendors, passwords, keys, signatures, sessions, seeds.

Enters: a cell's context; patterns of tokens. Leaves: labelled secrets, put together from halves so that none stands in a file here.
Never here: names of secrets, public keys and digests (see plain.py).
"""

import base64
import hashlib
import pathlib
import string
import zlib

from sums import ALPHABETS, draw

WORDS = pathlib.Path(__file__).parent / "words"
ALPHABETS["Z"] = ALPHABETS["z"].upper()
LINES = (WORDS / "secrets.txt").read_text(encoding="utf-8").splitlines()
PATTERNS = dict(line.split("\t") for line in LINES if "\t" in line)
PLAIN_LOOKING = ("aws_secret", "twilio_auth", "datadog", "cloudflare", "confluent", "algolia", "razorpay", "kakao", "mailchimp", "azure_storage", "pagerduty", "line", "okta", "launchdarkly", "airtable",
                 "intercom", "zoho", "asana", "aws_session_token", "terraform", "azure_client")
TELLING = [kind for kind in PATTERNS if kind not in PLAIN_LOOKING]
STEMS = (WORDS / "stems.txt").read_text(encoding="utf-8").split()
SEED_WORDS = (WORDS / "seedwords.txt").read_text(encoding="utf-8").split()
PKCS8 = bytes.fromhex("308204bd020100300d06092a864886f70d0101010500048204a7308204a30201000282010100")
BEGIN = "-----BEG" + "IN {} KEY-----"
END = "-----E" + "ND {} KEY-----"


def checked(token):
    """The last six characters of some tokens are the CRC of those between prefix and them, in base 62."""
    prefix, _, body = token.partition("_")
    number, check = zlib.crc32(body[:-6].encode()), ""
    for _ in range(6):
        number, rest = divmod(number, 62)
        check = (string.digits + string.ascii_uppercase + string.ascii_lowercase)[rest] + check
    return f"{prefix}_{body[:-6]}{check}"


def key(context, kind="any"):
    kind = context.rng.choice(TELLING if kind == "any" else kind.split(","))
    token = draw(context.rng, PATTERNS[kind])
    return ("secret", kind, checked(token) if kind in ("github_pat", "github_oauth", "github_app", "npm") else token)


def password(context, form="any"):
    """What people choose, what generators choose, and what seems a word."""
    rng = context.rng
    forms = ["word", "random", "phrase", "leet", "long", "hash"] if form == "any" else form.split(",")
    form = rng.choice(forms)
    stem = rng.choice(STEMS)
    text = {
        "word": lambda: stem.capitalize() + rng.choice(["", "!", "#", "@"]) + str(rng.choice([rng.randrange(1960, 2026), rng.randrange(1, 999)])) + rng.choice(["", "!", "$", "?", "**"]),
        "random": lambda: "".join(rng.choice("abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789!#%*+-_=^") for _ in range(rng.randrange(12, 22))),
        "phrase": lambda: rng.choice("-._").join(rng.sample(STEMS, 4)) + rng.choice(["", str(rng.randrange(1, 99))]),
        "leet": lambda: stem.translate(str.maketrans("aeios", "@3!05")).capitalize() + str(rng.randrange(10, 9999)),
        "long": lambda: draw(rng, "%x32"), "hash": lambda: draw(rng, "%l6-%l6-%l6"),
        "safe": lambda: draw(rng, rng.choice(["%x16", "%x24", "%x20"])),
    }[form]()
    return ("secret", f"password_{form}", text)


def pem(context, kind="any", by="\n"):
    rng, by = context.rng, "\\n" if by == "esc" else " " if by == "flat" else "\n"
    kind = rng.choice(["RSA PRIVATE", "PRIVATE", "EC PRIVATE", "OPENSSH PRIVATE"]) if kind == "any" else "PRIVATE" if kind == "PRIVATE" else kind + " PRIVATE"
    start, size = {"RSA PRIVATE": (b"\x30\x82\x04\xa4\x02\x01\x00\x02\x82\x01\x01\x00", 600), "EC PRIVATE": (b"\x30\x77\x02\x01\x01\x04\x20", 114),
                   "OPENSSH PRIVATE": (b"openssh-key-v1\x00\x00\x00\x00\x04none\x00\x00\x00\x04none", 370)}.get(kind, (PKCS8, 600))
    text = base64.b64encode(start + rng.randbytes(size)).decode()
    lines = [text[at:at + 64] for at in range(0, len(text), 64)]
    return ("secret", "pem_" + kind.split()[0].lower(), by.join([BEGIN.format(kind), *lines, END.format(kind)]))


def part(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def jwt(context):
    rng = context.rng
    head, size = rng.choice([('{"alg":"HS256","typ":"JWT"}', 43), ('{"alg":"RS256","kid":"k1","typ":"JWT"}', 342), ('{"typ":"JWT","alg":"ES256"}', 86)])
    body = part('{"sub":"%s","iat":%d,"exp":%d,"scope":"%s"}' % (draw(rng, "%h24"), 1700000000 + rng.randrange(10 ** 7), 1710000000 + rng.randrange(10 ** 7), rng.choice(["read", "read write", "admin"])))
    return ("secret", "jwt", f"{part(head)}.{body}.{draw(rng, f'%w{size}')}")


def basic(context):
    return ("secret", "basic", base64.b64encode(f"{context.rng.choice(['svc-etl', 'apiuser', 'admin', 'deploy'])}:{draw(context.rng, '%x14')}".encode()).decode())


def phrase(context):
    """Twelve words of BIP 39: 128 bits, and four of their digest."""
    data = context.rng.randbytes(16)
    bits = int.from_bytes(data, "big") << 4 | hashlib.sha256(data).digest()[0] >> 4
    return ("secret", "seed_phrase", " ".join(SEED_WORDS[bits >> at & 2047] for at in range(121, -1, -11)))


def wif(context):
    data = b"\x80" + context.rng.randbytes(32) + b"\x01"
    number, text = int.from_bytes(data + hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4], "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = ALPHABETS["s"][rest] + text
    return ("secret", "wif", text)


def stored(context):
    rng = context.rng
    kind = rng.choice(["bcrypt", "argon2", "sha512crypt"])
    pattern = {"bcrypt": "$2%·b$12$%B53", "argon2": "$argon2·id$v=19$m=65536,t=3,p=4$%b22$%b43", "sha512crypt": "$6·$%B16$%B86"}[kind].replace("%·b", "b")
    return ("secret", kind, draw(rng, pattern))


ALPHABETS["B"] = ALPHABETS["x"] + "./"
FIELDS = {
    "key": key, "pw": password, "pem": pem, "jwt": jwt, "basic": basic, "phrase": phrase, "wif": wif, "stored": stored,
    # text of a given pattern that is secret where it stands: sessions, signatures, seeds, codes for recovery
    "sec": lambda context, kind, pattern: ("secret", kind, draw(context.rng, pattern)),
}
