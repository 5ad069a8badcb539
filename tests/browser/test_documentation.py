"""The documentation fits every screen: no page is wider than the window, and no table that explains is cut off."""

from __future__ import annotations

from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from browser.documentation import build, pages, resize, show
from browser.page import SIZES

TOO_WIDE = """
const root = document.documentElement;
const wide = [...document.querySelectorAll("table.explains")].filter(
  (table) => table.parentElement.scrollWidth > table.parentElement.clientWidth + 1
);
return [root.scrollWidth > root.clientWidth, wide.map((table) => table.innerText.slice(0, 60))];
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build(folder)
    return folder


def test_no_page_and_no_explanation_is_cut_off(browser: Chrome, site: Path) -> None:
    names = pages(site)
    assert len(names) > 80
    cut = []
    for name in names:
        show(browser, site, name)
        for width in SIZES:
            resize(browser, width)
            is_wide, tables = browser.execute_script(TOO_WIDE)
            if is_wide or tables:
                cut.append((name, width, is_wide, tables))
    assert cut == []
