"""The journal of a bulk run: a JSON Lines file with the responses so far, from which the run is resumed."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ._errors import ConfigurationError

if TYPE_CHECKING:
    from ._bulk import MapResult

_FORMAT = "lvng-journal-1"


class Journal:
    """The responses of a run, by idempotency key.

    Only positions are kept in memory. A last line that was cut off by a crash is removed; the call is then
    repeated under the same idempotency key.

    Args:
        path: the file; it is created if it does not exist, readable only by its owner.
        operation: name of the function; a journal belongs to one function.

    Raises:
        ConfigurationError: the file is not a journal, or belongs to another function.
        OSError: the file cannot be opened.

    Attributes:
        run: name of the run, from which idempotency keys are derived.
    """

    def __init__(self, path: str | os.PathLike[str], operation: str) -> None:
        self._path = Path(path)
        self._places: dict[str, int] = {}
        self._expected: dict[int, str] = {}
        self.run = secrets.token_hex(16)
        # Responses may contain secrets.
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        self._file = os.fdopen(descriptor, "r+b")
        try:
            self._read(operation)
        except BaseException:
            self._file.close()
            raise

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def response(self, key: str) -> Any:
        """The recorded response of a call."""
        self._file.seek(self._places[key])
        return json.loads(self._file.readline())["response"]

    def expect(self, index: int, key: str) -> None:
        """Register the key of a call that is about to be made."""
        self._expected[index] = key

    def record(self, result: MapResult[Any, Any]) -> None:
        """Append the response of a successful call.

        Raises:
            ConfigurationError: the response cannot be encoded as JSON.
        """
        key = self._expected.pop(result.index, None)
        if key is None or not result.ok:
            return
        entry = {"key": key, "index": result.index, "response": result.response}
        try:
            line = json.dumps(entry)
        except (TypeError, ValueError, RecursionError) as error:
            raise ConfigurationError(
                f"The response for item {result.index} cannot be written to the journal: {error}. Use a "
                "journal only for operations that return JSON."
            ) from error
        self._places[key] = self._append(line)

    def close(self) -> None:
        """Close the file and sync it to disk."""
        if not self._file.closed:
            os.fsync(self._file.fileno())
            self._file.close()

    def _append(self, line: str) -> int:
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(line.encode() + b"\n")
        self._file.flush()
        return place

    def _read(self, operation: str) -> None:
        end = 0
        for number, line in enumerate(self._file):
            if not line.endswith(b"\n"):
                break  # cut off by a crash
            if number == 0:
                self._begin(line, operation)
            else:
                self._places[self._entry(line, number)["key"]] = end
            end += len(line)
        self._file.truncate(end)
        if end == 0:
            self._append(json.dumps({"format": _FORMAT, "run": self.run, "operation": operation}))

    def _begin(self, line: bytes, operation: str) -> None:
        head = self._entry(line, 0)
        if head.get("format") != _FORMAT or not isinstance(head.get("run"), str):
            raise ConfigurationError(f"{str(self._path)!r} is not a journal of a bulk run.")
        if head.get("operation") != operation:
            raise ConfigurationError(
                f"The journal {str(self._path)!r} belongs to {head.get('operation')}, not to {operation}. Use "
                "a separate file for each run."
            )
        self.run = head["run"]

    def _entry(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict) or (number and not isinstance(entry.get("key"), str)):
            raise ConfigurationError(
                f"{str(self._path)!r} is not a journal of a bulk run: line {number + 1}."
            )
        return entry


def operation_name(function: Any) -> str:
    """The name of a function in a journal, such as `contacts.create`."""
    resource = getattr(function, "__self__", None)
    owner = type(resource).__name__.removeprefix("Async") if resource is not None else ""
    name = str(getattr(function, "__name__", type(function).__name__))
    return f"{owner}.{name}".removeprefix(".")
