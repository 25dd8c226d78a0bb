"""Rows in Snowflake's two wire forms: JSON text cells and Arrow IPC streams.

Enters: Arrow tables as fakesnow makes them, or a number of rows to make up. Leaves: what a driver would get from Snowflake.
"""

import base64
import datetime
import gzip
import io
import json

import pyarrow as pa

EPOCH = datetime.date(1970, 1, 1)
EMAIL = "person{}@example.com"
SSN = "{:03d}-{:02d}-{:04d}"


def ipc(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def cell(value, kind: str):
    """One value as Snowflake's JSON rowset writes it (all strings, or null)."""
    if value is None:
        return None
    if kind == "boolean":
        return "1" if value else "0"
    if kind == "date":
        return str((value - EPOCH).days)
    if isinstance(value, dict):
        text = f"{value['epoch']}.{value.get('fraction', 0):09d}"
        return text if "timezone" not in value else f"{text} {value['timezone']}"
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def to_json_rows(table: pa.Table, rowtype: list[dict]) -> list[list]:
    columns = []
    for column, description in zip(table.columns, rowtype, strict=True):
        kind = description["type"]
        values = column.to_pylist()
        if kind == "fixed" and description.get("scale"):
            values = [None if v is None else scaled(v, description["scale"]) for v in values]
        columns.append([cell(v, kind) for v in values])
    return [list(row) for row in zip(*columns, strict=True)] if columns else []


def scaled(value, scale: int) -> str:
    """Unscaled integers carry their point in the metadata; decimals carry it themselves."""
    if not isinstance(value, int):
        return str(value)
    sign, digits = ("-", str(-value)) if value < 0 else ("", str(value))
    digits = digits.rjust(scale + 1, "0")
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}"


def describe(name: str, kind: str, **more) -> dict:
    base = {
        "name": name, "type": kind, "database": "SHOP", "schema": "PUBLIC", "table": "MADE_UP", "nullable": True,
        "precision": None, "scale": None, "length": None, "byteLength": None, "collation": None,
    }
    return {**base, **more}


ROWTYPE = [
    describe("ID", "fixed", precision=38, scale=0),
    describe("EMAIL", "text", length=16777216, byteLength=16777216),
    describe("SSN", "text", length=11, byteLength=44),
    describe("NOTE", "text", length=16777216, byteLength=16777216),
]


def made_up(first: int, count: int, width: int) -> pa.Table:
    """Rows with a mail address and a social security number each, and a harmless note of `width` characters."""
    numbers = range(first, first + count)
    text = lambda name: pa.field(name, pa.utf8(), True, {"logicalType": "TEXT", "charLength": "16777216", "byteLength": "16777216", "precision": "0", "scale": "0", "finalType": "T", "physicalType": "LOB"})
    schema = pa.schema([
        pa.field("ID", pa.int64(), True, {"logicalType": "FIXED", "precision": "38", "scale": "0", "physicalType": "SB8", "finalType": "T", "charLength": "0", "byteLength": "8"}),
        text("EMAIL"), text("SSN"), text("NOTE"),
    ])
    columns = [
        pa.array(numbers, pa.int64()),
        pa.array([EMAIL.format(n) for n in numbers]),
        pa.array([SSN.format(1 + n % 665, 1 + n % 99, 1 + n % 9999) for n in numbers]),
        pa.array([f"row {n} ".ljust(width, "x") for n in numbers]),
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def inline(table: pa.Table | None, rowtype: list[dict], form: str) -> dict:
    if form == "json":
        return {"queryResultFormat": "json", "rowset": to_json_rows(table, rowtype) if table is not None else []}
    encoded = base64.b64encode(ipc(table)).decode() if table is not None else ""
    return {"queryResultFormat": "arrow", "rowsetBase64": encoded}


def chunk_body(table: pa.Table, rowtype: list[dict], form: str) -> bytes:
    """A chunk as Snowflake stores it: an IPC stream, or rows separated by commas without outer brackets; gzip."""
    if form == "json":
        body = json.dumps(to_json_rows(table, rowtype))[1:-1].encode()
    else:
        body = ipc(table)
    return gzip.compress(body, 1)
