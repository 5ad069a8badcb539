"""The command line: `lvng-sandbox serve`, and the commands that control a running sandbox."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sqlite3
import sys
import warnings
from typing import NoReturn

from ._version import __version__
from .control import command_line
from .engines.engine import Engine, OpenAIEngine
from .engines.scripted import EchoEngine
from .recording import command_line as recording
from .server import Sandbox
from .store.opening import DatabaseError

_STEP_DELAY = 0.03
_USAGE = 2
"""Exit code for an invalid option, the same as that of argparse."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    options = _parser().parse_args(arguments)
    if "verb" in options:
        return command_line.run(options)
    if "record" in options:
        return recording.run_record(options)
    warnings.showwarning = _show_warning
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        sandbox = _sandbox(options)
    except ValueError as error:
        return _failed(str(error), code=_USAGE)
    # uvicorn raises this signal again after it has stopped the server, but before the database is closed.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sandbox.serve(_announce)
    except KeyboardInterrupt:  # not where SIGINT is ignored, as in the background of a shell
        pass
    except OSError as error:
        return _failed(f"cannot listen on {options.host}:{options.port}: {error}")
    except (DatabaseError, ValueError, sqlite3.Error) as error:
        return _failed(str(error))
    return _report_unused(sandbox)


def _sandbox(options: argparse.Namespace) -> Sandbox:
    """Make the sandbox for the options.

    Raises:
        ValueError: an option is missing, or its value is not valid.
    """
    return Sandbox(
        db=options.db,
        api_key=options.api_key,
        token=options.token or None,
        host=options.host,
        port=options.port,
        step_delay=_step_delay(options),
        rate_limits=not options.no_rate_limits,
        strict=options.strict,
        webhook_hosts=options.webhook_host,
        seed=options.random_seed,
        now=options.now,
        data=options.seed,
        examples=not options.empty,
        engine=_engine(options),
        replay=options.replay,
        replay_strict=options.replay_strict,
        replay_timing=options.replay_timing,
    )


def _report_unused(sandbox: Sandbox) -> int:
    """Report the recorded exchanges that were not requested."""
    if unused := sandbox.unused_exchanges:
        print(f"{len(unused)} recorded exchanges were not used: {', '.join(unused[:20])}")
    return 0


def _step_delay(options: argparse.Namespace) -> float:
    """The default step delay; 0 for a frozen clock, with which later steps would never run."""
    if options.step_delay is not None:
        return float(options.step_delay)
    return 0.0 if options.now else _STEP_DELAY


def _failed(message: str, code: int = 1) -> int:
    print(f"lvng-sandbox: {message}", file=sys.stderr)
    return code


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    """Show a warning without the line of code that caused it."""
    print(f"lvng-sandbox: {message}", file=sys.stderr)


class _Parser(argparse.ArgumentParser):
    """Reports what is wrong in one line, without all the options."""

    def error(self, message: str) -> NoReturn:
        """Report an error, and end the process."""
        self.exit(_USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser("lvng-sandbox", description="A local LVNG server.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(metavar="command")
    serve = commands.add_parser("serve", help="run the server; the default")
    for one in (parser, serve):
        _add_server_options(one)
        _add_state_options(one)
        _add_behaviour_options(one)
        _add_engine_options(one)
        recording.add_replay(one)
    recording.add_record(commands)
    command_line.add_verbs(commands)
    return parser


def _add_server_options(parser: argparse.ArgumentParser) -> None:
    """Add options of the server: its address, token, database and speed."""
    parser.add_argument(
        "--port", type=int, default=8080, help="default: %(default)s; 0: a free one"
    )
    parser.add_argument("--host", default="127.0.0.1", help="default: only this machine")
    parser.add_argument(
        "--token",
        default=os.environ.get(command_line.TOKEN_VARIABLE),
        help=f"token for the page and the control API; default: {command_line.TOKEN_VARIABLE}, or a new one",
    )
    parser.add_argument("--db", help="database file; default: in memory, lost at the end")
    parser.add_argument("--api-key", help="key of the example account; default: a new one")
    parser.add_argument(
        "--step-delay",
        type=float,
        metavar="SECONDS",
        help=f"seconds between the events of a stream and the steps of a run; default: {_STEP_DELAY}, "
        "with --now 0",
    )


def _add_state_options(parser: argparse.ArgumentParser) -> None:
    """Add options of the initial state: data, clock and random values."""
    parser.add_argument(
        "--seed", metavar="FILE|FOLDER", help="YAML file or folder with data for a new database"
    )
    parser.add_argument(
        "--empty",
        action="store_true",
        help="no example data: only an account with an empty workspace",
    )
    parser.add_argument(
        "--now", metavar="MOMENT", help="start at this time, with a frozen clock; ISO 8601"
    )
    parser.add_argument(
        "--random-seed", type=int, metavar="N", help="the same ids, keys and tokens in each run"
    )


def _add_behaviour_options(parser: argparse.ArgumentParser) -> None:
    """Add options for responses and webhooks."""
    parser.add_argument("--no-rate-limits", action="store_true", help="never answer 429")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="respond 400 to unknown fields and parameters, old spellings, and models that do not exist",
    )
    parser.add_argument(
        "--webhook-host",
        action="append",
        default=[],
        metavar="HOST",
        help="another host to which webhooks may be sent; repeatable",
    )


def _add_engine_options(parser: argparse.ArgumentParser) -> None:
    """Add options for the engine."""
    parser.add_argument("--echo", action="store_true", help="answer with the message itself")
    parser.add_argument(
        "--engine-url",
        help="URL of an OpenAI-compatible endpoint that answers questions, such as Ollama's",
    )
    parser.add_argument("--engine-model", help="name of its model")
    parser.add_argument(
        "--engine-key-env",
        metavar="VARIABLE",
        help="environment variable with its key, if it needs one",
    )


def _engine(options: argparse.Namespace) -> Engine | None:
    """Make the engine for the options.

    Raises:
        ValueError: an option is missing, or its value is not valid.
    """
    url, model, variable = options.engine_url, options.engine_model, options.engine_key_env
    if options.echo:
        if url or model or variable:
            raise ValueError("--echo and --engine-url exclude each other")
        return EchoEngine()
    if not url and not model and not variable:
        return None
    if not url or not model:
        raise ValueError("an engine needs --engine-url and --engine-model")
    if variable and not os.environ.get(variable):
        raise ValueError(f"the variable {variable} of --engine-key-env is not set")
    return OpenAIEngine(url, model, os.environ[variable] if variable else None)


def _announce(sandbox: Sandbox) -> None:
    lines = (
        f"LVNG sandbox at {sandbox.base_url}; press Ctrl+C to stop.",
        # On this machine the page contains the token.
        *([] if sandbox.is_local else [f"Its page: {sandbox.page_url}"]),
        "",
        f"export LVNG_BASE_URL={sandbox.base_url}",
        f"export LVNG_API_KEY={sandbox.api_key}",
        f"export {command_line.TOKEN_VARIABLE}={sandbox.token}",
    )
    print("\n".join(lines), flush=True)


if __name__ == "__main__":
    sys.exit(main())
