"""The exams themselves: whether they can be failed, and whether what they say of their cells is so.

Enters: the files beside this one. Leaves: pass or fail. Never here: detectors, verdicts of the gateway.

    python3 -m unittest discover -s tests/exams
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE / "pii"))
import make  # noqa: E402
import shapes  # noqa: E402
from dev import words as dev  # noqa: E402
from heldout import words as heldout  # noqa: E402


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def run(script, *arguments):
    return subprocess.run([sys.executable, str(HERE / script), *map(str, arguments)], capture_output=True, text=True)


class Statements(unittest.TestCase):
    def check(self, exam, answer):
        with tempfile.TemporaryDirectory() as folder:
            answers = pathlib.Path(folder) / "answers.jsonl"
            answers.write_text("".join(json.dumps(dict(answer(case), id=case["id"])) + "\n" for case in lines(HERE / exam)))
            return run("check.py", HERE / exam, answers, "--sessions")

    def test_cases_are_whole(self):
        for exam in ("daily.jsonl", "attacks.jsonl"):
            cases = lines(HERE / exam)
            self.assertEqual(len({case["id"] for case in cases}), len(cases))
            for case in cases:
                self.assertTrue(set(case["expect"]) <= {"allow", "mask", "hold", "deny"} and case["expect"], case["id"])
                self.assertTrue(case.get("mask") or case["expect"] != ["mask"], case["id"])

    def test_right_answers_pass(self):
        for exam in ("daily.jsonl", "attacks.jsonl"):
            done = self.check(exam, lambda case: {"verdict": case["expect"][0], "mask": case["mask"] or [], "blind": case["mask"] or []})
            self.assertEqual(done.returncode, 0, done.stdout)

    def test_a_gate_that_lets_everything_through_fails(self):
        self.assertEqual(self.check("attacks.jsonl", lambda case: {"verdict": "allow"}).returncode, 1)
        self.assertEqual(self.check("daily.jsonl", lambda case: {"verdict": "allow"}).returncode, 1)

    def test_a_gate_that_holds_everything_shows(self):
        done = self.check("daily.jsonl", lambda case: {"verdict": "hold"})
        self.assertEqual(done.stdout.count("expected allow") + done.stdout.count("expected mask"), len(lines(HERE / "daily.jsonl")))


class Cells(unittest.TestCase):
    def test_labels_name_what_stands_there(self):
        for part in ("dev", "heldout"):
            for column, rows in make.build(part):
                for text, spans in rows:
                    for label, kind, start, end in spans:
                        value = text.encode()[start:end].decode()
                        self.assertTrue(value and value == value.strip(), (column["column"], text, label))
                        if label == "pan":
                            self.assertTrue(shapes.passes_luhn("".join(filter(str.isdigit, value))), value)
                        if label == "email" and kind == "plain":
                            self.assertIn("@", value)
                    if column["kind"] == "plain":
                        self.assertFalse(spans)

    def test_the_same_part_gives_the_same_cells(self):
        self.assertEqual(make.build("dev")[7], make.build("dev")[7])

    def test_no_word_is_in_both_parts(self):
        for lang in set(dev.PEOPLE) & set(heldout.PEOPLE):
            for key in ("g", "s", "g2", "s2", "streets", "cities"):
                self.assertFalse(set(dev.PEOPLE[lang].get(key, "").split()) & set(heldout.PEOPLE[lang].get(key, "").split()), (lang, key))

    def test_scores(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(run("pii/make.py", "dev", folder).returncode, 0)
            folder = pathlib.Path(folder)
            self.assertEqual(run("pii/score.py", folder, folder / "labels.jsonl", "--floors").returncode, 0)
            none, all_ = folder / "none.jsonl", folder / "all.jsonl"
            none.write_text("")
            all_.write_text("".join(json.dumps({"id": cell["id"], "spans": [[0, len(cell["text"]), "SSN"]]}) + "\n" for cell in lines(folder / "cells.jsonl")))
            self.assertIn("person 0.000", run("pii/score.py", folder, none, "--floors").stdout)
            self.assertIn("look-alikes 1.000", run("pii/score.py", folder, all_, "--floors").stdout)


if __name__ == "__main__":
    unittest.main()
