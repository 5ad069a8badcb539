"""The page of each domain package lists the resources that the package has, as the contract describes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvng import LvngClient, operations

PACKAGES = Path(__file__).parents[2] / "packages"
DOMAINS = ("account", "agents", "chat", "integrations", "knowledge", "workflows", "workspace")


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_page_lists_the_resources_of_its_package(domain: str) -> None:
    page = (PACKAGES / f"lvng-{domain}" / "README.md").read_text(encoding="utf-8")
    rows = {line for line in page.splitlines() if line.startswith("| `")}
    expected = set()
    for name, tag in operations.tags().items():
        cls = getattr(LvngClient, name)
        if cls.__module__.startswith(f"lvng_{domain}."):
            count = len(tag.operations)
            expected.add(f"| `{cls.__name__}` | {count} | {tag.description} |")
    assert rows == expected


@pytest.mark.parametrize(
    "page", sorted(PACKAGES.glob("*/README.md")), ids=lambda page: page.parent.name
)
def test_links_of_a_page_work_outside_of_the_repository(page: Path) -> None:
    docs = PACKAGES.parent / "docs"
    for link in page.read_text(encoding="utf-8").split("](")[1:]:
        target = link.partition(")")[0]
        assert target.startswith("https://"), target
        found = target.partition("/lvng-python/blob/main/docs/")[2].partition("#")[0]
        assert not found or (docs / found).is_file(), target
