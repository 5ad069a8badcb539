"""What requests have that the contract does not: collected, shown, and an error in strict mode."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lvng_sandbox import Sandbox
from support.sandbox import Api, Connect

NOTES = "/api/v2/notes"


@pytest.fixture(scope="module")
def strict() -> Iterator[Sandbox]:
    with Sandbox(strict=True) as sandbox:
        yield sandbox


def test_deviations_are_collected_and_shown(sandbox: Sandbox, api: Api, connect: Connect) -> None:
    api.get(NOTES, limt=5)
    api.post(NOTES, {"content": "c", "titel": "t"})
    api.post("/api/v2/agents", {"name": "a", "system_prompt": "Be brief"})
    api.post("/api/v2/chat", {"message": "hello", "model": "gpt-0"})
    api.get(NOTES, limit=5)
    assert [(operation, what[:46]) for operation, what in sandbox.deviations] == [
        ("notes.list", "limt is not a parameter of notes.list; did you mean 'limit'?"[:46]),
        ("notes.create", "titel is not a field of notes.create; did you mean 'title'?"[:46]),
        ("agents.create", "system_prompt is an old spelling of systemPrompt"[:46]),
        ("chat.send", "model 'gpt-0' does not exist"),
    ]
    shown = connect(sandbox, sandbox.token).get("/_sandbox/requests")
    assert [len(one["deviations"]) for one in shown] == [1, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("GET", f"{NOTES}?limt=5", None, "limt"),
        ("POST", NOTES, {"content": "c", "titel": "t"}, "titel"),
        ("POST", "/api/v2/agents", {"name": "a", "system_prompt": "x"}, "system_prompt"),
        ("POST", "/api/v2/chat", {"message": "hello", "model": "gpt-0"}, "model"),
    ],
)
def test_deviations_are_errors_in_strict_mode(
    method: str, path: str, body: object, field: str, strict: Sandbox, connect: Connect
) -> None:
    api = connect(strict, strict.api_key)
    options = {} if body is None else {"json": body}
    error = api.call(method, path, status=400, **options)["error"]
    assert [one["field"] for one in error["details"]] == [field]


def test_correct_requests_pass_in_strict_mode(strict: Sandbox, connect: Connect) -> None:
    api = connect(strict, strict.api_key)
    api.post(NOTES, {"title": "t", "content": "c"})
    api.get(NOTES, limit=1)
    api.post("/api/v2/agents", {"name": "a", "systemPrompt": "x"})
