"""Compare the public names of the packages with those of the last release: python tests/compatibility/check.py

Prints each change that breaks users and exits with 1 if there is one. Until the first release is tagged there is
nothing to compare with.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import griffe

ROOT = Path(__file__).parents[2]
PROGRAMS = {"lvng_cli", "lvng_codegen", "lvng_mcp", "lvng_sandbox", "lvng_verify"}
"""Packages that are run: their modules are not an interface."""


def main() -> int:
    """Check the packages of this repository."""
    tag = last_tag(ROOT)
    if tag is None:
        print("No release is tagged yet: there is nothing to compare with.")
        return 0
    broken = [line for package in packages(ROOT) for line in breakages(ROOT, package, tag)]
    print("\n".join([*broken, f"{len(broken)} changes since {tag} break users."]))
    return 1 if broken else 0


def last_tag(root: Path) -> str | None:
    """The tag of the last release; None if there is none."""
    done = subprocess.run(
        ["git", "describe", "--tags", "--abbrev=0", "--match", "v*"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or None


def packages(root: Path) -> list[Path]:
    """The import packages whose names programs use, relative to the repository."""
    found = root.glob("packages/*/src/*/__init__.py")
    return sorted(
        path.parent.relative_to(root) for path in found if path.parent.name not in PROGRAMS
    )


def breakages(root: Path, package: Path, tag: str) -> Iterator[str]:
    """What has changed in the public names of a package so that programs break, a line each."""
    if not _exists(root, package, tag):
        return  # a new package breaks nobody
    old = griffe.load_git(
        package.name,
        ref=tag,
        repo=root,
        search_paths=[package.parent],
        resolve_aliases=True,
        allow_inspection=False,
    )
    new = griffe.load(
        package.name,
        search_paths=[root / package.parent],
        resolve_aliases=True,
        allow_inspection=False,
    )
    for breakage in griffe.find_breaking_changes(old, new):
        change = f"{breakage.old_value} -> {breakage.new_value}"
        yield f"{breakage.obj.path}: {breakage.kind.value} ({change})"


def _exists(root: Path, package: Path, tag: str) -> bool:
    command = ["git", "cat-file", "-e", f"{tag}:{package.as_posix()}"]
    return subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
