"""The tables: what every row shows of every SDK, as Markdown and back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version

from .worker import SECTIONS, Worker

Column = dict[tuple[str, str], str]
"""The cells of an SDK, by section and row."""


def column(name: str) -> Column:
    """Every row, tried."""
    worker = Worker(name)
    cells: Column = {}
    try:
        for section, rows in SECTIONS.items():
            for row in rows:
                print(f"{name}: {section}: {row}", file=sys.stderr)
                cells[section, row] = worker.ask(section, row)
    finally:
        worker.stop()
    return cells


def write(columns: dict[str, Column]) -> str:
    """Tables of these columns, each under its heading."""
    return "\n".join(_lines(columns))


def _lines(columns: dict[str, Column]) -> Iterator[str]:
    versions = ", ".join(f"{name} {version(name)}" for name in columns)
    yield f"Measured on {datetime.now(UTC):%d %B %Y} with {versions}.\n"
    for section, rows in SECTIONS.items():
        yield f"### {section}\n"
        yield f"| | {' | '.join(columns)} |"
        yield f"| {' | '.join(['---'] * (len(columns) + 1))} |"
        for row in rows:
            yield f"| {row} | {' | '.join(cells[section, row] for cells in columns.values())} |"
        yield ""


def read(tables: str, name: str) -> Column:
    """The column of an SDK in tables that were written."""
    cells: Column = {}
    section, place = "", 0
    for line in tables.splitlines():
        if line.startswith("### "):
            section = line.removeprefix("### ")
        elif line.startswith("| | "):
            place = line.removeprefix("| | ").removesuffix(" |").split(" | ").index(name)
        elif line.startswith("| ") and not line.startswith("| ---"):
            row, *shown = line.removeprefix("| ").removesuffix(" |").split(" | ")
            cells[section, row] = shown[place]
    return cells
