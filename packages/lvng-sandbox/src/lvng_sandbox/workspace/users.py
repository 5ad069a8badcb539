"""Users as others are shown them."""

from __future__ import annotations

from typing import Any

from ..platform.platform import Platform
from ..store.database import Query, Record


def person(platform: Platform, user_id: str) -> Record | None:
    """The record of a user, whatever organization it belongs to; None for who is no user."""
    found = platform.store.anywhere("users", user_id)
    return found[0][1] if found else None


def name_of(platform: Platform, user_id: str | None) -> str | None:
    """The name of a user, as it is shown to people."""
    user = person(platform, user_id) if user_id else None
    return user["display_name"] or user["email"] if user else None


def describe(platform: Platform, user_id: str) -> dict[str, Any]:
    """What a record of a member tells of the user."""
    user = person(platform, user_id) or {}
    return {
        **{name: user.get(name) for name in ("email", "display_name", "avatar_url")},
        "last_active_at": last_active(platform, user_id),
    }


def last_active(platform: Platform, user_id: str) -> str | None:
    """When a user last changed something."""
    caller = platform.accounts.by_id(user_id)
    if caller is None:
        return None
    activity = platform.records(caller, "activity")
    query = Query(equal={"actor_id": user_id}, newest_first=True, limit=1)
    return next((str(one["created_at"]) for one in activity.page(query)), None)
