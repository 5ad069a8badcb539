"""Tries every row with every SDK; prints the tables, or puts them into a page.

python -m peers [--only lvng] [--page docs/reliability.md]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from .adapter import NAMES
from .worker import SECTIONS, Worker

BEGIN, END = "<!-- tried: begin -->", "<!-- tried: end -->"


def main() -> None:
    parser = argparse.ArgumentParser(prog="peers", description=__doc__)
    parser.add_argument("--only", action="append", choices=NAMES, help="one SDK; may be repeated")
    parser.add_argument("--page", type=Path, help="the page to put the tables into")
    arguments = parser.parse_args()
    names = arguments.only or list(NAMES)
    columns = {name: column(name) for name in names}
    tables = "\n".join(markdown(columns))
    if arguments.page is None:
        print(tables)
        return
    text = arguments.page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    arguments.page.write_text(f"{before}{BEGIN}\n\n{tables}\n{END}{after}", encoding="utf-8")


def column(name: str) -> dict[tuple[str, str], str]:
    """Every cell of an SDK."""
    worker = Worker(name)
    cells: dict[tuple[str, str], str] = {}
    try:
        for section, rows in SECTIONS.items():
            for row in rows:
                print(f"{name}: {section}: {row}", file=sys.stderr)
                cells[section, row] = worker.ask(section, row)
    finally:
        worker.stop()
    return cells


def markdown(columns: dict[str, dict[tuple[str, str], str]]) -> Iterator[str]:
    """The tables, each under its heading."""
    versions = ", ".join(f"{name} {version(name)}" for name in columns)
    yield f"Tried on {datetime.now(UTC):%d %B %Y} with {versions}.\n"
    for section, rows in SECTIONS.items():
        yield f"### {section}\n"
        yield f"| | {' | '.join(columns)} |"
        yield f"| {' | '.join(['---'] * (len(columns) + 1))} |"
        for row in rows:
            yield f"| {row} | {' | '.join(cells[section, row] for cells in columns.values())} |"
        yield ""


if __name__ == "__main__":
    main()
