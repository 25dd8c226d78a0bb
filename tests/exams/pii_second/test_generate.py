"""That the second exam is what its README says: `python3 -m unittest discover -s tests/exams/pii_second`."""

import collections
import pathlib
import re
import unittest

import generate
import tokens

HERE = pathlib.Path(__file__).parent


class Second(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.exam = generate.build(7)

    def test_half_of_the_columns_are_lookalikes_without_labels(self):
        plain = [rows for column, rows in self.exam if column["kind"] == "plain"]
        self.assertGreater(len(self.exam), 200)
        self.assertAlmostEqual(len(plain) / len(self.exam), 0.5, delta=0.06)
        self.assertFalse([spans for rows in plain for _, spans in rows if spans])

    def test_a_third_of_the_names_each_way(self):
        counts = collections.Counter(column["naming"] for column, _ in self.exam)
        for naming in ("telling", "opaque", "misleading"):
            self.assertAlmostEqual(counts[naming] / len(self.exam), 1 / 3, delta=0.04)

    def test_every_personal_cell_has_whole_values_that_do_not_overlap(self):
        for column, rows in self.exam:
            for text, spans in rows:
                if text is None or column["kind"] == "plain":
                    continue
                self.assertTrue(spans, (column["name"], text))
                self.assertFalse(re.search("[\ue000-\uf8ff]", text))
                last = 0
                for label, _, start, end in spans:
                    value = text.encode()[start:end].decode()
                    self.assertTrue(value and value == value.strip() and start >= last, (label, text))
                    last = end

    def test_same_seed_same_cells(self):
        self.assertEqual(self.exam[11][1], generate.build(7)[11][1])
        self.assertNotEqual(self.exam[11][1], generate.build(8)[11][1])

    def test_no_source_holds_the_whole_prefix_of_a_token(self):
        source = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.py"))
        for kind in ("github", "github fine", "gitlab", "slack bot", "stripe", "anthropic", "databricks", "slack hook", "discord hook"):
            prefix = "".join(part for part in tokens.VENDORS[kind][:2] if isinstance(part, str))
            self.assertNotIn(prefix, source, kind)


if __name__ == "__main__":
    unittest.main()
