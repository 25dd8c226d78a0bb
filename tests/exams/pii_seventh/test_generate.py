"""That this exam can be failed and passed, that a seed gives the same bytes, that check digits are right.

    python3 -m unittest discover -s tests/exams/pii_seventh
"""

import collections
import filecmp
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
CLASSES = {"person", "address", "phone", "email", "dob", "pan", "ssn", "iban", "national_id", "health_id", "secret"}
KINDS = CLASSES | {"plain", "text", "mixed", "log", "url", "json"}
# kinds whose digits, taken alone, satisfy Luhn
LUHN = {"sin", "emirates", "saudi", "za_id", "cedula_ec", "ihi", "ohip", "teudat", "amka"}


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def generate(seed, folder):
    subprocess.run([sys.executable, str(HERE / "generate.py"), str(seed), str(folder)], check=True)


def luhn(text):
    digits = [int(digit) for digit in re.sub(r"\D", "", text)]
    return sum(sum(divmod(digit * (2 if at % 2 else 1), 10)) for at, digit in enumerate(reversed(digits))) % 10 == 0


def weigh(text, weights):
    return sum(int(digit) * weight for digit, weight in zip(re.sub(r"\D", "", text), weights))


# checked here by the sum that must come out, not by computing the digit again
SUMS = {
    "pesel": lambda v: weigh(v, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0,
    "bsn": lambda v: weigh(v, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0,
    "nhs": lambda v: weigh(v, range(10, 0, -1)) % 11 == 0,
    "chi": lambda v: weigh(v, range(10, 0, -1)) % 11 == 0,
    "thai": lambda v: (weigh(v, range(13, 1, -1)) + int(v[-1])) % 11 in (0, 1),
    "cns": lambda v: weigh(v, range(15, 0, -1)) % 11 == 0,
    "tfn": lambda v: weigh(v, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0,
    "npi": lambda v: luhn("80840" + v),
    "nir": lambda v: (int(v.replace(" ", "")[:13]) + int(v.replace(" ", "")[13:])) % 97 == 0,
    "ahv": lambda v: weigh(v, [1, 3] * 6 + [1]) % 10 == 0,
    "dni": lambda v: v[-1] == "TRWAGMYFPDXBNJZSQVHLCKE"[int(v[:-1]) % 23],
    "rodne": lambda v: len(v.replace("/", "")) == 9 or int(v.replace("/", "")) % 11 == 0,
    "kennitala": lambda v: weigh(v, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0,
    "egn": lambda v: weigh(v, [2, 4, 8, 5, 10, 9, 7, 3, 6, -1]) % 11 in (0, 10),
}


class Exam(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.kept.name) / "a"
        generate(7, cls.folder)
        cls.cells = lines(cls.folder / "cells.jsonl")
        cls.labels = lines(cls.folder / "labels.jsonl")
        cls.columns = {column["column"]: column for column in lines(cls.folder / "columns.jsonl")}
        cls.texts = {cell["id"]: cell["text"] for cell in cls.cells}

    @classmethod
    def tearDownClass(cls):
        cls.kept.cleanup()

    def value(self, label):
        return self.texts[f"{label['column']}/{label['row']}"].encode()[label["start"]:label["end"]].decode()

    def score(self, found):
        path = pathlib.Path(self.kept.name) / "found.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in found), encoding="utf-8")
        return subprocess.run([sys.executable, str(HERE.parent / "pii" / "score.py"), str(self.folder), str(path), "--floors"], capture_output=True, text=True)

    def test_who_answers_rightly_passes(self):
        done = self.score([{key: label[key] for key in ("column", "row", "class", "start", "end")} for label in self.labels])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("F1 1.000", done.stdout)

    def test_who_counts_characters_passes_too(self):
        found = collections.defaultdict(list)
        for label in self.labels:
            key = f"{label['column']}/{label['row']}"
            raw = self.texts[key].encode()
            found[key].append([len(raw[:label["start"]].decode()), len(raw[:label["end"]].decode()), label["class"].upper()])
        self.assertEqual(self.score([{"id": key, "spans": spans} for key, spans in found.items()]).returncode, 0)

    def test_who_says_nothing_fails(self):
        self.assertEqual(self.score([]).returncode, 1)

    def test_who_flags_everything_fails(self):
        self.assertEqual(self.score([{"id": cell["id"], "spans": [[0, len(cell["text"]), "PERSON"]]} for cell in self.cells]).returncode, 1)

    def test_same_seed_same_bytes(self):
        with tempfile.TemporaryDirectory() as other:
            generate(7, other)
            names = [path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()]
            self.assertEqual(filecmp.cmpfiles(self.folder, other, names, shallow=False)[1:], ([], []))
            generate(8, pathlib.Path(other) / "b")
            self.assertEqual(list(self.columns), [column["column"] for column in lines(pathlib.Path(other) / "b" / "columns.jsonl")])

    def test_columns_are_whole(self):
        names = [column["column"] for column in self.columns.values()]
        self.assertEqual(len(names), len(set(names)))
        for column in self.columns.values():
            self.assertIn(column["kind"], KINDS)
            self.assertIn(column["type"], {"VARCHAR", "VARIANT", "NUMBER", "DATE", "TIMESTAMP", "FLOAT"})
        personal = {label["column"] for label in self.labels}
        for name, column in self.columns.items():
            self.assertEqual(name in personal, column["kind"] != "plain", name)
        order = [cell["id"].rpartition("/")[0] for cell in self.cells]
        runs = [name for at, name in enumerate(order) if at == 0 or order[at - 1] != name]
        self.assertEqual(len(runs), len(set(runs)))

    def test_types_hold(self):
        for cell in self.cells:
            if cell["type"] == "VARIANT":
                json.loads(cell["text"])
            elif cell["type"] == "NUMBER":
                self.assertRegex(cell["text"], r"^-?[0-9.]+$", cell["id"])
            elif cell["type"] == "FLOAT":
                float(cell["text"])

    def test_labels_fit(self):
        for label in self.labels:
            self.assertIn(label["class"], CLASSES)
            value = self.value(label)
            self.assertTrue(value and value == value.strip(), label)
            self.assertNotRegex(value, "[\ue000-\ue002«»]")

    def test_check_digits(self):
        seen = collections.Counter()
        for label in self.labels:
            kind, value = label["kind"].partition("/")[2], self.value(label)
            if label["class"] == "pan" or kind in LUHN:
                body = re.sub("-[A-Z]{2}$", "", value)
                self.assertTrue(luhn(body), (kind, value))
            elif label["class"] == "iban":
                plain = value.replace(" ", "").upper()
                self.assertEqual(int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97, 1, value)
            elif kind in SUMS:
                self.assertTrue(SUMS[kind](value), (kind, value))
            else:
                continue
            seen[kind] += 1
        self.assertTrue(set(SUMS) | LUHN <= set(seen), (set(SUMS) | LUHN) - set(seen))

    def test_published_examples(self):
        """of what no sum above covers: numbers that their offices print as samples"""
        sys.path.insert(0, str(HERE))
        import far_papers
        import papers
        self.assertEqual(far_papers.verhoeff("236"), "3")
        self.assertEqual(far_papers.mrzcheck("L898902C3"), "6")
        self.assertEqual(papers.mod11_10("8609574271"), "9")
        self.assertEqual(far_papers.luhn("7992739871"), "3")

    def test_no_secret_lies_whole_in_the_repository(self):
        texts = [path.read_text(encoding="utf-8") for path in HERE.rglob("*") if path.suffix in (".txt", ".py", ".md")]
        for label in self.labels:
            value = self.value(label)
            if label["class"] == "secret" and len(value) > 20:
                self.assertFalse(any(value in text for text in texts), label)


if __name__ == "__main__":
    unittest.main()
