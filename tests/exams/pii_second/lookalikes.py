"""Columns that hold nothing of a person and look as if they did.

Enters: a random source. Leaves: per column its table, an honest name, a name that suggests something else, its type and what writes a cell.
Never here: a mark.
"""

import base64
import datetime
import json

from codes import luhn, uniform
from people import digits
from tokens import HEX, LOWER, URL, WORD


def fill(rng, pattern):
    """`#` any digit, `~` two to nine, `@` a letter; all else stands as it is."""
    return "".join(digits(rng, {"#": "#", "~": "N", "@": "A"}[sign]) if sign in "#~@" else sign for sign in pattern)


def form(*patterns):
    return lambda rng: fill(rng, rng.choice(patterns))


def words(text):
    """One of the entries between bars; digit patterns are not filled."""
    return lambda rng: rng.choice(text.split("|"))


def when(pattern):
    def cell(rng):
        day = datetime.datetime(2024, 1, 1) + datetime.timedelta(seconds=rng.randrange(3 * 365 * 86400))
        return day.strftime(pattern)
    return cell


def hexes(length, prefix=""):
    return lambda rng: prefix + uniform(rng, HEX, length)


def uuid(rng):
    return f"{uniform(rng, HEX, 8)}-{uniform(rng, HEX, 4)}-4{uniform(rng, HEX, 3)}-{rng.choice('89ab')}{uniform(rng, HEX, 3)}-{uniform(rng, HEX, 12)}"


def number(low, high, places=2):
    return lambda rng: f"{rng.uniform(low, high):.{places}f}"


def ean(rng):
    body = rng.choice(["400", "501", "871", "020"]) + digits(rng, "#########")
    return body + str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10)


def telemetry(rng):
    return json.dumps({"device": {"model": rng.choice(["RT-AX88", "FX-2140", "NB6VAC"]), "fw": digits(rng, "#.##.####"), "serial": fill(rng, "@@##########")}, "rf": {"rsrp": -rng.randrange(70, 120), "cell": rng.randrange(10**8), "earfcn": rng.randrange(60000)}, "ts": 1780000000000 + rng.randrange(10**10), "uptime_s": rng.randrange(10**7), "tags": ["v" + digits(rng, "#.#.##"), uniform(rng, HEX, 12)]})


def order(rng):
    lines = [{"sku": fill(rng, "@@-#####-@"), "title": PRODUCT(rng), "qty": rng.randrange(1, 6), "price": round(rng.uniform(3, 400), 2)} for _ in range(rng.randrange(1, 4))]
    return json.dumps({"order_no": digits(rng, "2026########"), "lines": lines, "store": {"name": rng.choice(["Riverside Mall", "Victoria Square", "Old Town"]), "id": rng.randrange(900)}, "currency": "EUR"})


def config(rng):
    return json.dumps({"feature": rng.choice(["checkout_v3", "dark_mode", "fast_refund"]), "enabled": rng.random() < 0.5, "rollout": rng.randrange(101), "rules": [{"attribute": rng.choice(["user.email", "country", "app_version"]), "op": rng.choice(["exists", "semver_gte", "in"])}], "rev": uniform(rng, HEX, 40)})


def polygon(rng):
    return json.dumps({"type": "Polygon", "coordinates": [[[round(rng.uniform(-9, 24), 6), round(rng.uniform(36, 60), 6)] for _ in range(4)]]})


def certificate(rng):
    body = "\n".join(uniform(rng, WORD + "+/", 64) for _ in range(4))
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----"


def log_line(rng):
    return rng.choice([
        f"{when('%Y-%m-%dT%H:%M:%S.%fZ')(rng)} INFO  c.s.o.OrderService - order {digits(rng, '2026########')} moved to SHIPPED in {rng.randrange(900)} ms",
        f"WARN  HikariPool-1 - Connection is not available, request timed out after 300{rng.randrange(10)}ms. (total=10, active=10, idle=0, waiting={rng.randrange(90)})",
        f"level=error ts={when('%Y-%m-%dT%H:%M:%SZ')(rng)} caller=compact.go:{rng.randrange(900)} msg=\"compaction failed\" block={uniform(rng, LOWER, 26).upper()} err=\"no space left on device\"",
        f"GET /api/v2/products/{rng.randrange(10**6)}/stock 200 {rng.randrange(90000)} \"-\" \"okhttp/4.12.0\" rt=0.{rng.randrange(999):03}",
        f"kernel: [{rng.uniform(1, 99999):.6f}] nvme0n1: I/O {rng.randrange(900)} QID {rng.randrange(16)} timeout, aborting",
        f"task=dag_daily.load_orders.{when('%Y%m%dT%H%M%S')(rng)} rows={rng.randrange(10**7)} sha={uniform(rng, HEX, 40)} status=success",
        f"auth: session token refreshed for client billing-worker, password=****, expires_in=3600, trace={uniform(rng, HEX, 32)}",
    ])


def stack(rng):
    return f"java.lang.IllegalStateException: expected {rng.randrange(9)} partitions\n\tat com.shopcore.ledger.Posting.close(Posting.java:{rng.randrange(900)})\n\tat java.base/java.lang.Thread.run(Thread.java:1583)"


def sql(rng):
    return rng.choice(["SELECT email, phone FROM crm.contacts WHERE updated_at > ?", "MERGE INTO dim_customer t USING stg s ON t.customer_sk = s.customer_sk WHEN MATCHED THEN UPDATE SET t.first_name = s.first_name", f"SELECT count(*) FROM orders WHERE order_no = '2026{digits(rng, '########')}'", "ALTER TABLE patients ADD COLUMN date_of_birth DATE"])


PRODUCT = words("Oak side table|Merino crew-neck jumper, navy|LED desk lamp 12 W|Stockholm 3-seat sofa|Cast-iron casserole 4.2 l|Espresso machine EC-685|Trail shoe GTX|Linen duvet cover 200x200|Cordless drill 18V|Vitamin D3 1000 IU|Madrid floor mirror|Sourdough starter kit|Bluetooth speaker Mini 3|Garden hose 25 m|Oslo bookcase, white")
COMPANY = words("Nordhafen Logistik GmbH|Alder & Finch Ltd|Brightwater Utilities plc|Compañía Minera del Sur S.A.|Societe Generale des Eaux SARL|Kestrel Freight B.V.|Orion Packaging Inc.|Tatra Steel a.s.|株式会社北斗電機|ООО «Северный порт»|Blue Ridge Credit Union|Hanse Marine Versicherung AG|Pacific Grain Co.|Van Dam Machinebouw B.V.|Harper Stone Architects LLP")
NOTE = words("Customer reports that the parcel was delivered one day late; refund of EUR 12.50 issued.|Firmware 4.11.2 rolled back after packet loss on VLAN 210.|Patient tolerated the procedure well. Follow up in six weeks.|Article AB-20418 out of stock, restock on 2026-12-03.|Escalated to tier 2, see INC0045127. No further action.|Caller asked how to change the delivery window; pointed to the help page.|Line test passed: SNR 11.4 dB, attenuation 23 dB, sync 79998 kbit/s.|Duplicate of TICK-8841, closing.|Invoice 2026-004417 corrected, VAT 19 %.|Payment terms changed from 30 to 14 days by the procurement team.|Machine stopped at station 4, sensor 7 replaced, 45 minutes lost.")

# table, honest name, name that suggests something else, type, cell
COLUMNS = [
    ("bank.transactions", "transaction_id", "account_holder_ref", "VARCHAR", form("TX#############")),
    ("bank.transactions", "booked_at", "last_contact_ts", "TIMESTAMP_NTZ", when("%Y-%m-%d %H:%M:%S.000")),
    ("bank.transactions", "amount", "phone_charge", "NUMBER(12,2)", number(-4000, 4000)),
    ("bank.transactions", "merchant_name", "name", "VARCHAR", COMPANY),
    ("bank.transactions", "end_to_end_id", "client_contact", "VARCHAR", form("E2E-20261###-#########", "NOTPROVIDED")),
    ("bank.transactions", "rrn", "holder_rrn", "VARCHAR", form("6###########")),
    ("bank.transactions", "bic", "holder", "VARCHAR", words("NHLODEHHXXX|BRWTGB2L|KESFNL2A|ORPKUS33|TATRSKBX|CMSUESMM|HMVADEHH123")),
    ("bank.transactions", "card_masked", "card_number_display", "VARCHAR", form("411111******####", "**** **** **** ####", "5425 23** **** ####")),
    ("bank.transactions", "terminal_id", "personal_terminal", "VARCHAR", form("T#######", "########")),
    ("bank.transactions", "mcc", "postal", "NUMBER(38,0)", form("5411", "59##", "47##", "7##1")),
    ("bank.securities", "isin", "national_id_code", "VARCHAR", form("US##########", "DE000A######", "IE00B#######")),
    ("bank.securities", "cusip", "ssn_like", "VARCHAR", form("######10#", "#####@10#")),
    ("bank.securities", "lei", "tax_person", "VARCHAR", form("529900@@@@######@@##", "2138##@@@@##########")),
    ("bank.securities", "fund_name", "beneficiary", "VARCHAR", words("Global Equity Index A Acc|Nordic Small Cap R|US Treasury 7-10yr|Emerging Markets Debt Hedged EUR|St. James Balanced Fund|Lincoln Growth Portfolio|Emerald Income 2030")),
    ("bank.ledger", "gl_account", "party_ledger", "VARCHAR", form("####-###-###", "4#00-##-####")),
    ("bank.ledger", "sort_code", "birthdate_short", "VARCHAR", form("20-##-##", "40-##-##", "60-##-##")),
    ("bank.ledger", "cost_centre", "employee_group", "VARCHAR", form("CC-#####", "CC##.###")),
    ("bank.ledger", "branch_name", "surname_branch", "VARCHAR", words("Head Office|Airport Terminal 2|High Street South|City West|Harbour Quarter|Region North-East")),
    ("bank.ledger", "fx_rate", "contact_score", "FLOAT", number(0.5, 160, 6)),
    ("bank.ledger", "posting_text", "customer_notes", "VARCHAR", NOTE),
    ("hospital.encounters", "icd10", "patient_id_type", "VARCHAR", form("E11.#", "I25.1#", "J45.#0#", "M54.#", "S72.###A")),
    ("hospital.encounters", "diagnosis_text", "patient_comment", "VARCHAR", words("Parkinson disease, stage 2|Crohn's disease of small intestine|Type 2 diabetes mellitus|Fracture of neck of femur|Hodgkin lymphoma, nodular sclerosis|Essential hypertension|Asthma, moderate persistent|Alzheimer disease, early onset|Raynaud syndrome")),
    ("hospital.encounters", "cpt", "zip_area", "VARCHAR", form("99###", "7####", "270##")),
    ("hospital.encounters", "ward", "address_ward", "VARCHAR", words("ICU 2|Maternity B|Cardiology 4 West|Day Surgery|Emergency Dept.|Oncology, Building C, Level 3|Paediatrics")),
    ("hospital.encounters", "bed_code", "home_unit", "VARCHAR", form("4W-##A", "ICU2-##", "B3-###")),
    ("hospital.encounters", "admitted_at", "dob_check_ts", "TIMESTAMP_TZ", when("%Y-%m-%dT%H:%M:%S+01:00")),
    ("hospital.labs", "loinc", "ssn_suffix", "VARCHAR", form("####-#", "#####-#")),
    ("hospital.labs", "result_value", "age_value", "FLOAT", number(0.1, 300, 2)),
    ("hospital.labs", "analyte", "person_attribute", "VARCHAR", words("Haemoglobin A1c|Potassium|C-reactive protein|TSH|Ferritin|LDL cholesterol|Creatinine (Jaffe)|Vitamin B12|Widal test|Coombs test, direct")),
    ("hospital.labs", "accession_no", "card_no", "VARCHAR", form("26-######", "L26########")),
    ("hospital.labs", "study_uid", "national_number", "VARCHAR", form("1.2.840.113619.2.55.#.##########.###", "1.3.12.2.1107.5.2.##.#####")),
    ("hospital.pharmacy", "ndc", "telephone_order", "VARCHAR", form("#####-####-##", "####-####-##")),
    ("hospital.pharmacy", "drug", "given", "VARCHAR", words("Amoxicillin 500 mg caps|Metformin XR 1000 mg|Atorvastatin 20 mg|Insulin glargine 100 U/ml|Salbutamol inhaler|Paracetamol i.v. 1 g|Enoxaparin 40 mg/0.4 ml|Ringer's lactate 500 ml")),
    ("hospital.pharmacy", "dose_instructions", "address_line", "VARCHAR", words("1 tablet twice daily with food|2 puffs every 4 hours as needed|10 ml at night for 7 days|Apply thinly to the affected area|40 mg s.c. once daily at 18:00|5 drops, left ear, 3 times a day")),
    ("hospital.pharmacy", "lot_no", "patient_lot", "VARCHAR", form("AB####@", "LOT ######", "@#####")),
    ("hospital.pharmacy", "trial_no", "social_no", "VARCHAR", form("NCT0#######", "2026-50####-##-00")),
    ("hospital.pharmacy", "expiry", "patient_pack_date", "DATE", when("%Y-%m-%d")),
    ("shop.orders", "order_no", "client_order", "VARCHAR", form("2026########", "SO-########", "100#######")),
    ("shop.orders", "order_total", "contact_value", "NUMBER(12,2)", number(3, 2000)),
    ("shop.orders", "ean", "card", "VARCHAR", ean),
    ("shop.orders", "sku", "licence_plate", "VARCHAR", form("@@-#####-@", "@@@####", "###.###.##")),
    ("shop.orders", "product_name", "full_name", "VARCHAR", PRODUCT),
    ("shop.orders", "tracking_no", "iban_ref", "VARCHAR", form("1Z###@##03########", "RR#########DE", "00340434##########", "JJD0##############")),
    ("shop.orders", "coupon", "secret_code", "VARCHAR", words("WELCOME10|BLACKFRIDAY26|FREESHIP|SUMMER-SALE-20|VIP2026|THANKYOU5")),
    ("shop.orders", "isbn", "contact_isbn", "VARCHAR", form("978-3-####-####-#", "978-0-###-#####-#", "97814########")),
    ("shop.orders", "supplier", "owner", "VARCHAR", COMPANY),
    ("shop.orders", "bin_location", "street_no", "VARCHAR", form("A-##-##-#", "Aisle ## Bay #", "HRL ##/###")),
    ("shop.orders", "warehouse", "residence", "VARCHAR", words("DC Leipzig 2|Fulfilment Centre Tilburg|Cross-dock Lyon Sud|Returns Hub Poznań|Warehouse 14, Dock B|Dark Store Brixton")),
    ("shop.orders", "status", "first_status", "VARCHAR", words("PENDING|PAID|SHIPPED|RETURNED|CANCELLED|PARTIALLY_REFUNDED")),
    ("shop.orders", "cart", "customer_json", "VARIANT", order),
    ("shop.catalogue", "colour", "variant_name", "VARCHAR", words("Ruby|Navy|Olive|Jasmine|Amber|Sage|Charcoal|Ivory|Teal|Scarlet|Hazel")),
    ("shop.catalogue", "brand", "author", "VARCHAR", words("Fjellmark|Anker & Bell|Casa Lumo|Nordlys|Urban Peak|Maison Verte|Tiny Oaks|Steelhawk|Porter Lane")),
    ("shop.catalogue", "category_path", "location", "VARCHAR", words("Home > Kitchen > Pans|Women > Shoes > Boots|Garden > Tools|Electronics > Audio > Headphones|Toys > Board games")),
    ("shop.catalogue", "image_url", "profile_url", "VARCHAR", lambda rng: f"https://cdn.shopcore.net/p/{uniform(rng, HEX, 16)}/{rng.randrange(10**6)}_1200x1200.webp"),
    ("shop.catalogue", "dimensions", "address_dim", "VARCHAR", form("## x ## x ## cm", "###x##x## mm", '~" x ~"')),
    ("shop.catalogue", "slug", "username", "VARCHAR", lambda rng: PRODUCT(rng).lower().replace(" ", "-").replace(",", "") + f"-{rng.randrange(9999)}"),
    ("shop.catalogue", "part_no", "member_part", "VARCHAR", form("###-####-##", "@@####-##", "#@#.###.###.@")),
    ("shop.catalogue", "price_text", "pay_info", "VARCHAR", form("€ ##,##", "$#,###.00", "##.## GBP", "CHF 1'###.50", "¥##,###")),
    ("telco.sites", "site_name", "street_address", "VARCHAR", words("Hill Street North|Station Road Mast 2|Tower Bridge Rooftop|Kirchplatz Ost|Industrial Park West|Canal Bank South|Mill Lane Exchange|Königsallee Small Cell 4")),
    ("telco.sites", "latitude", "amount_lat", "FLOAT", number(36, 60, 6)),
    ("telco.sites", "coordinates", "phone_geo", "VARCHAR", lambda rng: f"{rng.uniform(36, 60):.5f}, {rng.uniform(-9, 24):.5f}"),
    ("telco.sites", "cell_id", "subscriber", "NUMBER(38,0)", form("262######", "1########", "~#######")),
    ("telco.sites", "plmn", "national_network", "VARCHAR", form("262-0#", "310-###", "208-1#")),
    ("telco.sites", "equipment_serial", "account_no", "VARCHAR", form("2102##########", "@@@##########", "SN-####-####-####")),
    ("telco.sites", "coverage", "home_area", "VARIANT", polygon),
    ("telco.network", "management_ip", "address", "VARCHAR", lambda rng: f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"),
    ("telco.network", "prefix", "mail_prefix", "VARCHAR", lambda rng: f"2001:db8:{uniform(rng, HEX, 4)}::/{rng.choice([48, 56, 64])}"),
    ("telco.network", "circuit_id", "telephone_circuit", "VARCHAR", form("##/@@@@/######/###/@@@", "OLT-##/1/#/##:#")),
    ("telco.network", "firmware", "phone_version", "VARCHAR", form("#.##.#", "v#.#.##-rc#", "##.#R#-S#.#", "20261###.##")),
    ("telco.network", "handset_model", "phone_model", "VARCHAR", words("Galaxy S25 Ultra|iPhone 17 Pro|Pixel 10a|Nokia 3310|Redmi Note 14|Xperia 1 VII|moto g85")),
    ("telco.network", "snmp_oid", "ip_person", "VARCHAR", form("1.3.6.1.4.1.####.#.#.##", "1.3.6.1.2.1.2.2.1.##.###")),
    ("telco.network", "telemetry", "user_blob", "VARIANT", telemetry),
    ("telco.network", "telemetry_text", "user_profile", "VARCHAR", telemetry),
    ("telco.network", "plan", "name_plan", "VARCHAR", words("Family Max 60 GB|Business Flex L|Prepaid 10|Fibre 1000|Student Unlimited|Red Plus Data")),
    ("hr.positions", "job_title", "employee_title", "VARCHAR", words("Senior Data Engineer|Head of Procurement|Warehouse Associate|Staff Nurse, Band 6|Chief of Staff|Baker|Mason|Key Account Manager EMEA|Carpenter|Legal Counsel")),
    ("hr.positions", "department", "family", "VARCHAR", words("Finance|People & Culture|Network Operations|Legal|Radiology|Store Operations|R&D")),
    ("hr.positions", "requisition", "id_card", "VARCHAR", form("REQ-2026-#####", "JR######")),
    ("hr.positions", "budget", "compensation_pool", "NUMBER(12,2)", number(20000, 900000, 2)),
    ("hr.positions", "legal_entity", "employer_name", "VARCHAR", COMPANY),
    ("hr.positions", "project", "home_street", "VARCHAR", words("Baker Street Refresh|Project Elm Street|Wall Street Pilot|Boulevard 2.0|Main Street Digitisation|Abbey Road Migration|Sunset Platform|Project Phoenix|Operation Blue Harbour")),
    ("hr.positions", "pay_period", "person_period", "VARCHAR", words("2026-01|2026-11|2026/12|Q1 2026|Q3 2026|KW 47/2026|FY26 P08")),
    ("hr.positions", "training", "spouse", "VARCHAR", words("Fire Safety Basics|GDPR Essentials|Forklift Licence|First Aid at Work|Leading Teams II|Anti-Money-Laundering 2026|Manual Handling")),
    ("logs.requests", "trace_id", "user_key", "VARCHAR", hexes(32)),
    ("logs.requests", "request_id", "idempotency_token", "VARCHAR", uuid),
    ("logs.requests", "path", "email_path", "VARCHAR", words("/api/v2/customers/search|/users/me/email/verify|/health|/orders/20268841/items|/static/js/main.9f3c2a1b.js|/v1/phones/validate|/graphql")),
    ("logs.requests", "user_agent", "user_name", "VARCHAR", words("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36|curl/8.5.0|okhttp/4.12.0|python-requests/2.32.3|Googlebot/2.1 (+http://www.google.com/bot.html)|Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15")),
    ("logs.requests", "epoch_ms", "mobile_ts", "NUMBER(38,0)", lambda rng: str(1780000000000 + rng.randrange(10**10))),
    ("logs.requests", "etag", "passwd_etag", "VARCHAR", lambda rng: f'W/"{uniform(rng, HEX, 6)}-{uniform(rng, URL, 27)}"'),
    ("logs.app", "message", "person_message", "VARCHAR", log_line),
    ("logs.app", "stacktrace", "comment", "VARCHAR", stack),
    ("logs.app", "statement", "personal_query", "VARCHAR", sql),
    ("logs.app", "pod", "host_contact", "VARCHAR", lambda rng: f"{rng.choice(['checkout', 'ledger', 'ingest'])}-{uniform(rng, HEX, 10)}-{uniform(rng, LOWER, 5)}"),
    ("logs.app", "image", "picture", "VARCHAR", lambda rng: f"registry.internal/shopcore/api@sha256:{uniform(rng, HEX, 64)}"),
    ("logs.app", "git_sha", "author_rev", "VARCHAR", hexes(40)),
    ("logs.app", "checksum", "person_digest", "VARCHAR", hexes(64, "sha256:")),
    ("logs.app", "package", "mail_package", "VARCHAR", lambda rng: rng.choice(["@angular/core@", "@types/node@", "lodash@", "org.apache.kafka:kafka-clients:"]) + digits(rng, "#.##.#")),
    ("logs.app", "arn", "private_ref", "VARCHAR", lambda rng: f"arn:aws:s3:::shopcore-landing-{uniform(rng, LOWER, 6)}/dt=2026-11-{rng.randrange(10, 29)}"),
    ("logs.app", "query_id", "user_session_query", "VARCHAR", lambda rng: f"01b{uniform(rng, HEX, 5)}-0{uniform(rng, HEX, 3)}-{uniform(rng, HEX, 4)}-0000-{uniform(rng, HEX, 12)}"),
    ("logs.app", "secret_ref", "password_source", "VARCHAR", words("${DB_PASSWORD}|vault:kv/data/billing#password|arn:aws:secretsmanager:eu-west-1:000000000000:secret:ledger|****|{{ .Values.db.passwordRef }}|projects/core/secrets/etl/versions/4")),
    ("logs.app", "public_key", "key_material", "VARCHAR", certificate),
    ("logs.app", "thumbnail", "portrait", "VARCHAR", lambda rng: "data:image/png;base64,iVBORw0KGgo" + base64.b64encode(uniform(rng, WORD, 90).encode()).decode()),
    ("logs.app", "feature_flags", "contact_rules", "VARIANT", config),
    ("logs.app", "cron", "birth_cycle", "VARCHAR", words("0 3 * * *|*/15 * * * *|0 0 1 1 *|30 6 * * 1-5|@daily|5 4 * * sun")),
    ("support.tickets", "ticket_no", "telephone", "VARCHAR", form("INC00#####", "CS-2026-######", "TICK-####")),
    ("support.tickets", "category", "salutation", "VARCHAR", words("Billing|Delivery delay|Broken on arrival|Account locked|How to|Cancellation")),
    ("support.tickets", "internal_note", "customer_text", "VARCHAR", NOTE),
    ("support.tickets", "canned_reply", "email_body", "VARCHAR", words("Hello, thank you for getting in touch. We have received your request and will answer within two working days.|Your refund was issued to the original payment method. It may take 5-10 days.|Please restart the router, wait 60 seconds and try again.|Guten Tag, vielen Dank für Ihre Anfrage. Wir melden uns in Kürze.")),
    ("support.tickets", "article_title", "person_title", "VARCHAR", words("How to reset your password|Change your delivery address|Where do I find my IBAN?|Setting up e-mail on Android|Opening hours over Christmas|Understanding your first bill")),
    ("support.tickets", "sla_due", "contact_due", "TIMESTAMP_NTZ", when("%Y-%m-%d %H:%M:%S")),
    ("support.tickets", "queue", "agent_surname", "VARCHAR", words("tier1-de|tier2-network|payments|vip|social-media|returns-uk")),
    ("events.stream", "event_name", "contact_event", "VARCHAR", words("email_opened|phone_verified|page_view|add_to_cart|address_form_shown|password_reset_requested|checkout_started")),
    ("events.stream", "event_id", "card_token", "VARCHAR", uuid),
    ("events.stream", "campaign", "campaign_name", "VARCHAR", words("spring_sale_2026|brand-de-generic|mothers-day|newsletter_kw47|retargeting_v2|st_patricks_day")),
    ("events.stream", "page_title", "customer_title", "VARCHAR", words("Checkout | Shopcore|Your basket (3)|Ladies' shoes - size 39|Account overview|Store finder: Hamburg, Altona|Jobs at Brightwater".replace(" | ", " · "))),
    ("events.stream", "referrer", "mail_source", "VARCHAR", lambda rng: rng.choice(["https://www.google.com/", "https://news.example.net/a/", "android-app://com.shopcore/"]) + f"?utm_source=mail&utm_id={rng.randrange(10**6)}"),
    ("events.stream", "time_zone", "birthplace", "VARCHAR", words("Europe/Berlin|America/Los_Angeles|Asia/Kolkata|Africa/Johannesburg|America/Argentina/Buenos_Aires|Pacific/Auckland")),
    ("events.stream", "store_city", "place_name", "VARCHAR", words("San Jose|Victoria|Florence|Paris|Houston|Lincoln|Santiago|Sydney|Adelaide|Charlotte")),
    ("events.stream", "month", "month_name", "VARCHAR", words("JANUARY|APRIL|MAY|JUNE|AUGUST|OCTOBER")),
    ("events.stream", "payload", "profile", "VARCHAR", order),
    ("events.stream", "offset", "position", "NUMBER(38,0)", form("~########")),
    ("events.stream", "gateway_sequence", "pan_seq", "VARCHAR", lambda rng: (lambda text: text[:-1] + str((int(text[-1]) + rng.randrange(1, 10)) % 10))(luhn(digits(rng, "2026##########1")))),
]
