"""The fifth exam itself: whether it can be failed and passed, and whether its numbers are right.

Enters: the files beside this one, `score.py` of the first exam. Leaves: pass or fail. Never here: detectors.

    python3 -m unittest discover -s tests/exams/pii_fifth
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
FILES = ("cells.jsonl", "labels.jsonl", "columns.jsonl")
LENGTHS = {"DE": 22, "FR": 27, "GB": 22, "NL": 18, "ES": 24, "IT": 27, "BE": 16, "AT": 20, "CH": 21, "SE": 24, "NO": 15, "DK": 18, "FI": 18, "IE": 22, "PT": 25, "LU": 20, "PL": 28,
           "CZ": 24, "AE": 23, "SA": 24, "IL": 23, "TR": 26, "BR": 29, "QA": 29, "KW": 30, "IS": 26, "EE": 20, "LT": 20, "MT": 31, "GR": 27, "HU": 28, "LI": 21, "MC": 27, "JO": 30,
           "BH": 22, "CR": 22, "LV": 21}
ENOUGH = {"pan": 250, "ssn": 250, "secret": 500, "iban": 300, "email": 500}


def generate(seed, folder):
    subprocess.run([sys.executable, str(HERE / "generate.py"), str(seed), str(folder)], check=True)


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def luhn(number):
    doubled = [int(char) * (1 + place % 2) for place, char in enumerate(reversed(number))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


class Exam(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.held = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.held.name)
        for name, seed in (("one", 7), ("again", 7), ("other", 8)):
            generate(seed, cls.folder / name)
        cls.cells, cls.labels, cls.columns = (lines(cls.folder / "one" / name) for name in FILES)
        cls.text = {cell["id"]: cell["text"].encode() for cell in cls.cells}

    @classmethod
    def tearDownClass(cls):
        cls.held.cleanup()

    def values(self, name):
        for label in self.labels:
            if label["class"] == name:
                yield label["kind"], self.text[f"{label['column']}/{label['row']}"][label["start"]:label["end"]].decode()

    def score(self, found):
        """class → (recall, typed), and the share of look-alike columns flagged"""
        path = self.folder / "found.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in found))
        done = subprocess.run([sys.executable, str(HERE.parent / "pii" / "score.py"), str(self.folder / "one"), str(path)], capture_output=True, text=True, check=True)
        block = done.stdout.split("\nclass / column name")[0]
        rows = re.findall(r"^([a-z_]+) +(\d+)  (\S+)   (\S+)", block, re.M)
        plain = re.search(r"^look-alike columns +\d+ +(\S+)", done.stdout, re.M).group(1)
        return {name: (float(recall), float(typed)) for name, _, recall, typed in rows}, float(plain)

    def test_same_seed_same_bytes(self):
        for path in sorted((self.folder / "one").rglob("*.*")):
            self.assertEqual(path.read_bytes(), (self.folder / "again" / path.relative_to(self.folder / "one")).read_bytes(), path.name)

    def test_another_seed_other_values_same_columns(self):
        self.assertEqual((self.folder / "one/columns.jsonl").read_bytes(), (self.folder / "other/columns.jsonl").read_bytes())
        self.assertNotEqual((self.folder / "one/cells.jsonl").read_bytes(), (self.folder / "other/cells.jsonl").read_bytes())

    def test_nothing_found_scores_nothing(self):
        scored, plain = self.score([])
        self.assertEqual(len(scored), 11)
        self.assertEqual(set(scored.values()), {(0.0, 0.0)})
        self.assertEqual(plain, 0)

    def test_the_labels_score_all(self):
        scored, plain = self.score([{key: label[key] for key in ("column", "row", "class", "start", "end")} for label in self.labels])
        self.assertEqual(set(scored.values()), {(1.0, 1.0)})
        self.assertEqual(plain, 0)

    def test_everything_flagged_shows(self):
        found = [{"column": column, "row": int(row), "class": "person"} for column, _, row in (cell["id"].rpartition("/") for cell in self.cells)]
        self.assertEqual(self.score(found)[1], 1)

    def test_labels_lie_in_their_cells(self):
        for label in self.labels:
            text = self.text[f"{label['column']}/{label['row']}"]
            value = text[label["start"]:label["end"]].decode()
            self.assertTrue(value and value == value.strip(), label)

    def test_look_alikes_hold_no_labels(self):
        plain = {column["column"] for column in self.columns if column["kind"] == "plain"}
        labelled = {label["column"] for label in self.labels}
        self.assertFalse(plain & labelled)
        self.assertEqual(plain | labelled, {column["column"] for column in self.columns})

    def test_documents_are_json_and_numbers_numbers(self):
        for cell in self.cells:
            if cell["ty"] == "VARIANT":
                json.loads(cell["text"])
            if cell["ty"] in ("NUMBER", "FLOAT"):
                self.assertRegex(cell["text"], r"^-?(0|[1-9]\d*)(\.\d+)?$", cell["id"])

    def test_there_is_enough(self):
        counts = collections.Counter(label["class"] for label in self.labels)
        for name, least in ENOUGH.items():
            self.assertGreaterEqual(counts[name], least, name)
        self.assertGreaterEqual(len({kind for kind, _ in self.values("secret")}), 40)

    def test_cards(self):
        for kind, value in self.values("pan"):
            number = re.sub(r"\D", "", value)
            self.assertTrue(luhn(number) and len(number) in (14, 15, 16, 19), (kind, value))

    def test_ibans(self):
        for kind, value in self.values("iban"):
            text = re.sub(r"[\s\-.]", "", value).upper()
            self.assertEqual(len(text), LENGTHS[text[:2]], (kind, value))
            self.assertEqual(int("".join(str(int(char, 36)) for char in text[4:] + text[:4])) % 97, 1, (kind, value))

    def test_social_security_numbers(self):
        for _, value in self.values("ssn"):
            number = re.sub(r"\D", "", value)
            self.assertEqual(len(number), 9, value)
            self.assertFalse(number[:3] in ("000", "666") or number[0] == "9" or number[3:5] == "00" or number[5:] == "0000", value)


if __name__ == "__main__":
    unittest.main()
