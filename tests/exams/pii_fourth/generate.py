"""Makes the fourth exam of detectors: cells with labels, in the form of `../pii/make.py`.

Enters: a seed, a folder; `tables/*.txt`, `words/*.txt`. Leaves in the folder: `cells.jsonl`, `columns.jsonl`, `labels.jsonl` (ends in bytes of
UTF-8), `tables/*.csv`; the same seed gives the same bytes. Never here: detecting, scoring, the network.

    python3 tests/exams/pii_fourth/generate.py 7 /tmp/pii-fourth
"""

import csv
import json
import os
import pathlib
import random
import sys
import keys  # noqa: F401  (each of these registers its fields)
import money  # noqa: F401
import papers_far  # noqa: F401
import people  # noqa: F401
import places  # noqa: F401
import plain  # noqa: F401
import template

HERE = pathlib.Path(__file__).parent
ROWS = 40
KINDS = {'person', 'address', 'phone', 'email', 'ssn', 'pan', 'iban', 'secret', 'dob', 'national_id', 'health_id', 'text', 'mixed', 'log', 'url', 'json', 'plain'}
NAMINGS = {'telling', 'abbreviated', 'opaque', 'misleading'}
NULLS = .05


def tables():
    """[(table, language, [column])] of `tables/*.txt`: `@ table language`, then `name | naming | kind[:place][:TYPE] | template`."""
    found = []
    for path in sorted((HERE / 'tables').glob('*.txt')):
        for line in path.read_text(encoding='utf-8').splitlines():
            if line.startswith('@ '):
                _, table, language = line.split()
                found.append((table, language, []))
            elif line.strip() and not line.startswith('# '):
                name, naming, kind, text = (part.strip() for part in line.split(' | ', 3))
                decidable = not kind.startswith('!')
                kind, *rest = kind.lstrip('!').split(':')
                column = {'name': name, 'naming': naming, 'kind': kind, 'decidable': decidable, 'type': 'VARCHAR', 'place': 'cell', 'template': text}
                for one in rest:
                    column['type' if one.isupper() else 'place'] = one
                assert kind in KINDS and naming in NAMINGS, line
                found[-1][2].append(column)
    return found


def cells(seed, table, column):
    """[(text, spans)] of a column; None is NULL."""
    r = random.Random(f'{seed} {table} {column["name"]}')
    out = []
    for _ in range(ROWS):
        if r.random() < NULLS:
            out.append(None)
            continue
        text, spans = template.unmark(template.fill(r, column['template']))
        assert text and not any('\ue000' <= c <= '\ue0ff' for c in text), (table, column['name'], text)
        out.append((text, spans))
    return out


def dump(file, **record):
    file.write(json.dumps(record, ensure_ascii=False) + '\n')


def size(text):
    return len(text.encode())


def main(seed, out):
    os.makedirs(os.path.join(out, 'tables'), exist_ok=True)
    number = 0
    names = ('cells', 'labels', 'columns')
    files = {name: open(os.path.join(out, name + '.jsonl'), 'w', encoding='utf-8', newline='\n') for name in names}
    for table, language, columns in tables():
        random.Random(f'order {table}').shuffle(columns)        # the same for every seed
        grid = []
        for column in columns:
            number += 1
            at = f'fourth-{number}'
            shown = {key: column[key] for key in ('name', 'kind', 'naming', 'decidable', 'type', 'place')}
            dump(files['columns'], column=at, table=table, lang=language, **shown)
            got = cells(seed, table, column)
            grid.append([cell[0] if cell else '' for cell in got])
            for row, cell in enumerate(got):
                if not cell:
                    continue
                text, spans = cell
                dump(files['cells'], id=f'{at}/{row}', t=table, c=column['name'], ty=column['type'], text=text)
                for cls, kind, start, end in spans:
                    assert text[start:end].strip() == text[start:end] != '', (table, column['name'], text)
                    dump(files['labels'], column=at, row=row, **{'class': cls}, kind=kind, start=size(text[:start]), end=size(text[:end]))
        with open(os.path.join(out, 'tables', table + '.csv'), 'w', encoding='utf-8', newline='') as file:
            writer = csv.writer(file)
            writer.writerow([column['name'] for column in columns])
            writer.writerows(zip(*grid))
    for file in files.values():
        file.close()


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
