"""Proves that the exam can be made, failed and passed, and that its labels are right.

Enters: the folder's tables and words. Leaves: verdicts of unittest; it writes only below a temporary folder.
"""

import base64
import datetime
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
for _name in ("generate", "template", "people", "money", "papers", "far_papers", "new_papers", "keys", "plain"):
    sys.modules.pop(_name, None)  # other exams have modules of these names
import far_papers, generate, keys, money, papers, people, plain, template  # noqa: E401,E402

SCORE = HERE.parent / "pii" / "score.py"
COUNTS = {"columns": 1362, "tables": 68, "plain": 642, "sensitive": 720, "secrets": 214, "papers": 86}


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def luhn_ok(text):
    return sum(int(one) if at % 2 == 0 else int("0246813579"[int(one)]) for at, one in enumerate(reversed(text))) % 10 == 0


def dot(text, weights):
    return sum(int(one) * weight for one, weight in zip(text, weights))


CHECKS = {  # computed a second time, from the digits that stand in the cell
    "cpf": lambda t: dot(t, range(1, 10)) % 11 % 10 == int(t[9]) and dot(t, range(0, 10)) % 11 % 10 == int(t[10]),
    "bsn": lambda t: dot(t, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0,
    "pesel": lambda t: dot(t, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0,
    "nir": lambda t: (int(t[:13]) + int(t[13:])) % 97 == 0,
    "cnp": lambda t: dot(t, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11 % 10 == int(t[12]) or (dot(t, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11 == 10 and t[12] == "1"),
    "egn": lambda t: dot(t, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == int(t[9]),
    "amka": luhn_ok, "sin": luhn_ok, "sin_bare": luhn_ok, "za_id": luhn_ok, "emirates_id": luhn_ok, "personnummer": lambda t: luhn_ok(t[2:]),
    "tckn": lambda t: (dot(t, (7, -1, 7, -1, 7, -1, 7, -1, 7)) - int(t[9])) % 10 == 0 and sum(map(int, t[:10])) % 10 == int(t[10]),
    "ahv": lambda t: dot(t, (1, 3) * 6 + (1,)) % 10 == 0,
    "tfn": lambda t: dot(t, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0,
    "fodselsnummer": lambda t: dot(t, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0 and dot(t, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0,
    "cuil": lambda t: dot(t, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0,
    "nhs": lambda t: dot(t, (10, 9, 8, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0,
    "npi": lambda t: luhn_ok("80840" + t),
    "rodne_cislo": lambda t: len(t) == 9 or int(t) % 11 == 0,
    "afm": lambda t: dot(t, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10 == int(t[8]),
    "citizen_th": lambda t: (11 - dot(t, range(13, 1, -1)) % 11) % 10 == int(t[12]),
    "taj": lambda t: dot(t, (3, 7) * 4) % 10 == int(t[8]),
    "emso": lambda t: dot(t, (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0,
    "aadhaar": lambda t: far_papers.verhoeff(t) == 0,
    "teudat_zehut": luhn_ok, "nif_pt": lambda t: dot(t, (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0 or t[8] == "0",
    "rrn": lambda t: (11 - dot(t, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10 == int(t[12]),
    "rnokpp": lambda t: dot(t, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10 == int(t[9]),
    "svnr": lambda t: dot(t, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)) % 11 == int(t[3]),
}
SAMPLES = {"cpf": "11144477735", "bsn": "111222333", "pesel": "44051401359", "nir": "255081416802538", "cnp": "1630615123457", "tckn": "10000000146", "ahv": "7569217076985", "tfn": "876543210", "nhs": "9434765919",
           "npi": "1234567893", "rodne_cislo": "7103192745", "citizen_th": "3100600445635", "emso": "0101006500006", "aadhaar": "234123412346", "nif_pt": "123456789", "rnokpp": "1759013776", "svnr": "1237010180",
           "amka": "01013099997", "afm": "094259216", "fodselsnummer": "15108695088", "egn": "7523169263", "personnummer": "198112289874", "cuil": "20055361682"}


class Exam(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name) / "one"
        generate.make("11", cls.folder)
        cls.cells = {(cell["id"].rpartition("/")[0], int(cell["id"].rpartition("/")[2])): cell for cell in lines(cls.folder / "cells.jsonl")}
        cls.labels, cls.columns = lines(cls.folder / "labels.jsonl"), {one["column"]: one for one in lines(cls.folder / "columns.jsonl")}

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def values(self):
        for label in self.labels:
            text = self.cells[label["column"], label["row"]]["text"].encode()
            yield label, text[label["start"]:label["end"]].decode()

    def test_same_seed_same_bytes_and_another_seed_other_values_of_the_same_columns(self):
        for seed, name in (("11", "two"), ("12", "three")):
            generate.make(seed, self.folder.parent / name)
        read = lambda name, file: (self.folder.parent / name / file).read_bytes()  # noqa: E731
        for file in ("cells.jsonl", "labels.jsonl", "columns.jsonl", "tables/orbit_users.csv"):
            self.assertEqual(read("one", file), read("two", file))
        self.assertEqual(read("one", "columns.jsonl"), read("three", "columns.jsonl"))
        self.assertNotEqual(read("one", "cells.jsonl"), read("three", "cells.jsonl"))

    def test_counts_are_those_of_the_readme(self):
        plain_ = sum(one["kind"] == "plain" for one in self.columns.values())
        found = {"columns": len(self.columns), "tables": len({name.split(".")[0] for name in self.columns}), "plain": plain_, "sensitive": len(self.columns) - plain_,
                 "secrets": len({label["kind"] for label in self.labels if label["class"] == "secret"}),
                 "papers": len({label["kind"] for label in self.labels if label["class"] in ("national_id", "ssn", "health_id")})}
        self.assertEqual(found, COUNTS)
        readme = (HERE / "README.md").read_text(encoding="utf-8")
        for number in (*COUNTS.values(), len(self.cells), len(self.labels)):
            self.assertIn(f"{number:,}", readme)

    def test_labels_stand_on_their_values(self):
        last = {}
        for label, value in self.values():
            at = label["column"], label["row"]
            self.assertTrue(value.strip() == value or label["kind"].startswith("pem"), (label, value))
            self.assertGreaterEqual(label["start"], last.get(at, 0), label)
            last[at] = label["end"]
            shape = {"email": r".+(@|%40).+\..+", "phone": r"\+?[\d ()/.-]+( ext\. \d+)?", "pan": r"[\d -]{14,23}", "iban": r"[A-Z]{2}\d{2}[A-Z0-9 ]+", "dob": r".*\d.*"}.get(label["class"])
            if shape:
                self.assertRegex(value, f"^{shape}$")

    def test_columns_with_something_have_labels_and_look_alikes_have_none(self):
        labelled = {label["column"] for label in self.labels}
        for name, column in self.columns.items():
            self.assertEqual(name in labelled, column["kind"] != "plain", name)
            if column["place"] == "cell" and column["kind"] != "plain":
                rows = [row for at, row in self.cells if at == name]
                self.assertEqual(set(rows), {label["row"] for label in self.labels if label["column"] == name}, name)

    def test_no_template_is_left_and_documents_are_json(self):
        for at, cell in self.cells.items():
            self.assertIsNone(template.SLOT.search(cell["text"]), at)
            if cell["type"] == "VARIANT":
                json.loads(cell["text"])

    def test_cards_and_ibans_have_their_check_digits(self):
        for label, value in self.values():
            if label["class"] == "pan":
                self.assertTrue(luhn_ok(re.sub(r"\D", "", value)), value)
            if label["class"] == "iban":
                tight = value.replace(" ", "")
                self.assertEqual(int("".join(str(int(one, 36)) for one in tight[4:] + tight[:4])) % 97, 1, value)

    def test_documents_have_their_check_digits(self):
        seen = set()
        for label, value in self.values():
            kind = {"nir_tight": "nir", "cpf_bare": "cpf"}.get(label["kind"], label["kind"])
            if kind in CHECKS:
                seen.add(kind)
                self.assertTrue(CHECKS[kind](re.sub(r"\D", "", value)), (kind, value))
        self.assertEqual(seen, set(CHECKS))

    def test_published_samples_pass_and_wrong_ones_fail(self):
        for kind, text in SAMPLES.items():
            self.assertTrue(CHECKS[kind](text), kind)
            self.assertFalse(CHECKS[kind](text[:4] + str((int(text[4]) + 1) % 10) + text[5:]), kind)
        self.assertEqual(papers.mod_11_10("8609574271"), "9")
        self.assertEqual(papers.codice_check("RSSMRA85T10A562"), "S")
        self.assertEqual(money.luhn("411111111111111"), "1")

    def test_birthdays_agree_with_documents(self):
        born = {(label["column"].split(".")[0], label["row"]): value for label, value in self.values() if label["column"].endswith("nordwerk_hr.GEBDAT")}
        for label, value in self.values():
            if label["column"] == "nordwerk_hr.SV_NUMMER" and ("nordwerk_hr", label["row"]) in born:
                day = datetime.datetime.strptime(born["nordwerk_hr", label["row"]], "%d.%m.%Y")
                self.assertEqual(value[3:9], f"{day:%d%m%y}")

    def test_tokens_with_a_checksum_keep_it(self):
        seen = 0
        for label, value in self.values():
            if label["kind"] in ("github_classic", "github_server", "npm"):
                tail = 0
                for one in value[-6:]:
                    tail = tail * 62 + keys.BASE62.index(one)
                self.assertEqual(tail, zlib.crc32(value[4:-6].encode()))
                seen += 1
            if label["kind"] == "jwt":
                head = value.split(".")[0]
                self.assertIn("alg", json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))))
        self.assertGreater(seen, 40)

    def test_masked_values_in_look_alikes_are_no_cards(self):
        for (name, row), cell in self.cells.items():
            if self.columns[name]["kind"] == "plain" and re.search("card|pan", self.columns[name]["name"].lower()):
                self.assertFalse(re.fullmatch(r"\d{14,19}", cell["text"]) and luhn_ok(cell["text"]), (name, row))

    def score(self, found):
        path = pathlib.Path(self.scratch.name) / "found.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in found), encoding="utf-8")
        return subprocess.run([sys.executable, str(SCORE), str(self.folder), str(path), "--floors"], capture_output=True, text=True)

    def test_the_labels_themselves_pass_and_silence_and_noise_fail(self):
        keep = ("column", "row", "class", "start", "end")
        right = self.score([{key: label[key] for key in keep} for label in self.labels])
        self.assertEqual(right.returncode, 0, right.stdout[-500:])
        self.assertEqual(self.score([]).returncode, 1)
        noise = [{"column": column, "row": row, "class": "person", "start": 0, "end": len(cell["text"].encode())} for (column, row), cell in self.cells.items()]
        self.assertEqual(self.score(noise).returncode, 1)


if __name__ == "__main__":
    unittest.main()
