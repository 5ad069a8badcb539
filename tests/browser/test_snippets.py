"""Requests as programs: what is copied runs, and does the same again."""

from __future__ import annotations

import ast
import inspect
import json
import os
import subprocess
import sys
from typing import Any

import httpx
import pytest

from browser.page import Page
from lvng import LvngClient
from lvng_sandbox import Sandbox
from lvng_sandbox.contract.defaults import Defaults
from lvng_sandbox.contract.document import Operation, load

PROGRAMS = """
const snippets = await import("/_page/snippets.js");
const request = await (await fetch("/_sandbox/requests/1", {headers: {Authorization: `Bearer ${given[0]}`}})).json();
return {curl: snippets.asCurl(request), Python: await snippets.asPython(request), Node: snippets.asNode(request)};
"""
METHODS = """
const {ofMethod} = await import("/_page/snippets.js");
const contract = await (await fetch("/openapi.json")).json();
return given[0].map((request) => ofMethod(contract, request)?.text ?? null);
"""
TEXT = 'it\'s "5 < 6", $HOME, `date`, 100 % \\ é\nand more'


@pytest.mark.parametrize("program", ["curl", "Python", "Node"])
def test_a_program_sends_the_same_request(
    program: str, page: Page, api: httpx.Client, sandbox: Sandbox
) -> None:
    api.post("/api/v2/notes", json={"title": TEXT, "content": "x", "is_pinned": True})
    page.open("/")
    text = page.run(PROGRAMS, sandbox.token)[program]
    run(program, text, sandbox)
    first, second = sandbox.requests
    assert (second.method, second.path, second.status) == (first.method, first.path, 201)
    assert json.loads(second.content) == json.loads(first.content)
    assert sandbox.api_key not in text


@pytest.mark.parametrize("program", ["curl", "Python", "Node"])
def test_a_query_is_sent_too(program: str, page: Page, api: httpx.Client, sandbox: Sandbox) -> None:
    api.get("/api/v2/notes", params={"limit": 2, "tag": "a b&c"})
    page.open("/")
    run(program, page.run(PROGRAMS, sandbox.token)[program], sandbox)
    first, second = sandbox.requests
    assert dict(second.query) == dict(first.query)


def run(program: str, text: str, sandbox: Sandbox) -> None:
    command = {
        "curl": ["sh", "-c", text],
        "Python": [sys.executable, "-c", text],
        "Node": ["node", "--input-type=module", "-e", text],
    }[program]
    variables = {"LVNG_BASE_URL": sandbox.base_url, "LVNG_API_KEY": sandbox.api_key}
    subprocess.run(command, env={**os.environ, **variables}, check=True, capture_output=True)


def example(operation: Operation, defaults: Defaults) -> dict[str, Any]:
    """A request for an operation, of the contract's examples."""
    path, query = operation.path, []
    for parameter in operation.parameters:
        value = defaults.example(parameter.schema)
        if parameter.location == "path":
            path = path.replace(f"{{{parameter.name}}}", str(value))
        elif parameter.location == "query":
            values = value if isinstance(value, list) else [value]
            query += [
                [parameter.name, json.dumps(one) if isinstance(one, bool) else str(one)]
                for one in values
            ]
    body = None
    if operation.body_media_type == "application/json":
        members = operation.body_schema.get("properties", {})
        body = {name: defaults.example(schema) for name, schema in members.items()}
    return {
        "operation": operation.id,
        "method": operation.method,
        "path": path,
        "query": query,
        "body": body,
    }


def test_the_calls_of_all_operations_are_calls_of_the_sdk(page: Page) -> None:
    contract = load()
    defaults = Defaults(contract, lambda: "2026-01-01T09:00:00.000Z")
    operations = list(contract.operations.values())
    page.open("/")
    calls = page.run(METHODS, [example(one, defaults) for one in operations])
    client = LvngClient("lvng_sk_test_0123", base_url=page.sandbox.base_url)
    wrong = []
    for operation, call in zip(operations, calls, strict=True):
        if operation.body_media_type == "multipart/form-data":
            continue  # what was uploaded is not in the log
        try:
            bind(client, call)
        except (TypeError, AttributeError, SyntaxError) as error:
            wrong.append(f"{operation.id}: {call}: {error}")
    assert wrong == []
    client.close()


def bind(client: LvngClient, call: str) -> None:
    """Check that a call fits the signature of its method.

    Raises:
        TypeError: it does not.
        AttributeError: there is no such method.
    """
    parsed = ast.parse(call or "", mode="eval").body
    assert isinstance(parsed, ast.Call)
    _, *names = ast.unparse(parsed.func).split(".")
    method: Any = client
    for name in names:
        method = getattr(method, name)
    arguments = [ast.literal_eval(one) for one in parsed.args]
    named = {str(one.arg): ast.literal_eval(one.value) for one in parsed.keywords}
    inspect.signature(method).bind(*arguments, **named)


def test_special_characters_in_a_path_are_escaped(
    page: Page, api: httpx.Client, sandbox: Sandbox
) -> None:
    api.get("/api/v2/notes/a%20b%3Fc")
    page.open("/")
    run("curl", page.run(PROGRAMS, sandbox.token)["curl"], sandbox)
    first, second = sandbox.requests
    assert second.path == first.path == "/api/v2/notes/a b?c"
