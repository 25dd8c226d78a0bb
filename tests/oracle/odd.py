"""Ways around that are not an expression over a tagged column in a clause of its SELECT.

Enters: a random source. Leaves: sources, expressions and statements in which a literal, a plain column or a plain key carries what
a tagged value decides. Never here: the common ways; those are in `expressions.py`, `groups.py` and `sources.py`.
"""

from expressions import Column


class Odd:
    """Productions that turn things round."""

    def odd_text(self, scope, depth):
        """The literal is what is tested, or taken apart, or looked up."""
        value, lit, column = self.text_of(scope, depth), self.some_literal(scope), self.sensitive(scope, "text")
        number = f"MOD({self.number_of(scope)}, 4)"
        return self.rng.choice([
            lambda: f"NULLIF({lit}, {value})", lambda: f"CASE {lit} WHEN {value} THEN 'hit' ELSE 'miss' END", lambda: f"DECODE({lit}, {value}, 'x', 'y')",
            lambda: f"IFF({lit} LIKE {value} || '%', 'a', 'b')", lambda: f"IFF(CONTAINS('late, late gold web', {value}), 'a', NULL)",
            lambda: f"IFF(POSITION({value} IN {lit}) > 0, 'p', NULL)",
            lambda: f"SUBSTR('abcdefghij', {number}, 1)", lambda: f"REPEAT('x', LENGTH({value}))", lambda: f"ARRAY_CONSTRUCT('a', 'b', 'c')[{number}]::STRING",
            lambda: f"OBJECT_CONSTRUCT({lit}, 'hit')[{column.sql}]::STRING" if column.typ == "text" else f"REPEAT('y', {number})",
            lambda: f"GET(OBJECT_CONSTRUCT({lit}, 1, 'gold', 2), {value})::STRING", lambda: f"SPLIT_PART('a-b-c', '-', {number})", lambda: f"LPAD('z', LENGTH({value}), '0')",
            lambda: f"CASE WHEN {lit} IN (SELECT {self.inner_tagged()}) THEN NULL ELSE 'n' END", lambda: f"IFF({lit} = (SELECT MAX({self.inner_tagged(True)}), 'a', NULL)",
            lambda: f"TRANSLATE('gold', {value}, '')", lambda: f"IFF({lit} BETWEEN {value} AND 'zz', 'in', NULL)",
        ])()

    def inner_tagged(self, closed=False):
        """`column FROM table` of a tagged text."""
        table, columns = self.any_table()
        name = self.rng.choice([name for name, typ, cls in columns if cls and typ == "text"])
        return f"{name}) FROM {table}" if closed else f"{name} FROM {table}"

    def odd_aggregate(self, scope):
        """Plain values in an order, or a place, that tagged ones decide."""
        column, number = self.sensitive(scope), self.plain_num(scope)
        name = column.sql if column.typ != "var" else f"TO_VARCHAR({column.sql})"
        return self.rng.choice([
            lambda: f"LISTAGG({number}, ',') WITHIN GROUP (ORDER BY {name})", lambda: f"ARRAY_AGG({number}) WITHIN GROUP (ORDER BY {name})",
            lambda: f"ARRAY_AGG({number}) WITHIN GROUP (ORDER BY {name} DESC)[0]::INT", lambda: f"PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY {self.number_of(scope)})",
            lambda: f"COUNT(*) - COUNT(NULLIF({name}, {self.literal(column)}))", lambda: f"AVG(IFF({self.hot_bool(scope, 1)}, 1, 0))", lambda: f"BITXOR_AGG({self.number_of(scope)})",
            lambda: f"SUM({number} * IFF({self.hot_bool(scope, 1)}, 1, 0))", lambda: f"MIN(CASE WHEN {self.hot_bool(scope, 0)} THEN {number} ELSE -1 END)",
            lambda: f"COUNT(DISTINCT IFF({self.hot_bool(scope, 0)}, {number}, NULL))", lambda: f"MAX(CONCAT({number}, LEFT({self.text_of(scope, 0)}, 1)))",
            lambda: f"1 / COUNT_IF({self.hot_bool(scope, 0)})", lambda: f"IFF(MAX({name}) = {self.literal(column)}, MIN({number}), NULL)",
        ])()

    def filtered(self):
        """A subquery or CTE whose rows a tagged value decides, in whose outputs it is not seen."""
        table, columns = self.any_table()
        scope = self.scope_of(table, columns, "h")
        plain = [column for column in scope if not column.cls and column.typ != "var"]
        chosen = self.rng.sample(plain, min(len(plain), 2))
        outputs = ", ".join(["h.ID"] + [column.sql for column in chosen if column.name != "ID"])
        key = self.rng.choice([self.sensitive(scope).sql, self.hot_any(scope, 1)])
        text = self.rng.choice([
            lambda: f"SELECT {outputs} FROM {table} h WHERE {self.hot_bool(scope, 2)}", lambda: f"SELECT {outputs} FROM {table} h ORDER BY {key} LIMIT {self.rng.choice([1, 2, 3])}",
            lambda: f"SELECT {outputs} FROM {table} h QUALIFY ROW_NUMBER() OVER (ORDER BY {key}, h.ID) <= 2", lambda: f"SELECT TOP 2 {outputs} FROM {table} h ORDER BY {key}",
            lambda: f"SELECT {outputs} FROM {table} h QUALIFY COUNT(*) OVER (PARTITION BY {self.hot_any(scope, 1)}) > 1",
            lambda: f"SELECT {outputs} FROM {table} h QUALIFY RANK() OVER (PARTITION BY {self.plain_key(scope)} ORDER BY {key}) = 1",
            lambda: f"SELECT {outputs} FROM {table} h WHERE {self.hot_keys(scope, 1)}", lambda: f"SELECT {outputs} FROM {table} h WHERE {self.hot_exists(scope, 1)}",
            lambda: f"SELECT {outputs} FROM {table} h, LATERAL FLATTEN(INPUT => {self.hot_array(scope, 0, True)}) z",
            lambda: f"SELECT {outputs} FROM {table} h WHERE h.ID = (SELECT y.ID FROM {table} y ORDER BY y.{key.split('.')[-1]} LIMIT 1)" if key.startswith("h.") else f"SELECT {outputs} FROM {table} h WHERE {self.hot_membership(scope)}",
        ])()
        names = ["id"] + [column.name.lower() for column in chosen if column.name != "ID"]
        types = ["num"] + [column.typ for column in chosen if column.name != "ID"]
        alias = self.fresh("o")
        if self.chance(0.4):
            # Named by a list, once removed.
            cte, names = self.fresh("w"), [f"y{at}" for at in range(len(names))]
            self.ctes.append(f"{cte} ({', '.join(names)}) AS ({text})")
            text = f"SELECT * FROM {cte}"
        elif self.chance(0.3):
            names = [f"y{at}" for at in range(len(names))]
            return f"({text}) AS {alias} ({', '.join(names)})", self.named(alias, names, types)
        return f"({text}) {alias}", self.named(alias, names, types)

    @staticmethod
    def named(alias, names, types):
        """Plain columns; the first tells rows apart."""
        return [Column(f"{alias}.{name}", alias, name.upper(), typ, None, not at) for at, (name, typ) in enumerate(zip(names, types))]

    def pairs(self):
        """A set operation over rows of more than one column, as a source."""
        table, columns = self.any_table()
        scope = self.scope_of(table, columns, "h")
        column, alias = self.rng.choice([column for column in scope if column.cls and column.typ == "text"]), self.fresh("l")
        plain = self.plain_key(scope)
        second = self.rng.choice([
            lambda: f"SELECT TO_VARCHAR({plain}) AS p, {self.literal(column)} AS q FROM {table} h", lambda: f"SELECT TO_VARCHAR({plain}) AS p, {self.hot_text(scope, 0)} AS q FROM {table} h",
            lambda: f"SELECT {column.sql} AS p, TO_VARCHAR({plain}) AS q FROM {table} h", lambda: f"SELECT TO_VARCHAR({plain}) AS p, NULL AS q FROM {table} h",
            lambda: f"SELECT TO_VARCHAR({plain}) AS p, {column.sql} AS q FROM {table} h WHERE {self.hot_bool(scope, 0)}",
        ])()
        operator = self.rng.choice(["UNION", "UNION", "UNION ALL", "EXCEPT", "INTERSECT"])
        return (f"(SELECT TO_VARCHAR({plain}) AS p, {column.sql} AS q FROM {table} h {operator} {second}) {alias}",
                [Column(f"{alias}.p", alias, "P", "text", None, True), Column(f"{alias}.q", alias, "Q", "text", "?")])

    def sourceless(self):
        """No FROM of its own."""
        table, columns = self.any_table()
        scope = self.scope_of(table, columns, "h")
        return self.rng.choice([
            lambda: f"SELECT 1 AS c0 WHERE EXISTS (SELECT 1 FROM {table} h WHERE {self.hot_bool(scope, 1)})", lambda: f"SELECT {self.literal(self.sensitive(scope))} IN (SELECT {self.inner_tagged()}) AS c0",
            lambda: f"SELECT (SELECT COUNT(*) FROM {table} h WHERE {self.hot_bool(scope, 1)}) AS c0", lambda: f"SELECT (SELECT h.ID FROM {table} h ORDER BY {self.sensitive(scope).sql} LIMIT 1) AS c0",
            lambda: f"SELECT IFF(EXISTS (SELECT 1 FROM {table} h WHERE {self.hot_bool(scope, 0)}), 1 / 0, 1) AS c0", lambda: f"SELECT COUNT(*) AS n FROM (VALUES ((SELECT MAX({self.inner_tagged(True)}))) AS v (m) WHERE v.m > 'm'",
            lambda: f"SELECT COUNT(*) AS n FROM (SELECT {self.hot_any(scope, 1)} AS k, COUNT(*) AS m FROM {table} h GROUP BY 1)", lambda: f"SELECT NULLIF(1, (SELECT COUNT(*) FROM {table} h WHERE {self.hot_bool(scope, 0)})) AS c0",
        ])()
