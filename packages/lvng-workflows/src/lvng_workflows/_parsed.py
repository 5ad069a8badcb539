"""The workflow definition in a response of `workflows.parse`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from lvng_core import InvalidArgumentError

from . import types

_ENVELOPES = ("workflow", "data")  # in the API reference and in the cookbook


def definition(parsed: types.ParsedWorkflow | types.WorkflowsParseResponse) -> types.ParsedWorkflow:
    """Get the definition from a response of `parse`; a definition is returned unchanged.

    Raises:
        InvalidArgumentError: `parsed` is neither.
    """
    given: Any = parsed
    if isinstance(given, Mapping):
        inner = next((given[key] for key in _ENVELOPES if key in given), given)
        if isinstance(inner, Mapping) and "name" in inner:
            return cast("types.ParsedWorkflow", inner)
    raise InvalidArgumentError(
        f"parsed must be the response of parse, or the workflow in it, got {given!r:.100}."
    )
