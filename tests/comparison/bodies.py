"""A 200 whose body is not what was asked for, and errors whose body is a page."""

from __future__ import annotations

import pickle
from functools import partial

from support.scripted_server import Headers, Step, answer, hang_up

from .adapter import KEY, Sdk
from .trial import Rows, against, attempt, named

JSON = {"Content-Type": "application/json"}
NEST = b"[" * 100_000 + b"]" * 100_000
PAGE = f"<html><title>Bad gateway</title><body>{'x' * 20_000}</body></html>"


def refusal(status: int, message: str) -> Step:
    """An error in the shapes that these SDKs read."""
    error = {"message": message, "type": "invalid_request_error", "code": "REFUSED"}
    return answer(status, {"error": error, "code": "REFUSED", "message": message})


def read(status: int, body: bytes, headers: Headers, sdk: Sdk) -> str:
    """What a GET raises, or what it takes the body for."""
    with against(sdk, answer(status, body, headers)) as (client, _):
        trial = attempt(client.get)
    if trial.error is None:
        return f"returns a `{type(trial.value).__name__}`"
    return named(sdk, trial.error)


def body(content: bytes, status: int = 200, **headers: str) -> partial[str]:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return partial(read, status, content, {**JSON, **said})


def length_of_message(sdk: Sdk) -> str:
    with against(sdk, answer(502, PAGE)) as (client, _):
        return f"{len(str(attempt(client.get).error)):,}"


def escapes(sdk: Sdk) -> str:
    """What the error shows of what a terminal would obey, or cannot show at all."""
    with against(sdk, refusal(400, "\x1b[2J\ud800")) as (client, _):
        shown = str(attempt(client.get).error)
    if "\x1b" in shown:
        return "executed"
    return "cannot be printed" if "\ud800" in shown else "harmless"


def pickled(step: Step, sdk: Sdk) -> str:
    """Whether an error survives a pickle, and whether the key travels in it."""
    with against(sdk, step) as (client, _):
        error = attempt(client.get).error
    try:
        data = pickle.dumps(error)
    except Exception as refused:  # noqa: BLE001 - of any kind
        return f"cannot be pickled (`{type(refused).__name__}`)"
    secret = "contains the key" if KEY.encode() in data else "without the key"
    try:
        twin = pickle.loads(data)
    except Exception as refused:  # noqa: BLE001 - of any kind
        return f"cannot be unpickled (`{type(refused).__name__}`), {secret}"
    same = type(twin) is type(error) and str(twin) == str(error)
    return f"{'intact' if same else 'changed'}, {secret}"


ROWS: Rows = {
    "a page of HTML": body(b"<!doctype html><title>Sign in</title>", Content_Type="text/html"),
    "a page of HTML, declared as JSON": body(b"<!doctype html><title>Sign in</title>"),
    "truncated JSON": body(b'{"id": "x'),
    "an empty body": body(b""),
    "an empty body, with a 204": body(b"", 204),
    "`null`": body(b"null"),
    "a list": body(b"[1, 2]"),
    "bytes that are not UTF-8": body(b'{"id": "\xff"}'),
    "100,000 nested lists": body(NEST),
    "the same with a 400": body(NEST, 400),
    "a 400 in a charset that cannot be decoded": body(
        b'{"error": {}}', 400, Content_Type="application/json; charset=idna"
    ),
    "a number of 5,000 digits": body(b'{"id": ' + b"1" * 5_000 + b"}"),
    "declared as gzip, but it is not": body(b'{"id": "x1"}', Content_Encoding="gzip"),
    "502 with 20 kB of HTML: length of the message": length_of_message,
    "400 with a terminal escape sequence in its message": escapes,
    "the pickled error of a 401": partial(pickled, refusal(401, "Not so.")),
    "the pickled error of a closed connection": partial(pickled, hang_up),
}
