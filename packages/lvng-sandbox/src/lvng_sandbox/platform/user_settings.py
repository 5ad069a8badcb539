"""Settings of users: their own values over the defaults of the contract."""

from __future__ import annotations

from typing import Any, TypeAlias

from .context import Context
from .singletons import delete_singleton, read_singleton, write_singleton

Settings: TypeAlias = dict[str, dict[str, Any]]
"""By category, the settings by name."""
_SINGLETON = "settings"
_DEFAULTS: Settings = {
    "appearance": {"fontSize": "medium"},
    "integrations": {"connectedPlatforms": []},
}
"""Defaults that are not the contract's examples."""


def user_settings(context: Context) -> Settings:
    """All settings of the user."""
    own = own_settings(context)
    return {
        name: {**values, **own.get(name, {})} for name, values in default_settings(context).items()
    }


def own_settings(context: Context) -> Settings:
    """The settings that the user has changed."""
    return read_singleton(context.store, _SINGLETON, context.user_id)


def write_settings(context: Context, settings: Settings) -> None:
    """Store the settings that the user has changed."""
    write_singleton(context.store, _SINGLETON, context.user_id, settings)


def reset_settings(context: Context) -> None:
    """Return to the default settings."""
    delete_singleton(context.store, _SINGLETON, context.user_id)


def default_settings(context: Context) -> Settings:
    """The settings of a user who has changed nothing."""
    return {
        name: {**context.defaults.example(schema), **_DEFAULTS.get(name, {})}
        for name, schema in settings_schemas(context).items()
    }


def settings_schemas(context: Context) -> dict[str, Any]:
    """The schema of each category."""
    contract = context.platform.contract
    settings = contract.document["components"]["schemas"]["Settings"]
    return {name: contract.resolve(one) for name, one in settings["properties"].items()}
