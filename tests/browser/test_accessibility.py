"""WCAG 2.2 AA in every view, as far as axe-core can tell, at two widths, in light and dark."""

from __future__ import annotations

from typing import Literal

import httpx
import pytest

from browser.axe import AXE, violations
from browser.page import SIZES, VIEWS, Page

MENUS = ("account", "clock", "faults", "snapshot", "reset")

pytestmark = pytest.mark.skipif(
    not AXE.exists(), reason="axe-core not installed: hatch run browser"
)


@pytest.fixture
def filled(api: httpx.Client) -> httpx.Client:
    """A sandbox in which something has happened."""
    api.post("/api/v2/notes", json={"title": "Plan", "content": "x"})
    api.get("/api/v2/notes/nothing")
    api.get("/api/v2/workflows", headers={"X-Sandbox-Fault": "status=503"})
    api.post(
        "/api/v2/emails/send",
        json={"to": ["li@example.com"], "subject": "Report", "body": "Read it"},
    )
    return api


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_accessible(
    page: Page, view: str, width: int, theme: Literal["light", "dark"]
) -> None:
    page.resize(width)
    page.set_theme(theme)
    page.open(view)
    if view == "/reference":
        page.find(".opblock-tag")
    assert violations(page) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", MENUS)
def test_a_menu_is_accessible(page: Page, name: str, theme: Literal["light", "dark"]) -> None:
    page.set_theme(theme)
    page.open("/")
    page.click(f"[data-menu={name}] > button")
    page.find(".drop")
    assert violations(page) == []


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("width", SIZES)
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_wider_than_the_window(page: Page, view: str, width: int) -> None:
    page.resize(width)
    page.open(view)
    assert page.run("return document.documentElement.scrollWidth") <= width
