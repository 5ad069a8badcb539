"""The bar and its settings: account, clock, faults, snapshots, reset."""

from __future__ import annotations

from pathlib import Path

import httpx
from selenium.webdriver.common.keys import Keys

from browser.page import Page
from lvng_sandbox import Sandbox
from support.timing import eventually


def notes(api: httpx.Client) -> int:
    return len(api.get("/api/v2/notes").json()["data"])


def test_the_page_acts_for_another_account(page: Page, sandbox: Sandbox) -> None:
    key = sandbox.create_account("eva@example.com", name="Eva").api_key
    page.open("/")
    page.click("[data-menu=account] > button")
    page.click(".choices button", "eva@example.com")
    page.wait_for(key[-4:])
    page.click(".steps button", "Run it here")
    page.find(".result")
    assert sandbox.requests[-1].account == sandbox.account("eva@example.com").user_id


def test_the_clock_is_advanced_and_frozen(page: Page, sandbox: Sandbox) -> None:
    page.open("/")
    before = sandbox.clock().now
    page.click("[data-menu=clock] > button")
    page.click(".drop button", "+ 1 day")
    page.wait_for("Advanced by 1 day")
    assert sandbox.clock().now[:10] > before[:10]
    page.click(".drop button", "Freeze")
    page.find("[data-menu=clock] .badge", "frozen")
    assert sandbox.clock().frozen


def test_a_fault_is_added_and_removed(page: Page, api: httpx.Client) -> None:
    page.open("/control", "Faults")
    page.type("input[name=operation]", "notes.*")
    page.type("input[name=status]", "503")
    page.click("form[aria-label='Add a fault'] button", "Add")
    page.wait_for("status 503")
    assert api.get("/api/v2/notes").status_code == 503
    page.click("[data-menu=faults] > button")
    page.click(".drop button", "Remove fault")
    eventually(lambda: api.get("/api/v2/notes").status_code == 200)


def test_a_fault_for_an_unknown_operation_shows_a_suggestion(page: Page) -> None:
    page.open("/control", "Faults")
    page.type("input[name=operation]", "notes.lst")
    page.type("input[name=status]", "503")
    page.click("form[aria-label='Add a fault'] button", "Add")
    page.wait_for("did you mean")


def test_a_snapshot_is_taken_and_restored(page: Page, api: httpx.Client) -> None:
    before = notes(api)
    page.open("/")
    page.click("[data-menu=snapshot] > button")
    page.click(".drop button", "Take a snapshot")
    page.wait_for("snapshot-1")
    api.post("/api/v2/notes", json={"content": "gone"})
    page.click(".drop button", "Restore")
    page.wait_for("Returned to snapshot-1")
    assert notes(api) == before


def test_a_reset_needs_a_confirmation(page: Page, api: httpx.Client, sandbox: Sandbox) -> None:
    api.post("/api/v2/notes", json={"content": "gone"})
    page.open("/requests", "notes.create")
    page.click("[data-menu=reset] > button")
    page.click(".drop button", "Reset the sandbox")
    page.click(".drop button", "Yes, delete it all")
    page.wait_for("Nothing has come in yet")
    assert sandbox.requests == []


def test_an_account_is_created(page: Page, sandbox: Sandbox) -> None:
    page.open("/control", "Accounts")
    page.type("input[name=email]", "eva@example.com")
    page.click("form[aria-label='Create an account'] button", "Create")
    page.wait_for("eva@example.com has an account")
    assert sandbox.account("eva@example.com").api_key


def test_escape_closes_a_menu_and_gives_the_focus_back(page: Page) -> None:
    page.open("/")
    page.click("[data-menu=clock] > button")
    page.find(".drop")
    page.press(Keys.ESCAPE)
    page.until(lambda: not page.all(".drop"))
    assert page.browser.switch_to.active_element.text.startswith("Clock")


def test_an_answer_is_scripted(page: Page, api: httpx.Client) -> None:
    page.open("/control", "Scripted answers")
    page.type("input[name=pattern]", "october")
    page.type("input[name=reply]", "As it was written")
    page.click("form[aria-label='Add an answer'] button", "Add")
    page.wait_for("As it was written")
    question = {"message": "What were the sales in October?"}
    assert api.post("/api/v2/chat", json=question).json()["reply"] == "As it was written"


def test_everything_is_exported_and_imported(page: Page, api: httpx.Client, tmp_path: Path) -> None:
    page.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    before = notes(api)
    page.open("/control", "Everything as a file")
    page.click("#files button", "Export")
    file = tmp_path / "lvng-sandbox.db"
    eventually(lambda: file.exists() and file.stat().st_size)
    api.post("/api/v2/notes", json={"content": "gone"})
    page.type("#files input", str(file))
    page.wait_for("Imported")
    assert notes(api) == before
