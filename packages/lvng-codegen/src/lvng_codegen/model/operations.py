"""A whole document as an `Api`: tags, operations, types."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from ..errors import SpecError
from ..names import Names, pascal
from ..openapi.contract import METHODS
from ..openapi.document import Document, Node
from ..openapi.media import essence, suffix_of
from .api import Api, Argument, Auth, Definition, Operation, Pagination, Record, Tag, expand
from .method_names import TagNames, from_path, method_names
from .parameters import Arguments
from .request_bodies import add_body, body_choices
from .responses import errors_of, mark_secrets, response_choices, response_of
from .schemas import TypeRegistry
from .security import SecuritySchemes, security_of
from .servers import own_server, server_notes, servers_of
from .types import ListOf, Named, Type, without_null

# Without `x-idempotent`: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2
IDEMPOTENT_METHODS = frozenset({"get", "head", "put", "delete", "options", "trace"})
# The argument that the core's paging sets from page to page.
_PAGE_ARGUMENT = {"offset": "offset", "page": "page", "cursor": "cursor"}


class _Found:
    """An operation in the document, before it has a name."""

    __slots__ = ("http", "item", "node", "path")

    def __init__(self, http: str, path: str, node: Node, item: Node) -> None:
        self.http, self.path, self.node, self.item = http, path, node, item

    @property
    def id(self) -> str:
        return self.node.text("operationId") or from_path(self.http, self.path)

    @property
    def tag(self) -> str:
        return (self.node.strings("tags") or ("default",))[0]


def build(document: Document) -> Api:
    """Build the model of a document.

    Raises:
        SpecError: the document is wrong, or uses something that is not supported.
    """
    registry = TypeRegistry(document)
    found = _by_tag(document)
    if not found:
        raise document.root.error("there are no operations in the document")
    tags = _tags(document, list(found))
    nodes = [one.node for group in found.values() for one in group]
    security = SecuritySchemes.of(document, nodes)
    api = Api(
        _info(document, "title"),
        _info(document, "version"),
        servers_of(document),
        security,
        tags,
        registry.definitions,
        warnings=[f"{place}: {text}" for place, text in security.notes],
        common_fields=_common_fields(document),
    )
    for tag in tags:
        names = method_names(tag.wire, [one.id for one in found[tag.wire]])
        given = Names(names)
        for one, name in zip(found[tag.wire], names, strict=True):
            for operation in _operations(registry, tag, name, one, given):
                tag.operations.append(operation)
                api.warnings += [f"{operation.id}: {note}" for note in _warnings(one, operation)]
    mark_secrets(api.operations(), api.definitions)
    return api


def _warnings(found: _Found, operation: Operation) -> Iterator[str]:
    yield from operation.notes
    yield from (f"{place}: {text}" for place, text in server_notes(found.node, found.item))


def _info(document: Document, key: str) -> str:
    info = document.root.get("info")
    return info.text(key) if info else ""


def _common_fields(document: Document) -> dict[str, str]:
    node = document.root.get("x-common-fields")
    return {name: node.text(name) for name, _ in node.children()} if node else {}


def _by_tag(document: Document) -> dict[str, list[_Found]]:
    """The operations by their first tag, those of one tag in the order of the document."""
    found: dict[str, list[_Found]] = {}
    ids: dict[str, Node] = {}
    for path, reference in document.root.members("paths"):
        if path.startswith("x-"):
            continue
        if not path.startswith("/") or {"?", "#"} & set(path):
            raise reference.error("a path begins with a slash and holds no query")
        item = reference.follow()
        for http in METHODS:
            node = item.get(http)
            if node is None:
                continue
            node = node.follow()
            one = _Found(http, path, node, item)
            if (id := node.text("operationId")) in ids:
                raise node.error(f"operationId {id!r} is that of {ids[id].where} too")
            if id:
                ids[id] = node
            found.setdefault(one.tag, []).append(one)
    return found


def _tags(document: Document, used: list[str]) -> list[Tag]:
    """The tags that have operations: the ones that the document lists first, in its order."""
    said = {node.text("name"): node for node in document.root.entries("tags")}
    order = [name for name in said if name in used] + [name for name in used if name not in said]
    names = TagNames()
    return [_tag(name, said.get(name), names) for name in order]


def _tag(name: str, said: Node | None, names: TagNames) -> Tag:
    return Tag(
        names.attribute(name),
        name,
        names.class_name(name),
        (said.text("description") if said else "") or f"Operations of `{name}`.",
        said.text("x-package") if said else "",
    )


def _operations(
    registry: TypeRegistry, tag: Tag, name: str, found: _Found, given: Names
) -> list[Operation]:
    """The methods of an operation: one for each kind of body and of response, the usual one first."""
    usual, *bodies = body_choices(found.node) or [[]]
    _, *responses = response_choices(found.node, found.http.upper())
    operation = _operation(registry, tag, name, found, usual, None)
    operation.client_method = found.node.identifier("x-client-method")
    operation.paging = _paging(registry.definitions, found.node, operation, given)
    operations = [operation]
    for body in (None, *bodies):
        for only in (None, *responses):
            if body is None and only is None:
                continue
            kinds = [body[0][0]] if body else []
            kinds += [only[0]] if only else []
            method = given.give("_".join([name, *map(suffix_of, kinds)]))
            try:
                other = _operation(registry, tag, method, found, body or usual, only)
            except SpecError as error:
                operation.notes.append(f"`{essence(kinds[0])}` is left out: {error}")
                break
            other.description = f"{other.description.strip()}\n\n{_difference(body, only)}".strip()
            operations.append(other)
    return operations


def _difference(body: list[tuple[str, Node]] | None, only: tuple[str, ...] | None) -> str:
    """Which of several bodies and responses a method is for."""
    sends = f"Sends `{essence(body[0][0])}`." if body else ""
    returns = f"Asks for `{essence(only[0])}`." if only else ""
    return f"{sends} {returns}".strip()


def _operation(
    registry: TypeRegistry,
    tag: Tag,
    name: str,
    found: _Found,
    body: list[tuple[str, Node]],
    only: Collection[str] | None,
) -> Operation:
    node = found.node
    context = f"{tag.class_name}{pascal(name)}"
    arguments = Arguments(registry, context)
    arguments.add_parameters(node, found.item)
    plan = add_body(arguments, node, body)
    idempotency_header = _idempotency_header(arguments)
    response = response_of(registry, node, context, found.http.upper(), only)
    return Operation(
        tag.name,
        name,
        found.http.upper(),
        found.path,
        node.text("summary"),
        node.text("description"),
        _in_order(found, arguments),
        response,
        plan.encoding,
        plan.content_type,
        plan.fields,
        idempotent=_idempotent(node, found.http),
        auth=_auth(node),
        scope=node.text("x-scope"),
        errors=errors_of(node),
        deprecated=node.flag("deprecated"),
        provenance=node.text("x-provenance"),
        source=node.text("x-source"),
        security=security_of(node),
        server=own_server(node, found.item),
        idempotency_header=idempotency_header,
        notes=arguments.notes,
    )


def _idempotent(node: Node, http: str) -> bool:
    """Whether sending the request twice has the effect of sending it once."""
    said = node.get("x-idempotent")
    if said is None:
        return http in IDEMPOTENT_METHODS
    if not isinstance(said.value, bool):
        raise said.error(f"expected true or false, found {said.value!r:.60}")
    return said.value


def _idempotency_header(arguments: Arguments) -> str:
    """The header under which the operation may be repeated; its value need not be given."""
    for index, one in enumerate(arguments.found):
        if one.location == "header" and "idempoten" in one.wire.lower():
            text = f"{one.docs.text} By default a new one for each call.".strip()
            docs = replace(one.docs, text=text)
            arguments.found[index] = replace(one, required=False, docs=docs)
            return one.wire
    return ""


def _in_order(found: _Found, arguments: Arguments) -> list[Argument]:
    """Arguments as in the signature: the path's in its order, the required, the others."""
    wanted = [part.partition("}")[0] for part in found.path.split("{")[1:]]
    paths = {one.wire: one for one in arguments.found if one.location == "path"}
    for wire in wanted:
        if wire not in paths:
            raise found.node.error(f"the path has {{{wire}}}, but there is no such path parameter")
    unused = [wire for wire in paths if wire not in wanted]
    if unused:
        raise found.node.error(f"the path parameter {unused[0]!r} is not in the path {found.path}")
    others = [one for one in arguments.found if one.location != "path"]
    ordered = [paths[wire] for wire in dict.fromkeys(wanted)]
    return [*ordered, *sorted(others, key=lambda one: not one.required)]


def _auth(node: Node) -> Auth:
    """The authentication of an operation: none, a JWT alone, or a key."""
    owner = node if node.has("security") else node.document.root
    choices = list(owner.entries("security"))
    if owner.has("security") and (not choices or any(not one.value for one in choices)):
        return "public"
    schemes = [name for one in choices for name in one.object()]
    return "jwt" if schemes and all(_is_jwt(node.document, name) for name in schemes) else "key"


def _schemes(document: Document) -> dict[str, Node]:
    components = document.root.get("components")
    found = components.members("securitySchemes") if components else ()
    return {name: node.follow() for name, node in found}


def _is_jwt(document: Document, name: str) -> bool:
    schemes = _schemes(document)
    return name in schemes and schemes[name].text("bearerFormat").upper() == "JWT"


def _paging(
    definitions: Mapping[str, Definition], node: Node, operation: Operation, given: Names
) -> Pagination | None:
    said = node.get("x-paging")
    if said is None:
        return None
    style, items = said.text("style"), said.text("items", "data")
    if style not in _PAGE_ARGUMENT:
        raise said.error(f"the style {style!r} is none of offset, page and cursor")
    if _PAGE_ARGUMENT[style] not in {argument.name for argument in operation.arguments}:
        raise said.error(f"paging by {style} needs a parameter {_PAGE_ARGUMENT[style]!r}")
    item = _item_type(definitions, operation.response.type, items)
    if item is None:
        raise said.error(f"the response has no list under {items!r}")
    stem = operation.method.removeprefix("list_") if operation.method != "list" else ""
    return Pagination(style, items, item, given.give(f"iter_{stem}" if stem else "iter"))


def _item_type(definitions: Mapping[str, Definition], response: Type, items: str) -> Type | None:
    """The type of the entries under a key of a response."""
    plain = expand(definitions, response)
    record = definitions.get(plain.name) if isinstance(plain, Named) else None
    for field in record.fields if isinstance(record, Record) else ():
        if field.name == items:
            found = expand(definitions, without_null(field.type))
            return found.item if isinstance(found, ListOf) else None
    return None
