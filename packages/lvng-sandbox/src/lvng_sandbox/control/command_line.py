"""The control commands of `lvng-sandbox`: one for each operation of the control API of a running sandbox."""

from __future__ import annotations

import argparse
import functools
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from ..commands import Commands
from ..contract.document import Operation, placeholders
from .routes import BINARY, load
from .world import read_world

URL_VARIABLE = "LVNG_BASE_URL"
TOKEN_VARIABLE = "LVNG_SANDBOX_TOKEN"  # noqa: S105 - its name
_URL = "http://127.0.0.1:8080"
_TIMEOUT = 90.0
"""Time-out in seconds, above the longest wait for requests."""
_TYPES = {"integer": int, "number": float, "string": str}


def add_verbs(commands: Commands) -> None:
    """Add a parser for each operation. Required arguments and those with `x-positional` are positional."""
    for operation in load().operations.values():
        verb = commands.add_parser(_dashed(operation.id), help=operation.summary)
        verb.set_defaults(verb=operation.id)
        verb.add_argument("--url", help=f"of the sandbox; default: {URL_VARIABLE}, or {_URL}")
        verb.add_argument("--token", help=f"default: {TOKEN_VARIABLE}")
        for name, schema in _arguments(operation).items():
            _add(verb, name, schema, required=name in _required(operation))
        if BINARY in (operation.body_media_type, operation.response_media_type):
            verb.add_argument("file", help="a database file")


def run(options: argparse.Namespace) -> int:
    """Call the chosen operation and print its result; returns the exit code."""
    operation = load().operations[options.verb]
    try:
        request = _request(options, operation)
        with httpx.Client(timeout=_TIMEOUT, trust_env=False) as client:
            response = client.send(request)
        if response.is_error:
            return _failed(_message(response))
        if operation.response_media_type == BINARY:
            Path(options.file).write_bytes(response.content)
        else:
            print(json.dumps(response.json(), indent=2, ensure_ascii=False))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return _failed(f"cannot reach the sandbox at {_url(options)}: {error}")
    except (OSError, ValueError) as error:
        return _failed(str(error))
    return 0


def _request(options: argparse.Namespace, operation: Operation) -> httpx.Request:
    """Make the request for the options.

    Raises:
        OSError: a file cannot be read.
        ValueError: a file is not valid.
    """
    given = {name: getattr(options, name) for name in _arguments(operation)}
    given = {name: value for name, value in given.items() if value is not None}
    path = operation.path
    for name in placeholders(path):
        path = path.replace(f"{{{name}}}", quote(str(given.pop(name)), safe=""))
    token = options.token or os.environ.get(TOKEN_VARIABLE, "")
    build = functools.partial(
        httpx.Request,
        operation.method,
        f"{_url(options)}{path}",
        headers={"Authorization": f"Bearer {token}"},
    )
    if operation.body_media_type == BINARY:
        return build(content=Path(options.file).read_bytes())
    return build(json=given) if operation.body_media_type else build(params=_texts(given))


def _url(options: argparse.Namespace) -> str:
    return str(options.url or os.environ.get(URL_VARIABLE) or _URL)


def _arguments(operation: Operation) -> dict[str, Mapping[str, Any]]:
    """The arguments of an operation with their schemas, from path, query and body."""
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
    if "x-file" in schema:
        known["type"] = _world
    if "enum" in schema:
        known["choices"] = schema["enum"]
    if "x-positional" in schema:
        known["nargs"] = "?"
    is_positional = required or "x-positional" in schema
    verb.add_argument(name if is_positional else f"--{_dashed(name)}", **known)


def _world(path: str) -> dict[str, Any]:
    """The data of a seed.

    Raises:
        argparse.ArgumentTypeError: it cannot be read.
    """
    try:
        return read_world(path)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


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
    return name.rstrip("_").replace("_", "-")
