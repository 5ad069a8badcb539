"""Downloads: saved in pieces, whole or not at all, and never a connection left behind."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lvng_core import (
    APIConnectionError,
    APITimeoutError,
    DecodeError,
    InvalidArgumentError,
    LvngError,
    NotFoundError,
    RequestOptions,
)
from support.clock import FakeClock
from support.samples import DOWNLOAD
from support.scripted_server import ScriptedServer, Serve, Step, answer, chunks, half, reset
from support.sync_async import Connect

CONTENT = bytes(range(256)) * 1000
KIND = {"Content-Type": "application/octet-stream"}
WHOLE = answer(200, CONTENT, KIND)


def download(connect: Connect, server: ScriptedServer, **options: Any) -> Any:
    return connect(server).download(DOWNLOAD, {"id": "f1"}, RequestOptions(**options))


def test_a_download_is_saved_under_a_path(connect: Connect, serve: Serve, tmp_path: Path) -> None:
    server = serve(WHOLE)
    seen: list[tuple[int, int | None]] = []
    path = tmp_path / "report.bin"
    found = download(connect, server)
    assert server.requests == []
    size = found.save(path, progress=lambda done, total: seen.append((done, total)))
    assert size == len(CONTENT)
    assert path.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [path]
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert server.last.header("accept") == "application/octet-stream"


def test_the_path_may_be_a_string(connect: Connect, serve: Serve, tmp_path: Path) -> None:
    path = str(tmp_path / "report.bin")
    download(connect, serve(WHOLE)).save(path)
    assert Path(path).read_bytes() == CONTENT


def test_a_download_is_written_to_a_file_object(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    memory = io.BytesIO()
    assert download(connect, serve(WHOLE)).save(memory) == len(CONTENT)
    assert memory.getvalue() == CONTENT
    with (tmp_path / "report.bin").open("wb") as file:
        file.write(b"head")
        download(connect, serve(WHOLE)).save(file)
    assert (tmp_path / "report.bin").read_bytes() == b"head" + CONTENT


def test_an_old_file_is_replaced(connect: Connect, serve: Serve, tmp_path: Path) -> None:
    path = tmp_path / "report.bin"
    path.write_bytes(b"old")
    assert download(connect, serve(answer(200, b"", KIND))).save(path) == 0
    assert path.read_bytes() == b""


def test_the_null_device_is_written_to_and_stays(connect: Connect, serve: Serve) -> None:
    assert download(connect, serve(WHOLE)).save(os.devnull) == len(CONTENT)
    assert not Path(os.devnull).is_file()


def test_a_download_is_read_or_iterated(connect: Connect, serve: Serve) -> None:
    server = serve(chunks(b"one", b"two", pause=0.02, headers=KIND))
    found = download(connect, server)
    assert b"".join(list(found)) == b"onetwo"
    assert found.read() == b"onetwo"
    assert (len(server.requests), server.connections) == (2, 1)


def packed(content: bytes) -> Step:
    return answer(200, content, {**KIND, "Content-Encoding": "gzip"})


@pytest.mark.parametrize(
    "step",
    [chunks(CONTENT[:9], CONTENT[9:], headers=KIND), packed(gzip.compress(CONTENT))],
    ids=["chunks", "gzip"],
)
def test_a_total_that_is_not_known_is_none(connect: Connect, serve: Serve, step: Step) -> None:
    totals: set[int | None] = set()
    memory = io.BytesIO()
    download(connect, serve(step)).save(memory, progress=lambda _, total: totals.add(total))
    assert memory.getvalue() == CONTENT
    assert totals == {None}


def test_a_download_is_asked_for_as_it_is(connect: Connect, serve: Serve) -> None:
    server = serve(WHOLE)
    assert download(connect, server).read() == CONTENT
    assert server.last.header("accept-encoding") == "identity"


def test_a_compressed_download_is_limited_in_size(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    bomb = gzip.compress(bytes(10_000_000))
    with pytest.raises(DecodeError, match="more than 1000000 bytes; raise max_response_size"):
        download(connect, serve(packed(bomb)), max_response_size=1_000_000).save(
            tmp_path / "report.bin"
        )
    assert list(tmp_path.iterdir()) == []


BROKEN: list[Any] = [
    pytest.param(
        half(body=CONTENT), APIConnectionError, "connection broke during the download", id="half"
    ),
    pytest.param(
        half(body=CONTENT, then="reset"),
        APIConnectionError,
        "connection broke during the download",
        id="reset",
    ),
    pytest.param(half(body=CONTENT, then="keep"), APITimeoutError, "stalled", id="stall"),
    pytest.param(
        chunks(CONTENT, final=False, then="close", headers=KIND),
        APIConnectionError,
        "connection broke during the download",
        id="missing-chunk",
    ),
    pytest.param(packed(b"no gzip" * 99), DecodeError, "cannot be decompressed", id="no-gzip"),
    pytest.param(
        packed(gzip.compress(CONTENT)[:-8] + bytes(8)),
        DecodeError,
        "cannot be decompressed",
        id="bad-checksum",
    ),
    pytest.param(answer(404, {"error": "gone"}), NotFoundError, "gone", id="not-found"),
    pytest.param(answer(200, "<html>Sign in"), DecodeError, "HTML page", id="html"),
]


@pytest.mark.parametrize(("step", "kind", "text"), BROKEN)
def test_a_download_that_fails_leaves_what_was_there(
    connect: Connect,
    serve: Serve,
    tmp_path: Path,
    step: Step,
    kind: type[LvngError],
    text: str,
) -> None:
    server = serve(step)
    old = tmp_path / "old.bin"
    old.write_bytes(b"old")
    timeout = 0.5 if kind is APITimeoutError else 9.0
    for path in (old, tmp_path / "new.bin"):
        with pytest.raises(kind, match=text) as info:
            download(connect, server, timeout=timeout, max_retries=0).save(path)
        assert type(info.value) is kind
    assert old.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [old]


@pytest.mark.parametrize("use", [lambda found: found.read(), list], ids=["read", "iterate"])
def test_a_download_that_breaks_off_raises(
    connect: Connect, serve: Serve, use: Callable[[Any], Any]
) -> None:
    server = serve(half(body=CONTENT))
    with pytest.raises(APIConnectionError, match="connection broke during the download"):
        use(download(connect, server))
    assert len(server.requests) == 1
    server.wait_for_connections(0)


def test_a_failing_progress_ends_the_download(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    server = serve(half(body=CONTENT, then="keep"))

    def fail(done: int, total: int | None) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as info:
        download(connect, server).save(tmp_path / "report.bin", progress=fail)
    assert list(tmp_path.iterdir()) == []
    server.wait_for_connections(0)
    del info  # the traceback held every frame until here


def test_leaving_the_loop_frees_the_connection_at_once(connect: Connect, serve: Serve) -> None:
    server = serve(half(body=CONTENT, then="keep"))
    for piece in download(connect, server):
        assert CONTENT.startswith(piece)
        break
    server.wait_for_connections(0)


def test_a_file_object_that_fails_raises_its_own_error(connect: Connect, serve: Serve) -> None:
    class Full(io.RawIOBase):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    server = serve(half(body=CONTENT, then="keep"))
    with pytest.raises(OSError, match="No space left"):
        download(connect, server).save(Full())
    server.wait_for_connections(0)


@pytest.mark.parametrize(
    ("to", "text"),
    [
        ("missing/report.bin", "cannot write 'missing/report.bin': No such file"),
        ("", "cannot write '': Is a directory"),
        ("/", "cannot write '/': Is a directory"),
        ("a\0b", "a path cannot contain a NUL character: 'a.x00b'"),
        (b"report.bin", "to must be a path or a file object open in binary mode, got bytes"),
        (None, "got NoneType"),
        (io.StringIO(), "binary mode, got StringIO"),
    ],
    ids=["no-folder", "empty", "folder", "nul", "bytes", "none", "text"],
)
def test_an_unwritable_target_is_refused_before_anything_is_sent(
    connect: Connect, serve: Serve, to: Any, text: str
) -> None:
    server = serve(WHOLE)
    with pytest.raises(InvalidArgumentError, match=text):
        download(connect, server).save(to)
    assert server.requests == []


def test_a_closed_file_and_a_path_of_bytes_are_refused(connect: Connect, serve: Serve) -> None:
    class BytesPath(os.PathLike[Any]):
        def __fspath__(self) -> bytes:
            return b"report.bin"

    closed = io.BytesIO()
    closed.close()
    server = serve(WHOLE)
    for to, text in ((closed, "to: the file is closed"), (BytesPath(), "to must be a path, got")):
        with pytest.raises(InvalidArgumentError, match=text):
            download(connect, server).save(to)
    assert server.requests == []


@pytest.mark.parametrize("first", [answer(503, {"error": "busy"}), reset], ids=["503", "reset"])
def test_a_download_is_retried_only_before_its_body(
    connect: Connect, serve: Serve, clock: FakeClock, first: Step
) -> None:
    server = serve(first, WHOLE, half(body=CONTENT), WHOLE)
    assert download(connect, server).read() == CONTENT
    assert clock.waits == pytest.approx([0.2])
    with pytest.raises(APIConnectionError):
        download(connect, server).read()
    assert len(server.requests) == 3


def test_the_timeout_of_a_download_applies_to_each_read(
    connect: Connect, serve: Serve, real_clock: None
) -> None:
    step = chunks(*[b"."] * 6, pause=0.2, headers=KIND)
    assert download(connect, serve(step), timeout=0.9).read() == b"......"
