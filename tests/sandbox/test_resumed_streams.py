"""The events of a run go on after the one that `Last-Event-ID` names."""

from __future__ import annotations

import pytest

from support.examples import WORKFLOW_ID
from support.sandbox import Api


@pytest.mark.parametrize(
    ("last", "ids"),
    [
        (None, ["1", "2"]),
        ("", ["1", "2"]),
        ("0", ["1", "2"]),
        ("1", ["2"]),
        ("2", []),
        ("99", []),
        ("x", ["1", "2"]),
        ("-1", ["1", "2"]),
        ("9" * 5000, ["1", "2"]),
    ],
    ids=lambda value: str(value)[:9],
)
def test_the_events_after_the_last_one_are_sent(last: str | None, ids: list[str], api: Api) -> None:
    run = api.post(f"/api/v2/workflows/{WORKFLOW_ID}/execute", {"inputs": {}})["data"]
    address = f"/api/v2/workflows/{WORKFLOW_ID}/runs/{run['id']}/events"
    headers = {} if last is None else {"Last-Event-ID": last}
    lines = api.http.get(address, headers=headers).text.splitlines()
    assert [line.removeprefix("id: ") for line in lines if line.startswith("id:")] == ids
    assert len([line for line in lines if line.startswith("event:")]) == len(ids)


def test_an_answer_of_the_chat_cannot_be_resumed_and_has_no_ids(api: Api) -> None:
    text = api.http.post("/api/v2/chat/stream", json={"message": "Q4 numbers"}).text
    assert "event: done" in text
    assert not [line for line in text.splitlines() if line.startswith("id:")]
