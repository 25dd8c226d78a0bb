"""The thirteenth exam: whether its numbers are valid, its labels cover what they say, and its look-alikes are none by chance.

Enters: what `generate.py` makes of two seeds. Leaves: pass or fail. Never here: detectors.

    python3 -m unittest discover -s tests/exams/pii_thirteenth
"""

import collections
import datetime
import hashlib
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
import engine  # noqa: E402
import generate  # noqa: E402
import guard  # noqa: E402
import keys  # noqa: E402
import papers  # noqa: E402
import people  # noqa: E402
import things  # noqa: E402

# Numbers that authorities and textbooks print as examples.
SPECIMENS = {
    "pesel": "44051401359", "cpf": "111.444.777-35", "fiscale": "RSSMRA85T10A562S", "dni": "12345678Z", "nir": "2 55 08 14 168 025 38", "tckn": "10000000146", "aadhaar": "2341 2341 2346", "hetu": "131052-308T", "isikukood": "37605030299",
    "ric": "11010519491231002X", "bsn": "111222333", "oib": "69435151530", "egn": "7523169263", "za": "8001015009087", "twid": "A123456789", "nric": "S1234567D", "curp": "HEGG560427MVZRRL04", "nhs": "943 476 5919", "jmbg": "0101006500006",
    "ahv": "756.9217.0769.85", "svnr": "1237 010180", "steuerid": "86095742719", "nn_be": "85.07.30-033.28", "kennitala": "120174-3399", "ppsn": "1234567T", "tfn": "876543210", "hkid": "A123456(3)", "mynumber": "1234 5678 9018", "personnummer": "640823-3234",
    "kvnr": "A123456780", "cuil": "20-12345678-6", "rut": "12.345.678-5", "iban": "GB82 WEST 1234 5698 7654 32", "pan": "4111 1111 1111 1111", "ssn": "078-05-1120", "kods": "161175-19997", "rc": "736028/5163",
}
FORMS = {
    "email": re.compile(r"[\w.+-]+(?:@|%40|\\u0040|&#64;)[\w-]+(?:\.[\w-]+)+"), "phone": re.compile(r"(?=(?:\D*\d){7})[+(]?[\d(][\d ()./-]+\d|%2B\d{8,}"), "dob": re.compile(r".*\d.*"), "person": re.compile(r"[^\d@]{2,}"), "address": re.compile(r".{4,}", re.S), "secret": re.compile(r".{4,}", re.S),
    "national_id": re.compile(r"(?=.*\d)[\w./() <-]+", re.S), "health_id": re.compile(r"(?=.*\d.*\d.*\d)[\w -]+"),
}


class Source:
    def __init__(self, r):
        self.r = r

    def draw(self, name):
        return generate.more(self, *name.partition(".")[::2])


def exam(seed):
    return [(table, known, rows) for table, columns in generate.build(seed) for known, rows in columns]


def lines(folder, name):
    return [json.loads(line) for line in (pathlib.Path(folder) / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


class Papers(unittest.TestCase):
    def test_specimens_are_valid(self):
        for name, text in SPECIMENS.items():
            self.assertTrue(papers.valid(name, text), name)

    def test_a_wrong_digit_is_seen(self):
        for name, text in SPECIMENS.items():
            if name == "ssn":
                continue
            at = max(place for place, sign in enumerate(text[:-1]) if sign.isdigit())
            wrong = sum(papers.valid(name, text[:at] + other + text[at + 1:]) for other in "0123456789" if other != text[at])
            self.assertLessEqual(wrong, 1, name)

    def test_made_numbers_are_valid(self):
        r = random.Random(3)
        as_check = {"cpf_bare": "cpf", "emso": "jmbg"}
        for country in people.WORDS:
            for _ in range(6):
                who = people.Person(r, country)
                for name in [*papers.CHECKED, "svnr", "nn_be", "rc", "ssn", "cpf_bare", "emso"]:
                    text = papers.make(name, r, who)
                    text = text[:-1] if name == "medicare_au" else text
                    self.assertTrue(papers.valid(as_check.get(name, name), text), (name, text))

    def test_cards_and_accounts(self):
        r = random.Random(4)
        for brand, (prefixes, size, groups) in papers.CARDS.items():
            text, _ = papers.pan(r, brand)
            self.assertTrue(papers.is_luhn(text) and len(text) == size == sum(groups) and text.startswith(prefixes), brand)
            self.assertTrue(papers.valid("pan", text), brand)
        for country in papers.IBAN:
            self.assertTrue(papers.valid("iban", papers.iban(r, country)), country)

    def test_passports_lines(self):
        r = random.Random(5)
        for _ in range(50):
            first, second = papers.make("mrz", r, people.Person(r, "lt")).split("\n")
            self.assertEqual((len(first), len(second)), (44, 44))
            for start, end in ((0, 9), (13, 19), (21, 27)):
                self.assertEqual(papers.mrz(second[start:end]), second[end])
            self.assertEqual(papers.mrz(second[:10] + second[13:20] + second[21:43]), second[43])

    def test_goods_have_their_check_digits(self):
        r = random.Random(6)
        self.assertTrue(all(papers.ean(re.sub(r"\D", "", text)[:-1]) == text[-1] for text in (things.isbn13(r) for _ in range(40))))
        for _ in range(40):
            self.assertEqual(len(things.vin(r)), 17)
            self.assertRegex(things.container(r).replace(" ", ""), r"^[A-Z]{3}U\d{7}$")
            self.assertEqual(papers.mod97(things.lei(r)), 1)


class Keys(unittest.TestCase):
    def test_every_kind_has_one_secret(self):
        source = Source(random.Random(7))
        for kind in keys.KEYS:
            pieces = keys.draw(source, kind)
            labelled = [part for part, label in pieces if label]
            self.assertTrue(labelled, kind)
            self.assertTrue(all(label is None or label == ("secret", kind) for _, label in pieces), kind)
            self.assertFalse(any(mark in "".join(part for part, _ in pieces) for mark in "⟦⟧·"), kind)
            self.assertNotRegex("".join(part for part, _ in pieces), r"\{k_|%[dnxbB]\d", kind)

    def test_sources_hold_nothing_that_looks_live(self):
        live = re.compile("gh" + r"[pousr]_\w{30}|" + "AK" + r"IA[A-Z2-7]{16}|sk_" + r"live_\w{16}|xox" + r"[bp]-\d{8}|BEGIN [A-Z ]*PRIV" + r"ATE KEY|AI" + r"za[\w-]{30}|eyJ[\w-]{20,}\.eyJ")
        for path in [*HERE.glob("*.py"), *HERE.glob("*/*.txt"), *HERE.glob("*.md")]:
            self.assertIsNone(live.search(path.read_text(encoding="utf-8")), path.name)

    def test_kinds(self):
        self.assertGreaterEqual(len(keys.KEYS), 200)


class Cells(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.made = {seed: exam(seed) for seed in ("7", "8")}

    def each(self):
        for made in self.made.values():
            for table, known, rows in made:
                for row, drawn in enumerate(rows):
                    if drawn:
                        yield known, row, drawn[0], drawn[1]

    def test_what_was_promised_is_there(self):
        for made in self.made.values():
            columns = [known for _, known, _ in made]
            self.assertTrue(60 <= len({known["table"] for known in columns}) <= 75)
            self.assertGreaterEqual(sum(known["kind"] != "plain" for known in columns), 590)
            self.assertGreaterEqual(sum(known["kind"] == "plain" for known in columns), 590)
            self.assertGreaterEqual(sum(known["kind"] != "plain" and known["type"] == "VARIANT" for known in columns), 60)
            self.assertGreaterEqual(len({known["lang"] for known in columns}), 25)
            self.assertEqual(len({known["column"] for known in columns}), len(columns))
            self.assertEqual(len({(known["table"], known["name"]) for known in columns}), len(columns))
            kinds = {span[1] for _, _, rows in made for drawn in rows if drawn for span in drawn[1] if span[0] == "secret"}
            self.assertGreaterEqual(len(kinds), 200)
            dialled = {span[1] for _, _, rows in made for drawn in rows if drawn for span in drawn[1] if span[0] == "phone"}
            self.assertGreaterEqual(len(dialled), 30)
            inside = {span[0] for _, known, rows in made if known["type"] == "VARIANT" for drawn in rows if drawn for span in drawn[1]}
            self.assertEqual(inside, {"email", "phone", "dob", "person", "address", "secret", "national_id", "health_id", "ssn", "iban", "pan"})

    def test_labels_cover_what_they_say(self):
        for known, row, text, spans in self.each():
            last = 0
            for name, kind, start, end in spans:
                part = text[start:end]
                self.assertTrue(last <= start < end <= len(text), (known, row, text))
                last = end
                self.assertTrue(part == part.strip() or kind in ("name", "mnemonic12"), (known["name"], part))
                if name in FORMS:
                    if name == "person" and kind == "mrz":
                        continue
                    self.assertRegex(json.loads(f'"{part}"') if known["type"] == "VARIANT" and "\\u" in part and name == "person" else part, re.compile(FORMS[name].pattern, re.S), (known["name"], name, part))
                if name in ("pan", "iban", "ssn"):
                    self.assertTrue(papers.valid(name, part), (known["name"], part))
                if kind in papers.CHECKED and name in ("national_id", "health_id"):
                    plain = part[:-1] if kind == "medicare_au" else part
                    self.assertTrue(papers.valid(kind, plain), (known["name"], part))

    def test_documents_are_json(self):
        for known, row, text, spans in self.each():
            if known["type"] == "VARIANT":
                json.loads(text)

    def test_look_alikes_are_none(self):
        for known, row, text, spans in self.each():
            if known["kind"] == "plain":
                self.assertFalse(spans)
                self.assertEqual(guard.instance(text), "", (known["name"], text))

    def test_nothing_is_left_unlabelled(self):
        """Of what says by itself what it is, nothing stands outside of labels."""
        for known, row, text, spans in self.each():
            rest = list(text)
            for _, _, start, end in spans:
                rest[start:end] = "\0" * (end - start)
            rest = "".join(rest)
            self.assertNotRegex(rest, r"[a-z]@[a-z][\w-]*\.[a-z]", (known["name"], text))
            self.assertNotRegex(rest, r"\beyJ[\w-]{8,}\.[\w-]+\.", (known["name"], text))
            for found in guard.SSN.findall(rest):
                self.assertFalse(papers.valid("ssn", found), (known["name"], text))
            for found in guard.IBAN.findall(rest):
                self.assertFalse(papers.valid("iban", found), (known["name"], text))

    def test_names_of_a_rows_people_are_labelled(self):
        for known, row, text, spans in self.each():
            names = {text[start:end] for name, kind, start, end in spans if name == "person" and kind == "name"}
            for one in names:
                places = [found.start() for found in re.finditer(re.escape(one), text)]
                self.assertTrue(all(any(start <= place < end for _, _, start, end in spans) for place in places), (known["name"], text))

    def test_each_column_has_enough(self):
        for made in self.made.values():
            for _, known, rows in made:
                full = [drawn for drawn in rows if drawn]
                self.assertTrue(10 <= len(full) <= 40, known)
                if known["kind"] != "plain":
                    self.assertGreaterEqual(sum(bool(drawn[1]) for drawn in full), 0.15 * len(full), known)

    def test_birthdays_are_days(self):
        for known, row, text, spans in self.each():
            for name, kind, start, end in spans:
                if name == "dob" and re.fullmatch(r"\d{4}-\d\d-\d\d", text[start:end]):
                    self.assertLess(datetime.date.fromisoformat(text[start:end]).year, 2008)


class Files(unittest.TestCase):
    def test_same_seed_same_bytes_and_bytes_of_labels(self):
        sums = []
        for _ in range(2):
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run([sys.executable, str(HERE / "generate.py"), "21", folder], check=True, capture_output=True)
                files = sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file())
                sums.append([(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files])
                cells = {cell["id"]: cell["text"].encode() for cell in lines(folder, "cells")}
                for label in lines(folder, "labels"):
                    cells[f"{label['column']}/{label['row']}"][label["start"]:label["end"]].decode()
                order = [cell.rpartition("/")[0] for cell in cells]
                runs = collections.Counter(name for at, name in enumerate(order) if at == 0 or order[at - 1] != name)
                self.assertEqual(set(runs.values()), {1})
                empty = pathlib.Path(folder) / "none.jsonl"
                empty.write_text("")
                done = subprocess.run([sys.executable, str(HERE.parent / "pii" / "score.py"), folder, str(empty)], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)
                whole = pathlib.Path(folder) / "all.jsonl"
                names = {"pan": "PAN", "dob": "DOB", "national_id": "NATIONAL_ID", "health_id": "HEALTH_ID"}
                with open(whole, "w", encoding="utf-8") as file:
                    for label in lines(folder, "labels"):
                        file.write(json.dumps({"column": label["column"], "row": label["row"], "class": names.get(label["class"], label["class"].upper()), "start": label["start"], "end": label["end"]}) + "\n")
                done = subprocess.run([sys.executable, str(HERE.parent / "pii" / "score.py"), folder, str(whole), "--floors"], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertIn("precision 1.000, recall 1.000", done.stdout)
        self.assertEqual(*sums)

    def test_templates_say_what_they_mean(self):
        class Echo:
            r = random.Random(1)

            def draw(self, name):
                return [(name, ("person", "name"))]
        text, spans = engine.join(engine.render("a {x} ⟦%d3⟧", Echo(), "k"))
        self.assertRegex(text, r"^a x \d{3}$")
        self.assertEqual(spans, [("person", "name", 2, 3), ("secret", "k", 4, 7)])


if __name__ == "__main__":
    unittest.main()
