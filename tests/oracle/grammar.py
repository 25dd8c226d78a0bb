"""Statements, composed.

Enters: a random source, a world's literals and what its renaming keeps, a heat. Leaves: Snowflake text. Never here: a list of finished statements.

Every place where an expression, a condition, a key, a source may stand asks `hot()` whether it shall depend on the *value* of a
tagged column. At heat 0 no place does: that is the benign half, what analysts and agents write every day, in which tagged
columns are shown, counted, grouped and joined within their class. Each statement is a composition of the productions in
`expressions.py`, `sources.py` and here.
"""

from daily import Daily
from expressions import Expressions
from odd import Odd
from sources import Sources


class Grammar(Daily, Odd, Sources, Expressions):
    """The statements of one random source."""

    def __init__(self, rng, world, heat):
        self.rng, self.literals, self.shaped, self.heat = rng, world.literals, world.shaped, heat
        self.ctes, self.count = [], 0

    def statement(self):
        """One statement."""
        self.ctes, self.count = [], 0
        body = self.pick([
            (5, self.plain_select), (4, self.grouped), (2, self.windowed), (1 if not self.heat else 3, self.set_operation),
            (1, self.deduplicated), (1 if not self.heat else 0.3, self.totals), (0.3, self.pivoted), (4 if not self.heat else 0, self.daily), (0 if not self.heat else 0.4, self.sourceless),
        ])()
        if self.ctes:
            recursive = "RECURSIVE " if any(text.startswith("r") and " UNION ALL " in text and "(n" in text for text in self.ctes) else ""
            body = f"WITH {recursive}{', '.join(self.ctes)} {body}"
        return body

    # --- shapes of a SELECT ------------------------------------------------------------------------------------------

    def plain_select(self):
        """Columns and expressions of joined sources, filtered, ordered, cut."""
        source, scope = self.from_clause()
        distinct = "DISTINCT " if self.chance(0.2 if self.heat else 0.07) else ""
        # What is made of a tagged column is less distinct than the column: no everyday statement.
        outputs = self.distinct_outputs(scope) if distinct and not self.heat else self.outputs(scope)
        top = f"TOP {self.rng.choice([1, 3])} " if self.hot(0.05) and not distinct else ""
        text = f"SELECT {distinct}{top}{', '.join(outputs)} FROM {source}{self.where(scope)}"
        if top:
            return f"{text} ORDER BY {self.hot_any(scope, 1)}"
        if self.heat and "AS c0" in outputs[0] and self.chance(0.08):
            # An output's alias in a later clause.
            return text + self.rng.choice([" QUALIFY COUNT(*) OVER (PARTITION BY c0) > 1", " ORDER BY c0", " ORDER BY 1"])
        if self.chance(0.1) and not distinct:
            text += self.qualify(scope)
        return text + self.order_and_limit(scope, outputs, distinct)

    def grouped(self):
        """Aggregates by keys."""
        source, scope = self.from_clause()
        keys = [self.group_key(scope) for _ in range(self.rng.choice([1, 1, 1, 2]))]
        shown = [key for key in keys if self.chance(0.8)]
        aggregates = [self.aggregate(scope) for _ in range(self.rng.choice([1, 1, 2]))]
        outputs = [f"{text} AS k{at}" if at or not self.is_name(text) else text for at, text in enumerate(shown)]
        outputs += [f"{text} AS a{at}" for at, text in enumerate(aggregates)]
        by = ", ".join(keys)
        style = self.rng.random()
        if style > 0.9 and len(shown) == len(keys) and not any(map(self.is_name, shown)):
            by = ", ".join(f"k{at}" for at in range(len(keys)))
        elif style < 0.15 and len(shown) == len(keys):
            by = ", ".join(str(at + 1) for at in range(len(keys)))
        elif style < 0.22 and len(shown) == len(keys):
            by = "ALL"
        elif style < 0.27:
            by = f"{self.rng.choice(['ROLLUP', 'CUBE', 'GROUPING SETS'])} ({by})"
        text = f"SELECT {', '.join(outputs)} FROM {source}{self.where(scope)} GROUP BY {by}{self.having(scope)}"
        if self.chance(0.25) and not self.heat and not aggregates[0].startswith(("MIN", "MAX")):
            text += f" ORDER BY {self.rng.choice(['a0 DESC', str(len(shown) + 1), 'a0'])}"
            if self.chance(0.3):
                text += f" LIMIT {self.rng.choice([20, 50, 100])}"
        return text

    def windowed(self):
        """Windows beside columns."""
        source, scope = self.from_clause()
        outputs = self.outputs(scope, 2) + [f"{self.window(scope)} AS w" for _ in range(1)]
        tail = self.qualify(scope) if self.chance(0.3) else ""
        return f"SELECT {', '.join(outputs)} FROM {source}{self.where(scope)}{tail}"

    def deduplicated(self):
        """The newest row of each key."""
        source, scope = self.from_clause(joins=0)
        key, unique = self.partition_key(scope), self.unique(scope)
        return (f"SELECT {', '.join(self.outputs(scope))} FROM {source} "
                f"QUALIFY ROW_NUMBER() OVER (PARTITION BY {key} ORDER BY {unique} DESC) = 1")

    def totals(self):
        """One row of aggregates."""
        source, scope = self.from_clause()
        aggregates = [f"{self.aggregate(scope)} AS a{at}" for at in range(self.rng.choice([1, 2, 3]))]
        return f"SELECT {', '.join(aggregates)} FROM {source}{self.where(scope)}"

    def set_operation(self):
        """Two or three relations of one column put together."""
        first, second, _ = self.set_arms()
        operator = self.rng.choice(["UNION", "UNION", "INTERSECT", "EXCEPT", "MINUS", "UNION ALL"])
        text = f"{first} {operator} {second}"
        if self.heat and self.chance(0.2):
            text = f"({text}) {self.rng.choice(['EXCEPT', 'INTERSECT', 'UNION'])} {self.rng.choice([first, second])}"
        return text

    # --- clauses -----------------------------------------------------------------------------------------------------

    def outputs(self, scope, most=4):
        """What a SELECT shows."""
        if self.chance(0.12):
            alias = self.rng.choice(sorted({column.alias for column in scope}))
            return [self.rng.choice(["*", f"{alias}.*"])]
        outputs = []
        for at in range(self.rng.randrange(1, most + 1)):
            text = self.output(scope)
            named = self.is_name(text) and self.chance(0.7)
            outputs.append(text if named else f"{text} AS c{at}")
        if self.heat and len(outputs) > 1 and self.chance(0.1):
            # A lateral alias: what an earlier output is called, used by a later one.
            outputs.append(self.rng.choice(["c0 AS l", "COALESCE(c0, NULL) AS l", "IFF(c0 IS NULL, 1, 0) AS l"]) if outputs[0].endswith("AS c0") else "1 AS l")
        return outputs

    def distinct_outputs(self, scope):
        """Columns as they are, and what is made of untagged ones."""
        tagged = [column.sql for column in self.columns(scope, None, True) if column.cls != "?"]
        return [self.rng.choice(tagged) if tagged and self.chance(0.5) else f"{self.plain_value(scope)} AS c{at}" for at in range(self.rng.choice([1, 2, 3]))]

    def where(self, scope):
        """A filter, or none."""
        if not self.chance(0.45):
            return ""
        return " WHERE " + self.condition(scope)

    def having(self, scope):
        """A filter on groups, or none."""
        if not self.chance(0.25):
            return ""
        if self.hot(0.3):
            return " HAVING " + self.rng.choice([
                "COUNT(*) = 1", "COUNT(*) + 0 = 1", "COUNT(*) < 2", "NOT COUNT(*) > 1", "SUM(1) = 1", f"COUNT({self.any_column(scope)}) = 1",
                f"MIN({self.sensitive(scope).sql}) = MAX({self.sensitive(scope).sql})", f"MAX({self.hot_num(scope, 1)}) > 3",
                f"BOOLOR_AGG({self.hot_bool(scope, 1)})", f"COUNT(DISTINCT {self.hot_text(scope, 1)}) > 1"])
        return " HAVING " + self.rng.choice([
            "COUNT(*) > 1", "COUNT(*) >= 2", f"SUM({self.plain_num(scope)}) > 10", f"MAX({self.plain_num(scope)}) > 5", "COUNT(*) > 3"])

    def qualify(self, scope):
        """A filter on windows."""
        if self.hot(0.5):
            return " QUALIFY " + self.rng.choice([
                f"COUNT(*) OVER (PARTITION BY {self.partition_key(scope)}) = 1", f"{self.window(scope)} = 1",
                f"ROW_NUMBER() OVER (ORDER BY {self.unique(scope)}) <= {self.hot_num(scope, 1)}",
                f"RANK() OVER (ORDER BY {self.hot_any(scope, 1)}) = 1", f"COUNT(*) OVER (PARTITION BY {self.hot_any(scope, 1)}) > 1",
                f"LAG({self.sensitive(scope).sql}) OVER (ORDER BY {self.unique(scope)}) = {self.sensitive(scope).sql}"])
        key = self.plain_key(scope)
        return (f" QUALIFY {self.rng.choice(['ROW_NUMBER', 'RANK'])}() OVER (PARTITION BY {key} ORDER BY {self.unique(scope)} DESC) "
                f"{self.rng.choice(['= 1', '<= 2', '<= 3'])}")

    def order_and_limit(self, scope, outputs, distinct):
        """An order, and a cut where the order is total."""
        if distinct or not self.chance(0.3):
            return ""
        if self.hot(0.4):
            key = self.hot_any(scope, 1) if self.chance(0.6) else self.sensitive(scope).sql
            return f" ORDER BY {key}{self.rng.choice(['', ' DESC', ', ' + self.unique(scope)])}{self.rng.choice(['', ' LIMIT 1', ' LIMIT 3'])}"
        order = f" ORDER BY {self.plain_key(scope)}{self.rng.choice(['', ' DESC'])}, {self.unique(scope)}"
        return order + (f" LIMIT {self.rng.choice([5, 10, 100])}{self.rng.choice(['', '', ' OFFSET 2'])}" if self.chance(0.5) else "")
