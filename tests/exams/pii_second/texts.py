"""Sentences, log lines and documents with personal values inside.

Enters: a random source. Leaves: text whose personal values are marked. Never here: columns.
"""

import urllib.parse

import codes
import people
from codes import uniform
from marks import document, inner, mark
from tokens import HEX, any_token, password


def person(rng, lang, order="usual"):
    return mark("person", lang, people.full(rng, lang, order))


def given(rng, lang):
    return mark("person", lang + " given", people.parts(rng, lang)[0])


def email(rng, lang="en", form="plain"):
    return mark("email", form, codes.email(rng, lang, form))


def phone(rng, country, form="any"):
    return mark("phone", f"{country} {form}", codes.phone(rng, country, form))


def address(rng, country, **how):
    return mark("address", country, people.address(rng, country, **how))


def dob(rng, form):
    return mark("dob", form, codes.dob(rng, form))


def pan(rng, grouping=None):
    grouping = rng.choice(["", " ", "-"]) if grouping is None else grouping
    brand = rng.choice(list(codes.BRANDS))
    return mark("pan", brand, codes.pan(rng, brand, grouping))


def iban(rng, country, form="any"):
    form = rng.choice(["upper", "spaced"]) if form == "any" else form
    return mark("iban", form, codes.iban(rng, country, form))


def ssn(rng, separator="-"):
    return mark("ssn", separator or "bare", codes.ssn(rng, separator))


# {p} a person, {g} a given name, {e} an e-mail, {t} a phone, {a} an address, {b} a date of birth, {i} an IBAN, {c} a card, {s} an SSN
SENTENCES = {
    "en": "Hi, this is {p}. My parcel never arrived at {a}, please call me on {t}.|{p} called about invoice 2026-004417, wants the copy sent to {e}.|Customer verified: DOB {b}, SSN {s}.|Please charge card {c} instead, the old one has expired. Regards, {p}|Refund to {i} (account of {p}), order 202600118841.|Dear support, I can't log in any more with {e}. Could you reset it? Thanks, {g}|Moved house. New address: {a}. Mobile stays {t}.|Spoke to {p}, will ring back tomorrow between 9 and 11.|Pt {p}, born {b}, presents with chest pain since 06:00.|cc {e}, {e}",
    "de": "Guten Tag, mein Name ist {p}, die Lieferung an {a} fehlt noch.|Bitte rufen Sie mich unter {t} zurück. MfG {p}|Erstattung auf {i}, Kontoinhaber {p}.|Patientin {p}, geb. {b}, Überweisung vom Hausarzt.|Frau {p} bittet um Kopie der Rechnung an {e}.",
    "fr": "Bonjour, je m'appelle {p} et j'habite {a}.|Merci de me rappeler au {t}. Cordialement, {p}|Patient {p}, né le {b}, suivi depuis 2019.|Remboursement sur l'IBAN {i}.|Je n'ai rien reçu sur {e}.",
    "es": "Buenos días, soy {p}, mi dirección es {a}.|Llámenme al {t}, gracias. {p}|Paciente {p}, nacido el {b}.|Mi correo es {e} y no recibo la factura.",
    "it": "Buongiorno, sono {p}, abito in {a}.|Potete chiamarmi al {t}? Grazie, {p}|Rimborso su {i} intestato a {p}.",
    "nl": "Goedemiddag, met {p}. Mijn pakket voor {a} is niet bezorgd.|Graag terugbellen op {t}. Groet, {p}|Terugbetaling op {i} t.n.v. {p}.",
    "pt": "Bom dia, meu nome é {p}, moro na {a}.|Pode ligar para {t}? Obrigado, {p}|O meu e-mail é {e}.",
    "pl": "Dzień dobry, nazywam się {p}, proszę o kontakt: {t}.|Proszę wysłać na adres {a}.|Zwrot na konto {i}, {p}.",
    "ru": "Здравствуйте, меня зовут {p}, мой телефон {t}.|Доставка по адресу: {a}.|Пациент {p}, дата рождения {b}.",
    "ja": "{p}と申します。電話番号は{t}です。|住所は{a}です。よろしくお願いします。|担当:{p} 連絡先 {e}",
}
DAYS = {"en": "us", "fr": "slashes", "es": "slashes"}


def sentence(lang, only=None):
    """`only`: sentences that hold one of these slots."""
    entries = [entry for entry in SENTENCES[lang].split("|") if only is None or any(f"{{{slot}}}" in entry for slot in only)]

    def cell(rng):
        country = rng.choice(people.LANG_COUNTRY[lang])
        bank = country if country in codes.BBAN else rng.choice(["GB", "IE"])
        slots = {"p": lambda: person(rng, lang), "g": lambda: given(rng, lang), "e": lambda: email(rng, lang), "t": lambda: phone(rng, country), "a": lambda: address(rng, country),
                 "b": lambda: dob(rng, DAYS.get(lang, "dots")), "i": lambda: iban(rng, bank), "c": lambda: pan(rng), "s": lambda: ssn(rng)}
        text = rng.choice(entries)
        while "{" in text:
            before, _, rest = text.partition("{")
            text = before + slots[rest[0]]() + rest[2:]
        return text
    return cell


def log(rng):
    stamp = f"2026-11-{rng.randrange(10, 29)}T0{rng.randrange(10)}:14:{rng.randrange(10, 60)}Z"
    return rng.choice([
        lambda: f"{stamp} INFO login ok user={email(rng)} ip=10.2.{rng.randrange(256)}.7 trace={uniform(rng, HEX, 32)}", lambda: f"{stamp} WARN SmsGateway - delivery to {phone(rng, rng.choice(['US', 'DE', 'IN', 'GB']), 'e164')} failed, code=30006",
        lambda: f"{stamp} DEBUG CustomerMapper - Customer(id={rng.randrange(10**6)}, name={person(rng, 'en')}, email={email(rng)}, phone={phone(rng, 'US', 'national')})",
        lambda: f"{stamp} ERROR duplicate key value violates unique constraint \"users_email_key\" DETAIL: Key (email)=({email(rng)}) already exists.", lambda: f"postfix/smtp[{rng.randrange(9999)}]: {uniform(rng, HEX.upper(), 10)}: to=<{email(rng)}>, relay=mx.mailhaven.io[203.0.113.9]:25, status=sent",
        lambda: f"{stamp} INFO payment authorised pan={pan(rng, '')} amount=129.90 auth={rng.randrange(10**6):06}", lambda: f"PID|1||{rng.randrange(10**7)}^^^HOSP^MR||{hl7(rng)}||{dob(rng, 'compact')}|F",
    ])()


def hl7(rng):
    first, last, _ = people.parts(rng, "en")
    return mark("person", "hl7", f"{last}^{first}")


def url(rng):
    return rng.choice([
        lambda: f"https://www.shopcore.net/unsubscribe?email={mark('email', 'percent', codes.email(rng, 'en', 'percent'))}&list=kw47", lambda: f"https://app.northgate.io/login?user={email(rng)}&next=%2Fhome", lambda: f"mailto:{email(rng)}?subject=Order%202026",
        lambda: f"https://crm.internal/search?q={mark('person', 'url', urllib.parse.quote_plus(people.full(rng, 'en')))}&page=2", lambda: f"tel:{phone(rng, rng.choice(['US', 'FR', 'SE']), 'e164')}",
    ])()


def customer(lang):
    def value(rng):
        country = rng.choice(people.LANG_COUNTRY[lang])
        first, last, _ = people.parts(rng, lang)
        return {"id": rng.randrange(10**6), "segment": rng.choice(["retail", "sme", "private"]), "name": {"first": mark("person", lang + " given", first), "last": mark("person", lang + " surname", last)},
                "contact": [{"type": "email", "value": email(rng, lang)}, {"type": "mobile", "value": phone(rng, country)}], "birthDate": dob(rng, "iso"),
                "address": {"line1": mark("address", country + " street", people.address(rng, country, street_only=True)), "country": country}, "updatedAt": "2026-11-02T08:00:00Z", "version": rng.randrange(40)}
    return value


def payment(rng):
    return {"paymentId": uniform(rng, HEX, 24), "amount": {"value": rng.randrange(99999), "currency": "EUR"}, "debtor": {"name": person(rng, "de"), "account": {"iban": iban(rng, "DE", "upper")}},
            "creditor": {"name": person(rng, "nl"), "account": {"iban": iban(rng, "NL", "upper")}}, "status": "ACSC"}


def deep(rng):
    return {"v": 3, "source": "ivr", "ctx": {"session": uniform(rng, HEX, 16), "steps": [{"n": 1, "data": {"answers": [{"q": "callback", "a": phone(rng, rng.choice(["US", "GB", "AU"]))}, {"q": "reason", "a": "billing"}]}}, {"n": 2, "data": {"agent": {"display": person(rng, "en")}}}]}}


def patient(rng):
    first, last, _ = people.parts(rng, "en")
    return {"resourceType": "Patient", "id": uniform(rng, HEX, 12), "active": True, "name": [{"use": "official", "family": mark("person", "en surname", last), "given": [mark("person", "en given", first)]}],
            "telecom": [{"system": "phone", "value": phone(rng, "US", "national")}, {"system": "email", "value": email(rng)}], "gender": "female", "birthDate": dob(rng, "iso"),
            "address": [{"text": address(rng, "US")}], "identifier": [{"system": "http://hl7.org/fhir/sid/us-ssn", "value": ssn(rng)}]}


def neutral(rng):
    """Leaves whose keys say nothing."""
    return {"k1": rng.randrange(99), "k2": email(rng), "k3": {"x": [person(rng, rng.choice(["en", "fr", "es"])), "n/a"], "y": iban(rng, rng.choice(["FR", "ES"]), "upper")}, "k4": "ok"}


def nested(rng):
    """An envelope whose body is JSON in a string, as queues hand them on."""
    return {"topic": "crm.customer.v1", "partition": rng.randrange(12), "value": document(customer("en")(rng))}


def secret_config(rng):
    kind, token = any_token(rng)
    return {"job": "load_orders", "schedule": "@hourly", "env": {"REGION": "eu-west-1", "API_TOKEN": mark("secret", kind, token)}, "db": {"host": "db-7", "user": "etl", "password": mark("secret", "password", inner(password(rng)))}}


def json_text(make, **how):
    return lambda rng: document(make(rng), **how)
