"""Runs a script of steps through the official Python MCP client, unmodified.

Enters: a JSON file (see ../drivers.md); a step may name a `tool` with `arguments` instead of `sql`. Leaves: one JSON line a step on standard output.
"""

import asyncio
import json
import sys

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client


def say(**fields):
    print(json.dumps(fields), flush=True)


def told(result, heard):
    structure = result.structured_content or {}
    if result.is_error:
        error = {"code": structure.get("code"), "state": structure.get("sql_state"), "message": structure.get("message")}
        return {"ok": False, "error": error, "told": structure, "heard": heard}
    columns = [column["name"] for column in structure.get("columns", [])]
    return {"ok": structure.get("status", "done") == "done", "columns": columns, "rows": structure.get("rows", []), "told": structure, "heard": heard}


async def run(client, step):
    heard = []

    async def progress(_step, _total, message):
        heard.append(message)

    if "tool" in step:
        return told(await client.call_tool(step["tool"], step.get("arguments", {})), heard)
    arguments = {"sql": step["sql"], "binds": step.get("binds", []), "max_rows": 5000}
    call = client.call_tool("run_statement", arguments, progress_callback=progress, meta={"conversationId": "conversation-7"})
    if "cancel_after_s" in step:
        return told(await asyncio.wait_for(call, step["cancel_after_s"]), heard)
    return told(await call, heard)


async def main():
    script = json.load(open(sys.argv[1]))
    url = f"{script.get('protocol', 'http')}://{script['host']}:{script['port']}/mcp"
    http = httpx2.AsyncClient(headers={"Authorization": "Bearer " + script["login"]["token"]}, timeout=120)
    try:
        async with http, Client(streamable_http_client(url, http_client=http)) as client:
            tools = await client.list_tools()
            say(step="login", ok=True, tools=[tool.name for tool in tools.tools])
            for number, step in enumerate(script["steps"]):
                await asyncio.sleep(step.get("pause_s", 0))
                try:
                    answer = await run(client, step)
                except Exception as error:
                    answer = {"ok": False, "error": {"message": repr(error)}}
                say(step=number, **answer)
    except Exception as error:
        say(step="login", ok=False, error={"message": repr(error)})
        return
    say(step="close", ok=True)


asyncio.run(main())
