"""Settings: seven categories, of which a user's own values are kept and the rest are the platform's defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema_rs import is_valid

from ..platform.call import Call
from ..platform.platform import Platform
from ..platform.registry import handles
from ..platform.singletons import drop_single, keep_single, read_single
from ..problems import invalid

Values = dict[str, dict[str, Any]]
_SINGLE = "settings"
_OTHER: Values = {
    "appearance": {"fontSize": "medium"},
    "integrations": {"connectedPlatforms": []},
}
"""Defaults that are not the contract's examples."""


@handles("settings.get")
def get(call: Call) -> Any:
    return call.fill({"settings": settings_of(call.platform, call.caller.user_id)})


@handles("settings.defaults")
def defaults(call: Call) -> Any:
    return call.fill({"settings": _defaults(call.platform)})


@handles("settings.update")
def update(call: Call) -> Any:
    # A category that the contract does not know is refused by name, not passed over.
    return call.fill({"settings": _merge(call, {**call.body, **call.extra})})


@handles("settings.reset")
def reset(call: Call) -> Any:
    drop_single(call.platform, _SINGLE, call.caller.user_id)
    return call.fill({"settings": _defaults(call.platform)})


@handles("settings.list_categories")
def list_categories(call: Call) -> Any:
    found = _defaults(call.platform)
    categories = [
        {
            "name": name,
            "description": schema["description"].partition(".")[0],
            "fields": {
                field: _field(one, found[name][field])
                for field, one in schema["properties"].items()
            },
        }
        for name, schema in _schemas(call.platform).items()
    ]
    return call.fill({"categories": categories})


@handles("settings.get_category")
def get_category(call: Call) -> Any:
    return _answer(call, settings_of(call.platform, call.caller.user_id))


@handles("settings.update_category")
def update_category(call: Call) -> Any:
    return _answer(call, _merge(call, {call.path["category"]: call.body["settings"]}))


@handles("settings.reset_category")
def reset_category(call: Call) -> Any:
    kept = read_single(call.platform, _SINGLE, call.caller.user_id)
    kept.pop(call.path["category"], None)
    keep_single(call.platform, _SINGLE, call.caller.user_id, kept)
    return _answer(call, settings_of(call.platform, call.caller.user_id))


def settings_of(platform: Platform, user_id: str) -> Values:
    """All settings of a user."""
    kept = read_single(platform, _SINGLE, user_id)
    return {name: {**values, **kept.get(name, {})} for name, values in _defaults(platform).items()}


def _answer(call: Call, settings: Values) -> Any:
    category = call.path["category"]
    return call.fill({"category": category, "settings": settings[category]})


def _merge(call: Call, changes: Mapping[str, Mapping[str, Any]]) -> Values:
    """Keep changes of the caller's settings beside those that were made before; all settings."""
    user, schemas = call.caller.user_id, _schemas(call.platform)
    kept = read_single(call.platform, _SINGLE, user)
    for name, values in changes.items():
        if name not in schemas:
            raise invalid([(name, f"is no category; there are {', '.join(schemas)}")])
        for field, value in values.items():
            _check(f"{name}.{field}", schemas[name]["properties"].get(field), value)
        kept[name] = {**kept.get(name, {}), **values}
    keep_single(call.platform, _SINGLE, user, kept)
    return settings_of(call.platform, user)


def _check(name: str, schema: Mapping[str, Any] | None, value: Any) -> None:
    if schema is None:
        raise invalid([(name, "is no setting")])
    if not is_valid(dict(schema), value):
        raise invalid([(name, f"must be of the type {schema['type']}")])


def _schemas(platform: Platform) -> dict[str, Any]:
    """The schemas of the categories."""
    settings = platform.contract.document["components"]["schemas"]["Settings"]
    return {name: platform.contract.resolve(one) for name, one in settings["properties"].items()}


def _defaults(platform: Platform) -> Values:
    return {
        name: {**platform.shapes.example(schema), **_OTHER.get(name, {})}
        for name, schema in _schemas(platform).items()
    }


def _field(schema: Mapping[str, Any], default: Any) -> dict[str, Any]:
    """A setting: its type, default and allowed values."""
    field = {"type": schema["type"], "description": schema["description"], "default": default}
    values = schema.get("enum") or schema.get("x-open-enum")
    return {**field, **({"values": values} if values else {})}
