"""Fields of secrets: tokens of vendors, passwords, keys, stored passwords, codes.

Enters: words/tokens.txt, words/passwords.txt; a Row. Leaves: labelled text, class secret. Never here: whole lines of configuration (tables/*.txt).
"""

import base64
import json

from template import HERE, field, form, sections

TOKENS = {}
for _line in (HERE / "words" / "tokens.txt").read_text(encoding="utf-8").splitlines():
    if _line and not _line.startswith("#"):
        _kind, _form, _where = _line.split(" | ", 2)
        TOKENS[_kind.lstrip("*")] = (_form, _where, _kind.startswith("*"))
EVIDENT = [kind for kind, token in TOKENS.items() if token[2]]
WORDS = sections("passwords.txt")["WORDS"]


@field("tok")
def token(row, who, argument):
    """A token; of `‹tok:a,b›` one of these, else one that its form tells."""
    kind = row.rng.choice(argument.split(",") if argument else EVIDENT)
    return form(row.rng, TOKENS[kind][0]), "secret", kind


@field("ctx")
def in_context(row, who, argument):
    """A token where it usually stands."""
    kind = row.rng.choice(argument.split(",") if argument else list(TOKENS))
    before, _, after = TOKENS[kind][1].partition("§")
    return [before, (form(row.rng, TOKENS[kind][0]), "secret", kind), after]


@field("pw")
def password(row, who, style):
    """`weak` a word with a number, `strong` at random, `phrase` words with dashes, `url` fit for an address; else weak or strong."""
    rng = row.rng
    style = style or rng.choice(("weak", "strong", "strong", "phrase"))
    if style == "phrase":
        text = "-".join(rng.choice(WORDS["word"]) for _ in range(4))
    elif style == "weak":
        text = rng.choice(WORDS["weak"]).capitalize() + form(rng, rng.choice(("{r1970-2025}!", "#{d2}", "{d3}", "_{d4}", "{d2}$", "!{d1}")))
        text = text.replace("a", "@", 1) if rng.random() < 0.3 else text
    elif style == "url":
        text = form(rng, rng.choice(("{a14}", "{a8}_{a6}", "{a20}", "{w5}-{d3}-{w5}")))
    else:
        size = rng.randint(11, 20)
        text = "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!#%*+-=?_~^") for _ in range(size - 4)) + form(rng, "{w2}{d1}") + rng.choice("!#%?_")
    return text, "secret", f"password_{style}"


@field("b64pw")
def encoded(row, who, argument):
    """user:password, or the password alone with `alone`, in base64."""
    text = password(row, who, "url")[0]
    text = text if argument else f"svc-{row.rng.choice(WORDS['word'])}:{text}"
    return base64.b64encode(text.encode()).decode(), "secret", "base64_password"


def _part(data):
    return base64.urlsafe_b64encode(json.dumps(data, separators=(",", ":")).encode()).decode().rstrip("=")


@field("jwt")
def jwt(row, who, argument):
    rng = row.rng
    head = rng.choice(({"alg": "HS256", "typ": "JWT"}, {"alg": "RS256", "typ": "JWT", "kid": form(rng, "{h16}")}, {"alg": "ES256", "kid": form(rng, "{a8}")}))
    body = {"iss": "https://login.kvarnby.example/", "sub": form(rng, "svc|{h24}"), "aud": "stock", "iat": (start := rng.randint(1710000000, 1770000000)), "exp": start + 3600}
    return f"{_part(head)}.{_part(body)}.{form(rng, '{b43}' if head['alg'] == 'HS256' else '{b86}')}", "secret", "jwt"


HEADS = {"rsa": ("RSA PRIVATE KEY", "MIIEpAIBAAKCAQEA"), "pkcs8": ("PRIVATE KEY", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"), "ec": ("EC PRIVATE KEY", "MHcCAQEEI"), "openssh": ("OPENSSH PRIVATE KEY", "b3BlbnNzaC1rZXktdjEAAAAA"), "enc": ("ENCRYPTED PRIVATE KEY", "MIIFLTBXBgkqhkiG9w0BBQ0w"),
         "pgp": ("PGP PRIVATE KEY BLOCK", "lQdGBGX")}


@field("pem")
def pem(row, who, argument):
    """The whole block, `‹pem:kind›` or any; `‹pem:kind,flat›` with \\n for the ends of lines, as JSON and environments hold it."""
    kind, _, flat = argument.partition(",")
    kind = kind or row.rng.choice(list(HEADS))
    title, start = HEADS[kind]
    body = start + form(row.rng, "{B%d}" % ((3 if kind == "ec" else 9) * 64 - len(start)))
    lines = [f"-----BEGIN {title}-----"] + [body[at:at + 64] for at in range(0, len(body), 64)] + [f"-----END {title}-----"]
    return ("\\n" if flat else "\n").join(lines), "secret", f"pem_{kind}"


HASHES = {
    "bcrypt": "$2b$12${a53}", "bcrypt_y": "$2y$10${a53}", "argon2": "$argon2id$v=19$m=65536,t=3,p=4${B22}${B43}", "sha512crypt": "$6${a16}${a86}", "md5crypt": "$1${a8}${a22}", "apr1": "$apr1${a8}${a22}",
    "django": "pbkdf2_sha256$720000${a22}${B43}=", "phpass": "$P$B{a30}", "yescrypt": "$y$j9T${a22}${a43}", "ldap_ssha": "{SSHA}{B38}==", "scram": "SCRAM-SHA-256$4096:{B22}==${B43}=:{B43}=", "werkzeug": "scrypt:32768:8:1${a16}${h128}",
}


@field("hash")
def stored(row, who, argument):
    kind = row.rng.choice(argument.split(",") if argument else list(HASHES))
    return form(row.rng, HASHES[kind]), "secret", kind


@field("hex")
def hexed(row, who, argument):
    """A key or digest of a password without any prefix: its name must tell it."""
    return form(row.rng, argument or "{h32}"), "secret", "hex"


@field("sec")
def secret(row, who, argument):
    """`‹sec:kind=form›`: a secret of a form, for codes, seeds, signatures."""
    kind, _, text = argument.partition("=")
    return form(row.rng, text), "secret", kind


@field("phrase")
def phrase(row, who, argument):
    """Twelve words of a wallet."""
    return " ".join(row.rng.choice(WORDS["bip"]) for _ in range(12)), "secret", "wallet_phrase"
