"""Keys, aggregates, windows and subqueries inside expressions.

Enters: the columns in scope. Leaves: text. Never here: FROM clauses of the outer statement.
"""


class Groups:
    """Productions over many rows."""

    def group_key(self, scope):
        """What to group by."""
        if self.hot(0.3):
            return self.hot_any(scope, 2)
        tagged = [column.sql for column in self.columns(scope, None, True) if column.cls != "?" and column.typ != "var"]
        if tagged and self.chance(0.3):
            return self.rng.choice(tagged)
        if self.chance(0.25):
            value = self.plain_value(scope)
            if value != "1":
                return value
        key = self.plain_key(scope)
        return key if key != "1" else self.any_column(scope)

    def partition_key(self, scope):
        """What to partition a window by."""
        return self.group_key(scope)

    def aggregate(self, scope):
        """One value of many rows."""
        if self.hot(0.4):
            return self.hot_aggregate(scope)
        number, column = self.plain_num(scope), self.rng.choice([column for column in scope if column.typ != "var"] or scope)
        choices = ["COUNT(*)", "COUNT(*)", f"SUM({number})", f"AVG({number})", f"MAX({number})", f"MIN({number})", f"COUNT({column.sql})",
                   f"COUNT_IF({self.plain_condition([one for one in scope if not one.cls] or scope)})", f"MEDIAN({number})", f"ROUND(AVG({number}), 1)",
                   f"SUM(CASE WHEN {column.sql} IS NULL THEN 1 ELSE 0 END)"]
        if column.cls != "?":
            choices += [f"COUNT(DISTINCT {column.sql})"]
        if column.cls and column.cls != "?" and column.typ != "var":
            choices += [f"MIN({column.sql})", f"MAX({column.sql})"]
        return self.rng.choice(choices)

    def hot_aggregate(self, scope):
        """One value of many rows that depends on tagged values."""
        if self.chance(0.3):
            return self.odd_aggregate(scope)
        column = self.sensitive(scope)
        name = column.sql if column.typ != "var" else f"TO_VARCHAR({column.sql})"
        return self.rng.choice([
            lambda: f"COUNT(DISTINCT {self.hot_any(scope, 2)})", lambda: f"COUNT({self.null_by_value(scope)})", lambda: f"SUM({self.hot_num(scope, 1)})",
            lambda: f"COUNT_IF({self.hot_bool(scope, 1)})", lambda: f"SUM(IFF({self.hot_bool(scope, 1)}, 1, 0))", lambda: f"MAX_BY({self.plain_num(scope)}, {name})",
            lambda: f"MIN_BY({self.plain_num(scope)}, {name})", lambda: f"LISTAGG({name}, ',')", lambda: f"ARRAY_AGG(DISTINCT {self.hot_text(scope, 1)})",
            lambda: f"ARRAY_SIZE(ARRAY_AGG(DISTINCT {self.hot_text(scope, 1)}))", lambda: f"APPROX_COUNT_DISTINCT({self.hot_any(scope, 1)})",
            lambda: f"MAX(IFF({self.hot_bool(scope, 1)}, {self.plain_num(scope)}, NULL))", lambda: f"MIN({self.hot_any(scope, 1)})",
            lambda: f"MAX({name}) = {self.literal(column)}", lambda: f"BOOLOR_AGG({self.hot_bool(scope, 1)})", lambda: f"ANY_VALUE({name})",
            lambda: f"COUNT(DISTINCT COALESCE({name}, {self.literal(column)}))", lambda: f"NULLIF(MAX({name}), {self.literal(column)})",
            lambda: f"COUNT(DISTINCT {name}, {self.plain_value(scope)})", lambda: f"SUM({self.number_of(scope)})", lambda: f"AVG({self.number_of(scope)})",
            lambda: f"LENGTH(LISTAGG({name}, ','))", lambda: f"COUNT(DISTINCT CASE WHEN {self.hot_bool(scope, 1)} THEN {self.any_column(scope)} END)",
            lambda: f"OBJECT_KEYS(OBJECT_AGG({self.hot_text(scope, 1)}, 1))", lambda: f"ARRAY_SIZE(OBJECT_KEYS(OBJECT_AGG({self.hot_text(scope, 0)}, 1)))",
            lambda: f"COUNT(NULLIF({name}, {self.literal(column)}))", lambda: f"MAX({self.null_by_value(scope, 0)})",
            lambda: f"MODE({name})", lambda: f"MAX(LENGTH({name}))",
        ])()

    def window(self, scope):
        """One value beside each row."""
        if self.hot(0.5):
            return self.hot_window(scope)
        key, unique, number = self.partition_key(scope), self.unique(scope), self.plain_num(scope)
        return self.rng.choice([
            f"ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {unique})", f"SUM({number}) OVER (PARTITION BY {key})", f"COUNT(*) OVER (PARTITION BY {key})",
            f"LAG({number}) OVER (PARTITION BY {key} ORDER BY {unique})", f"RANK() OVER (ORDER BY {number} DESC)",
            f"SUM({number}) OVER (ORDER BY {unique} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)", f"AVG({number}) OVER (PARTITION BY {key})",
            f"MAX({number}) OVER (PARTITION BY {key})", f"NTILE(4) OVER (ORDER BY {unique})", f"RATIO_TO_REPORT({number}) OVER (PARTITION BY {key})",
            f"FIRST_VALUE({number}) OVER (PARTITION BY {key} ORDER BY {unique})", f"LEAD({number}) OVER (ORDER BY {unique})",
        ])

    def hot_window(self, scope):
        """A window that depends on tagged values."""
        number, unique, name = self.plain_num(scope), self.unique(scope), self.sensitive(scope).sql
        key = self.rng.choice([self.hot_any(scope, 1), f"COALESCE({name}, {self.literal(self.sensitive(scope))})"])
        order = self.rng.choice([name, self.hot_any(scope, 1)])
        return self.rng.choice([
            lambda: f"COUNT(*) OVER (PARTITION BY {key})", lambda: f"MIN({number}) OVER (PARTITION BY {key})", lambda: f"RANK() OVER (ORDER BY {order})",
            lambda: f"DENSE_RANK() OVER (PARTITION BY {self.plain_key(scope)} ORDER BY {order})", lambda: f"ROW_NUMBER() OVER (ORDER BY {order}, {unique})",
            lambda: f"LAG({number}) OVER (ORDER BY {order}, {unique})", lambda: f"COUNT_IF({self.hot_bool(scope, 1)}) OVER (PARTITION BY {self.plain_key(scope)})",
            lambda: f"FIRST_VALUE({number}) OVER (ORDER BY {order}, {unique})", lambda: f"SUM({self.hot_num(scope, 1)}) OVER (ORDER BY {unique})",
            lambda: f"LAG({self.null_by_value(scope)}) OVER (ORDER BY {unique})", lambda: f"COUNT(DISTINCT {self.hot_text(scope, 1)}) OVER (PARTITION BY {self.plain_key(scope)})",
            lambda: f"LAST_VALUE({self.null_by_value(scope)}) IGNORE NULLS OVER (ORDER BY {unique})", lambda: f"COUNT({self.null_by_value(scope)}) OVER ()",
            lambda: f"SUM({number}) OVER (PARTITION BY {self.plain_key(scope)}, {key})", lambda: f"NTILE(2) OVER (ORDER BY {order})",
            lambda: f"MAX({number}) OVER (PARTITION BY {name} = {self.literal(self.sensitive(scope))})", lambda: f"CUME_DIST() OVER (ORDER BY {order})",
        ])()

    # --- subqueries --------------------------------------------------------------------------------------------------

    def scalar_subquery(self, scope, depth=1):
        """A value of its own SELECT."""
        table, columns = self.any_table()
        inner = self.scope_of(table, columns, "q")
        tagged = self.columns(inner, None, True) or inner
        name = self.rng.choice(tagged).sql
        own = self.rng.choice([column for column in scope])
        mates = [column for column in inner if column.cls == own.cls and column.typ == own.typ and (own.cls or column.name.endswith("ID"))]
        correlated = f"{self.rng.choice(mates).sql} = {own.sql}" if mates else "TRUE"
        return self.rng.choice([
            lambda: f"(SELECT MAX({name}) FROM {table} q WHERE {correlated})", lambda: f"(SELECT COUNT(*) FROM {table} q WHERE {correlated} AND {self.hot_bool(inner, depth)})",
            lambda: f"(SELECT MIN({self.plain_num(inner)}) FROM {table} q WHERE {self.hot_bool(inner, depth)})", lambda: f"(SELECT COUNT(*) FROM {table} q WHERE {correlated})",
            lambda: f"(SELECT COUNT(DISTINCT {self.hot_text(inner, depth)}) FROM {table} q)", lambda: f"(SELECT MAX({self.null_by_value(inner, depth)}) FROM {table} q)",
        ])()

    def hot_keys(self, scope, depth):
        """Untagged keys among those that a tagged value chose."""
        keys = [column for column in scope if not column.cls and column.name in ("ID", "CUSTOMER_ID", "ORDER_ID")]
        table, columns = self.any_table()
        inner = self.scope_of(table, columns, "y")
        if not keys:
            return self.hot_bool(scope, depth)
        return f"{self.rng.choice(keys).sql} {self.rng.choice(['IN', 'NOT IN'])} (SELECT y.ID FROM {table} y WHERE {self.hot_bool(inner, depth)})"

    def hot_membership(self, scope):
        """IN over a set that is not, or not only, the column's class."""
        column = self.sensitive(scope, "text")
        name, lit = column.sql, self.literal(column)
        table, other = self.rng.choice(self.holders(column.cls)) if self.holders(column.cls) else ("CUSTOMERS", "EMAIL")
        any_table, columns = self.any_table()
        texts = [one for one, typ, _ in columns if typ == "text"] or [columns[0][0]]
        return self.rng.choice([
            lambda: f"{name} IN (SELECT {other} FROM {table} UNION ALL SELECT {lit})", lambda: f"{name} IN (SELECT {other} FROM {table} WHERE FALSE UNION ALL SELECT {lit})",
            lambda: f"{name} IN (SELECT UPPER({other}) FROM {table})", lambda: f"{name} IN (SELECT column1 FROM VALUES ({lit}), ({self.literal(column)}))",
            lambda: f"{name} IN (SELECT {self.rng.choice(texts)} FROM {any_table})", lambda: f"{name} NOT IN (SELECT COALESCE({other}, {lit}) FROM {table})",
            lambda: f"{name} IN (SELECT MAX({other}) FROM {table})", lambda: f"{name} = ANY (SELECT MIN({other}) FROM {table})", lambda: f"{lit} IN (SELECT {other} FROM {table})",
            lambda: f"{self.hot_text(scope, 0)} IN (SELECT {other} FROM {table})", lambda: f"{name} IN (SELECT {other} FROM {table} q WHERE q.{other} > {lit})",
        ])()

    def hot_exists(self, scope, depth=0):
        """EXISTS that depends on tagged values."""
        table, columns = self.any_table()
        inner = self.scope_of(table, columns, "x")
        own, mate = self.sensitive(scope), self.sensitive(inner)
        keys = [(one, two) for one in scope for two in inner if one.name == two.name and not one.cls]
        joined = "{0.sql} = {1.sql}".format(*self.rng.choice(keys)) if keys else f"{own.sql} = {mate.sql}" if own.typ == mate.typ else "TRUE"
        return self.rng.choice([
            lambda: f"EXISTS (SELECT 1 FROM {table} x WHERE {joined} AND {self.hot_bool(inner, depth)})", lambda: f"NOT EXISTS (SELECT 1 FROM {table} x WHERE {joined} AND {self.hot_bool(inner, 0)})",
            lambda: f"EXISTS (SELECT 1 FROM {table} x WHERE {self.hot_bool(inner, depth)})",
            lambda: f"EXISTS (SELECT 1 FROM {table} x WHERE {joined} GROUP BY {self.hot_any(inner, 1)} HAVING COUNT(*) > 1)",
        ])()
