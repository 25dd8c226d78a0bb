"""That the exam can be failed and passed, that a seed gives the same bytes, that labels end where values end, that check digits are right.

Enters: seeds 10 and 11. Leaves: nothing. Never here: running a detector. score.py is imported from ../pii, or from PYTHONPATH where this folder stands elsewhere.
"""

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
for _name in ("generate", "template", "people", "money", "papers", "far_papers", "north_papers", "checks", "keys", "plain"):
    sys.modules.pop(_name, None)  # another exam's
import generate  # noqa: E402
import keys  # noqa: E402
import people  # noqa: E402
import score  # noqa: E402

ROWS_SHORT = 4


def bare(text):
    return "".join(one for one in text if one.isalnum())


def total(text, *weights):
    return sum(int(one) * weight for one, weight in zip(text, weights))


def luhn_ok(text):
    doubled = "0246813579"
    digits = [one for one in text if one.isdigit()][::-1]
    return sum(int(one) if at % 2 == 0 else int(doubled[int(one)]) for at, one in enumerate(digits)) % 10 == 0


def iban_ok(text):
    text = text.replace(" ", "").upper()
    rest = 0
    for one in text[4:] + text[:4]:
        for digit in str(int(one, 36)):
            rest = (rest * 10 + int(digit)) % 97
    return rest == 1


def hybrid_ok(text):
    rest = 10
    for one in text[:-1]:
        rest = (rest + int(one)) % 10 or 10
        rest = 2 * rest % 11
    return (rest + int(text[-1])) % 10 == 1


def falling(text):
    """Sum with weights that fall to one at the last digit."""
    return total(text, *range(len(text), 0, -1))


def letter_ok(text):
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(text[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")) % 23] == text[-1]


def aadhaar_ok(text):
    """Verhoeff by the dihedral group itself, not by its table."""
    def product(a, b):
        return ((a + b) % 5 if b < 5 else 5 + (a + b) % 5) if a < 5 else (5 + (a - b) % 5 if b < 5 else (a - b) % 5)
    order, rest = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4), 0
    for at, one in enumerate(reversed(text)):
        digit = int(one)
        for _ in range(at):
            digit = order[digit]
        rest = product(rest, digit)
    return rest == 0


def rut_ok(text):
    rest = sum(int(one) * (2 + at % 6) for at, one in enumerate(reversed(text[:-1]))) % 11
    return text[-1] == "0K987654321"[rest]


def mrz_ok(text):
    def digit(part):
        return str(sum((0 if one == "<" else int(one, 36)) * (7, 3, 1)[at % 3] for at, one in enumerate(part)) % 10)
    return len(text) == 44 and digit(text[:9]) == text[9] and digit(text[13:19]) == text[19] and digit(text[:10] + text[13:20] + text[21:43]) == text[43]


# A second computation, apart from the generator's, and published samples that it must accept.
CHECKS = {
    "sin": (luhn_ok, "046454286"), "npi": (lambda t: luhn_ok("80840" + t), "1234567893"), "amka": (luhn_ok, "01013099997"), "teudat": (luhn_ok, "039337423"), "zaid": (luhn_ok, "7503305044089"),
    "saudiid": (luhn_ok, None), "emiratesid": (luhn_ok, None), "cuit_ec": (luhn_ok, "1714307103"), "steuerid": (hybrid_ok, "36574261809"), "oib": (hybrid_ok, "33392005961"),
    "bsn": (lambda t: total(t, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0, "111222333"), "nhs": (lambda t: falling(t) % 11 == 0, "9434765919"), "nif_pt": (lambda t: falling(t) % 11 in (0, 1), "501964843"),
    "pesel": (lambda t: total(t, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1) % 10 == 0, "44051401359"), "egn": (lambda t: total(t, 2, 4, 8, 5, 10, 9, 7, 3, 6) % 11 % 10 == int(t[9]), "7523169263"),
    "dni": (letter_ok, "54362315K"), "nie": (letter_ok, "X2482300W"), "aadhaar": (aadhaar_ok, "234123412346"), "rut": (rut_ok, "125319092"), "mrz2": (mrz_ok, "L898902C36UTO7408122F1204159ZE184226B<<<<<10"),
    "ahv": (lambda t: total(t, *(1, 3) * 6, 1) % 10 == 0, "7569217076985"), "nir": (lambda t: (int(t[:13]) + int(t[13:])) % 97 == 0, "255081416802538"), "tfn": (lambda t: total(t, 1, 4, 3, 7, 5, 8, 6, 9, 10) % 11 == 0, "123456782"),
    "rijksregister": (lambda t: any((int(head + t[:9]) + int(t[9:])) % 97 == 0 for head in ("", "2")), "85073003328"), "rodne": (lambda t: len(t) == 9 or int(t) % 11 == 0, "7103192745"),
    "taj": (lambda t: total(t, 3, 7, 3, 7, 3, 7, 3, 7) % 10 == int(t[8]), "111111110"), "cnp": (lambda t: {10: 1}.get(r := total(t, 2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9) % 11, r) == int(t[12]), "1630615123457"),
    "afm": (lambda t: sum(int(one) << 8 - at for at, one in enumerate(t[:8])) % 11 % 10 == int(t[8]), "094259216"), "cpf": (lambda t: total(t, *range(10, 1, -1)) * 10 % 11 % 10 == int(t[9]) and total(t, *range(11, 1, -1)) * 10 % 11 % 10 == int(t[10]), "52998224725"),
    "jmbg": (lambda t: total(t, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0, "0101006500006"), "emso": (lambda t: total(t, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0, "0101006500006"),
    "rnokpp": (lambda t: total(t, -1, 5, 7, 9, 4, 6, 10, 5, 7) % 11 % 10 == int(t[9]), "1759013776"), "personnummer": (lambda t: luhn_ok(t[-10:]), "8803200016"),
    "fnr": (lambda t: total(t, 3, 7, 6, 1, 8, 9, 4, 5, 2, 1) % 11 == 0 and total(t, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0, "15108695088"), "kennitala": (lambda t: total(t, 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0, "1201743399"),
    "hetu": (lambda t: "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(t[:-1].replace("A", "")) % 31] == t[-1], "131052308T"),
    "personaskods": (lambda t: (1101 - total(t, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11 == int(t[10]), "16117519997"), "cuil": (lambda t: total(t, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0, "20267565393"),
    "tckn": (lambda t: (7 * sum(map(int, t[:9:2])) - sum(map(int, t[1:8:2]))) % 10 == int(t[9]) and sum(map(int, t[:10])) % 10 == int(t[10]), "17291716060"), "kodemelli": (lambda t: falling(t) % 11 == 0 or (falling(t[:9] + "0") % 11, int(t[9])) in ((0, 0), (1, 1)), "0499370899"),
    "ric": (lambda t: (sum(int(one) * pow(2, 17 - at, 11) for at, one in enumerate(t[:17])) + (10 if t[17] == "X" else int(t[17]))) % 11 == 1, "11010519491231002X"), "thid": (lambda t: (11 - total(t, *range(13, 1, -1)) % 11) % 10 == int(t[12]), "1234545678781"),
    "rrn": (lambda t: (11 - total(t, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5) % 11) % 10 == int(t[12]), "9710139019902"), "nric": (lambda t: "JZIHGFEDCBA"[(total(t[1:8], 2, 7, 6, 5, 4, 3, 2) + 4 * (t[0] in "TG")) % 11] == t[8], "S1234567D"),
    "hkid": (lambda t: (9 * 36 + 8 * int(t[0], 36) + total(t[1:7], 7, 6, 5, 4, 3, 2) + int(t[7], 36)) % 11 == 0, "A1234563"), "medicare_au": (lambda t: total(t, 1, 3, 7, 9, 1, 3, 7, 9) % 10 == int(t[8]), None),
    "ird": (lambda t: total(t.zfill(9), 3, 2, 7, 6, 5, 4, 3, 2, 1) % 11 == 0, "49091850"), "dea": (lambda t: (int(t[2]) + int(t[4]) + int(t[6]) + 2 * (int(t[3]) + int(t[5]) + int(t[7]))) % 10 == int(t[8]), "AP5836727"),
    "ppsn": (lambda t: "WABCDEFGHIJKLMNOPQRSTUV"[(total(t[:7], *range(8, 1, -1)) + 9 * (ord(t[8]) - 64 if len(t) > 8 else 0)) % 23] == t[7], "6433435F"), "svnr": (lambda t: total(t[:3] + t[4:], 3, 7, 9, 5, 8, 4, 2, 1, 6) % 11 == int(t[3]), "1237010180"),
    "kvnr": (lambda t: sum(sum(map(int, str(int(one) * (1 + at % 2)))) for at, one in enumerate(f"{ord(t[0]) - 64:02}" + t[1:9])) % 10 == int(t[9]), "X110411675"), "adoazonosito": (lambda t: total(t, *range(1, 10)) % 11 == int(t[9]), None),
    "mynumber": (lambda t: (lambda r: 0 if r < 2 else 11 - r)(total(t[10::-1], 2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6) % 11) == int(t[11]), "123456789018"), "twid": (lambda t: (lambda n: (n // 10 + total(str(n % 10) + t[1:], 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0)("ABCDEFGHJKLMNPQRSTUVXYWZIO".index(t[0]) + 10), "A123456789"),
}


class Exam(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.TemporaryDirectory()
        cls.out, cls.small = pathlib.Path(cls.room.name) / "a", pathlib.Path(cls.room.name) / "small"
        cls.cells, cls.labels, cls.columns = generate.make(10, cls.out)
        with mock.patch.object(generate, "ROWS", ROWS_SHORT):
            cls.few = generate.make(10, cls.small)
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
        code, said = self.score(self.few[1])
        self.assertEqual((code, "floors: all met" in said), (0, True))

    def test_failed_by_who_finds_nothing_or_flags_all(self):
        self.assertEqual(self.score([])[0], 1)
        code, said = self.score([{"id": cell["id"], "spans": [[0, len(cell["text"]), "PERSON"]]} for cell in self.few[0]])
        self.assertEqual((code, "look-alikes 1.000 >" in said), (1, True))

    def test_failed_by_who_misses_one_class(self):
        for name in ("secret", "phone", "person"):
            code, said = self.score([label for label in self.few[1] if label["class"] != name])
            self.assertEqual((code, f"{name} 0.000 <" in said), (1, True))

    def test_same_seed_same_bytes(self):
        other = pathlib.Path(self.room.name) / "b"
        with mock.patch.object(generate, "ROWS", ROWS_SHORT):
            generate.make("10", other)
        for path in sorted(self.small.rglob("*.*")):
            self.assertEqual(path.read_bytes(), (other / path.relative_to(self.small)).read_bytes(), path.name)

    def test_other_seed_same_columns(self):
        with mock.patch.object(generate, "ROWS", ROWS_SHORT):
            cells, _, columns = generate.make(11, pathlib.Path(self.room.name) / "c")
        self.assertEqual(columns, self.columns)
        self.assertNotEqual([cell["text"] for cell in cells], [cell["text"] for cell in self.few[0]])

    def test_labels(self):
        ends = collections.defaultdict(int)
        for label in self.labels:
            value, at = self.value(label), (label["column"], label["row"])
            self.assertTrue(value and value == value.strip() and "‹" not in value, label)
            self.assertGreaterEqual(label["start"], ends[at], label)
            ends[at] = label["end"]
        self.assertEqual({label["class"] for label in self.labels}, {"person", "address", "phone", "email", "dob", "ssn", "national_id", "health_id", "pan", "iban", "secret"})

    def test_every_personal_column_has_labels_and_no_other(self):
        self.assertEqual({label["column"] for label in self.labels}, {name for name, column in self.by_name.items() if column["kind"] != "plain"})
        self.assertEqual(len(self.by_name), len(self.columns))

    def test_every_cell_of_a_whole_column_is_labelled(self):
        having = {(label["column"], label["row"]) for label in self.labels}
        for name in self.texts:
            column, _, row = name.rpartition("/")
            if self.by_name[column]["kind"] != "plain":
                self.assertIn((column, int(row)), having)

    def test_counts_of_the_readme(self):
        readme = (HERE / "README.md").read_text(encoding="utf-8")
        plain = sum(column["kind"] == "plain" for column in self.columns)
        tables = {column["column"].split(".")[0] for column in self.columns}
        kinds = {label["kind"] for label in self.labels if label["class"] == "secret"}
        self.assertTrue(plain >= 450 and len(self.columns) - plain >= 450 and len(kinds) >= 80)
        for text in (f"{len(self.columns)} columns", f"in {len(tables)} tables", f"{len(self.cells):,} cells", f"{len(self.labels):,} labels", f"{len(self.columns) - plain} columns hold", f"{plain} are look-alikes",
                     f"{len(kinds)} kinds of secrets", f"{len(people.PEOPLE)} populations", f"in {len({one['lang'] for one in people.PEOPLE.values()})} languages"):
            self.assertIn(text, readme)
        self.assertLessEqual(set(keys.TOKENS), kinds)

    def test_check_digits(self):
        seen = collections.Counter()
        for label in self.labels:
            value, kind = self.value(label), label["kind"]
            if label["class"] == "pan":
                self.assertTrue(luhn_ok(value) and 13 <= len(bare(value)) <= 19, value)
            elif label["class"] == "iban":
                self.assertTrue(iban_ok(value), value)
                if kind == "BE":
                    self.assertEqual((int(bare(value)[4:14]) - int(bare(value)[14:])) % 97, 0)
            elif kind in CHECKS and label["class"] in ("national_id", "health_id"):
                text = value if kind == "mrz2" else re.sub(r"[ ./()-]", "", value)
                self.assertTrue(CHECKS[kind][0](text), (kind, value))
                seen[kind] += 1
        self.assertEqual(set(CHECKS) - set(seen), set())

    def test_published_samples(self):
        for kind, (check, sample) in CHECKS.items():
            if sample:
                self.assertTrue(check(sample), kind)
                last = "1" if sample[-1] != "1" else "2"
                self.assertFalse(check(sample[:-1] + last) and kind != "kennitala", kind)  # its last digit is the century
        self.assertTrue(iban_ok("GB82 WEST 1234 5698 7654 32") and luhn_ok("4111111111111111") and not luhn_ok("4111111111111112"))

    def test_birthdays_agree_in_a_row(self):
        for cell in self.cells:
            if cell["c"] == "주민등록번호":
                born = self.texts.get("GENE_LAB.생년월일/" + cell["id"].rpartition("/")[2])
                if born:
                    self.assertEqual(cell["text"][:6], born.replace("-", "")[2:])

    def test_what_only_looks_alike(self):
        for cell in self.cells:
            if cell["c"] in ("MID", "NETWORK_TXN_ID", "SSCC", "TARJETA_PUNTOS", "OCR_NUMMER"):
                self.assertFalse(luhn_ok(cell["text"]), cell["id"])
            if cell["c"] in ("ISBN13", "BOOK_ISBN", "EAN", "COD_BARRAS", "CASE_BARCODE"):
                self.assertEqual(total(cell["text"], *(1, 3) * 6, 1) % 10, 0, cell["id"])

    def test_types(self):
        for cell in self.cells:
            if cell["type"] == "VARIANT":
                json.loads(cell["text"])
            elif cell["type"] in ("NUMBER", "FLOAT"):
                self.assertRegex(cell["text"], r"^-?(0|[1-9]\d*)(\.\d+)?$", cell["id"])
            elif cell["type"] == "DATE":
                self.assertRegex(cell["text"], r"^\d{4}-\d\d-\d\d$")
            self.assertIsNone(re.search(r"[‹›⏎⁏§]|\{[a-zA-Z]\d", cell["text"]), cell["id"])

    def test_tables_hold_the_same(self):
        for path in (self.out / "tables").glob("*.csv"):
            with open(path, encoding="utf-8", newline="") as file:
                for number, row in enumerate(csv.DictReader(file)):
                    for name, text in row.items():
                        self.assertEqual(text, self.texts.get(f"{path.stem}.{name}/{number}", ""))

    def test_no_whole_token_and_no_long_file_in_the_folder(self):
        leak = re.compile("(gh[pousr]_|github_pat_|glpat-|xox[bp]-|sk_live_|sk-proj-|sk-ant-|AIza|npm_|SG\\.|hvs\\.|dop_v1_|shpat_)[A-Za-z0-9_-]{10}")
        for path in [*HERE.glob("*.py"), *HERE.rglob("*.txt"), *HERE.glob("*.md")]:
            text = path.read_text(encoding="utf-8")
            self.assertIsNone(leak.search(text), path.name)
            self.assertLessEqual(text.count("\n"), 300, path.name)


if __name__ == "__main__":
    unittest.main()
