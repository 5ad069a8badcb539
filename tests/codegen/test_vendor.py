"""Packages of the SDK copied into a program, under a name of its own and in places of every kind."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import sysconfig
import zipapp
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lvng_codegen.__main__ import main
from lvng_codegen.errors import CodegenError
from lvng_codegen.vendor import with_relative_imports
from lvng_sandbox import Sandbox

DOCS = Path(__file__).parents[2] / "docs"
PROGRAM = """\
import sys
from myapp._vendor.lvng_chat import Chat
from myapp._vendor.lvng_core import Client, NotFoundError
from myapp._vendor.lvng_workflows import Workflows, types

with Client() as client:
    workflows = Workflows(client)
    try:
        workflows.get("wf_unknown")
    except NotFoundError as error:
        print(type(error).__module__)
    print(types.WorkflowsListResponse.__module__)
    print(sum(1 for event in Chat(client).stream(message="sales") if event.event == "text_delta") > 1)
print([name for name in sys.modules if name.startswith("lvng_")])
"""
PRINTED = [
    "myapp._vendor.lvng_core._errors",
    "myapp._vendor.lvng_workflows._generated.types",
    "True",
    "[]",
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program with the core and two domains in it."""
    folder = tmp_path_factory.mktemp("program") / "app"
    (folder / "myapp").mkdir(parents=True)
    (folder / "myapp/__init__.py").touch()
    (folder / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    assert main(["vendor", str(folder / "myapp/_vendor"), "lvng-chat", "lvng-workflows"]) == 0
    return folder


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the SDK stands on and nothing of the SDK itself, without metadata."""
    folder = tmp_path_factory.mktemp("libraries")
    site = Path(sysconfig.get_paths()["purelib"])
    names = ("anyio", "certifi", "h11", "httpcore", "httpx", "idna", "sniffio")
    for name in (*names, "typing_extensions.py"):
        if (site / name).exists():
            (folder / name).symlink_to(site / name)
    return folder


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def run(libraries: Path, sandbox: Sandbox, place: Path) -> list[str]:
    """The lines that the program prints from a place, in isolated mode and with nothing else to import."""
    code = f"import runpy, sys; sys.path.append({str(libraries)!r}); runpy.run_path({str(place)!r})"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-W", "error", "-c", code],
        env={**os.environ, "LVNG_API_KEY": sandbox.api_key, "LVNG_BASE_URL": sandbox.base_url},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def as_it_is(app: Path, _folder: Path) -> Path:
    return app


def zipped(app: Path, folder: Path) -> Path:
    zipapp.create_archive(app, folder / "app.pyz")
    return folder / "app.pyz"


def read_only(app: Path, folder: Path) -> Path:
    copy = folder / "app"
    shutil.copytree(app, copy)
    for path in (copy, *copy.rglob("*")):
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    return copy


@pytest.mark.parametrize("place", [as_it_is, zipped, read_only])
def test_a_copy_works_as_a_folder_in_a_zip_and_read_only(
    place: Callable[[Path, Path], Path],
    app: Path,
    libraries: Path,
    sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    assert run(libraries, sandbox, place(app, tmp_path)) == PRINTED


def test_a_copy_is_typed_like_code_of_ones_own(app: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "myapp", "__main__.py"],
        cwd=app,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", 0)


def test_a_copy_carries_the_licence_and_says_what_it_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["vendor", str(tmp_path / "vendored"), "lvng-agents"]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^lvng-core \d+\.\d+\.\d+: \d+ files, \d+ KiB$", shown, re.MULTILINE)
    assert "httpx<0.29,>=0.28" in shown or "httpx>=0.28,<0.29" in shown
    for name in ("lvng_core", "lvng_agents"):
        assert "MIT License" in (tmp_path / "vendored" / name / "LICENSE").read_text()


def test_a_second_copy_removes_what_is_gone(tmp_path: Path) -> None:
    into = tmp_path / "vendored"
    assert main(["vendor", str(into), "lvng-agents"]) == 0
    before = sorted(into.rglob("*"))
    (into / "lvng_agents/left_over.py").touch()
    assert main(["vendor", str(into), "lvng-agents"]) == 0
    assert sorted(into.rglob("*")) == before


@pytest.mark.parametrize("name", ["lvng", "lvng-sandbox", "httpx", "lvng-chatt", "../x"])
def test_packages_that_cannot_be_vendored_are_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["vendor", str(tmp_path / "vendored"), name]) == 2
    error = capsys.readouterr().err
    assert f"{name} cannot be copied" in error
    assert "lvng-chat" in error
    assert not (tmp_path / "vendored").exists()


def test_imports_become_relative_and_nothing_else_changes() -> None:
    text = (
        '"""from lvng_core import Client"""\n'
        "import httpx\n"
        "from lvng_core import (\n    Client,\n    webhooks,\n)\n"
        "from .. import here\n"
        "if True:\n    import lvng_core as core\n    from lvng_core.helpers import poll\n"
    )
    assert with_relative_imports(text, frozenset({"lvng_core"}), depth=2) == (
        '"""from lvng_core import Client"""\n'
        "import httpx\n"
        "from ...lvng_core import (\n    Client,\n    webhooks,\n)\n"
        "from .. import here\n"
        "if True:\n    from ... import lvng_core as core\n    from ...lvng_core.helpers import poll\n"
    )


@pytest.mark.parametrize("line", ["import lvng_core.webhooks", "import json, lvng_core"])
def test_an_import_that_cannot_become_relative_is_an_error(line: str) -> None:
    with pytest.raises(CodegenError, match=re.escape(line)):
        with_relative_imports(line, frozenset({"lvng_core"}), depth=1)


def test_the_page_has_the_sizes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = (DOCS / "vendoring.md").read_text(encoding="utf-8")
    listed = {
        name: int(size)
        for name, size in re.findall(
            r"^\| `(lvng-\w+)` \| \d+ \| (\d+) KiB \|$", page, re.MULTILINE
        )
    }
    assert main(["vendor", str(tmp_path / "vendored"), *listed]) == 0
    shown = re.findall(r"^(lvng-\w+) .* (\d+) KiB$", capsys.readouterr().out, re.MULTILINE)
    assert len(shown) == len(listed) == 8
    for name, size in shown:
        assert listed[name] == pytest.approx(int(size), rel=0.15), name
