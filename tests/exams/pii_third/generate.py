"""Makes the third exam of detectors: cells with labels, in the form of `../pii/make.py`.

Enters: a seed, a folder. Leaves in the folder: `cells.jsonl`, `columns.jsonl`, `labels.jsonl` (ends in bytes of UTF-8), `tables/*.csv`; the
same seed gives the same bytes. Never here: detecting, scoring, the network.

    python3 tests/exams/pii_third/generate.py 7 /tmp/pii-third
"""

import csv
import json
import os
import random
import sys
import forge
import personal
import plain

ROWS = 40


def tables():
    order, by = [], {}
    for c in personal.COLS + plain.COLS:
        if c[0] not in by:
            order.append(c[0])
        by.setdefault(c[0], []).append(c)
    return order, by


def main(seed, out):
    os.makedirs(os.path.join(out, 'tables'), exist_ok=True)
    order, by = tables()
    n = 0
    with open(os.path.join(out, 'cells.jsonl'), 'w', encoding='utf-8') as fc, open(os.path.join(out, 'labels.jsonl'), 'w', encoding='utf-8') as fl, open(os.path.join(out, 'columns.jsonl'), 'w', encoding='utf-8') as fo:
        for t in sorted(order, key=lambda x: (x.split('.')[0], x)):
            cols = by[t]
            random.Random(f'order {t}').shuffle(cols)       # the same for every seed
            grid = []
            for _, name, naming, kind, fn, ty, place, lang, dec in cols:
                n += 1
                cid = f'third-{n}'
                r = random.Random(f'{seed} {t} {name}')
                fo.write(json.dumps({'column': cid, 'table': t, 'name': name, 'kind': kind, 'naming': naming, 'lang': lang, 'decidable': dec, 'type': ty, 'place': place}, ensure_ascii=False) + '\n')
                col = []
                for i in range(ROWS):
                    if r.random() < .05:
                        col.append('')
                        continue
                    text, spans = forge.unmark(fn(r))
                    assert text and not any('\ue000' <= c <= '\ue0ff' for c in text), (t, name, text)
                    col.append(text)
                    fc.write(json.dumps({'id': f'{cid}/{i}', 't': t, 'c': name, 'ty': ty, 'text': text}, ensure_ascii=False) + '\n')
                    for cls, k, s, e in spans:
                        assert text[s:e].strip() == text[s:e] != '', (t, name, text)
                        fl.write(json.dumps({'column': cid, 'row': i, 'class': cls, 'kind': k, 'start': len(text[:s].encode()), 'end': len(text[:e].encode())}, ensure_ascii=False) + '\n')
                grid.append(col)
            with open(os.path.join(out, 'tables', t + '.csv'), 'w', encoding='utf-8', newline='') as f:
                w = csv.writer(f)
                w.writerow([c[1] for c in cols])
                w.writerows(zip(*grid))


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(int(sys.argv[1]), sys.argv[2])
