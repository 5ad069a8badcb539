"""The module of a tag: its operations as constants, and its two classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..model.api import (
    Argument,
    Definition,
    FieldEncoding,
    Operation,
    Response,
    Tag,
    expand,
    record_of,
)
from ..model.security import Security
from ..model.types import DictOf, ListOf, Type, Union
from ..names import constant, snake
from .annotation_writer import AnnotationWriter
from .docstrings import iterator_doc, method_doc, prose, quote, sentence
from .formatting import LINE_LENGTH
from .imports import Imports
from .signatures import decorators, parameters, passed, returned, waits

# The client's method for a kind of response, where it is not `call`.
_CALLS = {"sse": "stream", "lines": "stream_json", "bytes": "download"}
_SHADOWABLE = frozenset({
    "bool", "bytes", "date", "datetime", "deprecated", "dict", "float", "int", "list", "str", "types",
})  # fmt: skip


def resource_module(
    header: str,
    tag: Tag,
    definitions: Mapping[str, Definition],
    security: Security | None = None,
) -> str:
    """The text of the module.

    Args:
        header: the first line.
        tag: the operations.
        definitions: the types.
        security: alternatives of security schemes that the API has where an operation has none; None where
            operations are told apart by `auth` instead.
    """
    return _Module(header, tag, definitions, security).text()


class _Module:
    def __init__(
        self,
        header: str,
        tag: Tag,
        definitions: Mapping[str, Definition],
        security: Security | None,
    ) -> None:
        self._header = header
        self._security = security
        self._tag = tag
        self._definitions = definitions
        self._taken = {constant(operation.method) for operation in tag.operations}
        shadowed = frozenset(_shadowed(tag))
        self._inside = AnnotationWriter(definitions, "types", shadowed)
        self._outside = AnnotationWriter(
            definitions, "types", shadowed & {"types", "date", "datetime"}
        )

    def text(self) -> str:
        blocks = [self._constants(), self._class(""), self._class("Async")]
        doc = f'"""The resource `{self._tag.name}`, sync and async."""'
        head = [self._header, doc, "", "from __future__ import annotations", ""]
        head += self._imports()
        return "\n".join([*head, *(line for one in blocks for line in one)]) + "\n"

    # Imports

    def _imports(self) -> list[str]:
        used = self._inside.used | self._outside.used
        imports = Imports()
        imports.add_used(used, self._alias)
        if "types" in used:
            imports.add("..", self._alias("types"))
        for name in self._stream_classes():
            imports.add(f".._sync.{snake(name)}", name)
            imports.add(f".._async.{snake(name)}", f"Async{name}")
        return imports.lines()

    def _alias(self, name: str) -> str:
        alias = self._inside.name(name)
        return name if alias == name else f"{name} as {alias}"

    def _stream_classes(self) -> set[str]:
        return {one.response.stream_class for one in self._tag.operations} - {""}

    # Constants

    def _constants(self) -> list[str]:
        lines = [""]
        for operation in self._tag.operations:
            lines.append(self._constant(operation))
            if operation.paging:
                lines.append(self._paging(operation))
        return lines

    def _constant(self, operation: Operation) -> str:
        self._outside.used |= {"Final", "Operation"}
        generic = f"Operation[{self._response_type(operation)}]"
        arguments = [f'"{operation.id}"', f'"{operation.http}"', repr(operation.path)]
        arguments += self._settings(operation)
        name = constant(operation.method)
        return f"{name}: Final[{generic}] = Operation({', '.join(arguments)})"

    def _response_type(self, operation: Operation) -> str:
        if operation.response.returns == "bytes":
            return "bytes"
        if operation.response.returns == "none":
            return "None"
        return self._outside.response(operation.response.type)

    def _settings(self, operation: Operation) -> Iterator[str]:
        """Arguments that differ from the defaults of `Operation`."""
        if params := self._params(operation):
            yield f"params={params}"
        if operation.query:
            yield f"query={operation.query!r}"
        yield from self._body(operation)
        if operation.idempotent:
            yield "idempotent=True"
        if not operation.is_documented:
            yield "inferred=True"
        if operation.deprecated:
            yield "deprecated=True"
        yield from self._access(operation)
        yield from self._response(operation.response)

    def _response(self, response: Response) -> Iterator[str]:
        """The kind of the response and how it is decoded."""
        if response.returns == "none":
            yield "empty=True"
        if response.returns == "json" and (kind := self._top(response.type)) != "object":
            yield f'response_type="{kind}"'
        if response.accept != "application/json":
            yield f"accept={response.accept!r}"
        if response.empty_statuses:
            yield f"empty_statuses={response.empty_statuses!r}"
        if response.secrets:
            yield f"secrets={response.secrets!r}"
        if response.stream_end:
            yield f"stream_end={response.stream_end!r}"

    def _body(self, operation: Operation) -> Iterator[str]:
        """How the body is written."""
        if operation.encoding != "json":
            yield f'encoding="{operation.encoding}"'
        if operation.encodings:
            self._outside.used.add("FieldEncoding")
            fields = (f"{name!r}: {_encoding(one)}" for name, one in operation.encodings.items())
            yield f"encodings={{{', '.join(fields)}}}"

    def _access(self, operation: Operation) -> Iterator[str]:
        """Where the operation is, who may call it, and whether calls may be repeated."""
        if self._security is None:
            if operation.auth != "key":
                yield f'auth="{operation.auth}"'
        elif operation.security not in {None, self._security}:
            yield f"security={operation.security!r}"
        if operation.server:
            yield f"server={operation.server!r}"
        if operation.idempotency_header:
            yield f"idempotency_header={operation.idempotency_header!r}"

    def _top(self, type_: Type) -> str:
        """The top-level kind of a JSON response."""
        plain = expand(self._definitions, type_)
        if isinstance(plain, Union):
            kinds = {self._top(member) for member in plain.members}
            return kinds.pop() if len(kinds) == 1 else "any"
        if isinstance(plain, DictOf) or record_of(self._definitions, plain):
            return "object"
        return "array" if isinstance(plain, ListOf) else "any"

    def _params(self, operation: Operation) -> str:
        entries = [f'"{one.name}": {_param(one)}' for one in operation.arguments]
        if operation.content_type:
            entries.append('"content_type_": Param("header", wire="Content-Type")')
        if not entries:
            return ""
        self._outside.used.add("Param")
        return f"{{{', '.join(entries)}}}"

    def _paging(self, operation: Operation) -> str:
        assert operation.paging is not None  # noqa: S101 - asked by the only caller
        self._outside.used.add("Paging")
        arguments = f'{constant(operation.method)}, "{operation.paging.style}"'
        if operation.paging.items != "data":
            arguments += f", items={operation.paging.items!r}"
        item = self._outside.response(operation.paging.item)
        return f"{self._pages(operation)}: Final[Paging[{item}]] = Paging({arguments})"

    def _pages(self, operation: Operation) -> str:
        """Name of the constant that describes the paging of a list."""
        name = f"{constant(operation.method)}_PAGES"
        return name if name not in self._taken else f"{name}_"

    # Classes

    def _class(self, prefix: str) -> list[str]:
        base = self._inside.name(f"{prefix}Resource")
        lines = ["", "", f"class {prefix}{self._tag.class_name}({base}):"]
        lines += quote(prose(sentence(self._tag.description), 4))
        for operation in self._tag.operations:
            lines += ["", *self._method(operation, prefix)]
            if operation.paging:
                lines += ["", *self._iterator(operation, prefix)]
        return lines

    def _method(self, operation: Operation, prefix: str) -> list[str]:
        result = returned(operation, self._inside, prefix)
        start, wait = ("async ", "await ") if waits(operation, prefix) else ("", "")
        name = _CALLS.get(operation.response.returns, "call")
        more = f", {result}" if operation.response.returns == "sse" else ""
        call = f"{wait}self._client.{name}({constant(operation.method)}, {{}}, options{more})"
        return [
            *decorators(operation, self._inside),
            f"    {start}{self._def(operation, operation.method, result)}",
            *method_doc(operation, self._definitions),
            *_return(call, operation),
        ]

    def _iterator(self, operation: Operation, prefix: str) -> list[str]:
        plan = operation.paging
        assert plan is not None  # noqa: S101 - asked by the only caller
        result = f"{self._inside.name(f'{prefix}Iterator')}[{self._inside.response(plan.item)}]"
        call = f"self._client.paginate({self._pages(operation)}, {{}}, options)"
        return [
            *decorators(operation, self._inside),
            f"    {self._def(operation, plan.method, result)}",
            *iterator_doc(operation),
            *_return(call, operation),
        ]

    def _def(self, operation: Operation, name: str, result: str) -> str:
        return f"def {name}({', '.join(parameters(operation, self._inside))}) -> {result}:"


def _return(call: str, operation: Operation) -> list[str]:
    """The statement that returns a call; arguments that do not fit on its line are named before it."""
    given = passed(operation)
    line = f"        return {call.format(given)}"
    if len(line) <= LINE_LENGTH or not operation.arguments:
        return [line]
    name = "arguments"
    while name in {one.name for one in operation.arguments}:
        name += "_"
    return [f"        {name} = {given}", f"        return {call.format(name)}"]


def _param(argument: Argument) -> str:
    """The `Param` of an argument, without its defaults."""
    parts = [f'"{argument.location}"']
    if argument.kind != "string":
        parts.append(f'"{argument.kind}"')
    if argument.location != "body" and argument.wire != argument.name:
        parts.append(f"wire={argument.wire!r}")
    if argument.required and argument.location != "path":  # a path has no optional parts
        parts.append("required=True")
    if argument.nullable:
        parts.append("nullable=True")
    if argument.style:
        parts.append(f'style="{argument.style}"')
    if argument.explode is not None:
        parts.append(f"explode={argument.explode}")
    if argument.allow_reserved:
        parts.append("allow_reserved=True")
    if argument.multiple:
        parts.append("multiple=True")
    return f"Param({', '.join(parts)})"


def _encoding(encoding: FieldEncoding) -> str:
    """The `FieldEncoding` of a field, without its defaults."""
    parts = [f"content_type={encoding.content_type!r}"] if encoding.content_type else []
    parts += [f'style="{encoding.style}"'] if encoding.style else []
    parts += [] if encoding.explode else ["explode=False"]
    parts += [f"headers={dict(encoding.headers)!r}"] if encoding.headers else []
    return f"FieldEncoding({', '.join(parts)})"


def _shadowed(tag: Tag) -> Iterator[str]:
    """Names that methods of the class, or arguments of those that stream, have taken."""
    for operation in tag.operations:
        taken = {operation.method, *([operation.paging.method] if operation.paging else [])}
        if operation.response.returns in {"sse", "lines"}:
            taken |= {argument.name for argument in operation.arguments}
        yield from taken & _SHADOWABLE
