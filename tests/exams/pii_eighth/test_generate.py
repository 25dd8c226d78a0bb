"""That the eighth exam can be failed and passed, that a seed gives the same bytes, that check digits are right.

Enters: the generator beside this file, `../pii/score.py`. Leaves: pass or fail. Never here: detectors.

    python3 -m unittest discover -s tests/exams/pii_eighth
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
sys.path.insert(0, str(HERE))
import generate  # noqa: E402
import template  # noqa: E402

SCORE = HERE.parent / "pii" / "score.py"
CLASSES = {"person", "address", "phone", "email", "iban", "pan", "ssn", "national_id", "health_id", "dob", "secret"}


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def dots(text, *weights):
    return sum(int(sign, 36) * weight for sign, weight in zip(text, weights))


def luhn(text):
    total = 0
    for place, sign in enumerate(reversed(text)):
        twice = int(sign) << (place & 1)
        total += twice - 9 if twice > 9 else twice
    return total % 10 == 0


def verhoeff(text):
    """By the dihedral group itself, not by its table."""
    def times(a, b):
        if a < 5:
            return (a + b) % 5 if b < 5 else 5 + (a + b - 5) % 5
        return 5 + (a - 5 - b) % 5 if b < 5 else (a - b) % 5
    rest, turn = 0, "1576283094"
    for place, sign in enumerate(reversed(text)):
        for _ in range(place % 8):
            sign = turn[int(sign)]
        rest = times(rest, int(sign))
    return rest == 0


def mrz(text):
    def right(part, check):
        return sum((0 if sign == "<" else int(sign, 36)) * (7, 3, 1)[place % 3] for place, sign in enumerate(part)) % 10 == (0 if check == "<" else int(check))
    return len(text) == 44 and right(text[:9], text[9]) and right(text[13:19], text[19]) and right(text[21:27], text[27]) and right(text[28:42], text[42]) \
        and right(text[:10] + text[13:20] + text[21:43], text[43])


def kvnr(text):
    plain = f"{ord(text[0]) - 64:02}" + text[1:9]
    return sum(sum(map(int, str(int(sign) * (1 + place % 2)))) for place, sign in enumerate(plain)) % 10 == int(text[9])


def rvnr(text):
    plain = text[:8] + f"{ord(text[8]) - 64:02}" + text[9:11]
    return sum(sum(map(int, str(int(sign) * weight))) for sign, weight in zip(plain, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1))) % 10 == int(text[11])


def taiwan(text):
    code = str("ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0]) + 10)
    return dots(code + text[1:], 1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1) % 10 == 0


def idcard(text):
    return dots(text[:9], 7, 3, 1, 7, 3, 1, 7, 3, 1) % 10 == int(text[9])


def my_number(text):
    left = dots(text, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11
    return int(text[11]) == (0 if left < 2 else 11 - left)


def nine(text):
    return dots(text[:9], *range(9, 0, -1)) % 101 % 100 == int(text[9:])


CHECKS = {  # field: what makes it right, and a published sample where there is one
    "pan:ab": (luhn, "4111111111111111"), "iban:w": (lambda t: int("".join(str(int(s, 36)) for s in t[4:] + t[:4])) % 97 == 1, "GB82WEST12345698765432"),
    "aadhaar:b": (verhoeff, "234123412346"), "abha": (verhoeff, None), "mrz": (mrz, "L898902C36UTO7408122F1204159ZE184226B<<<<<10"), "kvnr": (kvnr, "A123456780"),
    "rvnr:b": (rvnr, "15070649C103"), "tw_id": (taiwan, "A123456789"), "de_idcard": (idcard, "T220001293"), "my_number:b": (my_number, "123456789018"),
    "snils:b": (nine, "11223344595"), "nhs:b": (lambda t: dots(t, *range(10, 0, -1)) % 11 == 0, "9434765919"), "npi": (lambda t: luhn("80840" + t), "1234567893"),
    "dea": (lambda t: (dots(t[2:], 1, 2, 1, 2, 1, 2)) % 10 == int(t[8]), "AB1234563"), "nric": (lambda t: "JZIHGFEDCBA"[dots(t[1:8], 2, 7, 6, 5, 4, 3, 2) % 11] == t[8], "S1234567D"),
    "hkid": (lambda t: (324 + dots(t[:7], 8, 7, 6, 5, 4, 3, 2) + int(t[7], 11)) % 11 == 0, "A1234563"), "dowod:b": (lambda t: dots(t, 7, 3, 1, 9, 7, 3, 1, 7, 3) % 10 == 0, "ABA300000"),
    "taj": (lambda t: dots(t, 3, 7, 3, 7, 3, 7, 3, 7) % 10 == int(t[8]), None), "hu_ado": (lambda t: dots(t, *range(1, 10)) % 11 == int(t[9]), "8071592153"),
    "au_medicare": (lambda t: dots(t, 1, 3, 7, 9, 1, 3, 7, 9) % 10 == int(t[8]), "2123456701"), "cns:b": (lambda t: dots(t, *range(15, 0, -1)) % 11 == 0, None),
    "emso": (lambda t: dots(t, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0, "0101006500006"), "jmbg": (lambda t: dots(t, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0, None),
    "pesel": (lambda t: dots(t, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1) % 10 == 0, "44051401359"), "bsn": (lambda t: dots(t, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0, "111222333"),
    "dni": (lambda t: "TRWAGMYFPDXBNJZSQVHLCKE"[int(t[:8]) % 23] == t[8], "12345678Z"), "sin:b": (luhn, "046454286"), "personnummer": (luhn, "8112289874"), "za_id": (luhn, "8001015009087"),
    "kennitala": (lambda t: dots(t, 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0, "1201743399"), "pis": (lambda t: dots(t, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10 == int(t[10]), None),
    "emirates_id": (luhn, None), "ihi": (luhn, "8003608166690503"), "ohip": (lambda t: luhn(t[:10]), None), "isbn": (lambda t: dots(t, *(1, 3) * 7) % 10 == 0, "9780306406157"), "imei": (luhn, "490154203237518"),
    "chi": (lambda t: dots(t, *range(10, 0, -1)) % 11 == 0, None), "tfn:b": (lambda t: dots(t, 1, 4, 3, 7, 5, 8, 6, 9, 10) % 11 == 0, "123456782"),
}


class Made(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.out = pathlib.Path(cls.folder.name) / "one"
        generate.write(8, cls.out)
        cls.cells, cls.labels, cls.columns = (lines(cls.out / f"{name}.jsonl") for name in ("cells", "labels", "columns"))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def score(self, found):
        path = self.out.parent / "found.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in found), encoding="utf-8")
        return subprocess.run([sys.executable, str(SCORE), str(self.out), str(path), "--floors"], capture_output=True, text=True)

    def test_right_answers_pass(self):
        done = self.score([{key: label[key] for key in ("column", "row", "class", "start", "end")} for label in self.labels])
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("precision 1.000, recall 1.000", done.stdout)

    def test_spans_in_characters_pass(self):
        found = collections.defaultdict(list)
        texts = {cell["id"]: cell["text"].encode() for cell in self.cells}
        for label in self.labels:
            at = f"{label['column']}/{label['row']}"
            start, end = (len(texts[at][:label[key]].decode()) for key in ("start", "end"))
            found[at].append([start, end, label["class"].upper()])
        self.assertEqual(self.score([{"id": at, "spans": spans} for at, spans in found.items()]).returncode, 0)

    def test_no_answers_fail(self):
        done = self.score([])
        self.assertEqual(done.returncode, 1)
        self.assertIn("pan 0.000", done.stdout)

    def test_flagging_everything_fails(self):
        done = self.score([{"id": cell["id"], "spans": [{"label": "PERSON_NAME"}]} for cell in self.cells])
        self.assertEqual(done.returncode, 1)
        self.assertIn("look-alikes 1.000", done.stdout)

    def test_same_seed_same_bytes(self):
        again, other = self.out.parent / "two", self.out.parent / "three"
        generate.write(8, again)
        generate.write(9, other)
        names = sorted(path.relative_to(self.out) for path in self.out.rglob("*.*"))
        self.assertGreater(len(names), 60)
        for name in names:
            self.assertEqual((self.out / name).read_bytes(), (again / name).read_bytes(), name)
        self.assertEqual((self.out / "columns.jsonl").read_bytes(), (other / "columns.jsonl").read_bytes())
        self.assertNotEqual((self.out / "cells.jsonl").read_bytes(), (other / "cells.jsonl").read_bytes())

    def test_labels_are_whole(self):
        texts = {cell["id"]: cell["text"].encode() for cell in self.cells}
        last = {}
        for label in self.labels:
            self.assertIn(label["class"], CLASSES)
            at = f"{label['column']}/{label['row']}"
            value = texts[at][label["start"]:label["end"]].decode()
            self.assertTrue(value and value == value.strip(), (at, value))
            self.assertGreaterEqual(label["start"], last.get(at, 0))
            last[at] = label["end"]

    def test_columns_say_what_they_hold(self):
        held = collections.defaultdict(set)
        for label in self.labels:
            held[label["column"]].add(label["class"])
        self.assertEqual(len({column["column"] for column in self.columns}), len(self.columns))
        for column in self.columns:
            if column["kind"] in CLASSES:
                allowed = {column["kind"]}
                self.assertEqual(held[column["column"]], allowed, column["column"])
            else:
                self.assertEqual(column["kind"] == "plain", column["column"] not in held, column["column"])
        plain = sum(column["kind"] == "plain" for column in self.columns)
        self.assertGreaterEqual(plain, 450)
        self.assertGreaterEqual(len(self.columns) - plain, 400)

    def test_json_is_json(self):
        kinds = {column["column"] for column in self.columns if column["type"] == "VARIANT"}
        for cell in self.cells:
            if cell["id"].rpartition("/")[0] in kinds:
                json.loads(cell["text"])

    def test_numbers_and_dates_fit_their_types(self):
        forms = {"NUMBER": r"-?\d+(\.\d+)?", "FLOAT": r"-?\d+(\.\d+)?", "DATE": r"\d{4}-\d\d-\d\d", "TIMESTAMP": r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}"}
        for cell in self.cells:
            if cell["type"] in forms:
                self.assertRegex(cell["text"], f"^{forms[cell['type']]}$", cell["id"])


class Digits(unittest.TestCase):
    def values(self, name, count=40):
        for number in range(count):
            row = generate.Row(8, "digits", ["US", "DE", "IT", "BR"], number)
            row.rng = template.seeded(8, name, number)
            yield "".join(part[0] for part in template.pieces("{" + name + "}", row))

    def test_check_digits(self):
        for name, (right, sample) in CHECKS.items():
            if sample:
                self.assertTrue(right(sample), f"the check of {name} refuses {sample}")
            for value in self.values(name):
                plain = re.sub(r"[^0-9A-Za-z<]", "", value)
                self.assertTrue(right(plain), f"{name}: {value}")

    def test_a_wrong_digit_is_seen(self):
        for name in ("pan:ab", "aadhaar:b", "nhs:b", "pesel", "snils:b"):
            value = next(self.values(name))
            wrong = value[:4] + str((int(value[4]) + 1) % 10) + value[5:]
            self.assertFalse(CHECKS[name][0](wrong), name)

    def test_look_alike_cards_fail(self):
        self.assertFalse(any(luhn(value) for value in self.values("bad16", 200)))


class Repository(unittest.TestCase):
    def test_no_whole_secret_in_the_files(self):
        tokens = re.compile("AK" + "IA[A-Z2-7]{16}|gh" + "[pos]_[A-Za-z0-9]{30}|xo" + "x[bp]-[0-9]|-----BE" + "GIN [A-Z ]*PRIV" + "ATE KEY|sk_" + "live_[A-Za-z0-9]{20}|AI" + "za[A-Za-z0-9_-]{35}")
        for path in [*HERE.glob("*.py"), *HERE.glob("*/*.txt"), HERE / "README.md"]:
            self.assertIsNone(tokens.search(path.read_text(encoding="utf-8")), path.name)

    def test_files_are_short(self):
        for path in [*HERE.glob("*.py"), *HERE.glob("*/*.txt")]:
            self.assertLessEqual(path.read_text(encoding="utf-8").count("\n"), 300, path.name)


if __name__ == "__main__":
    unittest.main()
