"""Output of the command."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from .contract import Operation
from .probing import DIFFERS, FORBIDDEN, GONE, NOT_ASKED, Result
from .report import Report

_STYLES = {DIFFERS: "yellow", GONE: "red", FORBIDDEN: "magenta", NOT_ASKED: "dim"}


def progress(results: Iterable[Result], count: int, console: Console) -> Iterator[Result]:
    """Pass results on, with a progress bar."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("asking", total=count)
        for one in results:
            bar.update(task, advance=1, description=f"{one.operation:<32}")
            yield one


def show_plan(operations: Sequence[Operation], console: Console) -> None:
    """Print the requests that would be sent."""
    for one in operations:
        query = "&".join(f"{each.name}=..." for each in one.required if each.location == "query")
        print_line(console, f"GET {one.path}{'?' * bool(query)}{query}  ({one.id})")
    print_line(console, f"{len(operations)} requests at most; nothing was sent.")


def show(report: Report, console: Console, *, everything: bool) -> None:
    """The operations with findings and those not asked, or all; further findings; the counts."""
    table = Table("operation", "known by", "state", "detail", box=None, pad_edge=False)
    for one in report.results:
        if everything or one.findings or one.state == NOT_ASKED:
            details = (
                [one.reason]
                if one.reason
                else [f"{each.kind}: {each.detail}" for each in one.findings]
            )
            table.add_row(
                one.operation,
                one.provenance,
                one.state,
                "\n".join(details),
                style=_STYLES.get(one.state),
            )
    for finding in report.further:
        table.add_row(finding.operation, "", finding.kind, finding.detail, style="yellow")
    if table.row_count:
        console.print(table)
    counts = Table("state", "operations", box=None, pad_edge=False)
    for state, count in report.counts():
        counts.add_row(state, str(count))
    console.print(counts)
    print_line(console, f"{report.requests} requests, {len(report.findings)} findings")


def print_line(console: Console, text: str) -> None:
    """Print a line without wrapping."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)
