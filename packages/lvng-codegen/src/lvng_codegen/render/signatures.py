"""Signatures of methods, and the arguments that they pass on: the same for a resource and for a client's shortcut."""

from __future__ import annotations

from ..model.api import Argument, Operation
from .annotation_writer import AnnotationWriter


def parameters(operation: Operation, writer: AnnotationWriter) -> list[str]:
    """The parameters of a method: the path's in any way, all others by name."""
    first = [one for one in operation.arguments if one.location == "path"]
    others = [one for one in operation.arguments if one.location != "path"]
    options = f"options: {writer.name('RequestOptions')} | None = None"
    return [
        "self",
        *(parameter(one, writer) for one in first),
        "*",
        *(parameter(one, writer) for one in others),
        options,
    ]


def parameter(argument: Argument, writer: AnnotationWriter) -> str:
    """One parameter: required, absent by default, or absent by default and different from null."""
    annotation = writer.argument(argument.type)
    if argument.required:
        return f"{argument.name}: {annotation}"
    if argument.nullable:
        null = "" if annotation.endswith("None") else " | None"
        unset = writer.name("Unset")
        return f"{argument.name}: {annotation}{null} | {unset} = {writer.name('UNSET')}"
    null = "" if annotation.endswith("| None") else " | None"
    return f"{argument.name}: {annotation}{null} = None"


def passed(operation: Operation) -> str:
    """The arguments by their Python names, as the core takes them."""
    entries = [f'"{one.name}": {one.given or one.name}' for one in operation.arguments]
    if operation.content_type:
        entries.append(f'"content_type_": {operation.content_type!r}')
    return f"{{{', '.join(entries)}}}"


def forwarded(operation: Operation) -> str:
    """The arguments as another method of the same signature takes them."""
    return ", ".join(
        one.name if one.location == "path" else f"{one.name}={one.name}"
        for one in operation.arguments
    )
