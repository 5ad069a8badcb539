"""The argument type of `ingest_many`. Loaded on first use: on Python 3.11 typing_extensions imports asyncio."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

__all__ = ["IngestItem"]


class IngestItem(TypedDict, total=False):
    """One item of `ingest_many`: the arguments of `ingest`. One of `content` and `url` is required."""

    content: str
    url: str
    title: str
    type: str
    metadata: Mapping[str, Any]
    workspace_id: str
