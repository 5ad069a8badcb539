"""Notifications of users, if their settings allow them."""

from __future__ import annotations

from typing import Any

from ..platform.context import Context
from ..platform.user_settings import user_settings

_SETTINGS = {"mention": "mentions", "message": "directMessages", "workflow": "workflowUpdates"}
"""The setting for each type of notification, besides the general one."""


def notify(context: Context, type: str, title: str, **fields: Any) -> None:
    """Notify the user of a context, unless the user's settings disable it."""
    settings = user_settings(context)["notifications"]
    if settings["enabled"] and settings.get(_SETTINGS.get(type, ""), True):
        context.records("notifications").add({"type": type, "title": title, **fields})
