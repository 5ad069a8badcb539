"""A whole document as an `Api`: tags, operations, types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..errors import SpecError
from ..lock import NameLock, operation_key
from ..names import Names, pascal
from ..notes import Notes
from ..openapi.document import Document, Node
from ..openapi.paths import PathOperation, path_operations
from .api import Api, Argument, Auth, Definition, Operation, Pagination, Record, Tag, expand
from .cycles import limit_cycles
from .directions import split_directions
from .method_names import TagNames, Unnamed, from_path, method_names
from .parameters import Arguments
from .request_bodies import add_body
from .responses import errors_of, mark_secrets, response_of
from .schemas import TOO_DEEP, TypeRegistry
from .types import ListOf, Named, Type, without_null

SAFE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY"})
# What the core's paging sets from page to page.
_PAGE_ARGUMENT = {"offset": "offset", "page": "page", "cursor": "cursor"}


def build(document: Document, *, strict: bool = True, lock: NameLock | None = None) -> Api:
    """Everything that the document says, named and typed.

    Args:
        document: what to read.
        strict: stop at the first operation that is wrong or not supported, instead of leaving it out with a
            note.
        lock: the names of an earlier run.

    Raises:
        SpecError: the document as a whole, or with `strict` an operation of it, is wrong or not supported.
    """
    notes = Notes(strict)
    registry = TypeRegistry(document)
    found = _by_tag(document, notes)
    tags = _tags(document, list(found), lock or NameLock())
    server = next((server.text("url") for server in document.root.entries("servers")), "")
    title, version = _info(document, "title"), _info(document, "version")
    api = Api(title, version, server, tags, registry.definitions, notes)
    for place, text in _unlike_schemes(document):
        notes.add(place, text)
    for tag in tags:
        names = _method_names(tag, found[tag.wire], lock or NameLock())
        given = Names(names)
        for one, name in zip(found[tag.wire], names, strict=True):
            operation = _taken(registry, tag, name, one, given, notes)
            if operation is not None:
                tag.operations.append(operation)
    api.tags = [tag for tag in tags if tag.operations]
    if not api.tags:
        if not notes.left_out:
            raise document.root.error("there are no operations in the document")
        first = notes.left_out[0]
        raise SpecError(f"{first.text}; no operation is left", first.where)
    mark_secrets(api.operations(), api.definitions)  # also those that an answer should not have
    split_directions(api, registry.give)
    limit_cycles(api, f"{document.path.name}#/components/schemas")
    return api


def lock_of(api: Api) -> NameLock:
    """The names that the next run is to keep."""
    return NameLock(
        {tag.wire: (tag.name, tag.class_name) for tag in api.tags},
        {one.key: one.id for one in api.operations()},
    )


def _taken(
    registry: TypeRegistry,
    tag: Tag,
    name: str,
    found: PathOperation,
    given: Names,
    notes: Notes,
) -> Operation | None:
    """An operation with its notes; None where it cannot be generated."""
    try:
        operation = _operation(registry, tag, name, found, given)
        registry.check(operation.types())
    except SpecError as error:
        notes.leave_out(found.title, error)
        return None
    except RecursionError:
        notes.leave_out(found.title, found.node.error(TOO_DEEP))
        return None
    for text in operation.notes:
        notes.add(found.node.where, text, operation.id)
    for node in (*found.items, found.node):
        if node.has("servers"):
            text = "not used; every call goes to the client's `base_url`"
            notes.add(f"{node.where}/servers", text, operation.id)
    if others := found.node.strings("tags")[1:]:
        listed = ", ".join(f"`{other}`" for other in others)
        notes.add(
            f"{found.node.where}/tags",
            f"also tagged {listed}; a method of `{tag.name}` alone",
            operation.id,
        )
    return operation


def _info(document: Document, key: str) -> str:
    """A text of `info`; a version is often written as a number."""
    info = document.root.get("info")
    value = info.object().get(key) if info else None
    return str(value) if isinstance(value, (int, float)) else info.text(key) if info else ""


def _by_tag(document: Document, notes: Notes) -> dict[str, list[PathOperation]]:
    """The operations by their first tag, those of one tag in the order of the document."""
    found: dict[str, list[PathOperation]] = {}
    ids: dict[str, Node] = {}
    for one in path_operations(document, notes):
        try:
            id, tags = one.node.text("operationId"), one.node.strings("tags")
        except SpecError as error:
            notes.leave_out(one.title, error)
            continue
        if id in ids:
            text = f"operationId {id!r} is that of {ids[id].where} too"
            if notes.strict:
                raise one.node.error(text)
            notes.add(one.node.where, text, one.title)
        if id:
            ids[id] = one.node
        found.setdefault(tags[0] if tags else "default", []).append(one)
    return found


def _method_names(tag: Tag, found: list[PathOperation], lock: NameLock) -> list[str]:
    unnamed = [
        Unnamed(
            operation_key(one.http, one.key),
            one.node.text("operationId"),
            from_path(one.http, one.key),
        )
        for one in found
    ]
    return method_names(tag.wire, unnamed, lock.methods(tag.name))


def _tags(document: Document, used: list[str], lock: NameLock) -> list[Tag]:
    """The tags that have operations: first those that the document lists, in its order."""
    said = {node.text("name"): node for node in document.root.entries("tags")}
    order = [name for name in said if name in used] + [name for name in used if name not in said]
    names = TagNames()
    kept = {name: lock.tags[name] for name in order if name in lock.tags}
    for attribute, class_name in kept.values():
        names.keep(attribute, class_name)
    return [
        _tag(
            name, said.get(name), *kept.get(name) or (names.attribute(name), names.class_name(name))
        )
        for name in order
    ]


def _tag(name: str, said: Node | None, attribute: str, class_name: str) -> Tag:
    text = (said.text("description") or said.text("summary")) if said else ""
    if said and (parent := said.text("parent")):
        text = f"{text}\n\nPart of `{parent}`.".strip()
    return Tag(
        attribute,
        name,
        class_name,
        text or f"Operations of `{name}`.",
        said.text("x-package") if said else "",
    )


def _operation(
    registry: TypeRegistry, tag: Tag, name: str, found: PathOperation, given: Names
) -> Operation:
    node = found.node
    context = f"{tag.class_name}{pascal(name)}"
    arguments = Arguments(registry, context)
    query = arguments.add_parameters(found)
    plan = add_body(arguments, node)
    response = response_of(registry, node, context, found.http)
    operation = Operation(
        operation_key(found.http, found.key),
        tag.name,
        name,
        found.http,
        found.path,
        query,
        node.text("summary"),
        node.text("description"),
        _in_order(found, arguments),
        response,
        plan.encoding,
        plan.content_type,
        idempotent=node.flag("x-idempotent") if node.has("x-idempotent") else found.http in SAFE,
        auth=_auth(node),
        scope=node.text("x-scope"),
        errors=errors_of(node),
        deprecated=node.flag("deprecated"),
        provenance=node.text("x-provenance"),
        source=node.text("x-source"),
        client_method=node.identifier("x-client-method"),
        notes=arguments.notes,
    )
    operation.paging = _paging(registry.definitions, node, operation, given)
    return operation


def _in_order(found: PathOperation, arguments: Arguments) -> list[Argument]:
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
    """What an operation accepts: nothing, a JWT alone, or a key."""
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


def _unlike_schemes(document: Document) -> Iterator[tuple[str, str]]:
    """The ways to authenticate that are not the core's own."""
    for name, node in _schemes(document).items():
        kind = node.text("scheme").lower() if node.text("type") == "http" else node.text("type")
        if kind not in {"bearer", "oauth2", "openIdConnect"}:
            yield node.where, f"{name} is {kind!r}; the key is sent as `Authorization: Bearer`"


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
    """The type of the entries under a key of an answer."""
    plain = expand(definitions, response)
    record = definitions.get(plain.name) if isinstance(plain, Named) else None
    for field in record.fields if isinstance(record, Record) else ():
        if field.name == items:
            found = expand(definitions, without_null(field.type))
            return found.item if isinstance(found, ListOf) else None
    return None
