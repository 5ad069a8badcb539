"""The recorded walk of docs/cli.md, in a real pseudo-terminal against a sandbox, and its pictures.

    hatch run walk            runs the commands of the page and writes their output into it, and the pictures
    tests/cli/test_walk.py    runs them and compares

In a block of the page, each line after `$ ` is a command; what follows is its output.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from lvng_sandbox import Sandbox

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "cli.md"
PICTURES = {
    "chat": ('lvng chat "Summarize the latest sales report"', "lvng workflows list"),
    "record": ("lvng workflows get wf_8c1d2e3f",),
    "doctor": ("lvng doctor",),
}
"""The commands of each picture in docs/cli/, which is drawn at each width."""
WIDTHS = (80, 40)

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07")
_SHOWN = "http://127.0.0.1:8080"
"""The address of the sandbox on the page."""

# What is new in every run.
_CHANGES = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "UUID"),
    (re.compile(r"\b([a-z]+_)[0-9a-f]{16,}\b"), r"\1ID"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?"), "TIME"),
    (re.compile(r"\d+ s (ahead of|behind)"), "SECONDS"),
    (re.compile(r"after \d+\.\d+ s"), "SECONDS"),
    (re.compile(r"Python \d+\.\d+\.\d+\w*, httpx [\d.]+"), "VERSIONS"),
    (re.compile(r"\d+ of \d+ requests left"), "LIMITS"),
)


class Terminal:
    """A pseudo-terminal in which commands run, one after the other.

    Args:
        columns: its width.
        variables: further variables of the environment.
        folder: where the commands run.
    """

    def __init__(self, columns: int, variables: dict[str, str], folder: Path) -> None:
        self.columns = columns
        bin_ = str(Path(sys.executable).parent)
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
        self._environment = {
            **kept,
            "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}",
            "TERM": "xterm-256color",
            "TZ": "UTC",
            "PYTHONUTF8": "1",
            **variables,
        }
        self._folder = folder

    def run(
        self, command: str | Sequence[str], typed: Sequence[tuple[str, str]] = ()
    ) -> tuple[int, str]:
        """Run a command.

        Args:
            command: a line for the shell, or words.
            typed: what is typed after a text has appeared, in order.

        Returns:
            The exit code and all that appeared, with its control sequences.
        """
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, self.columns, 0, 0))
        words = ["sh", "-c", command] if isinstance(command, str) else list(command)
        with subprocess.Popen(
            words,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=self._environment,
            cwd=self._folder,
            start_new_session=True,
            preexec_fn=_take_terminal,
        ) as process:
            os.close(slave)
            try:
                seen = _follow(master, process, list(typed))
            finally:
                os.close(master)
                process.kill()
        return process.returncode, seen


def _take_terminal() -> None:
    """In the new process: Ctrl+C arrives, also where these tests run in the background of a shell."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _follow(master: int, process: subprocess.Popen[bytes], typed: list[tuple[str, str]]) -> str:
    """All that appears until the process has ended, while text is typed."""
    seen, answered, sent, again = b"", 0, b"", 0.0
    end = time.monotonic() + 60
    while time.monotonic() < end:
        ready, _, _ = select.select([master], [], [], 0.05)
        if ready:
            piece = b""
            with contextlib.suppress(OSError):  # Linux, at the end
                piece = os.read(master, 65_536)
            if not piece:
                break
            seen += piece
        elif process.poll() is not None:
            break
        if typed and typed[0][0].encode() in seen[answered:]:
            answered, sent = len(seen), typed.pop(0)[1].encode()
            os.write(master, sent)
            again = time.monotonic() + 1
        elif sent == b"\x03" and time.monotonic() > again:
            # As a user does: a signal while readline starts is noticed with the next one.
            again = time.monotonic() + 1
            os.write(master, sent)
    else:
        raise AssertionError(f"still running: {seen.decode()}")
    process.wait(10)
    return seen.decode().replace("\r\n", "\n")


@contextlib.contextmanager
def walking(
    folder: Path, columns: int = 80, *, step_delay: float = 0.0, **variables: str
) -> Iterator[tuple[Terminal, str]]:
    """A terminal with a sandbox of its own, and the address of that."""
    key = "lvng_sk_test_00000000000000000000000000000000"
    with Sandbox(api_key=key, step_delay=step_delay) as sandbox:
        known = {
            "LVNG_BASE_URL": sandbox.base_url,
            "LVNG_API_KEY": sandbox.api_key,
            "LVNG_CONFIG": str(folder / "config.toml"),
            "XDG_STATE_HOME": str(folder / "state"),
        }
        yield Terminal(columns, known | variables, folder), sandbox.base_url


def replay(page: str, folder: Path) -> str:
    """The page with what its commands print now."""
    (folder / "notes").mkdir()
    (folder / "notes/launch.md").write_text(
        "The launch of Orbit is on 4 March.\n", encoding="utf-8"
    )
    (folder / "notes/team.md").write_text("Ana leads the launch team.\n", encoding="utf-8")
    with walking(folder, NO_COLOR="1") as (terminal, url):

        def block(match: re.Match[str]) -> str:
            lines: list[str] = []
            for line in match[1].splitlines():
                if line.startswith("$ "):
                    _, seen = terminal.run(line[2:])
                    shown = _CONTROL.sub("", seen).replace(url, _SHOWN)
                    lines += [line, *(one.rstrip() for one in shown.rstrip("\n").splitlines())]
            return "\n".join(["```console", *lines, "```"])

        return _BLOCK.sub(block, page)


def comparable(page: str) -> str:
    """The page without what is new in every run."""
    for pattern, name in _CHANGES:
        page = pattern.sub(name, page)
    return page


def draw(folder: Path) -> None:
    """Draw the pictures of the page."""
    from rich.console import Console
    from rich.text import Text

    (DOCS / "cli").mkdir(exist_ok=True)
    for columns in WIDTHS:
        with walking(folder, columns) as (terminal, url):
            for name, commands in PICTURES.items():
                with open(os.devnull, "w") as nowhere:  # noqa: PTH123
                    console = Console(record=True, width=columns, file=nowhere, force_terminal=True)
                    for command in commands:
                        console.print(f"[bold]$[/bold] {command}", highlight=False)
                        _, seen = terminal.run(shlex.split(command))
                        console.print(Text.from_ansi(seen.replace(url, _SHOWN)), soft_wrap=False)
                    path = DOCS / "cli" / f"{name}-{columns}.svg"
                    svg = console.export_svg(title=f"{columns} columns", unique_id=name)
                    path.write_text(f"{svg}\n", encoding="utf-8")


def main() -> None:
    """Write the page and its pictures."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        before = PAGE.read_text(encoding="utf-8")
        page = replay(before, Path(folder))
        if comparable(page) != comparable(before):  # else only ids and times are new
            PAGE.write_text(page, encoding="utf-8")
        draw(Path(folder))


if __name__ == "__main__":
    main()
