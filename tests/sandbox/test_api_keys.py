"""API keys: creation, limits, scopes, rotation, revocation and usage."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.sandbox import Api, Connect

KEYS = "/api/v2/api-keys"
_HOUR, _DAY = 3600, 86_400


def create(signed_in: Api, **fields: Any) -> Any:
    return signed_in.post(KEYS, {"name": "CI", **fields}, status=201)["data"]


def show(signed_in: Api, id: str) -> Any:
    return signed_in.get(f"{KEYS}/{id}")["data"]


def test_a_key_is_shown_once_and_stored_as_a_hash(signed_in: Api, sandbox: Sandbox) -> None:
    made = create(signed_in)
    assert made["key"].startswith(made["key_prefix"])
    assert made["key_prefix"].startswith("lvng_sk_test_")
    for text in (show(signed_in, made["id"]), signed_in.get(KEYS)):
        assert made["key"] not in str(text)
    assert made["key"].encode() not in sandbox._run(lambda platform: platform.store.snapshot())


def test_a_key_has_default_scopes(signed_in: Api) -> None:
    assert create(signed_in)["scopes"] == ["read", "write", "execute"]
    assert create(signed_in, scopes=["knowledge:read"])["scopes"] == ["knowledge:read"]
    signed_in.post(KEYS, {"name": "CI", "scopes": ["everything"]}, status=400)


def test_scopes_change_at_once(signed_in: Api, sandbox: Sandbox, connect: Connect) -> None:
    made = create(signed_in, scopes=["read"])
    api = connect(sandbox, made["key"])
    note = {"title": "t", "content": "c"}
    api.post("/api/v2/notes", note, status=403)
    signed_in.patch(f"{KEYS}/{made['id']}", {"scopes": ["write"], "name": "writer"})
    api.post("/api/v2/notes", note)
    api.get("/api/v2/notes", status=403)


def test_a_key_expires(signed_in: Api, sandbox: Sandbox, connect: Connect) -> None:
    api = connect(sandbox, create(signed_in, expires_in_days=2)["key"])
    sandbox.advance(2 * _DAY - 60)
    api.get("/api/v2/notes")
    sandbox.advance(61)
    assert "expired" in api.get("/api/v2/notes", status=401)["message"]


@pytest.mark.parametrize("days", [None, 1, 36_500])
def test_a_key_shows_its_expiry(signed_in: Api, days: int | None) -> None:
    made = create(signed_in, expires_in_days=days)
    assert (made["expires_at"] is None) == (days is None)
    assert show(signed_in, made["id"])["expires_at"] == made["expires_at"]


def test_durations_above_a_hundred_years_are_rejected(signed_in: Api) -> None:
    signed_in.post(KEYS, {"name": "CI", "expires_in_days": 10**9}, status=422)
    path = f"{KEYS}/{create(signed_in)['id']}/rotate"
    signed_in.post(path, {"grace_period_hours": 10**9}, status=422)


def test_at_most_ten_keys_are_active(signed_in: Api, sandbox: Sandbox) -> None:
    used = len(signed_in.get(KEYS)["data"])
    made = [create(signed_in, expires_in_days=1) for _ in range(10 - used)]
    assert signed_in.post(KEYS, {"name": "more"}, status=409)["error"]["code"] == "CONFLICT"
    signed_in.delete(f"{KEYS}/{made[0]['id']}")
    create(signed_in)
    signed_in.post(KEYS, {"name": "more"}, status=409)
    sandbox.advance(_DAY)
    # Those that have expired no longer count; tokens have, too.
    signed_in.http.headers["Authorization"] = f"Bearer {sandbox.jwt}"
    create(signed_in)


def test_a_revoked_key_stops_at_once(signed_in: Api, sandbox: Sandbox, connect: Connect) -> None:
    made = create(signed_in)
    api = connect(sandbox, made["key"])
    api.get("/api/v2/notes")
    signed_in.delete(f"{KEYS}/{made['id']}")
    api.get("/api/v2/notes", status=401)
    signed_in.get(f"{KEYS}/{made['id']}", status=404)


def test_rotation_changes_only_the_value_of_a_key(
    signed_in: Api, sandbox: Sandbox, connect: Connect
) -> None:
    made = create(signed_in, scopes=["read"], expires_in_days=30)
    rotated = signed_in.post(f"{KEYS}/{made['id']}/rotate")["data"]
    same = ("id", "name", "scopes", "expires_at", "created_at")
    assert {name: rotated[name] for name in same} == {name: made[name] for name in same}
    assert show(signed_in, made["id"])["key_prefix"] == rotated["key_prefix"]
    assert rotated["key"].startswith(rotated["key_prefix"])
    connect(sandbox, made["key"]).get("/api/v2/notes", status=401)
    connect(sandbox, rotated["key"]).get("/api/v2/notes")


def test_the_old_key_works_during_the_grace_period(
    signed_in: Api, sandbox: Sandbox, connect: Connect
) -> None:
    made = create(signed_in)
    path = f"{KEYS}/{made['id']}/rotate"
    rotated = signed_in.post(path, {"grace_period_hours": 2})["data"]
    old, new = connect(sandbox, made["key"]), connect(sandbox, rotated["key"])
    sandbox.advance(2 * _HOUR - 60)
    old.get("/api/v2/notes")
    sandbox.advance(61)
    old.get("/api/v2/notes", status=401)
    new.get("/api/v2/notes")


def test_revocation_ends_the_grace_period(
    signed_in: Api, sandbox: Sandbox, connect: Connect
) -> None:
    made = create(signed_in)
    signed_in.post(f"{KEYS}/{made['id']}/rotate", {"grace_period_hours": 24})
    signed_in.delete(f"{KEYS}/{made['id']}")
    connect(sandbox, made["key"]).get("/api/v2/notes", status=401)


def test_usage_is_counted_by_day_and_endpoint(
    signed_in: Api, sandbox: Sandbox, connect: Connect
) -> None:
    made = create(signed_in, scopes=["read", "write"])
    path = f"{KEYS}/{made['id']}"
    assert show(signed_in, made["id"])["last_used_at"] is None
    api = connect(sandbox, made["key"])
    api.get("/api/v2/notes")
    sandbox.advance(_DAY)
    api.get("/api/v2/notes")
    api.get("/api/v2/notes/nothing", status=404)
    signed_in.http.headers["Authorization"] = f"Bearer {sandbox.jwt}"
    use = signed_in.get(f"{path}/usage", days=3)["data"]
    assert (use["requests"], use["errors"], use["days"]) == (3, 1, 3)
    assert [(day["requests"], day["errors"]) for day in use["daily"]] == [(0, 0), (1, 0), (2, 1)]
    assert use["by_endpoint"] == [
        {"method": "GET", "path": "/api/v2/notes", "requests": 2},
        {"method": "GET", "path": "/api/v2/notes/{id}", "requests": 1},
    ]
    assert use["last_used_at"] == show(signed_in, made["id"])["last_used_at"] is not None
    assert signed_in.get(f"{path}/usage", days=1)["data"]["requests"] == 2
    signed_in.get(f"{path}/usage", days=10**9, status=422)


def test_scopes_are_listed_with_descriptions(signed_in: Api) -> None:
    scopes = {one["name"]: one["is_default"] for one in signed_in.get(f"{KEYS}/scopes")["data"]}
    assert scopes == {
        "read": True,
        "write": True,
        "execute": True,
        "admin": False,
        "knowledge:read": False,
        "knowledge:write": False,
    }


def test_keys_are_private_to_their_user(signed_in: Api, colleague: Api) -> None:
    made = create(signed_in)
    for path in (f"{KEYS}/{made['id']}", f"{KEYS}/{made['id']}/usage"):
        colleague.get(path, status=404)
    colleague.post(f"{KEYS}/{made['id']}/rotate", status=404)
    assert colleague.get(KEYS)["data"] == []
