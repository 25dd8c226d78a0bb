"""Expressions, conditions, aggregates and windows.

Enters: the columns in scope. Leaves: text. Never here: statements.
`plain_*` depend on untagged columns alone, `hot_*` on the value of a tagged one.
"""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column in scope."""

    sql: str
    alias: str
    name: str
    typ: str
    cls: str  # its tag class, "?" for what is made of tagged values, None
    unique: bool = False


def quoted(value):
    """A literal."""
    if isinstance(value, datetime.date):
        return f"'{value.isoformat()}'"
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


class Expressions:
    """Productions of expressions."""

    # --- chance ------------------------------------------------------------------------------------------------------

    def chance(self, probability):
        """True so often."""
        return self.rng.random() < probability

    def hot(self, more=0.0):
        """Whether this place shall depend on a tagged value."""
        return self.heat > 0 and self.rng.random() < self.heat + more * self.heat

    def pick(self, weighted):
        """One of `(weight, thing)`."""
        return self.rng.choices([thing for _, thing in weighted], [weight for weight, _ in weighted])[0]

    def fresh(self, prefix):
        """A new name."""
        self.count += 1
        return f"{prefix}{self.count}"

    @staticmethod
    def is_name(text):
        """Whether it is a column's name."""
        return text.replace(".", "").replace("_", "").isalnum() and not text[0].isdigit()

    # --- columns -----------------------------------------------------------------------------------------------------

    def columns(self, scope, typ=None, tagged=None):
        """Those that fit."""
        fits = (lambda column: typ is None or column.typ == typ or (typ == "num" and column.typ == "dec"))
        return [column for column in scope if fits(column) and (tagged is None or bool(column.cls) == tagged)]

    def sensitive(self, scope, typ=None):
        """A tagged column, of this type if there is one; any column where none is tagged."""
        return self.rng.choice(self.columns(scope, typ, True) or self.columns(scope, None, True) or scope)

    def any_column(self, scope):
        """Any column's text."""
        return self.rng.choice(scope).sql

    def plain_key(self, scope):
        """An untagged column to group, order or partition by."""
        good = [column for column in self.columns(scope, None, False) if column.typ != "var"]
        texts = [column for column in good if column.typ in ("text", "bool")]
        return self.rng.choice(texts if texts and self.chance(0.6) else good).sql if good else "1"

    def unique(self, scope):
        """Untagged columns that together tell the rows of a scope apart, where there are such."""
        return ", ".join(column.sql for column in scope if column.unique and not column.cls) or self.plain_key(scope)

    def literal(self, column):
        """A value worth comparing the column with."""
        if column.cls in self.literals:
            return quoted(self.rng.choice(self.literals[column.cls]))
        return {"num": "7", "dec": "7", "date": "'2025-02-01'", "bool": "TRUE"}.get(column.typ, "'gold'")

    # --- plain expressions -------------------------------------------------------------------------------------------

    def plain_num(self, scope):
        """A number."""
        numbers = self.columns(scope, "num", False)
        return self.rng.choice(numbers).sql if numbers else "1"

    def plain_value(self, scope):
        """An expression over untagged columns, as reports have them."""
        made = []
        for column in self.columns(scope, None, False):
            name = column.sql
            made += {
                "text": [name, f"UPPER({name})", f"COALESCE({name}, 'none')", f"LEFT({name}, 1)", f"{name} || '-x'", f"LENGTH({name})",
                         f"CASE WHEN {name} = 'gold' THEN 'top' ELSE 'other' END", f"INITCAP({name})", f"NULLIF({name}, 'late')"],
                "num": [name, f"{name} * 2", f"ZEROIFNULL({name})", f"MOD({name}, 3)", f"IFF({name} > 5, 'many', 'few')",
                        f"DIV0({name}, {name} - {name})", f"TO_VARCHAR({name})", f"{name}::FLOAT"],
                "dec": [name, f"ROUND({name})", f"{name} * 1.2", f"CASE WHEN {name} > 50 THEN 'high' WHEN {name} > 10 THEN 'mid' ELSE 'low' END",
                        f"FLOOR({name} / 10) * 10"],
                "date": [name, f"YEAR({name})", f"DATE_TRUNC('month', {name})", f"DATEADD(day, 7, {name})", f"TO_CHAR({name}, 'YYYY-MM')"],
                "ts": [name, f"DATE_TRUNC('week', {name})", f"{name}::DATE", f"DATEDIFF(day, {name}, '2026-01-01'::TIMESTAMP_NTZ)", f"MONTH({name})",
                       f"TO_DATE({name})", f"HOUR({name})", f"DAYOFWEEK({name})"],
                "bool": [name, f"IFF({name}, 1, 0)"],
                "var": [f"{name}:color::STRING", f"ARRAY_SIZE({name}:sizes)", f"{name}:gift::BOOLEAN"],
            }[column.typ]
        return self.rng.choice(made) if made else "1"

    def plain_condition(self, scope):
        """A filter over untagged columns, NULL-ness, or an equality within a class."""
        made = []
        for column in self.columns(scope, None, False):
            name = column.sql
            made += {
                "text": [f"{name} = 'gold'", f"{name} IN ('new', 'late', 'web', 'Oslo')", f"{name} LIKE '%a%'", f"{name} <> 'late'", f"{name} IS NOT NULL"],
                "num": [f"{name} > 4", f"{name} BETWEEN 2 AND 20", f"{name} IN (1, 2, 3, 5, 8)", f"{name} IS NOT NULL"],
                "dec": [f"{name} >= 12.5", f"{name} < 60"],
                "date": [f"{name} >= '2025-01-15'", f"{name} > DATEADD(day, -30, '2025-04-01'::DATE)"],
                "ts": [f"{name} >= '2025-02-01'", f"DATE_TRUNC('month', {name}) = '2025-03-01'", f"{name} < DATEADD(month, 2, '2025-01-01'::TIMESTAMP_NTZ)"],
                "bool": [name, f"NOT {name}"],
                "var": [f"{name}:color::STRING = 'red'"],
            }[column.typ]
        for column in self.columns(scope, None, True):
            if column.cls != "?":
                made += [f"{column.sql} IS NOT NULL", f"{column.sql} IS NULL"]
                made += [f"{column.sql} IN (SELECT {name} FROM {table})" for table, name in self.holders(column.cls)[:1]]
                made += [f"EXISTS (SELECT 1 FROM {table} e WHERE e.{name} = {column.sql})" for table, name in self.holders(column.cls)[-1:]]
        return self.rng.choice(made) if made else "TRUE"

    def condition(self, scope):
        """A filter."""
        if self.hot():
            hot = self.hot_bool(scope, 2)
            return self.rng.choice([hot, hot, f"{self.plain_condition(scope)} AND {hot}", f"{self.plain_condition(scope)} OR {hot}"])
        first = self.plain_condition(scope)
        if self.chance(0.3):
            return f"{first} {self.rng.choice(['AND', 'AND', 'OR'])} {self.plain_condition(scope)}"
        return first

    def output(self, scope):
        """What one output shows."""
        if self.hot(0.5):
            return self.rng.choice([self.hot_any(scope, 2), self.hot_any(scope, 2), self.null_by_value(scope), self.scalar_subquery(scope)])
        if self.chance(0.4) and self.columns(scope, None, True):
            return self.shown(self.sensitive(scope), scope)
        return self.plain_value(scope)

    def shown(self, column, scope):
        """A tagged column as people show it; its NULLs stay NULLs, and nothing else becomes one."""
        name, plain = column.sql, self.plain_condition([one for one in scope if not one.cls] or scope)
        if column.typ == "text":
            return self.rng.choice([name] * 5 + [f"UPPER({name})", f"TRIM({name})", f"COALESCE({name}, 'n/a')", f"CONCAT({name}, ' ')", f"LEFT({name}, 3)",
                                                  f"CASE WHEN {plain} THEN {name} END", f"IFF({name} IS NULL, 'missing', 'present')", f"MD5({name})"])
        if column.typ == "date":
            return self.rng.choice([name] * 3 + [f"YEAR({name})", f"DATEDIFF(year, {name}, '2026-01-01'::DATE)", f"TO_CHAR({name}, 'YYYY-MM-DD')"])
        if column.typ == "var":
            return name
        return self.rng.choice([name] * 3 + [f"TO_VARCHAR({name})", f"NVL({name}, 0)"])

    # --- hot expressions ---------------------------------------------------------------------------------------------

    def hot_any(self, scope, depth):
        """Of any type that can be a key."""
        return self.pick([(4, self.hot_text), (3, self.hot_num), (2, self.hot_bool), (1, self.hot_date)])(scope, depth)

    def text_of(self, scope, depth):
        """A tagged text: a column, or an expression over one."""
        if depth > 0 and self.chance(0.35):
            return self.hot_text(scope, depth - 1)
        column = self.sensitive(scope, "text")
        if column.typ == "var":
            return f"{column.sql}:{self.rng.choice(['note', 'age', 'tags', 'k.z'])}::STRING"
        return column.sql if column.typ == "text" else f"TO_VARCHAR({column.sql})"

    def some_literal(self, scope):
        """A literal of a tagged text."""
        return self.literal(self.sensitive(scope, "text"))

    def part(self, scope):
        """A short text that some values hold."""
        value = self.some_literal(scope).strip("'")
        return quoted(value[:self.rng.choice([1, 1, 2])]) if value and self.chance(0.6) else self.rng.choice(["'-'", "' '", "','", "'@'", "'4'", "'a'", "'.'"])

    def hot_text(self, scope, depth):
        """A text that depends on a tagged value."""
        if self.chance(0.15):
            return self.odd_text(scope, max(depth - 1, 0))
        value, lit, part = self.text_of(scope, depth), self.some_literal(scope), self.part(scope)
        return self.rng.choice([
            lambda: f"LEFT({value}, {self.rng.choice([1, 2, 4])})", lambda: f"SUBSTR({value}, {self.rng.choice([1, 2, -1])}, 1)", lambda: f"UPPER({value})",
            lambda: f"REPLACE({value}, {part}, '')", lambda: f"SPLIT_PART({value}, {part}, {self.rng.choice([1, 2])})", lambda: f"REVERSE({value})",
            lambda: f"REGEXP_SUBSTR({value}, {self.pattern()})", lambda: f"NULLIF({value}, {lit})", lambda: f"{value} || {self.rng.choice([lit, part])}",
            lambda: f"DECODE({value}, {lit}, 'x', 'y')", lambda: f"DECODE({value}, {lit}, 'x')", lambda: f"COALESCE(NULLIF({value}, {lit}), 'z')",
            lambda: f"CASE WHEN {self.hot_bool(scope, depth - 1)} THEN 'y' ELSE 'n' END", lambda: f"CASE WHEN {self.hot_bool(scope, depth - 1)} THEN 'y' END",
            lambda: f"CASE {value} WHEN {lit} THEN 'hit' END", lambda: f"IFF({self.hot_bool(scope, depth - 1)}, 'a', NULL)", lambda: f"TRIM({value}, {part})",
            lambda: f"TO_CHAR({self.date_of(scope)}, 'YYYY-MM')", lambda: f"TRY_PARSE_JSON({value}):k::STRING", lambda: f"GREATEST({value}, {lit})",
            lambda: f"NVL2(TRY_TO_NUMBER({value}), 'num', NULL)", lambda: f"IFNULL({value}, {lit})", lambda: f"CONCAT_WS('-', {value}, {lit})",
            lambda: f"STRTOK({value}, {part}, {self.rng.choice([1, 2, 3])})", lambda: f"SPLIT({value}, {part})[{self.rng.choice([0, 1, 2])}]::STRING",
            lambda: f"REGEXP_REPLACE({value}, {self.pattern()}, '')", lambda: f"IFF({value} IS NULL, NULL, NULLIF({value}, {lit}))", lambda: f"INSERT({value}, 1, 1, '')",
            lambda: f"CASE WHEN {self.plain_condition(scope)} THEN NULLIF({value}, {lit}) END", lambda: f"COALESCE({self.null_by_value(scope, 0)}::VARCHAR, 'z')",
            lambda: f"MD5({value})", lambda: f"TYPEOF(TRY_PARSE_JSON({value}))", lambda: f"RIGHT({value}, 1)", lambda: f"LEAST({value}, {lit})",
        ])()

    def pattern(self):
        """A regular expression that some values match."""
        return self.rng.choice(["'^4'", "'[0-9]+'", "'^[A-Z]'", "'-'", "'@q9'", "'^[0-9]+$'", "'[a-z]+$'", "'1'", "'^.{3}$'", "' '"])

    def hot_num(self, scope, depth):
        """A number that depends on a tagged value; some of these fail on some values."""
        value, lit, part = self.text_of(scope, depth), self.some_literal(scope), self.part(scope)
        return self.rng.choice([
            lambda: f"LENGTH({value})", lambda: f"ASCII({value})", lambda: f"TRY_TO_NUMBER({value})", lambda: f"TRY_CAST({value} AS INT)",
            lambda: f"{value}::INT", lambda: f"TO_NUMBER(IFF({self.hot_bool(scope, depth - 1)}, 'x', '1'))", lambda: f"POSITION({part} IN {value})",
            lambda: f"CHARINDEX({part}, {value})", lambda: f"REGEXP_COUNT({value}, {self.pattern()})", lambda: f"EDITDISTANCE({value}, {lit})",
            lambda: f"YEAR({self.date_of(scope)})", lambda: f"DATEDIFF(day, {self.date_of(scope)}, '2026-01-01'::DATE)", lambda: f"MONTH({self.date_of(scope)})",
            lambda: f"ARRAY_SIZE(SPLIT({value}, {part}))", lambda: f"DECODE({value}, {lit}, 1, 0)", lambda: f"IFF({self.hot_bool(scope, depth - 1)}, 1, 0)",
            lambda: f"CASE WHEN {self.hot_bool(scope, depth - 1)} THEN {self.plain_num(scope)} END", lambda: f"1 / {self.number_of(scope)}",
            lambda: f"{self.number_of(scope)} % 10", lambda: f"NULLIF({self.number_of(scope)}, {self.rng.choice([0, 1, 7, 42])})",
            lambda: f"{self.number_of(scope)} + 1", lambda: f"100 / NULLIF({self.number_of(scope)}, 7)", lambda: f"ZEROIFNULL({self.number_of(scope)})",
            lambda: f"SIGN({self.number_of(scope)} - 7)", lambda: f"DIV0({self.plain_num(scope)}, {self.number_of(scope)})", lambda: f"HASH({value})",
            lambda: f"1 / IFF({self.hot_bool(scope, depth - 1)}, 0, 1)", lambda: f"ARRAY_SIZE({self.hot_array(scope, depth - 1)})",
            lambda: f"PARSE_JSON({value}):k::INT", lambda: f"MOD({self.plain_num(scope)}, {self.number_of(scope)})", lambda: f"TO_NUMBER({value})",
            lambda: f"COALESCE(TRY_TO_NUMBER({value}), 0)", lambda: f"NULLIFZERO({self.number_of(scope)})", lambda: f"NVL2(NULLIF({value}, {lit}), 1, 0)",
            lambda: f"TO_NUMBER(SPLIT_PART({value}, {part}, 1))", lambda: f"ARRAY_POSITION({lit}::VARIANT, SPLIT({value}, {part}))", lambda: f"{self.number_of(scope)} * 0",
            lambda: f"DATEDIFF(day, TO_DATE({value}), '2026-01-01'::DATE)", lambda: f"SQRT({self.number_of(scope)} - 7)", lambda: f"LN({self.number_of(scope)})",
        ])()

    def number_of(self, scope):
        """A tagged number."""
        column = self.sensitive(scope, "num")
        return column.sql if column.typ in ("num", "dec") else f"LENGTH({column.sql})" if column.typ == "text" else f"YEAR({self.date_of(scope)})"

    def date_of(self, scope):
        """A tagged date."""
        column = self.sensitive(scope, "date")
        return column.sql if column.typ == "date" else f"TRY_TO_DATE({column.sql})" if column.typ == "text" else f"TRY_TO_DATE(TO_VARCHAR({column.sql}))"

    def hot_date(self, scope, depth):
        """A date that depends on a tagged value."""
        value = self.date_of(scope)
        return self.rng.choice([
            lambda: f"DATE_TRUNC('year', {value})", lambda: f"DATEADD(day, 1, {value})", lambda: f"NULLIF({value}, '1950-01-01'::DATE)", lambda: f"LAST_DAY({value})",
            lambda: f"TO_DATE({self.text_of(scope, 0)})", lambda: f"TRY_TO_DATE({self.text_of(scope, 0)})", lambda: f"IFF({self.hot_bool(scope, depth - 1)}, {value}, NULL)",
        ])()

    def hot_array(self, scope, depth, as_rows=False):
        """A list whose length or parts depend on a tagged value; its elements are to become rows, or not."""
        value, lit = self.text_of(scope, depth), self.some_literal(scope)
        choices = [
            lambda: f"SPLIT({value}, {self.part(scope)})", lambda: f"IFF({self.hot_bool(scope, depth - 1)}, ARRAY_CONSTRUCT(1), NULL)",
            lambda: f"ARRAY_COMPACT(ARRAY_CONSTRUCT(NULLIF({value}, {lit}), 'q'))", lambda: f"OBJECT_KEYS(OBJECT_CONSTRUCT({value}, 1))",
            lambda: f"OBJECT_CONSTRUCT('k', NULLIF({value}, {lit}))", lambda: f"ARRAY_GENERATE_RANGE(0, LENGTH({value}))", lambda: f"TRY_PARSE_JSON({value})",
            lambda: f"PARSE_JSON({value})", lambda: f"ARRAY_CONSTRUCT_COMPACT(NULLIF({value}, {lit}))", lambda: f"ARRAY_CONSTRUCT({value})",
            lambda: f"STRTOK_TO_ARRAY({value}, {self.part(scope)})",
        ]
        variants = self.columns(scope, "var", True)
        if variants:
            name = self.rng.choice(variants).sql
            # As rows the plain column shows its shape: where that is renamed too, it is not asked for.
            choices += [] if as_rows and not self.shaped else [lambda: name]
            choices += [lambda: f"{name}:tags", lambda: f"OBJECT_KEYS({name})", lambda: f"GET({name}, 'tags')"]
        return self.rng.choice(choices)()

    def hot_bool(self, scope, depth):
        """A condition on a tagged value."""
        column = self.sensitive(scope)
        name, lit = column.sql, self.literal(column)
        value, part = self.text_of(scope, max(depth - 1, 0)), self.part(scope)
        text_lit = self.some_literal(scope)
        simple = [f"{name} = {lit}", f"{name} <> {lit}", f"{name} < {lit}", f"{name} IN ({lit}, {self.literal(column)})", f"{name} BETWEEN {lit} AND {self.literal(column)}",
                  f"EQUAL_NULL({name}, {lit})", f"{name} IS DISTINCT FROM {lit}"] if column.typ != "var" else [f"{name}:age::STRING = '41'", f"IS_ARRAY({name})"]
        choices = simple + [
            f"{value} LIKE {quoted(part.strip(chr(39)) + '%')}", f"STARTSWITH({value}, {part})", f"CONTAINS({value}, {part})", f"REGEXP_LIKE({value}, {self.pattern()})",
            f"{value} ILIKE {quoted('%' + part.strip(chr(39)) + '%')}", f"LENGTH({value}) > {self.rng.choice([3, 8, 11])}", f"TRY_TO_NUMBER({value}) IS NULL",
            f"NULLIF({value}, {text_lit}) IS NULL", f"ENDSWITH({value}, {part})", f"{value} LIKE ANY ({quoted('%' + part.strip(chr(39)))}, 'x')", f"{value} RLIKE '.*1.*'",
        ]
        if depth <= 0 or self.chance(0.6):
            return self.rng.choice(choices)
        return self.rng.choice([
            lambda: f"NOT ({self.hot_bool(scope, depth - 1)})", lambda: f"{self.hot_num(scope, depth - 1)} > {self.rng.choice([0, 1, 5])}",
            lambda: f"{self.hot_text(scope, depth - 1)} = {part}", lambda: self.hot_membership(scope), lambda: self.hot_exists(scope, depth - 1),
            lambda: self.other_class(scope), lambda: f"COALESCE({self.hot_bool(scope, depth - 1)}, FALSE)",
            lambda: f"{name} = {self.scalar_subquery(scope, depth - 1)}",
        ])()

    def other_class(self, scope):
        """Equality with anything but its own class."""
        one = self.sensitive(scope, "text")
        others = [column for column in scope if column.typ == one.typ and column.cls != one.cls]
        return f"{one.sql} = {self.rng.choice(others).sql}" if others else f"{one.sql} = {self.literal(one)}"

    def null_by_value(self, scope, depth=1):
        """NULL or not, by a tagged value: what shows through a mask that keeps NULLs."""
        column, condition = self.sensitive(scope), self.hot_bool(scope, depth)
        name, lit = column.sql, self.literal(column)
        choices = [f"CASE WHEN {condition} THEN {name} END", f"IFF({condition}, {name}, NULL)", f"NULLIF(TO_VARCHAR({self.plain_value(scope)}), {self.text_of(scope, 0)})",
                   f"CASE WHEN {condition} THEN NULL ELSE {self.plain_value(scope)} END"]
        if column.typ != "var":
            choices += [f"NULLIF({name}, {lit})", f"DECODE({name}, {lit}, {name})", f"DECODE({name}, {lit}, NULL, {name})", f"CASE {name} WHEN {lit} THEN 1 END"]
        return self.rng.choice(choices)
