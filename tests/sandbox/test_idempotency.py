"""The same POST under the same Idempotency-Key is done once."""

from __future__ import annotations

import pytest

from .conftest import Api

NOTE = {"title": "once", "content": "c"}


def create(
    api: Api, key: str, body: object = NOTE, path: str = "/api/v2/notes"
) -> tuple[int, object]:
    answer = api.http.post(path, json=body, headers={"Idempotency-Key": key})
    return answer.status_code, answer.json()


def count(api: Api) -> int:
    return len(api.get("/api/v2/notes", search="once")["data"])


def test_the_same_request_gets_the_same_answer_and_is_done_once(api: Api) -> None:
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


def test_a_failure_is_not_kept(api: Api) -> None:
    assert create(api, "k1", {"title": 1})[0] == 400
    assert create(api, "k1")[0] == 201


def test_keys_belong_to_their_callers(api: Api, stranger: Api) -> None:
    assert create(api, "k1")[0] == 201
    assert create(stranger, "k1")[0] == 201


@pytest.mark.parametrize("key", ["x" * 256], ids=["too long"])
def test_a_key_that_is_none_is_refused(api: Api, key: str) -> None:
    assert create(api, key)[0] == 400
