"""That the oracle is not blind: shapes known to leak differ when they are let through, and nothing differs under pi = identity.

Enters: a run, the shapes. Leaves: the shapes that were not seen, a word each. Never here: a verdict taken for the gate's.
"""

import copy
import random
import re

from sqlglot import exp

import translate
import worlds
from grammar import Grammar
from twins import Cannot

WORLDS = 40
NO_PLAN = {"columns": [], "mask_all": False}
_PLAIN = {name for columns in worlds.TABLES.values() for name, _, cls in columns if not cls}


def _is_shown(output):
    """Whether an output's values are made of untagged columns, whatever decides which of them, and how many."""
    if isinstance(output, (exp.Count, exp.ArraySize, exp.CountIf, exp.Exists)):
        return True
    if isinstance(output, exp.Column):
        return output.name.upper() in _PLAIN
    if isinstance(output, exp.Window):
        return _is_shown(output.this)
    if isinstance(output, (exp.ArgMax, exp.ArgMin)):
        return _is_shown(output.this)
    if isinstance(output, exp.Subquery):
        return all(map(_is_shown, output.this.expressions))
    return all(_is_shown(part) for part in output.iter_expressions())


def plain_masks(tree):
    """Masks as the simplest gate would have them: a masked cell says only whether it is NULL."""
    everything = tree.find(exp.Pivot) is not None and any(output.is_star for output in tree.selects)
    shown = {at for at, output in enumerate(tree.selects) if everything or (not output.is_star and _is_shown(output))}

    def deliver(_, results):
        return [[[cell if cell is None or everything or at in shown else "***" for at, cell in enumerate(row)] for row in rows] for _, rows in results]

    return deliver


def unseen(run, shapes):
    """The `(sql, kind)` that differ in no world, whatever the gate says, under masks that keep NULLs."""
    left = {sql: kind for sql, kind in shapes}
    texts = sorted({text for sql in left for text in re.findall(r"'([^'%^]+)'", sql)})
    for number in range(WORLDS):
        run.load(worlds.make(random.Random(f"self-test/{number}"), texts))
        for sql in list(left):
            tree = translate.parse(sql)
            run.deliver = plain_masks(tree)
            try:
                if run.differs(tree, NO_PLAN)[0] not in (None, "chance"):
                    del left[sql]
            except Cannot as error:
                left[sql] = f"{left[sql]} (cannot be run: {error})"
        if not left:
            break
    return list(left.items())


def unfounded(run, statements=400):
    """Statements that differ although nothing is renamed: the oracle's own faults."""
    faults = []
    rng = random.Random("identity")
    for number in range(statements):
        if number % 50 == 0:
            world = worlds.make(rng)
            world.twin = copy.deepcopy(world.rows)
            world.renamed = {cls: [(value, value) for value, _ in pairs] for cls, pairs in world.renamed.items()}
            run.load(world)
        sql = Grammar(rng, world, 0.2).statement()
        try:
            what, _ = run.differs(translate.parse(sql), NO_PLAN)
        except Cannot:
            continue
        except Exception:  # sqlglot cannot read it
            continue
        if what not in (None, "chance"):
            faults.append(f"{what}: {sql}")
    return faults


def read(path):
    """The shapes of a file, `statement; -- kind` a line."""
    for line in path.read_text().splitlines():
        statement, _, kind = line.partition("--")
        if statement.strip():
            yield statement.strip().rstrip(";"), kind.strip()
