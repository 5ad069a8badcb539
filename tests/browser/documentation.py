"""The documentation in Chromium: pictures of its pages at three widths, in light and dark.

hatch run dev:docs-pictures FOLDER            every page
hatch run dev:docs-pictures FOLDER PAGE ...   such as index configuration reference/workflows
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from selenium.webdriver import Chrome

from browser.page import SIZES, start_browser

DOCS = Path(__file__).parents[2] / "docs"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def build(folder: Path) -> None:
    """Build the documentation as HTML."""
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(DOCS), str(folder)]
    subprocess.run(command, check=True)


def pages(site: Path) -> list[str]:
    """The names of the pages, such as `reference/workflows`."""
    return sorted(
        path.relative_to(site).with_suffix("").as_posix() for path in site.rglob("*.html")
    )


def resize(browser: Chrome, width: int) -> None:
    """Give the window one of the sizes."""
    metrics = {"width": width, "height": SIZES[width], "deviceScaleFactor": 1}
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {**metrics, "mobile": width < 500}
    )


def show(browser: Chrome, site: Path, page: str) -> None:
    """Go to a page."""
    browser.get((site / f"{page}.html").as_uri())


def main(folder: str, *names: str) -> None:
    """Take a picture of each page, or of those that are named, at every size in both themes."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    browser = start_browser()
    try:
        with TemporaryDirectory() as built:
            site = Path(built)
            build(site)
            for page in names or pages(site):
                take(browser, site, page, Path(folder))
    finally:
        browser.quit()


def take(browser: Chrome, site: Path, page: str, folder: Path) -> None:
    """The pictures of one page."""
    for width in SIZES:
        resize(browser, width)
        for theme in THEMES:
            feature = {"name": "prefers-color-scheme", "value": theme}
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
            show(browser, site, page)
            browser.save_screenshot(str(folder / f"{page.replace('/', '-')}-{width}-{theme}.png"))


if __name__ == "__main__":
    main(*sys.argv[1:])
