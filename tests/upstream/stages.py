"""Stages of the test upstream: files that clients put and get by pre-signed addresses, what INFER_SCHEMA says of them, and COPY INTO a
table from them.

Enters: fakesnow's answer to a PUT, a GET that fakesnow has no form for, files. Leaves: answers as an account on Google's storage gives
them; the files, in memory. Never here: a file of this machine's disk.
"""

import io
import os
import re
import uuid

import pyarrow.parquet
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rows import describe

GET = re.compile(r"^\s*get\s+'?@([^\s/']+)/?(\S*?)'?\s+'?file://(\S+?)'?\s*$", re.I)
COPY = re.compile(r"^\s*copy\s+into\s+identifier\(\?\).*?from\s+'?(@[^\s')]+)", re.I | re.S)
INFER = re.compile(r"^\s*select\s+(.+?)\s+from\s+table\(infer_schema\(location\s*=>\s*\?", re.I)
INFERRED = {"COLUMN_NAME": "text", "TYPE": "text", "NULLABLE": "boolean", "EXPRESSION": "text", "FILENAMES": "text", "ORDER_ID": "fixed"}
SIZES = {"text": {"length": 16777216, "byteLength": 16777216}, "fixed": {"precision": 38, "scale": 0}}
TYPES = {"int64": "NUMBER(38, 0)", "double": "REAL", "bool": "BOOLEAN"}
PUT, DOWNLOAD = 0x7102, 0x7101

files: dict[str, dict[str, bytes]] = {}   # stage -> name -> content
addresses: dict[str, tuple[str, str]] = {}  # signature -> stage and name
uploads: list[dict] = []


def named(text: str) -> str:
    """The last part of a stage's name, upper case: enough to tell the tests' stages apart."""
    return text.strip('@"').split("/")[0].replace('"', "").split(".")[-1].upper()


def target(sql: str, bindings: dict | None) -> str:
    """The stage that a PUT names."""
    rest = re.sub(r"^\s*put\s+('file://[^']*'|file://\S*)\s+", "", sql, flags=re.I)
    word = rest.strip("'").split()[0].strip("'")
    return named(bindings["1"]["value"] if word == "?" and bindings else word)


def info(base: str, address: str | None) -> dict:
    return {"locationType": "GCS", "location": "upstream-bucket/stages/", "path": "stages/", "region": "us-west-2", "storageAccount": None,
            "isClientSideEncrypted": False, "ciphers": None, "creds": {}, "presignedUrl": address and f"{base}/_stage/{address}",
            "endPoint": None, "useS3RegionalUrl": False, "useRegionalUrl": False, "useVirtualUrl": False}


def address(stage: str, name: str) -> str:
    signature = str(uuid.uuid4())
    addresses[signature] = (stage, name)
    return f"{name}?X-Goog-Signature={signature}"


def put(answer: dict, sql: str, bindings: dict | None, base: str) -> None:
    """Makes fakesnow's answer to a PUT one of an account on Google's storage."""
    data = answer["data"]
    name = os.path.basename(data["src_locations"][0])
    data |= {"stageInfo": info(base, address(target(sql, bindings), name)), "encryptionMaterial": None, "presignedUrls": None,
             "statementTypeId": PUT, "threshold": 209715200, "overwrite": "overwrite=true" in sql.lower()}


def get(sql: str, query_id: str, base: str) -> dict | None:
    """The answer to a GET; none for anything else."""
    if (match := GET.match(sql)) is None:
        return None
    stage, path, local = named(match[1]), match[2], match[3]
    names = [name for name in files.get(stage, {}) if name.startswith(path)]
    data = {"src_locations": names, "localLocation": local, "parallel": 4, "threshold": 209715200, "queryId": query_id,
            "encryptionMaterial": [None] * len(names), "stageInfo": info(base, address(stage, names[0]) if names else None),
            "command": "DOWNLOAD", "presignedUrls": [f"{base}/_stage/{address(stage, name)}" for name in names], "statementTypeId": DOWNLOAD}
    return {"data": data, "code": None, "message": None, "success": True}


def inferred(sql: str, bindings: dict | None) -> tuple[list[dict], list[list]] | None:
    """What INFER_SCHEMA tells of the Parquet files of a stage that a bind names, described columns and rows; none for anything else.

    A row a column, whichever files have it. Its columns come from no table, which is what their description says.
    """
    if not bindings or (match := INFER.match(sql)) is None:
        return None
    wanted = list(INFERRED) if match[1] == "*" else [name.strip().upper() for name in match[1].split(",")]
    found: dict[str, dict] = {}
    for file, content in files.get(named(bindings["1"]["value"]), {}).items():
        for at, field in enumerate(pyarrow.parquet.read_schema(io.BytesIO(content))):
            kind = TYPES.get(str(field.type), "TEXT")
            row = found.setdefault(field.name, {"COLUMN_NAME": field.name, "TYPE": kind, "NULLABLE": True,
                                                "EXPRESSION": f"$1:{field.name}::{kind}", "FILENAMES": "", "ORDER_ID": at})
            row["FILENAMES"] = f"{row['FILENAMES']}, {file}".removeprefix(", ")
    rowtype = [describe(name, INFERRED[name], database="", schema="", table="", **SIZES.get(INFERRED[name], {})) for name in wanted]
    return rowtype, [[row[name] for name in wanted] for row in found.values()]


def rows(sql: str, bindings: dict | None) -> dict | None:
    """A COPY of Parquet files as INSERT with array binds; none for anything else."""
    if not bindings or (match := COPY.match(sql)) is None:
        return None
    stage = files.get(named(match[1]), {})
    tables = [pyarrow.parquet.read_table(io.BytesIO(content)) for content in stage.values()]
    if not tables:
        return None
    columns = tables[0].column_names
    cells = {name: [None if cell is None else str(cell) for table in tables for cell in table[name].to_pylist()] for name in columns}
    places = ", ".join("?" for _ in columns)
    listed = ", ".join(f'"{name}"' for name in columns)
    return {"sqlText": f"insert into {bindings['1']['value']} ({listed}) values ({places})",
            "bindings": {str(at): {"type": "TEXT", "value": cells[name]} for at, name in enumerate(columns, 1)}}


def copied(answer: dict, sql: str) -> None:
    """Makes the answer to such an INSERT one to a COPY: a row a file."""
    data = answer["data"]
    loaded = str(data["rowset"][0][0])
    data["rowtype"] = [describe("file", "text"), describe("status", "text"), describe("rows_parsed", "fixed", precision=38, scale=0),
                       describe("rows_loaded", "fixed", precision=38, scale=0)]
    data["rowset"] = [[name, "LOADED", loaded, loaded] for name in files[named(COPY.match(sql)[1])]]
    data |= {"total": len(data["rowset"]), "statementTypeId": 0x3600}


async def carry(request: Request) -> Response:
    """A file sent to its address, or fetched from it."""
    found = addresses.get(request.query_params.get("X-Goog-Signature", ""))
    if found is None:
        return Response(status_code=403)
    stage, name = found
    if request.method == "HEAD":
        # An address to put a file at is good for nothing else.
        return Response(status_code=403)
    if request.method == "GET":
        content = files.get(stage, {}).get(name)
        return Response(status_code=404) if content is None else Response(content, media_type="application/octet-stream")
    content = await request.body()
    files.setdefault(stage, {})[name] = content
    uploads.append({"stage": stage, "name": name, "bytes": len(content), "hex": content[:65536].hex()})
    return Response(headers={"ETag": '"x"', "x-goog-generation": "1"})


async def shown(_: Request) -> Response:
    return JSONResponse(uploads)
