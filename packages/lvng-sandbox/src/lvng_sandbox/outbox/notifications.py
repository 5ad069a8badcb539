"""Notifications of users, as far as their settings allow them."""

from __future__ import annotations

from typing import Any

from ..platform.context import Context
from ..platform.user_settings import user_settings

_SETTINGS = {"mention": "mentions", "message": "directMessages", "workflow": "workflowUpdates"}
"""The setting for a type of notification, beside the one for all of them."""


def notify(context: Context, type: str, title: str, **fields: Any) -> None:
    """Notify the user of a context, unless the user's settings say not to."""
    settings = user_settings(context)["notifications"]
    if settings["enabled"] and settings.get(_SETTINGS.get(type, ""), True):
        context.records("notifications").add({"type": type, "title": title, **fields})
