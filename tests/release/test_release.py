"""A release, made in a copy of the repository and published to an index on this machine."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from urllib.request import urlopen

import pytest

from .conftest import git

NEXT = "99.1.0"


def projects(repository: Path) -> list[Path]:
    return sorted(repository.glob("packages/*/pyproject.toml"))


def test_a_dry_run_shows_every_change_and_makes_none(
    release: ModuleType, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release.main([NEXT, "--dry-run"], root=repository) == 0
    shown = capsys.readouterr().out
    assert git(repository, "status", "--porcelain") == ""
    for project in projects(repository):
        assert f"+++ {project.relative_to(repository).as_posix()}\n" in shown
    assert shown.count(f'+version = "{NEXT}"') == len(projects(repository))
    assert f'+    "lvng-core=={NEXT}",' in shown
    assert f'"lvng-core>={NEXT},<100"' in shown
    assert f"+## {NEXT} (" in shown


@pytest.mark.parametrize(
    ("version", "reason"),
    [("1.1", "no version such as"), ("0.9.0", "lower than"), ("v1.1.0", "no version such as")],
)
def test_a_wrong_version_is_refused(
    release: ModuleType,
    repository: Path,
    capsys: pytest.CaptureFixture[str],
    version: str,
    reason: str,
) -> None:
    assert release.main([version], root=repository) == 1
    error = capsys.readouterr().err
    assert reason in error
    assert version in error
    assert git(repository, "status", "--porcelain") == ""


def test_an_existing_release_is_not_repeated(
    release: ModuleType, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    git(repository, "tag", f"v{NEXT}")
    assert release.main([NEXT], root=repository) == 1
    assert "has been released" in capsys.readouterr().err


def test_uncommitted_changes_prevent_a_release(
    release: ModuleType, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "README.md").write_text("changed", encoding="utf-8")
    assert release.main([NEXT], root=repository) == 1
    assert "README.md" in capsys.readouterr().err


@contextmanager
def index(folder: Path) -> Iterator[str]:
    """A package index on this machine; what it lacks is looked up in the public one."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["pypi-server", "run", "-i", "127.0.0.1", "-p", str(port), "-P", ".", "-a", "."]
    with subprocess.Popen([*command, str(folder)], stderr=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                urlopen(url).close()
                break
            except OSError:
                time.sleep(0.05)
        try:
            yield url
        finally:
            server.terminate()


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.suffix in {".whl", ".gz"}
    }


@pytest.mark.timeout(600)
def test_a_release_is_built_published_and_installed(
    release: ModuleType, repository: Path, tmp_path: Path
) -> None:
    assert release.main([NEXT], root=repository) == 0
    assert git(repository, "describe").strip() == f"v{NEXT}"
    assert git(repository, "status", "--porcelain") == ""

    dist = repository / "dist"
    built = digests(dist)
    assert len(built) == 2 * len(projects(repository))
    assert {name.split("-")[1].removesuffix(".tar.gz") for name in built} == {NEXT}
    listed = json.loads((dist / "lvng.cdx.json").read_text(encoding="utf-8"))["components"]
    assert {"lvng-core", "httpx", "h11"} <= {component["name"] for component in listed}

    served = tmp_path / "served"
    served.mkdir()
    with index(served) as url:
        credentials = ["--username", "any", "--password", "any", "--non-interactive"]
        upload = ["twine", "upload", "--repository-url", f"{url}/", *credentials]
        subprocess.run([*upload, *(str(dist / name) for name in built)], check=True)
        assert digests(served) == built
        subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
        python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
        install = ["-m", "pip", "install", "--quiet", "--index-url", f"{url}/simple/"]
        subprocess.run([python, *install, f"lvng[sandbox]=={NEXT}"], check=True)
    program = "import lvng, lvng_sandbox; print(lvng.__version__, lvng_sandbox.__version__)"
    done = subprocess.run([python, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == [NEXT, NEXT]


def test_equal_sources_give_equal_distributions(repository: Path) -> None:
    command = [sys.executable, str(repository / ".ci/build_packages.py")]
    subprocess.run(command, check=True, capture_output=True)
    first = digests(repository / "dist")
    for path in repository.rglob("*.py"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    subprocess.run(command, check=True, capture_output=True)
    assert first
    assert digests(repository / "dist") == first
