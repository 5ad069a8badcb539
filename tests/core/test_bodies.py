"""Bodies on the wire, byte by byte: JSON, forms, files, bytes, and no body at all."""

from __future__ import annotations

import enum
import io
import json
import re
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from lvng_core import (
    UNSET,
    APIConnectionError,
    File,
    InvalidArgumentError,
    RequestOptions,
    ServerError,
)
from support.colours import Connect
from support.hostile import Serve, answer, reset
from support.samples import (
    CREATE,
    DELETE,
    FIND,
    FORM,
    GET,
    POST_BYTES,
    REPLACE,
    SEND_BYTES,
    UPDATE,
    UPLOAD,
)

NOON = datetime(2026, 11, 24, 12, 0, 0, 123000, tzinfo=UTC)


class Size(enum.Enum):
    BIG = "big"


def test_json_is_compact_utf_8(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    arguments = {
        "name": "Ünï 日本 🙂",
        "due_at": NOON,
        "labels": ("a", "b"),
        "meta": {"k": [1, None]},
    }
    connect(server).call(CREATE, arguments)
    expected = (
        '{"name":"Ünï 日本 🙂","dueAt":"2026-11-24T12:00:00.123000+00:00",'
        '"labels":["a","b"],"meta":{"k":[1,null]}}'
    )
    assert server.last.body == expected.encode()
    assert server.last.header("content-type") == "application/json"
    assert server.last.header("content-length") == str(len(expected.encode()))


def test_null_is_sent_only_where_it_means_something(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    client = connect(server)
    client.call(CREATE, {"name": "a", "due_at": None, "note": None, "labels": UNSET})
    assert server.last.body == b'{"name":"a","note":null}'
    client.call(CREATE, {"name": "a", "note": UNSET})
    assert server.last.body == b'{"name":"a"}'
    client.call(UPDATE, {"id": "1", "name": None})
    assert server.last.body == b"{}"


def test_a_call_without_a_body_sends_none(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    client = connect(server)
    client.call(GET, {"id": "1"})
    assert (server.last.body, server.last.header("content-length")) == (b"", None)
    client.call(DELETE, {"id": "1"})
    assert (server.last.body, server.last.header("content-type")) == (b"", None)


def test_a_whole_body_may_be_a_list(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, [1]))
    assert connect(server).call(REPLACE, {"body": [{"a": 1}, "b"]}) == [1]
    assert server.last.body == b'[{"a":1},"b"]'


def test_extra_members_are_added_and_win(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    options = RequestOptions(extra_body={"new": True, "name": "b"})
    connect(server).call(CREATE, {"name": "a"}, options)
    assert server.last.body == b'{"name":"b","new":true}'


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (date(2026, 1, 2), '"2026-01-02"'),
        (Decimal("1.50"), "1.5"),
        (Decimal(7), "7"),
        ((1, 2), "[1,2]"),
        (frozenset({1}), "[1]"),
        (MappingProxyType({"a": 1}), '{"a":1}'),
        (Size.BIG, '"big"'),
        (True, "true"),
        (10**30, "1" + "0" * 30),
        ("\u2028", '"\u2028"'),
    ],
    ids=repr,
)
def test_python_values_have_a_json_form(
    connect: Connect, serve: Serve, value: object, sent: str
) -> None:
    server = serve(answer(200, {}))
    connect(server).request("POST", "/x", json={"v": value})
    assert server.last.body == f'{{"v":{sent}}}'.encode()


RECURSIVE: list[Any] = []
RECURSIVE.append(RECURSIVE)


@pytest.mark.parametrize(
    "value",
    [
        object(),
        b"bytes",
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("sNaN"),
        "\ud800",
        RECURSIVE,
        {(1, 2): 3},
        pytest.param(10**5000, id="digits"),
        datetime.fromisoformat("2026-01-01T00:00"),
        1j,
    ],
    ids=lambda value: f"{value!r:.30}",
)
def test_what_json_cannot_hold_is_refused_before_anything_is_sent(
    connect: Connect, serve: Serve, value: object
) -> None:
    server = serve(answer(200, {}))
    with pytest.raises(InvalidArgumentError):
        connect(server).request("POST", "/x", json={"v": value})
    assert not server.requests


def test_a_query_repeats_keys_and_writes_values_as_documented(
    connect: Connect, serve: Serve
) -> None:
    server = serve(answer(200, {}))
    arguments = {
        "text": "a b&c=d/é+",
        "limit": 5,
        "score": 0.5,
        "exact": True,
        "tags": ["x", "y z"],
        "since": NOON,
        "day": date(2026, 1, 2),
    }
    connect(server).call(FIND, arguments)
    assert server.last.target == (
        "/api/v2/things?text=a%20b%26c%3Dd%2F%C3%A9%2B&limit=5&score=0.5&exact=true&tags=x&tags=y%20z"
        "&since=2026-11-24T12%3A00%3A00.123000%2B00%3A00&day=2026-01-02"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {"limit": "5"},
        {"limit": 5.0},
        {"exact": "yes"},
        {"tags": "abc"},
        {"since": datetime.fromisoformat("2026-01-01T00:00")},
        {"text": 5},
        {"where": {"a": 1}},
        {"where": b"x"},
        {"text": "\ud800"},
    ],
    ids=repr,
)
def test_a_wrong_type_is_refused_before_anything_is_sent(
    connect: Connect, serve: Serve, arguments: dict[str, Any]
) -> None:
    server = serve(answer(200, {}))
    with pytest.raises(InvalidArgumentError, match=next(iter(arguments))):
        connect(server).call(FIND, arguments)
    assert not server.requests


def test_an_empty_query_leaves_no_question_mark(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    connect(server).call(FIND, {"text": None, "tags": []})
    assert server.last.target == "/api/v2/things"


def test_a_form_is_urlencoded(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    connect(server).call(FORM, {"name": "a b&c", "roles": ["x", "y"]})
    assert server.last.header("content-type") == "application/x-www-form-urlencoded"
    assert server.last.body == b"name=a+b%26c&roles=x&roles=y"


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
    assert parts_of(server.last) == [
        b'Content-Disposition: form-data; name="title"\r\n\r\n' + "Ü".encode(),
        b'Content-Disposition: form-data; name="tags"\r\n\r\na',
        b'Content-Disposition: form-data; name="tags"\r\n\r\nb',
        b'Content-Disposition: form-data; name="meta"\r\n\r\n{"k":1}',
        b'Content-Disposition: form-data; name="file"; filename="report.pdf"\r\n'
        b"Content-Type: application/pdf\r\n\r\n%PDF\x00\xff",
    ]
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
    ],
)
def test_a_file_may_be_bytes_or_a_file_object(
    connect: Connect, serve: Serve, file: Any, name: str, kind: str | None
) -> None:
    server = serve(answer(200, {}))
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
    ],
    ids=lambda value: f"{value!r:.30}",
)
@pytest.mark.parametrize("operation", [UPLOAD, POST_BYTES], ids=["form", "bytes"])
def test_what_is_no_file_is_refused_before_anything_is_sent(
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

    monkeypatch.setattr(Path, "open", spy)
    path = tmp_path / "a.bin"
    path.write_bytes(b"x")
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


def test_a_body_of_bytes_may_be_left_out(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    connect(server).call(SEND_BYTES, {"id": "1", "body": None})
    assert server.last.body == b""


def test_content_and_json_exclude_each_other(connect: Connect) -> None:
    with pytest.raises(InvalidArgumentError, match="json and content exclude each other"):
        connect("https://api.lvng.ai").request("POST", "/x", json={}, content=b"")


def test_a_request_of_ones_own_sends_what_it_is_given(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {"ok": True}))
    client = connect(server)
    response = client.request("PUT", "/x", content=b"\x00\x01", query={"a": [1, True, None]})
    assert response.json() == {"ok": True}
    assert (server.last.body, server.last.target) == (b"\x00\x01", "/x?a=1&a=true&a=null")
    assert server.last.header("content-type") == "application/octet-stream"
    client.request("POST", "/x", json=None)
    assert server.last.body == b"null"
    client.request("POST", "/x", json=[1])
    assert json.loads(server.last.body) == [1]
    client.request("HEAD", "/x")
    assert server.last.method == "HEAD"
