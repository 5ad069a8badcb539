"""A 200 whose body is not what was asked for, and errors whose body is a page."""

from __future__ import annotations

import pickle
from functools import partial

from support.hostile import Headers, Step, answer, hang_up

from .adapter import KEY, Sdk
from .trial import Rows, against, attempt, named

JSON = {"Content-Type": "application/json"}
REFUSAL = {"error": {"message": "Not so.", "type": "invalid_request_error", "code": "NO"}}
PAGE = f"<html><title>Bad gateway</title><body>{'x' * 20_000}</body></html>"


def read(body: bytes, headers: Headers, sdk: Sdk) -> str:
    """What a GET raises, or what it takes the body for."""
    with against(sdk, answer(200, body, headers)) as (client, _):
        trial = attempt(client.get)
    if trial.error is None:
        return f"gives a `{type(trial.value).__name__}`"
    return named(sdk, trial.error)


def body(content: bytes, **headers: str) -> partial[str]:
    named_headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return partial(read, content, {**JSON, **named_headers})


def length_of_message(sdk: Sdk) -> str:
    with against(sdk, answer(502, PAGE)) as (client, _):
        return f"{len(str(attempt(client.get).error)):,}"


def pickled(step: Step, sdk: Sdk) -> str:
    """Whether an error survives a pickle, and whether the key travels in it."""
    with against(sdk, step) as (client, _):
        error = attempt(client.get).error
    try:
        data = pickle.dumps(error)
    except Exception as refused:  # noqa: BLE001 - of any kind
        return f"cannot be pickled (`{type(refused).__name__}`)"
    secret = "the key in it" if KEY.encode() in data else "no key in it"
    try:
        twin = pickle.loads(data)
    except Exception as refused:  # noqa: BLE001 - of any kind
        return f"does not come back (`{type(refused).__name__}`), {secret}"
    same = type(twin) is type(error) and str(twin) == str(error)
    return f"{'whole' if same else 'comes back as another'}, {secret}"


ROWS: Rows = {
    "a page of HTML": body(b"<!doctype html><title>Sign in</title>", Content_Type="text/html"),
    "a page of HTML, called JSON": body(b"<!doctype html><title>Sign in</title>"),
    "truncated JSON": body(b'{"id": "x'),
    "nothing": body(b""),
    "`null`": body(b"null"),
    "a list": body(b"[1, 2]"),
    "bytes that are no UTF-8": body(b'{"id": "\xff"}'),
    "100,000 lists in each other": body(b"[" * 100_000 + b"]" * 100_000),
    "a number of 5,000 digits": body(b'{"id": ' + b"1" * 5_000 + b"}"),
    "called gzip, but it is not": body(b'{"id": "x1"}', Content_Encoding="gzip"),
    "502 with 20 kB of HTML: length of the message": length_of_message,
    "a pickle of the error of a 401": partial(pickled, answer(401, REFUSAL)),
    "a pickle of the error of no answer": partial(pickled, hang_up),
}
