"""The page that a run writes: docs/performance.md, with its plot."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from .clients import CLIENTS, HTTPX, LVNG
from .measurements import MEASUREMENTS, Figures, Sizes
from .rows import ROWS, UNITS, Results, Row, shown

Curves = dict[int, dict[str, Figures]]
"""Medians, by how many and by client."""

PAGE = """# Performance

With 50 or more calls at once, the SDK makes several times as many calls a second as raw httpx in async code, and about
1.4 times as many in threads. A single call costs no more CPU time than with httpx, although retries and middleware are
on; the first call of a program, import included, takes about a tenth longer at most.

## How it is measured

`hatch run bench` measures and writes this page. Every figure of a table is the median of {rounds} rounds (three for the plot).
The clients take turns, each in a process of its own, and call a local server with fixed responses: a list of about two
kilobytes, or a stream of {events:,} events. Raw httpx has the same connection limits as the SDK. For streams it reads with
`iter_lines` and `json.loads`, without decoding events.

- *tasks*, *threads*: that many calls at once; *p99*: 99 of 100 calls took no longer.
- *us CPU*: microseconds of CPU time for a call, or for an event of a stream.
- *first call*: from the start of Python to the first response.
- *stream, an event a chunk*: each event arrives by itself; *coarse*: many arrive together.
- *ratio*: the figure of lvng divided by the other; *bar*: the ratio that a release must reach.

## Beside raw httpx

{bars}

## Beside other SDKs

The same measurements with the newest version of each SDK, as ratios to raw httpx {httpx}. A higher ratio is better for
calls a second, a lower one in all other rows.

{peers}

## By number of calls at once and of resources used

![Cost of a call by calls at once, and cost of a client by resources used](performance.svg)

{levels}

{touched}

## Machine and versions

{where}

## What next?

- Connections, backends and limits: [network](network.md).
- Many calls at once: [bulk](bulk.md) and [concurrency](concurrency.md).
"""


def write(
    folder: Path,
    sizes: Sizes,
    results: Results,
    levels: Curves,
    touched: Curves,
    versions: Mapping[str, str],
) -> None:
    """Write the page. The plot is drawn by plot.py."""
    page = PAGE.format(
        rounds=sizes.rounds,
        events=sizes.events,
        bars=bars(results),
        peers=peers(results),
        httpx=versions[HTTPX],
        levels=by_level(levels),
        touched=by_tags(touched),
        where=where(versions),
    )
    (folder / "performance.md").write_text(page, encoding="utf-8")


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown."""
    lines = [list(head), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def bars(results: Results) -> str:
    """The rows that have a bar; one that misses it is marked."""

    known = [row for row in ROWS if row.known(results)]
    return table(
        ("measured", "lvng", "other", "ratio", "bar"), [bar(row, results) for row in known]
    )


def bar(row: Row, results: Results) -> tuple[str, ...]:
    of = results[row.measurement]
    ratio = f"{row.ratio(results):.2f}"
    return (
        row.measurement,
        f"{row.ours}: {shown(row.figure, of[row.ours][row.figure])}",
        f"{row.beside}: {shown(row.figure, of[row.beside][row.figure])}",
        ratio if row.reached(results) else f"**{ratio}** (missed)",
        row.bar,
    )


def peers(results: Results) -> str:
    """All clients, as ratios to raw httpx."""
    names = [name for name in CLIENTS if any(name in of for of in results.values())]

    def ratio(measurement: str, figure: str, name: str) -> str:
        of = results[measurement]
        return f"{of[name][figure] / of[HTTPX][figure]:.2f}" if name in of else ""

    rows = [
        (
            f"{measurement}, {UNITS[figure][0]}",
            *(ratio(measurement, figure, name) for name in names),
        )
        for measurement in MEASUREMENTS
        for figure in results.get(measurement, {}).get(HTTPX, {})
    ]
    return table(("", *names), rows)


def by_level(levels: Curves) -> str:
    names = list(next(iter(levels.values())))
    rows = [
        (f"{level:,}", *(shown("rate", of[name]["rate"]) for name in names))
        for level, of in levels.items()
    ]
    return table(("calls at once", *names), rows)


def by_tags(touched: Curves) -> str:
    rows = [(str(tags), shown("seconds", of[LVNG]["seconds"])) for tags, of in touched.items()]
    return table(("resources used", "import, client and resources"), rows)


def where(versions: Mapping[str, str]) -> str:
    """Machine and versions."""
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.python_implementation()} {platform.python_version()}",
        f"{platform.system()} {platform.machine()}, {_processor()}, {os.cpu_count()} cores",
        ", ".join(f"{name} {version}" for name, version in versions.items()),
    ]
    return "\n".join(f"- {line}" for line in lines)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown processor"
