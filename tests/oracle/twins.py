"""One statement on D and on pi(D).

Enters: a world, a statement's tree. Leaves: what DuckDB answers on either, as Snowflake would send it. Never here: masks, verdicts.
"""

import atexit
import datetime
import decimal
import json
import random
import threading
import time
from dataclasses import dataclass

import duckdb
from sqlglot import exp

import translate
from worlds import TABLES

_TYPES = {"num": "BIGINT", "text": "VARCHAR", "dec": "DECIMAL(12,2)", "date": "DATE", "ts": "TIMESTAMP", "bool": "BOOLEAN", "var": "JSON"}
_VIEWS = [
    "CREATE VIEW CONTACTS (ID, PERSON, REACH) AS SELECT ID, FULL_NAME, EMAIL FROM CUSTOMERS",
    "CREATE VIEW SHOPPERS AS SELECT C.ID, C.SEGMENT, C.SSN, O.AMOUNT, O.STATUS FROM CUSTOMERS C JOIN ORDERS O ON O.CUSTOMER_ID = C.ID",
    "CREATE VIEW SALES AS SELECT STATUS, COUNT(*) AS ORDERS, SUM(AMOUNT) AS AMOUNT FROM ORDERS GROUP BY STATUS",
    "CREATE VIEW EARLY AS SELECT ID, CITY FROM CUSTOMERS WHERE FULL_NAME < 'M'",
    "CREATE VIEW INITIALS (ID, INITIAL) AS SELECT ID, LEFT(SSN, 1) FROM PATIENTS",
]
# What says that DuckDB cannot run it at all, whatever the rows.
_CANNOT = (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException, duckdb.NotImplementedException,
           duckdb.InternalException, duckdb.SyntaxException)
_EPOCH = datetime.datetime(1970, 1, 1)


class Cannot(Exception):
    """DuckDB cannot run the statement."""


class _Watch(threading.Thread):
    """Interrupts what runs too long: a statement that explodes must not stop the run."""

    SECONDS = 5

    def __init__(self):
        super().__init__(daemon=True)
        self.running = None  # (connection, since)
        self._over = threading.Event()
        # A thread that Python ends by force takes the process with it.
        atexit.register(self.stop)
        self.start()

    def stop(self):
        """Ends the thread."""
        self._over.set()
        self.join()

    def run(self):
        """Looks twice a second."""
        while not self._over.wait(0.5):
            running = self.running
            if running and time.monotonic() - running[1] > self.SECONDS:
                running[0].interrupt()


_WATCH = _Watch()


@dataclass
class Answer:
    """Rows as Snowflake would send them, or that it failed."""

    failed: bool = False
    columns: list = None  # as the gateway's record describes them
    rows: list = None  # lists of texts and None
    ties: list = None  # how many rows in a row are equal in what they are ordered by; None where they are not ordered


def _connect():
    connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "1GB"})
    connection.execute("ATTACH ':memory:' AS CLINIC; CREATE SCHEMA CLINIC.CORE; USE CLINIC.CORE")
    for table, columns in TABLES.items():
        connection.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {_TYPES[typ]}' for name, typ, _ in columns)})")
    for view in _VIEWS:
        connection.execute(view)
    for macro in translate.MACROS:
        connection.execute(f"CREATE MACRO {macro}")
    return connection


def _literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def _load(connection, rows):
    statements = []
    for table, content in rows.items():
        values = ", ".join("(" + ", ".join(map(_literal, row)) + ")" for row in content)
        statements.append(f"DELETE FROM {table}; INSERT INTO {table} VALUES {values};")
    connection.execute("".join(statements))


class Twins:
    """D and pi(D), and D in other row orders."""

    def __init__(self):
        self._here, self._there, self._shuffled = _connect(), _connect(), [_connect() for _ in range(2)]
        self._world, self._is_shuffled = None, False

    def load(self, world):
        """Takes the place of the world before."""
        _load(self._here, world.rows)
        _load(self._there, world.twin)
        self._world, self._is_shuffled = world, False

    def run(self, tree):
        """The answers on D and on pi(D)."""
        query, hidden, ordered = _prepared(tree)
        answers = []
        for connection in (self._here, self._there):
            answers.append(_answer(connection, tree, query, hidden, ordered))
        return answers

    def run_shuffled(self, tree):
        """The answers on D with its rows in other orders: what differs here depends on chance, not on values."""
        if not self._is_shuffled:
            random_source = random.Random(7)
            for at, connection in enumerate(self._shuffled):
                rows = {table: list(reversed(content)) if at else random_source.sample(content, len(content))
                        for table, content in self._world.rows.items()}
                _load(connection, rows)
            self._is_shuffled = True
        query, hidden, ordered = _prepared(tree)
        return [_answer(connection, tree, query, hidden, ordered) for connection in self._shuffled]


def _prepared(tree):
    """DuckDB's text (None where it depends on the rows), how many outputs are only keys, and where the keys stand."""
    keys, hidden, ordered = translate.order_keys(tree), 0, None
    if keys is not None:
        starred = any(isinstance(output, exp.Star) or output.is_star for output in tree.selects)
        plain = isinstance(tree, exp.Select) and not tree.args.get("distinct") and not tree.args.get("group")
        changed, ordered = tree.copy(), []
        for key, at in keys:
            if at is not None and not starred:
                ordered.append(at)
            elif isinstance(tree, exp.Select) and not tree.args.get("distinct") and (plain or key is not None):
                changed.append("expressions", exp.alias_(key.copy(), f"__key{hidden}"))
                hidden += 1
                ordered.append(-hidden)
        # The hidden ones stand at the end: the first is the farthest from it.
        ordered = [at if at >= 0 else -(hidden + 1 + at) for at in ordered]
        tree = changed
    dynamic = any(True for _ in tree.find_all(exp.PivotAny))
    try:
        return (tree if dynamic else translate.duckdb(tree)), hidden, ordered
    except translate.Untranslatable as error:
        raise Cannot(str(error)) from error
    except Exception as error:  # sqlglot fails in many ways on what it does not know
        raise Cannot(f"sqlglot: {type(error).__name__}") from error


def _answer(connection, tree, query, hidden, ordered):
    try:
        if not isinstance(query, str):
            query = translate.duckdb(query, lambda values: _distinct(connection, values))
        _WATCH.running = (connection, time.monotonic())
        cursor = connection.execute(query)
        rows, description = cursor.fetchall(), cursor.description
    except (*_CANNOT, duckdb.InterruptException) as error:
        raise Cannot(str(error).split("\n")[0]) from error
    except translate.Untranslatable as error:
        raise Cannot(str(error)) from error
    except (duckdb.Error, RuntimeError):
        return Answer(failed=True)
    except (ValueError, OverflowError) as error:  # a date that Python cannot hold
        raise Cannot(str(error)) from error
    finally:
        _WATCH.running = None
    ties = None
    if ordered is not None:
        ties, last = [], object()
        for row in rows:
            key = [row[at] for at in ordered]
            if key == last:
                ties[-1] += 1
            else:
                ties.append(1)
            last = key
    width = len(description) - hidden
    columns = [_described(name, str(typ)) for name, typ, *_ in description[:width]]
    return Answer(columns=columns, rows=[[_text(cell) for cell in row[:width]] for row in rows], ties=ties)


def _distinct(connection, values):
    return sorted(str(row[0]) for row in connection.execute(translate.duckdb(values)).fetchall() if row[0] is not None)


def _described(name, typ):
    word, scale = "variant", None
    if typ.endswith("[]"):
        word = "array"
    elif typ.startswith("DECIMAL"):
        word, scale = "fixed", int(typ.rstrip(")").rsplit(",", 1)[-1])
    elif "INT" in typ:
        word, scale = "fixed", 0
    elif typ in ("DOUBLE", "FLOAT"):
        word = "real"
    elif typ.startswith("STRUCT"):
        word = "object"
    else:
        word = {"VARCHAR": "text", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp_ntz", "TIME": "time",
                '"NULL"': "text", "NULL": "text", "BLOB": "binary"}.get(typ, "variant")
    return {"name": name.upper(), "data_type": word, "nullable": True, "precision": 38 if word == "fixed" else None, "scale": scale,
            "length": None, "origin": ""}


def _text(cell):
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return f"{cell:.10g}"
    if isinstance(cell, (int, decimal.Decimal)):
        return str(cell)
    if isinstance(cell, datetime.datetime):
        return f"{(cell.replace(tzinfo=None) - _EPOCH).total_seconds():.3f}"
    if isinstance(cell, datetime.date):
        return str((cell - _EPOCH.date()).days)
    return json.dumps(cell, default=str)
