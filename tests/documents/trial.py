"""A document, its generated package, and all calls of that against a mock of the document."""

from __future__ import annotations

import importlib
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from lvng_codegen.files import write
from lvng_codegen.openapi.loader import read
from lvng_codegen.package import Package
from lvng_core import Download, EventStream, JSONStream
from support.scripted_server import Exchange, ScriptedServer, answer

from .calls import Call, calls, script
from .reading import Reading
from .request import Check, essence, is_json
from .values import Values

_LINES = re.compile(r"json-?seq|ndjson|jsonl|json-?lines|stream\+json")
CONTENT = b"content\x00"
_EMPTY = {204, 205}


@dataclass
class Failure:
    """A call that is not as the document says."""

    call: Call
    reason: str

    def __str__(self) -> str:
        return f"{self.call.title:.400}\n    {self.reason:.600}"


@dataclass
class Trial:
    """A generated package and the calls of its operations.

    Args:
        document: file of the document.
        folder: where the package is written.
        name: of the package.
        seed: of the values.
    """

    document: Path
    folder: Path
    name: str
    seed: int = 0
    package: Package = field(init=False)
    reading: Reading = field(init=False)
    calls: list[Call] = field(init=False)

    def __post_init__(self) -> None:
        data: Any = read(self.document)
        self.reading = Reading(data)
        self.package = Package(self.name, self.document, out=self.folder)
        write(self.folder, self.package.outputs(), self.package.folders())
        sys.path.insert(0, str(self.folder))
        try:
            importlib.invalidate_caches()
            importlib.import_module(f"{self.name}._generated.clients")
            self.calls = list(calls(self.reading, self.folder, self.name, Random(self.seed)))
        finally:
            sys.path.remove(str(self.folder))
        self.script.write_text(script(self.name, self.calls), encoding="utf-8")

    @property
    def script(self) -> Path:
        """The module of the calls, for type checkers."""
        return self.folder / f"{self.name}_calls.py"

    def failures(self) -> Iterator[Failure]:
        """Run every call against a mock."""
        scope: dict[str, Any] = {}
        exec(compile(self.script.read_text(encoding="utf-8"), str(self.script), "exec"), scope)
        mock = _Mock(self.reading, self.seed)
        credentials = {name: f"secret-{name}:{n}" for n, name in enumerate(self.reading.schemes)}
        with ScriptedServer(mock.step) as server:
            client = sys.modules[self.name].Client(
                credentials or None, base_url=server.url, max_retries=0
            )
            with client:
                for number, call in enumerate(self.calls):
                    try:
                        mock.call, before = call, len(server.requests)
                        result = _result(scope[f"call_{number}"](client))
                        (seen,) = server.requests[before:]
                        Check(self.reading, call.operation, call.given, credentials).request(seen)
                        assert result == mock.expected, (
                            f"returned {result!r:.200}, expected {mock.expected!r:.200}"
                        )
                    except Exception as error:  # noqa: BLE001 - whatever it is, the call is wrong
                        yield Failure(call, f"{type(error).__name__}: {error}")


class _Mock:
    """Responds to each call with what the document says."""

    def __init__(self, reading: Reading, seed: int) -> None:
        self.reading, self.luck = reading, Random(seed)
        self.call: Call
        self.expected: Any = None

    def step(self, exchange: Exchange) -> None:
        """Respond with the first success that the request accepts."""
        accepted = [essence(one) for one in (exchange.seen.header("accept") or "").split(",")]
        choices = [
            (status, essence(kind), media)
            for status, content in self.call.operation.successes
            for kind, media in content.items()
            if exchange.seen.method != "HEAD" and status not in _EMPTY
        ]
        exact = [one for one in choices if one[1] in accepted]
        for status, kind, media in [*exact, *choices]:
            if kind in accepted or "*/*" in accepted or "*" in kind:
                answer(status, *self._content(kind, media))(exchange)
                return
        status = self.call.operation.successes[0][0] if self.call.operation.successes else 200
        empty = [
            number
            for number, content in self.call.operation.successes
            if not content or number in _EMPTY
        ]
        self.expected = None
        if self.call.operation.successes and not empty and exchange.seen.method != "HEAD":
            answer(406, {"message": f"accepts {accepted}, which the document does not have"})(
                exchange
            )
        else:
            answer(empty[0] if empty else status)(exchange)

    def _content(self, kind: str, media: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        values = Values(self.reading, self.luck, full=True, request=False)
        headers = {"Content-Type": kind.replace("/*", "/json").replace("*", "application")}
        if kind == "text/event-stream":
            self.expected = [{"a": 1}]
            return b'data: {"a": 1}\n\n', headers
        if _LINES.search(kind):
            item = values.of(media.get("itemSchema", {}))
            self.expected = [item]
            return json.dumps(item).encode() + b"\n", headers
        schema = self.reading.merged(media.get("schema", {}))
        if (is_json(kind) or kind in {"*/*", "application/*"}) and schema.get("format") != "binary":
            self.expected = values.of(media.get("schema", {}))
            return json.dumps(self.expected).encode(), headers
        self.expected = CONTENT
        return CONTENT, headers


def _result(value: Any) -> Any:
    """What a call returns, read to its end."""
    if isinstance(value, Download):
        return value.read()
    if isinstance(value, EventStream):
        with value:
            return [event.data for event in value]
    if isinstance(value, JSONStream):
        with value:
            return list(value)
    return value
