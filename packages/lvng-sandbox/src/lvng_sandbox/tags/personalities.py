"""Personalities: those that come with the platform, and the organization's own."""

from __future__ import annotations

import re
from typing import Any

from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.collection import EVERYBODY, Collection, private
from ..platform.crud import answer_record, answer_slice, change_record, make_query
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, rules, sows
from ..problems import forbidden
from ..store.database import Query, Record

HOUSE = Caller(EVERYBODY, EVERYBODY)
"""On whose behalf the built-in ones are kept."""
BUILTIN = {
    "Steve Jobs": "Blunt, visionary, allergic to clutter",
    "Analyst": "Weighs the figures before it speaks",
    "Coach": "Asks more than it tells",
}


rules(
    personalities=Rule(
        unique=(("slug",),),
        refers={"workspace_id": "workspaces"},
        hides=private("personalities", "is_public", "created_by"),
    )
)


@handles("personalities.list")
def list_personalities(call: Call) -> Any:
    found = [
        personality
        for records in (_house(call.platform), call.records("personalities"))
        for personality in records.page(make_query(call, records))
    ]
    return answer_slice(call, found)


@handles("personalities.create")
def create(call: Call) -> Any:
    own = call.records("personalities")
    slug = call.body.get("slug") or _free_slug(own, call.body["name"])
    return answer_record(call, own, own.add(call.body, slug=slug, is_builtin=False))


@handles("personalities.get")
def get(call: Call) -> Any:
    own, house, id = call.records("personalities"), _house(call.platform), call.path["id"]
    found = own.find(id) or _by_slug(own, id) or house.find(id) or _by_slug(house, id)
    return answer_record(call, own, found or own.get(id))


@handles("personalities.update")
def update(call: Call) -> Any:
    own = _changeable(call)
    return answer_record(call, own, change_record(call, own, call.path["id"]))


@handles("personalities.delete")
def delete(call: Call) -> Any:
    _changeable(call).remove(call.path["id"])
    return call.fill({"message": "Personality deleted"})


def _house(platform: Platform) -> Collection:
    return platform.records(HOUSE, "personalities")


def _by_slug(records: Collection, slug: str) -> Record | None:
    seen = Query(equal={"slug": slug}, without=records.hidden(), limit=1)
    return next(iter(records.page(seen)), None)


def _changeable(call: Call) -> Collection:
    """The organization's own; the built-in ones are not for it to change."""
    if _house(call.platform).find(call.path["id"]):
        raise forbidden("Built-in personalities cannot be changed", "Create one of your own")
    return call.records("personalities")


def _slug(name: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", name.lower())) or "personality"


def _free_slug(own: Collection, name: str) -> str:
    """A slug made from a name, with a number where the organization has one like it."""
    slug, n = _slug(name), 1
    while own.first(slug=slug):
        n += 1
        slug = f"{_slug(name)}-{n}"
    return slug


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """The built-in ones. The example is one of the organization's own, with a name that no example takes."""
    own, house = platform.records(caller, "personalities"), _house(platform)
    (example,) = own.all()
    own.keep({**example, "name": "The visionary", "slug": "the-visionary", "is_builtin": False})
    for name, description in BUILTIN.items():
        fields = {"id": f"per_{_slug(name)}", "slug": _slug(name), "name": name}
        known = {**fields, "description": description, "is_builtin": True, "is_public": True}
        house.keep(platform.shapes.record(house.kind.schema, known))
