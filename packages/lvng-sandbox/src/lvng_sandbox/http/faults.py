"""Faults on demand: latency, error responses, broken connections and broken bodies.

A fault is set in code (`sandbox.faults.add(...)`) or by a header of the request:

    X-Sandbox-Fault: status=503; retry-after=2
    X-Sandbox-Fault: delay=0.5; break=reset
"""

from __future__ import annotations

import difflib
import fnmatch
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Literal, Self, get_args

from ..contract.document import load
from ..problems import invalid

HEADER = "x-sandbox-fault"
Break = Literal["", "reset", "lost", "cut", "stall", "html", "garbage", "empty", "oversized"]
OVERSIZE = 64 * 1024 * 1024
"""Size of an oversized body in bytes."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure of a request.

    Attributes:
        status: error status of the response; the request is not processed.
        retry_after: the Retry-After header of that response.
        delay: seconds before anything else happens.
        broken: `reset` resets the connection before the request is processed, `lost` after it was processed but
            before the response; `cut` resets it, and `stall` lets it hang, in the middle of the response; `html`,
            `garbage`, `empty` and `oversized` send another body.
        times: number of requests to which it applies; 0 for all.
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
        """Parse the fault in a header.

        Raises:
            Problem: 400: the header is not valid.
        """
        types = {one.name: one.type for one in fields(cls)}
        values: dict[str, object] = {}
        for part in filter(None, (one.strip() for one in text.split(";"))):
            name, _, value = part.partition("=")
            name = {"break": "broken"}.get(name.strip(), name.strip().replace("-", "_"))
            if name not in types:
                raise invalid([(HEADER, f"has no parameter {name!r}")])
            convert = {"int": int, "float": float}.get(str(types[name]), str)
            try:
                values[name] = convert(value.strip())
            except ValueError:
                raise invalid([(HEADER, f"{name} must be a number, got {value!r}")]) from None
        try:
            return cls(**values)  # type: ignore[arg-type]  # each was converted to the type of its field
        except ValueError as error:
            raise invalid([(HEADER, str(error))]) from None


@dataclass(slots=True)
class PlannedFault:
    """A registered fault.

    Attributes:
        id: number of the fault, for `remove`.
        operation: the operation or pattern to which it applies.
        fault: the fault.
        remaining: number of requests to which it still applies; 0 for all.
        probability: probability that it applies to a matching request.
        seed: seed of the random choice, for reproducible runs.
    """

    id: int
    operation: str
    fault: Fault
    remaining: int
    probability: float = 1.0
    seed: int | None = None
    _random: random.Random = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - nothing secret

    def applies(self, operation: str) -> bool:
        """Whether it applies to a request for an operation; draws a random number if necessary."""
        if not fnmatch.fnmatchcase(operation, self.operation):
            return False
        return self.probability >= 1 or self._random.random() < self.probability


class Faults:
    """The faults set in code."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[PlannedFault] = []
        self._count = 0

    def add(
        self, operation: str, fault: Fault, *, probability: float = 1.0, seed: int | None = None
    ) -> PlannedFault:
        """Apply a fault to an operation, such as `workflows.list`, or to all that match `workflows.*`.

        Args:
            operation: the operation, or a pattern.
            fault: the fault.
            probability: probability that it applies to a request, above 0 and at most 1.
            seed: seed of the random choice, for reproducible runs.

        Raises:
            ValueError: there is no such operation, or probability is out of range.
        """
        if not 0 < probability <= 1:
            raise ValueError(f"probability must be above 0 and at most 1; got {probability!r}")
        known = list(load().operations)
        if not fnmatch.filter(known, operation):
            near = difflib.get_close_matches(operation, known, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"There is no operation {operation!r}{hint}")
        with self._lock:
            self._count += 1
            planned = PlannedFault(
                self._count, operation, fault, fault.times, probability=probability, seed=seed
            )
            self._planned.append(planned)
        return planned

    def planned(self) -> list[PlannedFault]:
        """The registered faults, in the order in which they are tried."""
        with self._lock:
            return [*self._planned]

    def remove(self, id: int) -> None:
        """Remove a fault.

        Raises:
            LookupError: it does not exist, or no longer.
        """
        with self._lock:
            left = [planned for planned in self._planned if planned.id != id]
            if len(left) == len(self._planned):
                raise LookupError(f"There is no fault {id}")
            self._planned = left

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._planned.clear()

    def take(self, operation: str, headers: Mapping[str, str]) -> Fault | None:
        """The fault that applies to a request, if any.

        Raises:
            Problem: 400: its header is not valid.
        """
        if text := headers.get(HEADER):
            return Fault.parse(text)
        if not self._planned:
            return None
        with self._lock:
            for planned in self._planned:
                if planned.applies(operation):
                    if planned.remaining == 1:
                        self._planned.remove(planned)
                    planned.remaining = max(0, planned.remaining - 1)
                    return planned.fault
        return None
