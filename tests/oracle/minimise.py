"""A differing statement made as small as it gets while it still differs.

Enters: a tree and a test. Leaves: a smaller tree. Never here: a statement that the test refuses.
"""

import time

from sqlglot import exp

_CLAUSES = ("where", "having", "qualify", "order", "limit", "offset", "distinct", "group", "with_", "with", "laterals", "match_condition", "sample")


def _dropped(tree, path_of):
    """Trees with one thing less, biggest cuts first."""
    for number, node in enumerate(path_of(tree)):
        if isinstance(node, exp.SetOperation):
            yield number, lambda other: other.replace(other.this)
            yield number, lambda other: other.replace(other.expression)
        if isinstance(node, (exp.Subquery, exp.CTE)) and isinstance(node.this, exp.Select):
            inner = node.this.args.get("from_") or node.this.args.get("from")
            if isinstance(node, exp.Subquery) and inner and isinstance(inner.this, exp.Table) and not node.this.args.get("joins"):
                yield number, lambda other: other.replace(_renamed(other))
        if isinstance(node, exp.Query):
            for clause in _CLAUSES:
                if node.args.get(clause):
                    yield number, lambda other, clause=clause: other.set(clause, None)
            for at in range(len(node.args.get("joins") or [])):
                yield number, lambda other, at=at: other.args["joins"].pop(at)
            if len(node.expressions) > 1:
                for at in range(len(node.expressions)):
                    yield number, lambda other, at=at: other.expressions.pop(at)
            for at, output in enumerate(node.expressions):
                if not isinstance(output, exp.Literal) and not (isinstance(output, exp.Alias) and isinstance(output.this, exp.Literal)):
                    yield number, lambda other, at=at: _constant(other.expressions[at])
        elif isinstance(node, exp.With):
            for at in range(len(node.expressions)):
                yield number, lambda other, at=at: other.expressions.pop(at)
        elif isinstance(node, exp.Group) and len(node.expressions) > 1:
            for at in range(len(node.expressions)):
                yield number, lambda other, at=at: other.expressions.pop(at)
        elif isinstance(node, exp.Window):
            for clause in ("partition_by", "spec"):
                if node.args.get(clause):
                    yield number, lambda other, clause=clause: other.set(clause, None)
        elif isinstance(node, exp.Condition) and not isinstance(node, (exp.Column, exp.Literal, exp.Subquery)):
            parts = [key for key, value in node.args.items() if isinstance(value, exp.Condition)]
            for key in parts:
                yield number, lambda other, key=key: other.replace(other.args[key])
            for key, value in node.args.items():
                if isinstance(value, list):
                    for at, part in enumerate(value):
                        if isinstance(part, exp.Condition):
                            yield number, lambda other, key=key, at=at: other.replace(other.args[key][at])
        elif isinstance(node, exp.Alias) and isinstance(node.parent, exp.Query):
            yield number, lambda other: other.replace(other.this)


def _constant(output):
    output.replace(exp.alias_(exp.Literal.number(1), output.alias) if output.alias else exp.Literal.number(1))


def _renamed(subquery):
    inner = subquery.this.args.get("from_") or subquery.this.args.get("from")
    table = inner.this.copy()
    if subquery.alias:
        table.set("alias", exp.TableAlias(this=exp.to_identifier(subquery.alias)))
    return table


def _nodes(tree):
    return list(tree.walk(bfs=True))


def minimise(tree, differs, until):
    """The smallest tree found until then (`time.monotonic`) for which `differs(tree)` still holds."""
    tree, at, progress = tree.copy(), 0, False
    cuts = list(_dropped(tree, _nodes))
    while time.monotonic() < until:
        if at >= len(cuts):
            if not progress or not cuts:
                break
            at, progress = 0, False
        smaller = _cut(tree, *cuts[at])
        if smaller is not None and differs(smaller):
            tree, progress = smaller, True
            cuts = list(_dropped(tree, _nodes))
        else:
            at += 1
    return tree


def _cut(tree, number, cut):
    """A copy with one cut made; none where it cannot be."""
    smaller = tree.copy()
    nodes = _nodes(smaller)
    root = exp.Paren(this=smaller)
    try:
        cut(nodes[number])
    except (AttributeError, IndexError, TypeError, ValueError):
        return None
    smaller = root.this
    if not isinstance(smaller, exp.Query) or smaller == tree:
        return None
    return smaller.pop()
