"""Settings of users, in seven categories."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema_rs import is_valid

from ..platform.call import Call
from ..platform.registry import handler
from ..platform.user_settings import (
    Settings,
    default_settings,
    own_settings,
    reset_settings,
    settings_schemas,
    user_settings,
    write_settings,
)
from ..problems import invalid


@handler("settings.get")
def get(call: Call) -> Any:
    return call.fill({"settings": user_settings(call)})


@handler("settings.defaults")
def defaults(call: Call) -> Any:
    return call.fill({"settings": default_settings(call)})


@handler("settings.update")
def update(call: Call) -> Any:
    # An unknown category is rejected, not ignored.
    return call.fill({"settings": _merge(call, {**call.body, **call.extra})})


@handler("settings.reset")
def reset(call: Call) -> Any:
    reset_settings(call)
    return call.fill({"settings": default_settings(call)})


@handler("settings.list_categories")
def list_categories(call: Call) -> Any:
    found = default_settings(call)
    categories = [
        {
            "name": name,
            "description": schema["description"].partition(".")[0],
            "fields": {
                field: _field(one, found[name][field])
                for field, one in schema["properties"].items()
            },
        }
        for name, schema in settings_schemas(call).items()
    ]
    return call.fill({"categories": categories})


@handler("settings.get_category")
def get_category(call: Call) -> Any:
    return _answer(call, user_settings(call))


@handler("settings.update_category")
def update_category(call: Call) -> Any:
    return _answer(call, _merge(call, {call.path["category"]: call.body["settings"]}))


@handler("settings.reset_category")
def reset_category(call: Call) -> Any:
    kept = own_settings(call)
    kept.pop(call.path["category"], None)
    write_settings(call, kept)
    return _answer(call, user_settings(call))


def _answer(call: Call, settings: Settings) -> Any:
    category = call.path["category"]
    return call.fill({"category": category, "settings": settings[category]})


def _merge(call: Call, changes: Mapping[str, Mapping[str, Any]]) -> Settings:
    """Merge changes into the caller's settings; all settings."""
    schemas, kept = settings_schemas(call), own_settings(call)
    for name, values in changes.items():
        if name not in schemas:
            raise invalid([(name, f"is not a category; the categories are {', '.join(schemas)}")])
        for field, value in values.items():
            _check(f"{name}.{field}", schemas[name]["properties"].get(field), value)
        kept[name] = {**kept.get(name, {}), **values}
    write_settings(call, kept)
    return user_settings(call)


def _check(name: str, schema: Mapping[str, Any] | None, value: Any) -> None:
    if schema is None:
        raise invalid([(name, "is not a setting")])
    if not is_valid(dict(schema), value):
        raise invalid([(name, f"must be of the type {schema['type']}")])


def _field(schema: Mapping[str, Any], default: Any) -> dict[str, Any]:
    """A setting: its type, default and allowed values."""
    field = {"type": schema["type"], "description": schema["description"], "default": default}
    values = schema.get("enum") or schema.get("x-open-enum")
    return {**field, **({"values": values} if values else {})}
