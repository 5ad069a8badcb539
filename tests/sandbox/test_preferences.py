"""Preferences: the AI mode, in general and per workspace."""

from __future__ import annotations

from support.examples import COLLEAGUE_ID, WORKSPACE_ID
from support.sandbox import Api

PREFERENCES = "/api/v2/preferences"
MODE = f"{PREFERENCES}/ai-mode"


def test_there_are_six_modes(api: Api) -> None:
    modes = api.get(f"{PREFERENCES}/ai-modes")["modes"]
    names = ["economy", "balanced", "quality", "max", "speed", "custom"]
    assert [mode["name"] for mode in modes] == names


def test_the_default_mode_is_balanced(api: Api) -> None:
    assert api.get(MODE)["mode"]["name"] == "balanced"
    assert api.get(PREFERENCES)["preferences"]["updatedAt"] is None
    assert api.patch(MODE, {"mode": "quality"})["mode"]["name"] == "quality"
    assert api.get(MODE)["mode"]["name"] == "quality"
    preferences = api.get(PREFERENCES)["preferences"]
    assert preferences["aiMode"]["name"] == "quality"
    assert preferences["updatedAt"] is not None


def test_a_workspace_has_its_own_mode_or_the_global_one(api: Api) -> None:
    api.patch(MODE, {"mode": "speed"})
    assert api.get(MODE, workspaceId=WORKSPACE_ID)["mode"]["name"] == "speed"
    api.patch(MODE, {"mode": "max", "workspaceId": WORKSPACE_ID})
    assert api.get(MODE, workspaceId=WORKSPACE_ID)["mode"]["name"] == "max"
    assert api.get(MODE)["mode"]["name"] == "speed"
    (own,) = api.get(PREFERENCES)["preferences"]["workspaceModes"]
    assert (own["workspaceId"], own["mode"]["name"]) == (WORKSPACE_ID, "max")


def test_preferences_can_be_filtered_by_workspace(api: Api) -> None:
    lab = api.post("/api/v2/workspaces", {"name": "Lab", "slug": "lab"})["workspace"]["id"]
    for id in (WORKSPACE_ID, lab):
        api.patch(MODE, {"mode": "max", "workspaceId": id})
    shown = api.get(PREFERENCES, workspaceId=lab)["preferences"]["workspaceModes"]
    assert [one["workspaceId"] for one in shown] == [lab]


def test_a_custom_mode_takes_model_and_limits_from_its_configuration(api: Api) -> None:
    config = {"model": "claude-opus-4-6", "temperature": 0, "maxTokens": "many", "style": "dry"}
    mode = api.patch(MODE, {"mode": "custom", "customConfig": config})["mode"]
    assert (mode["model"], mode["temperature"]) == ("claude-opus-4-6", 0)
    assert isinstance(mode["maxTokens"], int)
    assert api.get(PREFERENCES)["preferences"]["customConfig"] == config
    assert api.patch(MODE, {"mode": "economy"})["mode"]["model"] != "claude-opus-4-6"
    assert api.patch(MODE, {"mode": "custom"})["mode"] == mode


def test_the_workspace_must_be_the_callers(stranger: Api) -> None:
    stranger.get(MODE, workspaceId=WORKSPACE_ID, status=404)
    stranger.get(PREFERENCES, workspaceId=WORKSPACE_ID, status=404)
    stranger.patch(MODE, {"mode": "max", "workspaceId": WORKSPACE_ID}, status=404)


def test_preferences_are_private_to_their_user(api: Api, colleague: Api) -> None:
    api.patch(MODE, {"mode": "max"})
    preferences = colleague.get(PREFERENCES)["preferences"]
    assert (preferences["userId"], preferences["aiMode"]["name"]) == (COLLEAGUE_ID, "balanced")
