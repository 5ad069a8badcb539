"""The page from elsewhere, such as outside of the container of the sandbox: it takes the token by a link, or asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from selenium.webdriver import Chrome

from browser.axe import AXE, violations
from browser.page import Page
from lvng_sandbox import Sandbox
from support.network import own_address


@pytest.fixture
def remote() -> Iterator[Sandbox]:
    """A sandbox that the browser reaches as if it came from another machine."""
    sandbox = Sandbox(host=own_address())
    with pytest.warns(UserWarning, match="others on the network"):
        sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def page(browser: Chrome, remote: Sandbox) -> Iterator[Page]:
    page = Page(browser, remote)
    page.resize(1280)
    page.set_theme("light")
    yield page
    browser.execute_script("localStorage.clear(); sessionStorage.clear()")
    browser.get("about:blank")


def test_the_link_that_is_printed_opens_the_page(page: Page, remote: Sandbox) -> None:
    page.browser.get(remote.page_url)
    page.wait_for("Your sandbox is running")
    assert page.path == "/"
    page.open("/records/notes")
    assert remote.token not in page.browser.page_source


def test_a_link_leads_to_its_view(page: Page, remote: Sandbox) -> None:
    page.browser.get(f"{remote.base_url}/requests?status=4xx&token={remote.token}#top")
    page.find(".bar .menu")
    assert page.path == "/requests?status=4xx#top"


def test_without_the_link_it_asks_for_the_token(page: Page, remote: Sandbox) -> None:
    page.browser.get(f"{remote.base_url}/control")
    page.wait_for("needs the token")
    page.type("input[name=token]", "guessed")
    page.click("button[type=submit]")
    page.wait_for("not the token")
    page.find("input[name=token]").clear()
    page.type("input[name=token]", remote.token)
    page.click("button[type=submit]")
    page.find(".bar .menu")
    assert urlsplit(page.browser.current_url).path == "/control"


def test_a_link_with_an_outdated_token_asks_for_the_token(page: Page, remote: Sandbox) -> None:
    page.browser.get(f"{remote.base_url}/?token=lvng_sandbox_0123")
    page.wait_for("needs the token")


def test_the_reference_needs_no_token(page: Page, remote: Sandbox) -> None:
    page.complaints()
    page.browser.get(f"{remote.base_url}/reference")
    page.find(".opblock-tag")
    assert page.complaints() == []


@pytest.mark.skipif(not AXE.exists(), reason="axe-core not installed: hatch run browser")
@pytest.mark.parametrize("width", [1280, 390])
def test_the_question_is_accessible(page: Page, remote: Sandbox, width: int) -> None:
    page.resize(width)
    page.browser.get(remote.base_url)
    page.wait_for("needs the token")
    assert violations(page) == []
