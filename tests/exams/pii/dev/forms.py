"""How values are written in the part `dev`: phones, secrets, documents, sentences, column names.

`<class:variant>` is a labelled value (`make.py` makes it), `{…}` is for `shapes.fill`. Prefixes of secrets are put together from pieces, and
their tails are drawn: none of them is live, and no scanner of sources finds one here.
"""

MAIL_HOSTS = "example.com example.org mail.example.net corp.example.co.uk posta.example.it kundendienst.example.de beispiel-gmbh.test firma.example.pl".split()
MAIL_LOCALS = ["%g.%s", "%g%s{1-99}", "%1%s", "%g_%s", "%s.%g", "%g-%s", "%g+{shop|news}", "info.%s"]

# country: national forms, international forms
PHONES = {
    "US": (["({212|415|312|646|702|305|617|206}) {N}{0-8}{1-9}-{d4}", "{212|415|312|503|404}-{N}{3-8}{2-9}-{d4}"], ["+1 {212|415|312} {N}{3-8}{2-9} {d4}", "+1{646|702|617}{N}{3-8}{2-9}{d4}"]),
    "GB": (["07{4|7|8|9}{d2} {d6}", "0161 {496|834|226} {d4}"], ["+44 7{7|8}{d2} {d6}", "+447{9|8}{00-99}{d6}"]),
    "DE": (["0151 {D}{d7}", "030 {20-99}{d6}"], ["+49 151 {D}{d7}", "+49 30 {20-99}{d6}"]),
    "FR": (["06 {10-38} {d2} {d2} {d2}", "01 {42|45|53} {d2} {d2} {d2}"], ["+33 6 {10-38} {d2} {d2} {d2}", "+336{10-38}{d6}"]),
    "ES": (["6{10-89} {d3} {d3}", "91 {2|3|4|5}{d2} {d2} {d2}"], ["+34 6{10-89} {d2} {d2} {d2}", "+346{10-89}{d6}"]),
    "IT": (["347 {D}{d6}", "333 {D}{d2} {d4}"], ["+39 347 {D}{d2} {d4}", "+39 338{D}{d6}"]),
    "NL": (["06-{1|2|3|4|5}{d7}", "020 {2|4|6}{d2} {d4}"], ["+31 6 {1|2|3|4|5}{d7}", "+31 20 {2|4|6}{d2} {d4}"]),
    "BE": (["047{0-9} {d2} {d2} {d2}", "048{4-9} {d2} {d2} {d2}"], ["+32 47{0-9} {d2} {d2} {d2}", "+3248{4-9}{d6}"]),
    "CH": (["079 {2-8}{d2} {d2} {d2}", "044 {2|3|4}{d2} {d2} {d2}"], ["+41 79 {2-8}{d2} {d2} {d2}"]),
    "AT": (["0664 {D}{d6}", "0676 {D}{d6}"], ["+43 664 {D}{d6}"]),
    "SE": (["070-{D}{d2} {d2} {d2}", "073-{D}{d2} {d2} {d2}"], ["+46 70 {D}{d2} {d2} {d2}"]),
    "PL": (["5{12|13|15|16} {d3} {d3}", "60{1-9} {d3} {d3}"], ["+48 50{1-9} {d3} {d3}", "+4866{0-9}{d6}"]),
    "CZ": (["60{2-8} {d3} {d3}", "77{3-7} {d3} {d3}"], ["+420 60{2-8} {d3} {d3}"]),
    "HU": (["06 20 {D}{d2} {d4}", "06 30 {D}{d2} {d4}"], ["+36 20 {D}{d2} {d4}"]),
    "RU": (["8 (912) {D}{d2}-{d2}-{d2}", "8 (495) {2|6|7}{d2}-{d2}-{d2}"], ["+7 912 {D}{d2}-{d2}-{d2}", "+7 (903) {D}{d2} {d2} {d2}"]),
    "UA": (["067 {D}{d2} {d2} {d2}", "(050) {D}{d2}-{d2}-{d2}"], ["+380 67 {D}{d2} {d2} {d2}", "+38050{D}{d6}"]),
    "GR": (["697 {D}{d2} {d4}", "210 {3|6|8}{d2} {d4}"], ["+30 694 {D}{d2} {d4}"]),
    "TR": (["0532 {D}{d2} {d2} {d2}", "0212 {2|3|5}{d2} {d2} {d2}"], ["+90 532 {D}{d2} {d2} {d2}", "+90542{D}{d6}"]),
    "IL": (["054-{2-8}{d2}-{d4}", "03-{5|6|7}{d2}-{d4}"], ["+972 54-{2-8}{d2}-{d4}"]),
    "SA": (["055 {D}{d2} {d4}", "050 {D}{d2} {d4}"], ["+966 55 {D}{d2} {d4}"]),
    "IN": (["9{8|9|7}{d3} {d5}", "09{8|9}{d3} {d5}"], ["+91 9{8|9|7}{d3} {d5}", "+91-98{d3}-{d5}"]),
    "CN": (["13{8|9} {d4} {d4}", "010-{6|8}{d3}-{d4}"], ["+86 13{8|9} {d4} {d4}", "+8618{6|8}{d8}"]),
    "JP": (["090-{D}{d3}-{d4}", "03-{3|5}{d3}-{d4}"], ["+81 90-{D}{d3}-{d4}"]),
    "KR": (["010-{2-9}{d3}-{d4}", "02-7{d2}-{d4}"], ["+82 10-{2-9}{d3}-{d4}"]),
    "TH": (["081 {2-9}{d2} {d4}", "089-{2-9}{d2}-{d4}"], ["+66 81 {2-9}{d2} {d4}"]),
    "VN": (["091 {2-9}{d2} {d2} {d2}", "098 {2-9}{d2} {d4}"], ["+84 91 {2-9}{d2} {d2} {d2}"]),
    "AU": (["04{12|18|27} {d3} {d3}", "(02) 9{2|3}{d2} {d4}"], ["+61 4{12|18} {d3} {d3}"]),
    "BR": (["(11) 9{8|7}{d3}-{d4}", "(21) 9{9|8}{d3}-{d4}"], ["+55 11 9{8|7}{d3}-{d4}"]),
    "MX": (["55 {1|4|5}{d3} {d4}", "33 3{d3} {d4}"], ["+52 55 {1|4|5}{d3} {d4}"]),
    "ZA": (["082 {D}{d2} {d4}", "083 {D}{d2} {d4}"], ["+27 82 {D}{d2} {d4}"]),
}
IBANS = "DE FR GB ES IT NL BE CH AT PL SE DK FI PT IE CZ HU TR SA AE LU".split()
IBAN_FORMS = ["compact", "grouped", "lower", "lower grouped"]
NATIONAL = "BR ES FR IT NL PL SE DE BE TR IN KR CN CA GB ZA".split()
BRANDS = "visa mastercard amex discover diners jcb unionpay maestro".split()
PAN_GAPS, PAN_RARE = ["", " ", "-"], []
SSN_FORMS, SSN_RARE = ["-", " ", ""], []
DOB_FORMS = ["{1941-2004}-{01-12}-{01-28}", "{01-28}.{01-12}.{1941-2004}", "{01-12}/{01-28}/{1941-2004}"]
HEALTH = ["npi", "dea", "mbi", "nhs"]

SECRETS = {
    "aws": "AK" "IA{k16}", "aws temporary": "AS" "IA{k16}", "google api": "AI" "za{b35}", "google oauth": "ya" "29.{b80}", "google client": "GOC" "SPX-{b28}",
    "github": "gh" "p_{n36}", "github server": "gh" "s_{n36}", "github fine": "github" "_pat_{n22}_{n59}", "gitlab": "gl" "pat-{b20}",
    "gitlab runner": "gl" "rt-{b20}", "slack bot": "xo" "xb-{d12}-{d12}-{n24}", "slack user": "xo" "xp-{d11}-{d11}-{d12}-{x32}", "slack app": "xa" "pp-1-A{u10}-{d13}-{x64}",
    "slack hook": "https://hooks." "slack.com/services/T{u8}/B{u10}/{n24}", "stripe": "sk" "_live_{n24}", "stripe restricted": "rk" "_live_{n24}", "stripe hook": "wh" "sec_{n32}",
    "openai": "sk" "-proj-{b74}T3" "BlbkFJ{b74}", "openai old": "sk" "-{n20}T3" "BlbkFJ{n20}", "anthropic": "sk" "-ant-api03-{b93}AA", "npm": "np" "m_{n36}", "pypi": "py" "pi-AgEIcHlwaS5vcmc{b70}",
    "sendgrid": "S" "G.{b22}.{b43}", "twilio": "S" "K{x32}", "mailgun": "ke" "y-{x32}", "mailchimp": "{x32}" "-us{1-21}", "digitalocean": "dop" "_v1_{x64}",
    "shopify": "shp" "at_{x32}", "shopify shared": "shp" "ss_{x32}", "square": "sq0" "atp-{b22}", "databricks": "da" "pi{x32}", "huggingface": "h" "f_{L34}",
    "vault": "hv" "s.{b95}", "terraform": "{n14}" ".atlasv1.{b67}", "doppler": "dp" ".pt.{n43}", "grafana": "gl" "sa_{n32}_{x8}", "new relic": "NR" "AK-{u27}",
    "linear": "lin" "_api_{n40}", "figma": "fi" "gd_{b40}", "postman": "PM" "AK-{x24}-{x34}", "pulumi": "pu" "l-{x40}", "planetscale": "pscale" "_tkn_{b43}",
    "telegram": "{d10}:" "AA{b33}", "airtable": "pa" "t{n14}.{x64}", "age": "AGE" "-SECRET-KEY-1{q58}", "azure storage": "{B86}==",
    "jwt": "ey" "JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.ey" "J{b60}.{b43}", "pem": "-----BEGIN" " RSA PRIVATE KEY-----\n{B64}\n{B64}\n{B32}==\n-----END" " RSA PRIVATE KEY-----",
    "dockerhub": "dckr" "_pat_{b27}", "atlassian": "ATATT3x" "FfGF0{b170}={X8}",
}
# Vendors whose values look like any other hash or base64: only their context tells.
SECRETS_IN_CONTEXT = {"azure storage"}
CONTEXTS = ["DefaultEndpointsProtocol=https;AccountName=acct{d3};AccountKey=<secret:azure storage>;EndpointSuffix=core.windows.net"]
SECRET_FRAMES = ["<secret>", "API_KEY=<secret>", "export TOKEN='<secret>'", '{"token":"<secret>"}', "Authorization: Bearer <secret>", "please rotate <secret> before friday"]
CONNECTIONS = [
    "postgres://app:<password>@db-{1-9}.internal:5432/shop", "mongodb+srv://svc:<password>@cluster{1-9}.example.net/prod?retryWrites=true",
    "jdbc:mysql://db.internal:3306/crm?user=app&password=<password>", "Server=sql{1-9};Database=crm;User Id=app;Password=<password>;Encrypt=true",
    "redis://default:<password>@cache-{1-9}.internal:6379/0",
    "https://acct.blob.core.windows.net/c/f.csv?sv=2022-11-02&se={2026-2027}-01-01T00%3A00%3A00Z&sr=b&sp=r&sig=<secret:sas>",
]
PASSWORD_TEXTS = ["password: <password>", "pwd=<password>", "the temporary password is <password>", "DB_PASSWORD=<password>", "login admin / pass: <password>", '"passwd": "<password>"']

# label, then value, and the other way round
LABELS_AFTER = {"ssn": "<ssn:> (SSN)", "pan": "<pan:> (card no.)", "phone": "<phone> (mobile)", "iban": "<iban:compact> (IBAN)", "email": "<email> (e-mail)", "person": "<person> (contact)", "dob": "<dob> (date of birth)"}
LABELS_BEFORE = {"ssn": "SSN: <ssn:>", "pan": "card number <pan:>", "phone": "tel. <phone>", "iban": "IBAN <iban:grouped>", "email": "E-Mail: <email>", "person": "Name: <person>", "dob": "DOB <dob>"}

TEXTS = {
    "en": ["Spoke with <person> about the refund, call back on <phone:US>.", "Please send the invoice to <email> by friday.", "Customer says the card <pan: > was charged twice.",
           "Ship to <address> instead, the old flat is empty.", "Verified identity, SSN ends the call: <ssn:->, all good.", "Order {A2}-{d5} arrived late, two of {2-9} boxes were damaged.", "No answer, try again next week."],
    "de": ["Frau <person> bittet um Rückruf unter <phone:DE>.", "Bitte überweisen auf <iban:grouped>, danke.", "Rechnung an <email> geschickt.", "Lieferung an <address>, zweiter Hof links.", "Paket {d4} kam {2-9} Tage zu spät."],
    "fr": ["Rappeler <person> au <phone:FR> avant midi.", "Virement vers <iban:grouped> demandé.", "Envoyé à <email>, en attente.", "Livrer au <address>, code porte en bas.", "Le colis {d5} est abîmé, {2-9} pièces manquent."],
    "es": ["Llamar a <person> al <phone:ES> por la tarde.", "La factura va a <email>.", "Entregar en <address>, portal azul.", "Faltan {2-9} unidades del pedido {d6}."],
    "pl": ["Proszę oddzwonić do: <person>, tel. <phone:PL>.", "Faktura wysłana na <email>.", "Zwrot na konto <iban:grouped>."],
    "ru": ["Перезвонить: <person>, <phone:RU>.", "Счёт отправлен на <email>.", "Доставить по адресу: <address>.", "Заказ {d5} задержан на {2-9} дня."],
    "ar": ["يرجى الاتصال بـ <person> على <phone:SA>.", "أرسلت الفاتورة إلى <email>.", "تأخر الطلب {d5} ثلاثة أيام."],
    "ja": ["<person>様より<phone:JP>へ折り返し希望。", "請求書を<email>へ送付済み。", "注文{d5}は{2-9}日遅れ。"],
    "zh": ["请联系<person>，电话<phone:CN>。", "发票已发送至<email>。", "订单{d6}延迟{2-9}天。"],
}
LOGS = [
    "2026-{01-12}-{01-28}T{00-23}:{00-59}:{00-59}Z INFO auth login ok user=<email> session={x16} ms={2-900}",
    "2026-{01-12}-{01-28} {00-23}:{00-59}:{00-59},{d3} WARN mailer bounce rcpt=<{email}> code=550".replace("<{email}>", "<email>"),
    "level=debug msg=\"charge\" order={A1}-{d4} card=<pan:> amount={1-900}.{d2}", "[{d4}] sms to <phone:US:intl> queued id={x12}",
    "GET /api/v1/orders?page={1-90}&limit=50 200 {2-900}ms trace={x32}", "worker-{1-9} processed {10-900} rows in {2-90}s",
]
URLS = [
    "https://shop.example.com/reset?email=<email:url>&t={x12}", "https://app.example.org/u/<email>/settings", "mailto:<email>?subject=invoice%20{d4}",
    "https://track.example.net/c?id={d6}&src=newsletter", "/customers/search?q=<email:url>&sort=asc", "https://example.com/products/{a6}-{a5}?variant={d8}",
]
OBFUSCATED = [["<email:at>"], ["<email:brackets>"], ["<email:html>"], ["<email:upper>"], ["<email:angle>"]]

JSON = [
    {"customer": {"name": "<person>", "contacts": [{"kind": "mail", "value": "<email>"}, {"kind": "phone", "value": "<phone:US:intl>"}], "tier": "{gold|silver|basic}"}, "order": {"id": "{d6}", "total": 12.5, "items": [{"sku": "{A2}-{d4}", "qty": 2}]}},
    {"event": "checkout", "ts": "2026-0{1-9}-1{0-9}T10:00:00Z", "payment": {"method": "card", "number": "<pan:>", "exp": "0{1-9}/2{7-9}"}, "ship_to": {"line": "<address>", "gift": False}},
    {"a": "<person>", "b": [1, 2, {"c": "<iban:compact>"}], "d": {"e": {"f": "<ssn:->"}}, "g": None},
    {"headers": {"authorization": "Bearer <secret:jwt>", "accept": "*/*"}, "query": {"page": "{1-9}"}},
    {"config": {"db": {"host": "db.internal", "password": "<password>"}, "keys": ["<secret:stripe>", "<secret:github>"]}},
    {"patient": {"full_name": "<person>", "dob": "<dob>", "npi": "<health:npi>", "ward": "{A1}{1-9}"}},
]
PLAIN_JSON = [
    {"device": {"os": "{ios|android}", "model": "{A2}{d3}", "app": "{1-9}.{0-20}.{0-9}"}, "metrics": {"fps": 58.5, "mem": 1024}, "flags": ["beta", "dark"]},
    {"sku": "{A3}-{d5}", "dims": {"w": 12, "h": 30, "d": 4}, "tags": ["{red|blue|green}", "{cotton|wool}"], "rev": "{x40}", "etag": "W/\"{x16}\""},
]

NAMES = {
    "person": "full_name customer_name nachname_vorname nom_complet nombre_completo contact_person cardholder imie_nazwisko fio account_holder".split(),
    "address": "address street_address anschrift adresse direccion indirizzo ship_to_address adres home_address billing_address".split(),
    "email": "email e_mail_address correo mail_adresse contact_email user_email".split(), "phone": "phone mobile_no telefon telephone tel_number cell_phone".split(),
    "pan": "card_number credit_card pan cc_num kartennummer".split(), "iban": "iban bank_account konto_iban account_iban".split(), "ssn": "ssn social_security_number us_ssn tax_ssn".split(),
    "national": "national_id tax_id identity_number personal_code id_number".split(), "health": "npi_number dea_no medicare_id nhs_number".split(), "dob": "date_of_birth dob birth_date geburtsdatum fecha_nacimiento".split(),
    "secret": "api_key access_token client_secret webhook_secret service_key".split(), "password": "password db_url connection_string passwd".split(),
}
MISLEADING = "order_ref sku product_code status_text batch_label colour_code version invoice_no part_no campaign quantity_note warehouse_bin model region_code comment_type".split()
OPAQUE = "c1 col_7 val f_17 attr3 x data_b field_22 k9 zz_1 misc_a v col_m".split()
LANG_PHONE = dict(en="US", de="DE", fr="FR", es="ES", pt="BR", it="IT", nl="NL", pl="PL", cs="CZ", sv="SE", tr="TR", hu="HU", ru="RU", uk="UA", el="GR", ar="SA", he="IL", hi="IN", th="TH", ko="KR", zh="CN", ja="JP", vi="VN")
TITLES = {"en": ["Mr. ", "Dr. ", "Mrs. "], "de": ["Herr ", "Frau ", "Dr. "], "fr": ["M. ", "Mme "]}
PERSON_FORMS = ["full", "full", "full", "comma", "upper", "title", "initial", "lower"]
