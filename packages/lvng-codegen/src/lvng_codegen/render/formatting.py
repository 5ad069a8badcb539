"""Generated Python through the formatter, all files in two runs. Its version is pinned: bytes depend on it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ..errors import CodegenError

LINE_LENGTH = 100
_OPTIONS = (
    "--isolated", "--no-cache", "--quiet", f"--line-length={LINE_LENGTH}", "--target-version=py311",
)  # fmt: skip


def formatted(sources: Mapping[Path, str]) -> dict[Path, str]:
    """The same files with their imports sorted and their lines broken as everywhere in this repository."""
    if not sources:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        places = {path: Path(folder, f"f{n}", path.name) for n, path in enumerate(sources)}
        for path, text in sources.items():
            places[path].parent.mkdir()
            places[path].write_text(text, encoding="utf-8", newline="\n")
        _ruff("check", "--select=I", "--fix", folder=folder)
        _ruff("format", folder=folder)
        return {path: place.read_text(encoding="utf-8") for path, place in places.items()}


def _ruff(command: str, *options: str, folder: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter, our own files
        [sys.executable, "-m", "ruff", command, *_OPTIONS, *options, folder],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,  # what lies around must not decide which imports are first-party
    )
    if done.returncode:
        raise CodegenError(
            f"ruff {command} failed; this is a fault of the generator:\n{done.stderr}"
        )
