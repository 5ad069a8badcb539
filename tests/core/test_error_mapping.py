"""From an answer to an error, as pure functions: `test_errors.py` has the same over the wire."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from lvng_core import RateLimitError, ServerError
from lvng_core._error_mapping import decode_error, error_from_response, shorten

HTML = {"content-type": "text/html; charset=utf-8"}


def message_of(status: int, content: bytes, headers: dict[str, str] | None = None) -> str:
    return error_from_response(status, headers or {}, content).message


@pytest.mark.parametrize(
    ("status", "content", "message"),
    [
        (401, b'{"error": "No key in X."}', "No key in X. Check the key given as api_key"),
        (400, b'{"error": "No X.", "hint": "Give X."}', "No X. Give X."),
        (
            422,
            b'{"error": {"message": "Bad X:", "details": [{"field": "name"}]}}',
            "Bad X: name: invalid",
        ),
    ],
    ids=["advice", "hint", "details"],
)
def test_sentences_are_joined_by_one_mark_and_keep_their_letters(
    status: int, content: bytes, message: str
) -> None:
    assert message_of(status, content).startswith(message)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("No name: is required.", "No name: is required."),
        ("It is required.", "It is required: name: is required"),
        ("Bad name.", "Bad name: name: is required"),
        (None, "Invalid: name: is required"),
    ],
    ids=["both", "reason", "field", "neither"],
)
def test_a_detail_that_the_message_holds_already_is_not_repeated(
    said: str | None, shown: str
) -> None:
    detail = {"field": "name", "message": "is required"}
    body = {"error": {"message": said, "details": [detail]}}
    assert message_of(422, json.dumps(body).encode()) == shown


@pytest.mark.parametrize("text", ["X marks the spot", "upstream timed out"])
def test_plain_text_is_the_message(text: str) -> None:
    assert message_of(502, text.encode(), {"content-type": "text/plain"}) == text


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (b"<h1>Bad gateway</h1>", "untitled"),
        (b"<title>Bad gateway</title>", "Bad gateway"),
        (b"<title>caf\xe9</title>", "caf\ufffd"),
    ],
    ids=["no-title", "title", "no-utf-8"],
)
def test_a_body_of_type_html_is_described_as_a_page(content: bytes, title: str) -> None:
    page = f"A proxy or gateway responded with an HTML page ({title})."
    assert message_of(502, content, HTML) == page


@pytest.mark.parametrize("start", [b"<!doctype html>", b" \n<!DOCTYPE HTML>", b"<HTML>"])
def test_a_body_that_begins_as_html_is_described_as_a_page(start: bytes) -> None:
    assert "HTML page" in message_of(502, start, {"content-type": "application/json"})


def test_a_message_that_just_fits_is_not_cut() -> None:
    assert shorten("x" * 500) == "x" * 500
    assert shorten("x" * 501) == "x" * 499 + "…"


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, {"retry-after": "Tue, 24 Nov 2026 12:00:29 GMT"}),
        (429, {"x-ratelimit-reset": "2026-11-24T12:00:30Z"}),
        (503, {"retry-after": "Tue, 24 Nov 2026 12:00:29 GMT"}),
    ],
    ids=["date", "reset", "server"],
)
def test_retry_after_is_computed_from_the_given_time(status: int, headers: dict[str, str]) -> None:
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    error = error_from_response(status, headers, b"", now=noon)
    assert isinstance(error, RateLimitError | ServerError)
    assert error.retry_after == 30.0


def test_a_success_of_another_type_names_it() -> None:
    error = decode_error(200, {"content-type": "text/plain"}, b"OK", "a JSON object")
    assert error.message == "The response (text/plain) is not a JSON object. It begins: 'OK'"


@pytest.mark.parametrize("headers", [{}, {"content-type": ""}])
def test_a_success_without_a_type_says_so(headers: dict[str, str]) -> None:
    error = decode_error(200, headers, b"OK", "a JSON object")
    assert error.message == "The response (no content type) is not a JSON object. It begins: 'OK'"


def test_a_decode_error_has_status_body_and_request_id() -> None:
    headers = {"content-type": "application/json", "x-request-id": "req_1"}
    error = decode_error(206, headers, b"[1]", "a JSON object")
    known: tuple[Any, ...] = (error.status_code, error.body, error.request_id)
    assert known == (206, [1], "req_1")


def test_bytes_that_are_no_text_are_shown_as_replacements() -> None:
    error = decode_error(200, {}, b"\xff" * 300, "a JSON object")
    assert error.message.endswith("It begins: '" + "\ufffd" * 200 + "'")
