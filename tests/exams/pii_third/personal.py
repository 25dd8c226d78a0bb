"""The columns that hold something of a person. C(table, name, naming, kind, maker, …)."""
from forge import *
import texts as T

COLS = []
T_, A_, O_, M_ = 'telling', 'abbreviated', 'opaque', 'misleading'


def C(table, name, naming, kind, fn, ty='VARCHAR', place='cell', lang='-', dec=True):
    COLS.append((table, name, naming, kind, fn, ty, place, lang, dec))


def L(*langs):
    return lambda r: full(r, list(langs))


def fam(*langs):
    return lambda r: family(r, list(langs))


def giv(*langs):
    return lambda r: given(r, list(langs))


def ph(cc, how):
    return lambda r: phone(r, cc, how)


def num(cls, kind, f):
    return lambda r: M(cls, kind, f(r))


# --- hospital chain
t = 'hospital.patients'
C(t, 'patient_full_name', T_, 'person', L(*LATIN))
C(t, 'pt_nm', A_, 'person', comma)
C(t, 'dob', T_, 'dob', lambda r: dob(r, 'iso'), 'DATE')
C(t, 'home_address', T_, 'address', lambda r: addr(r, 'US'), lang='US')
C(t, 'mobile_phone', T_, 'phone', ph('US', 'n'), lang='US')
C(t, 'ssn', T_, 'ssn', ssn)
C(t, 'nok', A_, 'person', L('us', 'es', 'vi', 'ko'))
C(t, 'label', M_, 'person', lambda r: comma(r, ['us', 'en'], True))
C(t, 'attr_04', O_, 'phone', ph('US', 'n'), lang='US')
C(t, 'mbi', T_, 'national_id', lambda r: doc(r, 'us mbi'))
C(t, 'nhs_no', A_, 'national_id', lambda r: doc(r, 'gb nhs'))
t = 'hospital.encounters'
C(t, 'dx_code', A_, 'diagnosis', icd)
C(t, 'primary_diagnosis', T_, 'diagnosis', dx)
C(t, 'c11', O_, 'diagnosis', icd, dec=False)
C(t, 'clinical_note', T_, 'text', T.nurse, place='text')
C(t, 'hl7_raw', T_, 'text', T.hl7, place='text')
C(t, 'resource', M_, 'json', T.fhir, 'VARIANT', 'json')
C(t, 'diagnose_tekst', T_, 'diagnosis', lambda r: dx(r, r.choice(['de', 'fr', 'pl', 'ru'])), lang='de')
C(t, 'attending', T_, 'person', titled)
C(t, 'colour', M_, 'diagnosis', lambda r: dx(r, 'en'))
# --- bank
t = 'bank.customers'
C(t, 'cust_nm', A_, 'person', L('de', 'fr', 'it', 'pl', 'cs', 'hu'))
C(t, 'first_name', T_, 'person', giv(*LATIN))
C(t, 'last_name', T_, 'person', fam(*LATIN))
C(t, 'c17', O_, 'iban', iban)
C(t, 'kontonummer', T_, 'iban', lambda r: iban(r, 'grouped', r.choice(['DE', 'AT', 'CH'])), lang='de')
C(t, 'notes', M_, 'iban', lambda r: iban(r, 'lower'))
C(t, 'memo2', M_, 'iban', lambda r: iban(r, r.choice(['dashed', 'lowergrouped'])))
C(t, 'national_id_no', T_, 'national_id', lambda r: doc(r, 'es dni', 'it codice fiscale', 'pl pesel', 'nl bsn', 'se personnummer', 'fi hetu'))
C(t, 'tax_ref', A_, 'national_id', lambda r: doc(r, 'br cpf', 'in pan', 'cl rut', 'mx curp', 'de idnr', 'hr oib'))
C(t, 'geburtsdatum', T_, 'dob', lambda r: dob(r, 'de'), lang='de')
C(t, 'f_03', O_, 'email', email)
C(t, 'anschrift', T_, 'address', lambda r: addr(r, r.choice(['DE', 'AT', 'CH'])), lang='de')
C(t, 'ssn_num', A_, 'ssn', num('ssn', 'number', lambda r: ''.join(ssn_(r))), 'NUMBER(38,0)')
t = 'bank.cards'
C(t, 'card_number', T_, 'pan', lambda r: pan(r, False))
C(t, 'crd_no', A_, 'pan', lambda r: pan(r, True))
C(t, 'col_9', O_, 'pan', pan)
C(t, 'product', M_, 'pan', lambda r: pan(r, True, '-'))
C(t, 'pan_num', T_, 'pan', num('pan', 'number', lambda r: pan_(r, 16)), 'NUMBER(38,0)')
C(t, 'embossed_name', T_, 'person', upper)
t = 'bank.payments'
C(t, 'beneficiary_account', T_, 'bank_account', account)
C(t, 'acct_dtl', A_, 'bank_account', lambda r: account(r, r.choice(['gb', 'us', 'au'])))
C(t, 'kyc_doc', A_, 'json', T.kyc, 'VARIANT', 'json')
C(t, 'remittance', M_, 'text', lambda r: r.choice([f'RENT NOV {family(r, ["en", "us"])}', f'IBAN {iban(r)} INV 2026-114', f'/BENM//{full(r, ["en", "nl", "da"])}', f'salary {full(r, ["pt", "ro", "lt"])} 10/2026', f'gift for {given(r, ["en"])}s birthday']), place='text')
C(t, 'clabe', T_, 'bank_account', num('bank_account', 'mx', clabe))
C(t, 'x2', O_, 'iban', lambda r: iban(r, 'grouped', r.choice(['FR', 'ES', 'IT', 'PT', 'BE'])))
# --- telecom
t = 'telecom.subscribers'
C(t, 'subscriber_name', T_, 'person', L('el', 'ru', 'bg', 'sr', 'uk'))
C(t, 'msisdn', T_, 'phone', num('phone', 'e164 number', e164), 'NUMBER(38,0)')
C(t, 'ph_no', A_, 'phone', intl)
C(t, 'val_1', O_, 'phone', intl)
C(t, 'status', M_, 'phone', intl)
C(t, 'teléfono', T_, 'phone', ph('ES', 'n'), lang='es')
C(t, 'telefon', T_, 'phone', lambda r: phone(r, r.choice(['DE', 'AT', 'CH', 'SE', 'TR']), 'n'), lang='de')
C(t, '電話番号', T_, 'phone', ph('JP', 'n'), lang='ja')
C(t, 'c23', O_, 'phone', natl0)
C(t, 'alt_contact', T_, 'phone', lambda r: phone(r, r.choice(['DK', 'NO', 'PL', 'CZ', 'PT', 'GR', 'HK', 'SG']), 'n'))
C(t, 'c24', O_, 'phone', lambda r: phone(r, r.choice(['DK', 'NO', 'PL', 'CZ', 'PT', 'GR', 'HK', 'SG']), 'n'), dec=False)
C(t, 'модель', M_, 'phone', lambda r: phone(r, r.choice(['RU', 'UA']), 'i'), lang='ru')
t = 'telecom.sessions'
C(t, 'client_ip', T_, 'ip', ip)
C(t, 'src_addr', A_, 'ip', lambda r: ip(r, '4'))
C(t, 'k7', O_, 'ip', lambda r: ip(r, '6'))
C(t, 'k8', O_, 'ip', lambda r: ip(r, '4'), dec=False)
C(t, 'release', M_, 'ip', lambda r: ip(r, '6'))
C(t, 'raw_event', T_, 'json', T.device_doc, 'VARIANT', 'json')
C(t, 'log_line', T_, 'log', T.nlog, place='log')
# --- logistics
t = 'logistics.consignments'
C(t, 'consignee', T_, 'person', person)
C(t, 'cnee_addr', A_, 'address', addr)
C(t, 'ship_to_street', T_, 'address', lambda r: addr(r, None, 0))
C(t, 'addr_ln1', A_, 'address', lambda r: addr(r, r.choice(['GB', 'IE', 'AU', 'US', 'ZA', 'IN']), 0))
C(t, 'col_04', O_, 'address', lambda r: addr(r, r.choice(['FR', 'BE', 'CH', 'ES', 'IT', 'PT', 'BR', 'MX'])))
C(t, 'remarks', M_, 'address', lambda r: addr(r, r.choice(['PL', 'CZ', 'HU', 'RO', 'SE', 'NO', 'DK', 'FI', 'NL'])))
C(t, 'destination_code', M_, 'address', lambda r: addr(r, r.choice(['US', 'GB', 'AU'])))
C(t, '住所', T_, 'address', lambda r: addr(r, 'JP'), lang='ja')
C(t, 'f7', O_, 'address', lambda r: addr(r, r.choice(['CN', 'TW', 'KR', 'JP'])))
C(t, 'адрес', T_, 'address', lambda r: addr(r, r.choice(['RU', 'UA', 'BG'])), lang='ru')
C(t, 'العنوان', T_, 'address', lambda r: addr(r, r.choice(['SA', 'EG'])), lang='ar')
C(t, 'zip_street', T_, 'address', lambda r: addr(r, r.choice(['IL', 'GR', 'TR', 'TH', 'VN', 'ID'])))
C(t, 'driver_instr', A_, 'text', lambda r: r.choice([f'Ring {phone(r, "GB", "n")} at gate, ask for {given(r, ["en", "pl"])}', f'leave with neighbour {F2(r)} at no 4', f'deliver to {addr(r, "GB")} not the depot', f'code 4471#, if shut call {full(r, ["en"])}', 'fragile, keep upright, dock 12 only']), place='text')
C(t, 'sig_by', A_, 'person', initialed)
C(t, 'driver_licence', T_, 'national_id', lambda r: doc(r, 'gb driver', 'us driver ca'))


def F2(r):
    return full(r, ['en', 'ga', 'nl'])


# --- school district
t = 'school.pupils'
C(t, 'pupil_name', T_, 'person', L('us', 'es', 'vi', 'am', 'hy'))
C(t, 'stud_fn', A_, 'person', giv('us', 'es', 'sw', 'yo', 'id', 'en'))
C(t, 'stud_ln', A_, 'person', fam('us', 'es', 'sw', 'yo', 'id', 'en'))
C(t, 'birth_date', T_, 'dob', lambda r: M('dob', 'us', day(r, 2008, 2021).strftime('%m/%d/%Y')))
C(t, 'brthdt', A_, 'dob', lambda r: M('dob', 'compact', day(r, 2008, 2021).strftime('%Y%m%d')), 'NUMBER(38,0)')
C(t, 'b3', O_, 'dob', lambda r: dob(r, 'mon'), dec=False)
C(t, 'guardians', T_, 'json', T.guardians, 'VARIANT', 'json')
C(t, 'comments', M_, 'text', T.school_note, place='text')
C(t, 'team', M_, 'person', L('us', 'en', 'ga'))
C(t, 'parent_email', T_, 'email', email)
C(t, 'ride_note', M_, 'address', lambda r: addr(r, 'US', 0))
C(t, 'teacher', T_, 'person', lambda r: r.choice(['Mr ', 'Ms ', 'Mrs ']) + family(r, ['us', 'en', 'es']))
# --- insurer
t = 'insurer.policies'
C(t, 'policyholder', T_, 'person', person)
C(t, 'insd_nm', A_, 'person', lambda r: comma(r, LATIN, True))
C(t, 'x_11', O_, 'person', L('de', 'nl', 'sv', 'no', 'da', 'fi', 'is'))
C(t, 'x_12', O_, 'national_id', lambda r: doc(r, 'fr nir', 'be nn', 'ch ahv', 'it codice fiscale', 'se personnummer', 'cz rc', 'mx curp', 'ru snils'))
C(t, 'codice_fiscale', T_, 'national_id', lambda r: doc(r, 'it codice fiscale'), lang='it')
C(t, 'pesel', T_, 'national_id', lambda r: doc(r, 'pl pesel'), lang='pl')
C(t, 'aadhaar', T_, 'national_id', lambda r: doc(r, 'in aadhaar'))
C(t, 'ni_num', A_, 'national_id', lambda r: doc(r, 'gb nino'))
C(t, 'sin', T_, 'national_id', lambda r: doc(r, 'ca sin'))
C(t, 'category', M_, 'ssn', ssn)
C(t, 'ref_b', O_, 'ssn', lambda r: ssn(r, r.choice('- ')))
C(t, 'social_security', T_, 'ssn', lambda r: ssn(r, ''))
C(t, 'n9', O_, 'ssn', lambda r: ssn(r, ''), dec=False)
t = 'insurer.claims'
C(t, 'adjuster_note', T_, 'text', T.claim_note, place='text')
C(t, 'claim_json', T_, 'json', T.claimdoc, 'VARIANT', 'json')
C(t, 'injury_desc', A_, 'diagnosis', dx)
C(t, 'descr', M_, 'text', T.claim_note, place='text')
C(t, 'payout_acct', A_, 'bank_account', account)
C(t, 'policy_group', M_, 'dob', lambda r: dob(r, 'long'), dec=False)
C(t, 'date_naissance', T_, 'dob', lambda r: dob(r, 'slash'), lang='fr')
# --- retailer
t = 'retailer.customers'
C(t, 'customer_email', T_, 'email', email)
C(t, 'cust_eml', A_, 'email', email)
C(t, 'attr_11', O_, 'email', lambda r: r.choice([email, lambda q: M('email', 'upper', mail(q).upper())])(r))
C(t, 'size', M_, 'email', email)
C(t, 'contact_hint', M_, 'email', obf)
C(t, 'optout_link', M_, 'url', lambda r: f'https://shop.example.com/optout?e={pct(r)}&utm_source=nl', place='url')
C(t, 'headers', T_, 'email', T.mailhdr, place='mixed')
C(t, 'shipping_address', T_, 'address', addr)
C(t, 'shipping_name', T_, 'person', L('zh', 'tw', 'ja', 'ko', 'th', 'vi'))
C(t, 'billing_phone', T_, 'phone', phone)
C(t, 'c40', O_, 'person', L('zh', 'tw', 'ja', 'ko'))
C(t, '氏名', T_, 'person', L('ja'), lang='ja')
C(t, 'フリガナ', T_, 'person', L('jk'), lang='ja')
C(t, 'ship_nm2', A_, 'person', L('he', 'ar', 'fa'))
t = 'retailer.service'
C(t, 'ticket_body', T_, 'text', T.ticket, place='text')
C(t, 'msg_intl', A_, 'text', T.ticket_intl, place='text')
C(t, 'transcript', T_, 'text', T.chat, place='text')
C(t, 'payload', M_, 'json', T.checkout, 'VARIANT', 'json')
C(t, 'c41', O_, 'text', T.ticket, place='text')
C(t, 'sku_note', M_, 'text', T.ticket_intl, place='text')
C(t, 'v', O_, 'json', T.opaque_doc, 'VARIANT', 'json')
# --- game studio
t = 'game.accounts'
C(t, 'player_real_name', T_, 'person', full)
C(t, 'acct_mail', A_, 'email', email)
C(t, 'title', M_, 'person', L('fr', 'es', 'pt', 'it', 'ro'))
C(t, 'last_login_ip', T_, 'ip', ip)
C(t, 'p5', O_, 'person', giv('pl', 'cs', 'sk', 'hu', 'hr', 'lt', 'lv', 'et'))
C(t, 'event_blob', T_, 'json', T.nested_string, 'VARIANT', 'json')
C(t, 'chat_log', T_, 'text', T.chat, place='text')
C(t, 'password_plain', T_, 'secret', P)
C(t, 'pwd', A_, 'secret', P)
t = 'game.devops'
C(t, 'api_token', T_, 'secret', token)
C(t, 'cfg_val', A_, 'secret', token)
C(t, 'c5', O_, 'secret', token)
C(t, 'description', M_, 'secret', token)
C(t, 'connection_string', T_, 'secret', conn, place='text')
C(t, 'c6', O_, 'secret', conn, place='text')
C(t, 'build_tag', M_, 'secret', header, place='text')
C(t, 'env', T_, 'secret', envline, place='text')
C(t, 'private_key', T_, 'secret', pem)
C(t, 'icon', M_, 'secret', pem)
C(t, 'settings', M_, 'json', T.config_doc, 'VARIANT', 'json')
C(t, 'secret_access_key', T_, 'secret', lambda r: token(r, 'aws secret'))
# --- utility
t = 'utility.accounts'
C(t, 'account_holder', T_, 'person', L('en', 'ga', 'de', 'tr', 'fi'))
C(t, 'premise_address', T_, 'address', lambda r: addr(r, r.choice(['GB', 'IE', 'NL', 'BE'])))
C(t, 'svc_addr', A_, 'address', lambda r: addr(r, r.choice(['US', 'AU', 'ZA'])))
C(t, 'a1', O_, 'address', lambda r: addr(r, r.choice(['DE', 'AT', 'NL', 'SE']), 0))
C(t, 'meter_note', M_, 'text', lambda r: r.choice([f'Key with {full(r, ["en", "nl"])}, tel {phone(r, "NL")}', f'dog! call {phone(r, "GB")} first', f'reader: {initialed(r, ["en"])}, no access 3rd time', f'moved, forward to {addr(r, "NL")}', 'display faulty, replaced 12/09, seal 88121']), place='text')
C(t, 'dd_iban', A_, 'iban', lambda r: iban(r, 'upper'))
C(t, 'direct_debit', T_, 'bank_account', lambda r: account(r, 'gb'))
C(t, 'flag', M_, 'phone', lambda r: r.choice([intl, natl0])(r))
C(t, 'contact', T_, 'phone', T.smiles_mix, place='mixed')
# --- ministry
t = 'ministry.citizens'
C(t, 'фио', T_, 'person', patronymic, lang='ru')
C(t, 'full_name_local', T_, 'person', L('ka', 'hy', 'el', 'he', 'ar', 'fa', 'am', 'bn', 'ta', 'te', 'hi', 'th'))
C(t, 'الاسم', T_, 'person', L('ar'), lang='ar')
C(t, 'नाम', T_, 'person', L('hi'), lang='hi')
C(t, 'nazwisko', T_, 'person', fam('pl'), lang='pl')
C(t, 'q1', O_, 'person', L('ru', 'uk', 'bg', 'sr', 'el'))
C(t, 'q2', O_, 'person', L('hi', 'bn', 'ta', 'te', 'th', 'am'))
C(t, 'q3', O_, 'person', L('he', 'ar', 'fa'))
C(t, 'passport_no', T_, 'national_id', lambda r: doc(r, 'us passport', 'gb passport', 'de ausweis', 'fr passport', 'jp passport', 'ru passport'))
C(t, 'mrz', T_, 'national_id', mrz)
C(t, 'q7', O_, 'national_id', mrz)
C(t, 'id_doc', A_, 'national_id', doc)
C(t, 'tckn', T_, 'national_id', lambda r: doc(r, 'tr tckn'), lang='tr')
C(t, 'cpf', T_, 'national_id', lambda r: doc(r, 'br cpf'), lang='pt')
C(t, '身份证号', T_, 'national_id', lambda r: doc(r, 'cn id'), lang='zh')
C(t, '주민등록번호', T_, 'national_id', lambda r: doc(r, 'kr rrn'), lang='ko')
C(t, 'id_number', T_, 'national_id', num('national_id', 'number', lambda r: DOCS[r.choice(['za id', 'tr tckn', 'ro cnp'])](r)), 'NUMBER(38,0)')
C(t, 'datum_narozeni', T_, 'dob', lambda r: dob(r, 'de'), lang='cs')
C(t, 'itin', T_, 'national_id', lambda r: doc(r, 'us itin'))
C(t, 'region', M_, 'national_id', lambda r: doc(r, 'br cpf', 'cl rut', 'fi hetu', 'be nn', 'it codice fiscale'))
# --- lab
t = 'lab.samples'
C(t, 'donor_initials', T_, 'person', lambda r: M('person', 'bare initials', r.choice(['{}.{}.', '{}{}', '{}. {}.']).format(r.choice(UP), r.choice(UP))), dec=False)
C(t, 'subject_nm', A_, 'person', initialed)
C(t, 'pi', A_, 'person', titled)
C(t, 'remark', M_, 'text', T.lab_remark, place='text')
C(t, 'finding', T_, 'diagnosis', lambda r: dx(r, r.choice(['en', 'it', 'es', 'pt'])))
C(t, 'pk_val', M_, 'secret', lambda r: token(r, 'github', 'gitlab', 'slack', 'aws', 'google'))
C(t, 'resultat', M_, 'diagnosis', lambda r: f'{icd(r)} {dx(r, "de")}', lang='de')
# --- airline
t = 'airline.bookings'
C(t, 'passenger', T_, 'person', lambda r: (lambda x: M('person', 'slash ' + x[0], (x[2] + '/' + x[1]).upper()))(two(r, ['en', 'us', 'es', 'it', 'tr', 'id'])))
C(t, 'pax_nm', A_, 'person', full)
C(t, 'd2', O_, 'person', lambda r: comma(r, ['en', 'us', 'fr', 'es', 'sv', 'pl', 'ga'], r.random() < .5))
C(t, 'passport', T_, 'national_id', lambda r: doc(r, 'us passport', 'gb passport', 'de ausweis', 'fr passport'))
C(t, 'contact_ph', A_, 'phone', lambda r: M('phone', 'exit code', ('00' if r.random() < .6 else '011 ') + e164(r)))
C(t, 'd5', O_, 'phone', lambda r: M('phone', 'e164', '+' + e164(r)))
C(t, 'seat_pref', M_, 'email', email)
C(t, 'pnr_remark', T_, 'text', T.pnr_remark, place='text')
C(t, 'freq_flyer_email', T_, 'email', lambda r: M('email', 'plus', local(r).split('+')[0] + '+ff' + digits(r, 2) + '@' + r.choice(HOSTS)))
C(t, 'link', M_, 'url', T.url, place='url')
C(t, 'birth_dt', A_, 'dob', lambda r: dob(r), 'VARCHAR')
C(t, 'crew', T_, 'person', lambda r: ', '.join(full(r, ['no', 'sv', 'da', 'nl', 'en']) for _ in range(r.randint(2, 3))))
C(t, 'audit', T_, 'log', T.nlog, place='log')
C(t, 'd9', O_, 'log', T.nlog, place='log')
