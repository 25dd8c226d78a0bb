"""Whether what is delivered on D and on pi(D) is the same.

Enters: the answers on both, a mask plan, a world. Leaves: what differs, or nothing. Never here: SQL beside one probe a column.

Masks that keep something (equality, the last four, a domain, a year) are followed through the renaming: what such a mask shows
of a value v on D is the same as what it shows of pi(v) on pi(D), or the same part of a literal on both. Where worlds collide in that, only its NULLs
are compared; a keyed hash never collides.
"""

import json
from collections import Counter
from dataclasses import dataclass, field

from worlds import TABLES

_CONSTANT = ("redact", "nullify")


class Shown:
    """What masks that keep something show of a world's values, on either side."""

    def __init__(self, gate):
        self._gate, self._sides, self._colliding = gate, ({}, {}), False

    def learn(self, world):
        """Delivers each tagged column once with the plan of `SELECT column FROM table`."""
        probes = [(table, at, name) for table, columns in TABLES.items() for at, (name, _, cls) in enumerate(columns) if cls]
        self._sides, self._colliding = ({}, {}), world.colliding
        decided = self._gate.decide([f"SELECT {name} FROM {table}" for table, _, name in probes])
        for (table, at, name), decision in zip(probes, decided):
            _, typ, cls = TABLES[table][at]
            plan = decision["plan"]
            if not plan["columns"] or plan["columns"][0]["operator"]["op"] in _CONSTANT:
                continue
            # A date beside a text literal is a text to DuckDB.
            for word in {"text": ["text"], "num": ["fixed"], "date": ["date", "text"]}.get(typ, ["variant"]):
                self._learn(plan, name, word, cls, world.renamed[cls])

    def _learn(self, plan, name, word, cls, renamed):
        columns = [{"name": name, "data_type": word, "nullable": True, "precision": None, "scale": 0 if word == "fixed" else None,
                    "length": None, "origin": ""}]
        sides = [[[str(pair[side]) if word == "text" else _encoded(pair[side])] for pair in renamed] for side in (0, 1)]
        for side, masked in zip(self._sides, self._gate.deliver(plan, [(columns, rows) for rows in sides])):
            seen = Counter(row[0] for row in masked)
            known = side.setdefault(_key(plan["columns"][0]), {})
            for number, row in enumerate(masked):
                if seen[row[0]] == 1 and row[0] is not None:
                    known[row[0]] = ("of", cls, number)

    def follow(self, plan, rows, side):
        """Cells as comparable between the sides."""
        loose = set()
        if self._colliding:
            loose = {column["ordinal"] for column in plan["columns"] if column["operator"]["op"] not in (*_CONSTANT, "hash")}
        keeping = {column["ordinal"]: (self._sides[side].get(_key(column)), column["operator"]["op"] == "hash") for column in plan["columns"]
                   if column["operator"]["op"] not in _CONSTANT}
        keeping = {ordinal: known for ordinal, known in keeping.items() if known[0]}

        def cell_of(at, cell):
            if at in loose:
                return cell if cell is None else "shown"
            known, strict = keeping.get(at, ({}, True))
            followed = known.get(cell, cell)
            return followed if strict or followed == cell else Part(followed, cell)

        return [tuple(cell_of(at, cell) for at, cell in enumerate(row)) for row in rows]


@dataclass(frozen=True)
class Part:
    """A part of a value, as a mask shows it: of the same value, or simply the same part, as a statement's own literal has it."""

    of: tuple
    text: str = field(compare=False)


def _match(left, right):
    """Whether the rows of both sides are the same in any order."""
    lacking = Counter(left)
    extra = []
    for row in right:
        if lacking[row] > 0:
            lacking[row] -= 1
        else:
            extra.append(row)
    rest = [row for row, times in lacking.items() for _ in range(times)]
    if len(rest) != len(extra):
        return False
    taken = {}  # of rest -> of extra

    def place(number, tried):
        for at, row in enumerate(rest):
            if at not in tried and all(map(_same, row, extra[number])):
                tried.add(at)
                if at not in taken or place(taken[at], tried):
                    taken[at] = number
                    return True
        return False

    return all(place(number, set()) for number in range(len(extra)))


def _same(one, other):
    text = one.text if isinstance(one, Part) else one
    return one == other or text == (other.text if isinstance(other, Part) else other)


def _key(column):
    return json.dumps([column["operator"], column["label"]], sort_keys=True)


def _encoded(value):
    if hasattr(value, "toordinal"):
        return str(value.toordinal() - 719163)
    return str(value)


def difference(here, there, plan, deliver, shown):
    """What differs between two answers, in a word; none if nothing does."""
    if here.failed or there.failed:
        return None if here.failed and there.failed else "error"
    if [column["name"] for column in here.columns] != [column["name"] for column in there.columns]:
        return "names"
    if len(here.rows) != len(there.rows):
        return "number of rows"
    delivered = deliver(plan, [(here.columns, here.rows), (there.columns, there.rows)])
    if delivered[0] is None or delivered[1] is None:
        return None if delivered[0] is None and delivered[1] is None else "error"
    left, right = shown.follow(plan, delivered[0], 0), shown.follow(plan, delivered[1], 1)
    if not _match(left, right):
        nulls = [Counter(tuple(cell is None for cell in row) for row in rows) for rows in (left, right)]
        return "NULLs" if nulls[0] != nulls[1] else "cells"
    if here.ties is not None and there.ties is not None:
        if here.ties != there.ties or not all(map(_match, _stretches(left, here.ties), _stretches(right, there.ties))):
            return "order"
    return None


def _stretches(rows, ties):
    stretches, at = [], 0
    for length in ties:
        stretches.append(rows[at:at + length])
        at += length
    return stretches
