"""A file that appears whole or not at all."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path
from typing import IO

import pytest

from lvng_core._atomic_file import partial_file


def test_the_file_appears_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    with partial_file(path) as file:
        file.write(b"new")
        assert not path.exists()
        (part,) = tmp_path.iterdir()
        assert part.name.startswith(".a.bin.")
        assert part.name.endswith(".part")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def fail(file: IO[bytes], error: type[BaseException]) -> None:
    file.write(b"new")
    raise error


@pytest.mark.parametrize("error", [ValueError, OSError, KeyboardInterrupt, GeneratorExit])
def test_the_old_file_is_kept_when_the_block_fails(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(error), partial_file(path) as file:
        fail(file, error)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    with partial_file(tmp_path / "a.bin"):
        pass
    assert (tmp_path / "a.bin").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755], ids=oct)
def test_an_old_file_keeps_its_permissions_from_the_first_byte(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "a.bin"
    path.touch()
    path.chmod(mode)
    with partial_file(path):
        (part,) = set(tmp_path.iterdir()) - {path}
        assert stat.S_IMODE(part.stat().st_mode) == mode
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "a.bin", tmp_path / "latest.bin"
    link.symlink_to(target)
    for content in (b"one", b"two"):  # at first it leads nowhere
        with partial_file(link) as file:
            file.write(content)
        assert link.is_symlink()
        assert target.read_bytes() == content


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    with partial_file(pipe) as file:
        file.write(b"new")
    reader.join(5)
    assert read == [b"new"]
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["a" * 255, "é" * 127, "🙂" * 63], ids=["one", "two", "four"])
def test_the_longest_file_names_are_written(tmp_path: Path, name: str) -> None:
    with partial_file(tmp_path / name) as file:
        file.write(b"new")
    assert (tmp_path / name).read_bytes() == b"new"


def test_concurrent_writers_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    with partial_file(path) as first, partial_file(path) as second:
        first.write(b"first")
        second.write(b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_raises_file_not_found_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), partial_file(tmp_path / "missing" / "a.bin"):
        pytest.fail("nothing can be written here")
    assert list(tmp_path.iterdir()) == []
