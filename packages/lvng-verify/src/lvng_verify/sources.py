"""Results from observed or recorded exchanges, without requests to the service."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from .comparison import NOT_SEEN, Finding, compare
from .contract import Contract
from .observations import Exchange, Observation, observe_exchange, read
from .probing import Result, state_of
from .shapes import merged

Results = tuple[tuple[Result, ...], tuple[Finding, ...]]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def from_observations(path: Path, contract: Contract) -> Results:
    """Read the results of a file of observations.

    Raises:
        ValueError: a line is not an observation, or of an operation that this contract does not have.
    """
    return _results(read(path), contract)


def from_recording(folder: Path, contract: Contract) -> Results:
    """Read the results of a folder of exchanges written by `lvng-sandbox record`.

    Raises:
        ValueError: the folder has no exchanges, or a file is not one.
    """
    exchanges = list(recorded(folder))
    if not exchanges:
        raise ValueError(f"{folder} has no recorded exchanges")
    return _results((observe_exchange(one, contract) for one in exchanges), contract)


def recorded(folder: Path) -> Iterator[Exchange]:
    """Read the exchanges of a folder, in the order of their files."""
    for file in sorted(folder.glob("*.yaml")):
        try:
            data = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
            request, response = data["request"], data["response"]
            yield Exchange(
                method=request["method"],
                path=request["path"],
                status=response["status"],
                headers=dict(response["headers"]),
                content=_content(response, folder),
            )
        except (yaml.YAMLError, KeyError, TypeError) as error:
            raise ValueError(f"{file} is not a recorded exchange: {error}") from None


def _content(response: dict[str, Any], folder: Path) -> bytes:
    if "chunks" in response:
        return b"".join(_content(one, folder) for one in response["chunks"])
    if "file" in response:
        return (folder / Path(response["file"]).name).read_bytes()
    if "base64" in response:
        return base64.b64decode(response["base64"])
    text: str = response.get("text", "")
    return text.encode()


def _results(observations: Iterable[Observation], contract: Contract) -> Results:
    found: dict[str, list[Observation]] = {}
    further: list[Finding] = []
    for one in observations:
        if one.operation is None:
            further += compare(one, contract)
        elif one.operation not in contract.operations:
            raise ValueError(f"{one.operation!r} is not an operation of this contract")
        else:
            found.setdefault(one.operation, []).append(one)
    results = []
    for id, several in found.items():
        operation = contract.operations[id]
        # A refused request is not an observation of the operation.
        accepted = [one for one in several if one.status < 400]
        findings = {
            *(each for one in accepted for each in compare(one, contract) if each.kind != NOT_SEEN),
            *(
                each
                for one in _together(accepted)
                for each in compare(one, contract)
                if each.kind == NOT_SEEN
            ),
        }
        state = state_of(operation, sorted(findings))
        results.append(
            Result(id, operation.provenance, state, "", tuple(sorted(findings)), several[-1])
        )
    return tuple(results), tuple(sorted(set(further)))


def _together(observations: Iterable[Observation]) -> Iterator[Observation]:
    """Observations of one operation with all bodies of a status in one."""
    bodies: dict[int, list[Observation]] = {}
    for one in observations:
        if one.body is not None:
            bodies.setdefault(one.status, []).append(one)
    for several in bodies.values():
        yield replace(several[0], body=merged(one.body for one in several if one.body))
