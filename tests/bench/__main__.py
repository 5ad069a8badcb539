"""Measures everything, prints the table, and writes docs/performance.md. The exit status is 1 where a bar is missed."""

from __future__ import annotations

import argparse
import compileall
import statistics
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from .clients import CLIENTS, HTTPX
from .environments import available, prepare, version_of
from .measurements import MEASUREMENTS, TINY, Figures, Measurement, Sizes, levels, touched
from .page import bars, peers, write
from .plot import draw
from .rows import ROWS
from .server import serving

DOCS = Path(__file__).parents[2] / "docs"
PACKAGES = DOCS.parent / "packages"

Key = TypeVar("Key")


def measure(
    measurements: Mapping[Key, Measurement], names: Iterable[str], url: str, sizes: Sizes
) -> dict[Key, dict[str, Figures]]:
    """The medians of each measurement, by client. Within a round the clients take turns."""
    medians: dict[Key, dict[str, Figures]] = {}
    for key, measurement in measurements.items():
        clients = [name for name in measurement.clients if name in names]
        rounds: dict[str, list[Figures]] = {name: [] for name in clients}
        for number in range(sizes.rounds):
            print(f"\r{key}, round {number + 1} of {sizes.rounds}\033[K", end="", file=sys.stderr)
            for name in clients:
                rounds[name].append(measurement.run(name, url, sizes))
        medians[key] = {name: median(figures) for name, figures in rounds.items()}
    print("\r\033[K", end="", file=sys.stderr)
    return medians


def median(rounds: list[Figures]) -> Figures:
    return {key: statistics.median(figures[key] for figures in rounds) for key in rounds[0]}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=CLIENTS, help="these clients, beside httpx")
    parser.add_argument("--rounds", type=int, help="how often each has its turn")
    parser.add_argument("--tiny", action="store_true", help="no more than to see that it works")
    parser.add_argument("--into", type=Path, default=DOCS, help="the folder of the page")
    options = parser.parse_args()
    sizes = TINY if options.tiny else Sizes()
    if options.rounds:
        sizes = replace(sizes, rounds=options.rounds)
    names = [
        name
        for name in CLIENTS
        if available(name) and (not options.only or name in {HTTPX, *options.only})
    ]
    # As pip does when it installs; editable packages may have none, or that of an older version.
    compileall.compile_dir(PACKAGES, quiet=1)
    for name in names:
        prepare(name)
    with serving(sizes.events) as url:
        results = measure(MEASUREMENTS, names, url, sizes)
        by_level = measure(levels(sizes), names, url, sizes.for_plot)
        by_tags = measure(touched(sizes), names, url, sizes.for_plot)
    print(bars(results), peers(results), sep="\n\n")
    versions = {name: version_of(name) for name in names}
    write(options.into, sizes, results, by_level, by_tags, versions)
    draw(options.into / "performance.svg", by_level, by_tags)
    missed = [row for row in ROWS if row.known(results) and not row.reached(results)]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
