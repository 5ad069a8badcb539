"""Public profiles of users."""

from __future__ import annotations

from typing import Any

from ..platform.context import Context
from ..store.database import Record
from ..usage.audit import last_active


def find_user(context: Context, user_id: str) -> Record | None:
    """The record of a user of any organization, or None."""
    found = context.store.select_any_owner("users", user_id)
    return found[0][1] if found else None


def display_name(context: Context, user_id: str | None) -> str | None:
    """The display name of a user, or else the email address."""
    user = find_user(context, user_id) if user_id else None
    return user["display_name"] or user["email"] if user else None


def basic_profile(context: Context, user_id: str) -> dict[str, Any]:
    """The address, name and picture of a user."""
    user = find_user(context, user_id) or {}
    return {name: user.get(name) for name in ("email", "display_name", "avatar_url")}


def public_profile(context: Context, user_id: str) -> dict[str, Any]:
    """The address, name and picture of a user, and when the user last changed something."""
    return {
        **basic_profile(context, user_id),
        "last_active_at": last_active(context, user_id),
    }
