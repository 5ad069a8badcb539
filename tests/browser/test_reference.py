"""The API reference, with requests that can be tried."""

from __future__ import annotations

from browser.page import Page
from lvng_sandbox import Sandbox


def test_the_reference_lists_the_tags_and_filters_them(page: Page) -> None:
    page.open("/reference")
    page.find(".opblock-tag", "chat")
    page.type("input.operation-filter-input", "channels")
    page.until(lambda: len(page.all(".opblock-tag")) == 1)


def test_an_operation_is_tried_with_the_key_of_the_sandbox(page: Page, sandbox: Sandbox) -> None:
    page.open("/reference#/notes/notes.list")
    page.click("button.execute")
    page.find(".responses-table.live-responses-table")
    (entry,) = sandbox.requests
    assert (entry.operation, entry.status) == ("notes.list", 200)


def test_a_request_leads_to_its_operation(page: Page) -> None:
    page.open("/")
    page.click(".steps button", "Run it here")
    page.find(".result")
    page.open("/requests/1")
    page.click("a[href^='/reference']", "chat.send")
    page.find(".opblock.is-open")
    assert page.path == "/reference#/chat/chat.send"
    page.until(
        lambda: 56 <= page.find(".opblock.is-open").rect["y"] - page.run("return scrollY") < 120
    )


def test_swagger_ui_is_loaded_on_the_reference_view_only(page: Page) -> None:
    page.open("/", "Three first calls")
    assert not page.run("return 'SwaggerUIBundle' in globalThis")
