"""Fields of secrets: tokens of vendors, passwords, JWT, private keys, codes and phrases.

Enters: words/tokens.txt (kind | form; ‖ joins halves so that no scanner takes the file for a leak), words/passwords.txt. Leaves: `s:KIND[,KIND…]`, `s:*`, `pw[:url|form]`, `jwt`, `pem:WHAT[:json]`,
`phrase`, `code:FORM`. Never here: public halves and placeholders (plain.py).
"""

import base64
import json
import string
import zlib

from template import field, word_lines

B62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
ALPHABETS = {"b": B62, "h": "0123456789abcdef", "H": "0123456789ABCDEF", "#": string.digits, "a": string.ascii_lowercase, "A": string.ascii_uppercase, "z": string.digits + string.ascii_lowercase,
             "Z": string.digits + string.ascii_uppercase, "w": B62 + "-_", "6": B62 + "+/", "t": "abcdefghijklmnopqrstuvwxyz234567", "T": "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "r": "23456789bcdfghjkmnpqrtvwxy"}
TOKENS = {}
PASSWORDS = {}
for _line in word_lines("tokens.txt"):
    _kind, _form = (part.strip() for part in _line.split(" | "))
    TOKENS[_kind] = _form.replace("‖", "")
for _line in word_lines("passwords.txt"):
    _key, _words = (part.strip() for part in _line.split("|"))
    PASSWORDS[_key] = _words.split()


def chars(rng, what, count):
    return "".join(rng.choice(ALPHABETS[what]) for _ in range(count))


def shape(rng, form):
    """`{b36}` becomes 36 characters of base62, and so on; `{crc}` GitHub's and npm's check of what stands before."""
    out = ""
    for number, part in enumerate(form.replace("{", "\0").replace("}", "\0").split("\0")):
        if number % 2 == 0:
            out += part
        elif part == "crc":
            out += crc(out[4:])
        elif part == "uuid":
            out += "-".join(chars(rng, "h", size) for size in (8, 4)) + "-4" + chars(rng, "h", 3) + "-" + rng.choice("89ab") + chars(rng, "h", 3) + "-" + chars(rng, "h", 12)
        elif part == "unix":
            out += str(rng.randint(1735700000, 1795000000))
        elif part == "jwt":
            out += make_jwt(rng)
        else:
            out += chars(rng, part[0], int(part[1:]))
    return out


def crc(text):
    value, out = zlib.crc32(text.encode()), ""
    while value:
        value, rest = divmod(value, 62)
        out = B62[rest] + out
    return out.rjust(6, "0")


@field("s")
def secret(row, who, kinds="*"):
    kind = row.rng.choice(list(TOKENS) if kinds == "*" else kinds.split(","))
    return shape(row.rng, TOKENS[kind]), "secret", kind


@field("shape")
def plain_shape(row, who, form):
    return shape(row.rng, form.replace("(", "{").replace(")", "}"))


def make_password(rng, how):
    word = rng.choice(PASSWORDS[rng.choice(["en", "other"])])
    forms = [lambda: word.capitalize() + str(rng.randint(10, 2099)) + rng.choice("!#$%*?"), lambda: word + "-" + rng.choice(PASSWORDS["en"]) + "-" + str(rng.randint(2, 99)),
             lambda: "".join(rng.choice(B62 + "!#$%&*+=?^_.-") for _ in range(rng.randint(12, 20))) + rng.choice("aK7"), lambda: word.replace("a", "@").replace("o", "0").capitalize() + str(rng.randint(100, 999))]
    if how in ("url", "plain"):
        forms = [lambda: word.capitalize() + str(rng.randint(100, 2099)) + rng.choice(["x", "_", "Zq"]), lambda: chars(rng, "b", rng.randint(12, 22)), lambda: word + "-" + rng.choice(PASSWORDS["en"]) + "-" + str(rng.randint(2, 99)),
                 lambda: word.capitalize() + "%21" + chars(rng, "b", 6) if how == "url" else chars(rng, "b", 14)]
    if how == "said":
        forms = forms[:2] + [lambda: word.capitalize() + rng.choice(PASSWORDS["en"]).capitalize() + str(rng.randint(10, 99))]
    return rng.choice(forms)()


@field("pw")
def password(row, who, how=""):
    """`url` without characters that end it there, `plain` letters and digits, `said` as people tell each other."""
    return make_password(row.rng, how), "secret", "password " + how


def b64url(data):
    return base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data, separators=(",", ":")).encode()).rstrip(b"=").decode()


def make_jwt(rng):
    head = {"alg": rng.choice(["RS256", "ES256", "HS256"]), "typ": "JWT", "kid": chars(rng, "h", 8)}
    body = {"iss": "https://login.orsa.example", "sub": str(rng.randint(1000, 99999)), "aud": "api", "exp": rng.randint(1790000000, 1799999999), "scope": rng.choice(["read", "admin", "orders.write"])}
    return f"{b64url(head)}.{b64url(body)}.{chars(rng, 'w', 43)}"


@field("jwt")
def jwt(row, who):
    return make_jwt(row.rng), "secret", "jwt"


@field("pem")
def pem(row, who, what="", escaped=""):
    what = {"rsa": "RSA ", "ec": "EC ", "ssh": "OPENSSH ", "pgp": "PGP ", "enc": "ENCRYPTED "}.get(what, "")
    tail = " BLOCK" if what == "PGP " else ""
    start = {"RSA ": "MIIEpAIBAAKCAQEA", "EC ": "MHcCAQEEI", "OPENSSH ": "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ", "PGP ": "lQOYBG", "ENCRYPTED ": "MIIFHDBOBgkqhkiG9w0BBQ0w"}.get(what, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC")
    body = start + chars(row.rng, "6", 64 * 5 - len(start))
    end = "\\n" if escaped else "\n"
    lines = end.join(body[at:at + 64] for at in range(0, len(body), 64))
    dashes = "-" * 5
    middle = end + end if what == "PGP " else end
    return f"{dashes}BEGIN {what}PRIVATE KEY{tail}{dashes}{middle}{lines}{end}{dashes}END {what}PRIVATE KEY{tail}{dashes}", "secret", f"pem {what or 'pkcs8'}"


@field("phrase")
def phrase(row, who, count="12"):
    return " ".join(row.rng.sample(PASSWORDS["bip"], int(count))), "secret", f"phrase {count}"


@field("code")
def code(row, who, form):
    """A code that a name or the text around calls secret."""
    return shape(row.rng, form.replace("(", "{").replace(")", "}")), "secret", "code " + form


@field("basic")
def basic(row, who):
    return base64.b64encode(f"{row.rng.choice(['svc-etl', 'deploy', 'admin', 'api'])}:{make_password(row.rng, 'plain')}".encode()).decode(), "secret", "basic auth"
