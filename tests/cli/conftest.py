"""The command line in this process, against a sandbox, as a user with an empty configuration has it."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from lvng_cli.__main__ import main
from lvng_sandbox import Sandbox


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str


class Lvng(Protocol):
    """Runs `lvng` with some words."""

    def __call__(self, *words: str, stdin: str | bytes = "", code: int | None = 0) -> Done: ...


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(check_responses=True) as sandbox:
        yield sandbox


@pytest.fixture
def environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sandbox: Sandbox
) -> pytest.MonkeyPatch:
    """The variables that lvng reads: the sandbox, and no file of this user."""
    for name in ("LVNG_PROFILE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LVNG_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("LVNG_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("LVNG_API_KEY", sandbox.api_key)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TZ", "UTC")
    return monkeypatch


@pytest.fixture
def lvng(environment: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Lvng:
    """Runs `lvng` in this process. It must end with `code`; None for any."""

    def run(*words: str, stdin: str | bytes = "", code: int | None = 0) -> Done:
        content = stdin.encode() if isinstance(stdin, str) else stdin
        environment.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), "utf-8"))
        capsysbinary.readouterr()
        ended = main(words)
        out, err = (part.decode() for part in capsysbinary.readouterr())
        assert code is None or ended == code, out + err
        return Done(ended, out, err)

    return run
