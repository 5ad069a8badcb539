"""The page of a sandbox in Chromium, as the tests and the pictures use it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any, Literal

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from lvng_sandbox import Sandbox

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
VIEWS = (
    "/",
    "/requests",
    "/requests/1",
    "/records",
    "/records/notes",
    "/emails",
    "/notifications",
    "/deliveries",
    "/control",
    "/reference",
    "/help",
)
SIZES = {1280: 800, 768: 1024, 390: 844}
"""Widths of the window that the page is looked at in, with their heights."""
WITHIN = 10.0
"""Seconds in which something must appear."""


def missing() -> str:
    """Why there can be no browser here; empty if there can."""
    lacking = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    return f"{' and '.join(lacking)} not installed" if lacking else ""


def start_browser() -> Chrome:
    """Chromium without a window, which keeps its console and its network traffic."""
    options = ChromeOptions()
    for flag in FLAGS:
        options.add_argument(flag)
    options.binary_location = shutil.which("chromium") or ""
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return Chrome(options=options, service=Service(shutil.which("chromedriver")))


class Page:
    """The page of a sandbox.

    Args:
        browser: the browser.
        sandbox: the sandbox.
    """

    def __init__(self, browser: Chrome, sandbox: Sandbox) -> None:
        self.browser, self.sandbox = browser, sandbox

    def open(self, path: str, wait_for: str = "") -> None:
        """Go to an address of the page, and wait until it shows a text."""
        self.browser.get(self.sandbox.base_url + path)
        self.find(".bar .menu")
        self.wait_for(wait_for)

    def resize(self, width: int) -> None:
        """Give the window one of the sizes."""
        metrics = {"width": width, "height": SIZES[width], "deviceScaleFactor": 1}
        self.command("Emulation.setDeviceMetricsOverride", **metrics, mobile=width < 500)

    def set_theme(self, theme: Literal["light", "dark"]) -> None:
        """Have the system prefer a theme."""
        feature = {"name": "prefers-color-scheme", "value": theme}
        self.command("Emulation.setEmulatedMedia", features=[feature])

    def command(self, name: str, **parameters: Any) -> Any:
        """Send a command of the DevTools protocol."""
        return self.browser.execute_cdp_cmd(name, parameters)

    @property
    def text(self) -> str:
        """The text that is shown."""
        return self.browser.find_element(By.TAG_NAME, "body").text

    @property
    def path(self) -> str:
        """The address that is shown, without the origin."""
        return self.browser.current_url.removeprefix(self.sandbox.base_url)

    def until(self, found: Callable[[], Any]) -> Any:
        """Wait until something is found; what was found. The page may be drawn anew meanwhile."""
        waiting = WebDriverWait(
            self.browser, WITHIN, 0.05, ignored_exceptions=[StaleElementReferenceException]
        )
        return waiting.until(lambda _browser: found())

    def wait_for(self, text: str) -> None:
        """Wait until a text is shown."""
        try:
            self.until(lambda: text in self.text)
        except Exception as error:
            raise AssertionError(f"{text!r} is not on the page:\n{self.text}") from error

    def wait_for_path(self, path: str) -> None:
        """Wait until an address is shown."""
        self.until(lambda: self.path == path)

    def all(self, selector: str) -> list[WebElement]:
        """The elements that a CSS selector finds."""
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def find(self, selector: str, text: str = "") -> WebElement:
        """Wait for an element that a CSS selector finds, and that shows a text or has it as its label."""

        def look() -> WebElement | None:
            for one in self.all(selector):
                if text in one.text or text in (one.get_attribute("aria-label") or ""):
                    return one
            return None

        found: WebElement = self.until(look)
        return found

    def click(self, selector: str, text: str = "") -> None:
        """Click such an element."""

        def attempt() -> bool:
            self.find(selector, text).click()
            return True

        self.until(attempt)

    def type(self, selector: str, text: str) -> None:
        """Type into a field."""
        self.find(selector).send_keys(text)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script; its result, which may be a promise."""
        return self.browser.execute_async_script(
            f"const done = arguments[arguments.length - 1]; (async (...given) => {{ {script} }})(...arguments)"
            ".then(done, (error) => done(`failed: ${error}`))",
            *arguments,
        )

    def complaints(self) -> list[str]:
        """The messages of the console since the last call."""
        entries = self.browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium leaves it untyped
        return [entry["message"] for entry in entries]
