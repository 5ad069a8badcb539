"""Recorded exchanges: one YAML file each, with large bodies in separate files."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import yaml

from .masking import comparable

LARGE = 64 * 1024
"""Minimum size in bytes of a body that is stored in a separate file."""
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Base):  # type: ignore[misc]  # the base is chosen at run time
    """Writes multi-line texts as block scalars."""


def _text(dumper: Any, text: str) -> Any:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


class RecordingError(ValueError):
    """A folder contains no recording, or one of its files cannot be read."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a stream.

    Attributes:
        after: seconds since the previous piece, or since the request.
        content: its bytes.
    """

    after: float
    content: bytes


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request and its response.

    Attributes:
        method: HTTP method.
        path: path, not decoded.
        query: query string, not decoded.
        headers: headers of the request that describe its body.
        content: body of the request.
        status: status of the response.
        response_headers: its headers, without those of the connection.
        chunks: its body: the pieces of a stream as received, else a single one.
        is_stream: whether the body is a stream of events.
        name: name of the file; empty before it is written.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    status: int
    response_headers: Mapping[str, str]
    chunks: tuple[Chunk, ...] = field(repr=False)
    is_stream: bool
    name: str = ""

    @property
    def key(self) -> bytes:
        """The key by which requests are matched with this exchange."""
        return request_key(
            self.method, self.path, self.query, self.headers.get("content-type", ""), self.content
        )


def request_key(method: str, path: str, query: str, content_type: str, content: bytes) -> bytes:
    """A digest of method, path, sorted query and body: JSON by value, a form without its boundary."""
    parameters = sorted(parse_qsl(query, keep_blank_values=True))
    if "json" in content_type:
        content = _canonical(content)
    elif boundary := re.search(r'boundary="?([^";]+)', content_type):
        content = content.replace(boundary[1].encode(), b"boundary")
    parts = (method.encode(), path.encode(), json.dumps(parameters).encode(), content)
    digest = hashlib.sha256()
    for part in parts:
        found = comparable(part)
        digest.update(b"%d:" % len(found) + found)
    return digest.digest()


def write(folder: Path, number: int, one: Recorded) -> Path:
    """Write an exchange and its large bodies; returns the path of the file."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", one.path).strip("-").lower()[:60]
    stem = f"{number:05d}-{one.method.lower()}-{words}"
    path = folder / f"{stem}.yaml"
    request: dict[str, Any] = {"method": one.method, "path": one.path}
    if one.query:
        request["query"] = one.query
    request |= {"headers": dict(one.headers)} if one.headers else {}
    request |= _body(folder, f"{stem}.request", one.content) if one.content else {}
    response: dict[str, Any] = {"status": one.status, "headers": dict(one.response_headers)}
    if one.is_stream:
        response["chunks"] = [
            {
                "after": round(chunk.after, 4),
                **_body(folder, f"{stem}.response-{index}", chunk.content),
            }
            for index, chunk in enumerate(one.chunks)
        ]
    elif content := b"".join(chunk.content for chunk in one.chunks):
        response |= _body(folder, f"{stem}.response", content)
    path.write_text(_dump({"request": request, "response": response}), encoding="utf-8")
    return path


def read(folder: Path) -> Iterator[Recorded]:
    """Read the exchanges of a folder, in the order of their requests.

    Raises:
        RecordingError: it is not a folder, contains no exchanges, or one of its files is not an exchange.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise RecordingError(f"{folder} has no recorded exchanges")
    for file in files:
        try:
            yield _parsed(file)
        except (yaml.YAMLError, KeyError, TypeError, ValueError, OSError) as error:
            raise RecordingError(f"{file} is not a recorded exchange: {error}") from error


def _parsed(file: Path) -> Recorded:
    data = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    request, response = data["request"], data["response"]
    pieces = response.get("chunks")
    chunks = (
        [Chunk(0.0, _content(response, file))]
        if pieces is None
        else [Chunk(float(one["after"]), _content(one, file)) for one in pieces]
    )
    return Recorded(
        method=request["method"],
        path=request["path"],
        query=request.get("query", ""),
        headers=request.get("headers", {}),
        content=_content(request, file),
        status=int(response["status"]),
        response_headers=response["headers"],
        chunks=tuple(chunks),
        is_stream=pieces is not None,
        name=file.name,
    )


def _body(folder: Path, name: str, content: bytes) -> dict[str, str]:
    """A body in readable form: text, else base64; a large one as the name of its file."""
    if len(content) >= LARGE:
        (folder / name).write_bytes(content)
        return {"file": name}
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}
    # YAML cannot represent some characters, and normalizes some line breaks.
    same = yaml.load(_dump(text), Loader=_Loader) == text  # noqa: S506 - a safe loader
    return {"text": text} if same else {"base64": base64.b64encode(content).decode()}


def _content(data: Mapping[str, Any], file: Path) -> bytes:
    if "file" in data:
        return (file.parent / Path(data["file"]).name).read_bytes()
    if "base64" in data:
        return base64.b64decode(data["base64"])
    text: str = data.get("text", "")
    return text.encode()


def _dump(data: Any) -> str:
    text: str = yaml.dump(
        data,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=2**31 - 1,
        default_flow_style=False,
    )
    return text


def _canonical(content: bytes) -> bytes:
    try:
        return json.dumps(json.loads(content), sort_keys=True).encode()
    except (ValueError, RecursionError):
        return content


def media_type(headers: Mapping[str, str]) -> str:
    """The media type of a body."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()
