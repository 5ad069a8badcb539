"""Pictures of the page, for docs/sandbox.md and for looking at it.

hatch run dev:pictures                 those of the documentation
hatch run dev:pictures FOLDER          every view at three widths, in light and dark
"""

from __future__ import annotations

import base64
import sys
import time
from pathlib import Path
from typing import Literal

import httpx

from browser.page import SIZES, Page, start_browser
from lvng_sandbox import Sandbox

DOCS = Path(__file__).parents[2] / "docs" / "page"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
CHANNEL = "ch_2a9c4e61"
SETTLED = 0.5
"""Seconds until a view is at rest."""
MENUS = ("account", "clock", "faults", "snapshot", "reset")


def main(folder: str | None = None) -> None:
    """Take the pictures of the documentation, or all into a folder."""
    browser = start_browser()
    try:
        with Sandbox() as sandbox:
            sandbox.set_clock("2026-12-01T09:30:00Z", frozen=True)
            page, views = Page(browser, sandbox), fill(sandbox)
            if folder:
                take_all(page, views, Path(folder))
            else:
                take_for_docs(page, views)
    finally:
        browser.quit()


def fill(sandbox: Sandbox) -> dict[str, str]:
    """Have things happen in a sandbox; the views to look at, by name."""
    headers = {"x-api-key": sandbox.api_key}
    with httpx.Client(base_url=sandbox.base_url, headers=headers, trust_env=False) as api:
        api.post("/api/v2/chat", json={"message": "What were the sales in October?"})
        note = {"title": "Launch plan", "content": "12 November, noon.", "tags": ["launch", "q4"]}
        id = api.post("/api/v2/notes", json=note).json()["data"]["id"]
        for title in ("Press release", "Guest list"):
            api.post("/api/v2/notes", json={**note, "title": title})
        api.get("/api/v2/notes", params={"limit": 5})
        api.get("/api/v2/notes/nothing")
        api.post("/api/v2/notes", json={"content": 7})
        api.get("/api/v2/workflows", headers={"X-Sandbox-Fault": "status=503; retry-after=2"})
        httpx.get(f"{sandbox.base_url}/api/v2/notes")
        hook = {"url": "http://127.0.0.1:9/hook", "events": ["message.created"]}
        api.post("/api/v2/developer/webhooks", json=hook)
        api.post("/api/v2/messages", json={"channel_id": CHANNEL, "content": "Ready?"})
        email = {
            "to": ["li@example.com"],
            "subject": "Your weekly report",
            "body": "Your report is ready: https://app.lvng.ai/r/1",
            "html": "<p>Your <b>report</b> is ready.</p>",
        }
        api.post("/api/v2/emails/send", json=email)
        stream = {"message": "Walk me through the Q4 numbers"}
        number = len(sandbox.requests) + 1
        api.post("/api/v2/chat/stream", json=stream)
    (sent, *_) = sandbox.emails(own=True)
    (delivery, *_) = sandbox.records("developer.deliveries", own=True)
    return {
        "start": "/",
        "requests": "/requests",
        "exchange": "/requests/11",
        "stream": f"/requests/{number}",
        "records": "/records",
        "table": "/records/notes",
        "record": f"/records/notes/{id}",
        "emails": "/emails",
        "email": f"/emails/{sent['id']}",
        "notifications": "/notifications?examples=all",
        "delivery": f"/deliveries/{delivery['id']}",
        "control": "/control",
        "reference": "/reference",
        "operation": "/reference#/notes/notes.create",
        "help": "/help",
    }


def take_for_docs(page: Page, views: dict[str, str]) -> None:
    """The start screen, and an exchange on a phone in the dark."""
    DOCS.mkdir(exist_ok=True)
    take(page, views["exchange"], 1280, "light", DOCS / "requests.webp")
    take(page, views["stream"], 390, "dark", DOCS / "phone.webp")


def take_all(page: Page, views: dict[str, str], folder: Path) -> None:
    """Every view and menu at every size in both themes."""
    folder.mkdir(parents=True, exist_ok=True)
    for width in SIZES:
        for theme in THEMES:
            for name, path in views.items():
                take(page, path, width, theme, folder / f"{name}-{width}-{theme}.png")
            for name in MENUS:
                page.open("/")
                page.click(f"[data-menu={name}] > button")
                time.sleep(SETTLED)
                save(page, folder / f"menu-{name}-{width}-{theme}.png")


def take(page: Page, path: str, width: int, theme: Literal["light", "dark"], file: Path) -> None:
    """A picture of one view."""
    page.resize(width)
    page.set_theme(theme)
    page.browser.get("about:blank")
    page.open(path)
    if path.startswith("/reference"):
        page.find(".opblock.is-open" if "#" in path else ".opblock-tag")
    time.sleep(SETTLED)
    save(page, file)


def save(page: Page, file: Path) -> None:
    """Write what the window shows into a file; its suffix is the format."""
    options = {"format": "webp", "quality": 80} if file.suffix == ".webp" else {"format": "png"}
    taken = page.command("Page.captureScreenshot", **options)
    file.write_bytes(base64.b64decode(taken["data"]))


if __name__ == "__main__":
    main(*sys.argv[1:])
