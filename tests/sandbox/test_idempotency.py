"""Idempotency keys: a repeated POST is done once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.sandbox import Api, Connect

NOTE = {"title": "once", "content": "c"}


def create(api: Api, key: str, body: object = NOTE, path: str = "/api/v2/notes") -> tuple[int, Any]:
    answer = api.http.post(path, json=body, headers={"Idempotency-Key": key})
    return answer.status_code, answer.json()


def count(api: Api) -> int:
    return len(api.get("/api/v2/notes", search="once")["data"])


def test_a_repeated_request_is_done_once_and_answered_the_same(api: Api) -> None:
    first, second = create(api, "k1"), create(api, "k1")
    assert first == second
    assert first[0] == 201
    assert count(api) == 1


def test_another_body_under_the_same_key_is_a_conflict(api: Api) -> None:
    create(api, "k1")
    status, body = create(api, "k1", {**NOTE, "content": "other"})
    assert status == 409
    assert "Idempotency-Key" in str(body)


def test_another_operation_under_the_same_key_is_a_conflict(api: Api) -> None:
    create(api, "k1")
    assert create(api, "k1", path="/api/v2/memory")[0] in {400, 409}


def test_another_key_is_another_request(api: Api) -> None:
    create(api, "k1")
    create(api, "k2")
    assert count(api) == 2


def test_an_error_is_not_stored(api: Api) -> None:
    assert create(api, "k1", {"title": 1})[0] == 400
    assert create(api, "k1")[0] == 201


def test_keys_are_separate_per_caller(api: Api, stranger: Api) -> None:
    assert create(api, "k1")[0] == 201
    assert create(stranger, "k1")[0] == 201


@pytest.mark.parametrize("key", ["x" * 256], ids=["too long"])
def test_an_invalid_key_is_rejected(api: Api, key: str) -> None:
    assert create(api, key)[0] == 400


def test_a_secret_response_is_repeated_but_not_stored(signed_in: Api, sandbox: Sandbox) -> None:
    first, second = (create(signed_in, "k1", {"name": "CI"}, "/api/v2/api-keys") for _ in range(2))
    assert first == second
    secret = str(first[1]["data"]["key"]).encode()
    assert secret not in sandbox._run(lambda platform: platform.store.snapshot())


def test_a_secret_response_is_not_repeated_after_a_restart(
    tmp_path: Path, connect: Connect
) -> None:
    request = ("k1", {"name": "CI"}, "/api/v2/api-keys")
    db = str(tmp_path / "lvng.db")
    with Sandbox(db=db) as sandbox:
        assert create(connect(sandbox, sandbox.jwt), *request)[0] == 201
    with Sandbox(db=db) as sandbox:
        assert create(connect(sandbox, sandbox.jwt), *request)[0] == 409
