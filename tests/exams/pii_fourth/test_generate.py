"""The fourth exam: whether it can be failed, and whether its cells are what they say.

Enters: a folder made by `generate.py`. Leaves: pass or fail. Never here: detectors.

    python3 -m unittest discover -s tests/exams/pii_fourth
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
NAMES = ('cells.jsonl', 'columns.jsonl', 'labels.jsonl')


def made(seed):
    folder = tempfile.TemporaryDirectory()
    subprocess.run([sys.executable, str(HERE / 'generate.py'), str(seed), folder.name], check=True)
    return folder


def lines(folder, name):
    return [json.loads(line) for line in (pathlib.Path(folder) / name).read_text(encoding='utf-8').splitlines()]


class Fourth(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = made(7)
        cls.columns, cls.cells, cls.labels = (lines(cls.folder.name, name) for name in ('columns.jsonl', 'cells.jsonl', 'labels.jsonl'))
        cls.kind = {column['column']: column['kind'] for column in cls.columns}

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def score(self, spans):
        found = pathlib.Path(self.folder.name) / 'found.jsonl'
        found.write_text(''.join(json.dumps({'id': cell['id'], 'spans': spans(cell)}) + '\n' for cell in self.cells), encoding='utf-8')
        done = subprocess.run([sys.executable, str(HERE.parent / 'pii' / 'score.py'), self.folder.name, str(found), '--floors'], capture_output=True, text=True)
        rows = {}
        for line in done.stdout.split('\nclass / column name')[0].splitlines() + done.stdout.split('\nflagged without cause')[1].splitlines():
            row = re.match(r'(\S.*?)\s{2,}(\d+) +([\d.]+|-)', line)
            if row:
                rows[row[1]] = row[3]
        return done, rows

    def classes(self):
        return {label['class'] for label in self.labels}

    def test_nothing_found_is_recall_zero(self):
        done, rows = self.score(lambda cell: [])
        self.assertEqual(done.returncode, 1)
        self.assertEqual({rows[name] for name in self.classes()}, {'0.000'})
        self.assertEqual(rows['look-alike columns'], '0.000')

    def test_everything_flagged_is_every_lookalike(self):
        done, rows = self.score(lambda cell: [[0, len(cell['text']), 'PERSON']])
        self.assertEqual(done.returncode, 1)
        self.assertEqual({rows[name] for name in self.classes()}, {'1.000'})
        self.assertEqual(rows['look-alike columns'], '1.000')

    def test_right_answers_pass(self):
        texts = {cell['id']: cell['text'] for cell in self.cells}
        right = collections.defaultdict(list)
        for label in self.labels:
            at = f'{label["column"]}/{label["row"]}'
            data = texts[at].encode()
            right[at].append([len(data[:label['start']].decode()), len(data[:label['end']].decode()), label['class'].upper()])
        done, _ = self.score(lambda cell: right[cell['id']])
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_same_seed_gives_the_same_bytes_and_another_does_not(self):
        again, other = made(7), made(8)
        with again, other:
            for path in sorted(pathlib.Path(self.folder.name).rglob('*.csv')) + [pathlib.Path(self.folder.name) / name for name in NAMES]:
                self.assertEqual(path.read_bytes(), (pathlib.Path(again.name) / path.relative_to(self.folder.name)).read_bytes(), path.name)
            self.assertNotEqual(lines(other.name, 'cells.jsonl'), self.cells)
            self.assertEqual(lines(other.name, 'columns.jsonl'), self.columns)

    def test_columns_hold_what_their_kind_says(self):
        with_labels = {label['column'] for label in self.labels}
        for column, kind in self.kind.items():
            self.assertEqual(column in with_labels, kind != 'plain', column)
        self.assertEqual(len({(column['table'], column['name']) for column in self.columns}), len(self.columns))

    def test_labels_are_whole_characters_and_do_not_overlap(self):
        texts = {cell['id']: cell['text'].encode() for cell in self.cells}
        last = {}
        for label in self.labels:
            at = f'{label["column"]}/{label["row"]}'
            value = texts[at][label['start']:label['end']].decode()
            self.assertTrue(value and value == value.strip(), at)
            self.assertGreaterEqual(label['start'], last.get(at, 0), at)
            last[at] = label['end']

    def test_documents_are_json(self):
        variants = {column['column'] for column in self.columns if column['type'] == 'VARIANT'}
        for cell in self.cells:
            if cell['id'].partition('/')[0] in variants:
                json.loads(cell['text'])


if __name__ == '__main__':
    unittest.main()
