"""How values are written in the part `heldout`: see `dev/forms.py`. Whoever works on detectors does not read this."""

MAIL_HOSTS = "example.net mx.example.ac.uk example-shop.test bücher.example.de post.example.fr lab.example.museum example.com.br студия.example.ru uni.example.ac.jp".split()
MAIL_LOCALS = ["%1.%s", "%s%1", "%g.%s.{72-99}", "%s_%g", "%g%1%s", "%s+{inbox|x}{1-9}", "%1%1_%s", "%g'{d2}%s", "{sales|no.reply}.%s"]

PHONES = {
    "US": (["{303|720|818|214|972}.{N}{0-8}{2-9}.{d4}", "1-{617|702|408}-{N}{3-8}{2-9}-{d4}"], ["+1.{303|214}.{N}{3-8}{2-9}.{d4}", "tel:+1-{720|818}-{N}{3-8}{2-9}-{d4}"]),
    "CA": (["({604|514|403}) {N}{3-8}{2-9}-{d4} x{10-99}", "{416|604}/{N}{3-8}{2-9}-{d4}"], ["+1 (514) {N}{3-8}{2-9}-{d4}"]),
    "GB": (["(020) 7{3|4|9}{d2} {d4}", "07{7|8}{d2}-{d3}-{d3}"], ["+44 (0)7{7|8}{d2} {d6}", "0044 7{7|8}{d2} {d3} {d3}"]),
    "IE": (["(085) {1-9}{d2} {d4}", "087-{1-9}{d6}"], ["+353 (0)87 {1-9}{d2} {d4}"]),
    "DE": (["0171/{D}{d6}", "(040) {20-99}{d5}", "0176-{20-99}{d6}"], ["+49 (0)171 {D}{d6}", "0049 176 {20-99}{d6}"]),
    "FR": (["06.{10-38}.{d2}.{d2}.{d2}", "04-{72|78}-{d2}-{d2}-{d2}"], ["+33 (0)6 {10-38} {d2} {d2} {d2}", "0033 6 {10-38} {d2} {d2} {d2}"]),
    "ES": (["6{10-89}.{d3}.{d3}", "(93) {2|3|4}{d2} {d2} {d2}"], ["0034 6{10-89} {d3} {d3}", "(+34) 6{10-89}-{d3}-{d3}"]),
    "PT": (["91{2-9} {d3} {d3}", "21 {3|7|8}{d2} {d4}"], ["+351 96{2-9}{d6}", "00351 91{2-9} {d3} {d3}"]),
    "IT": (["02/{4|5|6}{d7}", "320-{D}{d6}"], ["0039 328 {D}{d6}", "+39.349.{D}{d6}"]),
    "DK": (["2{1-9} {20-29} {d2} {d2}", "31{20-29} {d4}"], ["+45 2{1-9}{20-29}{d4}", "0045 40 {20-29} {d2} {d2}"]),
    "NO": (["9{20-59} {d2} {d3}", "22 {11-59} {d2} {d2}"], ["+47 9{20-59}{d5}", "(+47) 4{0|1|5|6|8}{d1} {d2} {d3}"]),
    "FI": (["040-{D}{d6}", "(09) {2|3|6}{d2} {d4}"], ["+358-50-{D}{d6}", "00358 40 {D}{d6}"]),
    "PL": (["(22) {4|5|6}{d2} {d2} {d2}", "69{1-9}-{d3}-{d3}"], ["0048 60{1-9} {d3} {d3}", "+48 (22) 6{d2}-{d2}-{d2}"]),
    "RO": (["07{22|23|44|45}-{d3}-{d3}", "021.3{1|2}{d1}.{d4}"], ["+40 7{22|45}{d6}", "0040 7{23|44} {d3} {d3}"]),
    "HR": (["091/{2-7}{d2}-{d4}", "098 {2-9}{d2} {d3}"], ["+385 91 {2-7}{d2} {d4}"]),
    "BG": (["088{7|8|9} {d3} {d3}", "02/9{3|8}{d1} {d2} {d2}"], ["+359 88{7|8|9} {d6}"]),
    "RU": (["8-916-{D}{d2}-{d2}-{d2}", "8 812 {3|5}{d2} {d2} {d2}"], ["+7-921-{D}{d2}-{d2}-{d2}", "+7(985){D}{d6}"]),
    "GR": (["6944-{d6}", "2310 {2|5|8}{d5}"], ["0030 697{d7}", "+30-6932-{d6}"]),
    "TR": (["0(533) {D}{d2}-{d4}", "0532-{D}{d2}-{d2}-{d2}"], ["+90 (533) {D}{d2} {d2} {d2}", "0090 542 {D}{d2} {d4}"]),
    "AE": (["050-{2-9}{d6}", "(04) {2|3}{d2} {d4}"], ["+971-50-{2-9}{d6}", "00971 55 {2-9}{d2} {d4}"]),
    "EG": (["0100-{D}{d6}", "(02) 2{3-7}{d2} {d4}"], ["+20 (0)100{d7}", "+20-122-{D}{d2}-{d4}"]),
    "IN": (["011-2{3-7}{d2} {d4}", "0{98|97}{d3}-{d5}"], ["0091 9{8|9}{d8}", "+91 (0)9{8|9}{d3} {d5}"]),
    "SG": (["9{1-7}{d2}-{d4}", "6{2|3|7}{d2} {d4}"], ["+65-9{1-7}{d2}-{d4}", "+65 8{1-7}{d2} {d4}"]),
    "ID": (["0812-{D}{d3}-{d4}", "(021) {5|7}{d2}-{d4}"], ["+62-813-{D}{d3}-{d4}", "+62 812 {D}{d7}"]),
    "PH": (["0917 {D}{d2} {d4}", "(02) 8{2-8}{d2} {d4}"], ["+63 917 {D}{d2} {d4}", "+63-918-{D}{d2}-{d4}"]),
    "HK": (["{6|9}{1-7}{d2} {d4}", "2{3-8}{d2}-{d4}"], ["+852 {6|9}{1-7}{d2} {d4}", "+852-2{3-8}{d2}-{d4}"]),
    "NZ": (["021 {2-9}{d2} {d4}", "(09) {3|5}{d2} {d4}"], ["+64 21 {2-9}{d2} {d4}", "0064 27 {2-9}{d2} {d4}"]),
    "AR": (["(011) 4{3|7|8}{d2}-{d4}", "0351 15-{5|6}{d2}-{d4}"], ["+54 9 11 {3|5|6}{d3}-{d4}"]),
    "CL": (["(2) 2{2|3|6}{d2} {d4}", "9 {6|7|8}{d3} {d4}"], ["+56 9 {6|7|8}{d3} {d4}", "+56-9-{6|7|8}{d7}"]),
    "NG": (["0803-{D}{d2}-{d4}", "0806 {D}{d2} {d4}"], ["+234 (0)803 {D}{d2} {d4}", "+234-806-{D}{d2}-{d4}"]),
    "KE": (["0722-{d3}-{d3}", "0733 {d3} {d3}"], ["+254 722 {d6}", "+254 733 {d3} {d3}"]),
}
IBANS = "DE GB ES NL GR NO RO HR SK BG LT LV EE CY MT IL IS KW QA BR UA PK KZ GE SI MD IT".split()
IBAN_FORMS = ["compact", "hyphen", "lower grouped", "nbsp grouped", "grouped"]
NATIONAL = "FI NO DE RO BG TR IN IN_PAN SG TH CL AR IL HR CH PT AU GB".split()
BRANDS = "visa mastercard amex discover diners jcb unionpay maestro mir troy".split()
PAN_GAPS, PAN_RARE = [" ", "", "-"], ["<pan:.>", "<pan:\u00a0>", "<pan: >"]
SSN_FORMS, SSN_RARE = ["-", " ", ""], ["<ssn:\u2013>", "<ssn:.>", "<ssn:->"]
DOB_FORMS = ["{January|March|June|October} {1-28}, {1941-2004}", "{1-28}-{Feb|Apr|Jul|Sep|Dec}-{41-99}", "{1941-2004}/{01-12}/{01-28}", "{1941-2004}年{1-12}月{1-28}日", "{1-28} {марта|мая|августа|ноября} {1941-2004} г.", "{1941-2004}{01-12}{01-28}"]
HEALTH = ["npi", "dea", "mbi", "nhs"]

SECRETS = {
    "aws": "AK" "IA{k16}", "google api": "AI" "za{b35}", "google client": "GOC" "SPX-{b28}", "github oauth": "gh" "o_{n36}", "github user": "gh" "u_{n36}", "github refresh": "gh" "r_{n36}", "github": "gh" "p_{n36}",
    "gitlab": "gl" "pat-{b20}", "gitlab trigger": "gl" "ptt-{x40}", "gitlab deploy": "gl" "dt-{b20}", "gitlab legacy runner": "GR" "1348941{b20}", "slack bot": "xo" "xb-{d13}-{d13}-{n24}", "slack config": "xo" "xe-1-{u146}",
    "stripe": "sk" "_live_{n99}", "stripe test": "sk" "_test_{n24}", "openai service": "sk" "-svcacct-{b74}T3" "BlbkFJ{b74}", "anthropic admin": "sk" "-ant-admin01-{b93}AA", "npm": "np" "m_{n36}", "pypi": "py" "pi-AgEIcHlwaS5vcmc{b90}",
    "sendgrid": "S" "G.{b22}.{b43}", "sendinblue": "xk" "eysib-{x64}-{l16}", "mailchimp": "{x32}" "-us{1-21}", "digitalocean oauth": "doo" "_v1_{x64}", "digitalocean refresh": "dor" "_v1_{x64}",
    "shopify private": "shp" "pa_{x32}", "shopify custom": "shp" "ca_{x32}", "square secret": "sq0" "csp-{b43}", "databricks": "da" "pi{x32}-2", "huggingface org": "api" "_org_{a34}", "vault batch": "hv" "b.{b150}",
    "terraform": "{n14}" ".atlasv1.{b67}", "grafana cloud": "gl" "c_{B60}", "new relic browser": "NR" "JS-{x19}", "new relic insert": "NR" "II-{b32}", "postman": "PM" "AK-{x24}-{x34}", "planetscale password": "pscale" "_pw_{b43}",
    "planetscale oauth": "pscale" "_oauth_{b43}", "telegram": "{d9}:" "AA{b33}", "adafruit": "a" "io_{n28}", "notion": "nt" "n_{d11}{n35}", "supabase": "sb" "p_{x40}", "sentry user": "sntr" "yu_{x64}",
    "rubygems": "ruby" "gems_{x48}", "prefect": "pn" "u_{l36}", "readme": "rd" "me_{l70}", "shippo": "shippo" "_live_{x40}", "typeform": "tf" "p_{b59}", "duffel": "duffel" "_live_{b43}", "dynatrace": "dt" "0c01.{u24}.{u64}", "clojars": "CLO" "JARS_{l60}",
    "alibaba": "LT" "AI{n20}", "groq": "gs" "k_{n52}", "replicate": "r" "8_{n37}", "perplexity": "pp" "lx-{n48}", "langsmith": "ls" "v2_pt_{x32}_{x10}", "sourcegraph": "sg" "p_{x40}", "hubspot": "pa" "t-na1-{x8}-{x4}-{x4}-{x4}-{x12}",
    "flutterwave": "FLW" "SECK_TEST-{x32}-X", "frame.io": "fi" "o-u-{b64}", "easypost": "EZ" "AK{n54}", "contentful": "CF" "PAT-{b43}", "scalingo": "tk" "-us-{b48}", "infracost": "ic" "o-{n32}", "intra42": "s-s4" "t2ud-{x64}", "1password": "ops" "_eyJ{B250}",
    "fly.io": "fo" "1_{w43}", "buildkite": "bk" "ua_{x40}", "rootly": "root" "ly_{x64}", "netlify": "nf" "p_{n36}", "azure client": "{n3}8" "Q~{b34}", "plaid": "access" "-production-{x8}-{x4}-{x4}-{x4}-{x12}",
    "jwt": "ey" "JhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.ey" "J{b90}.{b86}", "pem ec": "-----BEGIN" " EC PRIVATE KEY-----\n{B64}\n{B40}==\n-----END" " EC PRIVATE KEY-----", "pem openssh": "-----BEGIN" " OPENSSH PRIVATE KEY-----\n{B70}\n{B70}\n{B20}=\n-----END" " OPENSSH PRIVATE KEY-----",
    "pgp": "-----BEGIN" " PGP PRIVATE KEY BLOCK-----\n\n{B64}\n{B64}\n=/{B3}\n-----END" " PGP PRIVATE KEY BLOCK-----", "aws secret": "{B40}", "twitch": "{l30}", "heroku": "{x8}-{x4}-{x4}-{x4}-{x12}", "algolia": "{x32}",
}
SECRETS_IN_CONTEXT = {"aws secret", "twitch", "heroku", "algolia"}
CONTEXTS = ["aws_secret_access_key = <secret:aws secret>", "TWITCH_CLIENT_SECRET=<secret:twitch>", "HEROKU_API_KEY: <secret:heroku>", 'algolia_admin_api_key="<secret:algolia>"']
SECRET_FRAMES = ["<secret>", "- name: SERVICE_TOKEN\n  value: <secret>", "curl -H 'X-Api-Key: <secret>' https://api.example.com/v1/me", "client_secret=<secret>&grant_type=client_credentials", "my key is <secret> (do not share)", "token <secret> expired on 0{1-9}/2{6-7}", "set SECRET=<secret>"]
CONNECTIONS = [
    "postgresql+psycopg://writer:<password>@10.0.{0-9}.{1-200}:5432/ledger?sslmode=require", "mysql://root:<password>@mysql.svc.cluster.local/crm", "amqps://bus:<password>@rabbit{1-9}.example.net/vhost",
    "snowflake://loader:<password>@myorg-acct/SHOP/PUBLIC?warehouse=WH", "Data Source=tcp:sql{1-9}.example.net,1433;Initial Catalog=hr;User ID=sa;Pwd=<password>", "ftp://backup:<password>@files.example.org/incoming",
    "jdbc:oracle:thin:app/<password>@//ora{1-9}.example.net:1521/ORCL", "https://robot:<password>@git.example.com/team/repo.git", "https://acct{d2}.queue.core.windows.net/jobs?sp=raup&st=2026-01-01T00:00:00Z&spr=https&sv=2024-11-04&sig=<secret:sas>",
]
PASSWORD_TEXTS = ["Passwort: <password>", "mot de passe : <password>", "contraseña: <password>", "user=bob password='<password>' host=db1", "PGPASSWORD=<password> psql -h db", "New pw for the wifi is <password>", "{\"user\":\"svc\",\"password\":\"<password>\"}", "--password <password> --host db.internal"]

LABELS_AFTER = {"ssn": "<ssn:> - SSN", "pan": "<pan:> ist die Kartennummer", "phone": "<phone:DE> (Handy)", "iban": "<iban:lower grouped> <- IBAN", "email": "<email> = login", "person": "<person> (Kontoinhaber)", "dob": "<dob> (born)", "national": "<national:DE> (Steuer-ID)"}
LABELS_BEFORE = {"ssn": "soc. sec. no. <ssn:>", "pan": "CC# <pan:>", "phone": "Tél : <phone:FR>", "iban": "compte <iban:compact>", "email": "courriel : <email>", "person": "Ansprechpartner: <person>", "dob": "né(e) le <dob:{01-28}/{01-12}/{1941-2004}>", "national": "NINO <national:GB>"}

TEXTS = {
    "en": ["<person> phoned from <phone:GB>, wants delivery moved to tuesday.", "Forwarded the contract to <email>, cc legal.", "took payment by phone, card <pan:>, receipt printed", "New address on file: <address>.", "applicant gave <ssn:-> as social, matches.", "Pallet {A1}{d3} short by {2-9} cartons, photo attached.", "left voicemail, will retry"],
    "de": ["Herr <person> hat unter <phone:DE> angerufen.", "IBAN lautet <iban:grouped>, Lastschrift erteilt.", "Bestätigung ging an <email>.", "Neue Anschrift: <address>.", "Gerät {A2}{d4} nach {2-9} Wochen defekt."],
    "it": ["Richiamare <person> allo <phone:IT>.", "Fattura inviata a <email>.", "Consegna in <address>, citofono rotto.", "Mancano {2-9} pezzi nell'ordine {d6}."],
    "pt": ["Cliente <person> ligou do <phone:PT>.", "Enviar nota para <email>.", "Entregar em <address>.", "Pedido {d5} atrasado {2-9} dias."],
    "ro": ["Sunați la <phone:RO>, domnul <person>.", "Factura a fost trimisă la <email>.", "Coletul {d5} a întârziat {2-9} zile."],
    "ru": ["Клиент <person> просит звонить на <phone:RU>.", "Письмо ушло на <email>.", "Новый адрес: <address>.", "По заказу {d5} не хватает {2-9} коробок."],
    "el": ["Ο πελάτης <person> ζήτησε κλήση στο <phone:GR>.", "Το τιμολόγιο στάλθηκε στο <email>.", "Η παραγγελία {d5} άργησε {2-9} μέρες."],
    "he": ["הלקוח <person> ביקש שיחזרו אליו, <email>.", "משלוח אל <address>.", "הזמנה {d5} מתעכבת."],
    "hi": ["<person> ने <phone:IN> पर बात करने को कहा।", "बिल <email> पर भेजा गया।", "ऑर्डर {d5} में {2-9} दिन की देरी।"],
    "ko": ["<person> 고객님 <email> 로 회신 요청.", "배송지: <address>.", "주문 {d5} {2-9}일 지연."],
}
LOGS = [
    "<13>{Jan|Mar|May} {01-28} {00-23}:{00-59}:{00-59} web{1-9} nginx: \"POST /login\" email=<email> rt=0.{d3}", "lvl=info msg=\"otp sent\" to=\"<phone:US:intl>\" ms={2-900}",
    "E{0101-1231} {00-23}:{00-59}:{00-59}.{d6} {d5} billing.go:{10-900}] declined pan=<pan:> rc=51", "audit: subject <person> viewed record {d7}", "[INFO] connect dsn=postgres://svc:<password>@db/x pool={1-9}",
    "INFO compaction done files={10-900} bytes={d8} took={2-90}s", "{a4}d[{d4}]: cache miss key=v{1-9}/{a6}/{x16}",
]
URLS = [
    "https://news.example.org/unsub?m=<email:double>&c={d5}", "https://example.com/invite#<email:url>", "ftp://files.example.net/home/<email>/inbox", "https://wa.example.com/send?phone=<phone:US:intl>&text=hi",
    "https://cdn.example.net/{x8}/{a6}.min.js?v={x10}", "/api/v2/users/<email:url>/orders/{d7}",
]
OBFUSCATED = [["<email:round>"], ["<email:hex>"], ["<email:spaced>", "<email:wide>", "<email:json>", "<email>", "<email>"], ["<email:angle>"]]

JSON = [
    {"user": {"id": "{d7}", "profile": {"displayName": "<person>", "mail": "<email>", "mobile": "<phone:GB:intl>"}}, "cart": [{"p": "{A2}{d4}", "n": 1}, {"p": "{A2}{d4}", "n": 3}]},
    {"tx": {"instrument": {"type": "CARD", "primaryAccountNumber": "<pan:>"}, "beneficiary": {"account": "<iban:compact>", "holder": "<person>"}, "amount": 99.9}},
    {"k1": ["<email>", "<phone:FR:intl>"], "k2": {"k3": "<ssn:->", "k4": {"k5": "<address>"}}, "k6": True},
    {"form": [{"q": "Date of birth", "a": "<dob>"}, {"q": "Social security number", "a": "<ssn:->"}, {"q": "Favourite colour", "a": "{blue|green|red}"}]},
    {"env": {"DATABASE_URL": "postgres://svc:<password>@db/prod", "OPENAI": "<secret:openai service>", "REGION": "eu-{1-3}"}, "image": "app:{1-9}.{0-9}"},
    {"message": "call <person> at <phone:US> or write <email>", "channel": "support", "n": 3},
]
PLAIN_JSON = [
    {"build": {"id": "{x40}", "branch": "{main|dev}", "steps": [{"name": "{lint|test}", "ms": 1200}, {"name": "deploy", "ms": 8000}]}, "cached": True},
    {"product": {"title": "{Oak|Steel|Glass} {Table|Shelf}", "gtin": "97{d11}", "price": {"value": 19.9, "currency": "EUR"}}, "geo": [52.5, 13.4], "sku": "{A1}{A1}-{d6}"},
]

NAMES = {
    "person": "nome_cognome kontoinhaber assured_party employee_name beneficiary nombre_titular приемател ad_soyad patient_name signatory".split(),
    "address": "residence adresse_postale domicilio adresa mailing_addr strasse_ort улица delivery_point morada house_addr".split(),
    "email": "courriel mail_addr recipient_mail epost login_email e_posta".split(), "phone": "handy portable numero_tel msisdn fone puhelin contact_number".split(),
    "pan": "primary_account_number ccno card_pan karte_nr".split(), "iban": "acct_iban compte_bancaire rekening beneficiary_account".split(), "ssn": "socsec ssn_number social_sec_no taxpayer_ssn".split(),
    "national": "steuer_id henkilotunnus citizen_no teudat_zehut cnp nino".split(), "health": "provider_npi dea_registration mbi nhs_no".split(), "dob": "born_on birthdate geb_datum data_nascimento fodselsdato".split(),
    "secret": "auth_token secret_key private_token bearer credential".split(), "password": "dsn jdbc_url db_password login_secret".split(),
}
MISLEADING = "shipment_ref lot article_no category remark_code size_label revision delivery_slot variant_key channel counter_text shelf currency_note theme segment_code".split()
OPAQUE = "a2 col_31 txt f_08 item4 y raw_c field_03 q7 aa_9 other_2 w col_p".split()
LANG_PHONE = dict(en="GB", de="DE", fr="FR", es="ES", pt="PT", it="IT", da="DK", pl="PL", ro="RO", no="NO", fi="FI", tr="TR", hr="HR", ru="RU", bg="BG", el="GR", ar="AE", hi="IN", zh="HK")
TITLES = {"en": ["Prof. ", "Ms ", "Rev. "], "de": ["Frau Dr. ", "Fam. "], "fr": ["Mme ", "Me "], "it": ["Sig.ra ", "Dott. "], "es": ["Sra. ", "D. "], "pl": ["Pan ", "Pani "]}
PERSON_FORMS = ["full", "full", "full", "upper family", "initials", "middle", "title", "comma"]
