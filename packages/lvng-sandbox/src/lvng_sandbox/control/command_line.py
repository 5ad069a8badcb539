"""The verbs of `lvng-sandbox`: each is an operation of the control API of a running sandbox."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from ..contract.document import Operation, placeholders
from .routes import load

URL_VARIABLE = "LVNG_BASE_URL"
TOKEN_VARIABLE = "LVNG_SANDBOX_TOKEN"  # noqa: S105 - its name
_URL = "http://127.0.0.1:8080"
_TIMEOUT = 90.0
"""More than the longest wait for requests."""
_TYPES = {"integer": int, "number": float, "string": str}


def add_verbs(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add a parser for each operation. Required arguments are positional, all others are options."""
    for operation in load().operations.values():
        verb = commands.add_parser(_dashed(operation.id), help=operation.summary)
        verb.set_defaults(verb=operation.id)
        verb.add_argument("--url", help=f"of the sandbox; default: {URL_VARIABLE}, or {_URL}")
        verb.add_argument("--token", help=f"default: {TOKEN_VARIABLE}")
        for name, schema in _arguments(operation).items():
            _add(verb, name, schema, required=name in _required(operation))


def run(options: argparse.Namespace) -> int:
    """Call the operation that the options name, and print its result; the exit code."""
    operation = load().operations[options.verb]
    given = {name: getattr(options, name) for name in _arguments(operation)}
    given = {name: value for name, value in given.items() if value is not None}
    path = operation.path
    for name in placeholders(path):
        path = path.replace(f"{{{name}}}", quote(str(given.pop(name)), safe=""))
    body, query = (given, {}) if operation.body_media_type else (None, _texts(given))
    url = options.url or os.environ.get(URL_VARIABLE) or _URL
    token = options.token or os.environ.get(TOKEN_VARIABLE, "")
    try:
        with httpx.Client(timeout=_TIMEOUT, trust_env=False) as client:
            headers = {"Authorization": f"Bearer {token}"}
            response = client.request(
                operation.method, f"{url}{path}", headers=headers, json=body, params=query
            )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return _failed(f"cannot reach the sandbox at {url}: {error}")
    if response.is_error:
        return _failed(_message(response))
    print(json.dumps(response.json(), indent=2, ensure_ascii=False))
    return 0


def _arguments(operation: Operation) -> dict[str, Mapping[str, Any]]:
    """The arguments of an operation with their schemas, wherever they travel."""
    found = {one.name: one.schema for one in operation.parameters}
    return {**found, **operation.body_schema.get("properties", {})}


def _required(operation: Operation) -> set[str]:
    required = {one.name for one in operation.parameters if one.required}
    return required | set(operation.body_schema.get("required", ()))


def _add(
    verb: argparse.ArgumentParser, name: str, schema: Mapping[str, Any], *, required: bool
) -> None:
    known: dict[str, Any] = {"help": schema.get("description")}
    if schema.get("type") == "boolean":
        known["action"] = argparse.BooleanOptionalAction
    else:
        known["type"] = _TYPES.get(str(schema.get("type")), json.loads)
    if "enum" in schema:
        known["choices"] = schema["enum"]
    verb.add_argument(name if required else f"--{_dashed(name)}", **known)


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    """The values of query parameters as text."""
    return {
        name: json.dumps(value) if isinstance(value, bool) else str(value)
        for name, value in values.items()
    }


def _message(response: httpx.Response) -> str:
    try:
        body = response.json()
        error = body["error"]
    except (ValueError, LookupError, TypeError):
        return f"the server responded {response.status_code}; is it a sandbox?"
    if isinstance(error, dict):
        return str(error["message"])
    return f"{body['message']}. {body['hint']}" if "hint" in body else str(error)


def _failed(message: str) -> int:
    print(f"lvng-sandbox: {message}", file=sys.stderr)
    return 1


def _dashed(name: str) -> str:
    return name.replace("_", "-")
