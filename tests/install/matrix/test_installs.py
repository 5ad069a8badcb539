"""What users install, from wheels, in clean environments: each combination on every Python at hand.

The wheels are built once. Each environment gets what a user would ask for and nothing else, then runs the program on the
page of the package against a sandbox outside of it.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvng_sandbox import Sandbox

ROOT = Path(__file__).parents[3]


def pythons() -> list[str]:
    """The Pythons on the path that run: pyenv has a command also for a version that is not switched on."""
    found = filter(None, (shutil.which(f"python3.{minor}") for minor in (11, 12, 13, 14)))
    return [
        one for one in found if not subprocess.run([one, "-c", ""], capture_output=True).returncode
    ]


PYTHONS = pythons()
DOMAINS = ("account", "agents", "chat", "integrations", "knowledge", "workflows", "workspace")
EXTRAS = ("aiohttp", "http2", "httpx2", "opentelemetry", "speed", "sandbox")
PAGES = {
    **{f"lvng-{domain}": f"lvng-{domain}" for domain in DOMAINS},
    "lvng-core": "lvng-core",
    "lvng": "lvng",
    **{f"lvng[{extra}]": "lvng" for extra in EXTRAS},
}
"""What is installed, and the package whose page has the program that must run then."""


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    for project in ROOT.glob("packages/*/pyproject.toml"):
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        subprocess.run(command, cwd=project.parent, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def install(python: str, folder: Path, wheels: Path, what: str, resolution: str) -> Path:
    """A new environment with a package in it; returns its Python."""
    uv("venv", "--quiet", "--python", python, str(folder))
    made = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    place = ("--python", str(made), "--find-links", str(wheels), "--resolution", resolution)
    uv("pip", "install", "--quiet", *place, what)
    return made


def uv(*arguments: str) -> None:
    done = subprocess.run(["uv", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@functools.cache
def program(package: str) -> str:
    """The first program on the page of a package."""
    page = (ROOT / "packages" / package / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert found
    return found[1]


def run(python: Path, code: str, sandbox: Sandbox) -> str:
    sandbox.reset()  # several environments run the same program
    environment = {"LVNG_API_KEY": sandbox.api_key, "LVNG_BASE_URL": sandbox.base_url}
    done = subprocess.run(
        [python, "-I", "-W", "error", "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("resolution", ["highest", "lowest-direct"])
@pytest.mark.parametrize("what", PAGES)
@pytest.mark.parametrize("python", PYTHONS, ids=lambda path: Path(path).name)
def test_an_installation_runs_the_program_of_its_page(
    python: str, what: str, resolution: str, tmp_path: Path, wheels: Path, sandbox: Sandbox
) -> None:
    made = install(python, tmp_path / "venv", wheels, what, resolution)
    assert run(made, program(PAGES[what]), sandbox).strip()


@pytest.mark.parametrize("python", PYTHONS, ids=lambda path: Path(path).name)
def test_the_sandbox_runs_without_other_packages_of_the_project(
    python: str, tmp_path: Path, wheels: Path, sandbox: Sandbox
) -> None:
    made = install(python, tmp_path / "venv", wheels, "lvng-sandbox", "lowest-direct")
    start = "from lvng_sandbox import Sandbox\nwith Sandbox() as box: print(box.base_url)"
    assert run(made, start, sandbox).startswith("http://127.0.0.1:")


def test_a_single_domain_brings_no_other(tmp_path: Path, wheels: Path, sandbox: Sandbox) -> None:
    made = install(PYTHONS[0], tmp_path / "venv", wheels, "lvng-chat", "highest")
    listing = "from importlib.metadata import distributions as all\nprint(*(one.metadata['Name'] for one in all()))"
    ours = {name for name in run(made, listing, sandbox).split() if name.startswith("lvng")}
    assert ours == {"lvng-chat", "lvng-core"}


def test_the_quickstart_takes_little_space(tmp_path: Path, wheels: Path) -> None:
    made = install(PYTHONS[0], tmp_path / "venv", wheels, "lvng[sandbox]", "highest")
    folder = made.parents[1]
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert size < 60 * 1024 * 1024


MISSING = """
import lvng
client = lvng.LvngClient()
try:
    client.workflows
except ImportError as error:
    print(error)
"""


def test_a_missing_domain_says_what_to_install(
    tmp_path: Path, wheels: Path, sandbox: Sandbox
) -> None:
    made = install(PYTHONS[0], tmp_path / "venv", wheels, "lvng-core", "highest")
    uv(
        "pip",
        "install",
        "--no-deps",
        "--python",
        str(made),
        *map(str, wheels.glob("lvng-[0-9]*.whl")),
    )
    assert "pip install lvng-workflows" in run(made, MISSING, sandbox)
