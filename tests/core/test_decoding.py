"""Compressed bodies: every member is unpacked, and what is cut never passes for whole."""

from __future__ import annotations

import gzip
import io
import json
import random
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lvng_core import DecodeError, InvalidArgumentError, StreamError
from lvng_core._http.decoding import CutShortError, UnpackError, decoder_for
from support.samples import CHAT, DOWNLOAD, GET
from support.scripted_server import Serve, answer, chunks
from support.sync_async import Connect, open_connections, stream_of

BODY = json.dumps({"data": [{"id": number, "name": "ö" * 20} for number in range(200)]}).encode()


def raw_deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def stored(content: bytes) -> bytes:
    """Without compression and wrapper: it begins with a zero byte."""
    packer = zlib.compressobj(0, wbits=-zlib.MAX_WBITS)
    return packer.compress(content * 10) + packer.flush()


def members(content: bytes) -> bytes:
    half = len(content) // 2
    return gzip.compress(content[:half]) + gzip.compress(b"") + gzip.compress(content[half:])


def padded(content: bytes) -> bytes:
    return members(content) + bytes(50)


PACKED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "GZIP": ("GZIP", gzip.compress),
    "members": ("gzip", members),
    "padded": ("gzip", padded),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "identity": ("identity", bytes),
    "nothing": ("", bytes),
}
packed = pytest.mark.parametrize(("encoding", "pack"), PACKED.values(), ids=PACKED.keys())


def optional(name: str, module: str) -> Callable[[bytes], bytes]:
    return pytest.importorskip(module).compress  # type: ignore[no-any-return] # of a module without types


def unpack(encoding: str, content: bytes, sizes: Callable[[], int]) -> bytes:
    decoder = decoder_for(encoding)
    if decoder is None:
        return content
    found = b""
    while content:
        size = sizes()
        found += b"".join(decoder.feed(content[:size]))
        content = content[size:]
    decoder.close()
    return found


def test_deflate_may_begin_with_a_zero_byte() -> None:
    assert stored(BODY)[:1] == b"\0"
    assert unpack("deflate", stored(BODY), lambda: 1000) == BODY * 10
    with pytest.raises(CutShortError):
        unpack("deflate", stored(BODY)[:-3], lambda: 1000)


@packed
def test_a_body_is_unpacked_however_it_is_cut(
    encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    luck = random.Random(5)
    for sizes in (lambda: 1, lambda: 65_536, lambda: luck.randint(1, 3000)):
        assert unpack(encoding, pack(BODY), sizes) == BODY


@pytest.mark.parametrize(("encoding", "module"), [("br", "brotli"), ("zstd", "zstandard")])
def test_brotli_and_zstd_are_unpacked_if_installed(encoding: str, module: str) -> None:
    content = optional(encoding, module)(BODY)
    assert unpack(encoding, content, lambda: 100) == BODY
    with pytest.raises(CutShortError):
        unpack(encoding, content[:-3], lambda: 100)
    with pytest.raises(UnpackError):
        unpack(encoding, b"\xff" + content, lambda: 100)


def test_several_zstd_frames_are_unpacked() -> None:
    zstandard = pytest.importorskip("zstandard")
    content = zstandard.compress(b"a" * 1000) + zstandard.compress(b"b" * 1000)
    assert unpack("zstd", content, lambda: 7) == b"a" * 1000 + b"b" * 1000


CUT = {
    name: pair for name, pair in PACKED.items() if pair[0].lower() in {"gzip", "x-gzip", "deflate"}
}
cut = pytest.mark.parametrize(("encoding", "pack"), CUT.values(), ids=CUT.keys())


@cut
def test_a_cut_is_an_error_wherever_it_is(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    content = pack(b"0123456789" * 30).rstrip(b"\0")
    ends = {len(gzip.compress(b"0123456789" * 15))} if pack in {members, padded} else set()
    ends |= {end + len(gzip.compress(b"")) for end in ends}
    for end in range(1, len(content) - 1):
        if end not in ends:  # between two members a body is whole
            with pytest.raises(CutShortError):
                unpack(encoding, content[:end], lambda: 65_536)


@cut
@pytest.mark.parametrize("way", ["call", "request", "read", "save"])
def test_a_truncated_compressed_body_is_a_decode_error(
    connect: Connect,
    serve: Serve,
    tmp_path: Path,
    encoding: str,
    pack: Callable[[bytes], bytes],
    way: str,
) -> None:
    content = gzip.compress(BODY) if pack in {members, padded} else pack(BODY)
    server = serve(answer(200, content[:-20], {"Content-Encoding": encoding}))
    client = connect(server)
    path = tmp_path / "file.bin"
    ways: dict[str, Callable[[], Any]] = {
        "call": lambda: client.call(GET, {"id": "1"}),
        "request": lambda: client.request("GET", "/x"),
        "read": lambda: client.download(DOWNLOAD, {"id": "1"}).read(),
        "save": lambda: client.download(DOWNLOAD, {"id": "1"}).save(path),
    }
    with pytest.raises(DecodeError, match="it is truncated"):
        ways[way]()
    assert list(tmp_path.iterdir()) == []
    assert open_connections(client) == 0


@packed
@pytest.mark.parametrize("way", ["call", "request", "read", "save"])
def test_a_complete_compressed_body_is_unpacked(
    connect: Connect,
    serve: Serve,
    encoding: str,
    pack: Callable[[bytes], bytes],
    way: str,
) -> None:
    client = connect(serve(answer(200, pack(BODY), {"Content-Encoding": encoding})))
    file = io.BytesIO()
    ways: dict[str, Callable[[], Any]] = {
        "call": lambda: json.dumps(client.call(GET, {"id": "1"})).encode(),
        "request": lambda: client.request("GET", "/x").content,
        "read": lambda: client.download(DOWNLOAD, {"id": "1"}).read(),
        "save": lambda: client.download(DOWNLOAD, {"id": "1"}).save(file) and file.getvalue(),
    }
    assert ways[way]() == BODY


def test_an_unknown_encoding_is_named(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, b"abc", {"Content-Encoding": "compress"}))
    with pytest.raises(DecodeError, match="its encoding compress is unknown"):
        connect(server).call(GET, {"id": "1"})


def test_a_stream_that_is_cut_in_its_compression_is_incomplete(
    connect: Connect, serve: Serve
) -> None:
    content = gzip.compress(b'event: text_delta\ndata: {"delta":"a"}\n\n' * 50)
    kind = {"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}
    server = serve(chunks(content[:-10], headers=kind))
    with pytest.raises(StreamError, match="cut off"):
        list(stream_of(connect(server), CHAT, {"message": "hi"}))


def test_the_response_of_request_has_no_encoding_any_more(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, gzip.compress(BODY), {"Content-Encoding": "gzip", "X-A": "b"}))
    response = connect(server).request("GET", "/x")
    assert response.json() == json.loads(BODY)
    assert "content-encoding" not in response.headers
    assert response.headers["x-a"] == "b"
    with pytest.raises(InvalidArgumentError):
        connect(server).request("GET", "x")
