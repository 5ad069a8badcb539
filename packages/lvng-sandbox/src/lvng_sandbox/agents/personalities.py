"""Personalities: those that come with the platform, and the organization's own."""

from __future__ import annotations

from ..platform.caller import BUILT_IN
from ..platform.collection import Collection
from ..platform.context import Context
from ..problems import not_found


def built_in_personalities(context: Context) -> Collection:
    """The personalities that come with the platform."""
    return context.on_behalf_of(BUILT_IN).records("personalities")


def instructions_of(context: Context, slug: str) -> str:
    """The instructions of a personality.

    Raises:
        Problem: 404: there is none with this slug.
    """
    for records in (context.records("personalities"), built_in_personalities(context)):
        personality = records.first(slug=slug)
        if personality and records.find(personality["id"]):  # it may be private
            return str(personality["system_prompt"] or personality["description"] or "")
    raise not_found("Personality")
