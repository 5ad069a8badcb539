"""Personalities: the built-in ones, and those of the organization."""

from __future__ import annotations

from ..platform.caller import BUILT_IN
from ..platform.collection import Collection
from ..platform.context import Context
from ..problems import not_found
from ..store.database import Query, Record


def built_in_personalities(context: Context) -> Collection:
    """The built-in personalities."""
    return context.on_behalf_of(BUILT_IN).records("personalities")


def by_slug(personalities: Collection, slug: str) -> Record | None:
    """The personality with a slug, or None if there is none or it is hidden from the caller."""
    query = Query(equal={"slug": slug}, without=personalities.hidden(), limit=1)
    return next(iter(personalities.select(query)), None)


def instructions_of(context: Context, slug: str) -> str:
    """The instructions of a personality.

    Raises:
        Problem: 404: there is none with this slug.
    """
    for records in (context.records("personalities"), built_in_personalities(context)):
        if personality := by_slug(records, slug):
            return str(personality["system_prompt"] or personality["description"] or "")
    raise not_found("Personality")
