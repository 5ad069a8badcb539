"""What is stored: kinds, tables, records."""

from __future__ import annotations

import httpx

from browser.page import Page


def names(page: Page) -> list[str]:
    return [one.text for one in page.all(".records tbody td:nth-child(2)")]


def test_own_records_are_kept_apart_from_example_data(page: Page, api: httpx.Client) -> None:
    api.post("/api/v2/notes", json={"title": "Mine", "content": "x"})
    page.open("/records")
    page.click("a.entry", "notes")
    page.until(lambda: names(page) == ["Mine"])
    page.click(".chip", "Examples")
    page.until(lambda: names(page) == ["Launch plan"])
    page.click(".chip", "All")
    page.until(lambda: len(names(page)) == 2)


def test_kinds_without_own_records_are_listed_on_demand(page: Page) -> None:
    page.open("/records", "Nothing of your own yet")
    page.click("input[type=checkbox]")
    page.click("a.entry", "workflows")
    page.wait_for("Weekly report")


def test_a_table_is_searched_and_paged(page: Page, api: httpx.Client) -> None:
    for number in range(30):
        api.post("/api/v2/notes", json={"title": f"Note {number}", "content": f"about-{number}-"})
    page.open("/records/notes", "Page 1 of 2")
    assert len(names(page)) == 25
    page.click("button", "Next")
    page.until(lambda: names(page) == [f"Note {number}" for number in (4, 3, 2, 1, 0)])
    assert page.path == "/records/notes?page=2"
    page.type("[aria-label='Search in notes']", "about-17-")
    page.until(lambda: names(page) == ["Note 17"])


def test_each_record_names_the_request_that_made_it(page: Page, api: httpx.Client) -> None:
    api.get("/api/v2/notes")
    id = api.post("/api/v2/notes", json={"content": "x"}).json()["data"]["id"]
    page.open(f"/records/notes/{id}", "POST 2")
    page.click("a", "POST 2")
    page.wait_for("notes.create")
    assert page.path == "/requests/2"


def test_a_record_that_does_not_exist_shows_a_message(page: Page) -> None:
    page.open("/records/notes/nothing", "There is no record nothing of the kind notes")
