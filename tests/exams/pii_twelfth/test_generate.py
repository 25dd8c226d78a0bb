"""Whether the twelfth exam of detectors says what is so.

Enters: generate.py, the score of ../pii. Leaves: pass or fail. Never here: detectors.

    python3 -m unittest discover -s tests/exams/pii_twelfth
"""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
import guard  # noqa: E402
import keys  # noqa: E402
import papers  # noqa: E402
import things  # noqa: E402
from engine import Cell, FIELDS  # noqa: E402
from random import Random  # noqa: E402

TABLES, COLUMNS, SENSITIVE, CELLS, LABELS = 81, 1695, 890, 48311, 26720


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def run(*arguments):
    return subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True)


def bare(text):
    return re.sub(r"[^0-9A-Za-zÑ&]", "", text).upper()


def total(text, weights):
    return sum(int(one, 36) * weight for one, weight in zip(text, weights))


def iso_11_10(text):
    rest = 5
    for one in text:
        rest = (((rest or 10) * 2) % 11 + int(one)) % 10
    return rest == 1


def verhoeff(text):
    """By the dihedral group itself, not its table."""
    def times(left, right):
        return (left + (right if left < 5 else -right) % 5) % 5 + 5 * ((left > 4) != (right > 4))
    rest, step = 0, [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    for at, one in enumerate(reversed(text)):
        value = int(one)
        for _ in range(at % 8):
            value = step[value]
        rest = times(rest, value)
    return rest == 0


def mex(letters, start, modulus):
    return lambda t: sum((start - at) * letters.index(one) for at, one in enumerate(t[:-1])) + (10 if modulus == 11 and t[-1] == "A" else letters.index(t[-1])), modulus


CNP = (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)
# Kinds of documents → whether the bare number holds; published or well-known samples.
HOLDS = {
    "cpf": (guard.cpf_holds, ["11144477735"]),
    "dni": (guard.dni_holds, ["12345678Z"]),
    "nie": (guard.dni_holds, ["X2482300W"]),
    "nuss": (lambda t: int(t[:10]) % 97 == int(t[10:]), []),
    "cf": (lambda t: chr(65 + sum(papers.ODD[one] if at % 2 == 0 else int(one, 36) - 10 * one.isalpha() for at, one in enumerate(t[:15])) % 26) == t[15], ["RSSMRA85T10A562S"]),
    "nir": (lambda t: (int(t[:13]) + int(t[13:])) % 97 == 0, ["255081416802538"]),
    "nif_fr": (lambda t: int(t[:10]) % 511 == int(t[10:]), ["3023217600053"]),
    "rrn_be": (lambda t: any((int(lead + t[:9]) + int(t[9:])) % 97 == 0 for lead in ("", "2")), ["85073003328"]),
    "bsn": (lambda t: total(t, (9, 8, 7, 6, 5, 4, 3, 2, -1)) % 11 == 0, ["111222333"]),
    "steuerid": (iso_11_10, ["36574261809"]),
    "oib": (iso_11_10, ["33392005961"]),
    "perso": (lambda t: total(t[:9], (7, 3, 1) * 3) % 10 == int(t[9]), ["T220001293"]),
    "svnr": (lambda t: total(t[:3] + t[4:], (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11 == int(t[3]), ["1237010180"]),
    "ahv": (lambda t: total(t, (1, 3) * 7) % 10 == 0, ["7569217076985"]),
    "pesel": (lambda t: total(t, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0, ["44051401359"]),
    "dowod": (lambda t: total(t, (7, 3, 1, 9, 7, 3, 1, 7, 3)) % 10 == 0, ["ABA300000"]),
    "rc": (lambda t: int(t) % 11 == 0, ["7103192745"]),
    "adoazon": (lambda t: total(t, range(1, 10)) % 11 == int(t[9]), ["8071592153"]),
    "taj": (lambda t: total(t, (3, 7) * 4) % 10 == int(t[8]), []),
    "cnp": (lambda t: total(t, CNP) % 11 % 10 + (total(t, CNP) % 11 == 10) == int(t[12]), ["1630615123457"]),
    "egn": (lambda t: total(t, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == int(t[9]), ["7523169263"]),
    "jmbg": (lambda t: total(t, (7, 6, 5, 4, 3, 2) * 2 + (1,)) % 11 == 0, ["0710003730015"]),
    "emso": (lambda t: total(t, (7, 6, 5, 4, 3, 2) * 2 + (1,)) % 11 == 0, ["0101006500006"]),
    "afm": (lambda t: total(t, (256, 128, 64, 32, 16, 8, 4, 2)) % 11 % 10 == int(t[8]), ["094259216"]),
    "amka": (guard.luhn_holds, ["01013099997"]),
    "rnokpp": (lambda t: total(t, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10 == int(t[9]), ["1759013776"]),
    "tckn": (lambda t: (7 * sum(map(int, t[0:9:2])) - sum(map(int, t[1:8:2]))) % 10 == int(t[9]) and sum(map(int, t[:10])) % 10 == int(t[10]), ["10000000146"]),
    "pnr": (guard.luhn_holds, ["8112189876"]),
    "pnr12": (lambda t: guard.luhn_holds(t[2:]), ["198112189876"]),
    "hetu": (lambda t: "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(t[:6] + t[-4:-1]) % 31] == t[-1], ["131052308T"]),
    "fnr": (lambda t: total(t, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0 and total(t, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0, ["15108695088"]),
    "kt": (lambda t: total(t, (3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0, ["1201743399"]),
    "isik": (lambda t: (total(t, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11 if total(t, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11 < 10 else total(t, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 % 10) == int(t[10]), ["36805280109"]),
    "pk_lv": (lambda t: (1101 - total(t, (1, 6, 3, 7, 9, 10, 5, 8, 4, 2))) % 11 % 10 == int(t[10]), ["16117519997"]),
    "nhs": (lambda t: total(t, (10, 9, 8, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0, ["9434765919"]),
    "ppsn": (lambda t: "WABCDEFGHIJKLMNOPQRSTUV"[(total(t, (8, 7, 6, 5, 4, 3, 2)) + 9 * (ord(t[8]) - 64 if len(t) > 8 else 0)) % 23] == t[7], ["6433435F", "6433435IH"]),
    "nif_pt": (lambda t: (total(t, (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 11) in ((0, 1) if t[8] == "0" else (0,)), ["501964843"]),
    "curp": (lambda t: (sum((18 - at) * "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ".index(one) for at, one in enumerate(t))) % 10 == 0, ["BOXW310820HNERXN09"]),
    "rfc": (lambda t: (sum((13 - at) * "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ".index(one) for at, one in enumerate(t[:12])) + (10 if t[12] == "A" else int(t[12]))) % 11 == 0, ["GODE561231GR8"]),
    "nss": (guard.luhn_holds, []),
    "cuil": (lambda t: total(t, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0, ["20055361682"]),
    "rut": (lambda t: (sum(int(one) * (2 + at % 6) for at, one in enumerate(t[-2::-1])) + (10 if t[-1] == "K" else int(t[-1]))) % 11 == 0, ["125319092"]),
    "ruc_pe": (lambda t: (11 - total(t, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 10 == int(t[10]), ["20512333797"]),
    "ced_ec": (guard.luhn_holds, ["1714307103"]),
    "ci_uy": (lambda t: total(t, (2, 9, 8, 7, 6, 3, 4, 1)) % 10 == 0, []),
    "ced_do": (guard.luhn_holds, ["00113918205"]),
    "sin": (guard.luhn_holds, ["046454286"]),
    "npi": (lambda t: guard.luhn_holds("80840" + t), ["1234567893"]),
    "dea": (lambda t: (total(t[2:8], (1, 2) * 3)) % 10 == int(t[8]), ["F91234563"]),
    "kz_iin": (lambda t: (total(t, range(1, 12)) % 11 if total(t, range(1, 12)) % 11 < 10 else total(t, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11) == int(t[11]), []),
    "tz": (guard.luhn_holds, ["039337423"]),
    "emirates": (guard.luhn_holds, []),
    "saudi": (guard.luhn_holds, []),
    "aadhaar": (verhoeff, ["2363", "234123412346"]),
    "thai": (lambda t: (11 - total(t, range(13, 1, -1)) % 11) % 10 == int(t[12]), ["1101700230708"]),
    "mynumber": (lambda t: (total(t, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) + int(t[11])) % 11 in ((0, 1) if t[11] == "0" else (0,)), ["123456789018"]),
    "rrn": (lambda t: (11 - total(t, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10 == int(t[12]), ["9710139019902"]),
    "cnid": (lambda t: (total(t[:17], (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) + (10 if t[17] == "X" else int(t[17]))) % 11 == 1, ["11010519491231002X"]),
    "twid": (lambda t: (lambda code: total(f"{code}{t[1:]}", (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)) % 10 == 0)({**dict(zip("ABCDEFGH", range(10, 18))), "I": 34, **dict(zip("JKLMN", range(18, 23))), "O": 35, **dict(zip("PQRSTUV", range(23, 30))), "W": 32, "X": 30, "Y": 31, "Z": 33}[t[0]]), ["A123456789"]),
    "hkid": (lambda t: (324 + total(t[:7], (8, 7, 6, 5, 4, 3, 2)) + (10 if t[7] == "A" else int(t[7]))) % 11 == 0, ["A1234563"]),
    "nric": (lambda t: ("JZIHGFEDCBA" if t[0] in "ST" else "XWUTRQPNMLK")[(total(t[1:8], (2, 7, 6, 5, 4, 3, 2)) + 4 * (t[0] in "TG")) % 11] == t[8], ["S1234567D", "F1234567N"]),
    "za_id": (guard.luhn_holds, ["7503305044089"]),
    "tfn": (lambda t: total(t, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0, ["123456782"]),
    "medicare": (lambda t: total(t, (1, 3, 7, 9) * 2) % 10 == int(t[8]), ["2123456701"]),
    "ird": (lambda t: any(total(t, weights + (1,)) % 11 == 0 for weights in ((3, 2, 7, 6, 5, 4, 3, 2), (7, 4, 3, 2, 5, 2, 7, 6))), ["136410132"]),
    "mrz": (lambda t: total(t[:9], (7, 3, 1) * 3) % 10 == int(t[9]), ["L898902C36"]),
    "cc_pt": (lambda t: sum((lambda value: value - 9 if at % 2 and value > 9 else value)(int(one, 36) * (1 + at % 2)) for at, one in enumerate(reversed(t))) % 10 == 0, ["000000000ZZ4"]),
    "kvnr": (lambda t: sum(sum(map(int, str(int(one) * (1 + at % 2)))) for at, one in enumerate(f"{ord(t[0]) - 64:02}{t[1:9]}")) % 10 == int(t[9]), ["A123456780"]),
    "rvnr": (lambda t: sum(sum(map(int, str(int(one) * weight))) for one, weight in zip(f"{t[:8]}{ord(t[8]) - 64:02}{t[9:11]}", (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1))) % 10 == int(t[11]), ["15070649C103"]),
    "ohip": (lambda t: guard.luhn_holds(t[:10]), []),
    "nhi": (lambda t: sum(("ABCDEFGHJKLMNPQRSTUVWXYZ".index(one) + 1 if one.isalpha() else int(one)) * weight for one, weight in zip(t, (7, 6, 5, 4, 3, 2))) % 11 in (11 - int(t[6]), 1 if t[6] == "0" else 11 - int(t[6])), ["ZAC5361"]),
    "epic": (lambda t: guard.luhn_holds(t[3:]), []),
}
SHAPES = {
    "email": re.compile(r"^[\w.+%-]+(@|%40|&#64;)[\w-]+(\.[\w-]+)+$"), "dob": re.compile(r"\d.*\d|元年"), "phone": re.compile(r"^\+?[\d() ./-]+$"),
    "ssn": re.compile(r"^(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}$"), "person": re.compile(r"^[^\d@:;]+$"), "address": re.compile(r"\d"), "secret": re.compile(r"^\S(.|\n){2,}\S$"),
}


class Exam(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.scratch.name) / "twelve"
        made = run(HERE / "generate.py", 12, cls.folder)
        assert made.returncode == 0, made.stderr
        cls.columns = {one["column"]: one for one in lines(cls.folder / "columns.jsonl")}
        cls.cells = {one["id"]: one for one in lines(cls.folder / "cells.jsonl")}
        cls.labels = lines(cls.folder / "labels.jsonl")
        cls.at = collections.defaultdict(list)
        for label in cls.labels:
            cls.at[f"{label['column']}/{label['row']}"].append(label)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def value(self, label):
        return self.cells[f"{label['column']}/{label['row']}"]["text"].encode()[label["start"]:label["end"]].decode()

    def test_counts(self):
        plain = sum(one["kind"] == "plain" for one in self.columns.values())
        self.assertEqual((len({one["table"] for one in self.columns.values()}), len(self.columns), len(self.columns) - plain, len(self.cells), len(self.labels)), (TABLES, COLUMNS, SENSITIVE, CELLS, LABELS))
        self.assertGreaterEqual(len({one["kind"] for one in self.labels if one["class"] == "secret"}), 200)
        self.assertGreaterEqual(len({one["kind"] for one in self.labels if one["class"] == "phone"}), 30)
        self.assertGreaterEqual(len({one["lang"] for one in self.columns.values()}), 20)

    def test_every_kind_is_asked(self):
        said = {one["kind"] for one in self.labels}
        self.assertEqual(set(keys.KINDS) - said, set())
        self.assertEqual(set(papers.TABLE) - said, set())

    def test_labels_cover_what_they_say(self):
        for label in self.labels:
            value = self.value(label)
            self.assertEqual(value, value.strip(), label)
            if "\\u" in value:
                value = json.loads(f'"{value}"')
            if label["class"] in ("person", "phone"):
                value = urllib.parse.unquote(value)
            if label["class"] in SHAPES:
                self.assertRegex(value, SHAPES[label["class"]], label)
            if label["class"] == "phone":
                self.assertGreaterEqual(len(re.sub(r"\D", "", value)), 7, value)
            if label["class"] == "pan":
                number = re.sub(r"\D", "", value)
                self.assertTrue(13 < len(number) < 20 and guard.luhn_holds(number) and guard.IIN.match(number), value)
            if label["class"] == "iban":
                self.assertTrue(guard.iban_holds(bare(value)), value)
            if label["kind"] in HOLDS:
                self.assertTrue(HOLDS[label["kind"]][0](bare(value)), (label["kind"], value))

    def test_labels_do_not_overlap(self):
        for one in self.at.values():
            ends = sorted((label["start"], label["end"]) for label in one)
            self.assertTrue(all(left[1] <= right[0] for left, right in zip(ends, ends[1:])), one)

    def test_columns_hold_what_they_say(self):
        found = collections.Counter(label["column"] for label in self.labels)
        for name, column in self.columns.items():
            self.assertEqual(found[name] > 0, column["kind"] != "plain", column)
        for at, cell in self.cells.items():
            kind = self.columns[at.rpartition("/")[0]]["kind"]
            if kind not in ("plain", "text", "log", "url", "json"):
                self.assertTrue(self.at[at], cell)
                if kind != "mixed":
                    self.assertTrue(all(label["class"] == kind for label in self.at[at]), cell)

    def test_look_alikes_are_none_by_chance(self):
        for at, cell in self.cells.items():
            if self.columns[at.rpartition("/")[0]]["kind"] == "plain":
                self.assertIsNone(guard.sensitive(cell["text"]), cell)

    def test_guard_sees(self):
        sample = {"email": "write to ann.lee@example.com", "pan": "no 4111 1111 1111 1111 ok", "iban": "GB82 WEST 1234 5698 7654 32", "ssn": "ref 219-09-9999", "cpf": "111.444.777-35", "dni": "12345678Z",
                  "telephone": "call +47 22 12 34 56", "password in an address": "amqp://u:" + "pw" + "@h/"}
        for name, text in sample.items():
            self.assertEqual(guard.sensitive(text), name)
        for text in ("4111 1111 1111 1112", "219-09-0000", "GB83WEST12345698765432", "react@2.21.6", "12345678A"):
            self.assertIsNone(guard.sensitive(text), text)

    def test_published_samples(self):
        for kind, (holds, samples) in HOLDS.items():
            for sample in samples:
                self.assertTrue(holds(sample), (kind, sample))

    def test_documents_fail_when_a_digit_changes(self):
        person = __import__("people").Person(Random(5), "DE")
        for kind, (holds, _) in HOLDS.items():
            wrong = 0
            for seed in range(40):
                chance = Random(seed)
                text = bare(papers.TABLE[kind][0](chance, person))
                self.assertTrue(holds(text), (kind, text))
                at = max(index for index, one in enumerate(text) if one.isdigit())
                at = at if kind not in ("medicare", "kt", "ohip", "svnr", "rrn_be") else 7
                wrong += not holds(text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1:]) if text[at].isdigit() else 1
            self.assertGreater(wrong, 20, kind)

    def test_goods(self):
        cell = lambda seed: Cell(Random(seed), None, 0, None)  # noqa: E731
        for seed in range(30):
            say = lambda name, *rest: FIELDS[name](cell(seed), *rest)  # noqa: E731
            for name in ("ean13", "ean8", "upc", "sscc", "gln", "usps"):
                digits = say(name)
                self.assertEqual(sum(int(one) * (3 if at % 2 else 1) for at, one in enumerate(reversed(digits))) % 10, 0, name)
            self.assertEqual(sum(int(one) * (10 - at) if one != "X" else 10 for at, one in enumerate(say("isbn10"))) % 11, 0)
            issn = say("issn").replace("-", "")
            self.assertEqual(sum(int(one) * (8 - at) if one != "X" else 10 for at, one in enumerate(issn)) % 11, 0)
            self.assertTrue(guard.luhn_holds(say("imei")) and guard.luhn_holds(say("iccid")) and guard.luhn_holds(re.sub(r"\D", "", say("siret"))))
            self.assertEqual(int("".join(str(int(one, 36)) for one in say("lei"))) % 97, 1)
            cas = say("cas").replace("-", "")
            self.assertEqual(sum(int(one) * at for at, one in enumerate(reversed(cas))) % 10, int(cas[-1]))
            awb = say("awb").split("-")[1]
            self.assertEqual(int(awb[:7]) % 7, int(awb[7]))
            isin = "".join(str(int(one, 36)) for one in say("isin"))
            self.assertTrue(guard.luhn_holds(isin))
        self.assertEqual(papers.ean("978030640615"), "7")

    def test_same_seed_same_bytes_and_another_the_same_columns(self):
        again, other = self.folder.parent / "again", self.folder.parent / "other"
        for seed, folder in ((12, again), (99, other)):
            self.assertEqual(run(HERE / "generate.py", seed, folder).returncode, 0)
        for name in ("cells.jsonl", "labels.jsonl", "columns.jsonl"):
            self.assertEqual((again / name).read_bytes(), (self.folder / name).read_bytes())
        self.assertEqual((other / "columns.jsonl").read_bytes(), (self.folder / "columns.jsonl").read_bytes())
        self.assertNotEqual((other / "cells.jsonl").read_bytes(), (self.folder / "cells.jsonl").read_bytes())

    def test_can_be_failed_and_passed(self):
        nothing, all_ = self.folder.parent / "nothing.jsonl", self.folder.parent / "all.jsonl"
        nothing.write_text("")
        with open(all_, "w", encoding="utf-8") as file:
            for label in self.labels:
                file.write(json.dumps({key: label[key] for key in ("column", "row", "class", "start", "end")}) + "\n")
        score = HERE.parent / "pii" / "score.py"
        failed = run(score, self.folder, nothing, "--floors")
        self.assertEqual((failed.returncode, failed.stderr), (1, ""))
        passed = run(score, self.folder, all_, "--floors")
        self.assertEqual((passed.returncode, passed.stderr), (0, ""), passed.stdout)

    def test_no_secret_stands_in_the_sources(self):
        for path in HERE.rglob("*"):
            if path.suffix in (".py", ".txt", ".md"):
                text = path.read_text(encoding="utf-8")
                self.assertIsNone(dict(guard.FORMS)["token"].search(text), path)
                self.assertNotRegex(text, r"\b(AKIA|ASIA)[A-Z0-9]{16}\b")


if __name__ == "__main__":
    unittest.main()
