"""Errors: the class, message, code and details of every body that a server or proxy sends."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

import lvng_core
from lvng_core import (
    APIConnectionError,
    APITimeoutError,
    AuthenticationError,
    ConflictError,
    LvngError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RequestOptions,
    ServerError,
    StreamError,
    ValidationError,
)
from support.samples import CREATE, GET, KEY
from support.scripted_server import Serve, answer
from support.sync_async import Connect

ONCE = RequestOptions(max_retries=0)


def failed(connect: Connect, serve: Serve, status: int, body: Any, headers: Any = ()) -> LvngError:
    """The error of a call that was answered so."""
    server = serve(answer(status, body, headers))
    with pytest.raises(LvngError) as caught:
        connect(server).call(GET, {"id": "wf_1"}, ONCE)
    return caught.value


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("\x1b[2Jgone\x07", "\ufffd[2Jgone\ufffd"),
        ("half \ud800 a pair", "half \ufffd a pair"),
        ("right \u202e to left", "right \ufffd to left"),
        ("Grüße 東京 \U0001f600", "Grüße 東京 \U0001f600"),
    ],
    ids=["escape", "surrogate", "direction", "letters"],
)
def test_control_characters_in_a_message_are_replaced(
    connect: Connect, serve: Serve, said: str, shown: str
) -> None:
    body = json.dumps({"error": {"code": said, "message": said}}).encode()
    error = failed(connect, serve, 404, body)
    assert error.message == error.code == shown
    str(error).encode()
    assert error.body["error"]["message"] == said


CLASSES = [
    (400, ValidationError),
    (401, AuthenticationError),
    (402, LvngError),
    (403, PermissionDeniedError),
    (404, NotFoundError),
    (405, LvngError),
    (409, ConflictError),
    (410, LvngError),
    (418, LvngError),
    (422, ValidationError),
    (429, RateLimitError),
    (500, ServerError),
    (501, ServerError),
    (502, ServerError),
    (503, ServerError),
    (504, ServerError),
    (599, ServerError),
]


@pytest.mark.parametrize(("status", "cls"), CLASSES)
def test_each_status_has_its_class(
    connect: Connect, serve: Serve, status: int, cls: type[LvngError]
) -> None:
    error = failed(connect, serve, status, {"error": "No."}, {"X-Request-Id": "req_1"})
    assert type(error) is cls
    assert error.status_code == status
    assert error.request_id == "req_1"
    assert error.attempts == 1
    assert error.body == {"error": "No."}
    assert f"status {status}" in str(error)
    assert "request req_1" in str(error)


BODIES: dict[str, tuple[Any, str | None, str]] = {
    "error": ({"error": "Bad name"}, None, "Bad name"),
    "error, code": ({"error": "VALIDATION_ERROR"}, "VALIDATION_ERROR", "VALIDATION_ERROR"),
    "error, message": (
        {"error": "rate_limit_exceeded", "message": "Slow down"},
        "rate_limit_exceeded",
        "Slow down",
    ),
    "error, hint": ({"error": "Bad.", "hint": "Try this."}, None, "Bad. Try this."),
    "error, message, hint": (
        {"error": "Bad Request", "message": "No name", "hint": "Give one."},
        None,
        "No name. Give one.",
    ),
    "success": ({"success": False, "error": "Bad name"}, None, "Bad name"),
    "object": (
        {"success": False, "error": {"code": "VALIDATION_ERROR", "message": "Bad name"}},
        "VALIDATION_ERROR",
        "Bad name",
    ),
    "details": (
        {
            "success": False,
            "error": {
                "code": "VALIDATION_ERROR",
                "message": "Invalid request.",
                "details": [
                    {"field": "name", "message": "is required"},
                    {"field": "limit"},
                    {"message": "no field"},
                    "odd",
                    7,
                ],
            },
        },
        "VALIDATION_ERROR",
        "Invalid request: name: is required; limit: invalid",
    ),
    "details alone": (
        {"error": {"details": [{"field": "a", "message": "b"}]}},
        None,
        "Invalid: a: b",
    ),
    "message": ({"message": "Just this"}, None, "Just this"),
    "message, code": ({"code": "X_Y", "message": "Just this"}, "X_Y", "Just this"),
    "code alone": ({"error": {"code": "ALREADY_EXISTS"}}, "ALREADY_EXISTS", "rejected the request"),
    "odd types": ({"error": 5, "message": ["a"], "code": 7}, None, "rejected the request"),
    "odd details": ({"error": {"message": 5, "details": "x"}}, None, "rejected the request"),
    "blank": ({"error": "  "}, None, "rejected the request"),
    "null": (None, None, "rejected the request"),
    "list": (["a"], None, "rejected the request"),
    "number": (5, None, "rejected the request"),
    "string": (b'"oops"', None, "oops"),
    "empty": (b"", None, "rejected the request"),
    "cut": (b'{"error": "Bad na', None, "rejected the request"),
    "deep": (b"[" * 100_000, None, "rejected the request"),
    "text": (b"  upstream \r\n timed out ", None, "upstream timed out"),
    "no utf-8": (b"\xff\xfe oops", None, "oops"),
    "html": (
        "<!DOCTYPE html><html><head><title>413 Too\n Large</title></head>",
        None,
        "A proxy or gateway responded with an HTML page (413 Too Large)",
    ),
    "html without a type": (b" <HTML><body>x", None, "HTML page (untitled)"),
}


@pytest.mark.parametrize(("body", "code", "message"), BODIES.values(), ids=BODIES.keys())
def test_each_body_has_its_code_and_message(
    connect: Connect, serve: Serve, body: Any, code: str | None, message: str
) -> None:
    error = failed(connect, serve, 400, body)
    assert type(error) is ValidationError
    assert error.code == code
    assert message in error.message
    assert code is None or code in str(error)


def test_details_are_kept_as_they_came(connect: Connect, serve: Serve) -> None:
    body = BODIES["details"][0]
    error = failed(connect, serve, 422, body)
    assert error.details == body["error"]["details"]
    assert failed(connect, serve, 422, {"error": {"details": "x"}}).details == []
    assert failed(connect, serve, 422, {"error": "x"}).details == []


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (b"", None),
        (b'{"a": 1}', {"a": 1}),
        (b"plain \xff", "plain \ufffd"),
        (b'{"cut', '{"cut'),
        (b"null", None),
    ],
    ids=["empty", "json", "text", "cut", "null"],
)
def test_the_body_is_kept_whole(connect: Connect, serve: Serve, content: bytes, body: Any) -> None:
    assert failed(connect, serve, 500, content).body == body


def test_a_long_message_is_cut_and_its_body_is_not(connect: Connect, serve: Serve) -> None:
    page = f"<html><title>Bad gateway</title>{'x' * 20_000}</html>"
    error = failed(connect, serve, 502, page)
    assert error.message == "A proxy or gateway responded with an HTML page (Bad gateway)."
    assert error.body == page
    long = failed(connect, serve, 500, {"error": "word " * 5_000})
    assert len(long.message) == 500
    assert long.message.endswith("…")


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (401, "missing, expired or revoked. Check the key given as api_key or in LVNG_API_KEY."),
        (403, "The key is not allowed to do this."),
        (404, "Not found, or not visible to your workspace."),
        (409, "The resource already exists, or its state does not allow this."),
        (429, "Too many requests."),
        (500, "The server responded with status 500."),
    ],
)
def test_an_empty_error_body_has_a_default_message(
    connect: Connect, serve: Serve, status: int, advice: str
) -> None:
    assert advice in str(failed(connect, serve, status, b""))


def test_the_advice_about_a_key_follows_the_servers_words(connect: Connect, serve: Serve) -> None:
    error = failed(connect, serve, 401, {"error": "Invalid API key."})
    assert error.message.startswith("Invalid API key. Check the key given as api_key")
    assert KEY not in str(error)


@pytest.mark.parametrize(
    "name", ["X-Request-Id", "request-id", "X-Correlation-ID", "CF-Ray", "x-request-id"]
)
def test_the_id_of_the_request_is_found(connect: Connect, serve: Serve, name: str) -> None:
    assert failed(connect, serve, 500, b"", {name: "id_1"}).request_id == "id_1"
    assert failed(connect, serve, 500, b"", {name: ""}).request_id is None


def test_the_id_of_the_request_holds_no_key(connect: Connect, serve: Serve) -> None:
    error = failed(connect, serve, 500, {}, {"X-Request-Id": f"Bearer {KEY}"})
    assert error.request_id == f"Bearer …{KEY[-4:]}"
    assert KEY not in str(error)
    assert KEY not in repr(pickle.dumps(error))


def test_a_not_found_error_has_the_identifier(connect: Connect, serve: Serve) -> None:
    error = failed(connect, serve, 404, {"error": "No workflow"})
    assert isinstance(error, NotFoundError)
    assert error.identifier == "wf_1"
    with pytest.raises(NotFoundError) as caught:
        connect(serve(answer(404))).call(CREATE, {"name": "a"})
    assert caught.value.identifier is None


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({}, 60.0), ({"Retry-After": "7"}, 7.0), ({"Retry-After": "x"}, 60.0)],
    ids=["silent", "seconds", "text"],
)
def test_a_rate_limit_error_has_retry_after(
    connect: Connect, serve: Serve, headers: dict[str, str], seconds: float
) -> None:
    error = failed(connect, serve, 429, {}, headers)
    assert isinstance(error, RateLimitError)
    assert f"{error.retry_after:.1f}" == f"{seconds:.1f}"


def test_a_server_error_has_retry_after_if_the_server_sent_it(
    connect: Connect, serve: Serve
) -> None:
    silent, told = (failed(connect, serve, 503, {}, h) for h in ({}, {"Retry-After": "7"}))
    assert vars(silent)["retry_after"] is None
    assert vars(told)["retry_after"] == 7.0


FULL: dict[str, Any] = {
    "status_code": 429,
    "code": "X",
    "body": {"a": [1]},
    "request_id": "req",
    "details": [{"field": "f"}],
    "attempts": 3,
}
ERRORS = sorted(
    {
        value
        for value in vars(lvng_core).values()
        if isinstance(value, type) and issubclass(value, LvngError)
    },
    key=lambda cls: cls.__name__,
)


@pytest.mark.parametrize("cls", ERRORS)
@pytest.mark.parametrize("duplicate", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy])
def test_every_error_pickles_whole(cls: type[LvngError], duplicate: Any) -> None:
    error = cls("It broke", **FULL)
    vars(error).update(retry_after=2.5, identifier="wf_1", text="so far")
    error.add_note("a note")
    twin = duplicate(error)
    assert type(twin) is cls
    assert vars(twin) == vars(error)
    assert (twin.args, str(twin), repr(twin)) == (error.args, str(error), repr(error))


def test_text_and_repr_tell_all_that_is_known() -> None:
    error = RateLimitError("Slow down", **FULL)
    assert str(error) == "Slow down (status 429, X, request req)"
    assert repr(error) == "<RateLimitError: Slow down (status 429, X, request req)>"
    assert str(LvngError("Alone")) == "Alone"


def test_the_class_hierarchy_is_the_documented_one() -> None:
    assert all(issubclass(cls, LvngError) for cls in ERRORS)
    assert issubclass(APITimeoutError, APIConnectionError)
    assert not issubclass(StreamError, APIConnectionError)
    assert not any(cls.__name__ in dir(__builtins__) for cls in ERRORS)
    assert RateLimitError("x").retry_after == 60.0
    assert NotFoundError("x").identifier is None
    assert ServerError("x").retry_after is None
