"""A Snowflake-protocol server for tests: fakesnow runs the SQL, this adds what fakesnow lacks.

Added: master tokens, session ids, parameters, renewal, results by id, cancellation, JSON results for Node, multi-statement,
chunked results, in-progress answers, expiry, 5xx, garbage, idempotency by requestId, and a count of what was executed.
A statement asks for special behaviour in a comment, which a gateway must forward untouched:

    select * from t /* upstream: rows=1000 chunks=3 format=arrow */

Hints: rows, width, chunks, format (json|arrow), busy=SECONDS (in-progress until then), slow=SECONDS (stalls the reply),
status=503 times=2 (that often, per requestId), chunk_status=503 chunk_times=1 (that often, per chunk; status 200 breaks the
transfer off half way), garbage=html|truncated|arrow, expire=1 (390112 once per requestId).

PUT and GET are answered as by an account on Google's storage (`stages.py`).

Run: python server.py PORT      Look: GET /_test/executed, /_test/canceled, /_test/uploads      Forget: POST /_test/reset
Statements past every gateway, which count as nobody's: POST /_test/told. With --while-stdin-is-open it ends when its standard input does.
Session tokens live an hour, or as long as POST /_test/validity?seconds=S says, from the next login or renewal on.
"""

import asyncio
import base64
import gzip
import importlib
import json
import os
import re
import sys
import threading
import time
import uuid

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import account
import rows
import stages

fake = importlib.import_module("fakesnow.server")  # the package has a function of the same name

RESULT_SCAN = re.compile(r"^\s*select \* from table\(result_scan\((?:'([0-9a-f-]+)'|last_query_id\(\))\)\)\s*$", re.I)
TRUNCATE = re.compile(r"^(\s*truncate\s+table)\s+if\s+exists\b", re.I)  # which fakesnow has without IF EXISTS
HINT = re.compile(r"/\*\s*upstream:\s*([^*]*)\*/")
SELECT, MULTI = 0x1000, 0xA000
PLAN = {
    "GlobalStats": {"partitionsTotal": 5, "partitionsAssigned": 2, "bytesAssigned": 65536},
    "Operations": [[{"id": 0, "operation": "Result", "expressions": ["*"]}]],
}
PARAMETERS = {
    "AUTOCOMMIT": True, "CLIENT_SESSION_KEEP_ALIVE": False, "CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY": 3600,
    "CLIENT_TELEMETRY_ENABLED": False, "QUERY_CONTEXT_CACHE_SIZE": 5, "CLIENT_PREFETCH_THREADS": 4, "TIMEZONE": "Etc/UTC",
    "BINARY_OUTPUT_FORMAT": "HEX", "DATE_OUTPUT_FORMAT": "YYYY-MM-DD", "TIME_OUTPUT_FORMAT": "HH24:MI:SS",
    "TIMESTAMP_OUTPUT_FORMAT": "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM", "TIMESTAMP_NTZ_OUTPUT_FORMAT": "YYYY-MM-DD HH24:MI:SS.FF3",
    "TIMESTAMP_LTZ_OUTPUT_FORMAT": "", "TIMESTAMP_TZ_OUTPUT_FORMAT": "", "CLIENT_RESULT_COLUMN_CASE_INSENSITIVE": False,
    "CLIENT_MEMORY_LIMIT": 1536, "CLIENT_RESULT_CHUNK_SIZE": 48, "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD": 65280,
    "CLIENT_HONOR_CLIENT_TZ_FOR_TIMESTAMP_NTZ": True, "CLIENT_DISABLE_INCIDENTS": True,
}
CHUNK_HEADER = "x-amz-server-side-encryption-customer-key"
CHUNK_SECRET = "only-the-gateway-may-send-this"

sessions: dict[str, dict] = {}   # token -> {"inner": fakesnow token, "app": CLIENT_APP_ID, "id": int}
masters: dict[str, str] = {}     # master token -> session token
answers: dict[str, asyncio.Task] = {}  # requestId -> the reply being made
results: dict[str, dict] = {}    # query id -> {"task", "ready", "sql", "canceled"}
requests: dict[str, str] = {}    # requestId -> query id
chunks: dict[str, bytes] = {}
chunk_faults: dict[str, tuple[int, int]] = {}  # chunk -> status, how often
tries: dict[str, int] = {}
executed: list[dict] = []
canceled: list[str] = []         # the texts of statements that were aborted
life = {"seconds": 3600}         # of session tokens


def parameters() -> list[dict]:
    return [{"name": name, "value": value} for name, value in PARAMETERS.items()]


def failure(code: str, message: str, state: str = "42000", query_id: str | None = None) -> dict:
    data = {"internalError": False, "errorCode": code, "age": 0, "sqlState": state, "queryId": query_id or str(uuid.uuid4()),
            "line": -1, "pos": -1, "type": "COMPILATION"}
    return {"data": data, "code": code, "message": message, "success": False, "headers": None}


def busy(query_id: str) -> dict:
    data = {"queryId": query_id, "getResultUrl": f"/queries/{query_id}/result", "queryAbortsAfterSecs": 300, "progressDesc": None}
    return {"data": data, "code": "333334", "message": "Asynchronous execution in progress.", "success": True}


async def body_of(request: Request) -> dict:
    raw = await request.body()
    if request.headers.get("content-encoding") == "gzip":
        raw = gzip.decompress(raw)
    return json.loads(raw or b"{}")


async def inner(handler, request: Request, body: dict, token: str | None = None) -> dict:
    """Calls a fakesnow handler with another body and token; what it cannot do becomes an ordinary SQL error."""
    raw = json.dumps(body).encode()
    headers = [(k, v) for k, v in request.scope["headers"] if k not in (b"content-encoding", b"content-length", b"authorization")]
    if token:
        headers.append((b"authorization", f'Snowflake Token="{token}"'.encode()))

    async def receive():
        return {"type": "http.request", "body": raw, "more_body": False}

    response = await handler(Request({**request.scope, "headers": headers}, receive))
    answer = json.loads(response.body)
    if response.status_code >= 500:
        return failure("001003", f"SQL compilation error: {answer.get('message')}")
    return answer


async def login(request: Request) -> Response:
    body = await body_of(request)
    body.setdefault("data", {}).setdefault("SESSION_PARAMETERS", {})
    answer = await inner(fake.login_request, request, body)
    token, master = f"session-{uuid.uuid4()}", f"master-{uuid.uuid4()}"
    number = 1000 + len(sessions)
    secret = body["data"].get("TOKEN") or body["data"].get("PASSWORD") or ""
    if secret == "wrong":
        return JSONResponse(failure("390100", "Incorrect username or password was specified.", "08001"))
    sessions[token] = {"inner": answer["data"]["token"], "app": body["data"].get("CLIENT_APP_ID"), "id": number}
    masters[master] = token
    answer["data"] |= {
        "token": token, "masterToken": master, "validityInSeconds": life["seconds"], "masterValidityInSeconds": 14400, "sessionId": number,
        "parameters": parameters(), "displayUserName": "FIRN", "firstLogin": False, "healthCheckInterval": 45,
    }
    answer["data"]["sessionInfo"] |= {"warehouseName": "WH", "roleName": "PUBLIC"}
    return JSONResponse(answer)


def token_of(request: Request) -> str:
    return request.headers.get("authorization", "")[17:-1]


async def renew(request: Request) -> Response:
    old = masters.get(token_of(request))
    if old is None or old not in sessions:
        return JSONResponse(failure("390114", "Authentication token has expired.  The user must authenticate again.", "08001"))
    token = f"session-{uuid.uuid4()}"
    sessions[token] = sessions[old]
    masters[token_of(request)] = token
    data = {"sessionToken": token, "masterToken": token_of(request), "validityInSecondsST": life["seconds"], "validityInSecondsMT": 14400,
            "sessionId": sessions[token]["id"]}
    return JSONResponse({"data": data, "code": None, "message": None, "success": True})


async def session(request: Request) -> Response:
    if request.query_params.get("delete"):
        sessions.pop(token_of(request), None)
    return JSONResponse({"data": None, "code": None, "message": None, "success": True})


def hints(sql: str) -> dict[str, str]:
    match = HINT.search(sql)
    return dict(pair.split("=", 1) for pair in match[1].split()) if match else {}


def result(query_id: str, table, rowtype: list[dict], form: str, **more) -> dict:
    total = table.num_rows if table is not None else 0
    data = {
        "parameters": parameters(), "rowtype": rowtype, "total": total, "returned": total, "queryId": query_id,
        "databaseProvider": None, "finalDatabaseName": "SHOP", "finalSchemaName": "PUBLIC", "finalWarehouseName": "WH",
        "finalRoleName": "PUBLIC", "numberOfBinds": 0, "arrayBindSupported": False, "statementTypeId": SELECT, "version": 1,
        "sendResultTime": int(time.time() * 1000), "unknownToEverybody": {"kept": [1, 2.50, "as sent"]},
        **rows.inline(table, rowtype, form), **more,
    }
    return {"data": data, "code": None, "message": None, "success": True}


def listed(query_id: str, rowtype: list[dict], lines: list[list]) -> dict:
    """A result of these rows."""
    table = rows.pa.table({column["name"]: rows.pa.array([line[at] for line in lines]) for at, column in enumerate(rowtype)})
    return result(query_id, table, rowtype, "json")


def made_up(query_id: str, wanted: dict, app: str | None, base: str) -> dict:
    count, width, pieces = int(wanted["rows"]), int(wanted.get("width", 10)), int(wanted.get("chunks", 0))
    form = wanted.get("format") or ("json" if app == "JavaScript" else "arrow")
    each = count // (pieces + 1)
    table = rows.made_up(0, count - each * pieces, width)
    listed = []
    for number in range(pieces):
        part = rows.made_up(table.num_rows + number * each, each, width)
        body = rows.chunk_body(part, rows.ROWTYPE, form)
        if wanted.get("garbage") == "arrow":
            body = gzip.compress(gzip.decompress(body)[: each * 8])
        name = f"{query_id}-{number}"
        chunks[name] = body
        if "chunk_status" in wanted:
            chunk_faults[name] = (int(wanted["chunk_status"]), int(wanted.get("chunk_times", 1)))
        listed.append({"url": f"{base}/_chunks/{name}?signature=secret", "rowCount": each, "uncompressedSize": part.nbytes, "compressedSize": len(body)})
    more = {"chunks": listed, "chunkHeaders": {CHUNK_HEADER: CHUNK_SECRET}} if listed else {}
    answer = result(query_id, table, rows.ROWTYPE, form, **more)
    answer["data"]["total"] = answer["data"]["returned"] = count
    if wanted.get("garbage") == "arrow" and not pieces:
        answer["data"]["rowsetBase64"] = answer["data"]["rowsetBase64"][:-200]
    return answer


async def run(request: Request, body: dict, query_id: str, sql: str) -> dict:
    """One statement, executed once: by fakesnow, or made up as its hint asks."""
    state = sessions[token_of(request)]
    wanted = hints(sql)
    if body.get("describeOnly"):
        return await describe(request, body, query_id, sql, state, "rows" in wanted)
    executed.append({"requestId": request.query_params.get("requestId"), "sql": sql, "queryId": query_id, "app": state["app"]})
    if "busy" in wanted:
        await asyncio.sleep(float(wanted["busy"]))
    if (told := account.answer(sql)) is not None:
        names, lines = told
        return listed(query_id, [rows.describe(name, "text") for name in names], lines)
    if (inferred := stages.inferred(sql, body.get("bindings"))) is not None:
        return listed(query_id, *inferred)
    last, state["last"] = state.get("last"), query_id
    if (scanned := RESULT_SCAN.match(sql)) and (wanted_id := scanned[1] or last) in results:
        return await wait(wanted_id, 60.0)
    if "rows" in wanted:
        return made_up(query_id, wanted, state["app"], str(request.base_url).rstrip("/"))
    base = str(request.base_url).rstrip("/")
    if (fetched := stages.get(sql, query_id, base)) is not None:
        return fetched
    inserts = stages.rows(sql, body.get("bindings"))
    asked = {**body, "sqlText": TRUNCATE.sub(r"\1", sql), "asyncExec": False} | (inserts or {})
    answer = await inner(fake.query_request, request, asked, state["inner"])
    data = answer.get("data")
    if inserts and answer["success"]:
        stages.copied(answer, sql)
    if not answer["success"]:
        answer.setdefault("headers", None)
        answer["data"] = {**failure(answer["code"], "")["data"], "sqlState": (data or {}).get("sqlState") or "42000", "queryId": query_id}
        return answer
    if data.get("command") == "UPLOAD":
        stages.put(answer, sql, body.get("bindings"), base)
    data |= {"queryId": query_id, "parameters": parameters(), "returned": data.get("total")}
    data["finalDatabaseName"], data["finalSchemaName"] = data.get("finalDatabaseName"), data.get("finalSchemaName")
    if state["app"] == "JavaScript" and data.get("queryResultFormat") == "arrow":
        encoded = data.pop("rowsetBase64")
        table = rows.pa.ipc.open_stream(base64.b64decode(encoded)).read_all() if encoded else None
        data |= rows.inline(table, data["rowtype"], "json")
    return answer


async def describe(request: Request, body: dict, query_id: str, sql: str, state: dict, is_made_up: bool) -> dict:
    """What a statement's result will look like; it does not run, and takes no time."""
    if is_made_up:
        return result(query_id, None, rows.ROWTYPE, "json")
    answer = await inner(fake.query_request, request, {**body, "sqlText": sql, "asyncExec": False}, state["inner"])
    if answer["success"]:
        answer["data"] |= {"queryId": query_id, "parameters": parameters()}
        if state["app"] == "JavaScript" and answer["data"].pop("rowsetBase64", None) is not None:
            answer["data"] |= rows.inline(None, answer["data"]["rowtype"], "json")
    elif "Unhandled exception" in str(answer.get("message")):
        # What fakesnow cannot describe may still be right.
        return failure("000603", "This statement is not described.")
    else:
        answer["data"] = {**failure(answer["code"], "")["data"], "sqlState": (answer.get("data") or {}).get("sqlState") or "42000", "queryId": query_id}
    return answer


async def multiple(request: Request, body: dict, query_id: str, statements: list[str]) -> dict:
    ids, kinds = [], []
    for statement in statements:
        child = str(uuid.uuid4())
        answer = await run(request, body, child, statement)
        if not answer["success"]:
            return answer
        results[child] = {"answer": answer, "sql": statement}
        ids.append(child)
        kinds.append(str(answer["data"].get("statementTypeId") or SELECT))
    answer = result(query_id, None, [rows.describe("multiple statement execution", "text")], "json")
    answer["data"] |= {"resultIds": ",".join(ids), "resultTypes": ",".join(kinds), "statementTypeId": MULTI,
                       "rowset": [["Multiple statements executed successfully."]], "total": 1, "returned": 1}
    return answer


async def make(request: Request, body: dict, query_id: str) -> dict:
    sql = body["sqlText"]
    count = str((body.get("parameters") or {}).get("MULTI_STATEMENT_COUNT", "1"))
    statements = [piece.strip() for piece in sql.split(";") if piece.strip()]
    if count != "1" and len(statements) > 1:
        return await multiple(request, body, query_id, statements)
    return await run(request, body, query_id, sql)


async def wait(query_id: str, patience: float) -> dict:
    entry = results[query_id]
    if "answer" in entry:
        return entry["answer"]
    done, _ = await asyncio.wait([entry["task"]], timeout=patience)
    if entry.get("canceled"):
        return failure("000604", "SQL execution canceled", "57014", query_id)
    return entry["task"].result() if done else busy(query_id)


async def query(request: Request) -> Response:
    if token_of(request) not in sessions:
        return JSONResponse(failure("390104", "Session token is invalid.", "08001"), status_code=200)
    body = await body_of(request)
    if body.get("sqlText", "").startswith("EXPLAIN USING JSON "):
        # Planned, never executed: two of five partitions, whatever it reads.
        return JSONResponse(listed(str(uuid.uuid4()), [rows.describe("content", "text")], [[json.dumps(PLAN)]]))
    wanted = {} if body.get("describeOnly") else hints(body.get("sqlText", ""))
    request_id = request.query_params.get("requestId") or str(uuid.uuid4())
    tries[request_id] = tries.get(request_id, 0) + 1
    if "status" in wanted and tries[request_id] <= int(wanted.get("times", 1)):
        return Response(status_code=int(wanted["status"]))
    if "expire" in wanted and tries[request_id] == 1:
        return JSONResponse(failure("390112", "Your session has expired. Please login again.", "08001"))
    if wanted.get("garbage") == "html":
        return Response("<html>502 Bad Gateway</html>", media_type="text/html")
    if request_id not in requests:
        query_id = str(uuid.uuid4())
        requests[request_id] = query_id
        results[query_id] = {"task": asyncio.create_task(make(request, body, query_id)), "sql": body["sqlText"], "began": int(time.time() * 1000)}
    query_id = requests[request_id]
    if "slow" in wanted:
        await asyncio.sleep(float(wanted["slow"]))
    answer = await wait(query_id, 0 if body.get("asyncExec") else 2.0)
    if wanted.get("garbage") == "truncated":
        return Response(json.dumps(answer)[:-40], media_type="application/json")
    return JSONResponse(answer)


async def result_of(request: Request) -> Response:
    query_id = request.path_params["query_id"]
    if query_id not in results:
        return JSONResponse(failure("000612", "Result not found", "02000", query_id))
    return JSONResponse(await wait(query_id, 5.0))


async def abort(request: Request) -> Response:
    body = await body_of(request)
    query_id = request.path_params.get("query_id") or requests.get(body.get("requestId", ""))
    if query_id in results and "task" in results[query_id]:
        results[query_id]["canceled"] = True
        canceled.append(results[query_id]["sql"])
        results[query_id]["task"].cancel()
    return JSONResponse({"data": None, "code": None, "message": None, "success": True})


async def monitor(request: Request) -> Response:
    entry = results.get(request.path_params["query_id"])
    if entry is None:
        return JSONResponse({"data": {"queries": []}, "code": None, "message": None, "success": True})
    done = "answer" in entry or entry["task"].done()
    answer = entry.get("answer") or (entry["task"].result() if done and not entry.get("canceled") else None)
    status = "RUNNING" if not done else "SUCCESS" if answer and answer["success"] else "FAILED_WITH_ERROR"
    listed = {"id": request.path_params["query_id"], "status": status, "state": status, "sqlText": entry["sql"], "errorCode": "",
              "errorMessage": "", "startTime": entry.get("began", 0), "endTime": entry.get("began", 0) if done else 0, "totalDuration": 0}
    if status == "FAILED_WITH_ERROR":
        listed |= {"errorCode": (answer or {}).get("code", "000604"), "errorMessage": (answer or {}).get("message", "canceled")}
    return JSONResponse({"data": {"queries": [listed]}, "code": None, "message": None, "success": True})


async def chunk(request: Request) -> Response:
    if request.headers.get(CHUNK_HEADER) != CHUNK_SECRET or request.query_params.get("signature") != "secret":
        return Response(status_code=403)
    name = request.path_params["name"]
    status, times = chunk_faults.get(name, (200, 0))
    tries[name] = tries.get(name, 0) + 1
    if tries[name] <= times:
        if status != 200:
            return Response(status_code=status)
        return Response(chunks[name][: len(chunks[name]) // 2], headers={"content-encoding": "gzip"}, media_type="application/octet-stream")
    return Response(chunks[name], headers={"content-encoding": "gzip"}, media_type="application/octet-stream")


async def shown(_: Request) -> Response:
    return JSONResponse(executed)


async def aborted(_: Request) -> Response:
    return JSONResponse(canceled)


async def validity(request: Request) -> Response:
    life["seconds"] = int(request.query_params["seconds"])
    return JSONResponse(life)


async def told(request: Request) -> Response:
    """Runs the body, statement by statement."""
    text = (await request.body()).decode()

    def run_all():
        connection = fake.shared_fs.connect()
        for statement in text.split(";"):
            if statement.strip() and account.answer(statement) is None:
                connection.cursor().execute(statement.strip())

    await run_in_threadpool(run_all)
    return JSONResponse({"success": True})


async def reset(_: Request) -> Response:
    executed.clear()
    return JSONResponse({"success": True})


async def telemetry(_: Request) -> Response:
    return JSONResponse({"data": "Log Received", "code": None, "message": None, "success": True})


app = Starlette(routes=[
    Route("/session/v1/login-request", login, methods=["POST"]),
    Route("/session/token-request", renew, methods=["POST"]),
    Route("/session/heartbeat", session, methods=["POST"]),
    Route("/session", session, methods=["POST"]),
    Route("/queries/v1/query-request", query, methods=["POST"]),
    Route("/queries/v1/abort-request", abort, methods=["POST"]),
    Route("/queries/{query_id}/result", result_of, methods=["GET"]),
    Route("/queries/{query_id}/abort-request", abort, methods=["POST"]),
    Route("/monitoring/queries/{query_id}", monitor, methods=["GET"]),
    Route("/telemetry/send", telemetry, methods=["POST"]),
    Route("/_chunks/{name}", chunk, methods=["GET"]),
    Route("/_stage/{name}", stages.carry, methods=["GET", "PUT"]),
    Route("/_test/uploads", stages.shown, methods=["GET"]),
    Route("/_test/executed", shown, methods=["GET"]),
    Route("/_test/canceled", aborted, methods=["GET"]),
    Route("/_test/validity", validity, methods=["POST"]),
    Route("/_test/told", told, methods=["POST"]),
    Route("/_test/reset", reset, methods=["POST"]),
])


def end_with_stdin() -> None:
    os.read(0, 1)
    os._exit(0)


if __name__ == "__main__":
    if "--while-stdin-is-open" in sys.argv:
        threading.Thread(target=end_with_stdin, daemon=True).start()
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
