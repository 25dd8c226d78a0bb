"""Secrets made up to their vendors' patterns.

Enters: a random source. Leaves: text with the secret in it marked. Never here: a token that was issued, or a whole prefix in one literal: what looks like
a token comes into being at run time, so scanners of repositories stay quiet.
"""

import base64
import json
import string

from codes import uniform
from marks import mark

WORD = string.ascii_letters + string.digits
LOWER, UPPER, HEX, URL = string.ascii_lowercase + string.digits, string.ascii_uppercase + "234567", "0123456789abcdef", WORD + "-_"

# kind: parts; a tuple is (letters, length)
VENDORS = {
    "aws key": ("AK", "IA", (UPPER, 16)),
    "github": ("gh", "p_", (WORD, 36)),
    "github app": ("gh", "s_", (WORD, 36)),
    "github fine": ("github", "_pat_", (WORD, 22), "_", (WORD, 59)),
    "gitlab": ("gl", "pat-", (URL, 20)),
    "slack bot": ("xo", "xb-", ("123456789", 12), "-", ("123456789", 12), "-", (WORD, 24)),
    "slack hook": ("https://hooks.sl", "ack.com/services/", "T", (UPPER, 8), "/B", (UPPER, 8), "/", (WORD, 24)),
    "stripe": ("sk_", "live_", (WORD, 24)),
    "stripe restricted": ("rk_", "live_", (WORD, 24)),
    "sendgrid": ("S", "G.", (URL, 22), ".", (URL, 43)),
    "google": ("AI", "za", (URL, 35)),
    "npm": ("np", "m_", (WORD, 36)),
    "pypi": ("py", "pi-", "AgEIcHlwaS5vcmc", (URL, 70)),
    "huggingface": ("h", "f_", (WORD, 34)),
    "databricks": ("da", "pi", (HEX, 32)),
    "digitalocean": ("do", "p_v1_", (HEX, 64)),
    "twilio": ("S", "K", (HEX, 32)),
    "shopify": ("sh", "pat_", (HEX, 32)),
    "anthropic": ("sk-", "ant-", "api03-", (URL, 93), "AA"),
    "openai project": ("sk-", "proj-", (URL, 48)),
    "mapbox": ("s", "k.", "eyJ1Ijoi", (WORD, 40), ".", (WORD, 22)),
    "notion": ("nt", "n_", (WORD, 46)),
    "supabase": ("sb", "p_", (HEX, 40)),
    "vault": ("hv", "s.", (WORD, 24)),
    "telegram": (("123456789", 10), ":A", "A", (URL, 33)),
    "discord hook": ("https://discord.com/api/web", "hooks/", ("123456789", 18), "/", (URL, 68)),
    "heroku": ("HR", "KU-AA", (URL, 58)),
}


def vendor(rng, kind):
    return "".join(part if isinstance(part, str) else uniform(rng, *part) for part in VENDORS[kind])


def jwt(rng):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")
    return f"{part({'alg': 'RS256', 'kid': uniform(rng, HEX, 8)})}.{part({'sub': uniform(rng, LOWER, 12), 'exp': 1790000000 + rng.randrange(10**6)})}.{uniform(rng, URL, 86)}"


def pem(rng):
    body = "\n".join(uniform(rng, WORD + "+/", 64) for _ in range(6))
    kind = rng.choice(["RSA ", "EC ", ""])
    return "-----BE" + f"GIN {kind}PRIVATE KEY-----\n{body}\n-----EN" + f"D {kind}PRIVATE KEY-----"


def password(rng):
    word = rng.choice("harbour copper velvet ticket lantern meadow granite orchid".split())
    return rng.choice([word.title() + str(rng.randrange(10, 9999)) + rng.choice("!#%&*"), uniform(rng, WORD, 14), f"{word}-{uniform(rng, LOWER, 5)}-{rng.randrange(100)}", uniform(rng, WORD, 10) + "$" + uniform(rng, WORD, 3)])


def any_token(rng):
    """(kind, token)"""
    kind = rng.choice([*VENDORS, "jwt"])
    return kind, jwt(rng) if kind == "jwt" else vendor(rng, kind)


def bare(rng):
    return mark("secret", *any_token(rng))


def only(*kinds):
    def cell(rng):
        kind = rng.choice(kinds)
        return mark("secret", kind, {"jwt": jwt, "pem": pem}.get(kind, lambda rng: vendor(rng, kind))(rng))
    return cell


def dsn(rng):
    """Connection strings; the password is what is secret."""
    word, host = mark("secret", "password", password(rng).replace("#", "7").replace("%", "8").replace("&", "9")), rng.choice(["db-7.orders.internal", "10.20.3.14", "pg.analytics.svc", "cache01"])
    return rng.choice([
        f"postgres://app_rw:{word}@{host}:5432/orders?sslmode=require", f"postgresql+psycopg2://etl:{word}@{host}/dwh", f"mysql://report:{word}@{host}:3306/crm",
        f"mongodb+srv://svc-events:{word}@cluster0.{uniform(rng, LOWER, 5)}.mongodb.net/events", f"redis://:{word}@{host}:6379/0", f"amqps://broker:{word}@{host}:5671/prod",
        f"jdbc:sqlserver://{host}:1433;databaseName=hr;user=loader;password={word};encrypt=true", f"Server={host};Database=billing;User Id=svc_bill;Password={word};",
        f"snowflake://loader:{word}@xy12345.eu-central-1/RAW/PUBLIC?warehouse=LOAD_WH", f"jdbc:oracle:thin:scott/{word}@//{host}:1521/ORCL",
    ])


def setting(rng):
    """Lines of environment files, headers and commands."""
    kind, token = any_token(rng)
    value, word = mark("secret", kind, token), mark("secret", "password", password(rng))
    basic = mark("secret", "basic", base64.b64encode(f"svc-{uniform(rng, LOWER, 4)}:{password(rng)}".encode()).decode())
    azure = mark("secret", "azure storage", base64.b64encode(uniform(rng, WORD, 64).encode()).decode())
    aws = mark("secret", "aws secret", uniform(rng, WORD + "+/", 40))
    return rng.choice([
        f"API_TOKEN={value}", f"export DEPLOY_KEY='{value}'", f"DB_PASSWORD={word}", f"password: {word}", f"curl -H 'Authorization: Bearer {value}' https://api.partner.internal/v2/jobs",
        f"Authorization: Basic {basic}", f"DefaultEndpointsProtocol=https;AccountName=landing;AccountKey={azure};EndpointSuffix=core.windows.net",
        f"aws_secret_access_key = {aws}", f"--user loader --password {word} --host db-7", f'{{"client_id":"billing","client_secret":"{mark("secret", "client secret", uniform(rng, WORD, 32))}"}}',
    ])
