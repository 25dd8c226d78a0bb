"""That the exam can be failed and passed, that a seed gives the same bytes, that check digits and ends of labels are right.

Enters: seeds 9 and 10. Leaves: nothing. Never here: running a detector. score.py is imported from ../pii, or from PYTHONPATH where this folder stands elsewhere.
"""

import ast
import collections
import contextlib
import csv
import io
import json
import pathlib
import re
import sys
import tempfile
import unittest
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
for _folder in (HERE.parent / "pii", HERE):
    sys.path.insert(0, str(_folder))
for _name in ("generate", "template", "people", "money", "papers", "far_papers", "health", "keys", "plain"):
    sys.modules.pop(_name, None)  # another exam's
import generate  # noqa: E402
import score  # noqa: E402


def luhn_ok(text):
    digits = [int(one) for one in text if one.isdigit()]
    return sum(d if at % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for at, d in enumerate(reversed(digits))) % 10 == 0


def mod97_ok(text):
    text = re.sub("[ -]", "", text).upper()
    return int("".join(str(int(one, 36)) for one in text[4:] + text[:4])) % 97 == 1


def dot(text, weights):
    return sum(int(one) * weight for one, weight in zip(text, weights))


def bare(text):
    return "".join(one for one in text if one.isalnum())


def pesel_ok(text):
    return dot(text, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0


def cpf_ok(text):
    for size in (9, 10):
        rest = sum(int(text[at]) * (size + 1 - at) for at in range(size)) % 11
        if int(text[size]) != (0 if rest < 2 else 11 - rest):
            return False
    return True


def rut_ok(text):
    total, factor = 0, 2
    for one in reversed(text[:-1]):
        total += int(one) * factor
        factor = 2 if factor == 7 else factor + 1
    return text[-1] == "0123456789K0"[11 - total % 11]


def iso7064_ok(text):
    rest = 10
    for one in text[:-1]:
        rest = (rest + int(one)) % 10 or 10
        rest = rest * 2 % 11
    return (rest + int(text[-1])) % 10 == 1


def dni_ok(text):
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(text[:-1].translate(str.maketrans("XYZ", "012"))) % 23] == text[-1]


def tckn_ok(text):
    d = [int(one) for one in text]
    return (sum(d[0:9:2]) * 7 - sum(d[1:8:2])) % 10 == d[9] and sum(d[:10]) % 10 == d[10]


# A second computation, apart from the generator's; and published samples that it must accept.
CHECKS = {
    "sin": (luhn_ok, "046454286"), "npi": (lambda t: luhn_ok("80840" + t), "1234567893"), "bsn": (lambda t: dot(t, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0, "111222333"),
    "pesel": (pesel_ok, "44051401359"), "cpf": (cpf_ok, "52998224725"), "rut": (rut_ok, "125319092"), "oib": (iso7064_ok, "33392005961"), "steuer": (iso7064_ok, "36574261809"),
    "dni": (dni_ok, "54362315K"), "nie": (dni_ok, "X2482300W"), "tckn": (tckn_ok, "17291716060"), "teudat": (luhn_ok, "039337423"), "zaid": (luhn_ok, "7503305044089"),
    "ric": (lambda t: (dot(t[:17], [2 ** n % 11 for n in range(17, 0, -1)]) + (10 if t[17] == "X" else int(t[17]))) % 11 == 1, "11010519491231002X"),
    "ahv": (lambda t: dot(t, (1, 3) * 6 + (1,)) % 10 == 0, "7569217076985"), "tfn": (lambda t: dot(t, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0, "123456782"),
    "nir": (lambda t: int(t[:13]) % 97 + int(t[13:]) == 97, "255081416802538"), "nhs": (lambda t: dot(t, range(10, 0, -1)) % 11 == 0, "9434765919"), "cns": (lambda t: dot(t, range(15, 0, -1)) % 11 == 0, "700000000000005"),
    "dea": (lambda t: (int(t[2]) + int(t[4]) + int(t[6]) + 2 * (int(t[3]) + int(t[5]) + int(t[7]))) % 10 == int(t[8]), "AP5836727"), "amka": (luhn_ok, "01013099997"),
    "nric": (lambda t: "JZIHGFEDCBA"[(dot(t[1:8], (2, 7, 6, 5, 4, 3, 2)) + (4 if t[0] == "T" else 0)) % 11] == t[8], "S1234567D"), "thid": (lambda t: (11 - dot(t, range(13, 1, -1)) % 11) % 10 == int(t[12]), "1234545678781"),
    "twid": (lambda t: (lambda n: (n // 10 + dot(str(n % 10) + t[1:], (9, 8, 7, 6, 5, 4, 3, 2, 1, 1))) % 10 == 0)("ABCDEFGHJKLMNPQRSTUVXYWZIO".index(t[0]) + 10), "A123456789"),
    "hkid": (lambda t: (324 + dot([int(t[0], 36)] + list(t[1:7]) + [int(t[7], 36)], (8, 7, 6, 5, 4, 3, 2, 1))) % 11 == 0, "A1234563"), "egn": (lambda t: dot(t, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == int(t[9]), "7523169263"),
    "jmbg": (lambda t: dot(t, (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0, "0101006500006"), "cedec": (luhn_ok, "1714307103"), "cuil": (lambda t: dot(t, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0, "20267565393"),
    "ptnif": (lambda t: (11 - dot(t, range(9, 1, -1)) % 11) % 11 % 10 == int(t[8]), "501964843"), "medicare": (lambda t: dot(t, (1, 3, 7, 9, 1, 3, 7, 9)) % 10 == int(t[8]), "2123456701"),
    "kvnr": (lambda t: sum(sum(divmod(int(d) * w, 10)) for d, w in zip(f"{ord(t[0]) - 64:02}" + t[1:9], (1, 2) * 5)) % 10 == int(t[9]), "X110411675"), "snils": (lambda t: dot(t, range(9, 0, -1)) % 101 % 100 == int(t[9:]), "11223344595"),
    "inn": (lambda t: dot(t, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10 == int(t[10]) and dot(t, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10 == int(t[11]), "500100732259"),
    "korrn": (lambda t: (11 - dot(t, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10 == int(t[12]), "9710139019902"), "ppsn": (lambda t: "WABCDEFGHIJKLMNOPQRSTUV"[dot(t[:7], range(8, 1, -1)) % 23] == t[7], "6433435F"),
}


class Exam(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.TemporaryDirectory()
        cls.out = pathlib.Path(cls.room.name) / "a"
        cls.cells, cls.labels, cls.columns = generate.make(9, cls.out)
        cls.small = pathlib.Path(cls.room.name) / "small"
        with mock.patch.object(generate, "ROWS", 5):
            cls.few = generate.make(9, cls.small)
        cls.texts = {cell["id"]: cell["text"] for cell in cls.cells}
        cls.by_name = {column["column"]: column for column in cls.columns}

    @classmethod
    def tearDownClass(cls):
        cls.room.cleanup()

    def value(self, label):
        return self.texts[f"{label['column']}/{label['row']}"].encode()[label["start"]:label["end"]].decode()

    def score(self, findings):
        path = pathlib.Path(self.room.name) / "found.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in findings), encoding="utf-8")
        with contextlib.redirect_stdout(io.StringIO()) as said, mock.patch.object(sys, "argv", ["score.py", str(self.small), str(path), "--floors"]):
            return score.main(), said.getvalue()

    def test_passed_by_who_knows(self):
        code, said = self.score([{key: label[key] for key in ("column", "row", "class", "start", "end")} for label in self.few[1]])
        self.assertEqual((code, "floors: all met" in said, "F1 1.000" in said), (0, True, True))

    def test_failed_by_who_finds_nothing(self):
        self.assertEqual(self.score([])[0], 1)

    def test_failed_by_who_flags_all(self):
        code, said = self.score([{"id": cell["id"], "spans": [[0, len(cell["text"]), "SECRET"]]} for cell in self.few[0]])
        self.assertEqual((code, "look-alikes 1.000 >" in said), (1, True))

    def test_failed_by_who_misses_secrets(self):
        code, said = self.score([label for label in self.few[1] if label["class"] != "secret"])
        self.assertEqual((code, "secret 0.000 <" in said), (1, True))

    def test_same_seed_same_bytes(self):
        other = pathlib.Path(self.room.name) / "b"
        with mock.patch.object(generate, "ROWS", 5):
            generate.make("9", other)
        for path in sorted(self.small.rglob("*.*")):
            self.assertEqual(path.read_bytes(), (other / path.relative_to(self.small)).read_bytes(), path.name)

    def test_other_seed_same_columns(self):
        with mock.patch.object(generate, "ROWS", 5):
            cells, _, columns = generate.make(10, pathlib.Path(self.room.name) / "c")
        self.assertEqual(columns, self.columns)
        self.assertNotEqual([cell["text"] for cell in cells], [cell["text"] for cell in self.few[0]])

    def test_labels(self):
        ends = collections.defaultdict(int)
        for label in self.labels:
            value, at = self.value(label), (label["column"], label["row"])
            self.assertTrue(value and value == value.strip(), label)
            self.assertGreaterEqual(label["start"], ends[at], label)
            ends[at] = label["end"]
            self.assertNotEqual(self.by_name[label["column"]]["kind"], "plain")
        self.assertTrue({label["class"] for label in self.labels} == {"person", "address", "phone", "email", "dob", "ssn", "national_id", "health_id", "pan", "iban", "secret"})

    def test_every_personal_column_has_labels(self):
        having = {label["column"] for label in self.labels}
        self.assertEqual(having, {name for name, column in self.by_name.items() if column["kind"] != "plain"})
        self.assertEqual(len(self.by_name), len(self.columns))

    def test_what_the_brief_asks(self):
        plain = sum(column["kind"] == "plain" for column in self.columns)
        tables = {column["column"].split(".")[0] for column in self.columns}
        self.assertTrue(plain >= 350 and len(self.columns) - plain >= 300 and 40 <= len(tables) <= 60, (plain, len(self.columns), len(tables)))
        self.assertGreaterEqual(len({label["kind"] for label in self.labels if label["class"] == "secret"}), 100)
        self.assertGreaterEqual(sum(column["kind"] == "secret" for column in self.columns), 35)
        self.assertEqual({column["naming"] for column in self.columns}, {"telling", "abbreviated", "opaque", "misleading"})

    def test_check_digits(self):
        seen = collections.Counter()
        for label in self.labels:
            value, kind = self.value(label), label["kind"]
            if label["class"] == "pan":
                self.assertTrue(luhn_ok(value) and 13 <= len(bare(value.replace("_", ""))) <= 19, value)
            elif label["class"] == "iban":
                self.assertTrue(mod97_ok(value), value)
            elif kind in CHECKS and label["class"] in ("national_id", "health_id"):
                self.assertTrue(CHECKS[kind][0](bare(value)), (kind, value))
                seen[kind] += 1
        self.assertEqual(set(CHECKS) - set(seen), set())

    def test_published_samples(self):
        for kind, (check, sample) in CHECKS.items():
            if kind not in ("cns", "medicare"):
                self.assertTrue(check(sample), kind)
        self.assertTrue(mod97_ok("GB82 WEST 1234 5698 7654 32") and luhn_ok("4111111111111111"))

    def test_what_only_looks_alike(self):
        for cell in self.cells:
            if cell["c"] in ("VOUCHER_BATCH", "NETWORK_TXN_ID", "MID", "PALLET_SSCC", "PARCEL_TRACKING", "OCR_REF"):
                self.assertFalse(luhn_ok(cell["text"]), cell["id"])
            if cell["c"] in ("ISBN13", "GTIN", "EAN", "BARCODE"):
                self.assertEqual(dot(cell["text"], (1, 3) * 6 + (1,)) % 10, 0, cell["id"])

    def test_types(self):
        for cell in self.cells:
            if cell["type"] == "VARIANT":
                json.loads(cell["text"])
            elif cell["type"] in ("NUMBER", "FLOAT"):
                self.assertRegex(cell["text"], r"^-?(0|[1-9]\d*)(\.\d+)?$", cell["id"])
            elif cell["type"] == "DATE":
                self.assertRegex(cell["text"], r"^\d{4}-\d\d-\d\d$")
            self.assertNotIn("«", cell["text"])

    def test_tables_hold_the_same(self):
        for path in (self.out / "tables").glob("*.csv"):
            with open(path, encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            for number, row in enumerate(rows):
                for name, text in row.items():
                    self.assertEqual(text, self.texts.get(f"{path.stem}.{name}/{number}", ""))

    def test_no_whole_token_in_the_folder(self):
        leak = re.compile("(gh[pousr]_|github_pat_|glpat-|xox[bp]-|sk_live_|sk-proj-|sk-ant-|AIza|npm_|SG\\.|hvs\\.|dop_v1_|shpat_)[A-Za-z0-9_-]{10}")
        for path in [*HERE.glob("*.py"), *HERE.rglob("*.txt"), *HERE.glob("*.md")]:
            text = path.read_text(encoding="utf-8")
            self.assertIsNone(leak.search(text), path.name)
            self.assertLessEqual(text.count("\n"), 300, path.name)
            if path.suffix == ".py":
                for node in ast.walk(ast.parse(text)):
                    if isinstance(node, ast.FunctionDef):
                        self.assertLessEqual(node.end_lineno - node.lineno + 1, 70, node.name)


if __name__ == "__main__":
    unittest.main()
