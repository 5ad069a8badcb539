"""The keyboard: shortcuts, and the focus that shows where one is."""

from __future__ import annotations

import httpx
import pytest
from selenium.webdriver.common.keys import Keys

from browser.page import Page


@pytest.mark.parametrize(
    ("keys", "path"),
    [
        ("gr", "/requests"),
        ("gd", "/records"),
        ("ge", "/emails"),
        ("gn", "/notifications"),
        ("gw", "/deliveries"),
        ("gc", "/control"),
        ("?", "/help"),
    ],
)
def test_a_view_has_a_shortcut(page: Page, keys: str, path: str) -> None:
    page.open("/")
    page.press(*keys)
    page.wait_for_path(path)


def test_shortcuts_rest_while_something_is_typed(page: Page) -> None:
    page.open("/requests", "Nothing has come in yet")
    page.press("/")
    page.press(*"gd?")
    page.until(lambda: page.find("input[type=search]").get_attribute("value") == "gd?")
    assert page.path.startswith("/requests")
    page.press(Keys.ESCAPE)
    page.press(*"gd")
    page.wait_for_path("/records")


def test_the_entries_of_a_list_are_walked_through(page: Page, api: httpx.Client) -> None:
    for _ in range(3):
        api.get("/api/v2/notes")
    page.open("/requests", "notes.list")
    for key, path in (("j", "/requests/3"), ("j", "/requests/2"), ("k", "/requests/3")):
        page.press(key)
        page.wait_for_path(path)


def test_the_help_names_every_shortcut(page: Page) -> None:
    page.open("/help", "Pause or resume")
    shown = [" ".join(one.text.split()) for one in page.all(".keys td:first-child")]
    assert {"/", "j", "k", "p", "t", "?", "g r", "Esc"} <= set(shown)


def test_the_focused_element_is_outlined(page: Page) -> None:
    page.open("/")
    for _ in range(12):
        page.press(Keys.TAB)
        style = page.run("return getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none", page.run("return document.activeElement.outerHTML")
