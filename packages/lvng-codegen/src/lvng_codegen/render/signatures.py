"""Signatures of methods and the arguments that they pass on, for resources and for shortcuts of clients."""

from __future__ import annotations

from ..model.api import Argument, Operation
from .annotation_writer import AnnotationWriter

_STREAMS = {"sse": "EventStream", "lines": "JSONStream"}


def decorators(operation: Operation, writer: AnnotationWriter) -> list[str]:
    """The decorator for deprecated methods, for editors; the core warns when they are called."""
    if not operation.deprecated:
        return []
    message = f"{operation.id} is deprecated: the API may drop it."
    return [f'    @{writer.name("deprecated")}("{message}", category=None)']


def parameters(operation: Operation, writer: AnnotationWriter) -> list[str]:
    """The parameters of a method: path parameters, then keyword-only ones."""
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
    """A parameter: required, optional, or optional with a meaning for null."""
    annotation = writer.argument(argument.type)
    if argument.required:
        return f"{argument.name}: {annotation}"
    if argument.nullable:
        null = "" if annotation.endswith("None") or annotation == "Any" else " | None"
        unset = writer.name("Unset")
        return f"{argument.name}: {annotation}{null} | {unset} = {writer.name('UNSET')}"
    null = "" if annotation.endswith("| None") else " | None"
    return f"{argument.name}: {annotation}{null} = None"


def returned(
    operation: Operation, writer: AnnotationWriter, prefix: str = "", home: str = ""
) -> str:
    """The return annotation of a method.

    Args:
        operation: the operation that the method calls.
        writer: the writer of annotations for the place of the method.
        prefix: prefix of async classes.
        home: module of the hand-written stream class, with a dot.
    """
    response = operation.response
    if response.returns == "none":
        return "None"
    if response.returns == "bytes":
        return writer.name(f"{prefix}Download")
    if response.stream_class:
        return f"{home}{prefix}{response.stream_class}"
    content = writer.response(response.type)
    stream = _STREAMS.get(response.returns)
    return f"{writer.name(f'{prefix}{stream}')}[{content}]" if stream else content


def waits(operation: Operation, prefix: str) -> bool:
    """Whether a method is a coroutine function; those that return a stream or a download are not."""
    return prefix != "" and operation.response.returns in {"json", "none"}


def passed(operation: Operation) -> str:
    """The arguments by Python name, for the core."""
    entries = [f'"{one.name}": {one.given or one.name}' for one in operation.arguments]
    if operation.content_type:
        entries.append(f'"content_type_": {operation.content_type!r}')
    return f"{{{', '.join(entries)}}}"


def forwarded(operation: Operation) -> str:
    """The arguments for a call of another method with the same signature."""
    return ", ".join(
        one.name if one.location == "path" else f"{one.name}={one.name}"
        for one in operation.arguments
    )
