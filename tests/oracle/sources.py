"""FROM clauses: tables, views, subqueries, CTEs, joins, lateral functions, pivots, set operations.

Enters: a random source. Leaves: text and the columns it brings into scope. Never here: the statement around it.
"""

from expressions import Column, quoted
from groups import Groups
from worlds import TABLES, VIEWS


class Sources(Groups):
    """Productions of sources."""

    def any_table(self):
        """A table with tagged columns."""
        name = self.rng.choice([table for table in TABLES if table != "REGIONS"])
        return name, TABLES[name]

    @staticmethod
    def holders(cls):
        """`(table, column)` that hold a class."""
        return [(table, name) for table, columns in TABLES.items() for name, _, held in columns if held == cls]

    @staticmethod
    def scope_of(table, columns, alias):
        """A table's columns under an alias."""
        unique = {"ID"} if table in TABLES and table != "REGIONS" else {name for name, _, cls in columns if not cls} if table in VIEWS else {"CITY"}
        return [Column(f"{alias}.{name}", alias, name, typ, cls, name in unique) for name, typ, cls in columns]

    def from_clause(self, joins=None):
        """Sources put together."""
        text, scope = self.source()
        if joins is None:
            joins = self.rng.choice([0, 0, 0, 1, 1, 2] if not self.heat else [0, 0, 0, 0, 1, 1])
        for _ in range(joins):
            joined, more = self.join(text, scope)
            text, scope = joined, scope + more
        if self.hot(0.2):
            lateral, more = self.hot_lateral(scope)
            text, scope = text + lateral, scope + more
        elif self.chance(0.04):
            lateral, more = self.plain_lateral(scope)
            text, scope = text + lateral, scope + more
        return text, scope

    def source(self, depth=1):
        """One source."""
        if depth > 0 and self.hot(0.1):
            return self.pick([(3, self.laundered), (2, self.hot_derived), (1, self.hot_unpivot), (1, self.recursive), (1, self.hot_distinct), (1, self.misnamed), (0.7, self.hot_view), (3, self.filtered), (1, self.pairs)])()
        kind = self.pick([(8, "table"), (1, "view"), (2 if depth > 0 else 0, "derived"), (2 if depth > 0 else 0, "cte"), (0.4 if not self.heat else 0, "values"), (0.4 if not self.heat else 0, "calendar"), (0.4 if not self.heat else 0, "pivot")])
        if kind == "derived":
            inner, columns = self.inner_select(depth - 1)
            alias = self.fresh("d")
            return f"({inner}) {alias}", self.under(columns, alias)
        if kind == "cte":
            inner, columns = self.inner_select(depth - 1)
            name, alias = self.fresh("w"), self.fresh("t")
            self.ctes.append(f"{name} AS ({inner})")
            return f"{name} {alias}", self.under(columns, alias)
        if kind == "values":
            alias = self.fresh("v")
            return f"(VALUES ('gold', 1), ('late', 2), ('Oslo', 3)) AS {alias} (word, rate)", [Column(f"{alias}.word", alias, "WORD", "text", None, True), Column(f"{alias}.rate", alias, "RATE", "num", None)]
        if kind == "calendar":
            alias = self.fresh("g")
            inner = f"SELECT DATEADD(day, ROW_NUMBER() OVER (ORDER BY SEQ4()) - 1, '2025-01-01'::DATE) AS day FROM TABLE(GENERATOR(ROWCOUNT => {self.rng.choice([3, 10])}))"
            return f"({inner}) {alias}", [Column(f"{alias}.day", alias, "DAY", "date", None, True)]
        if kind == "pivot":
            alias = self.fresh("p")
            inner = "SELECT STATUS, CUSTOMER_ID, AMOUNT FROM ORDERS"
            return (f"(SELECT * FROM ({inner}) PIVOT (SUM(AMOUNT) FOR STATUS IN ('new', 'late')) AS pv (customer_id, fresh, overdue)) {alias}",
                    [Column(f"{alias}.customer_id", alias, "CUSTOMER_ID", "num", None, True), Column(f"{alias}.fresh", alias, "FRESH", "dec", None)])
        catalog = VIEWS if kind == "view" else TABLES
        name = self.rng.choice(sorted(name for name in catalog if not self.heat or name not in ("REGIONS", "SALES")))
        alias = self.fresh("t")
        return f"{self.rng.choice(['', '', '', 'CORE.', 'CLINIC.CORE.'])}{name} {alias}", self.scope_of(name, catalog[name], alias)

    @staticmethod
    def under(columns, alias):
        """Columns of a subquery, seen from outside."""
        return [Column(f"{alias}.{name}", alias, name.upper(), typ, cls, unique) for name, typ, cls, unique in columns]

    def inner_select(self, depth):
        """A subquery whose columns have names: `(text, [(name, type, class, unique)])`."""
        source, scope = self.source(depth)
        if self.chance(0.25):
            key = self.rng.choice([column for column in scope if column.typ in ("text", "num", "bool") and column.cls != "?"] or scope[:1])
            condition = f" WHERE {self.plain_condition(scope)}" if self.chance(0.3) else ""
            # The first of a group tells groups apart where their key must not be what orders them.
            first = next((column.sql for column in scope if column.unique and not column.cls), "1")
            return (f"SELECT {key.sql} AS k, COUNT(*) AS n, MAX({self.plain_num(scope)}) AS m, MIN({first}) AS o FROM {source}{condition} GROUP BY {key.sql}",
                    [("k", key.typ, key.cls, not key.cls), ("n", "num", None, False), ("m", "dec", None, False), ("o", "num" if first.endswith("ID") else "text", None, True)])
        chosen = self.rng.sample(scope, min(len(scope), self.rng.choice([2, 3, 4])))
        chosen += [column for column in scope if column.unique and column not in chosen]
        if not any(column.cls for column in chosen):
            chosen += self.columns(scope, None, True)[:1]
        named = {}
        for column in chosen:
            named.setdefault(column.name if self.chance(0.7) else self.fresh("x").upper(), column)
        condition = f" WHERE {self.plain_condition(scope)}" if self.chance(0.4) else ""
        outputs = ", ".join(f"{column.sql} AS {name.lower()}" if name != column.name else column.sql for name, column in named.items())
        return f"SELECT {outputs} FROM {source}{condition}", [(name.lower(), column.typ, column.cls, column.unique) for name, column in named.items()]

    # --- joins -------------------------------------------------------------------------------------------------------

    KEYS = {("CUSTOMER_ID", "ID"): "CUSTOMERS", ("ID", "CUSTOMER_ID"): "CUSTOMERS", ("ORDER_ID", "ID"): "ORDERS", ("ID", "ORDER_ID"): "ORDERS"}

    def join(self, text, scope):
        """The text with one more source, and the source's columns."""
        right, more = self.source()
        kind = self.rng.choice(["JOIN", "JOIN", "LEFT JOIN", "INNER JOIN", "LEFT OUTER JOIN"])
        if self.hot(0.2):
            return self.hot_join(text, scope, right, more, kind), more
        pairs = [(one, two) for one in scope for two in more
                 if one.typ == two.typ and ((one.cls and one.cls == two.cls and one.cls != "?" and one.typ != "var")
                                            or (not one.cls and not two.cls and (one.name == two.name and one.typ != "var" or (one.name, two.name) in self.KEYS)))]
        good = [pair for pair in pairs if pair[0].cls or (pair[0].name, pair[1].name) in self.KEYS or pair[0].name.endswith("_ID")] or pairs
        if not good:
            table, columns = ("ORDERS", TABLES["ORDERS"])
            alias = self.fresh("t")
            right, more = f"{table} {alias}", self.scope_of(table, columns, alias)
            numbers = [column for column in scope if column.typ == "num" and not column.cls]
            if not numbers:
                return f"{text} JOIN {right} ON {alias}.STATUS = {self.plain_key(scope)}::VARCHAR", more
            return f"{text} {kind} {right} ON {self.rng.choice(numbers).sql} = {alias}.CUSTOMER_ID", more
        one, two = self.rng.choice(good)
        extra = f" AND {self.plain_condition([column for column in more if not column.cls])}" if self.chance(0.12) and any(not column.cls for column in more) else ""
        if self.chance(0.1) and one.name == two.name and scope[0].alias == one.alias and sum(column.name == one.name for column in scope) == 1:
            # USING merges the two; what is in scope can still be named by its alias.
            return f"{text} {kind} {right} USING ({one.name})", more
        return f"{text} {kind} {right} ON {one.sql} = {two.sql}{extra}", more

    def hot_join(self, text, scope, right, more, kind):
        """A join that depends on tagged values."""
        one, two = self.sensitive(scope, "text"), self.sensitive(more, "text")
        any_two = self.rng.choice(self.columns(more, "text") or more)
        number = self.plain_num(more)
        stamps = [[column.sql for column in part if column.typ in ("date", "ts", "dec")] for part in (scope, more)]
        choices = [f"{text} {kind} {right} ON {one.sql} = {any_two.sql}", f"{text} {kind} {right} ON {self.hot_text(scope, 1)} = {self.hot_text(more, 1)}",
                   f"{text} {kind} {right} ON {self.hot_bool(scope + more, 1)}", f"{text} {kind} {right} ON {one.sql} = {two.sql} AND {self.hot_bool(more, 1)}",
                   f"{text} {kind} {right} ON {one.sql} < {two.sql}", f"{text} {kind} {right} ON {self.hot_num(scope, 1)} = {number}",
                   f"{text} {kind} {right} ON {one.sql} = {two.sql} OR {self.plain_condition(more)}",
                   f"{text} NATURAL JOIN {right}"]
        rows = f"(SELECT SEQ4() AS n FROM TABLE(GENERATOR(ROWCOUNT => {self.rng.choice([3, 6, 12])}))) {more[0].alias}"
        if self.chance(0.1) and one.typ == "text":
            alias, values = more[0].alias, f"({self.literal(one)}), ({self.literal(one)}), ({self.some_literal(scope)})"
            more[:] = [Column(f"{alias}.u", alias, "U", "text", None, True)]
            return f"{text} JOIN (VALUES {values}) AS {alias} (u) ON {alias}.u = {one.sql}"
        if self.chance(0.1):
            alias, (table, columns) = more[0].alias, self.any_table()
            name = self.rng.choice([name for name, typ, cls in columns if cls and typ == "text"])
            more[:] = [Column(f"{alias}.m", alias, "M", "text", "?", True)]
            return f"{text} JOIN (SELECT {self.rng.choice(['MAX', 'MIN'])}({name}) AS m FROM {table}) {alias} ON {one.sql} {self.rng.choice(['=', '<', '<>'])} {alias}.m"
        if self.chance(0.15):
            alias = more[0].alias
            more[:] = [Column(f"{alias}.n", alias, "N", "num", None, True)]
            return f"{text} JOIN {rows} ON {alias}.n {self.rng.choice(['<', '=', '>='])} {self.hot_num(scope, 1)}"
        shared = [one.name for one in scope for other in more if one.name == other.name and one.typ == other.typ and one.cls != other.cls]
        if shared:
            choices += [f"{text} {kind} {right} USING ({self.rng.choice(shared)})"] * 3
        if stamps[0] and stamps[1]:
            choices += [f"{text} ASOF JOIN {right} MATCH_CONDITION ({stamps[0][0]} >= {stamps[1][0]}) ON {one.sql} = {any_two.sql}"]
        dates = [[column.sql for column in self.columns(part, "date", True)] for part in (scope, more)]
        if dates[0] and dates[1]:
            choices += [f"{text} ASOF JOIN {right} MATCH_CONDITION ({dates[0][0]} >= {dates[1][0]})"] * 3
        return self.rng.choice(choices)

    # --- lateral -----------------------------------------------------------------------------------------------------

    def plain_lateral(self, scope):
        """Rows of an untagged VARIANT or text."""
        variants, texts, alias = self.columns(scope, "var", False), self.columns(scope, "text", False), self.fresh("f")
        if variants:
            return f", LATERAL FLATTEN(INPUT => {variants[0].sql}:sizes) {alias}", [Column(f"{alias}.index", alias, "INDEX", "num", None, True)]
        if texts:
            return f", LATERAL SPLIT_TO_TABLE({texts[0].sql}, 'a') {alias}", [Column(f"{alias}.index", alias, "INDEX", "num", None, True)]
        return "", []

    def hot_lateral(self, scope):
        """As many rows as a tagged value says."""
        alias, value = self.fresh("f"), self.text_of(scope, 1)
        column = self.sensitive(scope, "text")
        own = column.sql if column.typ == "text" else f"{column.sql}::VARCHAR"
        outer = self.rng.choice(["", "", ", OUTER => TRUE"])
        text, name = self.rng.choice([
            lambda: (f"LATERAL FLATTEN(INPUT => {self.hot_array(scope, 1, True)}{outer}) {alias}", self.rng.choice(["value", "value", "key", "path", "this", "seq"])), lambda: (f"TABLE(FLATTEN(INPUT => {self.hot_array(scope, 1, True)})) {alias}", "index"),
            lambda: (f"LATERAL SPLIT_TO_TABLE({value}, {self.part(scope)}) {alias}", "index"), lambda: (f"TABLE(SPLIT_TO_TABLE({value}, {self.part(scope)})) {alias}", "value"),
            lambda: (f"LATERAL (SELECT {own} g UNION {self.rng.choice(['', 'ALL '])}SELECT {self.literal(column)}) {alias}", "g"),
            lambda: (f"LATERAL (SELECT 1 g WHERE {self.hot_bool(scope, 1)}) {alias}", "g"),
            lambda: (f"LATERAL (SELECT q.id g FROM ORDERS q WHERE q.customer_id = LENGTH({own})) {alias}", "g"),
            lambda: (f"LATERAL FLATTEN(INPUT => ARRAY_GENERATE_RANGE(0, {self.hot_num(scope, 0)})) {alias}", "index"),
        ])()
        return f", {text}", [Column(f"{alias}.{name}", alias, name.upper(), "text" if name in ("value", "key", "path", "this") or " g UNION " in text else "num", "?", True)]

    # --- derived relations -------------------------------------------------------------------------------------------

    def set_arms(self):
        """Two SELECTs of one column; hot ones mix classes, literals and what is derived."""
        table, columns = self.any_table()
        tagged = [column for column in self.scope_of(table, columns, "a") if column.cls and column.typ != "var"]
        column = self.rng.choice(tagged)
        first = f"SELECT {column.sql} AS u FROM {table} a"
        other, name = self.rng.choice(self.holders(column.cls))
        if not self.hot(0.5):
            condition = f" WHERE {self.plain_condition([one for one in self.scope_of(other, TABLES[other], 'b') if not one.cls])}" if self.chance(0.4) else ""
            return first, f"SELECT b.{name} AS u FROM {other} b{condition}", column
        scope = self.scope_of(other, TABLES[other], "b")
        lit = self.literal(column)
        second = self.rng.choice([
            lambda: f"SELECT {lit} AS u", lambda: f"SELECT MAX(b.{name}) AS u FROM {other} b", lambda: f"SELECT COALESCE(b.{name}, {lit}) AS u FROM {other} b",
            lambda: f"SELECT {self.hot_text(scope, 1)} AS u FROM {other} b" if column.typ == "text" else f"SELECT {lit} AS u FROM {other} b",
            lambda: f"SELECT {self.rng.choice(self.columns(scope, column.typ) or scope).sql} AS u FROM {other} b", lambda: f"SELECT u FROM (VALUES ({lit}), ({self.literal(column)})) AS v (u)",
            lambda: f"SELECT b.{name} AS u FROM {other} b WHERE {self.hot_bool(scope, 1)}", lambda: f"SELECT NULLIF(b.{name}, {lit}) AS u FROM {other} b",
        ])()
        if self.chance(0.25) and column.typ == "text":
            first = f"SELECT {self.hot_text(self.scope_of(table, columns, 'a'), 1)} AS u FROM {table} a"
        return first, second, column

    def laundered(self):
        """A set operation as a source: a class mixed with what is not of it."""
        first, second, column = self.set_arms()
        alias = self.fresh("l")
        text = f"{first} {self.rng.choice(['UNION ALL', 'UNION ALL', 'UNION', 'EXCEPT', 'INTERSECT'])} {second}"
        return f"({text}) {alias}", [Column(f"{alias}.u", alias, "U", column.typ, column.cls, True)]

    def hot_derived(self):
        """Expressions behind names that say nothing of them."""
        table, columns = self.any_table()
        scope = self.scope_of(table, columns, "h")
        value, condition, alias = self.hot_any(scope, 1), self.null_by_value(scope), self.fresh("h")
        text = f"SELECT h.ID AS id, TO_VARCHAR({value}) AS u, TO_VARCHAR({condition}) AS z FROM {table} h"
        if self.chance(0.3):
            name = self.fresh("w")
            self.ctes.append(f"{name} AS ({text})")
            text = f"SELECT * FROM {name}"
        return f"({text}) {alias}", [Column(f"{alias}.id", alias, "ID", "num", None, True), Column(f"{alias}.u", alias, "U", "text", "?"), Column(f"{alias}.z", alias, "Z", "text", "?")]

    def misnamed(self):
        """Columns under the names of others."""
        table, columns = self.any_table()
        scope = [column for column in self.scope_of(table, columns, "h") if column.typ == "text"]
        names = self.rng.sample(["SSN", "EMAIL", "MRN", "ICD", "NOTE", "FULL_NAME", "CITY", "SEGMENT", "STATUS"], min(len(scope), 3))
        alias, chosen = self.fresh("h"), self.rng.sample(scope, len(names))
        outputs = ", ".join(f"{column.sql} AS {name}" for column, name in zip(chosen, names))
        return (f"(SELECT h.ID AS id, {outputs} FROM {table} h) {alias}",
                [Column(f"{alias}.id", alias, "ID", "num", None, True)] + [Column(f"{alias}.{name}", alias, name, "text", column.cls) for column, name in zip(chosen, names)])

    def hot_view(self):
        """A view whose rows or columns a tagged value decides."""
        alias = self.fresh("t")
        if self.chance(0.5):
            return f"EARLY {alias}", [Column(f"{alias}.ID", alias, "ID", "num", None, True), Column(f"{alias}.CITY", alias, "CITY", "text", None)]
        return f"INITIALS {alias}", [Column(f"{alias}.ID", alias, "ID", "num", None, True), Column(f"{alias}.INITIAL", alias, "INITIAL", "text", "?")]

    def hot_distinct(self):
        """Equal rows dropped."""
        table, columns = self.any_table()
        scope = self.scope_of(table, columns, "h")
        alias = self.fresh("h")
        typ, value = self.rng.choice([("text", self.hot_text), ("num", self.hot_num), ("bool", self.hot_bool), ("date", self.hot_date)])
        return (f"(SELECT DISTINCT {value(scope, 1)} AS u, TO_VARCHAR({self.plain_key(scope)}) AS p FROM {table} h) {alias}",
                [Column(f"{alias}.u", alias, "U", typ, "?", True), Column(f"{alias}.p", alias, "P", "text", None, True)])

    def pivoted(self):
        """A statement whose columns, or their names, are made of values."""
        table, columns = self.any_table()
        scope = self.scope_of(table, columns, "h")
        if not self.hot(0.6):
            source = f"SELECT h.STATUS AS o, {self.rng.choice(['h.QTY', 'h.AMOUNT', 'h.ID', 'h.NOTE'])} AS i, h.CUSTOMER_ID AS p FROM ORDERS h"
            if ".NOTE" in source:
                return f"SELECT * FROM ({source}) PIVOT ({self.rng.choice(['COUNT', 'MAX'])}(i) FOR o IN ('new', 'late'))"
            return f"SELECT * FROM ({source}) PIVOT ({self.rng.choice(['SUM', 'COUNT', 'MAX'])}(i) FOR o IN ('new', 'late'))"
        column = self.rng.choice([one for one in scope if one.cls and one.typ == "text"])
        value = self.rng.choice([column.sql, column.sql, self.hot_text(scope, 1)])
        beside = self.rng.choice(["", f"{self.plain_key(scope)} AS p, "])
        literals = ", ".join(sorted({self.literal(column) for _ in range(2)}))
        wanted = self.rng.choice([literals, literals, "ANY", "ANY ORDER BY o", f"SELECT DISTINCT {column.name} FROM {table}"])
        outputs = "COUNT(*) AS n" if self.chance(0.1) else "*"
        return f"SELECT {outputs} FROM (SELECT {beside}h.ID AS i, {value} AS o FROM {table} h) PIVOT ({self.rng.choice(['COUNT', 'MAX', 'SUM'])}(i) FOR o IN ({wanted}))"

    def hot_unpivot(self):
        """Rows whose value is NULL dropped."""
        table, columns = self.any_table()
        scope = self.scope_of(table, columns, "h")
        alias = self.fresh("p")
        nulls = self.rng.choice(["", "", "EXCLUDE NULLS ", "INCLUDE NULLS "])
        first, second = f"TO_VARCHAR({self.null_by_value(scope)})", self.rng.choice([f"TO_VARCHAR({self.sensitive(scope, 'text').sql})", "'x'", f"NULLIF({self.text_of(scope, 0)}, {self.some_literal(scope)})"])
        return (f"(SELECT k, v FROM (SELECT {first} AS u, {second} AS z FROM {table} h) UNPIVOT {nulls}(v FOR k IN (u, z))) {alias}",
                [Column(f"{alias}.k", alias, "K", "text", None, True), Column(f"{alias}.v", alias, "V", "text", "?")])

    def recursive(self):
        """A recursion that a tagged value drives."""
        table, columns = self.any_table()
        column = self.rng.choice([one for one in self.scope_of(table, columns, "h") if one.cls and one.typ == "text"])
        name, alias = self.fresh("r"), self.fresh("t")
        body = self.rng.choice([
            f"SELECT 1, {column.sql} FROM {table} h UNION ALL SELECT r.n + 1, SUBSTR(r.s, 2) FROM {name} r WHERE r.n < 4 AND LENGTH(r.s) > 1",
            f"SELECT 1, {column.sql} FROM {table} h UNION ALL SELECT r.n + 1, r.s FROM {name} r WHERE r.n < LENGTH(r.s) AND r.n < 5",
            f"SELECT 1, {self.literal(column)} UNION ALL SELECT r.n + 1, {column.sql} FROM {name} r JOIN {table} h ON {column.sql} = r.s WHERE r.n < 3",
            f"SELECT 1, {column.sql} FROM {table} h UNION ALL SELECT r.n + 1, {quoted('late')} FROM {name} r WHERE r.n < 3",
        ])
        self.ctes.append(f"{name}(n, s) AS ({body})")
        return f"{name} {alias}", [Column(f"{alias}.n", alias, "N", "num", None), Column(f"{alias}.s", alias, "S", "text", "?")]
