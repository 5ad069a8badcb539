"""The page on reliability shows what this SDK does today."""

from __future__ import annotations

from pathlib import Path

from comparison.table import column, read

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"


def test_the_page_says_what_this_sdk_does() -> None:
    # If it does not: hatch run comparison:table --page docs/reliability.md
    assert column("lvng") == read(PAGE.read_text(encoding="utf-8"), "lvng")
