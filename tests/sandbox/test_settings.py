"""Settings: values of a user over the defaults."""

from __future__ import annotations

from typing import Any

import pytest

from support.sandbox import Api

SETTINGS = "/api/v2/settings"
CATEGORIES = [
    *("appearance", "notifications", "chat", "voice"),
    *("privacy", "integrations", "accessibility"),
]


def test_settings_have_defaults(api: Api) -> None:
    settings = api.get(SETTINGS)["settings"]
    assert settings == api.get(f"{SETTINGS}/defaults")["settings"]
    assert list(settings) == CATEGORIES
    assert settings["appearance"]["theme"] == "system"
    assert settings["integrations"]["connectedPlatforms"] == []


def test_an_update_is_merged(api: Api) -> None:
    api.put(SETTINGS, {"appearance": {"theme": "dark"}, "voice": {"language": "pt"}})
    settings = api.put(SETTINGS, {"appearance": {"compactMode": True}})["settings"]
    appearance = settings["appearance"]
    assert (appearance["theme"], appearance["compactMode"]) == ("dark", True)
    assert settings["voice"]["language"] == "pt"
    assert api.get(SETTINGS)["settings"] == settings
    assert api.get(f"{SETTINGS}/defaults")["settings"]["appearance"]["theme"] == "system"


def test_a_category_is_read_and_updated(api: Api) -> None:
    path = f"{SETTINGS}/privacy"
    changed = api.put(path, {"settings": {"readReceipts": False}})
    assert changed["category"] == "privacy"
    assert changed["settings"] == {
        "shareAnalytics": False,
        "activityStatus": "online",
        "readReceipts": False,
    }
    assert api.get(path)["settings"] == changed["settings"]
    assert api.get(SETTINGS)["settings"]["privacy"] == changed["settings"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("", {"appearance": {"theme": 7}}, "appearance.theme"),
        ("", {"looks": {"theme": "dark"}}, "looks"),
        ("", {"appearance": {"them": "dark"}}, "appearance.them"),
        ("/voice", {"settings": {"autoTranscribe": "yes"}}, "voice.autoTranscribe"),
        ("/integrations", {"settings": {"connectedPlatforms": [1]}}, "integrations"),
    ],
    ids=["type", "category", "name", "type in a category", "type in a list"],
)
def test_an_unknown_setting_is_rejected(api: Api, path: str, body: Any, field: str) -> None:
    error = api.put(f"{SETTINGS}{path}", body, status=400)["error"]
    assert error["details"][0]["field"].startswith(field)
    assert api.get(SETTINGS)["settings"] == api.get(f"{SETTINGS}/defaults")["settings"]


def test_reset_restores_one_category_or_all(api: Api) -> None:
    defaults = api.get(f"{SETTINGS}/defaults")["settings"]
    api.put(SETTINGS, {"chat": {"enterToSend": False}, "voice": {"language": "pt"}})
    reset = api.post(f"{SETTINGS}/chat/reset")
    assert (reset["category"], reset["settings"]) == ("chat", defaults["chat"])
    assert api.get(f"{SETTINGS}/voice")["settings"]["language"] == "pt"
    assert api.post(f"{SETTINGS}/reset")["settings"] == defaults
    assert api.get(SETTINGS)["settings"] == defaults


def test_categories_list_their_fields(api: Api) -> None:
    categories = {one["name"]: one for one in api.get(f"{SETTINGS}/categories")["categories"]}
    assert list(categories) == CATEGORIES
    assert categories["appearance"]["description"] == "Look of the interface"
    theme = categories["appearance"]["fields"]["theme"]
    assert (theme["type"], theme["default"]) == ("string", "system")
    assert theme["values"] == ["system", "light", "dark"]
    defaults = api.get(f"{SETTINGS}/defaults")["settings"]
    for name, category in categories.items():
        shown = {field: one["default"] for field, one in category["fields"].items()}
        assert shown == defaults[name]


def test_settings_are_private_to_their_user(api: Api, colleague: Api) -> None:
    api.put(SETTINGS, {"appearance": {"theme": "dark"}})
    assert colleague.get(f"{SETTINGS}/appearance")["settings"]["theme"] == "system"
