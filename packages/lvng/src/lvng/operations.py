"""The operations of the API as data, and calls by operation id.

For programs that offer all operations generically, such as a command line or an MCP server. The data of a tag is
loaded when one of its operations is used.

    from lvng import LvngClient, operations

    found = operations.get("workflows.list")
    with LvngClient() as client:
        print(operations.call(client, found, {"limit": 5}))
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, cast

import lvng  # its names are loaded on first use: describing operations needs no client

__all__ = ["Argument", "Operation", "Paging", "Tag", "call", "get", "iterate", "tag", "tags"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A group of operations: a resource of the client.

    Attributes:
        name: name of the resource, such as `knowledge_graph`.
        description: its purpose.
        operations: summaries of the operations, by method name.
    """

    name: str
    description: str
    operations: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """The paging of a list.

    Attributes:
        style: paging style: `offset`, `page` or `cursor`.
        items: key of the entries in a response.
        iter: name of the method that iterates over the entries of all pages.
    """

    style: Literal["offset", "page", "cursor"]
    items: str
    iter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """An argument of an operation.

    Attributes:
        name: its Python name.
        wire: its name in the request.
        location: where it is sent: `path`, `query`, `header`, `cookie`, `field` (of the body) or `body`.
        kind: its type: `string`, `integer`, `number`, `boolean`, `array`, `object`, `datetime`, `date`, `file`
            or `any`.
        schema: its JSON Schema, with references resolved.
        required: whether it is required.
        nullable: whether it may be null.
        doc: its meaning, limits, default and known values.
        choices: the only values allowed for it or its items; empty for any.
        known: known values, if others are allowed too.
        example: an example value, or None.
    """

    name: str
    wire: str
    location: str
    kind: str
    schema: Mapping[str, Any] = field(repr=False)
    required: bool = False
    nullable: bool = False
    doc: str = field(default="", repr=False)
    choices: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    example: Any = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation of the API.

    Attributes:
        id: tag and method, such as `workflows.list`.
        tag: name of the resource.
        method: name of the method of the resource.
        http: HTTP method.
        path: path with placeholders.
        summary: one sentence.
        description: more about it; may be empty.
        returns: kind of the response: `json`, `none`, `bytes` (a download), `sse` (a stream of events) or
            `lines` (a stream of JSON values).
        shape: the JSON of the response, or of the events, in the notation of TypeScript.
        encoding: encoding of the body: `json`, `multipart`, `form` or `binary`.
        auth: credential that it accepts: `key` (API key or JWT), `jwt` or `public`.
        scope: scope that an API key needs; empty for none.
        provenance: source of its description in the contract.
        deprecated: whether the API may remove it.
        read_only: whether it has no side effects.
        destructive: whether it deletes or overwrites data.
        idempotent: whether repeating it has no additional effect.
        paging: paging of a list; None for other operations.
        arguments: its arguments, in the order of the method.
    """

    id: str
    tag: str
    method: str
    http: str
    path: str
    summary: str
    returns: str
    shape: str = field(repr=False)
    encoding: str
    auth: str
    provenance: str = ""
    description: str = field(default="", repr=False)
    scope: str = ""
    deprecated: bool = False
    read_only: bool = False
    destructive: bool = False
    idempotent: bool = False
    paging: Paging | None = None
    arguments: tuple[Argument, ...] = field(default=(), repr=False)

    def input_schema(self) -> dict[str, Any]:
        """The JSON Schema of the arguments of `call`."""
        return {
            "type": "object",
            "properties": {
                one.name: {**one.schema, **({"description": one.doc} if one.doc else {})}
                for one in self.arguments
            },
            "required": [one.name for one in self.arguments if one.required],
            "additionalProperties": False,
        }

    def bind(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Rename arguments that are given by their names in the request to their Python names.

        Raises:
            InvalidArgumentError: the operation has no such argument, or an argument is missing or given twice.
        """
        names = {one.wire: one.name for one in self.arguments}
        names |= {one.name: one.name for one in self.arguments}
        bound: dict[str, Any] = {}
        for given, value in arguments.items():
            name = names.get(given)
            if name is None:
                raise lvng.InvalidArgumentError(
                    f"{self.id} has no argument {given!r}{self._hint(given)}"
                )
            if name in bound:
                raise lvng.InvalidArgumentError(
                    f"{self.id}: the argument {name!r} is passed twice."
                )
            bound[name] = value
        if missing := [
            one.name for one in self.arguments if one.required and one.name not in bound
        ]:
            raise lvng.InvalidArgumentError(f"{self.id} needs {', '.join(missing)}.")
        return bound

    def _hint(self, given: str) -> str:
        from difflib import get_close_matches

        names = [one.name for one in self.arguments]
        if close := get_close_matches(given, names, n=1):
            return f"; did you mean {close[0]!r}?"
        return f"; its arguments are {', '.join(names)}." if names else "; it takes no arguments."


@cache
def tags() -> Mapping[str, Tag]:
    """All tags by name."""
    return {
        name: Tag(name=name, description=data["description"], operations=data["operations"])
        for name, data in _read("index")["tags"].items()
    }


@cache
def tag(name: str) -> Mapping[str, Operation]:
    """The operations of a tag, by method name.

    Raises:
        KeyError: there is no such tag.
    """
    if name not in tags():
        raise KeyError(name)
    return {method: _operation(name, method, data) for method, data in _read(name).items()}


def get(id: str) -> Operation:
    """The operation with an id such as `workflows.list`.

    Raises:
        KeyError: there is no such operation.
    """
    name, _, method = id.partition(".")
    try:
        return tag(name)[method]
    except KeyError:
        raise KeyError(id) from None


def call(
    client: lvng.LvngClient | lvng.AsyncLvngClient,
    operation: Operation,
    arguments: Mapping[str, Any],
    *,
    options: lvng.RequestOptions | None = None,
) -> Any:
    """Call the method of an operation.

    Args:
        client: the client that makes the call.
        operation: the operation.
        arguments: its arguments as JSON values, by Python name or name in the request. A file is a `FileInput`, such
            as a path.
        options: overrides for this call.

    Returns:
        The result of the method; of the async client, an awaitable if the method is a coroutine function.

    Raises:
        InvalidArgumentError: there is no such argument, or one is missing or has the wrong type.
        LvngError: the call failed.
    """
    method = getattr(getattr(client, operation.tag), operation.method)
    return method(**operation.bind(arguments), options=options)


def iterate(
    client: lvng.LvngClient,
    operation: Operation,
    arguments: Mapping[str, Any],
    *,
    options: lvng.RequestOptions | None = None,
) -> Iterator[Any]:
    """Iterate over the entries of all pages of a list; arguments and errors are those of `call`.

    The async client returns an async iterator.

    Raises:
        InvalidArgumentError: the operation is not a paged list.
    """
    if operation.paging is None:
        raise lvng.InvalidArgumentError(f"{operation.id} is not a paged list.")
    method = getattr(getattr(client, operation.tag), operation.paging.iter)
    return cast("Iterator[Any]", method(**operation.bind(arguments), options=options))


def _read(name: str) -> dict[str, Any]:
    # Not importlib.resources: importing it takes longer than everything else here.
    content = pkgutil.get_data("lvng", f"_generated/operations/{name}.json")
    return cast("dict[str, Any]", json.loads(content or b""))


def _operation(tag: str, method: str, data: dict[str, Any]) -> Operation:
    paging = data.pop("paging", None)
    arguments = tuple(_argument(one) for one in data.pop("arguments"))
    return Operation(
        id=f"{tag}.{method}",
        tag=tag,
        method=method,
        paging=Paging(**paging) if paging else None,
        arguments=arguments,
        **data,
    )


def _argument(data: dict[str, Any]) -> Argument:
    given: dict[str, Any] = {"wire": data["name"], **data}
    given["choices"] = tuple(data.get("choices", ()))
    given["known"] = tuple(data.get("known", ()))
    return Argument(**given)
