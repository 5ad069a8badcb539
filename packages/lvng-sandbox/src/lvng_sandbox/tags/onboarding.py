"""Onboarding: four steps, most of which are derived from what the user has done."""

from __future__ import annotations

from typing import Any

from ..contract.names import free_name, slug_of
from ..platform.call import Call
from ..platform.registry import handler
from ..platform.singletons import read_singleton, write_singleton
from ..problems import conflict
from ..workspace.invitations import answer_invitation, invitation_by_id, pending_invitations
from ..workspace.membership import open_workspace, workspace_contexts

_SINGLETON = "onboarding"
_REQUIRED = {"profile", "workspace"}


@handler("onboarding.start")
def start(call: Call) -> Any:
    return _done(call, "started")


@handler("onboarding.status")
def status(call: Call) -> Any:
    return call.fill({"status": _status(call)})


@handler("onboarding.update_profile")
def update_profile(call: Call) -> Any:
    own = {"displayName": "display_name", "avatarUrl": "avatar_url"}
    profile = {own.get(name) or str(name): value for name, value in call.body.items()}
    call.records("users").change(call.user_id, profile)
    return _done(call, "started")


@handler("onboarding.respond_invitations")
def respond_invitations(call: Call) -> Any:
    for name in ("accept", "decline"):
        for id in call.body.get(name, ()):
            answer_invitation(*invitation_by_id(call, id), accept=name == "accept")
    return _done(call, "started")


@handler("onboarding.create_workspace")
def create_workspace(call: Call) -> Any:
    workspaces, slug = call.records("workspaces"), call.body.get("slug")
    if not slug:
        taken = {one["slug"] for one in workspaces.all()}
        slug = free_name(slug_of(call.body["name"], "workspace"), taken)
    workspace = open_workspace(call, {**call.body, "slug": slug})
    return {**_done(call, "started"), "workspace": workspaces.shown(workspace)}


@handler("onboarding.complete")
def complete(call: Call) -> Any:
    steps = _status(call)["steps"]
    left = [name for name, step in steps.items() if step["required"] and not step["completed"]]
    if left:
        raise conflict(f"Steps remain: {', '.join(left)}")
    return _done(call, "started", "completed")


def _done(call: Call, *what: str) -> dict[str, Any]:
    """Record that something was done; a response with the new status."""
    kept = read_singleton(call.store, _SINGLETON, call.user_id)
    now = dict.fromkeys(what, call.now())
    write_singleton(call.store, _SINGLETON, call.user_id, {**now, **kept})
    return call.fill({"status": _status(call)})


def _status(call: Call) -> dict[str, Any]:
    kept = read_singleton(call.store, _SINGLETON, call.user_id)
    user = call.records("users").get(call.user_id)
    pending = pending_invitations(call)
    count = len(workspace_contexts(call))
    done = {
        "welcome": "started" in kept,
        "profile": bool(user["display_name"]),
        "invitations": not pending,
        "workspace": count > 0,
    }
    return {
        "needsOnboarding": not all(done[name] for name in _REQUIRED),
        "onboardingCompleted": "completed" in kept,
        "currentStep": next((name for name, is_done in done.items() if not is_done), "workspace"),
        "steps": {
            name: {"completed": is_done, "required": name in _REQUIRED}
            for name, is_done in done.items()
        },
        "profile": {
            "hasDisplayName": done["profile"],
            "hasAvatar": bool(user["avatar_url"]),
            "displayName": user["display_name"],
            "avatarUrl": user["avatar_url"],
        },
        "workspaces": {"count": count, "isInWorkspace": count > 0},
        "pendingInvitations": pending,
    }
