"""Prose, chat, logs, HL7, URLs and documents that hold something of a person."""
import json
from forge import *


def js(o, escape=False):
    t = json.dumps(o, ensure_ascii=False)
    if escape:
        t = ''.join(c if c.isascii() or '\ue000' <= c <= '\ue0ff' else ''.join('\\u%04x' % u for u in _units(c)) for c in t)
    return t


def _units(c):
    b = c.encode('utf-16-be')
    return [b[i] << 8 | b[i + 1] for i in range(0, len(b), 2)]


def F(r, lang):
    return full(r, [lang])


def ticket(r):
    return r.choice([
        lambda: f'Hi, this is {F(r, "en")}, my parcel went to {addr(r, "GB")} instead. Ring me on {phone(r, "GB")} after six please.',
        lambda: f'Customer {F(r, "us")} called back. New card {pan(r)} does not go through, old one was fine. Mail: {email(r)}',
        lambda: f'Caller says her ss# is {ssn(r)} and she moved to {addr(r, "US")} last May.',
        lambda: f'pls reset the login of {email(r)}, she is on leave until 14 March and {F(r, "us")} covers',
        lambda: f'Refund of 84.10 requested to {iban(r, "grouped")}, holder {F(r, "nl")}. Ticket 88213 can be closed.',
        lambda: f'Customer pasted their password in chat: "my password is {P(r, upw(r))}" - told them to change it',
        lambda: f'Second complaint this week from {F(r, "ga")} about order 5512-88. Not a bug in build 4.11.2, see release notes.',
        lambda: f'User reports the reset link goes to {obf(r)} which is not hers. Born {dob(r, "long")}, verified by phone.',
        lambda: f'Escalated to tier 2. Callback number {phone(r, "US")}, ask for {given(r, ["us"])}.',
        lambda: f'Device keeps dropping off at {ip(r, "4")}; owner {F(r, "en")} is annoyed, rightly so.'])()


def ticket_intl(r):
    return r.choice([
        lambda: f'Guten Tag, mein Name ist {F(r, "de")}. Bitte überweisen Sie den Betrag auf {iban(r, "grouped", "DE")}. Rückfragen unter {phone(r, "DE")}.',
        lambda: f'Bonjour, je suis {F(r, "fr")} et j’habite {addr(r, "FR")}. Mon colis n’est jamais arrivé, appelez-moi au {phone(r, "FR")}.',
        lambda: f'Buenas tardes, soy {F(r, "es")}, mi DNI es {doc(r, "es dni")} y mi correo {email(r)}. Quiero anular el pedido 4471.',
        lambda: f'Dzień dobry, nazywam się {F(r, "pl")}, PESEL {doc(r, "pl pesel")}. Proszę o kontakt pod numerem {phone(r, "PL", "i")}.',
        lambda: f'Здравствуйте, меня зовут {F(r, "ru")}. Прошу перезвонить по номеру {phone(r, "RU")}, адрес: {addr(r, "RU")}.',
        lambda: f'お世話になっております。{F(r, "ja")}と申します。電話番号は{phone(r, "JP")}です。返品の件、よろしくお願いします。',
        lambda: f'السلام عليكم، اسمي {F(r, "ar")} ورقم جوالي {phone(r, "SA")}. أرجو تغيير العنوان إلى {addr(r, "SA")}.',
        lambda: f'Olá, sou a {F(r, "pt")}, CPF {doc(r, "br cpf")}. O boleto venceu ontem, meu e-mail é {email(r)}.',
        lambda: f'Merhaba, ben {F(r, "tr")}. Faturam yanlış adrese gitmiş, doğrusu: {addr(r, "TR")}. Telefonum {phone(r, "TR")}.',
        lambda: f'您好，我叫{F(r, "zh")}，手机号{phone(r, "CN", "n")}，收货地址是{addr(r, "CN")}，请尽快发货。',
        lambda: f'안녕하세요, {F(r, "ko")}입니다. 연락처는 {phone(r, "KR")} 이고 환불 부탁드립니다.',
        lambda: f'Καλησπέρα, ονομάζομαι {F(r, "el")} και το τηλέφωνό μου είναι {phone(r, "GR", "i")}.',
        lambda: f'שלום, שמי {F(r, "he")}, אפשר לחזור אליי למספר {phone(r, "IL")}? תודה.',
        lambda: f'नमस्ते, मेरा नाम {F(r, "hi")} है, मेरा मोबाइल {phone(r, "IN", "i")} है। कृपया बिल दोबारा भेजें।',
        lambda: f'Xin chào, tôi là {F(r, "vi")}, số điện thoại {phone(r, "VN")}. Tôi muốn đổi size giày.',
        lambda: f'สวัสดีค่ะ ดิฉันชื่อ {F(r, "th")} เบอร์โทร {phone(r, "TH")} ยังไม่ได้รับสินค้าเลยค่ะ',
        lambda: f'Hei, nimeni on {F(r, "fi")}, hetu {doc(r, "fi hetu")}. Osoite on nyt {addr(r, "FI")}.',
        lambda: f'Добрий день, мене звати {F(r, "uk")}, пишіть на {email(r)} або телефонуйте {phone(r, "UA")}.',
        lambda: f'Salve, sono {F(r, "it")}, codice fiscale {doc(r, "it codice fiscale")}, IBAN {iban(r, "upper", "IT")}.',
        lambda: f'Dobrý den, {F(r, "cs")}, rodné číslo {doc(r, "cz rc")}, volejte {phone(r, "CZ", "i")}.'])()


def chat(r):
    a, b = given(r, ['en', 'us']), given(r, ['de', 'es', 'fr'])
    return r.choice([
        lambda: f'[10:42] {a}: can you send it again?\n[10:43] {b}: sure, to {email(r)}\n[10:43] {a}: no, use {email(r)}',
        lambda: f'agent: May I have your date of birth?\nvisitor: {dob(r, "us")}\nagent: Thank you, and the last address?\nvisitor: {addr(r, "US")}',
        lambda: f'{a} -> {b}: the staging db is {conn(r)} dont share',
        lambda: f'agent: and the number on the card?\nvisitor: {pan(r, True, " ")} exp 09/29\nagent: got it',
        lambda: f'{b}: temp key for the demo {token(r)} ok?\n{a}: ok, deleting after',
        lambda: f'> whats ur number\n> {phone(r, "US")} txt me\n> k, {a} here btw'])()


def nurse(r):
    n = F(r, 'us')
    return r.choice([
        lambda: f'Pt {n}, DOB {dob(r, "us")}, admitted with {dx(r, "en")}. Next of kin {F(r, "us")} ({phone(r, "US")}) informed.',
        lambda: f'{initialed(r, ["us"])} seen 07:40. Hx of {dx(r, "en")}; BP 132/84, afebrile, SpO2 97%. Plan: continue metoprolol 25 mg.',
        lambda: f'Pat. {F(r, "de")}, geb. {dob(r, "de")}: {dx(r, "de")}, Verlauf stabil. Hausarzt {titled(r)}.',
        lambda: f'Patiente {F(r, "fr")}, née le {dob(r, "slash")}, suivie pour {dx(r, "fr")}.',
        lambda: f'Пациент {patronymic(r)}, {dob(r, "de")} г.р., диагноз: {dx(r, "ru")}.',
        lambda: f'患者{F(r, "ja")}、{dx(r, "ja")}にて加療中。',
        lambda: f'Paciente {F(r, "es")}, {r.randint(20, 80)} años, con {dx(r, "es")}. Avisar a {F(r, "es")} al {phone(r, "ES", "i")}.'])()


def hl7(r):
    _, g, s, _ = two(r, ['us', 'en'])
    return (f'MSH|^~\\&|ADT1|VELMORA|LAB|VELMORA|202609{r.randint(10, 28)}0811||ADT^A01|MSG{digits(r, 6)}|P|2.5\rPID|1||{digits(r, 7)}^^^VEL^MR||' + M('person', 'hl7', f'{s}^{g}^{r.choice(UP)}') + f'||{dob(r, "compact")}|{r.choice("MF")}|||'
            + M('address', 'hl7', f'{r.randint(2, 900)} {r.choice(ADDR["US"][0])}^^{r.choice(["Larkin Bay^ME^04", "Pine Mesa^AZ^85"])}{digits(r, 3)}') + f'||{phone(r, "US")}|||||{ssn(r, r.choice(["", "-"]))}\rDG1|1||{icd(r)}^^I10')


def fhir(r):
    lang, g, s, _ = two(r, LATIN)
    return js({'resourceType': 'Patient', 'id': rs(r, 8, HEX), 'active': True, 'name': [{'use': 'official', 'family': M('person', 'family ' + lang, s), 'given': [M('person', 'given ' + lang, g)]}],
               'telecom': [{'system': 'phone', 'value': intl(r), 'use': 'home'}, {'system': 'email', 'value': email(r)}], 'birthDate': dob(r, 'iso'), 'address': [{'line': [addr(r, None, 0)], 'country': 'XX'}]})


def kyc(r):
    return js({'case': r.randint(1000, 9999), 'risk': r.choice(['low', 'mid', 'high']), 'applicant': {'fullName': full(r), 'document': {'type': 'national', 'number': doc(r)}, 'dob': dob(r, 'iso')}, 'funding': {'iban': iban(r), 'currency': 'EUR', 'limit': r.randint(1, 90) * 1000}, 'checks': ['sanctions', 'pep']}, r.random() < .4)


def opaque_doc(r):
    return js({'a': r.randint(1, 9), 'b': {'k1': email(r), 'k2': [intl(r), None], 'k3': {'x': pan(r), 'y': 'v2.4.1'}}, 'z': rs(r, 12, HEX)})


def checkout(r):
    return js({'orderId': f'W-{digits(r, 6)}', 'lines': [{'sku': fill(r, '@@-####-##'), 'title': r.choice(['Brass kettle', 'Linen throw', 'Oak stool']), 'qty': r.randint(1, 5)}], 'shipTo': {'name': person(r), 'street': addr(r, None, 0), 'phone': phone(r)}, 'pay': {'pan': pan(r), 'exp': '08/29', 'scheme': 'visa'}, 'total': round(r.uniform(5, 400), 2)}, r.random() < .3)


def nested_string(r):
    inner = js({'u': {'mail': email(r), 'n': full(r), 'ip': ip(r)}, 'evt': 'login', 'ok': True})
    return js({'offset': r.randint(1, 10 ** 7), 'payload': inner, 'topic': 'auth.v3'})


def device_doc(r):
    return js({'imei': '00' + digits(r, 13), 'model': 'Halcyon X2', 'fw': '10.4.1.22', 'session': {'client': ip(r), 'auth': {'bearer': token(r)}}, 'geo': [round(r.uniform(-80, 80), 5), round(r.uniform(-170, 170), 5)]})


def guardians(r):
    return js([{'rel': x, 'n': full(r), 'tel': phone(r), 'p': r.choice([True, False])} for x in ('mother', 'father', 'aunt')[:r.randint(1, 3)]])


def claimdoc(r):
    return js({'claim': fill(r, 'CL-######'), 'parties': [{'role': 'insured', 'nm': comma(r), 'acct': account(r), 'addr1': addr(r, None, 0)}, {'role': 'witness', 'nm': full(r), 'ph': phone(r)}], 'injury': {'code': icd(r), 'text': dx(r)}, 'reserve': r.randint(1, 60) * 500})


def config_doc(r):
    return js({'version': 3, 'sources': [{'type': 'jdbc', 'url': conn(r)}], 'notify': {'slack': token(r, 'slack hook'), 'to': [email(r)]}, 'retries': 5})


def nlog(r):
    t = f'2026-{r.randint(1, 11):02d}-{r.randint(1, 28):02d}T{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:07.{digits(r, 3)}Z'
    return r.choice([
        lambda: f'{t} WARN auth - login failed user={email(r)} ip={ip(r)} attempts=3', lambda: f'{t} INFO sms.gateway to={phone(r, None, "i")} template=otp status=SENT', lambda: f'{ip(r, "4")} - - [{t}] "GET /account?email={pct(r)}&v=2 HTTP/1.1" 200 512',
        lambda: f'{t} ERROR payments card={pan(r, False)} declined code=51', lambda: f'{t} DEBUG http > {header(r)}', lambda: f'{t} INFO boot env {envline(r)}', lambda: f'{t} INFO kyc subject="{full(r)}" born={dob(r, "iso")} decision=PASS',
        lambda: f'Nov 12 04:11:09 alice-prod-3 sshd[4412]: Failed password for root from {ip(r)} port 51122', lambda: f'{t} ERROR could not connect: {conn(r)}'])()


def url(r):
    return r.choice([
        lambda: f'https://app.example.com/unsubscribe?u={pct(r)}&c=811', lambda: f'https://example.org/invite/{email(r)}/accept', lambda: f'mailto:{email(r)}?subject=Meter%20reading', lambda: f'https://example.net/cb#access_token={token(r, "jwt")}&state=88',
        lambda: f'https://ops:{P(r, upw(r))}@git.example.com/infra.git', lambda: f'https://example.com/track?tel=%2B{M("phone", "url", e164(r))}&src=sms', lambda: f'https://example.com/p?ssn={ssn(r)}&step=2'])()


def mailhdr(r):
    f = lambda: full(r, ['en', 'us', 'de', 'sv', 'pl', 'es'])
    return r.choice([lambda: f'{f()} <{email(r)}>', lambda: f'"{comma(r, ["en", "us", "de"])}" <{email(r)}>', lambda: f'{f()} <{email(r)}>; {f()} <{email(r)}>', lambda: f'From: {f()} <{email(r)}>'])()


def school_note(r):
    return r.choice([
        lambda: f'{given(r, ["us"])} {family(r, ["us"])} was late again, mother ({phone(r, "US")}) says the bus is to blame.', lambda: f'Meeting with Mr {family(r, ["us", "en"])} about {given(r, ["us"])}: has {dx(r, "en")}, needs extra time in tests.',
        lambda: f'Pick-up allowed by {F(r, "es")} or {F(r, "es")} only, lives at {addr(r, "US")}.', lambda: f'Birthday {dob(r, "long")}; parents ask not to mention it to {given(r, ["en"])}.'])()


def claim_note(r):
    return r.choice([
        lambda: f'Insured {F(r, "us")} rear-ended at Hwy 9. Other driver {F(r, "us")}, lic {doc(r, "us driver ca")}, tel {phone(r, "US")}.', lambda: f'Zeuge {F(r, "de")}, wohnhaft {addr(r, "DE")}, bestätigt den Hergang.', lambda: f'Pay out to acct {account(r, "gb")} ({F(r, "en")}), NI {doc(r, "gb nino")}.',
        lambda: f'Claimant treated for {dx(r, "en")} since 2019 ({icd(r)}). Employer informed by mail to {email(r)}.', lambda: f'Assuré {F(r, "fr")}, n° {doc(r, "fr nir")}, dégât des eaux au {addr(r, "FR")}.'])()


def pnr_remark(r):
    return r.choice([
        lambda: 'NM1' + M('person', 'pnr', f'{r.choice(["THISTLEWOOD", "GROESSMANN", "OZANNE", "BEVILACQUA"])}/{r.choice(["ORLA MRS", "VEIT MR", "ZOE MS", "ELIO MR"])}') + f' SSR WCHR KL HK1', lambda: f'SSR DOCS YY HK1 P/XXA/{M("national_id", "passport", rs(r, 1, UP) + digits(r, 8))}/XXA/{M("dob", "pnr", day(r).strftime("%d%b%y").upper())}/F/04FEB31',
        lambda: f'APE {email(r)}', lambda: f'AP {M("phone", "pnr", "+" + e164(r))}-M', lambda: f'RM CALLED {F(r, "en")} RE MISSED CONNECTION, HOTEL VOUCHER 4471'])()


def lab_remark(r):
    return r.choice([lambda: f'Sample 3 of {initialed(r, ["en", "de"])}; control ok. Carrier of {dx(r, "en")}.', lambda: f'Result phoned to {titled(r)}, {phone(r)}; haemolysed, repeat.', lambda: f'Volunteer {F(r, "sv")} (f. {dob(r, "iso")}) withdrew consent by mail from {email(r)}.'])()


def smiles_mix(r):
    return r.choice([lambda: email(r), lambda: phone(r, None, 'i'), lambda: full(r), lambda: 'n/a', lambda: 'see above', lambda: iban(r), lambda: addr(r)])()
