"""The examples of the API reference, all of them, against the sandbox."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from lvng import operations
from lvng.operations import Operation
from lvng_cli.__main__ import main
from lvng_sandbox import Sandbox

DOCS = Path(__file__).parents[2] / "docs"
ALL = [one for name in operations.tags() for one in operations.tag(name).values()]
each = pytest.mark.parametrize("operation", ALL, ids=lambda one: one.id)


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", DOCS / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reference = load()


@pytest.fixture(scope="module")
def served() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(
    served: Sandbox, operation: Operation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Sandbox:
    """A sandbox as new, for a program in a folder with the file that examples upload."""
    served.reset()
    (tmp_path / reference.FILE).write_bytes(reference.CONTENT)
    monkeypatch.chdir(tmp_path)
    key = served.jwt if operation.auth == "jwt" else served.api_key
    monkeypatch.setenv("LVNG_API_KEY", key)
    monkeypatch.setenv("LVNG_BASE_URL", served.base_url)
    return served


@each
def test_the_sync_example_runs(operation: Operation, sandbox: Sandbox) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        exec(reference.sync_example(operation), {"__name__": "example"})


@each
def test_the_async_example_runs(operation: Operation, sandbox: Sandbox) -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        exec(reference.async_example(operation), {"__name__": "example"})


@each
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_example_runs(operation: Operation, sandbox: Sandbox) -> None:
    command = reference.curl_example(operation, sandbox.base_url)
    fail = command.replace("curl ", "curl --silent --show-error --fail-with-body ", 1)
    done = subprocess.run(["sh", "-c", fail], capture_output=True, check=False, timeout=30)
    assert done.returncode == 0, (command, done.stdout, done.stderr)


@each
def test_the_command_line_example_runs(
    operation: Operation, sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    program, *words = shlex.split(reference.command_example(operation))
    assert program == "lvng"
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(main(["--yes", *words]))
    assert ended.value.code in {None, 0}, capsys.readouterr().err


def test_there_is_a_page_for_each_tag(tmp_path: Path) -> None:
    reference.write(tmp_path)
    names = {page.stem for page in tmp_path.iterdir()}
    assert names == {"index", *operations.tags()}
    assert len(names) == 52
    index = (tmp_path / "index.md").read_text(encoding="utf-8")
    assert all(f"({name}.md)" in index for name in operations.tags())
