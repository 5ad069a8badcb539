"""A document, its generated package, and all calls of that against a mock of the document."""

from __future__ import annotations

import importlib
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
from support.scripted_server import ScriptedServer

from .calls import Call, calls, script
from .mock import Mock
from .reading import Reading
from .request import Check


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
        mock = Mock(self.reading, self.seed)
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
