"""Names for differences.

Enters: a minimised tree and what differs. Leaves: a shape that other statements of the same kind share, and words for it.
Never here: execution.
"""

from sqlglot import exp

from worlds import TABLES, VIEWS

_CLASS = {name: cls for columns in [*TABLES.values(), *VIEWS.values()] for name, _, cls in columns}


def shape(tree, what):
    """The statement without its names and literals, and what differs."""
    tree = tree.copy()
    names = {}
    for node in tree.find_all(exp.Column, exp.Literal, exp.Table):
        if isinstance(node, exp.Literal):
            node.set("this", "0")
            node.set("is_string", False)
        elif isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            node.set("this", exp.to_identifier("t"))
            node.set("db", None)
            node.set("catalog", None)
        elif isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier):
            known = _CLASS.get(node.name.upper(), "other")
            node.set("this", exp.to_identifier("plain" if known is None else "tagged" if known != "other" else "made"))
            node.set("table", None)
    for node in tree.find_all(exp.TableAlias, exp.Alias):
        key = "alias" if isinstance(node, exp.Alias) else "this"
        if isinstance(node.args.get(key), exp.Identifier):
            node.set(key, exp.to_identifier(names.setdefault(node.args[key].name, "n")))
    return f"{what}: {tree.sql('snowflake')}"


_PARTS = [
    (exp.Explode, "FLATTEN"), (exp.SplitToTable, "SPLIT_TO_TABLE"), (exp.Lateral, "lateral subquery"), (exp.Pivot, "(un)pivot"),
    (exp.Union, "UNION"), (exp.Intersect, "INTERSECT"), (exp.Except, "EXCEPT"), (exp.Distinct, "DISTINCT"), (exp.Group, "grouping"),
    (exp.Having, "HAVING"), (exp.Qualify, "QUALIFY"), (exp.Window, "window"), (exp.Order, "order"), (exp.Exists, "EXISTS"),
    (exp.In, "IN"), (exp.Join, "join"), (exp.Where, "WHERE"), (exp.AggFunc, "aggregate"), (exp.Case, "CASE"), (exp.If, "IFF"), (exp.Nullif, "NULLIF"),
    (exp.DecodeCase, "DECODE"), (exp.RegexpExtract, "REGEXP_SUBSTR"), (exp.TryCast, "TRY_"), (exp.Cast, "cast"), (exp.Div, "division"),
    (exp.ParseJSON, "PARSE_JSON"), (exp.Subquery, "subquery"),
]


def name(tree, what):
    """What differs, by what."""
    parts = [word for kind, word in _PARTS if any(True for _ in tree.find_all(kind))]
    recursive = any(node.args.get("recursive") for node in tree.find_all(exp.With))
    return f"{what} by {' + '.join((['recursion'] if recursive else []) + parts) or 'expression'}"
