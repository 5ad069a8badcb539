"""Names of resources and methods, from operation ids in any style."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..names import Names, pascal, singular, snake, words

# Names that are used in resource modules and clients themselves.
RESERVED_CLASSES = frozenset({
    "Any", "Client", "Download", "EventStream", "FieldEncoding", "FileInput", "Final", "Generic",
    "Iterator", "JSONStream", "Literal", "Mapping", "Operation", "Paging", "Param", "RequestOptions", "Resource", "SSEEvent",
    "Sequence", "Unset",
})  # fmt: skip
RESERVED_ATTRIBUTES = frozenset({
    "aclose", "cached_property", "call", "clients", "close", "detailed", "download", "map", "paginate", "request",
    "stream", "stream_json", "types", "with_options",
})  # fmt: skip
# In bytes: file systems allow 255 for a file name, with its suffix.
LONGEST_TAG = 120
VERBS = frozenset({
    "add", "create", "delete", "edit", "fetch", "find", "get", "list", "patch", "post", "put",
    "read", "remove", "replace", "retrieve", "search", "show", "update", "upsert",
})  # fmt: skip


class TagNames:
    """Attribute and class names of tags; a class name is reserved together with its async counterpart."""

    def __init__(self) -> None:
        self._attributes = Names(RESERVED_ATTRIBUTES, suffix="_")
        self._classes = Names()
        for name in sorted(RESERVED_CLASSES):
            self._classes.give(name)
            self._classes.give(f"Async{name}")

    def keep(self, attribute: str, class_name: str) -> None:
        """Reserve the names of a tag from an earlier run."""
        self._attributes.give(attribute)
        self._take(class_name)

    def attribute(self, tag: str) -> str:
        """Name of the module and of the client's attribute."""
        return self._attributes.give(_shortened(snake(tag)))

    def class_name(self, tag: str) -> str:
        """Name of the sync class."""
        text = _shortened("_".join(part[:1].upper() + part[1:] for part in words(tag)))
        stem = pascal(text or "Schema")
        number = 1
        for candidate in (stem, f"{stem}Resource"):
            if candidate not in self._classes and f"Async{candidate}" not in self._classes:
                return self._take(candidate)
        while f"{stem}Resource{number}" in self._classes:
            number += 1
        return self._take(f"{stem}Resource{number}")

    def _take(self, name: str) -> str:
        self._classes.give(name)
        self._classes.give(f"Async{name}")
        return name


def _shortened(name: str) -> str:
    """A name short enough for a file name, truncated between words if possible."""
    if len(name.encode()) <= LONGEST_TAG:
        return name
    words = name.encode()[: LONGEST_TAG + 1].decode(errors="ignore").rpartition("_")[0]
    return words.rstrip("_") or name.encode()[:LONGEST_TAG].decode(errors="ignore")


def from_path(http: str, path: str) -> str:
    """A name for an operation without an id: `GET /pets/{id}` -> `get_pets_by_id`."""
    parts = [
        f"by_{snake(part.strip('{}'))}" if part.startswith("{") else snake(part)
        for part in path.split("/")
        if part
    ]
    return "_".join([http.lower(), *parts])


@dataclass(frozen=True, slots=True)
class Unnamed:
    """An operation that needs a name.

    Attributes:
        key: method and path, its key in the lock.
        id: its operation id; may be empty.
        by_path: a name derived from its method and path.
    """

    key: str
    id: str
    by_path: str


def method_names(
    tag: str,
    operations: Sequence[Unnamed],
    locked: Mapping[str, str] | None = None,
    reserved: Iterable[str] = (),
) -> list[str]:
    """Names of the methods of a tag, in the order of its operations.

    The tag is removed from the id if it is a prefix or the object of a verb: `pets.list`, `Pets_List`, `pets/list`
    and `listPets` all become `list`. If a name is taken, the next operation keeps its whole id, or is named by its
    path.

    Args:
        tag: the tag in the document.
        operations: the operations to name.
        locked: names of an earlier run by key, which new operations cannot take.
        reserved: other names that new operations cannot take.
    """
    names = Names()
    kept = {one.key: locked[one.key] for one in operations if locked and one.key in locked}
    found = {key: names.give(name) for key, name in kept.items()}
    for name in reserved:
        names.give(name)
    for one in operations:
        if one.key not in found:
            wanted = list(_candidates(tag, one))
            free = next((name for name in wanted if name not in names), wanted[-1])
            found[one.key] = names.give(free)
    return [found[one.key] for one in operations]


def _candidates(tag: str, operation: Unnamed) -> Iterator[str]:
    if operation.id:
        yield short_name(tag, operation.id)
        yield snake(operation.id)
    else:
        yield short_name(tag, operation.by_path)
    yield operation.by_path


def short_name(tag: str, id: str) -> str:
    """The method's name for an operation id, without the tag."""
    noun = [singular(word.lower()) for word in words(tag)]
    parts = [word.lower() for word in words(id)]
    if len(parts) > len(noun) and [singular(word) for word in parts[: len(noun)]] == noun:
        parts = parts[len(noun) :]
    elif parts and parts[0] in VERBS and [singular(word) for word in parts[1:]] == noun:
        parts = parts[:1]
    return snake("_".join(parts))
