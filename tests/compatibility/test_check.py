"""The comparison with the last release, on a repository made for it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from compatibility import check

BEFORE = """\
__all__ = ["greet"]


def greet(name: str, loud: bool = False) -> str:
    return name


def _private() -> None: ...
"""


def git(repository: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=repository, check=True, capture_output=True)


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """The module of a package in a repository without a tag."""
    package = tmp_path / "packages/lvng-greet/src/lvng_greet"
    package.mkdir(parents=True)
    module = package / "__init__.py"
    module.write_text(BEFORE, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "First")
    return module


def found(root: Path) -> list[str]:
    return [
        line for package in check.packages(root) for line in check.breakages(root, package, "v1.0")
    ]


def test_a_repository_without_a_release_has_no_tag(module: Path, tmp_path: Path) -> None:
    assert check.last_tag(tmp_path) is None
    git(tmp_path, "tag", "v1.0")
    assert check.last_tag(tmp_path) == "v1.0"


def test_a_removed_parameter_of_a_public_function_is_found(module: Path, tmp_path: Path) -> None:
    git(tmp_path, "tag", "v1.0")
    assert found(tmp_path) == []
    module.write_text(BEFORE.replace(", loud: bool = False", "").replace("_private", "_other"))
    [line] = found(tmp_path)
    assert line.startswith("lvng_greet.greet: Parameter was removed")
    assert "loud: bool" in line


def test_a_new_package_breaks_nobody(module: Path, tmp_path: Path) -> None:
    git(tmp_path, "tag", "v1.0")
    further = tmp_path / "packages/lvng-part/src/lvng_part"
    further.mkdir(parents=True)
    (further / "__init__.py").write_text("def part() -> None: ...\n")
    assert found(tmp_path) == []
