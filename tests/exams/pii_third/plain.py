"""The look-alikes: columns that hold nothing of a person. D(table, name, naming, maker, type)."""
import base64
import datetime
import uuid
from forge import *
import json

COLS = []
T_, A_, O_, M_ = 'telling', 'abbreviated', 'opaque', 'misleading'
N0, N2, FL, DT, TS, TZ, VA = 'NUMBER(38,0)', 'NUMBER(12,2)', 'FLOAT', 'DATE', 'TIMESTAMP_NTZ', 'TIMESTAMP_TZ', 'VARIANT'


def D(table, name, naming, fn, ty='VARCHAR', lang='-', dec=True):
    COLS.append((table, name, naming, 'plain', fn, ty, 'plain', lang, dec))


def W(t):
    ws = t.split('|')
    return lambda r: r.choice(ws)


def X(p):
    ps = p.split('|')
    return lambda r: fill(r, r.choice(ps))


def I(a, b):
    return lambda r: str(r.randint(a, b))


def U(a, b, n):
    return lambda r: f'{r.uniform(a, b):.{n}f}'


def ean(r, n=13, p=''):
    b = p + digits(r, n - 1 - len(p))
    return b + str(-sum(int(c) * (3 if i % 2 == 0 else 1) for i, c in enumerate(reversed(b))) % 10)


def isbn10(r):
    b = digits(r, 9)
    k = -sum(int(c) * w for c, w in zip(b, range(10, 1, -1))) % 11
    return f'{b[0]}-{b[1:4]}-{b[4:9]}-' + ('X' if k == 10 else str(k))


def imei(r):
    b = '00' + r.choice(['1', '4']) + digits(r, 11)     # 00: test equipment
    return b + luhn(b + '0')


def badluhn(r):
    while True:
        t = r.choice('3689') + digits(r, 15)
        if luhn(t[:-1] + '0') != t[-1] and t[:2] not in ('34', '37', '36', '38', '62', '65', '60', '35'):
            return t


def invoice_luhn(r):
    b = r.choice(['90', '80', '91']) + digits(r, 10)
    return b + luhn(b + '0')


def rf(r):
    b = digits(r, 12)
    return 'RF' + f'{98 - int(b + "2715" + "00") % 97:02d}' + b


def badiban(r):
    return r.choice(['DE', 'FR', 'SE', 'AT', 'XK', 'PX', 'QR']) + '00' + digits(r, r.choice([10, 14, 18]))


def ts(r, f='%Y-%m-%d %H:%M:%S'):
    return (datetime.datetime(2024, 1, 1) + datetime.timedelta(seconds=r.randrange(80000000))).strftime(f)


def recent(r, f='%Y-%m-%d', a=2019, b=2028):
    return (datetime.date(a, 1, 1) + datetime.timedelta(r.randrange(365 * (b - a)))).strftime(f)


def lei(r):
    b = '5299' + '00' + rs(r, 12, UP + DIG)
    return b + f'{98 - int("".join(str(int(c, 36)) for c in b) + "00") % 97:02d}'


def isin(r):
    b = r.choice(['XS', 'XC', 'EU']) + rs(r, 9, DIG)
    return b + luhn(''.join(str(int(c, 36)) for c in b) + '0')


def vin(r):
    return 'ZZ9' + rs(r, 14, 'ABCDEFGHJKLMNPRSTUVWXYZ0123456789')


def container(r):
    b = rs(r, 3, UP) + 'U' + digits(r, 6)
    v = lambda c: int(c) if c.isdigit() else [x for x in range(10, 39) if x % 11][ord(c) - 65]
    return b + str(sum(v(c) * 2 ** i for i, c in enumerate(b)) % 11 % 10)


def uid(r):
    return str(uuid.UUID(int=r.getrandbits(128), version=4))


TOWNS = 'Bergsund|Villarrubia|Pine Mesa|Kettlebury|Oberhaching|Paris|Nairobi|San Antonio|Charlotte|Florence|Austin|Jackson|Sydney|Victoria|Santiago|Aurora|Madison|Lourdes|São Paulo|Houston|Dallas|St. Albert'
# --- hospital
t = 'hospital.pharmacy'
D(t, 'brand', T_, W('Velortin|Nexaprime|Humalira|Claritona|Ambrelle|Zoloxane|Valeria Forte|Yasmelle|Marvelina|Belara|Lorazin|Diane-35|Kliovance|Mirena Duo|Xarelis'))
D(t, 'generic_nm', A_, W('atorvastatin|levothyroxine sodium|amoxicillin trihydrate|sertraline|metformin hydrochloride|pregabalin|olanzapine|rivaroxaban|ibuprofen lysine'))
D(t, 'c12', O_, W('melatonin 3 mg tab|St John’s wort ext.|Epsom salt|Ringer’s lactate 500 ml|Lugol’s iodine|Burow’s solution|Dakin’s solution 0.25%|Hartmann’s solution'))
D(t, 'patient_leaflet', M_, W('PL-EN v3|PL-DE v11|Beipackzettel rev. 4|Notice v2.1|leaflet withdrawn|PL-FR v7'))
D(t, 'ndc', T_, X('0###-####-##|5####-###-##|6####-0###-1'))
D(t, 'lot', A_, X('@##.#|E11.#-B|J45@##|K##.#0|C50-#'))
D(t, 'catalog_no', T_, X('A15.#|G43.##|F20-#|H61.2#|M17.#|S72.###'))
D(t, 'strength', T_, W('5 mg/ml|0.9%|250 mg/5 ml|10,000 IU|2 x 50 µg|1:1000|20 mmol/l'))
D(t, 'device_name', M_, W('alice-prod-3|bob-gateway-01|charlie.icu.local|florence-pump-7|marie-ct-2|victor-mri|grace-hopper-04|edith-node-11|oscar-lab-bench'))
D(t, 'score_nm', A_, W('Glasgow Coma Scale|Apgar|Morse Fall Scale|Wells criteria|Barthel index|Charlson index|Katz ADL|Braden scale|Tanner stage|Bishop score'))
D(t, 'ward', T_, W('Ward 4 North|St. Catherine|Florence Wing|ICU-B|Maternity|James Pavilion|Block C, level 2'))
# --- bank
t = 'bank.ledger'
D(t, 'gl_account', M_, X('4#00-##|1200.0#|6####|2100-0##-##'))
D(t, 'masked_pan', M_, X('4111 11** **** ####|****-****-****-####|XXXX XXXX XXXX ####|555555xxxxxx####'))
D(t, 'pan_token', M_, lambda r: 'tok-' + uid(r)[:23])
D(t, 'bin', A_, X('4111##|5105##|2223##|6011##'))
D(t, 'trace_no', T_, badluhn)
D(t, 'c31', O_, badluhn)
D(t, 'arn', A_, X('74#####6###############'))
D(t, 'creditor_ref', T_, rf)
D(t, 'swift', T_, W('DEUTDEXX|VELMGB2LXXX|OSLBNOX1|QQBKCHZZ80A|TESTPLPWXXX|ABCDNL2A'))
D(t, 'isin', T_, isin)
D(t, 'lei', T_, lei)
D(t, 'x7', O_, badiban)
D(t, 'account_type', M_, W('current|savings|joint|escrow|nostro EUR|loro|margin'))
D(t, 'ccy', A_, W('EUR|CZK|USD|XAU|JPY|CHF|NOK'))
D(t, 'fx_rate', T_, U(.5, 160, 6), FL)
D(t, 'amount', T_, U(1, 99999, 2), N2)
D(t, 'value_date', T_, recent, DT)
D(t, 'branch_name', M_, W('Charlotte Main|Madison Ave|Wellington Street|St. James|Lincoln Park|Victoria Square|Jackson Hole|Florence Centro|Houston West'))
D(t, 'fund', A_, W('Baillie Crest Growth|Marlowe & Finch Income A|Schroeder Peak Bond|Templewood Small Cap|Rathmore Global|Franklyn Harbor Fund'))
D(t, 'routing_rule', M_, W('route-021: EU->CH|if amt > 10000 then hold|rule 44-12 b|SWIFT first, SEPA next'))
# --- telecom
t = 'telecom.network'
D(t, 'phone_model', M_, W('Halcyon X2|Pixelette 8a|Nimbus S21 Ultra|Corda 3310|Redwing Note 12|Xenia 5G|iFone SE (2026)'))
D(t, 'imei', T_, imei)
D(t, 'imsi_prefix', A_, X('00101######|99999######'))
D(t, 'tac', A_, X('0100####|3500####'))
D(t, 'iccid', T_, lambda r: (lambda b: b + luhn(b + '0'))('8900000' + digits(r, 11)))
D(t, 'sw_ver', A_, X('10.2.0.#|10.##.1.4|172.1.0.#|8.8.4.#|2.16.840.1|192.168.0.#-rc2'))
D(t, 'k3', O_, X('10.2.0.# build ####|v11.4.2.##|rel-4.0.1.1##|fw 7.13.0.#'))
D(t, 'oid', T_, X('1.3.6.1.4.1.####.#.#|2.5.29.##|1.2.840.113549.1.1.##|1.3.6.1.2.1.#.#'))
D(t, 'netmask', T_, W('255.255.255.0|255.255.0.0|0.0.0.0/0|255.255.255.240|::/0|/29'))
D(t, 'call_counter', M_, X('55# ### ####|0## ### ## ##|44 20 #### ####|8## ## ##'))
D(t, 'octets', T_, I(10 ** 9, 10 ** 11), N0)
D(t, 'c8', O_, I(2 * 10 ** 9, 9 * 10 ** 9), N0, dec=False)
D(t, 'cell_id', T_, X('310-260-####-#####|001-01-##-###|262-99-####'))
D(t, 'mac', A_, lambda r: '02:00:5e:' + ':'.join(rs(r, 2, HEX) for _ in range(3)))
D(t, 'short_code', T_, X('1#1|116 ###|8##8#|*1##*#'))
D(t, 'host', A_, W('tom-core-01|jerry-core-02|maria.db.internal|hector-fw-7|anna-k8s-node-3|rsw-milan-04|frankfurt-edge|samantha-stb'))
D(t, 'plan', T_, W('Family Max|Oscar 20 GB|Blue Friday|Leo Prepaid|Max Unlimited|Jasmine Data|Pia Basic'))
D(t, 'lat', A_, U(-89, 89, 6), FL)
D(t, 'geo', A_, lambda r: f'{r.uniform(-80, 80):.5f}, {r.uniform(-170, 170):.5f}')
# --- logistics
t = 'logistics.shipments'
D(t, 'qty', A_, X('### ## ####|8## 5# 24##'))
D(t, 'measure', T_, X('8## 51 ####|1## 20 ####|4## 08 ####'))
D(t, 'c19', O_, X('###-##-####-A|P###-##-####|###-##-###|9##-##-####-##'))
D(t, 'container_no', T_, container)
D(t, 'vessel', T_, W('Maria Ottilie|Emma Harrington|Sir Walter Fenn|Queen Adelaide II|Ever Gracious|Astrid Bergen|Karl Johan|San Lorenzo|Anna Rickmersen|Duke of Tolliver'))
D(t, 'ship', A_, W('Charlotte Dunmore|Ludwig Stern|Isabella M|Hans Egede II|Grete Cosmos|Baltic Theresa|Juan Sebastián B'))
D(t, 'tracking_no', T_, X('1Z999AA1##########|JJD00######000####|RR#########XX|9400 1### #### #### #### ##'))
D(t, 'route_name', T_, W('Route 66 Express|Via Appia line|High Street loop|Autobahn A7 north|Silk Road block train|King’s Road shuttle|Harbour Drive feeder|Ring 3 clockwise'))
D(t, 'addr_type', M_, W('residential|po box|dock|locker|c/o|depot'))
D(t, 'depot_city', T_, W(TOWNS))
D(t, 'v3', O_, W(TOWNS))
D(t, 'plate_fmt', M_, X('@@-##-@@|@### @@@|@@## @@@|### @@@'))
D(t, 'pallet_code', T_, X('@@## @@@|@ @@ ####|@@-@@ ###|#@@@###'))
D(t, 'hs_code', T_, X('####.##.####|8471.30.##|0901 21 ## ##'))
D(t, 'un_no', A_, X('UN1###|UN 3###|UN20##'))
D(t, 'eta', T_, lambda r: ts(r), TS)
D(t, 'epoch_ms', T_, I(1600000000000, 1790000000000), N0)
D(t, 'n4', O_, I(1500000000, 1790000000), N0)
D(t, 'incoterm', T_, W('FOB Hamburg|CIF Santos|DAP Lyon|EXW Madison|DDP St. Gallen'))
D(t, 'storm', T_, W('Hurricane Odalys|Tropical Storm Wendell|Cyclone Freya|Typhoon Haruki|Storm Ciarán-B|Hurricane Beatriz|Orkan Gudrun|Sturmtief Yvette|Medicane Daniella'))
D(t, 'evt_nm', A_, W('Odalys|Wendell|Freya|Haruki|Beatriz|Gudrun|Yvette|Daniella|Klaus|Lothar'), dec=False)
D(t, 'volume', T_, X('##.# x ##.# x ##.#|1,2## m³|#### l'))
# --- school
t = 'school.catalog'
D(t, 'book_title', T_, W('The Diary of Hester Vane|Mrs Pemberley’s Garden|Das Leben der Clara Voss|Emma of Larkspur Hill|Don Ramiro el Breve|Вечера у Лопухиных|Oliver and the Tall Clock|Doctor Mirabel|Jane Garside, Detective|Père Gontran'))
D(t, 'author_key', M_, X('OL#####A|nb ##-######|gnd:1########|aut-0###'))
D(t, 'isbn', T_, lambda r: '978-' + (lambda b: f'{b[3]}-{b[4:6]}-{b[6:12]}-{b[12]}')(ean(r, 13, '978')))
D(t, 'isbn_old', A_, isbn10)
D(t, 'course', T_, W('AP Calculus BC|Shakespeare in Context|Newton and Motion|Intro to Java|Spanish II|Darwin to DNA|Pascal for Beginners'))
D(t, 'school', T_, W('Abraham Whitlock Elementary|Rosa Delgado Middle School|Martin Ellery High|St. Brigid Academy|Harriet Stowell Charter|Northside K-8'))
D(t, 'mascot', T_, W('Larkin Bay Pelicans|Fighting Quakers|Red Hawks|Wendover Knights|Blue Jays|Ravens'))
D(t, 'student_code', M_, W('GT|ELL|504|IEP|FRL|Gen Ed'))
D(t, 'grade_date', T_, lambda r: recent(r, '%m/%d/%Y', 2024, 2027))
D(t, 'name', M_, W('Attendance flag|Lunch balance|Bus pass|Library fee|Field trip|Locker'))
D(t, 'language', T_, W('Deutsch|Español|Tiếng Việt|Հայերեն|አማርኛ|日本語|한국어|ไทย|العربية|עברית|Ελληνικά|Русский|हिन्दी'))
# --- insurer
t = 'insurer.products'
D(t, 'policy_no', T_, X('POL-####-####|KFZ/####/##|HH ### ### ###|@@-#######'))
D(t, 'insured_object', M_, W('Barn, timber|Sailing yacht 9 m|Steinway grand|Tractor JD 6130|Vineyard 4 ha|Stradivari copy 1921'))
D(t, 'vin', T_, vin)
D(t, 'tariff', T_, W('Comfort Plus|Basis 2026|Premium Anna|Kasko Martin M|Silver|Solo Frida'))
D(t, 'agency', T_, W('Hartmann & Söhne KG|Lefèvre Assurances SARL|Smith Barnaby LLP|O’Connell Brokers Ltd|Grupo Herrera S.A.|Jensen & Co ApS|Morgan Tilley Inc.'))
D(t, 'broker_firm', M_, W('Johnson Matthias plc|Ernst & Junger|Wells Fairgo|Charles Schwabe AG|Jacobs Engineeringwerk|Hugo Bossert GmbH|Marks & Spender'))
D(t, 'c51', O_, W('Krüger Backwaren GmbH|Martínez Hermanos S.L.|Rossi Arredamenti S.p.A.|Nowak Transport sp. z o.o.|Иванов и партнёры ООО|田中精機株式会社|김앤리 주식회사|Şahin İnşaat A.Ş.'))
D(t, 'invoice_no', T_, invoice_luhn)
D(t, 'dob_required', M_, W('Y|N|true|false'))
D(t, 'effective', T_, recent, DT)
D(t, 'act_ref', A_, W('§ 61 VVG|Art. 12(3)|Sec. 4.2.1|Lloyd’s clause 355|Murphy v. Harbour Trust|IFRS 17.44'))
# --- retailer
t = 'retailer.items'
D(t, 'sku', T_, X('@@-####-##|@@@###@|##-###-####|####.###.##'))
D(t, 'ean', T_, ean)
D(t, 'gtin_num', A_, lambda r: ean(r, 14, '1'), N0)
D(t, 'upc', T_, lambda r: ean(r, 12, '0'))
D(t, 'colour', T_, W('Burnt Sienna|Olive|Amber|Hazel|Violet|Ruby|Rose|Sandy|Scarlet|Ginger|Jade|Prussian Blue|Coral'))
D(t, 'c60', O_, W('Olive|Amber|Hazel|Violet|Ruby|Scarlet|Ginger|Jade|Coral|Heather|Ivory|Rusty'))
D(t, 'product_name', T_, W('BILLYBOY shelf|Abbey Road record box|Baker Street armchair|Elm Street rug|Wall Street desk lamp|Rue de Rivoli sconce|Park Lane sofa|Königsallee Stuhl|5th Avenue clutch'))
D(t, 'attr_08', O_, W('12 Baker Street armchair|Carnaby Street tee|Fleet Street 3-seater|77 Sunset Strip lamp|Champs-Élysées No. 5|Broadway 42 mirror|Via Roma 7 espresso|10 Downing St. mug'))
D(t, 'collection', M_, W('Jack & Jones-ish|Ralph Laurent|Tommy Hillfinder|Calvin Kline home|Vera Wong bridal|Karl Lagerfield x|Stella McCartwright|Paul Smythe'))
D(t, 'brand_nm', A_, W('Dr. Oatmeal|Uncle Benno’s|Aunt Jemma|Ben & Terry|Mr. Muscular|Captain Corgan|Wendy’z|Mrs. Butterfield|Sara Leigh|Johnnie Runner'))
D(t, 'email_opt_in', M_, W('yes|no|pending|double'))
D(t, 'phone_case_fit', M_, W('X2 / X2 Pro|S21-S23|universal 6.1"|SE 4.7"'))
D(t, 'order_id', T_, X('#1###-######-#######|W-######|20261###-####|SO-########'))
D(t, 'customer_segment', M_, W('loyal|dormant|VIP|new 30d|churn risk'))
D(t, 'vat_id', M_, X('XX#########|EU#########|IM##########'))
D(t, 'img_sha', A_, lambda r: rs(r, 40, HEX))
D(t, 'etag', T_, lambda r: '"' + rs(r, 32, HEX) + '"')
D(t, 'key', M_, lambda r: 'prod/' + recent(r, '%Y/%m/%d') + '/' + rs(r, 12, HEX) + '.parquet')
D(t, 'promo', T_, X('SPRING##|ANNA-##-OFF|MAX##|BLACKFRI#@|THANKYOU####'))
D(t, 'recipe', T_, W('Beef Wellington|Caesar salad|Crêpe Suzette|Eggs Benedict|Peach Melba|Pavlova|Béchamel|Carpaccio|Bloody Mary|Earl Grey tea'))
D(t, 'item_doc', T_, lambda r: json.dumps({'sku': fill(r, '@@-####'), 'name': r.choice(['Olive oil', 'Amber lamp', 'Baker Street chair']), 'dims': [r.randint(1, 90), r.randint(1, 90)], 'gtin': ean(r), 'rev': '10.0.3.' + digits(r, 1), 'updated': ts(r)}), VA)
D(t, 'ext', A_, lambda r: json.dumps({'address': '0x' + rs(r, 8, HEX), 'contact': 'NO', 'phone': None, 'email_template': 'welcome_v3', 'name': r.choice(['size', 'colour', 'fit']), 'ids': [uid(r)]}), VA)
# --- game
t = 'game.telemetry'
D(t, 'npc_name', M_, W('Elara the Grey|Sir Cedric|Goblin King|Old Marlow|Princess Ysolde|Blacksmith Tormund|Captain Redbeard'))
D(t, 'level', T_, W('Elm Street Massacre|17 Cherry Lane|Harbour District|The Old Mill Road|Castle Wolfram|Avenue of Kings'))
D(t, 'build', T_, X('4.11.2.####|2026.11.2#-nightly.#|1.0.0-beta.#+exp.sha.51####|r#####'))
D(t, 'server', T_, W('eu-alice-07|us-bob-12|diana-shard-2|peter-lobby|kevin-dev.local|marvin-prod-3'))
D(t, 'commit', A_, lambda r: rs(r, r.choice([7, 40]), HEX))
D(t, 'secret_level', M_, I(1, 99), N0)
D(t, 'token_count', M_, I(1, 9999), N0)
D(t, 'password_policy', M_, W('min 12, 1 digit|rotate 90d|no reuse of last 5|passkey only|disabled'))
D(t, 'api_key_ref', M_, W('vault://kv/game/prod#stripe|arn:aws:secretsmanager:eu-west-1:000000000000:secret:pay-x|${STRIPE_KEY}|{{ .Values.apiKey }}|<redacted>|env:PAY_TOKEN|op://infra/stripe/key'))
D(t, 'cfg', O_, W('password=****|token: <your-token-here>|PGPASSWORD=$PGPASSWORD|secret=null|Authorization: Bearer ${TOKEN}|postgres://user:****@db/app|aws_secret_access_key = REPLACE_ME'))
D(t, 'c9', O_, uid)
D(t, 'guid', T_, lambda r: '{' + uid(r).upper() + '}')
D(t, 'digest', T_, lambda r: 'sha256:' + rs(r, 64, HEX))
D(t, 'b64', O_, lambda r: base64.b64encode(r.getrandbits(180).to_bytes(24, 'big')).decode())
D(t, 'ulid', T_, lambda r: '01J' + rs(r, 23, '0123456789ABCDEFGHJKMNPQRSTVWXYZ'))
D(t, 'stack', T_, lambda r: f'at com.velgame.net.SessionPool.acquire(SessionPool.java:{r.randint(10, 900)})\n  at java.lang.Thread.run(Thread.java:{r.randint(10, 900)})')
D(t, 'sql_text', M_, W("SELECT email, phone FROM customers WHERE dob > '1990-01-01'|UPDATE accounts SET password = ? WHERE id = ?|select ssn from hr.emp limit 5|COPY INTO addresses FROM @stage"))
D(t, 'patch_note', T_, W('Fixed a crash when Elara meets the Goblin King in Harbour District.|Balance: Max damage of Ruby Staff lowered to 41.|Server Alice-3 is retired on 1 May.|Ray tracing on by default; see 4.11.2.|Memory leak in Jenkins pipeline solved.'))
# --- utility
t = 'utility.meters'
D(t, 'meter_no', T_, X('@@########|1ELS#### ####|@##@@#####D'))
D(t, 'mpan', A_, X('00 801 902 ## #### #### ###|03 845 111 ## #### #### ###'))
D(t, 'reading', T_, U(1, 99999, 3), FL)
D(t, 'c70', O_, X('0### ######|0## ########|00## ###.#'), dec=False)
D(t, 'substation', T_, W('Queen’s Road|Walter’s Farm|Church Street 33kV|Elisabethstraße UW|Dunmore|Martinsried|St. Peter 110/20|Henry Hill'))
D(t, 'street_works_ref', M_, X('SW/####/###|TM-##-####|NRSWA-#####'))
D(t, 'transformer', T_, X('T#-40MVA|ONAN 25/#|Dyn11-##'))
D(t, 'read_ts', A_, lambda r: ts(r, '%Y-%m-%dT%H:%M:%S+02:00'), TZ)
D(t, 'team_nm', A_, W('Team Kilo|Blue Crew|Night Watch|Edison squad|Volta|Faraday North|Tesla pod|Watt’s Up'))
# --- ministry
t = 'ministry.registers'
D(t, 'form_title', T_, W('Antrag auf Wohngeld|Demande de passeport|Solicitud de empadronamiento|Wniosek o dowód osobisty|Заявление о прописке|住民票の写し交付請求書|여권 발급 신청서|طلب جواز سفر|แบบคำขอมีบัตร'))
D(t, 'passport_type', M_, W('P|D|S|emergency|biometric 10y'))
D(t, 'office', T_, W('Bezirksamt Mitte|Mairie du 11e|Urząd Gminy Łęgowo|Délégation de Sousse|区役所 市民課|Δημαρχείο|עיריית חיפה|जिला कार्यालय'))
D(t, 'job_title', T_, W('Senior Clerk|Sachbearbeiterin|Chef de cabinet|Начальник отдела|課長|과장|Mayor’s Aide|General Counsel|مدير عام|Data Steward'))
D(t, 'q5', O_, W('Beamter|huissier|notaire|alcalde|староста|係長|प्रधान|registrar|ผู้อำนวยการ'))
D(t, 'gazette_no', T_, X('2026/###|BGBl. I S. 1###|C 21#/##|Nr. ##-##'))
D(t, 'holiday', T_, W('St. Patrick’s Day|Martin Luther King Day|Santa Lucia|Saint-Jean|Día de San Juan|Den Jana Husa|St. Nicholas Day|三八节|Valentine'))
D(t, 'statute_dt', A_, lambda r: recent(r, '%d.%m.%Y', 1949, 2026))
D(t, 'citizen_band', M_, X('2#.##5 MHz|CB ch #|446.0## MHz'))
D(t, 'fiscal_code', M_, X('P-##-####|612/##|E4 ## ##'))
# --- lab
t = 'lab.reagents'
D(t, 'chemical', T_, W('benzyl alcohol|sodium azide|Coomassie blue|Tris-HCl|Ehrlich’s reagent|Giemsa stain|Grignard reagent|allyl isothiocyanate|lithium aluminium hydride|Wilkinson’s catalyst'))
D(t, 'cas', T_, lambda r: (lambda a, b: f'{a}-{b}-' + str(sum(int(c) * (i + 1) for i, c in enumerate(reversed(a + b))) % 10))(str(r.randint(50, 99999)), digits(r, 2)))
D(t, 'r4', O_, lambda r: (lambda a, b: f'{a}-{b}-' + str(sum(int(c) * (i + 1) for i, c in enumerate(reversed(a + b))) % 10))(str(r.randint(100, 999999)), digits(r, 2)))
D(t, 'smiles', T_, W('CC(=O)OC1=CC=CC=C1C(=O)O|CN1C=NC2=C1C(=O)N(C)C(=O)N2C|c1ccccc1O|CCO|O=C(O)c1ccccc1'))
D(t, 'strain', T_, W('C57BL/6J|BALB/c|Sprague-Dawley|Wistar Han|E. coli DH5α|Jurkat E6.1|HeLa S3|MCF-7'))
D(t, 'gene', T_, W('BRCA1|TP53|SHH|PAX6|EVE|HUNK|RUNX1|MAX|ANNX|FLT3'))
D(t, 'instrument', T_, W('Zeiss Axio 7|Leica M80|Bruker 400|Perkin Elmira 5|Rigaku mini|Varian-Cary 60'))
D(t, 'patient_id_hash', M_, lambda r: rs(r, 64, HEX))
D(t, 'accession', T_, X('NM_00####.#|P#####|GSE######|rs########|ENSG00000######'))
D(t, 'method', T_, W('Kjeldahl|Karl Fischer|Bradford|Lowry|Soxhlet|Winkler|Sanger|Southern|Gram|Mann-Whitney'))
D(t, 'species', T_, W('Rosa canina|Vanessa atalanta|Veronica persica|Daphne mezereum|Anas clypeata|Iris germanica|Erica carnea|Melissa officinalis'))
# --- airline
t = 'airline.flights'
D(t, 'flight_no', T_, X('@@ ####|@@###|@@ 1##'))
D(t, 'airport', T_, W('John Whitcombe Intl|Charles Delage|Leonardo Vespi FCO|Marco Tallis|O’Hallan|Lech Walenko|Adolfo Sáez MAD|Ben Gurel|Toussaint L. Overton'))
D(t, 'tail', T_, X('N###@@|D-A@@@|G-@@@@|OO-S@@|JA##@@'))
D(t, 'aircraft_name', T_, W('City of Bergsund|Ludwig van B.|Amelia|Anne de Bretagne|Sigurd Viking|Spirit of Aurora|Frida|Otto'))
D(t, 'pnr_locator', M_, X('@@@@@@|@#@@#@|#@@@@#'))
D(t, 'ticket_no', T_, X('999-24########|999 21########'))
D(t, 'waypoint', T_, W('KATIE|ROBIN|NANCY|DAVID|BETTY|OSKAR|LUCIE|TOMMY|VIKIN|HANNA'))
D(t, 'd6', O_, W('KATIE|ROBIN|NANCY|DAVID|BETTY|OSKAR|LUCIE|TOMMY|VIKIN|HANNA'), dec=False)
D(t, 'contact_stand', M_, X('Stand ##|B##|remote 3##|Gate C##'))
D(t, 'freq', A_, X('118.#25|121.5|1##.##0|131.725'))
D(t, 'notam', T_, X('A####/26 NOTAMN RWY 08/26 CLSD|B####/26 TWY K LGT U/S|C0###/26 OBST CRANE 5##FT'))
D(t, 'dep_utc', A_, lambda r: ts(r), TS)
