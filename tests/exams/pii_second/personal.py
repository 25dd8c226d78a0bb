"""Columns that hold something of a person.

Enters: a random source. Leaves: per column its table, kind, where values stand, a telling name, a misleading or foreign name, type, language, whether
it can be told with a name that says nothing, and what writes a cell. Never here: which of the names a column gets.
"""

import codes
import people
import texts
import tokens
from marks import mark

COLUMNS = []


def add(table, kind, place, telling, other, cell, lang="-", type_="VARCHAR", decidable=True, other_decidable=True):
    COLUMNS.append((table, kind, place, telling, other, type_, lang, decidable, other_decidable, cell))


def either(*cells):
    return lambda rng: rng.choice(cells)(rng)


def part(lang, which):
    kinds = (" given", " surname")
    return lambda rng: mark("person", lang + kinds[which], people.parts(rng, lang)[which])


def names():
    orders = ["usual", "comma", "capitals", "middle", "reversed", "title", "initial"]
    telling = ["customer_name", "patient_name", "full_name", "account_holder", "employee_name", "contact_person", "recipient"]
    other = {"de": "kundenname", "fr": "nom_prenom", "es": "titular", "it": "intestatario", "nl": "klant", "sv": "innehavare", "fi": "asiakas", "pl": "nazwisko", "cs": "jmeno", "hu": "nev", "ro": "titular_cont", "tr": "musteri", "vi": "ho_ten", "id": "nama", "pt": "titular_conta",
             "ru": "ФИО", "uk": "піб", "bg": "клиент", "el": "επωνυμία", "he": "שם", "ar": "الاسم", "hi": "नाम", "th": "ชื่อ", "ja": "氏名", "zh": "姓名", "ko": "성명"}
    tables = ["bank.customers", "hospital.patients", "shop.customers", "telco.subscribers", "hr.employees"]
    for at, lang in enumerate(people.PEOPLE):
        add(tables[at % 5], "person", "cell", telling[at % 7], other.get(lang, "label"), lambda rng, lang=lang: texts.person(rng, lang), lang)
    for at, (lang, order) in enumerate([("en", "comma"), ("en", "middle"), ("en", "title"), ("en", "capitals"), ("de", "comma"), ("de", "title"), ("fr", "capitals"), ("es", "comma"), ("it", "reversed"), ("nl", "initial"), ("pl", "reversed"), ("ru", "reversed"), ("ru", "middle"), ("tr", "capitals")]):
        add(tables[at % 5], "person", "cell", telling[at % 7], ["reference", "line_1", "assigned"][at % 3], lambda rng, lang=lang, order=order: texts.person(rng, lang, order), lang)
    for at, (lang, which) in enumerate([("en", 0), ("en", 1), ("de", 0), ("es", 1), ("fr", 0), ("pl", 1)]):
        add(tables[at % 5], "person", "cell", ["first_name", "last_name"][which], ["vorname", "apellido", "prenom"][at % 3], part(lang, which), lang)
    add("hr.employees", "person", "cell", "line_manager", "approved", either(*(lambda rng, order=order: texts.person(rng, "en", order) for order in orders)), "en")
    add("shop.customers", "person", "cell", "reviewer", "source", either(*(lambda rng, lang=lang: texts.person(rng, lang) for lang in people.LATIN)), "mixed")


def addresses():
    tables = ["bank.customers", "shop.customers", "telco.subscribers", "hospital.patients"]
    other = ["anschrift", "domicilio", "site", "endereco", "adresse_1", "location"]
    for at, country in enumerate(people.PLACES):
        if country in ("AT", "BE", "IE", "HU", "UA", "IL", "VN", "TH"):
            continue
        add(tables[at % 4], "address", "cell", ["home_address", "delivery_address", "billing_address"][at % 3], other[at % 6], lambda rng, country=country: texts.address(rng, country, lines=country in ("DE", "US")), country)
    add("bank.customers", "address", "cell", "mailing_address", "memo", either(*(lambda rng, country=country: texts.address(rng, country) for country in ("AT", "BE", "IE", "HU", "UA", "IL", "VN", "TH"))), "mixed")
    add("shop.customers", "address", "cell", "street", "line2", lambda rng: mark("address", "US street", people.address(rng, "US", street_only=True)), "US")


def reach():
    tables = ["bank.customers", "shop.customers", "support.contacts", "events.signups"]
    other = ["correo", "login", "destination", "courriel", "uid"]
    for at, (form, lang) in enumerate([("plain", "en"), ("plain", "de"), ("plus", "en"), ("upper", "es"), ("quoted", "en"), ("idn", "fr"), ("punycode", "de"), ("unicode", "de"), ("plain", "pl")]):
        add(tables[at % 4], "email", "cell", ["customer_email", "email", "contact_email"][at % 3], other[at % 5], lambda rng, form=form, lang=lang: texts.email(rng, lang, form), lang)
    add("support.contacts", "email", "mixed", "from_header", "origin", lambda rng: rng.choice([f'"{texts.person(rng, "en")}" <{texts.email(rng)}>', f"{texts.person(rng, 'de')} <{texts.email(rng, 'de')}>", texts.email(rng)]), "en")
    add("support.contacts", "email", "cell", "cc_emails", "extra", lambda rng: rng.choice(["; ", ", "]).join(texts.email(rng) for _ in range(rng.randrange(1, 4))), "en")
    foreign = ["telefon", "numero", "handynummer", "ref_2", "tel_portable", "slot"]
    countries = list(codes.PHONES)
    for at, country in enumerate(countries):
        if at % 4 == 0:
            add(["telco.subscribers", "hospital.patients", "support.contacts"][at % 3], "phone", "cell", ["phone_number", "mobile", "contact_phone"][at % 3], foreign[at % 6], lambda rng, pair=(country, countries[(at + 2) % len(countries)]): texts.phone(rng, rng.choice(pair), rng.choice(["spaced", "e164", "zeros"])), country)
        elif at % 2:
            add(["telco.subscribers", "hospital.patients", "support.contacts"][at % 3], "phone", "cell", ["phone", "home_phone", "telephone"][at % 3], foreign[at % 6], lambda rng, country=country: texts.phone(rng, country, "national"), country, decidable=codes.PHONES[country][1], other_decidable=codes.PHONES[country][1] or at % 6 in (0, 2, 4))
    add("telco.subscribers", "phone", "cell", "office_phone", "durchwahl", lambda rng: texts.phone(rng, rng.choice(["US", "GB", "DE"]), "ext"), "mixed")
    add("telco.calls", "phone", "cell", "called_msisdn", "b_party", lambda rng: mark("phone", "msisdn", texts.codes.phone(rng, rng.choice(["DE", "GB", "FR"]), "e164")[1:]), "mixed", type_="NUMBER(38,0)", decidable=False, other_decidable=False)
    add("telco.calls", "phone", "mixed", "phones", "list_1", lambda rng: " / ".join(texts.phone(rng, "DE", form) for form in ("national", "spaced")), "DE")


def numbers():
    for at, (separator, telling, other) in enumerate([("-", "ssn", "member_ref"), ("-", "social_security_number", "taxpayer"), (" ", "ssn", "k_id"), ("", "ssn", "old_key"), ("-", "patient_ssn", "policy")]):
        add(["hr.employees", "hospital.patients", "bank.customers"][at % 3], "ssn", "cell", telling, other, lambda rng, separator=separator: texts.ssn(rng, separator), "US", decidable=separator != "", other_decidable=separator != "")
    for at, (grouping, type_) in enumerate([("", "VARCHAR"), (" ", "VARCHAR"), ("-", "VARCHAR"), ("", "NUMBER(38,0)"), (" ", "VARCHAR"), ("", "VARCHAR")]):
        add(["bank.cards", "shop.payments"][at % 2], "pan", "cell", ["card_number", "pan", "payment_card"][at % 3], ["zahlungsmittel", "instrument", "tarjeta"][at % 3], lambda rng, grouping=grouping: texts.pan(rng, grouping), type_=type_)
    banks = list(codes.BBAN)
    for at, form in enumerate(["upper", "spaced", "lower", "lower spaced", "upper", "spaced", "upper"]):
        group = banks[at * 3:at * 3 + 6]
        add(["bank.accounts", "hr.payroll", "shop.payments"][at % 3], "iban", "cell", ["iban", "account_iban", "payout_iban"][at % 3], ["kontonummer", "settle_to", "compte"][at % 3], lambda rng, group=group, form=form: texts.iban(rng, rng.choice(group), form))
    for at, (form, type_) in enumerate([("iso", "DATE"), ("us", "VARCHAR"), ("dots", "VARCHAR"), ("slashes", "VARCHAR"), ("words", "VARCHAR"), ("compact", "NUMBER(38,0)"), ("time", "TIMESTAMP_NTZ"), ("dashes", "VARCHAR")]):
        other = ["geburtsdatum", "valid", "fecha_nacimiento", "date_2"][at % 4]
        add(["hospital.patients", "bank.customers", "hr.employees"][at % 3], "dob", "cell", ["date_of_birth", "dob", "birth_date"][at % 3], other, lambda rng, form=form: texts.dob(rng, form), type_=type_, decidable=False, other_decidable=at % 2 == 0)


def secrets():
    vendors = [("aws key", "google"), ("github", "github app", "github fine", "gitlab"), ("slack bot", "slack hook", "discord hook", "telegram"), ("stripe", "stripe restricted", "sendgrid", "twilio"), ("npm", "pypi", "huggingface", "databricks"), ("jwt",), ("pem",), ("anthropic", "openai project", "notion", "supabase"), ("vault", "digitalocean", "shopify", "mapbox", "heroku")]
    for at, kinds in enumerate(vendors):
        add(["logs.config", "events.integrations"][at % 2], "secret", "cell", ["api_key", "access_token", "credential"][at % 3], ["setting", "parameter", "remark"][at % 3], tokens.only(*kinds))
    add("logs.config", "secret", "text", "connection_string", "target", tokens.dsn)
    add("logs.config", "secret", "text", "database_url", "endpoint", tokens.dsn)
    add("logs.config", "secret", "text", "env_line", "line", tokens.setting)
    add("events.integrations", "secret", "text", "auth_config", "options", tokens.setting)
    add("events.integrations", "secret", "labelled", "password", "motdepasse", lambda rng: mark("secret", "password", tokens.password(rng)), decidable=False)
    add("support.contacts", "secret", "text", "chat_message", "anmerkung", lambda rng: rng.choice([f"it still fails, my key is {tokens.bare(rng)} can you check?", f"deployed with {tokens.bare(rng)} by mistake, please rotate", f"new password: {mark('secret', 'password', tokens.password(rng))}"]), "en")


def inside():
    for at, lang in enumerate(texts.SENTENCES):
        add(["support.tickets", "hospital.notes"][at % 2], "text", "text", ["customer_message", "clinical_note", "ticket_body"][at % 3], ["bemerkung", "summary", "detail"][at % 3], texts.sentence(lang), lang)
    add("support.tickets", "text", "text", "call_notes", "t_text", texts.sentence("en", "pt"), "en")
    add("bank.transactions", "text", "text", "remittance_info", "purpose", either(texts.sentence("de", "i"), texts.sentence("nl", "i")), "de")
    for table in ("logs.app", "logs.mail", "logs.audit"):
        add(table, "log", "log", "message", "event_text", texts.log, "en")
    add("events.stream", "url", "url", "page_url", "referer", texts.url, "en")
    add("logs.requests", "url", "url", "request_url", "uri", texts.url, "en")
    documents = [("bank.events", texts.customer("en"), "VARIANT", {}), ("shop.events", texts.customer("de"), "VARIANT", {}), ("bank.events", texts.payment, "VARIANT", {}), ("telco.events", texts.deep, "VARIANT", {}), ("hospital.fhir", texts.patient, "VARIANT", {}),
                 ("shop.events", texts.neutral, "VARIANT", {}), ("telco.events", texts.customer("fr"), "VARCHAR", {}), ("hospital.fhir", texts.patient, "VARCHAR", {"indent": 2}), ("shop.events", texts.nested, "VARCHAR", {}), ("bank.events", texts.neutral, "VARCHAR", {}),
                 ("telco.events", texts.customer("ja"), "VARCHAR", {"escape": True}), ("logs.config", texts.secret_config, "VARIANT", {}), ("shop.events", texts.customer("ar"), "VARIANT", {}), ("bank.events", texts.deep, "VARCHAR", {})]
    for at, (table, make, type_, how) in enumerate(documents):
        add(table, "json", "json", ["customer_profile", "person", "contact_details"][at % 3], ["payload", "body", "attributes"][at % 3], texts.json_text(make, **how), type_=type_)


for fill in (names, addresses, reach, numbers, secrets, inside):
    fill()
