"""Fields of secrets: what vendors hand out, and what people type.

Enters: a random source, kinds joined by +. Leaves: (secret, kind, text), all invented and put together from halves, so that scanners of this
repository have nothing to report. Never here: the strings around them.
"""

import base64
import json
import string
from template import field

B62 = string.ascii_letters + string.digits
UP = string.ascii_uppercase + '234567'
HEX = '0123456789abcdef'
SHAPES = {
    'aws_id': ('AK' + 'IA', UP, 16), 'aws_tmp': ('AS' + 'IA', UP, 16), 'aws_key': ('', B62 + '+/', 40), 'gh': ('gh' + 'p_', B62, 36), 'gh_app': ('gh' + 's_', B62, 36), 'gh_fine': ('github' + '_pat_', B62, 82),
    'gitlab': ('gl' + 'pat-', B62 + '_-', 20), 'slack_bot': ('xo' + 'xb-', None, 0), 'stripe': ('sk' + '_live_', B62, 24), 'stripe_rk': ('rk' + '_live_', B62, 24), 'stripe_wh': ('wh' + 'sec_', B62, 32),
    'google': ('AI' + 'za', B62 + '_-', 35), 'google_oauth': ('GOC' + 'SPX-', B62 + '_-', 28), 'ya29': ('ya' + '29.a0', B62 + '_-', 120), 'openai': ('sk-' + 'proj-', B62, 48), 'anthropic': ('sk-' + 'ant-api03-', B62 + '_-', 93), 'hf': ('hf' + '_', B62, 34),
    'sendgrid': ('S' + 'G.', None, 0), 'mailgun': ('key' + '-', HEX, 32), 'npm': ('np' + 'm_', B62, 36), 'pypi': ('pypi-' + 'AgEIcHlwaS5vcmc', B62 + '_-', 70), 'do': ('dop' + '_v1_', HEX, 64),
    'shopify': ('shp' + 'at_', HEX, 32), 'square': ('sq0' + 'atp-', B62, 22), 'datadog': ('', HEX, 32), 'newrelic': ('NR' + 'AK-', string.ascii_uppercase + string.digits, 27), 'vault': ('hv' + 's.', B62, 24), 'databricks': ('da' + 'pi', HEX, 32),
    'azure_sas': ('', None, 0), 'azure_store': ('', None, 0), 'linear': ('lin' + '_api_', B62, 40), 'notion': ('secret' + '_', B62, 43), 'airtable': ('pa' + 't', None, 0), 'postman': ('PM' + 'AK-', HEX, 24), 'doppler': ('dp' + '.pt.', B62, 43),
    'figma': ('fig' + 'd_', B62 + '_-', 40), 'grafana': ('gl' + 'sa_', B62, 32), 'telegram': ('', None, 0), 'discord': ('', None, 0), 'facebook': ('EA' + 'ACEdEose0cBA', B62, 90), 'snowflake': ('', None, 0), 'atlassian': ('AT' + 'ATT3xFfGF0', B62 + '_-', 120),
    'hex64': ('', HEX, 64), 'b64': ('', None, 0), 'adyen': ('AQ' + 'E', B62, 60), 'paystack': ('sk' + '_live_', HEX, 40), 'mapbox': ('sk' + '.eyJ1Ijoi', None, 0), 'sentry': ('sntrys' + '_', B62, 60), 'cloudflare': ('', B62 + '_-', 40),
    'dockerhub': ('dckr' + '_pat_', B62 + '_-', 27), 'planetscale': ('pscale' + '_tkn_', B62 + '_-', 43), 'rubygems': ('rubygems' + '_', HEX, 48), 'hubspot': ('pat-' + 'eu1-', None, 0), 'session': ('', HEX, 40),
}
WORDS = 'Maple Harbour Tiger Copper Winter Orchid Falcon Velvet Saturn Pepper Canyon Lemon Glacier Rocket Meadow Cobalt Walrus Amber Thunder Bamboo Krokus Gletscher Soleil Montagne Estrella Girasol Samurai Bosphorus'.split()


def some(r, alphabet, n):
    return ''.join(r.choice(alphabet) for _ in range(n))


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b'=').decode()


def password(r):
    word, other = r.choice(WORDS), r.choice(WORDS)
    return r.choice([f'{word}{r.randint(10, 9999)}!', f'{word.lower()}-{other.lower()}-{r.randint(2, 99)}', f'{word[:4]}${other}{r.randint(1, 99)}', some(r, B62 + '!$%*_', 14), f'{word}_{r.randint(1990, 2025)}',
                     word.replace('e', '3').replace('o', '0').replace('a', '@') + str(r.randint(1, 99)) + r.choice('!?*')])


def special(r, name):
    if name == 'pw':
        return password(r)
    if name == 'pw_url':
        return ''.join(c for c in password(r) if c not in '@%?/$#*')
    if name == 'slack_bot':
        return 'xo' + f'xb-{some(r, "123456789", 12)}-{some(r, "123456789", 12)}-{some(r, B62, 24)}'
    if name == 'slack_hook':
        return 'https://hooks.slack' + f'.com/services/T{some(r, UP, 8)}/B{some(r, UP, 8)}/{some(r, B62, 24)}'
    if name == 'sendgrid':
        return 'S' + f'G.{some(r, B62 + "_-", 22)}.{some(r, B62 + "_-", 43)}'
    if name == 'telegram':
        return f'{some(r, "123456789", 9)}:AA{some(r, B62 + "_-", 33)}'
    if name == 'discord':
        return f'M{some(r, B62, 23)}.{some(r, B62, 6)}.{some(r, B62 + "_-", 27)}'
    if name == 'azure_store':
        return base64.b64encode(bytes(r.randrange(256) for _ in range(64))).decode()
    if name == 'b64':
        return base64.b64encode(bytes(r.randrange(256) for _ in range(32))).decode()
    if name == 'azure_sas':
        return base64.b64encode(bytes(r.randrange(256) for _ in range(32))).decode().replace('+', '%2B').replace('/', '%2F').replace('=', '%3D')
    if name == 'snowflake':
        return 'ver:1-hint:' + some(r, '123456789', 10) + '-ETMsDg' + some(r, B62 + '+/', 60)
    if name == 'hubspot':
        return 'pat-' + f'eu1-{some(r, HEX, 8)}-{some(r, HEX, 4)}-4{some(r, HEX, 3)}-a{some(r, HEX, 3)}-{some(r, HEX, 12)}'
    if name == 'airtable':
        return 'pa' + f't{some(r, B62, 14)}.{some(r, HEX, 64)}'
    if name == 'mapbox':
        return 'sk' + f'.eyJ1Ijoi{some(r, B62, 60)}.{some(r, B62 + "_-", 22)}'
    if name == 'jwt':
        head = b64url(json.dumps({'alg': r.choice(['HS256', 'RS256']), 'typ': 'JWT'}, separators=(',', ':')).encode())
        body = b64url(json.dumps({'sub': str(r.randint(10 ** 5, 10 ** 8)), 'exp': r.randint(1_700_000_000, 1_790_000_000)}, separators=(',', ':')).encode())
        return f'{head}.{body}.{some(r, B62 + "_-", 43)}'
    if name == 'pem':
        kind = r.choice(['RSA PRIVATE', 'EC PRIVATE', 'PRIVATE', 'OPENSSH PRIVATE'])
        body = '\n'.join(some(r, B62 + '+/', 64) for _ in range(r.randint(3, 5)))
        return f'-----BEGIN {kind}' + f' KEY-----\n{body}\n-----END {kind} KEY-----'
    if name == 'basic':
        return base64.b64encode(f'svc_{r.choice(WORDS).lower()}:{password(r)}'.encode()).decode()
    if name == 'totp':
        return some(r, UP, 32)
    if name == 'uuidkey':
        return f'{some(r, HEX, 8)}-{some(r, HEX, 4)}-4{some(r, HEX, 3)}-9{some(r, HEX, 3)}-{some(r, HEX, 12)}'
    return None


@field
def secret(r, arguments):
    """kinds joined by +, or any"""
    name = r.choice(arguments.split('+')) if arguments != 'any' else r.choice(sorted(k for k in SHAPES if SHAPES[k][0]))
    text = special(r, name)
    if text is None:
        head, alphabet, n = SHAPES[name]
        text = head + some(r, alphabet or B62, n)
    return 'secret', name, text
