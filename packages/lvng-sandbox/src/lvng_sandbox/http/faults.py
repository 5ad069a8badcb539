"""Bad days on demand: latency, error answers, broken connections and broken bodies.

A fault is asked for in code (`sandbox.faults.add(...)`) or by a request's own header:

    X-Sandbox-Fault: status=503; retry-after=2
    X-Sandbox-Fault: delay=0.5; break=reset
"""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, Self, get_args

from ..problems import invalid

HEADER = "x-sandbox-fault"
Break = Literal["", "reset", "lost", "cut", "stall", "html", "garbage", "empty", "oversized"]
OVERSIZE = 64 * 1024 * 1024


@dataclass(slots=True)
class Fault:
    """What goes wrong with a request.

    Attributes:
        status: answer with this status, and do nothing.
        retry_after: the answer's Retry-After.
        delay: seconds before anything happens.
        broken: `reset` ends the connection before the request is read, `lost` after it was done but before the
            answer; `cut` ends it, and `stall` lets it hang, in the middle of the answer; `html`, `garbage`,
            `empty` and `oversized` send another body.
        times: how many requests it meets; 0 for all.
    """

    status: int = 0
    retry_after: str = ""
    delay: float = 0.0
    broken: Break = ""
    times: int = 0

    def __post_init__(self) -> None:
        if self.broken not in get_args(Break):
            expected = ", ".join(one for one in get_args(Break) if one)
            raise ValueError(f"broken must be one of {expected}; got {self.broken!r}")
        if self.status and not 400 <= self.status <= 599:  # the range of errors
            raise ValueError(f"status must be from 400 to 599; got {self.status!r}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The fault that a header asks for."""
        kinds = {one.name: one.type for one in fields(cls)}
        values: dict[str, object] = {}
        for part in filter(None, (one.strip() for one in text.split(";"))):
            name, _, value = part.partition("=")
            name = {"break": "broken"}.get(name.strip(), name.strip().replace("-", "_"))
            if name not in kinds:
                raise invalid([(HEADER, f"knows no {name!r}")])
            number = {"int": int, "float": float}.get(str(kinds[name]), str)
            try:
                values[name] = number(value.strip())
            except ValueError:
                raise invalid([(HEADER, f"{name} must be a number, got {value!r}")]) from None
        try:
            return cls(**values)  # type: ignore[arg-type]  # each was converted to the type of its field
        except ValueError as error:
            raise invalid([(HEADER, str(error))]) from None


class Faults:
    """The faults that were asked for in code, by the operations they meet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[tuple[str, Fault]] = []

    def add(self, operation: str, fault: Fault) -> None:
        """Have a fault meet an operation, such as `workflows.list`, or all that match `workflows.*`."""
        with self._lock:
            self._faults.append((operation, fault))

    def clear(self) -> None:
        """Good weather again."""
        with self._lock:
            self._faults.clear()

    def take(self, operation: str, headers: Mapping[str, str]) -> Fault | None:
        """The fault of a request, if it has one."""
        if text := headers.get(HEADER):
            return Fault.parse(text)
        if not self._faults:
            return None
        with self._lock:
            for pattern, fault in self._faults:
                if fnmatch.fnmatchcase(operation, pattern):
                    if fault.times == 1:
                        self._faults.remove((pattern, fault))
                    fault.times = max(0, fault.times - 1)
                    return fault
        return None
