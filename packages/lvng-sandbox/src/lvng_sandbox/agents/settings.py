"""Settings of agents that name something: their model and their tools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..platform.context import Context
from ..problems import unprocessable


def check_settings(context: Context, fields: Mapping[str, Any]) -> None:
    """Check that the model and the tools that are named exist.

    Raises:
        Problem: 422: one does not; the message names it, and those that exist.
    """
    model = fields.get("model")
    if model is not None and model != context.platform.model:
        _check_name(context, "models", "model", model)
    for n, tool in enumerate(fields.get("tools") or ()):
        _check_name(context, "tools", f"tools.{n}", tool)


def _check_name(context: Context, kind: str, field: str, name: str) -> None:
    records = context.records(kind)
    if records.find(name) is None:
        known = ", ".join(str(one[records.kind.key]) for one in records.all())
        raise unprocessable(field, f"there is no {kind[:-1]} {name!r}; there are {known}")
