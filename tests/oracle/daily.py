"""What analysts, dashboards and agents write every day.

Enters: a random source. Leaves: statements in which tagged columns are shown, counted, grouped and joined within their class,
and decide nothing else. Never here: anything whose rows depend on what a tagged value is.
"""

from worlds import TABLES

# (table, its key, what refers to it)
CHILDREN = [("CUSTOMERS", "ORDERS", "CUSTOMER_ID"), ("CUSTOMERS", "LEADS", "CUSTOMER_ID"), ("CUSTOMERS", "PATIENTS", "CUSTOMER_ID"), ("ORDERS", "PAYMENTS", "ORDER_ID")]


class Daily:
    """Productions of whole statements over untagged conditions."""

    def daily(self):
        """One of them."""
        return self.rng.choice([self.labelled, self.without, self.among, self.chained, self.starred, self.quality, self.outer, self.shares,
                                self.repeated, self.best, self.above, self.related, self.spread])()

    def table_scope(self, table, alias):
        """A table's columns."""
        return self.scope_of(table, TABLES[table], alias)

    def tagged_of(self, table, alias):
        """A tagged column of a table that can be a key."""
        return self.rng.choice([column for column in self.table_scope(table, alias) if column.cls and column.typ != "var"])

    def pair(self):
        """A parent, its child and how they are joined."""
        parent, child, key = self.rng.choice(CHILDREN)
        return parent, child, f"c.{key} = p.ID"

    def labelled(self):
        """A class from all that hold it, with where it is from."""
        table, columns = self.any_table()
        cls = self.rng.choice([cls for _, typ, cls in columns if cls and typ != "var"])
        arms = [f"SELECT '{table.lower()}' AS origin, {name} AS contact, ID FROM {table}" for table, name in self.holders(cls)]
        text = self.rng.choice([" UNION ALL ", " UNION ALL ", " UNION "]).join(arms)
        return self.rng.choice([text, f"SELECT origin, COUNT(*) AS n, COUNT(DISTINCT contact) AS people FROM ({text}) GROUP BY origin",
                                f"WITH everyone AS ({text}) SELECT contact, COUNT(*) AS n FROM everyone GROUP BY contact", f"SELECT contact, MIN(id) AS first FROM ({text}) u GROUP BY 1"])

    def without(self):
        """Those that have no such row."""
        parent, child, on = self.pair()
        scope = self.table_scope(parent, "p")
        outputs = ", ".join(self.outputs(scope, 3))
        return self.rng.choice([f"SELECT {outputs} FROM {parent} p LEFT JOIN {child} c ON {on} WHERE c.ID IS NULL",
                                f"SELECT {outputs} FROM {parent} p WHERE NOT EXISTS (SELECT 1 FROM {child} c WHERE {on})",
                                f"SELECT {outputs} FROM {parent} p WHERE p.ID NOT IN (SELECT {on.split(' ')[0]} FROM {child} c WHERE {on.split(' ')[0]} IS NOT NULL)",
                                f"SELECT p.ID FROM {parent} p MINUS SELECT {on.split(' ')[0]} FROM {child} c"])

    def among(self):
        """Those that have one."""
        parent, child, on = self.pair()
        outputs, key = ", ".join(self.outputs(self.table_scope(parent, "p"), 3)), on.split(" ")[0]
        condition = self.plain_condition([column for column in self.table_scope(child, "c") if not column.cls])
        return self.rng.choice([f"SELECT {outputs} FROM {parent} p WHERE p.ID IN (SELECT {key} FROM {child} c WHERE {condition})",
                                f"SELECT {outputs} FROM {parent} p WHERE EXISTS (SELECT 1 FROM {child} c WHERE {on} AND {condition})",
                                f"SELECT {outputs}, (SELECT COUNT(*) FROM {child} c WHERE {on}) AS n FROM {parent} p"])

    def chained(self):
        """A report in steps."""
        unit = self.rng.choice(["month", "week", "quarter"])
        table, stamp, amount = self.rng.choice([("ORDERS", "PLACED_AT", "AMOUNT"), ("PAYMENTS", "PAID_AT", "AMOUNT"), ("VISITS", "STARTED_AT", "COST")])
        first = f"SELECT DATE_TRUNC('{unit}', {stamp}) AS period, SUM({amount}) AS total, COUNT(*) AS n FROM {table} GROUP BY 1"
        second = self.rng.choice(["RANK() OVER (ORDER BY total DESC)", "SUM(total) OVER (ORDER BY period)", "LAG(total) OVER (ORDER BY period)", "total / SUM(total) OVER ()"])
        return f"WITH steps AS ({first}), measured AS (SELECT period, total, n, {second} AS m FROM steps) SELECT * FROM measured{self.rng.choice(['', ' WHERE n > 1', ' WHERE total > 20'])} ORDER BY period"

    def starred(self):
        """Stars with changes."""
        table, columns = self.any_table()
        tagged = [name for name, _, cls in columns if cls]
        plain = [name for name, typ, cls in columns if not cls and typ == "text"]
        return f"SELECT {self.rng.choice([f'* EXCLUDE ({tagged[0]})', f'* EXCLUDE ({chr(44).join(tagged)})', f'* RENAME ({tagged[0]} AS other)', f'* REPLACE (UPPER({plain[0]}) AS {plain[0]})', 't.*'])} FROM {table} t{self.where(self.table_scope(table, 't'))}"

    def quality(self):
        """How complete a column is."""
        table, _ = self.any_table()
        column, scope = self.tagged_of(table, "t"), self.table_scope(table, "t")
        key = self.plain_key(scope)
        outputs = self.rng.sample([f"COUNT({column.sql}) AS filled", f"COUNT(*) - COUNT({column.sql}) AS missing", f"COUNT(DISTINCT {column.sql}) AS different", "COUNT(*) AS n",
                                   f"COUNT_IF({column.sql} IS NULL) AS empty", f"ROUND(100 * COUNT({column.sql}) / COUNT(*), 1) AS share"], 3)
        return f"SELECT {', '.join(outputs)} FROM {table} t" if self.chance(0.5) else f"SELECT {key} AS k, {', '.join(outputs)} FROM {table} t GROUP BY {key}"

    def outer(self):
        """Two lists of the same people."""
        cls = self.rng.choice(["EMAIL", "SSN", "MRN", "PERSON"])
        (one, left), (two, right) = self.holders(cls)[:2]
        return f"SELECT COALESCE(a.{left}, b.{right}) AS who, a.ID AS a, b.ID AS b FROM {one} a FULL OUTER JOIN {two} b ON a.{left} = b.{right}"

    def shares(self):
        """Parts of a whole."""
        table, columns = self.any_table()
        scope = self.table_scope(table, "t")
        key, number = self.plain_key(scope), self.plain_num(scope)
        return self.rng.choice([f"SELECT {key} AS k, COUNT(*) * 100.0 / SUM(COUNT(*)) OVER () AS share FROM {table} t GROUP BY {key}",
                                f"SELECT {key} AS k, SUM(CASE WHEN {self.plain_condition([one for one in scope if not one.cls])} THEN {number} END) AS part, SUM({number}) AS whole FROM {table} t GROUP BY {key}",
                                f"SELECT {key} AS k, LISTAGG(DISTINCT {key}, ',') WITHIN GROUP (ORDER BY {key}) AS names FROM {table} t GROUP BY {key}"])

    def repeated(self):
        """What is there more than once."""
        table, _ = self.any_table()
        column = self.tagged_of(table, "t").sql
        return self.rng.choice([f"SELECT {column}, COUNT(*) AS n FROM {table} t GROUP BY {column} HAVING COUNT(*) > 1 ORDER BY n DESC",
                                f"SELECT t.ID, {column} FROM {table} t QUALIFY COUNT(*) OVER (PARTITION BY {column}) > 1",
                                f"SELECT t.ID FROM {table} t QUALIFY ROW_NUMBER() OVER (PARTITION BY {column} ORDER BY t.ID) = 1",
                                f"SELECT COUNT(*) FROM (SELECT {column} AS v FROM {table} t WHERE {column} IS NOT NULL GROUP BY {column})"])

    def best(self):
        """The people with the most."""
        column = self.rng.choice(["FULL_NAME", "EMAIL", "SSN"])
        style = self.rng.choice(["1, 2", "ALL", f"p.ID, p.{column}"])
        return (f"SELECT p.ID, p.{column}, SUM(c.AMOUNT) AS total, COUNT(*) AS n FROM CUSTOMERS p JOIN ORDERS c ON c.CUSTOMER_ID = p.ID "
                f"{self.rng.choice(['', 'WHERE c.STATUS <> ' + chr(39) + 'late' + chr(39) + ' '])}GROUP BY {style} ORDER BY total DESC, p.ID LIMIT {self.rng.choice([3, 5, 10])}")

    def above(self):
        """More than usual."""
        return f"SELECT o.ID, o.AMOUNT, o.NOTE FROM ORDERS o WHERE o.AMOUNT > (SELECT {self.rng.choice(['AVG', 'MEDIAN', 'MIN'])}(AMOUNT) FROM ORDERS)"

    def related(self):
        """Who brought whom."""
        column = self.rng.choice(["FULL_NAME", "EMAIL"])
        return f"SELECT a.{column} AS who, b.{column} AS by_whom, a.CITY = b.CITY AS neighbours FROM CUSTOMERS a {self.rng.choice(['JOIN', 'LEFT JOIN'])} CUSTOMERS b ON a.REFERRED_BY = b.ID"

    def spread(self):
        """Lists taken apart."""
        return self.rng.choice([f"SELECT o.ID, f.value::INT AS size, o.{self.rng.choice(['NOTE', 'STATUS'])} FROM ORDERS o, LATERAL FLATTEN(INPUT => o.ATTRS:sizes) f",
                                "SELECT o.ATTRS:color::STRING AS color, COUNT(*) AS n FROM ORDERS o GROUP BY 1", "SELECT ARRAY_AGG(DISTINCT c.CITY) AS cities, c.SEGMENT FROM CUSTOMERS c GROUP BY c.SEGMENT",
                                "SELECT OBJECT_CONSTRUCT('id', c.ID, 'city', c.CITY) AS doc, c.EMAIL FROM CUSTOMERS c"])
