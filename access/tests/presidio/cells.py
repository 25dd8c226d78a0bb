"""Labelled, made-up cells of a warehouse, to measure detectors with. Standard library only.

    python3 cells.py --seed 5 --rows 300 > cells.jsonl

A line a cell: {id, t, c, ty, text, spans: [[start, end, LABEL]], kind, hard}; offsets are code points. `kind` is pos (every cell is one
value), text (values inside prose, logs, JSON), mixed (a free column that some people put values into) or neg (no value at all);
`hard` marks look-alikes. Every type with a form of its own stands under a telling name and under one that says nothing; types that are
nothing but digits or letters (passports, licences, bank accounts) only under telling ones, in several languages.
"""

import argparse
import base64
import hashlib
import json
import random
import string
import uuid
from datetime import date, datetime, timedelta

import people

UPPER, LOWER, DIGITS = string.ascii_uppercase, string.ascii_lowercase, string.digits
ALNUM = string.ascii_letters + DIGITS


def luhn(body):
    total = 0
    for place, digit in enumerate(reversed(body)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def weighted(text, weights):
    return sum(int(digit) * weight for digit, weight in zip(text, weights))


class Maker:
    """One seed's values."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.today = datetime(2026, 3, 14, 9, 0)

    # --- small parts -----------------------------------------------------------------------------------------------

    def some(self, alphabet, count):
        return "".join(self.dice.choice(alphabet) for _ in range(count))

    def digits(self, count, first="123456789"):
        return self.dice.choice(first) + self.some(DIGITS, count - 1)

    def pick(self, *options):
        chosen = self.dice.choice(options)
        return chosen() if callable(chosen) else chosen

    def until(self, make, good):
        while True:
            made = make()
            if good(made):
                return made

    # --- cards, banks ----------------------------------------------------------------------------------------------

    def card(self, grouped=None):
        prefix, length = self.pick(("4", 16), ("4", 16), (str(self.dice.randint(51, 55)), 16), ("2" + str(self.dice.randint(300, 699)), 16),
                                   (self.pick("34", "37"), 15), ("6011", 16), ("65", 16), ("3530", 16), ("36", 14))
        body = prefix + self.some(DIGITS, length - 1 - len(prefix))
        number = body + luhn(body)
        mark = self.pick("", "", " ", "-") if grouped is None else grouped
        if mark and length == 16:
            return mark.join(number[at:at + 4] for at in (0, 4, 8, 12))
        if mark and length == 15:
            return mark.join((number[:4], number[4:10], number[10:]))
        return number

    def iban(self):
        country, length, letters = self.pick(("NL", 18, 4), ("IT", 27, 1), ("PL", 28, 0), ("CH", 21, 0), ("AT", 20, 0), ("BE", 16, 0),
                                             ("PT", 25, 0), ("GB", 22, 4), ("IE", 22, 4), ("SE", 24, 0), ("DE", 22, 0))
        body = self.some(UPPER, letters) + self.some(DIGITS, length - 4 - letters)
        number = int("".join(str(int(character, 36)) for character in body + country + "00"))
        text = f"{country}{98 - number % 97:02d}{body}"
        return text if self.dice.random() < 0.6 else " ".join(text[at:at + 4] for at in range(0, len(text), 4))

    def aba(self):
        start = lambda: f"{self.pick(self.dice.randint(1, 12), self.dice.randint(21, 32)):02d}" + self.some(DIGITS, 7)
        return self.until(start, lambda text: weighted(text, [3, 7, 1] * 3) % 10 == 0)

    def account(self):
        return self.digits(self.pick(8, 9, 10, 12, 13))

    def wallet(self):
        kind = self.pick("p2pkh", "eth")
        if kind == "eth":
            return "0x" + self.some("0123456789abcdef", 40)
        raw = b"\0" + self.dice.randbytes(20)
        raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
        alphabet, number, out = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", int.from_bytes(raw, "big"), ""
        while number:
            number, rest = divmod(number, 58)
            out = alphabet[rest] + out
        return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + out

    # --- people ----------------------------------------------------------------------------------------------------

    def country(self, world=0.5):
        if self.dice.random() >= world:
            return "us"
        return self.pick(*[country for country in people.GIVEN if country != "us"])

    def given(self, country="us"):
        return self.pick(*people.words(people.GIVEN, country))

    def family(self, country="us"):
        return self.pick(*people.words(people.FAMILY, country))

    def person(self, world=0.5, style=None):
        country = self.country(world)
        given, family = self.given(country), self.family(country)
        style = style or self.pick("plain", "plain", "plain", "plain", "middle", "double", "title")
        return {
            "plain": lambda: f"{given} {family}",
            "middle": lambda: f"{given} {self.pick(*'ABCDEFGHJKLMRST')}. {family}",
            "double": lambda: f"{given} {family}-{self.family(country).split()[-1]}",
            "title": lambda: f"{self.pick('Dr.', 'Mr', 'Mrs.', 'Ms')} {given} {family}",
            "upper": lambda: f"{given} {family}".upper(),
            "lower": lambda: f"{given} {family}".lower(),
            "last": lambda: f"{family}, {given}",
            "shout": lambda: f"{family.upper()}, {given.upper()} {self.pick(*'ABCDEFGHJKLMRST')}",
            "mixed": lambda: f"{family.upper()} {given}",
        }[style]()

    def mail(self):
        country = self.country(0.4)
        plain = lambda text: "".join(c for c in text.lower() if c in LOWER)
        given, family = plain(self.given(country)) or "x", plain(self.family(country)) or "y"
        local = self.pick(f"{given}.{family}", f"{given[0]}{family}", f"{family}_{given}", f"{given}{self.digits(2)}", f"{given}-{family}+news",
                          f"{given[0]}.{family}{self.digits(4)}")
        domain = self.pick("gmail.com", "outlook.de", "proton.me", "acme-corp.io", "mail.uni-example.edu", "example.co.uk", "firma.example", "qq.com")
        return f"{local}@{domain}"

    def phone(self, style=None):
        area = self.pick("918", "509", "225", "515", "260", "423", "915", "616", "651", "707")
        rest = f"{self.dice.randint(201, 989)}", f"{self.dice.randint(0, 9999):04d}"
        us = [f"({area}) {rest[0]}-{rest[1]}", f"{area}-{rest[0]}-{rest[1]}", f"{area}.{rest[0]}.{rest[1]}", f"+1-{area}-{rest[0]}-{rest[1]}",
              f"1 {area} {rest[0]} {rest[1]}", f"({area}){rest[0]}-{rest[1]}", f"{area} {rest[0]}-{rest[1]}"]
        world = [f"+44 20 7{self.digits(3)} {self.digits(4)}", f"+49 30 {self.digits(7)}", f"+33 1 {self.digits(2)} {self.digits(2)} {self.digits(2)} {self.digits(2)}",
                 f"+91 {self.digits(5, '6789')} {self.digits(5)}", f"+86 13{self.digits(1)} {self.digits(4)} {self.digits(4)}", f"+55 11 9{self.digits(4)}-{self.digits(4)}",
                 f"+48 {self.digits(3)} {self.digits(3)} {self.digits(3)}", f"+61 4{self.digits(2)} {self.digits(3)} {self.digits(3)}", f"+31 6 {self.digits(8)}",
                 f"0049 151 {self.digits(8)}", f"+39 3{self.digits(2)} {self.digits(7)}", f"+81-90-{self.digits(4)}-{self.digits(4)}", f"+34{self.digits(9, '67')}"]
        home = [f"020 7{self.digits(3)} {self.digits(4)}", f"07{self.digits(3)} {self.digits(6)}", f"030 {self.digits(7)}", f"0{self.digits(3)}/{self.digits(6)}",
                f"06 {self.digits(2)} {self.digits(2)} {self.digits(2)} {self.digits(2)}", f"{area}{rest[0]}{rest[1]}"]
        return self.pick(*{"us": us, "world": world, "home": home}.get(style, us + world))

    def born(self):
        return date(1931, 1, 1) + timedelta(days=self.dice.randint(0, 27_700))

    def us_address(self, whole=True):
        city, state, zip3 = self.pick(*people.US_CITIES)
        street = f"{self.dice.randint(1, 19999)} {self.pick(*people.US_STREETS)} {self.pick(*people.US_KINDS)}"
        street += self.pick("", "", f" Apt {self.digits(2)}", f", Unit {self.digits(1)}{self.pick('A', 'B')}", f" #{self.digits(3)}", f" Ste {self.digits(3)}")
        return f"{street}, {city}, {state} {zip3}{self.digits(2)}" if whole else street

    def address(self):
        number = str(self.dice.randint(1, 180))
        city_uk, code_uk = self.pick(*people.UK)
        city_de, code_de = self.pick(*people.DE)
        city_fr, code_fr = self.pick(*people.FR)
        city_es, code_es = self.pick(*people.ES)
        city_au, code_au = self.pick(*people.AU)
        city_ca, code_ca = self.pick(*people.CA)
        return self.pick(f"{number} {self.pick(*people.UK_STREETS)}, {city_uk} {code_uk}", f"{self.pick(*people.DE_STREETS)} {number}, {code_de} {city_de}",
                         f"{number} {self.pick(*people.FR_STREETS)}, {code_fr} {city_fr}", f"{self.pick(*people.ES_STREETS)} {number}, {code_es} {city_es}",
                         f"{number} {self.pick(*people.US_STREETS)} {self.pick('Street', 'Road', 'Parade')}, {city_au} {code_au}",
                         f"{number} {self.pick(*people.US_STREETS)} {self.pick('Street', 'Ave')}, {city_ca} {code_ca}", self.us_address(), self.us_address().upper())

    # --- states ----------------------------------------------------------------------------------------------------

    def ssn(self, mark="-"):
        area = self.until(lambda: self.dice.randint(1, 899), lambda area: area != 666)
        return f"{area:03d}{mark}{self.dice.randint(1, 99):02d}{mark}{self.dice.randint(1, 9999):04d}"

    def itin(self, mark="-"):
        return f"9{self.some(DIGITS, 2)}{mark}{self.pick(50, 61, 72, 88, 91, 94, 99)}{mark}{self.some(DIGITS, 4)}"

    def npi(self):
        body = self.pick("1", "2") + self.some(DIGITS, 8)
        return body + luhn("80840" + body)

    def dea(self):
        body = self.some(DIGITS, 6)
        check = (weighted(body[::2], [1] * 3) + 2 * weighted(body[1::2], [1] * 3)) % 10
        return f"{self.pick(*'ABFGM')}{self.pick(*UPPER)}{body}{check}"

    def mbi(self):
        letters = "ACDEFGHJKMNPQRTUVWXY"
        either = letters + DIGITS
        return (self.digits(1) + self.pick(*letters) + self.pick(*either) + self.pick(*DIGITS) + self.pick(*letters) + self.pick(*either)
                + self.pick(*DIGITS) + self.some(letters, 2) + self.some(DIGITS, 2))

    def nhs(self):
        def make():
            body = self.digits(9, "4679")
            check = 11 - weighted(body, range(10, 1, -1)) % 11
            return None if check == 10 else body + ("0" if check == 11 else str(check))
        text = self.until(make, bool)
        return self.pick(text, f"{text[:3]} {text[3:6]} {text[6:]}", f"{text[:3]}-{text[3:6]}-{text[6:]}")

    def nino(self):
        text = f"{self.pick('AB', 'CE', 'JG', 'PM', 'TY', 'WK')}{self.some(DIGITS, 6)}{self.pick(*'ABCD')}"
        return self.pick(text, f"{text[:2]} {text[2:4]} {text[4:6]} {text[6:8]} {text[8]}")

    def sin(self):
        body = self.digits(8, "1234567")
        text = body + luhn(body)
        return self.pick(text, f"{text[:3]}-{text[3:6]}-{text[6:]}", f"{text[:3]} {text[3:6]} {text[6:]}")

    def cpf(self):
        body = self.some(DIGITS, 9)
        for weights in (range(10, 1, -1), range(11, 1, -1)):
            body += str(weighted(body, weights) * 10 % 11 % 10)
        return self.pick(body, f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}")

    def aadhaar(self):
        times = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5], [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
                 [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1], [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
                 [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]
        step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
        turn = [list(range(10))]
        for _ in range(7):
            turn.append([turn[-1][step[digit]] for digit in range(10)])
        body, check = self.digits(11, "23456789"), 0
        for place, digit in enumerate(reversed(body)):
            check = times[check][turn[(place + 1) % 8][int(digit)]]
        text = body + str([0, 4, 3, 2, 1, 5, 6, 7, 8, 9][check])
        return self.pick(text, f"{text[:4]} {text[4:8]} {text[8:]}", f"{text[:4]}-{text[4:8]}-{text[8:]}")

    def nif(self):
        letters = "TRWAGMYFPDXBNJZSQVHLCKE"
        if self.dice.random() < 0.3:
            head, body = self.dice.randrange(3), self.some(DIGITS, 7)
            return "XYZ"[head] + body + letters[int(f"{head}{body}") % 23]
        body = self.some(DIGITS, 8)
        return body + letters[int(body) % 23]

    def pesel(self):
        day = self.born()
        body = f"{day:%y%m%d}" + self.some(DIGITS, 4)
        return body + str(-weighted(body, [1, 3, 7, 9] * 3) % 10)

    def bsn(self):
        good = lambda text: (weighted(text, range(9, 1, -1)) - int(text[8])) % 11 == 0
        return self.until(lambda: self.digits(9), good)

    def nir(self):
        body = f"{self.pick('1', '2')}{self.dice.randint(40, 99)}{self.dice.randint(1, 12):02d}{self.dice.randint(1, 95):02d}{self.dice.randint(1, 990):03d}{self.dice.randint(1, 999):03d}"
        return f"{body}{97 - int(body) % 97:02d}"

    def codice(self):
        odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
        consonants = "BCDFGLMNPRSTVZ"
        body = self.some(consonants, 6) + self.some(DIGITS, 2) + self.pick(*"ABCDEHLMPRST") + f"{self.pick(self.dice.randint(1, 28), self.dice.randint(41, 68)):02d}" + self.pick(*UPPER) + self.some(DIGITS, 3)
        value = lambda c: int(c) if c.isdigit() else ord(c) - 65
        total = sum(odd[value(c)] if place % 2 == 0 else value(c) for place, c in enumerate(body))
        return body + UPPER[total % 26]

    def steuer(self):
        def make():
            body = list("123456789" + self.digits(1))
            self.dice.shuffle(body)
            product = 10
            for digit in body:
                total = (int(digit) + product) % 10 or 10
                product = total * 2 % 11
            return "".join(body) + str((11 - product) % 10)
        return make()

    def passport(self):
        return self.pick(f"C{self.digits(8)}", self.digits(9), f"{self.some(UPPER, 2)}{self.digits(7)}", f"{self.pick(*'GLXK')}{self.digits(7)}")

    def licence(self):
        return self.pick(f"{self.pick(*UPPER)}{self.digits(7)}", f"{self.pick(*UPPER)}{self.digits(12)}", self.digits(8), f"{self.some(UPPER, 2)}{self.digits(6)}",
                         f"{self.pick(*UPPER)}{self.digits(3)}-{self.digits(4)}-{self.digits(4)}")

    def mrn(self):
        return self.pick(f"MRN{self.digits(7)}", f"MRN: {self.digits(8)}", f"MRN-{self.digits(6)}", f"MR{self.digits(8)}")

    def icd(self):
        return self.pick("E11.65", "I25.10", "J18.9", "K35.80", "M17.11", "F33.1", "N39.0", "R07.9", "S72.001A", "Z79.4", "G47.33", "L40.0", "C34.90", "O80", "I50.9", "D64.9", "J45.20")

    # --- machines --------------------------------------------------------------------------------------------------

    def ip(self):
        octet = lambda: self.dice.randint(1, 254)
        return self.pick(f"10.{octet()}.{octet()}.{octet()}", f"192.168.{octet()}.{octet()}", f"{self.dice.randint(101, 223)}.{octet()}.{octet()}.{octet()}",
                         f"{self.dice.randint(11, 99)}.{octet()}.{octet()}.{octet()}")

    def ip6(self):
        group = lambda: f"{self.dice.getrandbits(16):x}"
        return self.pick(f"2a02:{group()}:{group()}::{group()}", f"fe80::{group()}:{group()}:{group()}:{group()}", ":".join(["2001"] + [group() for _ in range(7)]))

    def mac(self):
        pairs = [f"{self.dice.getrandbits(8):02x}" for _ in range(6)]
        pairs[0] = self.pick("a4", "3c", "f0", "b8")
        return self.pick(":".join(pairs), "-".join(pairs).upper(), ":".join(pairs).upper())

    def secret(self):
        b64 = lambda data: base64.urlsafe_b64encode(data).rstrip(b"=").decode()
        return self.pick("AKIA" + self.some(UPPER + "234567", 16), "ghp_" + self.some(ALNUM, 36), "glpat-" + self.some(ALNUM, 20), "npm_" + self.some(ALNUM, 36),
                         "sk_live_" + self.some(ALNUM, 24), "AIza" + self.some(ALNUM, 35), f"xoxp-{self.digits(11)}-{self.digits(12)}-{self.some(ALNUM, 24)}",
                         f"{b64(json.dumps(dict(typ='JWT', alg='RS256')).encode())}.{b64(json.dumps(dict(iss='x', exp=self.dice.randint(10**9, 2 * 10**9))).encode())}.{self.some(ALNUM, 43)}",
                         f"redis://default:{self.some(ALNUM, 18)}@cache-{self.digits(1)}.internal:6379/0")

    def when(self, style=None):
        moment = self.today - timedelta(seconds=self.dice.randint(0, 10**8))
        return self.pick(f"{moment:%Y-%m-%dT%H:%M:%SZ}", f"{moment:%d/%b/%Y:%H:%M:%S +0000}", f"{moment:%b %d %H:%M:%S}", f"{moment:%Y/%m/%d %H:%M}", f"{moment:%d.%m.%Y %H:%M}") if style is None else moment.strftime(style)


def telling(make):
    """(name, type, label, value) of columns whose cells are one value each, under names that tell."""
    us_born = lambda: make.born().strftime(make.pick("%m/%d/%Y", "%m/%d/%Y"))
    return [
        ("kreditkarte", "VARCHAR", "CREDIT_CARD", make.card), ("CC_NUM", "VARCHAR", "CREDIT_CARD", lambda: make.card("")),
        ("SocialSecurityNumber", "VARCHAR", "US_SSN", make.ssn), ("TAXPAYER_SSN", "NUMBER", "US_SSN", lambda: make.ssn("").lstrip("0")),
        ("itin_no", "VARCHAR", "US_ITIN", make.itin), ("IBAN_EMPFAENGER", "VARCHAR", "IBAN", make.iban), ("aba_rtn", "VARCHAR", "US_ABA", make.aba),
        ("bankAccountNo", "VARCHAR", "US_BANK_ACCOUNT", make.account), ("ACCT_NBR", "NUMBER", "US_BANK_ACCOUNT", make.account),
        ("correo_electronico", "VARCHAR", "EMAIL", make.mail), ("E_MAIL", "VARCHAR", "EMAIL", lambda: make.pick(make.mail, lambda: make.mail().upper())),
        ("telefon", "VARCHAR", "PHONE", lambda: make.phone("home")), ("PhoneNbr", "VARCHAR", "PHONE", make.phone), ("work_phone", "NUMBER", "PHONE", lambda: f"{make.pick('918', '509', '423')}{make.digits(7, '23456789')}"),
        ("customerName", "VARCHAR", "PERSON", make.person), ("PATIENT_NM", "VARCHAR", "PERSON", lambda: make.person(0.5, "shout")), ("nachname", "VARCHAR", "PERSON", lambda: make.family(make.country(0.7))),
        ("prenom", "VARCHAR", "PERSON", lambda: make.given(make.country(0.7))), ("emergency_contact", "VARCHAR", "PERSON", make.person), ("kunde_name", "VARCHAR", "PERSON", lambda: make.person(0.9, "mixed")),
        ("user_full_name", "VARCHAR", "PERSON", lambda: make.person(0.5, "lower")), ("shipping_address", "VARCHAR", "ADDRESS", make.address), ("ADDR_LINE_1", "VARCHAR", "ADDRESS", lambda: make.us_address(False)),
        ("adresse", "VARCHAR", "ADDRESS", make.address), ("geburtsdatum", "DATE", "DOB", lambda: f"{make.born()}"), ("BIRTH_DT", "VARCHAR", "DOB", us_born), ("fecha_nacimiento", "VARCHAR", "DOB", lambda: f"{make.born():%d/%m/%Y}"),
        ("dob_text", "VARCHAR", "DOB", lambda: f"{make.born():%b %d, %Y}"), ("remote_ip", "VARCHAR", "IP", make.ip), ("src_ipv6", "VARCHAR", "IP", make.ip6), ("mac_addr", "VARCHAR", "MAC", make.mac),
        ("passportNo", "VARCHAR", "PASSPORT", make.passport), ("reisepass_nr", "VARCHAR", "PASSPORT", make.passport), ("DRIVERS_LICENSE_NO", "VARCHAR", "US_DL", make.licence), ("dl_number", "VARCHAR", "US_DL", make.licence),
        ("provider_npi", "NUMBER", "US_NPI", make.npi), ("DEA", "VARCHAR", "US_DEA", make.dea), ("mbi", "VARCHAR", "US_MBI", make.mbi), ("medical_record_no", "VARCHAR", "MRN", lambda: make.pick(make.mrn, lambda: make.digits(7))),
        ("icd10_primary", "VARCHAR", "DIAGNOSIS", make.icd), ("dx_cd", "VARCHAR", "DIAGNOSIS", lambda: make.icd().replace(".", "")), ("nhs_no", "VARCHAR", "UK_NHS", make.nhs), ("ni_number", "VARCHAR", "UK_NINO", make.nino),
        ("sin_number", "VARCHAR", "CA_SIN", make.sin), ("cpf_cliente", "VARCHAR", "BR_CPF", make.cpf), ("aadhaar_no", "VARCHAR", "IN_AADHAAR", make.aadhaar), ("dni", "VARCHAR", "ES_NIF", make.nif), ("pesel", "VARCHAR", "PL_PESEL", make.pesel),
        ("bsn", "VARCHAR", "NL_BSN", make.bsn), ("num_secu", "VARCHAR", "FR_NIR", make.nir), ("codice_fiscale", "VARCHAR", "IT_CF", make.codice), ("steuer_id", "VARCHAR", "DE_STEUER_ID", make.steuer),
        ("wallet_address", "VARCHAR", "CRYPTO", make.wallet), ("accessToken", "VARCHAR", "SECRET", make.secret), ("db_password", "VARCHAR", "SECRET", lambda: make.some(ALNUM + "!$%*", make.dice.randint(10, 22))),
    ]


def blind(make):
    """The same for columns whose names say nothing: types with a form or a check digit of their own."""
    made = [
        ("CREDIT_CARD", make.card), ("US_SSN", make.ssn), ("IBAN", make.iban), ("US_ABA", make.aba), ("EMAIL", make.mail), ("PHONE", lambda: make.phone("us")), ("PHONE", lambda: make.phone("world")),
        ("PERSON", lambda: make.person(0.3)), ("PERSON", lambda: make.person(0.3, "last")), ("PERSON", lambda: make.person(0.3, "upper")), ("PERSON", lambda: make.given("us")), ("PERSON", lambda: make.person(0.6, "plain")),
        ("ADDRESS", make.us_address), ("ADDRESS", make.address), ("DOB", lambda: f"{make.born()}"), ("IP", make.ip), ("IP", make.ip6), ("MAC", make.mac), ("US_NPI", make.npi), ("US_DEA", make.dea), ("US_MBI", make.mbi),
        ("MRN", make.mrn), ("DIAGNOSIS", make.icd), ("UK_NHS", make.nhs), ("UK_NINO", make.nino), ("CA_SIN", make.sin), ("BR_CPF", make.cpf), ("IN_AADHAAR", make.aadhaar), ("ES_NIF", make.nif), ("PL_PESEL", make.pesel),
        ("NL_BSN", make.bsn), ("FR_NIR", make.nir), ("IT_CF", make.codice), ("DE_STEUER_ID", make.steuer), ("CRYPTO", make.wallet), ("SECRET", make.secret), ("US_ITIN", make.itin),
    ]
    return [(make.pick(f"attr_{place}", f"VAL{place:02d}", f"feld{place}", f"x{place}"), "VARCHAR", label, value) for place, (label, value) in enumerate(made)]


def clean(make):
    """(name, type, hard, value) of columns without anything sensitive, most of them look-alikes."""
    dice = make.dice
    no_card = lambda: make.until(lambda: make.pick("4", "52", "6011", "35") [:2].ljust(2, "7") + make.some(DIGITS, 14), lambda text: luhn(text[:-1]) != text[-1])
    imei = lambda: (lambda body: body + luhn(body))(make.pick("35", "86") + make.some(DIGITS, 12))
    isbn = lambda: (lambda body: body + str(-weighted(body, [1, 3] * 6) % 10))("978" + make.some(DIGITS, 9))
    vin = lambda: make.some("ABCDEFGHJKLMNPRSTUVWXYZ" + DIGITS, 17)
    products = ["Madison Table Lamp", "Florence Linen Duvet", "Jordan Almond Cookies", "Victoria Sponge Cake", "Lincoln Logs Set", "Austin Canvas Tote", "Grace Floral Dress", "Savannah Rug 5x8",
                "Chase Lounge Chair", "Brooklyn Bike Helmet", "Dakota Ranch Boots", "Taylor Acoustic Strings", "Kelly Green Paint", "Harper Bar Stool", "Paris Bistro Set", "Carter Wall Clock"]
    firms = ["Morgan Stanley", "Charles Schwab", "JPMorgan Chase", "Thomson Reuters", "Smith & Wesson", "Turner Construction", "Baker Hughes", "Johnson Controls", "Dr Pepper", "Wendy's", "Papa John's",
             "Ralph Lauren Corp", "Tiffany & Co.", "Mercedes-Benz Group", "Marathon Petroleum", "Foster Farms", "Parker Hannifin", "Jones Lang LaSalle"]
    towns = ["San Antonio", "Santa Barbara", "St. Louis", "Fort Worth", "New York", "Virginia Beach", "Salt Lake City", "San Jose", "Los Angeles", "Corpus Christi", "Colorado Springs", "Baton Rouge"]
    jobs = ["Senior Account Manager", "Data Engineer II", "VP, Sales", "Nurse Practitioner", "Warehouse Associate", "Head of People", "Customer Success Lead", "Software Engineer", "Store Manager"]
    campaigns = ["Spring Sale 2025", "Black Friday Early Access", "Summer Of Love", "April Showers Promo", "Mother's Day", "New Year Kickoff", "Back To School", "Holiday Gift Guide"]
    return [
        ("invoice_number", "VARCHAR", True, no_card), ("ledger_no", "NUMBER", True, no_card), ("device_imei", "VARCHAR", True, imei), ("isbn", "VARCHAR", True, isbn), ("vin", "VARCHAR", True, vin),
        ("kundennummer", "NUMBER", True, lambda: make.digits(9)), ("ticket", "NUMBER", True, lambda: make.digits(10)), ("ref11", "VARCHAR", True, lambda: make.digits(11)), ("meter_no", "VARCHAR", True, lambda: make.digits(8)),
        ("part_number", "VARCHAR", True, lambda: f"{make.digits(3)}-{make.digits(4)}-{make.digits(3)}"), ("model_code", "VARCHAR", True, lambda: f"{make.some(UPPER, 2)}{make.digits(4)}{make.pick(*UPPER)}"),
        ("release", "VARCHAR", True, lambda: f"{dice.randint(1, 30)}.{dice.randint(0, 99)}.{dice.randint(0, 99)}.{dice.randint(0, 60)}"), ("image_digest", "VARCHAR", True, lambda: f"sha256:{dice.getrandbits(256):064x}"),
        ("trace_id", "VARCHAR", True, lambda: f"{dice.getrandbits(128):032x}"), ("span_uuid", "VARCHAR", True, lambda: str(uuid.UUID(int=dice.getrandbits(128), version=4)).upper()), ("etag", "VARCHAR", True, lambda: f'W/"{make.some(ALNUM, 22)}"'),
        ("thumb_b64", "VARCHAR", True, lambda: base64.b64encode(dice.randbytes(48)).decode()), ("created_ts", "VARCHAR", True, make.when), ("loaded_at_ms", "NUMBER", True, lambda: str(dice.randint(1_600_000_000_000, 1_790_000_000_000))),
        ("event_epoch", "NUMBER", True, lambda: str(dice.randint(1_600_000_000, 1_790_000_000))), ("order_date", "DATE", True, lambda: make.when("%Y-%m-%d")), ("ship_dt", "VARCHAR", True, lambda: make.when("%m/%d/%Y")),
        ("product_name", "VARCHAR", True, lambda: make.pick(*products)), ("item_title", "VARCHAR", True, lambda: f"{make.pick(*products)} ({make.pick('Blue', 'Oak', 'XL', 'Set of 2')})"), ("company", "VARCHAR", True, lambda: make.pick(*firms)),
        ("merchant", "VARCHAR", True, lambda: make.pick(*firms).upper()), ("city", "VARCHAR", True, lambda: make.pick(*towns)), ("job_title", "VARCHAR", True, lambda: make.pick(*jobs)), ("campaign_name", "VARCHAR", True, lambda: make.pick(*campaigns)),
        ("pod", "VARCHAR", True, lambda: f"checkout-api-{make.some('bcdf456789', 10)}-{make.some(LOWER + DIGITS, 5)}"), ("s3_uri", "VARCHAR", True, lambda: f"s3://raw-zone/{make.when('%Y/%m/%d')}/part-{dice.randint(0, 9999):05d}-{make.some('0123456789abcdef', 8)}.parquet"),
        ("user_agent", "VARCHAR", True, lambda: f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{dice.randint(90, 140)}.0.{dice.randint(1000, 9999)}.{dice.randint(10, 200)} Safari/537.36"),
        ("handle", "VARCHAR", True, lambda: f"@{make.some(LOWER, 7)}{make.digits(2)}"), ("http_path", "VARCHAR", True, lambda: f"/v2/orders/{make.digits(8)}/items?page={make.digits(1)}&sort=-date"), ("geo", "VARCHAR", True, lambda: f"POINT({dice.uniform(-180, 180):.6f} {dice.uniform(-90, 90):.6f})"),
        ("duration", "VARCHAR", True, lambda: f"{dice.randint(0, 99):02d}:{dice.randint(0, 59):02d}:{dice.randint(0, 59):02d}.{make.some(DIGITS, 3)}"), ("dimensions", "VARCHAR", True, lambda: f"{dice.randint(10, 200)} x {dice.randint(10, 200)} x {dice.randint(10, 90)} cm"),
        ("lot_code", "VARCHAR", True, lambda: f"{make.digits(5)}-{make.digits(4)}-{make.digits(2)}"), ("tracking", "VARCHAR", True, lambda: make.pick(lambda: "1Z" + make.some(UPPER + DIGITS, 16), lambda: "JD01" + make.digits(16), lambda: f"RR{make.digits(9)}DE")),
        ("container", "VARCHAR", True, lambda: f"{make.some(UPPER, 3)}U{make.digits(7)}"), ("flight", "VARCHAR", True, lambda: f"{make.pick('LH', 'UA', 'BA', 'DL')}{dice.randint(1, 9999)}"), ("java_class", "VARCHAR", True, lambda: f"com.acme.{make.pick('billing', 'core')}.{make.pick('Invoice', 'Order')}Service${make.digits(1)}"),
        ("sentiment", "FLOAT", False, lambda: f"{dice.uniform(-1, 1):.17g}"), ("price", "NUMBER", False, lambda: f"{dice.uniform(1, 90_000):.2f}"), ("count", "NUMBER", False, lambda: str(dice.randint(0, 100_000))), ("state", "VARCHAR", False, lambda: make.pick("OK", "WA", "LA", "IA", "TX")),
        ("phase", "VARCHAR", False, lambda: make.pick("open", "In Progress", "Won't Fix", "CLOSED", "On Hold")), ("flag", "BOOLEAN", False, lambda: make.pick("true", "false")), ("colour", "VARCHAR", False, lambda: f"#{dice.getrandbits(24):06x}"), ("tz", "VARCHAR", False, lambda: make.pick("Europe/Berlin", "America/New_York", "UTC")),
        ("empty", "VARCHAR", False, lambda: make.pick("", " ", "n/a", "NULL", "none", "-")), ("blob", "VARIANT", False, lambda: json.dumps({"k": make.digits(5), "v": [dice.randint(0, 9), None, True], "s": make.pick("a", "b")})),
    ]


def joined(*parts):
    """A text of plain parts and (LABEL, value) parts, and its spans."""
    text, spans = "", []
    for part in parts:
        if isinstance(part, tuple):
            spans.append([len(text), len(text) + len(part[1]), part[0]])
            part = part[1]
        text += part
    return text, spans


def texts(make):
    """(name, type, kind, value) of columns with values inside a text; a value is (text, spans)."""
    t = lambda label, value: (label, value)
    person = lambda: t("PERSON", make.person(0.3, make.pick("plain", "plain", "middle")))
    mail, phone, card = lambda: t("EMAIL", make.mail()), lambda: t("PHONE", make.phone("us")), lambda: t("CREDIT_CARD", make.card())
    order, code = lambda: make.digits(8), lambda: make.some(UPPER + DIGITS, 8)

    def chat():
        return joined(*make.pick(
            lambda: ["hi, my card ", card(), " was charged twice, order #", order()], lambda: ["sure, you can reach me at ", mail(), " or ", phone(), " after 6pm"],
            lambda: ["this is ", person(), ", I placed order ", order(), " last week"], lambda: ["my social is ", t("US_SSN", make.ssn()), " and i was born ", t("DOB", f"{make.born():%m/%d/%Y}")],
            lambda: ["please send it to ", t("ADDRESS", make.us_address()), " thx"], lambda: ["the promo code ", code(), " does not work on the ", "Madison Table Lamp", ", can you check?"],
            lambda: ["ok thanks, that solved it. Have a great day!"], lambda: ["Error 0x80070057 when I open version 12.4.1.7, screenshot attached"], lambda: ["Where is my parcel? Tracking 1Z", make.some(UPPER + DIGITS, 16)],
            lambda: ["IBAN for the refund: ", t("IBAN", make.iban()), ", thank you"], lambda: ["Agent: Thank you for waiting. Can I have your order number?\nCustomer: ", order()]))

    def mailing():
        return joined(*make.pick(
            lambda: ["Hello ", person(), ",\n\nyour invoice ", order(), " is attached.\n\nBest regards,\nThe Billing Team"],
            lambda: ["From: ", person(), " <", mail(), ">\nSubject: Contract ", code(), "\n\nPlease sign by Friday."],
            lambda: ["Sent from my phone\n--\n", person(), "\nTel: ", phone(), "\n", mail()], lambda: ["Reminder: maintenance window on 2026-04-0", make.digits(1), " from 22:00 to 23:30 UTC. No action needed."],
            lambda: ["Dear Sir or Madam, the quarterly report is available in the portal. Kind regards, Investor Relations"]))

    def clinic():
        return joined(*make.pick(
            lambda: ["Pt ", person(), ", DOB ", t("DOB", f"{make.born():%m/%d/%Y}"), ", ", t("MRN", f"MRN {make.digits(8)}"), ". Dx: ", t("DIAGNOSIS", make.icd())],
            lambda: ["Referring physician Dr. ", t("PERSON", make.family("us")), " (NPI: ", t("US_NPI", make.npi()), ")"], lambda: ["Medicare ID ", t("US_MBI", make.mbi()), " verified, copay 20 USD"],
            lambda: ["BP 120/80, HR 72, afebrile. Continue metformin 500 mg bid, follow up in 3 months."], lambda: ["NHS number ", t("UK_NHS", make.nhs()), ", seen in clinic on 12.03.2026"],
            lambda: ["Discharged home in stable condition. No known drug allergies. Wound clean and dry."]))

    def log():
        at = make.when("%Y-%m-%dT%H:%M:%S.123Z")
        return joined(*make.pick(
            lambda: [t("IP", make.ip()), " - - [", make.when("%d/%b/%Y:%H:%M:%S +0000"), "] \"GET /v1/items/", order(), " HTTP/1.1\" 200 ", make.digits(4)],
            lambda: [at, " level=info msg=\"mail sent\" to=", mail(), " id=", str(uuid.UUID(int=make.dice.getrandbits(128)))], lambda: [at, " level=debug took=", make.digits(3), "ms rows=", make.digits(5), " cache=miss"],
            lambda: [at, " level=warn client_ip=", t("IP", make.ip()), " attempts=", make.digits(1)], lambda: [at, " level=error err=\"auth failed\" token=", t("SECRET", make.secret())],
            lambda: ["java.lang.IllegalStateException: Order ", order(), " not found at com.acme.Orders.load(Orders.java:", make.digits(3), ")"], lambda: [at, " ssid=guest hw=", t("MAC", make.mac()), " rssi=-", make.digits(2)]))

    def document():
        return joined(*make.pick(
            lambda: ['{"user":{"fullName":"', person(), '","contact":{"email":"', mail(), '"}},"plan":"pro"}'], lambda: ['{"cart":[{"sku":"', code(), '","qty":', make.digits(1), ',"price":', make.digits(3), '.50}],"ts":', str(make.dice.randint(1_600_000_000, 1_790_000_000)), "}"],
            lambda: ['{"payment":{"number":"', t("CREDIT_CARD", make.card("")), '","brand":"visa"}}'], lambda: ['{"device":{"ip":"', t("IP", make.ip()), '","os":"iOS 18.', make.digits(1), '"},"ok":true}'],
            lambda: ['{"patient":{"ssn":"', t("US_SSN", make.ssn()), '","birthDate":"', t("DOB", f"{make.born()}"), '"}}'], lambda: ['["blue","oak",', make.digits(4), "]"]))

    def free():
        if make.dice.random() < 0.08:
            label, value = make.pick(("EMAIL", make.mail()), ("CREDIT_CARD", make.card()), ("US_SSN", make.ssn()), ("PHONE", make.phone("us")), ("IBAN", make.iban()))
            return value, [[0, len(value), label]]
        return make.pick(lambda: f"PO {make.digits(7)}", lambda: "see mail", lambda: "gift wrap", lambda: make.digits(10), lambda: f"{make.some(UPPER, 3)}/{make.digits(5)}", lambda: ""), []

    return [("chat_line", "VARCHAR", "text", chat), ("body", "VARCHAR", "text", mailing), ("encounter_note", "VARCHAR", "text", clinic), ("raw_log", "VARCHAR", "text", log), ("doc", "VARIANT", "text", document), ("po_ref", "VARCHAR", "mixed", free)]


def cells(seed, rows):
    """All cells of one seed."""
    make = Maker(seed)
    columns = []
    for table, made in (("crm", telling(make)), ("v", blind(make))):
        columns += [(table, name, ty, "pos", False, lambda value=value, label=label: (lambda text: (text, [[0, len(text), label]]))(value())) for name, ty, label, value in made]
    columns += [("ops", name, ty, "neg", hard, lambda value=value: (value(), [])) for name, ty, hard, value in clean(make)]
    columns += [("notes", name, ty, kind, False, value) for name, ty, kind, value in texts(make)]
    place = 0
    for table, name, ty, kind, hard, value in columns:
        for _ in range(rows):
            text, spans = value()
            if kind == "pos" and make.dice.random() < 0.03:
                text, spans = make.pick("", "N/A", "unknown"), []
            yield {"id": place, "t": table, "c": name, "ty": ty, "text": text, "spans": spans, "kind": kind, "hard": hard}
            place += 1


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--rows", type=int, default=300, help="cells a column")
    chosen = arguments.parse_args()
    for cell in cells(chosen.seed, chosen.rows):
        print(json.dumps(cell, ensure_ascii=False))


if __name__ == "__main__":
    main()
