"""The command line: `lvng-verify`, and `lvng verify` if the command line of the SDK is installed."""

from __future__ import annotations

import datetime
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import httpx
from rich.console import Console

from . import console as terminal
from ._version import __version__
from .comparison import Finding
from .contract import Contract, load
from .credentials import looks_like_jwt, make_client
from .observations import append
from .pacing import Pace
from .probing import Probe, Result, UnreachableError, plan
from .report import CONTENTS, Report, check_suffix
from .sources import from_observations, from_recording

_DIFFERENT, _USAGE = 1, 2
_PER_MINUTE = 60.0
_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, exists=True, path_type=Path)


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command line."""

    base_url: str | None
    api_key: str | None
    only: tuple[str, ...]
    dry_run: bool
    budget: int | None
    rate: float | None
    everything: bool
    report: Path | None
    observations: Path | None
    source: Path | None
    recording: Path | None


@click.command("verify", epilog=CONTENTS)
@click.version_option(__version__, prog_name="lvng-verify")
@click.option(
    "--base-url",
    envvar="LVNG_BASE_URL",
    help="Base URL of the service; default: LVNG_BASE_URL, else that of the contract.",
)
@click.option("--api-key", envvar="LVNG_API_KEY", help="API key or JWT; default: LVNG_API_KEY.")
@click.option(
    "--only", multiple=True, metavar="PATTERN", help="Only these operations, such as notes.*."
)
@click.option("--dry-run", is_flag=True, help="Print the requests without sending them.")
@click.option("--budget", type=int, metavar="N", help="Maximum number of requests.")
@click.option(
    "--rate", type=float, metavar="N", help=f"Requests per minute; default: {_PER_MINUTE:g}."
)
@click.option(
    "--all", "everything", is_flag=True, help="Also print operations without differences."
)
@click.option("--report", type=_FILE, help="Write a report: .json, .md or .html.")
@click.option("--observations", type=_FILE, help="Add the observations to a file.")
@click.option("--from", "source", type=_FILE, help="Compare these observations, without requests.")
@click.option("--recording", type=_FOLDER, help="Compare recorded exchanges, without requests.")
def command(**given: Any) -> None:
    """Compare an LVNG service with the contract of the SDK.

    Every safe operation is called; nothing is changed. The exit code is 0 without differences, 1 with.
    """
    try:
        code = _run(Options(**given), load())
    except (ValueError, OSError, UnreachableError) as error:
        raise click.UsageError(str(error)) from error
    click.get_current_context().exit(code)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code: 0 without differences, 1 with, 2 if it could not run."""
    try:
        code: int = command.main(arguments, prog_name="lvng-verify", standalone_mode=False) or 0
    except click.ClickException as error:
        print(f"lvng-verify: {error.format_message()}", file=sys.stderr)
        return _USAGE
    except click.Abort:
        return 130
    return code


def _run(options: Options, contract: Contract) -> int:
    if options.report:
        check_suffix(options.report)
    out = Console()
    if options.dry_run:
        terminal.show_plan(plan(contract, options.only)[: options.budget], out)
        return 0
    report = _report(options, contract)
    if options.observations:
        append(options.observations, (one.observation for one in report.results if one.observation))
    if options.report:
        report.write(options.report)
    terminal.show(report, out, everything=options.everything)
    return _DIFFERENT if report.differs else 0


def _report(options: Options, contract: Contract) -> Report:
    today = datetime.datetime.now(datetime.UTC).date()
    if options.source and options.recording:
        raise ValueError("--from and --recording exclude each other")
    if options.source:
        return Report(*from_observations(options.source, contract), 0, today)
    if options.recording:
        return Report(*from_recording(options.recording, contract), 0, today)
    if not options.api_key:
        raise ValueError("an API key is needed: --api-key, or LVNG_API_KEY")
    if options.budget is not None and options.budget < 1:
        raise ValueError(f"--budget must be at least 1; got {options.budget}")
    with make_client(options.base_url or contract.base_url, options.api_key) as client:
        pace, jwt = _pace(options.rate, client), looks_like_jwt(options.api_key)
        probe = Probe(client, contract, pace, jwt, options.budget)
        results, further = _probed(probe, options.only)
    return Report(results, further, probe.requests, today)


def _pace(rate: float | None, client: httpx.Client) -> Pace:
    if rate is not None and rate <= 0:
        raise ValueError(f"--rate must be above 0; got {rate:g}")
    on_this_machine = client.base_url.scheme == "http"
    return Pace(rate or (None if on_this_machine else _PER_MINUTE))


def _probed(probe: Probe, only: tuple[str, ...]) -> tuple[tuple[Result, ...], tuple[Finding, ...]]:
    operations = plan(probe.contract, only)
    bar = terminal.progress(probe.run(operations), len(operations), Console(stderr=True))
    results = tuple(bar)
    return results, () if only else tuple(probe.document())


if __name__ == "__main__":
    sys.exit(main())
