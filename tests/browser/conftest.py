"""Fixtures of the tests of the page: Chromium, a sandbox, and the page in it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from selenium.webdriver import Chrome

from browser.page import Page, missing, start_browser
from lvng_sandbox import Sandbox


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    if reason := missing():
        pytest.skip(reason)
    browser = start_browser()
    yield browser
    browser.quit()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """The API of the sandbox, over a connection of its own."""
    headers = {"x-api-key": sandbox.api_key}
    with httpx.Client(base_url=sandbox.base_url, headers=headers, trust_env=False) as client:
        yield client


@pytest.fixture
def page(browser: Chrome, sandbox: Sandbox) -> Iterator[Page]:
    page = Page(browser, sandbox)
    page.resize(1280)
    page.set_theme("light")
    page.complaints()
    yield page
    browser.execute_script("localStorage.clear(); sessionStorage.clear()")
    browser.get("about:blank")
