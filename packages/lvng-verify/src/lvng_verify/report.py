"""The report of a verification as JSON, Markdown or HTML. It contains names and types of fields, but no values."""

from __future__ import annotations

import datetime
import html
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ._version import __version__
from .comparison import NO_DIFFERENCE, Finding
from .probing import STATES, Result

CONTENTS = (
    "This report contains the ids of operations, the names and types of fields, statuses, and words of APIs. It contains "
    "no values of fields, no ids of records, no API key, no header values and no addresses."
)


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a verification.

    Attributes:
        results: a result for each operation.
        further: additional findings, such as operations that are not in the contract.
        requests: number of requests.
        day: the day.
    """

    results: tuple[Result, ...]
    further: tuple[Finding, ...]
    requests: int
    day: datetime.date

    @property
    def findings(self) -> list[Finding]:
        """All differences, sorted, and what was not allowed or not seen."""
        return sorted({*self.further, *(one for each in self.results for one in each.findings)})

    @property
    def differs(self) -> bool:
        """Whether there is a difference; what was not allowed or not seen need not be one."""
        return any(one.kind not in NO_DIFFERENCE for one in self.findings)

    def counts(self) -> list[tuple[str, int]]:
        """The number of operations in each state."""
        found = Counter(one.state for one in self.results)
        return [(state, found[state]) for state in STATES]

    def write(self, path: Path) -> None:
        """Write the report in the format of the file's suffix.

        Raises:
            ValueError: the suffix is not `.json`, `.md` or `.html`.
        """
        path.write_text(_format(path)(self), encoding="utf-8")


def check_suffix(path: Path) -> None:
    """Raise a ValueError if the suffix is not one of a report."""
    _format(path)


def _format(path: Path) -> Callable[[Report], str]:
    try:
        return {".json": as_json, ".md": as_markdown, ".html": as_html}[path.suffix.lower()]
    except KeyError:
        raise ValueError(f"a report is .json, .md or .html; got {path.name!r}") from None


def as_json(report: Report) -> str:
    """The findings as a list."""
    return json.dumps([one.to_json() for one in report.findings], indent=2) + "\n"


def as_markdown(report: Report) -> str:
    """Counts, findings and operations as tables."""
    lines = ["# LVNG API: service and contract", "", _summary(report), "", CONTENTS, ""]
    for title, header, rows in _tables(report):
        if rows:
            lines += [f"## {title}", "", f"| {' | '.join(header)} |"]
            lines += [f"|{' --- |' * len(header)}"]
            lines += [f"| {' | '.join(one.replace('|', '/') for one in row)} |" for row in rows]
            lines += [""]
    return "\n".join(lines)


def as_html(report: Report) -> str:
    """The same as a page."""
    body = [f"<h1>LVNG API: service and contract</h1><p>{_summary(report)}</p><p>{CONTENTS}</p>"]
    for title, header, rows in _tables(report):
        if rows:
            head = "".join(f"<th>{one}</th>" for one in header)
            body += [f"<h2>{title}</h2><table><tr>{head}</tr>"]
            for row in rows:
                cells = "".join(f"<td>{html.escape(one)}</td>" for one in row)
                body += [f"<tr>{cells}</tr>"]
            body += ["</table>"]
    style = "body{font:16px sans-serif;margin:2em}td,th{padding:.2em .8em;text-align:left}"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>LVNG API</title>'
        f"<style>{style}</style>{''.join(body)}</html>\n"
    )


def _summary(report: Report) -> str:
    return (
        f"lvng-verify {__version__} on {report.day.isoformat()}: {report.requests} requests, "
        f"{len(report.results)} operations, {len(report.findings)} findings."
    )


def _tables(report: Report) -> Iterator[tuple[str, Sequence[str], list[tuple[str, ...]]]]:
    yield "Operations", ("state", "operations"), [(a, str(b)) for a, b in report.counts()]
    rows: list[tuple[str, ...]]
    rows = [(one.operation, one.kind, one.detail) for one in report.findings]
    yield "Findings", ("operation", "kind", "detail"), rows
    rows = [(one.operation, one.provenance, one.state, one.reason) for one in report.results]
    yield "Each operation", ("operation", "known by", "state", "reason"), rows
