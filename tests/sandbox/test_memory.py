"""Memory: search, filters and expiry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.examples import AGENT_ID
from support.sandbox import Api

MEMORY = "/api/v2/memory"


def remember(api: Api, content: str, **fields: Any) -> dict[str, Any]:
    memory: dict[str, Any] = api.post(MEMORY, {"content": content, **fields}, status=201)["data"]
    return memory


def search(api: Api, query: str, **fields: Any) -> list[str]:
    """What a search finds, best first."""
    matches = api.post(f"{MEMORY}/search", {"query": query, **fields})["data"]
    scores = [match["score"] for match in matches]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    return [match["memory"]["content"] for match in matches]


def in_days(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def test_the_best_match_comes_first(api: Api) -> None:
    remember(api, "Refunds take five days, and the weather has nothing to do with it at all.")
    remember(api, "The refund policy: refunds within thirty days.")
    remember(api, "Ana lives in Lisbon.")
    assert search(api, "refund policy") == [
        "The refund policy: refunds within thirty days.",
        "Refunds take five days, and the weather has nothing to do with it at all.",
    ]
    assert search(api, "xylophone") == []


def test_a_search_is_filtered(api: Api) -> None:
    remember(api, "tea one", type="fact", tags=["a", "b"], agent_id=AGENT_ID)
    remember(api, "tea two", type="preference", tags=["a"])
    assert search(api, "tea", type="fact") == ["tea one"]
    assert search(api, "tea", tags=["a", "b"]) == ["tea one"]
    assert search(api, "tea", agent_id=AGENT_ID) == ["tea one"]
    assert len(search(api, "tea", tags=["a"])) == 2
    assert len(search(api, "tea", limit=1)) == 1
    assert search(api, "tea", min_score=1) == []


def test_the_list_is_filtered(api: Api) -> None:
    made = remember(api, "tea", type="episode", tags=["a", "b"])
    remember(api, "tea", type="episode", tags=["a"])
    assert api.get(MEMORY, type="episode", tags=["a", "b"])["data"] == [made]
    assert api.get(MEMORY, workspace_id="ws_unknown")["data"] == []


def test_a_search_updates_the_access_time(api: Api) -> None:
    memory, other = remember(api, "Li drinks tea."), remember(api, "Ana drinks coffee.")
    assert memory["last_accessed_at"] is None
    search(api, "tea")
    assert api.get(f"{MEMORY}/{memory['id']}")["data"]["last_accessed_at"] is not None
    assert api.get(f"{MEMORY}/{other['id']}")["data"]["last_accessed_at"] is None


def test_an_update_replaces_the_indexed_text(api: Api) -> None:
    memory = remember(api, "Li drinks tea.")
    api.patch(f"{MEMORY}/{memory['id']}", {"content": "Li drinks coffee."})
    assert search(api, "tea") == []
    assert search(api, "coffee") == ["Li drinks coffee."]
    api.delete(f"{MEMORY}/{memory['id']}")
    assert search(api, "coffee") == []


def test_an_expired_memory_is_deleted(api: Api, sandbox: Sandbox) -> None:
    memory = remember(api, "Li is away.", expires_at=in_days(1))
    sandbox.advance(86_000)
    api.get(f"{MEMORY}/{memory['id']}")
    sandbox.advance(1_000)
    api.get(f"{MEMORY}/{memory['id']}", status=404)
    assert search(api, "away") == []


@pytest.mark.parametrize(
    "moment",
    [
        "2026-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2026-12-31",
        "2026-12-31T09:00:00",
        "soon",
    ],
)
def test_an_invalid_expiry_is_rejected(api: Api, moment: str) -> None:
    body = {"content": "x", "expires_at": moment}
    error = api.post(MEMORY, body, status=400)["error"]
    assert error["details"][0]["field"] == "expires_at"


def test_an_expiry_can_be_changed_and_removed(api: Api, sandbox: Sandbox) -> None:
    later, never = (remember(api, "Li is away.", expires_at=in_days(1)) for _ in range(2))
    api.patch(f"{MEMORY}/{later['id']}", {"expires_at": in_days(3)})
    api.patch(f"{MEMORY}/{never['id']}", {"expires_at": None})
    sandbox.advance(2 * 86_400)
    api.get(f"{MEMORY}/{later['id']}")
    sandbox.advance(2 * 86_400)
    api.get(f"{MEMORY}/{later['id']}", status=404)
    api.get(f"{MEMORY}/{never['id']}")


def test_a_memory_is_private_and_a_source_of_chat(api: Api, colleague: Api) -> None:
    memory = remember(api, "The launch codeword is zephyr.")
    colleague.get(f"{MEMORY}/{memory['id']}", status=404)
    assert search(colleague, "codeword") == []
    question = {"message": "What is the launch codeword?"}
    assert "zephyr" in api.post("/api/v2/chat", question)["reply"]
    assert "zephyr" not in colleague.post("/api/v2/chat", question)["reply"]


def test_the_agent_of_a_memory_must_exist(api: Api) -> None:
    api.post(MEMORY, {"content": "x", "agent_id": "agt_unknown"}, status=404)
