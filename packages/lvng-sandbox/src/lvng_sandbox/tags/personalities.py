"""Personalities: the built-in ones, and those of the organization."""

from __future__ import annotations

from typing import Any

from ..agents.personalities import built_in_personalities, by_slug
from ..contract.names import free_name, slug_of
from ..platform.call import Call
from ..platform.collection import Collection
from ..platform.context import Context
from ..platform.crud import record_response, slice_response, update_record
from ..platform.filters import make_query
from ..platform.kinds import Rule
from ..platform.registry import handler, rules, seed
from ..problems import forbidden

BUILT_IN = {
    "Steve Jobs": "Blunt, visionary, allergic to clutter",
    "Analyst": "Weighs the figures before it speaks",
    "Coach": "Asks more than it tells",
}


rules(
    personalities=Rule(
        unique=(("slug",),),
        references={"workspace_id": "workspaces"},
        private=("is_public", "created_by"),
    )
)


@handler("personalities.list")
def list_personalities(call: Call) -> Any:
    found = [
        personality
        for records in (built_in_personalities(call), call.records("personalities"))
        for personality in records.select(make_query(call, records))
    ]
    return slice_response(call, found)


@handler("personalities.create")
def create(call: Call) -> Any:
    own = call.records("personalities")
    slug = call.body.get("slug")
    if not slug:
        slug = free_name(_slug(call.body["name"]), {one["slug"] for one in own.all()})
    return record_response(call, own, own.add(call.body, slug=slug, is_builtin=False))


@handler("personalities.get")
def get(call: Call) -> Any:
    own, house, id = call.records("personalities"), built_in_personalities(call), call.path["id"]
    found = own.find(id) or by_slug(own, id) or house.find(id) or by_slug(house, id)
    return record_response(call, own, found or own.get(id))


@handler("personalities.update")
def update(call: Call) -> Any:
    own = _changeable(call)
    return record_response(call, own, update_record(call, own, call.path["id"]))


@handler("personalities.delete")
def delete(call: Call) -> Any:
    _changeable(call).delete(call.path["id"])
    return call.fill({"message": "Personality deleted"})


def _changeable(call: Call) -> Collection:
    """The organization's personalities; built-in ones cannot be changed."""
    if built_in_personalities(call).find(call.path["id"]):
        raise forbidden("Built-in personalities cannot be changed", "Create one of your own")
    return call.records("personalities")


def _slug(name: str) -> str:
    return slug_of(name, "personality")


@seed
def add_examples(context: Context) -> None:
    """Add the built-in ones. Rename the example, so that the example of a new one can be created."""
    own, house = context.records("personalities"), built_in_personalities(context)
    (example,) = own.all()
    own.put({**example, "name": "The visionary", "slug": "the-visionary", "is_builtin": False})
    for name, description in BUILT_IN.items():
        fields = {"id": f"per_{_slug(name)}", "slug": _slug(name), "name": name}
        known = {**fields, "description": description, "is_builtin": True, "is_public": True}
        house.put(context.defaults.record(house.kind.schema, known))
