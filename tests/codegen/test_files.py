"""Generated files on disk: compared byte by byte, written where they differ, never over somebody's work."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from lvng_codegen.errors import CodegenError
from lvng_codegen.files import MARK, compare, write
from lvng_codegen.render.formatting import formatted

OUTPUTS = {
    Path("pkg/__init__.py"): f"{MARK}.\n",
    Path("pkg/_generated/a.py"): f"{MARK}.\na = 'é'\n",
    Path("pkg/_generated/data.json"): "{}\n",
}
FOLDERS = [Path("pkg/_generated"), Path("pkg/_sync")]


def put(root: Path, name: str, text: str) -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_written_files_are_up_to_date(tmp_path: Path) -> None:
    found = write(tmp_path, OUTPUTS, FOLDERS)
    assert sorted(found.missing) == sorted(OUTPUTS)
    assert not compare(tmp_path, OUTPUTS, FOLDERS)
    for path, text in OUTPUTS.items():
        assert (tmp_path / path).read_bytes() == text.encode()


def test_a_check_names_what_differs_is_missing_or_left_over_and_changes_nothing(
    tmp_path: Path,
) -> None:
    write(tmp_path, OUTPUTS, FOLDERS)
    put(tmp_path, "pkg/_generated/data.json", "{}\r\n")
    (tmp_path / "pkg/__init__.py").unlink()
    put(tmp_path, "pkg/_generated/old/b.py", "")
    put(tmp_path, "pkg/_sync/c.py", "")
    put(tmp_path, "pkg/_generated/__pycache__/a.pyc", "")
    put(tmp_path, "pkg/mine.py", "")
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    found = compare(tmp_path, OUTPUTS, FOLDERS)
    assert found.lines() == [
        "differs: pkg/_generated/data.json",
        "missing: pkg/__init__.py",
        "stale: pkg/_generated/old/b.py",
        "stale: pkg/_sync/c.py",
    ]
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before
    write(tmp_path, OUTPUTS, FOLDERS)
    assert not compare(tmp_path, OUTPUTS, FOLDERS)
    assert (tmp_path / "pkg/mine.py").exists()


def test_unchanged_files_are_not_rewritten(tmp_path: Path) -> None:
    write(tmp_path, OUTPUTS, FOLDERS)
    times = {path: (tmp_path / path).stat().st_mtime_ns for path in OUTPUTS}
    changed = {**OUTPUTS, Path("pkg/_generated/data.json"): "[]\n"}
    assert write(tmp_path, changed, FOLDERS).differing == [Path("pkg/_generated/data.json")]
    for path in (Path("pkg/__init__.py"), Path("pkg/_generated/a.py")):
        assert (tmp_path / path).stat().st_mtime_ns == times[path]


def test_a_hand_written_module_is_never_overwritten(tmp_path: Path) -> None:
    mine = put(tmp_path, "pkg/__init__.py", "mine = 1\n")
    with pytest.raises(CodegenError) as caught:
        write(tmp_path, OUTPUTS, FOLDERS)
    assert str(caught.value) == f"{mine} was not generated; move it away to generate it"
    assert mine.read_text() == "mine = 1\n"
    assert not (tmp_path / "pkg/_generated").exists()


def test_generated_and_empty_files_are_overwritten(
    tmp_path: Path,
) -> None:
    for text in (f"{MARK} from another document.\n", "", "\n"):
        put(tmp_path, "pkg/__init__.py", text)
        put(tmp_path, "pkg/_generated/a.py", "<<<<<<< ours\n")
        put(tmp_path, "pkg/_generated/data.json", "mine")
        write(tmp_path, OUTPUTS, FOLDERS)
        assert not compare(tmp_path, OUTPUTS, FOLDERS)


SOURCE = "import b\nimport a\nfrom lvng_core import Client\nx = {  'a':1 }\n"
PRETTY = 'import a\nimport b\nfrom lvng_core import Client\n\nx = {"a": 1}\n'


def test_files_are_formatted_each_for_itself_wherever_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = {Path("x/types.py"): SOURCE, Path("y/types.py"): "y=1", Path("z/a.py"): SOURCE}
    expected = {Path("x/types.py"): PRETTY, Path("y/types.py"): "y = 1\n", Path("z/a.py"): PRETTY}
    assert formatted(sources) == expected
    # Neither settings nor modules that lie around have a say.
    put(
        tmp_path,
        "pyproject.toml",
        "[tool.ruff]\nline-length = 10\n[tool.ruff.format]\nquote-style='single'",
    )
    put(tmp_path, "lvng_core.py", "")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert formatted(sources) == expected
    assert formatted({}) == {}


def test_a_syntax_error_in_generated_code_is_a_fault_of_the_generator() -> None:
    with pytest.raises(CodegenError, match=r"^ruff .* failed; this is a fault of the generator:"):
        formatted({Path("a.py"): "x = (\n"})
