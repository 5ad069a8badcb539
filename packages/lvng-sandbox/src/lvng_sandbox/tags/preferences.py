"""Preferences: the AI mode of a user, in general and per workspace."""

from __future__ import annotations

from typing import Any

from ..platform.call import Call
from ..platform.registry import handler
from ..platform.singletons import read_singleton, write_singleton
from ..workspace.membership import workspace_context

DEFAULT = "balanced"
MODES = {
    "economy": ("claude-haiku-4-5", 0.5, 2048, "Short answers at the lowest price"),
    "balanced": ("claude-sonnet-4-6", 0.7, 4096, "A good answer at a fair price"),
    "quality": ("claude-opus-4-6", 0.7, 8192, "Careful answers to hard questions"),
    "max": ("claude-opus-4-6", 0.7, 32768, "The longest and most thorough answers"),
    "speed": ("claude-haiku-4-5", 0.7, 1024, "The quickest answers"),
    "custom": ("claude-sonnet-4-6", 0.7, 4096, "A model and limits of your own"),
}
_SINGLETON = "preferences"


@handler("preferences.get")
def get(call: Call) -> Any:
    kept, workspace_id = _kept(call), _workspace(call, call.query)
    modes = [
        {"workspaceId": id, "mode": _mode(chosen)}
        for id, chosen in kept["workspaces"].items()
        if workspace_id in {None, id}
    ]
    preferences = {
        "userId": call.user_id,
        "aiMode": _mode(kept["everywhere"]),
        "workspaceModes": modes,
        "customConfig": kept["everywhere"].get("config"),
        "updatedAt": kept.get("updated_at"),
    }
    return call.fill({"preferences": preferences})


@handler("preferences.get_ai_mode")
def get_ai_mode(call: Call) -> Any:
    kept, workspace_id = _kept(call), _workspace(call, call.query)
    return call.fill({"mode": _mode(kept["workspaces"].get(workspace_id, kept["everywhere"]))})


@handler("preferences.update_ai_mode")
def update_ai_mode(call: Call) -> Any:
    kept, workspace_id = _kept(call), _workspace(call, call.body)
    before = kept["workspaces"].get(workspace_id, {}) if workspace_id else kept["everywhere"]
    config = call.body.get("customConfig", before.get("config"))
    chosen = {"mode": call.body["mode"], "config": config}
    if workspace_id:
        kept["workspaces"][workspace_id] = chosen
    else:
        kept["everywhere"] = chosen
    write_singleton(call.store, _SINGLETON, call.user_id, {**kept, "updated_at": call.now()})
    return call.fill({"mode": _mode(chosen)})


@handler("preferences.list_ai_modes")
def list_ai_modes(call: Call) -> Any:
    return call.fill({"modes": [_mode({"mode": name}) for name in MODES]})


def _kept(call: Call) -> dict[str, Any]:
    kept = read_singleton(call.store, _SINGLETON, call.user_id)
    return {"everywhere": {"mode": DEFAULT}, "workspaces": {}, **kept}


def _workspace(call: Call, given: Any) -> str | None:
    """The workspace of a call, if any, of which the caller must be a member."""
    if workspace_id := given.get("workspaceId"):
        workspace_context(call, workspace_id)
    return workspace_id or None


def _mode(chosen: dict[str, Any]) -> dict[str, Any]:
    """A mode with its parameters; `custom` takes them from its configuration."""
    name = chosen["mode"]
    model, temperature, most, description = MODES[name]
    mode = {"model": model, "temperature": temperature, "maxTokens": most}
    config = (chosen.get("config") or {}) if name == "custom" else {}
    own = {key: config[key] for key, value in mode.items() if _is_like(config.get(key), value)}
    return {"name": name, **mode, **own, "description": description}


def _is_like(value: Any, known: Any) -> bool:
    """Whether a value from the configuration has the type of the default."""
    types = (int, float) if isinstance(known, float) else type(known)
    return isinstance(value, types) and not isinstance(value, bool)
