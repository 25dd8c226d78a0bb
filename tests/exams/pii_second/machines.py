"""More columns that hold nothing of a person: what machines, stores and ledgers write.

Enters: a random source. Leaves: columns as `lookalikes.COLUMNS`. Never here: a mark.
"""

import json

from codes import uniform
from lookalikes import COMPANY, fill, form, hexes, log_line, number, uuid, when, words
from tokens import HEX, LOWER, WORD


def vin(rng):
    return "WVW" + fill(rng, "@@@###@@") + fill(rng, "######")


def span(rng):
    return json.dumps({"traceId": uniform(rng, HEX, 32), "spanId": uniform(rng, HEX, 16), "name": rng.choice(["HTTP GET /customers/{id}", "SELECT contacts", "kafka.produce"]), "startTimeUnixNano": str(1780000000000000000 + rng.randrange(10**15)),
                       "attributes": {"http.status_code": rng.choice([200, 404, 500]), "net.peer.name": rng.choice(["db-7", "cache01"]), "thread.name": f"pool-{rng.randrange(9)}-thread-{rng.randrange(40)}"}})


def sensor(rng):
    return json.dumps({"sensor": fill(rng, "TMP-####"), "unit": "C", "values": [round(rng.uniform(-20, 90), 1) for _ in range(4)], "loc": {"line": rng.randrange(9), "hall": rng.choice("ABC")}, "at": rng.randrange(1780000000, 1796000000)})


def build(rng):
    return json.dumps({"pipeline": rng.randrange(10**6), "ref": rng.choice(["refs/heads/main", "refs/tags/v4.11.2"]), "sha": uniform(rng, HEX, 40), "steps": [{"name": "unit", "ms": rng.randrange(10**5)}, {"name": "deploy", "ms": rng.randrange(10**5)}]})


COLUMNS = [
    ("plant.machines", "vin", "owner_code", "VARCHAR", vin),
    ("plant.machines", "asset_tag", "holder_tag", "VARCHAR", form("AT-#####", "PLT-##-####", "@@@-####-@")),
    ("plant.machines", "torque", "weight_person", "FLOAT", number(0.4, 420, 3)),
    ("plant.machines", "batch_no", "birth_batch", "VARCHAR", form("20260###-@", "26###@##", "B-2026-####")),
    ("plant.machines", "drawing_no", "contact_drawing", "VARCHAR", form("A##.###.##.##-#", "DWG-#####-REV-@", "##-##-####-###")),
    ("plant.machines", "sensor_doc", "person_doc", "VARIANT", sensor),
    ("plant.machines", "alarm_text", "complaint", "VARCHAR", words("Spindle overload, axis X|Door open during cycle|Coolant below minimum|Emergency stop pressed at station 4|Vision check failed, 3 retries|Encoder lost reference|Hydraulic pressure 184 bar above limit 180")),
    ("plant.machines", "material", "maiden", "VARCHAR", words("Steel S355J2|Alu 6061-T6|PA66 GF30|Brass CW614N|EPDM 70 Shore|Stainless 1.4301|Titan Grade 5")),
    ("plant.machines", "shift_code", "initials", "VARCHAR", words("A1|B2|N3|EARLY|LATE|NIGHT|W/E")),
    ("plant.shipments", "container_no", "passport_like", "VARCHAR", form("MSKU######-#", "TGHU#######", "CMAU ###### #")),
    ("plant.shipments", "awb", "party_ref", "VARCHAR", form("020-########", "157-#### ####")),
    ("plant.shipments", "hs_code", "zip_hs", "VARCHAR", form("8471.30.00", "####.##", "####.##.####")),
    ("plant.shipments", "incoterm_place", "mailing_place", "VARCHAR", words("FCA Hamburg|DAP Rotterdam|EXW Torino|CIF Port Klang|DDP Gothenburg|FOB Ningbo")),
    ("plant.shipments", "vessel", "captain", "VARCHAR", words("MV Northern Light|Baltic Trader|MSC Aurora|Ocean Pioneer 7|Coral Bay|Sea Falcon|Stella Maris")),
    ("plant.shipments", "carrier", "person_carrier", "VARCHAR", COMPANY),
    ("plant.shipments", "eta", "born_ts", "TIMESTAMP_NTZ", when("%Y-%m-%d %H:%M")),
    ("plant.shipments", "gross_kg", "telephone_weight", "NUMBER(12,2)", number(10, 29000)),
    ("plant.shipments", "customs_mrn", "patient_mrn", "VARCHAR", form("26DE################@#", "26NL################@#")),
    ("logs.traces", "span", "user_span", "VARIANT", span),
    ("logs.traces", "span_text", "user_json", "VARCHAR", span),
    ("logs.traces", "span_id", "caller_key", "VARCHAR", hexes(16)),
    ("logs.traces", "worker", "employee", "VARCHAR", lambda rng: f"{rng.choice(['thor', 'odin', 'apollo', 'saturn'])}-{rng.randrange(1, 40):02}.{rng.choice(['fra1', 'ams3'])}.internal"),
    ("logs.traces", "duration_ns", "mobile_ns", "NUMBER(38,0)", form("~####", "~######", "~#######")),
    ("logs.traces", "metric", "person_metric", "VARCHAR", words("http_server_duration_seconds_bucket|kafka_consumer_lag|jvm_gc_pause_ms|email_queue_depth|users_active_total|node_cpu_seconds_total")),
    ("logs.traces", "line", "remarks", "VARCHAR", log_line),
    ("logs.ci", "build_doc", "author_doc", "VARIANT", build),
    ("logs.ci", "commit_title", "author_words", "VARCHAR", words("Fix overflow in fee rounding|Bump jackson to 2.18.1|Add index on customers(email)|Revert \"Use UTC in SLA job\"|Rename phone column to msisdn|Release 4.11.2|Drop unused address table")),
    ("logs.ci", "branch", "personal_branch", "VARCHAR", lambda rng: rng.choice(["feature/", "fix/", "release/"]) + rng.choice(["phone-validation", "iban-check", "new-checkout", "4.11"]) + f"-{rng.randrange(9999)}"),
    ("logs.ci", "remote", "mail_remote", "VARCHAR", lambda rng: f"git@git.shopcore.net:{rng.choice(['platform', 'data', 'web'])}/{rng.choice(['ledger', 'checkout', 'etl'])}.git"),
    ("logs.ci", "artifact", "person_artifact", "VARCHAR", lambda rng: f"ledger-core-{fill(rng, '#.##.#')}-{uniform(rng, HEX, 8)}.tar.gz"),
    ("logs.ci", "lock_integrity", "login_integrity", "VARCHAR", lambda rng: f"sha512-{uniform(rng, WORD + '+/', 86)}=="),
    ("logs.ci", "run_no", "member_run", "NUMBER(38,0)", form("~####", "~#####")),
    ("logs.ci", "fingerprint", "fingerprint_hex", "VARCHAR", lambda rng: ":".join(uniform(rng, HEX.upper(), 2) for _ in range(20))),
    ("finance.invoices", "invoice_no", "billing_contact", "VARCHAR", form("2026-0#####", "RE-2026-#####", "INV/26/####")),
    ("finance.invoices", "company_vat", "tax_holder", "VARCHAR", form("DE#########", "FR##~########", "GB###~#####", "ATU########")),
    ("finance.invoices", "purchase_order", "phone_po", "VARCHAR", form("PO-45########", "P0######-#")),
    ("finance.invoices", "line_text", "customer_line", "VARCHAR", words("Consulting November 2026, 12 days|Licence renewal, 250 seats|Freight Hamburg-Oslo, 2 pallets|Cloud hosting, region eu-central-1|Cleaning services, Building C|Discount 3 % within 14 days")),
    ("finance.invoices", "net_amount", "party_value", "NUMBER(12,2)", number(10, 90000)),
    ("finance.invoices", "due_on", "birthday_due", "DATE", when("%Y-%m-%d")),
    ("finance.invoices", "issued", "name_day", "VARCHAR", when("%d.%m.%Y")),
    ("finance.invoices", "document_hash", "identity_hash", "VARCHAR", hexes(64)),
    ("finance.invoices", "trade_register", "national_register", "VARCHAR", form("HRB 1#####", "HRA ####", "RCS Lyon 4## ### ###")),
    ("shop.assortment", "recipe", "cook", "VARCHAR", words("Pasta alla Norma|Caesar salad|Peach Melba|Crêpe Suzette|Eggs Benedict|Beef Wellington|Sachertorte|Margherita 32 cm")),
    ("shop.assortment", "book_title", "writer", "VARCHAR", words("The Lighthouse Garden|Introduction to Algorithms, 4th ed.|A Short History of Salt|Cooking with Fire|Der kleine Wetterfrosch|Winter Roads|SQL for Everyone")),
    ("shop.assortment", "game_title", "player", "VARCHAR", words("Farm Empire 4|Chess Deluxe|Dragon Valley: Remastered|Night Racer|Puzzle Planet|Word Storm")),
    ("shop.assortment", "store_hours", "phone_hours", "VARCHAR", words("Mo-Fr 09:00-18:30|Mo-Sa 08-20|24/7|Su closed|10:00-22:00 daily")),
    ("shop.assortment", "promotion_id", "person_promo", "VARCHAR", uuid),
    ("shop.assortment", "shelf_label", "addressee", "VARCHAR", lambda rng: f"{rng.choice('ABCDEF')}{rng.randrange(1, 30)}/{uniform(rng, LOWER, 3).upper()}"),
    ("shop.assortment", "nutrition", "health_text", "VARCHAR", form("Energy ### kJ / ## kcal; fat #.# g; salt 0.## g", "per 100 g: protein ##.# g, sugar #.# g")),
    ("shop.assortment", "grid_point", "personal_point", "VARCHAR", lambda rng: f"32U {rng.choice(['MV', 'ME', 'ND'])} {fill(rng, '##### #####')}"),
]
