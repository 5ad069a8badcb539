"""Signatures of methods, and the arguments that they pass on: the same for a resource and for a client's shortcut."""

from __future__ import annotations

from ..model.api import Argument, Operation
from .annotation_writer import AnnotationWriter

_STREAMS = {"sse": "EventStream", "lines": "JSONStream"}


def decorators(operation: Operation, writer: AnnotationWriter) -> list[str]:
    """The decorator that editors strike a deprecated method through for; the core warns when it is called."""
    if not operation.deprecated:
        return []
    message = f"{operation.id} is deprecated: the API may drop it."
    return [f'    @{writer.name("deprecated")}("{message}", category=None)']


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
        operation: what the method calls.
        writer: writes it for the place of the method.
        prefix: of async classes.
        home: before the hand-written class of a stream: its module and a dot.
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
    """Whether a method has to be awaited; one that returns a stream or a download does not."""
    return prefix != "" and operation.response.returns in {"json", "none"}


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
