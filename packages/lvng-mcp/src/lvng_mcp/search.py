"""Search operations by keywords, and describe an operation."""

from __future__ import annotations

import functools
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from lvng import operations
from lvng.operations import Argument, Operation

from .files import EXAMPLE, FORM
from .policy import Policy

_WORD = re.compile(r"[a-z]{2,}")
_STEM = 5
"""Number of letters by which words are compared, so that `invite` finds `invitations`."""


def search(policy: Policy, query: str, limit: int = 10) -> str:
    """The operations that match a query best, one per line."""
    wanted = _stems(query)
    weights = _weights()
    ranked = sorted(
        ((_score(wanted, name, summary, weights), name, summary) for name, summary in _all(policy)),
        key=lambda found: (-found[0], found[1]),
    )
    lines = [f"{name}: {summary}" for score, name, summary in ranked[:limit] if score > 0]
    if not lines:
        return f"No operation matches {query!r}. Tags: {', '.join(operations.tags())}."
    return "\n".join(lines)


def _all(policy: Policy) -> Iterator[tuple[str, str]]:
    for tag in operations.tags().values():
        if policy.tags is None or tag.name in policy.tags:
            for method, summary in tag.operations.items():
                yield f"{tag.name}.{method}", summary


def _score(wanted: set[str], name: str, summary: str, weights: Mapping[str, float]) -> float:
    """The score of an operation: rare words count more, and words of its name twice."""
    named, said = _stems(name), _stems(summary)
    found = sum(weights.get(stem, 0.0) for stem in wanted & (named | said))
    return found + sum(weights.get(stem, 0.0) for stem in wanted & named) - 0.01 * len(said)


@functools.cache
def _weights() -> Mapping[str, float]:
    """The weights of stems: inverse document frequency, squared."""
    counts = Counter(
        stem for name, summary in _all(Policy()) for stem in _stems(f"{name} {summary}")
    )
    total = sum(len(tag.operations) for tag in operations.tags().values())
    return {stem: math.log(total / count) ** 2 for stem, count in counts.items()}


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in _WORD.findall(text.lower().replace("_", " "))}


def describe(operation: Operation, policy: Policy) -> str:
    """Describe an operation: arguments, response, and an example."""
    lines = [f"{operation.id} ({operation.http} {operation.path})", operation.summary]
    if operation.description:
        lines.append(operation.description)
    if reason := policy.refusal(operation):
        lines.append(f"Not offered by this server: {reason}.")
    lines += ["Arguments:", *(_argument(one) for one in operation.arguments)]
    lines += ["Returns:", f"  {operation.shape or operation.returns}"]
    example = {one.name: _example(one) for one in operation.arguments if one.required}
    lines += ["Example arguments:", f"  {json.dumps(example, ensure_ascii=False)}"]
    return "\n".join(lines)


def _example(argument: Argument) -> Any:
    return EXAMPLE if argument.kind == "file" else argument.example


def _argument(argument: Argument) -> str:
    need = ", required" if argument.required else ""
    if argument.kind == "file":
        return f"  {argument.name} ({FORM}{need}): {argument.doc}"
    kinds: Any = argument.schema.get("type", argument.kind)
    choices = f" one of {', '.join(argument.choices)}." if argument.choices else ""
    return f"  {argument.name} ({kinds}{need}): {argument.doc}{choices}".rstrip(" :")
