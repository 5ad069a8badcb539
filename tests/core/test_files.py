"""Files on their way up: forms with files, bytes as they are, and what is no file."""

from __future__ import annotations

import asyncio
import io
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from lvng_core import (
    APIConnectionError,
    AsyncClient,
    Client,
    File,
    InvalidArgumentError,
    Param,
    ServerError,
)
from lvng_core._uploads import guess_type
from support.samples import KEY, POST_BYTES, SEND_BYTES, UPLOAD
from support.scripted_server import Serve, answer, reset
from support.sync_async import Connect, open_connections


def parts_of(seen: Any) -> list[bytes]:
    """The parts of a multipart body, headers and all."""
    kind = seen.header("content-type")
    boundary = re.fullmatch(r"multipart/form-data; boundary=([\w-]+)", kind)
    assert boundary
    mark = b"--" + boundary[1].encode()
    first, *parts, last = seen.body.split(mark)
    assert (first, last) == (b"", b"--\r\n")
    return [part.removeprefix(b"\r\n").removesuffix(b"\r\n") for part in parts]


def test_a_multipart_form_holds_fields_and_files(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    server = serve(answer(200, {}))
    path = tmp_path / "report.pdf"
    path.write_bytes(b"%PDF\x00\xff")
    arguments = {"file": path, "title": "Ü", "tags": ["a", "b"], "meta": {"k": 1}}
    connect(server).call(UPLOAD, arguments)
    title, *tags, meta, file = parts_of(server.last)
    assert title == b'Content-Disposition: form-data; name="title"\r\n\r\n' + "Ü".encode()
    assert tags == [
        b'Content-Disposition: form-data; name="tags"\r\n\r\na',
        b'Content-Disposition: form-data; name="tags"\r\n\r\nb',
    ]
    assert meta == (
        b'Content-Disposition: form-data; name="meta"\r\n'
        b'Content-Type: application/json\r\n\r\n{"k":1}'
    )
    assert file == (
        b'Content-Disposition: form-data; name="file"; filename="report.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n%PDF\x00\xff"
    )
    assert server.last.header("content-length") == str(len(server.last.body))


@pytest.mark.parametrize(
    ("file", "name", "kind"),
    [
        (b"abc", "upload", "application/octet-stream"),
        (bytearray(b"abc"), "upload", "application/octet-stream"),
        (memoryview(b"abc"), "upload", "application/octet-stream"),
        (io.BytesIO(b"abc"), "upload", "application/octet-stream"),
        (File(b"abc", name="a.txt"), "a.txt", "text/plain"),
        (File(b"abc", name="a.txt", content_type="x/y"), "a.txt", "x/y"),
        (File(io.BytesIO(b"abc"), name='a"\r\nX: y.bin'), "a%22%0D%0AX: y.bin", None),
        (File(b"abc", name="a\udcff.txt"), "a?.txt", "text/plain"),
    ],
    ids=["bytes", "bytearray", "memoryview", "file", "named", "typed", "nasty", "undecodable"],
)
def test_a_file_may_be_bytes_or_a_file_object(
    connect: Connect, serve: Serve, file: Any, name: str, kind: str | None
) -> None:
    server = serve(answer(200, {}))
    for opened in (file, getattr(file, "content", None)):
        if isinstance(opened, io.BytesIO):
            opened.seek(0)  # the test before has read it
    connect(server).call(UPLOAD, {"file": file})
    (part,) = parts_of(server.last)
    head, _, content = part.partition(b"\r\n\r\n")
    assert content == b"abc"
    assert f'filename="{name}"'.encode() in head
    assert kind is None or head.endswith(f"Content-Type: {kind}".encode())


def test_the_tries_of_an_upload_are_the_same_to_the_byte(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    server = serve(reset, answer(503), answer(200, {}))
    path = tmp_path / "a.bin"
    path.write_bytes(b"x" * 100_000)
    connect(server).call(UPLOAD, {"file": path, "title": "t"})
    first, second, third = server.requests
    assert first.body == second.body == third.body
    assert len(first.body) > 100_000
    assert first.header("content-type") == third.header("content-type")


def test_several_files_under_one_name(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    connect(server).request("POST", "/x", json={"k": "v"}, files={"f": [b"one", b"two"]})
    assert [part.rpartition(b"\r\n\r\n")[2] for part in parts_of(server.last)] == [
        b"v",
        b"one",
        b"two",
    ]


def test_files_without_fields(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    connect(server).request("POST", "/x", files={"f": b"one"})
    assert len(parts_of(server.last)) == 1


def closed_file() -> Any:
    file = io.BytesIO(b"x")
    file.close()
    return file


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("/does/not/exist", "cannot read the file '/does/not/exist': No such file"),
        ("/", "cannot read the file '/'"),
        ("a\0b", "cannot read the file"),
        (5, "file must be a path, bytes, a file object open in binary mode or a File, got int"),
        (io.StringIO("text"), "got StringIO"),
        (closed_file(), "file is closed"),
        (File(b"x", content_type="a\r\nX: y"), "content_type must be a MIME type"),
        (File(b"x", name=cast("str", 5)), "The name of a file must be a string, got 5"),
    ],
    ids=["missing", "folder", "nul", "int", "text", "closed", "type", "name"],
)
@pytest.mark.parametrize("operation", [UPLOAD, POST_BYTES], ids=["form", "bytes"])
def test_an_invalid_file_is_refused_before_anything_is_sent(
    connect: Connect, serve: Serve, operation: Any, file: Any, text: str
) -> None:
    server = serve(answer(200, {}))
    name = "file" if operation is UPLOAD else "body"
    with pytest.raises(InvalidArgumentError) as caught:
        connect(server).call(operation, {name: file})
    assert text.replace("file ", f"{name} ", 1) in str(caught.value) or text in str(caught.value)
    assert not server.requests


def test_a_text_file_is_refused(connect: Connect, serve: Serve, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a")
    with path.open(encoding="utf-8") as file, pytest.raises(InvalidArgumentError, match="binary"):
        connect(serve(answer(200, {}))).call(UPLOAD, {"file": file})


def test_files_opened_for_a_call_are_closed_after_it(
    connect: Connect, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []
    original = Path.open

    def spy(self: Path, *args: Any, **kwargs: Any) -> Any:
        opened.append(original(self, *args, **kwargs))
        return opened[-1]

    path = tmp_path / "a.bin"
    path.write_bytes(b"x")
    monkeypatch.setattr(Path, "open", spy)
    client = connect(serve(answer(200, {})))
    client.call(UPLOAD, {"file": path})
    client.call(POST_BYTES, {"body": path})
    with pytest.raises(InvalidArgumentError):
        client.request("POST", "/x", files={"a": path, "b": 5})
    assert len(opened) == 3
    assert all(file.closed for file in opened)


def test_a_file_of_the_caller_stays_open(connect: Connect, serve: Serve) -> None:
    file = io.BytesIO(b"abc")
    connect(serve(answer(200, {}))).call(UPLOAD, {"file": file})
    assert not file.closed


@pytest.mark.parametrize("size", [0, 1, 65_536, 200_000])
def test_bytes_go_as_they_are(connect: Connect, serve: Serve, size: int) -> None:
    server = serve(answer(200, {}))
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    connect(server).call(POST_BYTES, {"body": content})
    assert server.last.body == content
    assert server.last.header("content-type") == "application/octet-stream"


def test_a_file_as_body_is_sent_in_pieces_with_its_length(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    server = serve(answer(200, {}))
    path = tmp_path / "sound.mp3"
    path.write_bytes(b"x" * 200_000)
    connect(server).call(SEND_BYTES, {"id": "1", "body": path})
    assert server.last.body == b"x" * 200_000
    assert server.last.header("content-type") == "audio/mpeg"
    assert server.last.header("content-length") == "200000"


def test_a_file_object_is_sent_from_where_it_stands_on_every_try(
    connect: Connect, serve: Serve
) -> None:
    server = serve(reset, answer(502), answer(200, {}))
    file = io.BytesIO(b"0123456789")
    file.seek(4)
    connect(server).call(POST_BYTES, {"body": file})
    assert [seen.body for seen in server.requests] == [b"456789"] * 3


class Pipe(io.RawIOBase):
    """A file that can be read once."""

    def __init__(self, content: bytes) -> None:
        self._source = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def readinto(self, buffer: Any) -> int:
        return self._source.readinto(buffer)


class Reader:
    """The least that a file object can be."""

    def __init__(self, content: bytes) -> None:
        self._source = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._source.read(size)


@pytest.mark.parametrize("kind", [Pipe, Reader])
def test_a_pipe_is_sent_in_chunks(connect: Connect, serve: Serve, kind: Any) -> None:
    server = serve(answer(200, {}))
    connect(server).call(POST_BYTES, {"body": kind(b"abc" * 50_000)})
    assert server.last.body == b"abc" * 50_000
    assert server.last.header("transfer-encoding") == "chunked"


@pytest.mark.parametrize("kind", [Pipe, Reader])
@pytest.mark.parametrize("operation", [UPLOAD, POST_BYTES], ids=["form", "bytes"])
def test_a_pipe_is_sent_once_and_never_again(
    connect: Connect, serve: Serve, operation: Any, kind: Any
) -> None:
    name = "file" if operation is UPLOAD else "body"
    server = serve(answer(503))
    with pytest.raises(ServerError):
        connect(server).call(operation, {name: kind(b"abc")})
    assert len(server.requests) == 1
    server = serve(reset)
    with pytest.raises(APIConnectionError):
        connect(server).call(operation, {name: kind(b"abc")})
    assert len(server.requests) == 1


class Changing(io.BytesIO):
    """A file that has grown or shrunk since its length was asked for."""

    def __init__(self, by: int) -> None:
        super().__init__(b"abc")
        self._by = by

    def seek(self, offset: int, whence: int = 0) -> int:
        return super().seek(offset, whence) - (self._by if whence == io.SEEK_END else 0)

    def tell(self) -> int:
        return super().tell() and super().tell() - self._by


@pytest.mark.parametrize("operation", [UPLOAD, POST_BYTES], ids=["form", "bytes"])
@pytest.mark.parametrize("by", [1, -1])
def test_a_file_that_changes_while_it_is_sent_is_our_error(
    connect: Connect, serve: Serve, operation: Any, by: int
) -> None:
    client = connect(serve(answer(200, {})))
    name = "file" if operation is UPLOAD else "body"
    with pytest.raises(APIConnectionError, match="no file changes while it is sent") as caught:
        client.call(operation, {name: Changing(by)})
    assert caught.value.attempts == 1
    assert open_connections(client) == 0


class Text:
    """A file that says nothing about itself, and is text."""

    def read(self, size: int = -1) -> str:
        return "text"


def test_a_binary_file_that_returns_str_is_refused(connect: Connect, serve: Serve) -> None:
    client = connect(serve(answer(200, {})))
    with pytest.raises(InvalidArgumentError, match="must return bytes, not str"):
        client.call(POST_BYTES, {"body": Text()})
    assert open_connections(client) == 0


def test_a_body_of_bytes_may_be_left_out(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    connect(server).call(SEND_BYTES, {"id": "1", "body": None})
    assert server.last.body == b""


TUPLES: dict[str, tuple[Any, bytes, str, str]] = {
    "bytes": (("report.txt", b"abc"), b"abc", "report.txt", "text/plain"),
    "text": (("report.txt", "äbc"), "äbc".encode(), "report.txt", "text/plain"),
    "file": (("report.txt", io.BytesIO(b"abc")), b"abc", "report.txt", "text/plain"),
    "type": (("report.txt", b"abc", "x/y"), b"abc", "report.txt", "x/y"),
    "no type": (("report.csv.gz", b"abc", None), b"abc", "report.csv.gz", "application/gzip"),
    "no name": ((None, b"abc"), b"abc", "upload", "application/octet-stream"),
}


@pytest.mark.parametrize(("file", "content", "name", "kind"), TUPLES.values(), ids=TUPLES.keys())
@pytest.mark.parametrize("operation", [UPLOAD, POST_BYTES], ids=["form", "bytes"])
def test_a_tuple_is_name_content_and_type(
    connect: Connect,
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    operation: Any,
    file: Any,
    content: bytes,
    name: str,
    kind: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.txt").write_bytes(b"a private file of this machine")
    if not isinstance(file[1], (bytes, str)):
        file = (file[0], io.BytesIO(b"abc"))
    server = serve(answer(200, {}))
    connect(server).call(operation, {"file" if operation is UPLOAD else "body": file})
    if operation is POST_BYTES:
        assert (server.last.body, server.last.header("content-type")) == (content, kind)
        return
    (part,) = parts_of(server.last)
    head, _, sent = part.partition(b"\r\n\r\n")
    assert sent == content
    assert head.endswith(f'filename="{name}"\r\nContent-Type: {kind}'.encode())


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (("a.txt",), "a tuple must contain name, content and optionally content type, got 1 items"),
        (("a", b"b", "c/d", {}), "got 4 items. Pass several files as a list"),
        (("a.txt", Path("a.txt")), "the second item of a tuple is the content, not a path"),
        (("a.txt", 5), "must be a path, bytes, a file object"),
        ((5, b"x"), "The name of a file must be a string, got 5"),
        (("a.txt", b"x", "a\r\nX: y"), "content_type must be a MIME type"),
    ],
)
def test_a_tuple_that_is_no_file_is_refused(
    connect: Connect, serve: Serve, file: Any, text: str
) -> None:
    server = serve(answer(200, {}))
    with pytest.raises(InvalidArgumentError) as caught:
        connect(server).call(UPLOAD, {"file": file})
    assert text in str(caught.value)
    assert not server.requests


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.csv", "text/csv"),
        ("a.csv.gz", "application/gzip"),
        ("a.tar.bz2", "application/x-bzip2"),
        ("a.tar.xz", "application/x-xz"),
        ("a.tgz", "application/gzip"),
        ("a.unknown", "application/octet-stream"),
    ],
)
def test_the_type_of_a_file_by_its_name(name: str, kind: str) -> None:
    assert guess_type(name) == kind


class AsyncFile:
    """The least that a file of an async library is."""

    filename = "cv.txt"

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    async def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


class UploadFile(AsyncFile):
    """A file as Starlette gives it to a route."""

    content_type = "text/x-cv"

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.size = len(content)
        self._file.seek(3)

    async def seek(self, offset: int) -> None:
        self._file.seek(offset)


class Positioned(UploadFile):
    """A file that tells where it stands, as those of aiofiles and anyio do."""

    async def tell(self) -> int:
        return self._file.tell()


def run_async(server: Any, operation: Any, file: Any, **options: Any) -> None:
    async def main() -> None:
        async with AsyncClient(KEY, base_url=server.url, **options) as client:
            await client.call(operation, {"file" if operation is UPLOAD else "body": file})

    asyncio.run(main())


@pytest.mark.parametrize(
    ("make", "kind", "chunked"),
    [
        (AsyncFile, "text/plain", True),
        (UploadFile, "text/x-cv", False),
        (Positioned, "text/x-cv", False),
    ],
)
def test_the_async_client_sends_files_of_async_libraries(
    serve: Serve, make: Any, kind: str, chunked: bool
) -> None:
    server = serve(answer(200, {}))
    run_async(server, UPLOAD, make(b"x" * 100_000))
    (part,) = parts_of(server.last)
    head, _, sent = part.partition(b"\r\n\r\n")
    assert sent == b"x" * 100_000
    assert head.endswith(f'filename="cv.txt"\r\nContent-Type: {kind}'.encode())
    assert (server.last.header("transfer-encoding") == "chunked") is chunked


def test_a_file_of_an_async_library_is_sent_from_where_it_stands_as_a_body(serve: Serve) -> None:
    server = serve(reset, answer(200, {}))
    run_async(server, POST_BYTES, Positioned(b"0123456789"))
    assert [seen.body for seen in server.requests] == [b"3456789"] * 2


def test_a_file_of_an_async_library_that_cannot_go_back_is_sent_once(serve: Serve) -> None:
    server = serve(reset)
    with pytest.raises(APIConnectionError):
        run_async(server, UPLOAD, AsyncFile(b"abc"))
    assert len(server.requests) == 1


@pytest.mark.parametrize("operation", [UPLOAD, POST_BYTES], ids=["form", "bytes"])
def test_the_sync_client_says_what_to_do_with_a_file_of_an_async_library(
    serve: Serve, operation: Any
) -> None:
    server = serve(answer(200, {}))
    with (
        Client(KEY, base_url=server.url) as client,
        pytest.raises(InvalidArgumentError, match=r"only by the async client.*UploadFile\.file"),
    ):
        client.call(operation, {"file" if operation is UPLOAD else "body": UploadFile(b"abc")})
    assert not server.requests


class SeeksInSilence(io.BytesIO):
    """A file whose `seek` returns nothing."""

    def seek(self, offset: int, whence: int = 0) -> int:
        super().seek(offset, whence)
        return None  # type: ignore[return-value] # as some wrappers do


class HasNoEnd(io.BytesIO):
    """A decompressor that cannot go to its end."""

    def seek(self, offset: int, whence: int = 0) -> int:
        if whence == io.SEEK_END:
            raise ValueError("the end is not known")
        return super().seek(offset, whence)


class ClaimsToSeek(io.BytesIO):
    """A pipe that says it can be sought."""

    def tell(self) -> int:
        raise OSError(29, "Illegal seek")


class GivesViews:
    """A file whose `read` returns a view of memory."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    def read(self, size: int = -1) -> memoryview:
        return memoryview(self._file.read(size))


class HasAnAttribute(GivesViews):
    """A file whose `seekable` is no method."""

    seekable = True


@pytest.mark.parametrize(
    ("make", "is_chunked"),
    [
        (SeeksInSilence, False),
        (HasNoEnd, True),
        (ClaimsToSeek, True),
        (GivesViews, True),
        (HasAnAttribute, True),
    ],
)
@pytest.mark.parametrize("operation", [UPLOAD, POST_BYTES], ids=["form", "bytes"])
def test_unusual_file_objects_are_sent(
    connect: Connect, serve: Serve, make: Any, is_chunked: bool, operation: Any
) -> None:
    server = serve(answer(200, {}))
    content = b"x" * 100_000
    connect(server).call(operation, {"file" if operation is UPLOAD else "body": make(content)})
    sent = server.last.body
    if operation is UPLOAD:
        sent = parts_of(server.last)[0].partition(b"\r\n\r\n")[2]
    assert sent == content
    assert (server.last.header("transfer-encoding") == "chunked") is is_chunked


def test_a_file_that_is_not_open_for_reading_is_refused(
    connect: Connect, serve: Serve, tmp_path: Path
) -> None:
    server = serve(answer(200, {}))
    with (
        (tmp_path / "a").open("wb") as file,
        pytest.raises(InvalidArgumentError, match="the file is not open for reading"),
    ):
        connect(server).call(UPLOAD, {"file": file})
    assert not server.requests


def test_a_non_blocking_pipe_is_refused(connect: Connect, serve: Serve) -> None:
    receiver, sender = os.pipe()
    os.set_blocking(receiver, False)
    os.write(sender, b"the beginning")
    with (
        os.fdopen(receiver, "rb", buffering=0) as file,
        os.fdopen(sender, "wb"),
        pytest.raises(InvalidArgumentError, match="set it to blocking mode"),
    ):
        connect(serve(answer(200, {}))).call(POST_BYTES, {"body": file})


def test_a_path_may_be_of_bytes(connect: Connect, serve: Serve, tmp_path: Path) -> None:
    class BytesPath:
        def __fspath__(self) -> bytes:
            return os.fsencode(tmp_path / "a.txt")

    (tmp_path / "a.txt").write_bytes(b"abc")
    server = serve(answer(200, {}))
    connect(server).call(POST_BYTES, {"body": BytesPath()})
    assert server.last.body == b"abc"


def test_a_list_is_refused_where_one_file_is_taken(
    connect: Connect, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.txt").write_bytes(b"a private file of this machine")
    server = serve(answer(200, {}))
    with pytest.raises(InvalidArgumentError, match=r"one file, got a list. .*\(name, content\)"):
        connect(server).call(UPLOAD, {"file": ["report.txt", b"meant"]})
    assert not server.requests


@pytest.mark.parametrize(
    "files", [["report.txt", b"meant"], ["report.txt", io.BytesIO(b"m"), "x/y"]]
)
def test_a_list_of_a_name_and_content_opens_nothing(
    connect: Connect, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.txt").write_bytes(b"a private file of this machine")
    server = serve(answer(200, {}))
    client = connect(server)
    with pytest.raises(InvalidArgumentError, match=r"files.*is a tuple: \(name, content\)"):
        client.request("POST", "/api/v2/files", files={"files": files})
    assert not server.requests
    client.request("POST", "/api/v2/files", files={"files": [Path("report.txt"), b"more"]})
    assert len(parts_of(server.last)) == 2


def test_an_untyped_field_of_a_form_takes_content_and_opens_nothing(
    connect: Connect, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.txt").write_bytes(b"a private file of this machine")
    operation = replace(UPLOAD, params={**UPLOAD.params, "more": Param("field", "any")})
    server = serve(answer(200, {}))
    client = connect(server)
    client.call(operation, {"file": b"1", "more": [b"2", io.BytesIO(b"3")]})
    _, *more = parts_of(server.last)
    assert [part.partition(b"\r\n\r\n")[2] for part in more] == [b"2", b"3"]
    assert all(b'name="more"; filename="upload"' in part for part in more)
    client.call(operation, {"file": b"1", "more": "report.txt"})
    assert any(part.endswith(b'name="more"\r\n\r\nreport.txt') for part in parts_of(server.last))
    with pytest.raises(InvalidArgumentError, match="more cannot be sent"):
        client.call(operation, {"file": b"1", "more": ["report.txt", b"2"]})


class AsyncPipe(AsyncFile):
    """A pipe of an async library: it has `seek`, which fails."""

    async def seek(self, offset: int) -> None:
        raise OSError(29, f"Illegal seek to {offset}")


def test_a_pipe_of_an_async_library_is_sent_once(serve: Serve) -> None:
    server = serve(reset)
    with pytest.raises(APIConnectionError):
        run_async(server, UPLOAD, AsyncPipe(b"abc"))
    assert len(server.requests) == 1
    server = serve(answer(200, {}))
    run_async(server, POST_BYTES, AsyncPipe(b"abc"))
    assert server.last.body == b"abc"


class SeeksAtOnce(AsyncFile):
    """A file that reads asynchronously and seeks synchronously."""

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int) -> int:
        return self._file.seek(offset)


def test_a_file_may_seek_synchronously_although_it_reads_asynchronously(serve: Serve) -> None:
    server = serve(reset, answer(200, {}))
    file = SeeksAtOnce(b"abcdef")
    file.seek(2)
    run_async(server, POST_BYTES, file)
    assert [request.body for request in server.requests] == [b"cdef", b"cdef"]


@pytest.mark.parametrize("named", [False, True], ids=["pipe", "named pipe"])
def test_a_silent_pipe_does_not_stop_the_event_loop(
    serve: Serve, tmp_path: Path, named: bool
) -> None:
    server = serve(answer(200, {}))
    path = tmp_path / "pipe"
    os.mkfifo(path)
    receiver, sender = os.pipe()

    async def write() -> None:
        # If the loop stood still until there is data, this would not come to run.
        await asyncio.sleep(0)
        end = await asyncio.to_thread(path.open, "wb") if named else os.fdopen(sender, "wb")
        with end:
            end.write(b"through a pipe")

    async def main() -> None:
        async with AsyncClient(KEY, base_url=server.url) as client:
            file: Any = path if named else os.fdopen(receiver, "rb")
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(client.call(POST_BYTES, {"body": file}))
                tasks.create_task(write())
            if not named:
                file.close()

    asyncio.run(main())
    assert server.last.body == b"through a pipe"
    if named:
        os.close(receiver)
        os.close(sender)
