"""Observations: the shape of what was exchanged, and nothing of its contents."""

from __future__ import annotations

import base64
import datetime
import itertools
import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvng_verify import Exchange, load, observe_exchange
from lvng_verify.observations import append, read
from lvng_verify.shapes import merge, shape

CONTRACT = load()
DAY = datetime.date(2026, 11, 30)
SCHEMA = json.loads((resources.files("lvng_verify") / "observation.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

SECRETS = (
    "lvng_sk_live_4f9a8b7c6d5e",
    "sk-proj-Ab12Cd34Ef56Gh78",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c3JfMSJ9.c2lnbmF0dXJl",
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "xoxb-2444333222111-abcDEFghiJKL",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "hunter2",
    "correct horse battery staple",
    "tr0ub4dor&3",
    "alice.meyer@acme.example",
    "+49 170 1234567",
    "4111 1111 1111 1111",
    "DE89370400440532013000",
    "078-05-1120",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "ws_1b7e4d92",
    "203.0.113.77",
    "Alice Meyer",
    "alice",
    "session=8f14e45fceea167a",
    "-----BEGIN PRIVATE KEY-----",
    "postgres://admin:pw@db.internal/lvng",
    "xKjQwErTyUiOpAsDfGh",
    "/home/alice/secret.txt",
    "sk_live_51H8abcdEFGHijklMNOP",
    "glpat-ABCDEFGHijkl12345678",
    "xapp-1-A0123-456-abcdefgh",
    "SG.abcdefghijklmnop.qrstuvwxyz0123456789",
    "AIzaSyA-abcdefghijklmnopqrstuvwxyz12345",
    "Basic dXNlcjpodW50ZXIyc2VjcmV0",
    "dXNlcjpodW50ZXIyc2VjcmV0",
    "https://b.s3.example/f?X-Amz-Signature=fe5f80c1&X-Amz-Credential=AKIA",
    "https://app.example/callback#access_token=abcDEF123",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    "correct_horse",
    "swordfish",
    "deadbeef",
    "password_hunter",
    # What users call things, as keys of objects.
    "alice_status",
    "aliceMeyer",
    "status.alice",
    "note_of_alice",
    "Alice Status",
    "projectPhoenix",
    "sales report",
    "merger_with_acme",
    "(555) 123-4567",
    "usr_alice",
    "org_acme",
)
PATHS = (
    "/api/v2/notes",
    "/api/v2/agents/{}",
    "/api/v2/settings/{}",
    "/api/knowledge/stats",
    "/api/v2/unknown/{}",
    "/{}",
)


def exchange(
    body: Any, path: str = "/api/v2/notes", headers: Mapping[str, str] | None = None
) -> Exchange:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {"Content-Type": "application/json", **(headers or {})}
    return Exchange("GET", path, 200, named, content)


def observed(one: Exchange) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(observe_exchange(one, CONTRACT, today=DAY).to_json())
    VALIDATOR.validate(found)
    return found


def places(secret: str) -> list[Any]:
    """Bodies with a secret wherever it can be: as a value, a key, in a known field, in a list, deep inside."""
    note = {"id": secret, "title": secret, "tags": [secret], "metadata": {secret: secret}}
    return [
        secret,
        [secret],
        {secret: secret},
        {secret: {secret: [secret]}},
        {"success": True, "data": [note, {secret: 1}], "pagination": {secret: secret}},
        {"success": True, "data": {"status": secret, "type": secret, secret: None}},
        {"error": secret, secret: [{secret: secret}], "message": {"text": secret}},
        {"documents": {"byType": {secret: 3}}, "platform": secret, "role": secret},
    ]


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_in_an_observation(secret: str) -> None:
    for path, body in itertools.product(PATHS, places(secret)):
        one = exchange(body, path.format(secret.replace("/", "")))
        text = json.dumps(observed(one))
        assert secret not in text
        assert secret.lower() not in text.lower()
    headers = {
        "Set-Cookie": secret,
        "X-Request-Id": secret,
        f"X-{secret.replace(' ', '')}": secret,
        "Location": f"https://x.example/{secret}",
        "Content-Type": f"application/json; token={secret}",
    }
    assert secret not in json.dumps(observed(exchange({}, headers=headers)))
    stream = f"event: {secret}\ndata: {secret}\n\ndata: {json.dumps({secret: secret})}\n\nid: {secret}\n\n"
    text = json.dumps(
        observed(exchange(stream.encode(), headers={"Content-Type": "text/event-stream"}))
    )
    assert secret not in text


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "data", "displayName"]) | st.text(), inner, max_size=4
        )
    ),
    max_leaves=20,
)


letters = st.text("bcdfghjklmnpqrstvwxz", min_size=10)  # words of no API
generated = st.one_of(
    letters,
    st.tuples(letters, letters, letters).map("eyJ{0[0]}.{0[1]}.{0[2]}".format),
    letters.map("https://x.example/share/{}?token=1".format),
    letters.map("{}@acme.example".format),
    st.from_regex(r"\+[0-9]{6,14}", fullmatch=True),
    st.uuids().map(str),
    st.binary(min_size=9).map(lambda content: base64.b64encode(content).decode()),
)


@given(secret=generated, path=st.sampled_from(PATHS), place=st.integers(0, 7))
@settings(max_examples=200, deadline=None)
def test_no_text_of_a_user_is_in_an_observation(secret: str, path: str, place: int) -> None:
    one = exchange(places(secret)[place], path.format(quote(secret, "")))
    text = json.dumps(observed(one)).lower()
    assert secret.lower() not in text
    assert quote(secret, "").lower() not in text


@given(json_values)
@settings(max_examples=100, deadline=None)
def test_any_body_gives_a_valid_observation(body: Any) -> None:
    observed(exchange(body))


@given(json_values, json_values)
@settings(max_examples=60, deadline=None)
def test_a_merged_shape_admits_both_values(a: Any, b: Any) -> None:
    found = merge(shape(a, None, CONTRACT), shape(b, None, CONTRACT))
    shown = {
        **found,
        "enum": [
            a,
            b,
        ],  # keywords of our own are ignored; no value stands in a shape without a schema
    }
    jsonschema.validate(a, shown)
    jsonschema.validate(b, shown)
    assert merge(found, found) == found


def test_an_observation_is_this_line(tmp_path: Path) -> None:
    body = {
        "success": True,
        "data": [
            {
                "id": "note_1",
                "title": "Plan",
                "displayName": "x",
                "created_at": "2026-11-30T10:00:00Z",
            },
            {"id": "note_2", "title": None, "created_at": "2026-11-30T10:00:00Z"},
        ],
        "pagination": {"limit": 20, "offset": 0, "total": 2, "hasMore": False},
    }
    path = tmp_path / "observations.jsonl"
    one = observe_exchange(
        exchange(body, headers={"X-RateLimit-Limit": "100", "X-Alice": "1"}), CONTRACT, today=DAY
    )
    assert append(path, [one]) == 1
    assert list(read(path)) == [one]
    assert json.loads(path.read_text()) == {
        "version": 1,
        "observed": "2026-11-30",
        "operation": "notes.list",
        "method": "GET",
        "path": "/api/v2/notes",
        "status": 200,
        "media_type": "application/json",
        "headers": ["content-type", "x-ratelimit-limit"],
        "body": {
            "type": "object",
            "properties": {
                "success": {"type": "boolean"},
                "data": {
                    "type": "array",
                    "x-length": ["2-9"],
                    "items": {
                        "type": "object",
                        "properties": {
                            "id": {"type": "string"},
                            "title": {"type": ["null", "string"]},
                            "displayName": {"type": "string"},
                            "created_at": {"type": "string", "format": "date-time"},
                        },
                        "required": ["created_at", "id", "title"],
                    },
                },
                "pagination": {
                    "type": "object",
                    "properties": {
                        "limit": {"type": "integer"},
                        "offset": {"type": "integer"},
                        "total": {"type": "integer"},
                        "hasMore": {"type": "boolean"},
                    },
                    "required": ["hasMore", "limit", "offset", "total"],
                },
            },
            "required": ["data", "pagination", "success"],
        },
    }


def test_values_are_named_only_where_the_contract_lists_values() -> None:
    def of(status: str) -> Any:
        body = {"success": True, "data": {"status": status, "name": status}}
        found = observed(exchange(body, "/api/v2/workflows/wf_1"))
        return found["body"]["properties"]["data"]["properties"]

    assert of("active")["status"] == {"type": "string", "enum": ["active"]}
    assert of("pending_review")["status"] == {"type": "string", "enum": ["pending_review"]}
    assert of("hunter")["status"] == {"type": "string", "x-other": True}
    assert of("Bad Status")["status"] == {"type": "string", "x-other": True}
    assert of("active")["name"] == {"type": "string"}


def test_the_events_of_a_stream_are_observed_by_name() -> None:
    stream = (
        b': hi\n\nevent: workflow.started\ndata: {"run_id": "r"}\n\n'
        b'event: workflow.completed\ndata: {"status": "ok"}\n\nevent: error\ndata: {"cut'
    )
    found = observed(
        exchange(
            stream,
            "/api/v2/workflows/w/runs/r/events",
            headers={"Content-Type": "text/event-stream"},
        )
    )
    assert found["operation"] == "workflows.stream_run"
    assert set(found["body"]["properties"]) == {"workflow.started", "workflow.completed"}


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/api/v2/reports/rep_123/pages", "/api/v2/reports/{}/pages"),
        ("/api/v3/alice", "/api/v3/{}"),
    ],
)
def test_the_path_of_an_unknown_operation_is_masked(path: str, shown: str) -> None:
    found = observed(exchange({"reportName": "x"}, path))
    assert (found["operation"], found["path"]) == (None, shown)


def test_a_body_that_is_not_json_is_unreadable_or_has_no_shape() -> None:
    assert observed(exchange(b"{broken"))["unreadable"] is True
    assert "body" not in observed(exchange(b"%PDF", headers={"Content-Type": "application/pdf"}))
    assert "body" not in observed(exchange(b""))


@pytest.mark.parametrize("line", ["{}", "no", '{"version": 2}', "[1]"])
def test_an_invalid_line_is_reported_with_its_number(line: str, tmp_path: Path) -> None:
    path = tmp_path / "observations.jsonl"
    path.write_text(f"\n{line}\n")
    with pytest.raises(ValueError, match=r"observations\.jsonl:2: "):
        list(read(path))
