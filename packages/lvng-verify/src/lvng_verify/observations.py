"""Observations: the shape of an exchange with the service, without its contents.

An observation is one line of JSON, described by `observation.schema.json`. Probes, recorded traffic and the
middleware make them with this module.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .contract import Contract, Operation, Schema
from .names import is_name
from .shapes import Shape, merge, shape

VERSION = 1
_MEDIA_TYPE = re.compile(r"(application|text|image|audio|video|multipart)/[a-z][a-z0-9.+-]{0,40}")
_EVENT = re.compile(r"[a-z]+(?:[._][a-z]+){0,3}")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its response, from any source.

    Attributes:
        method: HTTP method.
        path: path of the URL, without query, relative to the base URL.
        status: status of the response.
        headers: headers of the response; only the value of `Content-Type` is read.
        content: decompressed body of the response; None if it was not read.
    """

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Observation:
    """The observation of an exchange.

    Attributes:
        operation: id of the operation; None if it is not in the contract.
        method: HTTP method.
        path: path of the operation with its parameters in braces; for an unknown operation, `{}` replaces segments
            that are not names.
        status: status of the response.
        media_type: media type of the body; empty if it has none.
        headers: names of the response's headers.
        body: shape of a JSON body; for a stream, an object with the events by name.
        unreadable: whether the body does not match its media type.
        observed: day of the exchange.
    """

    operation: str | None
    method: str
    path: str
    status: int
    media_type: str
    headers: tuple[str, ...]
    body: Shape | None
    unreadable: bool
    observed: str

    def to_json(self) -> str:
        """The observation as a line, without line end."""
        data: dict[str, Any] = {
            "version": VERSION,
            "observed": self.observed,
            "operation": self.operation,
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "media_type": self.media_type,
            "headers": list(self.headers),
        }
        if self.body is not None:
            data["body"] = self.body
        if self.unreadable:
            data["unreadable"] = True
        return json.dumps(data, separators=(",", ":"), sort_keys=False)


def observe_exchange(
    exchange: Exchange, contract: Contract, *, today: datetime.date | None = None
) -> Observation:
    """The observation of an exchange.

    Args:
        exchange: the exchange.
        contract: the contract in which its operation is looked up.
        today: the day of the exchange; default: today.
    """
    operation = contract.find(exchange.method, exchange.path)
    media_type = _media_type(exchange.headers)
    body, unreadable = _body(exchange, operation, media_type, contract)
    return Observation(
        operation=operation.id if operation else None,
        method=exchange.method,
        path=operation.path if operation else _masked_path(exchange.path, contract),
        status=exchange.status,
        media_type=media_type,
        headers=tuple(sorted(_header_names(exchange.headers, contract))),
        body=body,
        unreadable=unreadable,
        observed=(today or datetime.datetime.now(datetime.UTC).date()).isoformat(),
    )


def read(path: Path) -> Iterator[Observation]:
    """Read the observations of a file.

    Raises:
        ValueError: a line is not an observation of this version.
    """
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _parsed(line, f"{path}:{number}")


def append(path: Path, observations: Iterable[Observation]) -> int:
    """Append observations to a file; returns their number."""
    lines = [f"{one.to_json()}\n" for one in observations]
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(lines))
    return len(lines)


def _parsed(line: str, place: str) -> Observation:
    try:
        data = json.loads(line)
        if data["version"] != VERSION:
            raise ValueError(f"{place}: version {data['version']!r}, expected {VERSION}")
        return Observation(
            operation=data["operation"],
            method=data["method"],
            path=data["path"],
            status=data["status"],
            media_type=data["media_type"],
            headers=tuple(data["headers"]),
            body=data.get("body"),
            unreadable=data.get("unreadable", False),
            observed=data["observed"],
        )
    except (json.JSONDecodeError, KeyError, TypeError):
        raise ValueError(f"{place}: is not an observation") from None


def _media_type(headers: Mapping[str, str]) -> str:
    given = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    found = given.partition(";")[0].strip().lower()
    return found if not found or _MEDIA_TYPE.fullmatch(found) else "other"


def _header_names(headers: Mapping[str, str], contract: Contract) -> Iterator[str]:
    lower = (name.lower() for name in headers)
    return (name for name in lower if is_name(name.removeprefix("x-"), contract.words))


def _masked_path(path: str, contract: Contract) -> str:
    parts = path.split("/")
    return "/".join(
        one if not one or re.fullmatch(r"v\d", one) or is_name(one, contract.words) else "{}"
        for one in parts
    )


def _body(
    exchange: Exchange, operation: Operation | None, media_type: str, contract: Contract
) -> tuple[Shape | None, bool]:
    """The shape of a body, and whether it does not match its media type."""
    content = exchange.content
    if not content:
        return None, False
    schema = _schema(operation, exchange.status, media_type)
    if media_type == "text/event-stream":
        return _events(content, contract), False
    if media_type != "application/json" and not media_type.endswith("+json"):
        return None, False
    try:
        return shape(json.loads(content), schema, contract), False
    except (ValueError, RecursionError):
        return None, True


def _schema(operation: Operation | None, status: int, media_type: str) -> Schema | None:
    if operation is None:
        return None
    found = operation.responses.get(str(status)) or operation.responses.get("default") or {}
    return found.get(media_type)


def _events(content: bytes, contract: Contract) -> Shape:
    """The shapes of a stream's events by name; an incomplete last event is ignored."""
    events: dict[str, Shape] = {}
    *blocks, _ = re.split(r"\r?\n\r?\n", content.decode("utf-8", "replace"))
    for block in blocks:
        fields = [line.partition(":") for line in block.splitlines() if line[:1] != ":"]
        name = "".join(value.strip() for key, _, value in fields if key == "event") or "message"
        data = "\n".join(value.removeprefix(" ") for key, _, value in fields if key == "data")
        if data and _EVENT.fullmatch(name) and is_name(name, contract.words):
            found = _event(data, contract)
            events[name] = merge(events[name], found) if name in events else found
    return {"type": "object", "properties": events}


def _event(data: str, contract: Contract) -> Shape:
    try:
        return shape(json.loads(data), None, contract)
    except ValueError:
        return {"type": "string"}
