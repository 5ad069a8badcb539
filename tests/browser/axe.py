"""Accessibility of the page by axe-core, which `hatch run browser` installs."""

from __future__ import annotations

from pathlib import Path

from browser.page import Page

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """What axe-core finds: rule and element."""
    page.browser.execute_script(AXE.read_text("utf-8"))
    script = "return (await axe.run(document, {runOnly: given[0]})).violations"
    found = page.run(script, RULES)
    assert isinstance(found, list), found
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]
