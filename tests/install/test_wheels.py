"""The built wheels work where nothing of this repository is on the path."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

PACKAGES = Path(__file__).parents[2] / "packages"
NAMES = sorted(path.name for path in PACKAGES.iterdir() if (path / "pyproject.toml").exists())


def project(name: str) -> dict[str, object]:
    text = (PACKAGES / name / "pyproject.toml").read_text(encoding="utf-8")
    found: dict[str, object] = tomllib.loads(text)["project"]
    return found


VERSION = project("lvng")["version"]
MAJOR = int(str(VERSION).split(".")[0])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the contents of every wheel, as an installer would lay them out."""
    wheels = tmp_path_factory.mktemp("wheels")
    site = tmp_path_factory.mktemp("site")
    for name in NAMES:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
        subprocess.run(command, cwd=PACKAGES / name, check=True, capture_output=True, timeout=60)
    for wheel in wheels.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            roots = {path.split("/")[0] for path in archive.namelist()}
            assert len({root for root in roots if not root.endswith(".dist-info")}) == 1
            archive.extractall(site)
    return site


def run(site: Path, code: str) -> str:
    """Run code that sees the wheels and the third-party packages, but no editable install."""
    paths = [str(site), sysconfig.get_paths()["purelib"]]
    setup = f"import sys; sys.path[:0] = {paths!r}; "
    done = subprocess.run(
        [sys.executable, "-I", "-c", setup + code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_a_wheel_carries_its_package_and_its_types(name: str, site: Path) -> None:
    module = name.replace("-", "_")
    assert (site / module / "py.typed").exists()
    assert str(site) in run(site, f"import {module}; print({module}.__file__)")


def test_the_sdk_talks_to_the_sandbox_from_wheels(site: Path) -> None:
    code = (
        "from lvng import LvngClient\n"
        "from lvng_sandbox import Sandbox\n"
        "with Sandbox() as sandbox, LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:\n"
        "    print(client.chat.send(message='sales report', platform='api')['reply'])\n"
    )
    assert run(site, code).strip()


def test_versions_are_in_lockstep_and_pins_as_promised() -> None:
    for name in NAMES:
        facts = project(name)
        assert facts["version"] == VERSION
        dependencies = facts["dependencies"]
        assert isinstance(dependencies, list)
        ours = [dependency for dependency in dependencies if dependency.startswith("lvng")]
        if name == "lvng":
            domains = set(NAMES) - {
                "lvng",
                "lvng-cli",
                "lvng-mcp",
                "lvng-sandbox",
                "lvng-codegen",
                "lvng-verify",
            }
            assert ours == [f"{dependency.split('==')[0]}=={VERSION}" for dependency in ours]
            assert {dependency.split("==")[0] for dependency in ours} == domains
        elif name in {"lvng-cli", "lvng-mcp"}:
            assert ours == [f"lvng=={VERSION}"]
        elif name in {"lvng-core", "lvng-sandbox", "lvng-codegen", "lvng-verify"}:
            assert not ours
        else:
            assert dependencies == [
                f"lvng-core>={VERSION},<{MAJOR + 1}",
                "typing-extensions>=4.16,<5",
            ]


def test_the_dependencies_of_the_core_are_these() -> None:
    assert project("lvng-core")["dependencies"] == [
        "anyio>=4.16,<5",
        "h11>=0.16,<1",
        "httpcore>=1.0.9,<2",
        "httpx>=0.28,<0.29",
        "idna>=3.7,<4",
        "typing-extensions>=4.16,<5",
    ]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "lvng-codegen"])
def test_the_version_in_the_code_is_the_version_of_the_package(name: str, site: Path) -> None:
    module = name.replace("-", "_")
    assert run(site, f"import {module}; print({module}.__version__)").strip() == VERSION
