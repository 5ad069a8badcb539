"""Names of resources and their methods, whatever style the document's author wrote operation ids in."""

from __future__ import annotations

from collections import Counter

from ..names import Names, pascal, singular, snake, words

# Names that a resource module or a client has a use for itself.
RESERVED_CLASSES = frozenset({
    "Any", "Client", "Download", "EventStream", "FieldEncoding", "FileInput", "Final", "Generic",
    "Iterator", "JSONStream", "Literal", "Mapping", "Operation", "Paging", "Param", "RequestOptions", "Resource", "SSEEvent",
    "Sequence", "Unset",
})  # fmt: skip
RESERVED_ATTRIBUTES = frozenset({
    "aclose", "call", "clients", "close", "download", "paginate", "request", "stream", "stream_json",
    "types", "with_options",
})  # fmt: skip
VERBS = frozenset({
    "add", "create", "delete", "edit", "fetch", "find", "get", "list", "patch", "post", "put",
    "read", "remove", "replace", "retrieve", "search", "show", "update", "upsert",
})  # fmt: skip


class TagNames:
    """Attribute and class of each tag; a class name is reserved together with its async counterpart."""

    def __init__(self) -> None:
        self._attributes = Names(RESERVED_ATTRIBUTES, suffix="_")
        self._classes = Names()
        for name in sorted(RESERVED_CLASSES):
            self._classes.give(name)
            self._classes.give(f"Async{name}")

    def attribute(self, tag: str) -> str:
        """Name of the module and of the client's attribute."""
        return self._attributes.give(snake(tag))

    def class_name(self, tag: str) -> str:
        """Name of the sync class."""
        stem = pascal("_".join(part[:1].upper() + part[1:] for part in words(tag)) or "Schema")
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


def from_path(http: str, path: str) -> str:
    """A name for an operation that has no id: `GET /pets/{id}` -> `get_pets_by_id`."""
    parts = [
        f"by_{snake(part.strip('{}'))}" if part.startswith("{") else snake(part)
        for part in path.split("/")
        if part
    ]
    return "_".join([http.lower(), *parts])


def method_names(tag: str, ids: list[str]) -> list[str]:
    """Names of the methods of a tag, in the order of their operation ids.

    The tag is dropped from the id where it is a prefix or the object of a verb: `pets.list`, `Pets_List`,
    `pets/list` and `listPets` are all `list`. Ids that would then be the same keep what tells them apart.
    """
    wanted = [short_name(tag, one) for one in ids]
    counts = Counter(wanted)
    names = Names()
    found: dict[int, str] = {}
    for unique in (True, False):
        for index, (name, full) in enumerate(zip(wanted, ids, strict=True)):
            if (counts[name] == 1) is unique:
                found[index] = names.give(name if unique else _full(full))
    return [found[index] for index in range(len(ids))]


def _full(id: str) -> str:
    return snake(id)


def short_name(tag: str, id: str) -> str:
    """The method's name for an operation id, without the tag."""
    noun = [singular(word.lower()) for word in words(tag)]
    parts = [word.lower() for word in words(id)]
    if len(parts) > len(noun) and [singular(word) for word in parts[: len(noun)]] == noun:
        parts = parts[len(noun) :]
    elif parts and parts[0] in VERBS and [singular(word) for word in parts[1:]] == noun:
        parts = parts[:1]
    return snake("_".join(parts))
