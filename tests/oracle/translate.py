"""Snowflake's SQL as DuckDB's.

Enters: a statement as sqlglot's tree. Leaves: DuckDB text, and how its rows are ordered. Never here: execution.

sqlglot translates most of it; what it leaves out is here: table functions, ASOF, VARIANT, failing division, and the few words
that DuckDB lacks (`MACROS`). Where DuckDB is more lenient than Snowflake, Snowflake's failure is put in.
"""

import logging

import sqlglot
from sqlglot import exp

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_JSON = "to_json(x)"
MACROS = [
    # Not error(): that is volatile, and no key may be.
    "__div(a, b) AS CASE WHEN b = 0 THEN CAST('division by ' || b AS INT) ELSE a / b END",
    "__mod(a, b) AS CASE WHEN b = 0 THEN CAST('division by ' || b AS INT) ELSE a % b END",
    # A scalar of a VARIANT is its text, as it is wherever Snowflake compares, groups or joins it.
    f"""__flatten(x) AS CASE json_type({_JSON})
      WHEN 'ARRAY' THEN list_transform(json_extract({_JSON}, '$[*]'), lambda v, i: {{'seq': 1, 'key': NULL::VARCHAR,
        'path': '[' || (i - 1) || ']', 'index': i - 1, 'value': v ->> '$', 'this': {_JSON}::VARCHAR}})
      WHEN 'OBJECT' THEN list_transform(json_keys({_JSON}), lambda k, i: {{'seq': 1, 'key': k, 'path': k,
        'index': NULL::BIGINT, 'value': {_JSON} ->> ('$."' || k || '"'), 'this': {_JSON}::VARCHAR}})
      ELSE [] END""",
    """__flatten_outer(x) AS CASE WHEN len(__flatten(x)) > 0 THEN __flatten(x) ELSE [{'seq': 1, 'key': NULL::VARCHAR,
      'path': NULL::VARCHAR, 'index': NULL::BIGINT, 'value': NULL::VARCHAR, 'this': NULL::VARCHAR}] END""",
    "__split(x, s) AS list_transform(string_split(x, s), lambda v, i: {'seq': 1, 'index': i, 'value': v})",
    f"__size(x) AS CASE WHEN json_type({_JSON}) = 'ARRAY' THEN json_array_length({_JSON}) END",
    "__keys(x) AS CASE WHEN json_type(to_json(x)) = 'OBJECT' THEN json_keys(to_json(x)) END",
    "__parse(x) AS CASE WHEN trim(x) = '' THEN NULL ELSE json(x) END",
    f"__get(x, i) AS json_extract({_JSON}, CASE WHEN typeof(i) = 'VARCHAR' THEN '$.\"' || i || '\"' ELSE '$[' || i || ']' END)",
    "object_delete(x, k) AS to_json(x)",
    "to_variant(x) AS to_json(x)",
    "to_object(x) AS to_json(x)",
    "as_varchar(x) AS x ->> '$'",
    "is_integer(x) AS json_type(to_json(x)) IN ('BIGINT', 'UBIGINT')",
    "is_array(x) AS json_type(to_json(x)) = 'ARRAY'",
    # A card's number of rows would be the end of it.
    "__range(a, b) AS range(a, least(b, a + 200))",
]

_FORMATS = {"YYYY-MM": "%Y-%m", "YYYY": "%Y", "YYYY-MM-DD": "%Y-%m-%d", "MM": "%m", "DD": "%d", "MON": "%b", "HH24": "%H"}
_NO_TEXT = {"CARD", "DOB", "ID", "POINTS", "AMOUNT", "BUDGET", "QTY", "COST", "STAYED", "PROFILE", "ATTRS", "SEEN_ON", "PAID_AT",
            "PLACED_AT", "STARTED_AT", "CREATED_AT", "CUSTOMER_ID", "ORDER_ID", "ACTIVE"}
_OF_TEXT = (exp.Left, exp.Right, exp.Substring, exp.Upper, exp.Lower, exp.Replace, exp.SplitPart, exp.Split, exp.RegexpLike,
            exp.RegexpExtract, exp.RegexpReplace, exp.RegexpCount, exp.Like, exp.ILike, exp.StartsWith, exp.EndsWith,
            exp.Contains, exp.StrPosition, exp.Trim, exp.Levenshtein, exp.Reverse, exp.Unicode, exp.MD5, exp.Pad, exp.SplitToTable)


class Untranslatable(Exception):
    """DuckDB has nothing that means the same."""


def parse(sql):
    """The tree of one Snowflake statement."""
    return sqlglot.parse_one(sql, read="snowflake")


def snowflake(tree):
    """The Snowflake text of a tree."""
    tree = tree.copy()
    # sqlglot forgets the names of FLATTEN's arguments, and gives its columns names that are theirs already.
    for call in list(tree.find_all(exp.Explode)):
        alias = call.parent.args.get("alias")
        if alias and [column.name for column in alias.args.get("columns") or []][:1] == ["SEQ"]:
            alias.set("columns", None)
        call.replace(_call("FLATTEN", call.this, *call.expressions))
    return tree.sql("snowflake")


def duckdb(tree, distinct_values=None):
    """DuckDB's text. `distinct_values(query)` answers what `PIVOT ... IN (ANY)` finds."""
    tree = tree.copy()
    for pivot in list(tree.find_all(exp.Pivot)):
        _pivot(pivot, distinct_values)
    # The innermost first, so that what takes a node's place holds children that are translated.
    for node in reversed(list(tree.walk(bfs=True))):
        other = _node(node)
        if other is not node:
            if node is tree:
                tree = other
            else:
                node.replace(other)
    return tree.sql("duckdb", unsupported_level=sqlglot.ErrorLevel.IGNORE)


def _call(name, *arguments):
    return exp.Anonymous(this=name, expressions=list(arguments))


def _node(node):
    kind = type(node)
    if kind is exp.Div:
        return _call("__div", node.this, node.expression)
    if kind is exp.Mod:
        return _call("__mod", node.this, node.expression)
    if kind in (exp.Lateral, exp.TableFromRows):
        return _table_function(node)
    if kind is exp.Join and node.args.get("match_condition"):
        return _asof(node)
    if kind is exp.With:
        node.set("recursive", True)
    elif kind is exp.ParseJSON and not node.args.get("safe"):
        return _call("__parse", exp.cast(node.this, "text"))
    elif kind is exp.ArraySize:
        return _call("__size", node.this)
    elif kind is exp.JSONKeys:
        return _call("__keys", node.this)
    elif kind is exp.Struct:
        pairs = [part for entry in node.expressions for part in (entry.this, entry.expression)]
        return _call("json_merge_patch", exp.Literal.string("{}"), _call("json_object", *pairs))
    elif kind is exp.ObjectAgg:
        return _call("json_group_object", node.this, node.expression)
    elif kind in (exp.Seq1, exp.Seq2, exp.Seq4, exp.Seq8):
        return exp.column("__seq")
    elif kind in (exp.Cast, exp.TryCast) and isinstance(node.this, exp.JSONExtract):
        inner = node.this
        node.set("this", exp.JSONExtractScalar(this=inner.this, expression=inner.expression, only_json_types=False))
    elif kind is exp.Pad and node.args.get("fill_pattern") is None:
        node.set("fill_pattern", exp.Literal.string(" "))
    elif kind is exp.GenerateSeries and node.args.get("is_end_exclusive"):
        return _call("__range", exp.cast(node.args["start"], "bigint"), exp.cast(node.args["end"], "bigint"))
    elif kind is exp.ToChar:
        return _to_char(node)
    elif kind is exp.Window and isinstance(node.this, exp.Anonymous) and node.this.name.upper() == "RATIO_TO_REPORT":
        value, total = node.this.expressions[0], node.copy()
        total.set("this", exp.Sum(this=value.copy()))
        return exp.Paren(this=exp.Div(this=value.copy(), expression=total))
    elif isinstance(node, _OF_TEXT):
        _of_text(node)
    elif kind is exp.Values:
        alias = node.args.get("alias")
        if alias is None or not alias.args.get("columns"):
            width = len(node.expressions[0].expressions)
            name = alias.this if alias else exp.to_identifier("__values")
            columns = [exp.to_identifier(f"column{at + 1}") for at in range(width)]
            node.set("alias", exp.TableAlias(this=name, columns=columns))
    elif kind in (exp.TableSample, exp.MatchRecognize):
        raise Untranslatable(kind.__name__)
    return node


def _of_text(node):
    for key in ("this", "expression", "substr"):
        value = node.args.get(key)
        if isinstance(value, exp.Column) and value.name.upper() in _NO_TEXT:
            node.set(key, exp.cast(value, "text"))


def _to_char(node):
    pattern = node.args.get("format")
    if pattern is None:
        return exp.cast(node.this, "text")
    if pattern.name.upper() not in _FORMATS:
        raise Untranslatable("TO_CHAR")
    return _call("strftime", node.this, exp.Literal.string(_FORMATS[pattern.name.upper()]))


def _table_function(node):
    """FLATTEN and its like as a lateral subquery over the list of its rows."""
    call, alias = node.this, node.args.get("alias")
    if isinstance(call, exp.Explode):
        named = {part.this.name.upper(): part.expression for part in [call.this, *call.expressions] if isinstance(part, exp.Kwarg)}
        if named.keys() - {"INPUT", "OUTER", "MODE"}:
            raise Untranslatable("FLATTEN")
        value = named.get("INPUT", call.this)
        outer = isinstance(named.get("OUTER"), exp.Boolean) and named["OUTER"].this
        rows, names = _call("__flatten_outer" if outer else "__flatten", value), ["seq", "key", "path", "index", "value", "this"]
    elif isinstance(call, exp.SplitToTable):
        rows, names = _call("__split", exp.cast(call.this, "text"), call.expression), ["seq", "index", "value"]
    elif isinstance(call, exp.Generator):
        count = call.args.get("rowcount")
        if count is None:
            raise Untranslatable("GENERATOR")
        rows, names = _call("range", count), ["__seq"]
        select = exp.select(exp.alias_(_call("unnest", rows), "__seq"))
        return exp.Subquery(this=select, alias=exp.TableAlias(this=alias.this.copy() if alias else exp.to_identifier("__generator")))
    elif isinstance(call, exp.Subquery):
        return node
    else:
        raise Untranslatable(type(call).__name__)
    select = exp.select(_call("unnest", rows, exp.PropertyEQ(this=exp.to_identifier("max_depth"), expression=exp.Literal.number(2))))
    given = [column.name for column in alias.args.get("columns") or []] if alias else []
    columns = [exp.to_identifier(name) for name in (given if given and given[0] != "SEQ" else names)]
    table_alias = exp.TableAlias(this=alias.this.copy() if alias and alias.this else exp.to_identifier("__rows"), columns=columns)
    return exp.Lateral(this=exp.Subquery(this=select), alias=table_alias)


def _asof(join):
    condition = join.args["match_condition"]
    join.set("match_condition", None)
    using = join.args.get("using")
    if using:
        raise Untranslatable("ASOF USING")
    on = join.args.get("on")
    join.set("on", exp.and_(on, condition) if on else condition)
    join.set("side", "LEFT")
    return join


def _pivot(pivot, distinct_values):
    for field in pivot.args.get("fields") or []:
        if any(isinstance(value, (exp.PivotAny, exp.Select, exp.Subquery)) for value in field.expressions) or field.args.get("query"):
            source = pivot.parent.copy()
            source.set("pivots", None)
            values = distinct_values(exp.select(field.this.copy()).distinct().from_(source)) if distinct_values else []
            field.set("expressions", [exp.Literal.string(str(value)) for value in values if value is not None] or [exp.Literal.string("none")])
            field.set("query", None)


def order_keys(tree):
    """The keys of the outermost ORDER BY, or none; each with the ordinal of the output it names, where it names one."""
    order = tree.args.get("order")
    if order is None:
        return None
    outputs = [output.alias_or_name.upper() for output in tree.selects]
    keys = []
    for ordered in order.expressions:
        key, at = ordered.this, None
        if isinstance(key, exp.Literal) and not key.is_string and key.name.isdigit():
            at = int(key.name) - 1
        elif isinstance(key, exp.Column) and not key.table and key.name.upper() in outputs:
            at = outputs.index(key.name.upper())
        keys.append((key, at))
    return keys
