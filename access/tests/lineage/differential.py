"""Development only: compares the lineage of random statements with sqlglot's (pip install sqlglot==30.30.0).

    cargo build -p access --example lineage
    python access/tests/lineage/differential.py target/debug/examples/lineage --seed 1 --count 500

Ours must hold every source sqlglot finds, for every output column. A smaller set is printed and fails the run; larger ones
are counted: conditions of CASE, windows and EXISTS are sources for us and not always for sqlglot.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile

from sqlglot import exp, parse_one
from sqlglot.lineage import lineage

TABLES = {
    "PEOPLE": ["ID", "NAME", "MAIL", "TAXNO", "BORN", "TIER"],
    "VISITS": ["ID", "PERSON_ID", "CODE", "FEE", "MEMO"],
    "LINES": ["VISIT_ID", "ITEM", "QTY", "PRICE"],
}
DDL = "\n".join(f"CREATE TABLE D.S.{t} ({', '.join(c + ' VARCHAR' for c in cs)});" for t, cs in TABLES.items())
SCHEMA = {t: {c: "VARCHAR" for c in cs} for t, cs in TABLES.items()}
FUNCTIONS = ["UPPER({})", "COALESCE({}, 'x')", "SUBSTR({}, 1, 2)", "{}::VARCHAR", "MD5({})", "LENGTH({})", "REPLACE({}, 'a', 'b')",
             "TRIM({})", "({} || '-')", "NULLIF({}, 'q')", "LISTAGG({}, ',')", "MAX({})", "OBJECT_CONSTRUCT('k', {})",
             "ARRAY_CONSTRUCT({}, 1)", "IFF({} = 'a', 1, 0)"]


class Maker:
    """Random queries; a relation is (alias, columns)."""

    def __init__(self, rng):
        self.rng, self.n = rng, 0

    def fresh(self, prefix):
        self.n += 1
        return f"{prefix}{self.n}"

    def expression(self, relations, depth=0):
        alias, columns = self.rng.choice(relations)
        leaf = f"{alias}.{self.rng.choice(columns)}"
        roll = self.rng.random()
        if depth > 2 or roll < 0.4:
            return leaf
        if roll < 0.7:
            return self.rng.choice(FUNCTIONS[:10]).format(self.expression(relations, depth + 1))
        if roll < 0.8:
            return f"CONCAT({self.expression(relations, depth + 1)}, {self.expression(relations, depth + 1)})"
        if roll < 0.9:
            return f"CASE WHEN {leaf} IS NOT NULL THEN {self.expression(relations, depth + 1)} ELSE {self.expression(relations, depth + 1)} END"
        return f"LAG({leaf}) OVER (PARTITION BY {alias}.{self.rng.choice(columns)} ORDER BY {leaf})"

    def source(self, ctes, depth):
        """(SQL of a FROM item, relation)"""
        roll = self.rng.random()
        if ctes and roll < 0.3:
            name, columns = self.rng.choice(ctes)
            alias = self.fresh("c")
            return f"{name} AS {alias}", (alias, columns)
        if depth < 2 and roll < 0.5:
            sql, columns = self.query(ctes, depth + 1)
            alias = self.fresh("s")
            return f"({sql}) AS {alias}", (alias, columns)
        table = self.rng.choice(list(TABLES))
        alias = self.fresh("t")
        return f"{table} AS {alias}", (alias, TABLES[table])

    def select(self, ctes, depth, width=None):
        first, relation = self.source(ctes, depth)
        sql, relations = first, [relation]
        for _ in range(self.rng.choice([0, 0, 1, 2])):
            other, relation = self.source(ctes, depth)
            sql += f" JOIN {other} ON {relations[0][0]}.{relations[0][1][0]} = {relation[0]}.{relation[1][0]}"
            relations.append(relation)
        if width is None and len(relations) == 1 and self.rng.random() < 0.2:
            alias, columns = relations[0]
            if len(columns) > 2 and self.rng.random() < 0.5:
                return f"SELECT * EXCLUDE ({columns[1]}) FROM {sql}", [c for c in columns if c != columns[1]]
            return f"SELECT {alias}.* FROM {sql}", list(columns)
        names = [f"O{i}" for i in range(width or self.rng.randint(1, 4))]
        items = [f"{self.expression(relations)} AS {name}" for name in names]
        where = f" WHERE {relations[0][0]}.{relations[0][1][0]} IS NOT NULL" if self.rng.random() < 0.3 else ""
        return f"SELECT {', '.join(items)} FROM {sql}{where}", names

    def query(self, ctes, depth=0):
        if self.rng.random() < 0.2:
            left, names = self.select(ctes, depth, 2)
            right, _ = self.select(ctes, depth, 2)
            return f"{left} UNION ALL {right}", names
        return self.select(ctes, depth)

    def statement(self):
        self.n, ctes, heads = 0, [], []
        for _ in range(self.rng.choice([0, 0, 1, 2])):
            sql, columns = self.query(ctes)
            name = self.fresh("W")
            heads.append(f"{name} AS ({sql})")
            ctes.append((name, columns))
        sql, columns = self.query(ctes)
        return ("WITH " + ", ".join(heads) + " " if heads else "") + sql, columns


def theirs(sql, columns):
    found = []
    for column in columns:
        root = lineage(column, sql, schema=SCHEMA, dialect="snowflake")
        leaves = set()
        for node in root.walk():
            if isinstance(node.expression, exp.Table):
                leaves.add(f"{node.expression.name.upper()}.{node.name.split('.')[-1].upper()}")
        found.append(leaves)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=500)
    args = parser.parse_args()
    maker = Maker(random.Random(args.seed))
    made = [maker.statement() for _ in range(args.count)]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as schema:
        schema.write("CREATE DATABASE D; CREATE SCHEMA D.S; USE SCHEMA D.S;\n" + DDL)
        schema.flush()
        run = subprocess.run([args.binary, schema.name], input="\n".join(sql for sql, _ in made), capture_output=True, text=True, check=True)
    equal = larger = smaller = failed = 0
    for (sql, columns), line in zip(made, run.stdout.splitlines(), strict=True):
        ours = json.loads(line)["out"]
        try:
            parse_one(sql, dialect="snowflake")
            reference = theirs(sql, columns)
        except Exception as error:  # sqlglot's own limits are no finding about us
            failed += 1
            print(f"sqlglot failed: {error}: {sql}", file=sys.stderr)
            continue
        if ours is None or len(ours) != len(reference):
            smaller += 1
            print(f"columns: {ours} against {len(reference)}\n  {sql}")
            continue
        for i, (a, b) in enumerate(zip(map(set, ours), reference)):
            if b - a:
                smaller += 1
                print(f"column {i} lacks {sorted(b - a)}\n  {sql}")
            elif a - b:
                larger += 1
            else:
                equal += 1
    print(f"seed {args.seed}: {args.count} statements, columns equal {equal}, ours larger {larger}, ours smaller {smaller}, sqlglot failed {failed}")
    return 1 if smaller else 0


if __name__ == "__main__":
    sys.exit(main())
