"""`lvng-sandbox record`, and the options of `serve` that replay."""

from __future__ import annotations

import argparse
import sys

from ..commands import Commands
from .background import Recorder
from .proxy import UPSTREAM


def add_record(commands: Commands) -> None:
    """Add the command `record`."""
    record = commands.add_parser(
        "record", help="a local proxy that records exchanges with a service"
    )
    record.add_argument("--upstream", default=UPSTREAM, help="the service; default: %(default)s")
    record.add_argument("--to", required=True, metavar="FOLDER", help="where exchanges are written")
    record.add_argument(
        "--port", type=int, default=8080, help="default: %(default)s; 0: a free one"
    )
    record.set_defaults(record=True)


def add_replay(parser: argparse.ArgumentParser) -> None:
    """Add the options of `serve`."""
    parser.add_argument("--replay", metavar="FOLDER", help="answer from recorded exchanges first")
    parser.add_argument(
        "--replay-strict", action="store_true", help="refuse requests that were not recorded"
    )
    parser.add_argument(
        "--replay-timing", action="store_true", help="send streams as slowly as they were recorded"
    )


def run_record(options: argparse.Namespace) -> int:
    """Record until the process is interrupted; returns the exit code."""
    try:
        recorder = Recorder(options.upstream, to=options.to, port=options.port)
    except ValueError as error:
        print(f"lvng-sandbox: {error}", file=sys.stderr)
        return 2

    def announce(ready: Recorder) -> None:
        print(f"Recording {options.upstream} to {options.to}; press Ctrl+C to stop.", flush=True)
        print(f"\nexport LVNG_BASE_URL={ready.base_url}", flush=True)

    try:
        recorder.serve(announce)
    except KeyboardInterrupt:
        pass
    except OSError as error:
        print(f"lvng-sandbox: cannot listen on port {options.port}: {error}", file=sys.stderr)
        return 1
    print(f"{recorder.count} exchanges recorded")
    return 0
