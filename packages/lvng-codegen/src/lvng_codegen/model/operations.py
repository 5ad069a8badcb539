"""Build the model of a document: tags, operations, types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..errors import SpecError
from ..lock import NameLock
from ..names import Names, pascal
from ..notes import Notes
from ..openapi.document import Document, Node
from ..openapi.media import essence, suffix_of
from ..openapi.paths import PathOperation, path_operations
from .api import Api, Argument, Auth, Operation, Tag
from .cycles import limit_cycles
from .directions import split_directions
from .method_names import Unnamed, from_path, method_names
from .paging import paging_of
from .parameters import Arguments
from .request_bodies import add_body
from .responses import errors_of, mark_secrets, response_of
from .schemas import TOO_DEEP, TypeRegistry
from .security import SecuritySchemes, declared_schemes, security_of
from .servers import own_server, server_notes, servers_of
from .tags import tags_of
from .variants import Variant, variants_of

# Without `x-idempotent`: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2
IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY"})


def build(document: Document, *, strict: bool = True, lock: NameLock | None = None) -> Api:
    """Build the model of a document.

    Args:
        document: the document.
        strict: whether to stop at the first invalid or unsupported operation, instead of omitting it with a note.
        lock: the names of an earlier run.

    Raises:
        SpecError: the document as a whole or, with `strict`, an operation is invalid or unsupported.
    """
    notes = Notes(strict)
    registry = TypeRegistry(document)
    lock = lock or NameLock()
    found = _by_tag(document, notes)
    tags = tags_of(document, list(found), lock)
    security = SecuritySchemes.of(document, [one.node for group in found.values() for one in group])
    for place, text in security.notes:
        notes.add(place, text)
    for tag in tags:
        _add_methods(registry, tag, found[tag.wire], lock, notes)
    api = Api(
        title_of(document),
        _info(document, "version"),
        servers_of(document),
        security,
        [tag for tag in tags if tag.operations],
        registry.definitions,
        notes,
        _common_fields(document),
    )
    if not api.tags:
        if not notes.left_out:
            raise document.root.error("there are no operations in the document")
        first = notes.left_out[0]
        raise SpecError(f"{first.text}; no operation is left", first.where)
    mark_secrets(api.operations(), api.definitions)  # also write-only secrets in responses
    split_directions(api, registry.give)
    limit_cycles(api, f"{document.path.name}#/components/schemas")
    return api


def lock_of(api: Api) -> NameLock:
    """The lock of names for later runs."""
    return NameLock(
        {tag.wire: (tag.name, tag.class_name) for tag in api.tags},
        {f"{one.key}{one.variant}": one.id for one in api.operations()},
    )


def title_of(document: Document) -> str:
    """The title of the API; may be empty."""
    return _info(document, "title")


def _info(document: Document, key: str) -> str:
    """A text of `info`; a version is often written as a number."""
    info = document.root.get("info")
    value = info.object().get(key) if info else None
    return str(value) if isinstance(value, (int, float)) else info.text(key) if info else ""


def _common_fields(document: Document) -> dict[str, str]:
    node = document.root.get("x-common-fields")
    return {name: node.text(name) for name, _ in node.children()} if node else {}


def _by_tag(document: Document, notes: Notes) -> dict[str, list[PathOperation]]:
    """The operations by their first tag, those of one tag in the order of the document."""
    found: dict[str, list[PathOperation]] = {}
    ids: dict[str, Node] = {}
    for one in path_operations(document, notes):
        try:
            id, tags = one.node.text("operationId"), one.node.strings("tags")
            security_of(one.node)
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


def _add_methods(
    registry: TypeRegistry, tag: Tag, found: list[PathOperation], lock: NameLock, notes: Notes
) -> None:
    """Name the operations of a tag, and add their methods."""
    locked = lock.methods(tag.name)
    unnamed = [
        Unnamed(one.id, one.node.text("operationId"), from_path(one.http, one.key)) for one in found
    ]
    variants = {key: name for key, name in locked.items() if "; " in key}
    names = method_names(tag.wire, unnamed, locked, reserved=variants.values())
    given = Names(names)
    kept = {key: given.give(name) for key, name in variants.items()}
    methods = _Methods(registry, tag, notes, given, kept)
    for one, name in zip(found, names, strict=True):
        methods.add(name, one)


@dataclass(slots=True)
class _Methods:
    """Collects the methods of a tag.

    Attributes:
        names: taken names.
        kept: names of variants from an earlier run, by operation and variant.
    """

    registry: TypeRegistry
    tag: Tag
    notes: Notes
    names: Names
    kept: Mapping[str, str]

    def add(self, name: str, found: PathOperation) -> None:
        """Add the supported methods of an operation."""
        try:
            variants = variants_of(found)
        except SpecError as error:
            self.notes.leave_out(found.title, error)
            return
        made: list[Operation] = []
        for variant in variants:
            if operation := self._method(name, found, variant):
                made.append(operation)
            elif made:
                kind, reason = variant.sends or variant.returns, self.notes.left_out[-1].text
                made[0].notes.append(f"`{essence(kind)}` is left out: {reason}")
        self.tag.operations += made
        if made:
            self._note(found, made[0])

    def _method(self, name: str, found: PathOperation, variant: Variant) -> Operation | None:
        """The method with its notes; None if it is not supported."""
        try:
            operation = self._operation(name, found, variant)
            self.registry.check(operation.types())
        except SpecError as error:
            self.notes.leave_out(f"{found.title}{variant.text}", error)
            return None
        except RecursionError:
            self.notes.leave_out(f"{found.title}{variant.text}", found.node.error(TOO_DEEP))
            return None
        for text in operation.notes:
            self.notes.add(found.node.where, text, operation.id)
        return operation

    def _operation(self, name: str, found: PathOperation, variant: Variant) -> Operation:
        node = found.node
        if not variant.text:
            operation = _operation(self.registry, self.tag, name, found, variant)
            operation.client_method = node.identifier("x-client-method")
            operation.paging = paging_of(self.registry.definitions, node, operation, self.names)
            return operation
        kinds = [suffix_of(kind) for kind in (variant.sends, variant.returns) if kind]
        method = self.kept.get(f"{found.id}{variant.text}")
        method = method or self.names.give("_".join([name, *kinds]))
        operation = _operation(self.registry, self.tag, method, found, variant)
        text = f"{operation.description.strip()}\n\n{variant.description}"
        return replace(operation, variant=variant.text, description=text.strip())

    def _note(self, found: PathOperation, operation: Operation) -> None:
        """Add notes for parts of an operation that have no effect."""
        for place, text in server_notes(found.node, *found.items):
            self.notes.add(place, text, operation.id)
        if others := found.node.strings("tags")[1:]:
            listed = ", ".join(f"`{other}`" for other in others)
            text = f"also tagged {listed}; a method of `{self.tag.name}` alone"
            self.notes.add(f"{found.node.where}/tags", text, operation.id)


def _operation(
    registry: TypeRegistry, tag: Tag, name: str, found: PathOperation, variant: Variant
) -> Operation:
    node = found.node
    context = f"{tag.class_name}{pascal(name)}"
    arguments = Arguments(registry, context)
    query = arguments.add_parameters(found)
    plan = add_body(arguments, node, variant.body)
    idempotency_header = _idempotency_header(arguments)
    response = response_of(registry, node, context, found.http, variant.only)
    return Operation(
        found.id,
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
        plan.fields,
        idempotent=_idempotent(node, found.http),
        auth=_auth(node),
        scope=node.text("x-scope"),
        errors=errors_of(node),
        deprecated=node.flag("deprecated"),
        provenance=node.text("x-provenance"),
        source=node.text("x-source"),
        security=security_of(node),
        server=own_server(node, *found.items),
        idempotency_header=idempotency_header,
        notes=arguments.notes,
    )


def _idempotent(node: Node, http: str) -> bool:
    """Whether sending the request twice has the same effect as sending it once."""
    said = node.get("x-idempotent")
    if said is None:
        return http in IDEMPOTENT_METHODS
    if not isinstance(said.value, bool):
        raise said.error(f"expected true or false, found {said.value!r:.60}")
    return said.value


def _idempotency_header(arguments: Arguments) -> str:
    """The idempotency header of the operation; its argument becomes optional."""
    for index, one in enumerate(arguments.found):
        if one.location == "header" and "idempoten" in one.wire.lower():
            text = f"{one.docs.text} By default a new one for each call.".strip()
            docs = replace(one.docs, text=text)
            arguments.found[index] = replace(one, required=False, docs=docs)
            return one.wire
    return ""


def _in_order(found: PathOperation, arguments: Arguments) -> list[Argument]:
    """Arguments in the order of the signature: path, required, optional."""
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
    """The authentication of an operation: none, a JWT only, or a key."""
    choices = security_of(node)
    if choices is None:
        choices = security_of(node.document.root)
    if choices is not None and (not choices or () in choices):
        return "public"
    schemes = [name for one in choices or () for name in one]
    known = dict(declared_schemes(node.document))
    return "jwt" if schemes and all(_is_jwt(known.get(name)) for name in schemes) else "key"


def _is_jwt(scheme: Node | None) -> bool:
    return scheme is not None and scheme.text("bearerFormat").upper() == "JWT"
