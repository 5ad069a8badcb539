"""The page of the sandbox, in Chromium: what came in, what is stored, the reference; no key, no script of others."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import httpx
import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from lvng_sandbox import Sandbox

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
)
SCRIPT = "<img src=x onerror='document.title=`taken over`'>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    options = ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    browser = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    yield browser
    browser.quit()


@pytest.fixture
def sandbox(browser: Chrome) -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        browser.get(sandbox.base_url)
        yield sandbox
        browser.get("about:blank")


def wait_for(browser: Chrome, text: str) -> None:
    body = (By.TAG_NAME, "body")
    WebDriverWait(browser, 5).until(lambda page: text in page.find_element(*body).text)


def post(sandbox: Sandbox, path: str, body: object) -> None:
    httpx.post(f"{sandbox.base_url}{path}", json=body, headers={"x-api-key": sandbox.api_key})


def test_a_request_shows_up_with_its_body_and_without_its_key(
    browser: Chrome, sandbox: Sandbox
) -> None:
    post(sandbox, "/api/v2/notes", {"title": "seen in the browser", "content": sandbox.api_key})
    wait_for(browser, "notes.create")
    browser.find_element(By.TAG_NAME, "summary").click()
    wait_for(browser, "seen in the browser")
    assert sandbox.api_key not in browser.page_source


def test_what_clients_send_is_never_markup(browser: Chrome, sandbox: Sandbox) -> None:
    post(sandbox, "/api/v2/notes", {"title": SCRIPT, "content": SCRIPT})
    wait_for(browser, "notes.create")
    browser.find_element(By.TAG_NAME, "summary").click()
    wait_for(browser, SCRIPT)
    assert browser.title == "LVNG sandbox"


def test_what_is_stored_can_be_looked_at(browser: Chrome, sandbox: Sandbox) -> None:
    browser.find_element(By.ID, "tab-records").click()
    wait_for(browser, "workflows (")
    buttons = browser.find_elements(By.CSS_SELECTOR, "#kinds button")
    next(button for button in buttons if button.text.startswith("workflows (")).click()
    wait_for(browser, "Weekly report")


def test_the_reference_has_every_operation_and_can_be_filtered(
    browser: Chrome, sandbox: Sandbox
) -> None:
    browser.find_element(By.ID, "tab-reference").click()
    wait_for(browser, "workflows.stream_run")
    items = browser.find_elements(By.CSS_SELECTOR, "#reference details")
    document = httpx.get(f"{sandbox.base_url}/openapi.json").json()
    assert len(items) == sum(len(item) for item in document["paths"].values())
    browser.find_element(By.ID, "filter").send_keys("stream_run")
    assert [item.is_displayed() for item in items].count(True) == 1


def test_the_browser_has_nothing_to_complain_about(browser: Chrome, sandbox: Sandbox) -> None:
    wait_for(browser, "Nothing has come in yet")
    entries = browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium leaves it untyped
    assert [entry for entry in entries if "favicon" not in entry["message"]] == []


def test_another_host_name_does_not_reach_the_page(sandbox: Sandbox) -> None:
    for path in ("/", "/_sandbox/requests", "/_sandbox/records"):
        answer = httpx.get(f"{sandbox.base_url}{path}", headers={"Host": "evil.example"})
        assert answer.status_code == 403
