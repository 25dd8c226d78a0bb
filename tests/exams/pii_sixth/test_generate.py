"""That the exam can be failed and passed, and that what it says of its numbers is so.

Enters: `generate.py`, `../pii/score.py`. Leaves: pass or fail. Never here: detectors; the check digits are reckoned anew, not by what made them.

    python3 -m unittest discover -s tests/exams/pii_sixth
"""

import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
IBAN_LENGTHS = {"AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BR": 29, "BY": 28, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "EE": 20, "EG": 29,
                "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GE": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IT": 27, "KZ": 20, "LT": 20, "LU": 20, "LV": 21, "MD": 24, "ME": 22, "MK": 19,
                "MR": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "ST": 25, "TN": 24,
                "TR": 26, "UA": 29, "XK": 20}
BRAND = re.compile(r"4|5[0-9]|2[2-7]|3[0-9]|6|9792")


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def luhn(number):
    return sum(int(char) if index % 2 == 0 else sum(divmod(2 * int(char), 10)) for index, char in enumerate(reversed(number))) % 10 == 0


def make(seed, folder):
    subprocess.run([sys.executable, str(HERE / "generate.py"), str(seed), str(folder)], check=True)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(pathlib.Path(folder).rglob("*")) if path.is_file()}


class Exam(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.place.name) / "one"
        cls.files = make(7, cls.folder)
        cls.columns = {column["column"]: column for column in lines(cls.folder / "columns.jsonl")}
        cls.cells = {cell["id"]: cell for cell in lines(cls.folder / "cells.jsonl")}
        cls.labels = lines(cls.folder / "labels.jsonl")

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    def said(self, name):
        for label in self.labels:
            if label["class"] == name:
                text = self.cells[f"{label['column']}/{label['row']}"]["text"].encode()
                yield text[label["start"]:label["end"]].decode(), label

    def score(self, findings):
        found = pathlib.Path(self.place.name) / "found.jsonl"
        found.write_text("".join(json.dumps(one) + "\n" for one in findings), encoding="utf-8")
        return subprocess.run([sys.executable, str(HERE.parent / "pii" / "score.py"), str(self.folder), str(found), "--floors"], capture_output=True, text=True)

    def test_same_seed_same_bytes(self):
        self.assertEqual(self.files, make(7, pathlib.Path(self.place.name) / "two"))

    def test_another_seed_other_values_same_columns(self):
        other = make(8, pathlib.Path(self.place.name) / "three")
        self.assertEqual(self.files["columns.jsonl"], other["columns.jsonl"])
        self.assertEqual(set(self.files), set(other))
        theirs = {cell["id"]: cell["text"] for cell in map(json.loads, other["cells.jsonl"].splitlines())}
        self.assertGreater(sum(theirs.get(name) != cell["text"] for name, cell in self.cells.items()), 0.8 * len(self.cells))

    def test_nothing_found_scores_nothing(self):
        done = self.score([])
        self.assertEqual(done.returncode, 1)
        self.assertIn("recall 0.000", done.stdout)

    def test_labels_as_findings_score_all(self):
        done = self.score([{key: label[key] for key in ("column", "row", "class", "start", "end")} for label in self.labels])
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("precision 1.000, recall 1.000, F1 1.000", done.stdout)

    def test_labels_lie_in_their_cells(self):
        seen = {}
        for label in self.labels:
            cell = self.cells[f"{label['column']}/{label['row']}"]
            text = cell["text"].encode()
            self.assertTrue(0 <= label["start"] < label["end"] <= len(text), label)
            text[label["start"]:label["end"]].decode()
            for start, end in seen.setdefault(cell["id"], []):
                self.assertTrue(label["end"] <= start or end <= label["start"], label)
            seen[cell["id"]].append((label["start"], label["end"]))
        plain = {name for name, column in self.columns.items() if column["kind"] == "plain"}
        self.assertFalse(plain & {label["column"] for label in self.labels})
        self.assertEqual(set(self.columns) - plain, {label["column"] for label in self.labels})

    def test_no_field_is_left_unfilled(self):
        for cell in self.cells.values():
            self.assertNotRegex(cell["text"], r"(?<![$=])\{[A-Za-z][A-Za-z0-9_]*(:[^{}\"]*)?(\|[a-z]+)?\}|[¶⟦⟧\0-\x03]")

    def test_documents_are_json(self):
        for cell in self.cells.values():
            if cell["ty"] == "VARIANT" or cell["text"].startswith('{"'):
                json.loads(cell["text"])

    def test_cards(self):
        numbers = [re.sub(r"\D", "", text) for text, _ in self.said("pan")]
        self.assertGreaterEqual(len(numbers), 250)
        for number in numbers:
            self.assertTrue(luhn(number) and 13 <= len(number) <= 19 and BRAND.match(number), number)

    def test_ibans(self):
        numbers = [re.sub(r"[ -]", "", text).upper() for text, _ in self.said("iban")]
        self.assertGreaterEqual(len(numbers), 300)
        for number in numbers:
            self.assertEqual(len(number), IBAN_LENGTHS[number[:2]], number)
            self.assertEqual(int("".join(str(int(char, 36)) for char in number[4:] + number[:4])) % 97, 1, number)

    def test_social_security_numbers(self):
        numbers = [re.sub(r"\D", "", text).zfill(9) for text, _ in self.said("ssn")]
        self.assertGreaterEqual(len(numbers), 250)
        for number in numbers:
            self.assertTrue(len(number) == 9 and number[:3] not in ("000", "666") and number[0] != "9" and number[3:5] != "00" and number[5:] != "0000", number)

    def test_enough_of_the_rest(self):
        self.assertGreaterEqual(sum(1 for _ in self.said("email")), 500)
        secrets = list(self.said("secret"))
        self.assertGreaterEqual(len(secrets), 500)
        self.assertGreaterEqual(len({label["kind"] for _, label in secrets}), 40)

    def test_documents_of_persons(self):
        def mod(number, weights):
            return sum(int(char, 36) * weight for char, weight in zip(number, weights))
        rules = {
            "pesel": lambda n: mod(n, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0, "rc": lambda n: len(n) == 9 or int(n) % 11 == 0,
            "cnp": lambda n: mod(n, (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11 in (int(n[-1]), 10 if n[-1] == "1" else -1),
            "egn": lambda n: mod(n, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == int(n[-1]), "za": luhn, "npi": lambda n: luhn("80840" + n),
            "thai": lambda n: (mod(n, range(13, 1, -1)) + int(n[-1])) % 11 in (0, 1, 10, 11) and (11 - mod(n, range(13, 1, -1)) % 11) % 10 == int(n[-1]),
            "tckn": lambda n: sum(map(int, n[:10])) % 10 == int(n[10]) and (7 * sum(map(int, n[0:9:2])) - sum(map(int, n[1:8:2]))) % 10 == int(n[9]),
            "cpf": lambda n: all(mod(n, range(size, 1, -1)) * 10 % 11 % 10 == int(n[size - 1]) for size in (10, 11)),
            "resident": lambda n: (mod(n[:17], [2**power for power in range(17, 0, -1)]) + (10 if n[-1] == "X" else int(n[-1]))) % 11 == 1,
            "nhs": lambda n: mod(n, range(10, 0, -1)) % 11 == 0, "chi": lambda n: mod(n, range(10, 0, -1)) % 11 == 0, "cns": lambda n: mod(n, range(15, 0, -1)) % 11 == 0,
            "rnokpp": lambda n: mod(n, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10 == int(n[-1]), "taj": lambda n: mod(n, (3, 7) * 4) % 10 == int(n[-1]),
            "adoazonosito": lambda n: mod(n, range(1, 10)) % 11 == int(n[-1]), "jmbg": lambda n: mod(n, (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0 or n[-1] == "0",
            "dowod": lambda n: mod(n, (7, 3, 1, 9, 7, 3, 1, 7, 3)) % 10 == 0,
        }
        for text, label in [*self.said("national_id"), *self.said("health_id")]:
            rule = rules.get(label["kind"])
            self.assertTrue(rule is None or rule(re.sub(r"\W", "", text)), (text, label))

    def test_tables_hold_the_same_cells(self):
        for table in {column["table"] for column in self.columns.values()}:
            with open(self.folder / "tables" / f"{table}.csv", encoding="utf-8", newline="") as file:
                head, *rows = csv.reader(file)
            names = [name for name, column in self.columns.items() if column["table"] == table]
            self.assertEqual([self.columns[name]["name"] for name in names], head)
            self.assertEqual([[self.cells.get(f"{name}/{row}", {"text": ""})["text"] for name in names] for row in range(40)], rows)


if __name__ == "__main__":
    unittest.main()
