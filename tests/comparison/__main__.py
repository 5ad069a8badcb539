"""Tries every row with every SDK; prints the tables, or puts them into a page."""

from __future__ import annotations

import argparse
from pathlib import Path

from .adapter import NAMES
from .table import column, write

BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"


def main() -> None:
    parser = argparse.ArgumentParser(prog="comparison", description=__doc__)
    parser.add_argument("--only", action="append", choices=NAMES, help="one SDK; may be repeated")
    parser.add_argument("--page", type=Path, help="the page to put the tables into")
    arguments = parser.parse_args()
    if arguments.only and arguments.page:
        parser.error("--page takes the tables of all; leave --only out")
    tables = write({name: column(name) for name in arguments.only or NAMES})
    page: Path | None = arguments.page
    if page is None:
        print(tables)
        return
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n\n{tables}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
