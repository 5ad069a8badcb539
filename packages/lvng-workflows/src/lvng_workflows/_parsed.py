"""What `parse` made of a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from lvng_core import InvalidArgumentError

from . import types

_ENVELOPES = ("workflow", "data")  # the reference's and the cookbook's


def definition(parsed: types.ParsedWorkflow | types.WorkflowsParseResponse) -> types.ParsedWorkflow:
    """The definition in an answer of `parse`, or the definition itself.

    Raises:
        InvalidArgumentError: it is neither.
    """
    given: Any = parsed
    if isinstance(given, Mapping):
        inner = next((given[key] for key in _ENVELOPES if key in given), given)
        if isinstance(inner, Mapping) and "name" in inner:
            return cast("types.ParsedWorkflow", inner)
    raise InvalidArgumentError(
        f"parsed must be the answer of parse, or the workflow in it, got {given!r:.100}."
    )
