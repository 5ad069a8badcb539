"""Navigate an OpenAPI document: typed access, references, and places for errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from urllib.parse import unquote, urljoin

from ..errors import SpecError
from ..names import is_name
from .dynamic_scope import DynamicScope, Scope, mentions
from .identifiers import Identifiers
from .loader import JSON, escape, read, unescape

VERSIONS = ("3.0", "3.1", "3.2")
# The most widely used converter; a test checks its output.
_CONVERT = "npx --yes swagger2openapi@7.0.8 --patch --outfile {new} {old}"


class Document:
    """A document and the files that it refers to.

    Args:
        data: the document.
        path: its file, to which relative references are relative.
    """

    def __init__(self, data: JSON, path: Path) -> None:
        self.path = path
        self._files: dict[Path, JSON] = {path: data}
        self._found: dict[tuple[Path, str, str], Node] = {}
        self._identifiers: dict[Path, Identifiers] = {}
        self._dynamic = DynamicScope(self) if mentions(data, "$dynamicRef") else None
        self.root = Node(self, data, path, "")
        self.version = self._check()

    @classmethod
    def load(cls, path: Path) -> Document:
        """The document in a file, JSON or YAML."""
        return cls(read(path), path.resolve())

    @property
    def before_3_1(self) -> bool:
        """Whether it is before OpenAPI 3.1, where members beside a `$ref` are ignored."""
        return self.version == "3.0"

    def _check(self) -> str:
        said = self.root.value.get("openapi") if isinstance(self.root.value, dict) else None
        version = ".".join(str(said).split(".")[:2])
        if version in VERSIONS:
            return version
        if isinstance(self.root.value, dict) and "swagger" in self.root.value:
            new = self.path.with_name(f"{self.path.stem}.openapi{self.path.suffix}")
            command = _CONVERT.format(old=quote(str(self.path)), new=quote(str(new)))
            raise self.root.error(
                f"this is Swagger {self.root.value['swagger']}, not OpenAPI 3; convert it first:\n\n"
                f"    {command}\n"
            )
        raise self.root.error(f"openapi is {said!r}; supported are OpenAPI {', '.join(VERSIONS)}")

    def components(self, kind: str) -> Iterator[tuple[str, Node]]:
        """The components of a kind, such as `schemas`, by name; references are not followed."""
        components = self.root.get("components")
        if components is not None and components.value is not None:
            yield from components.members(kind)

    def find(self, reference: str, start: Node) -> Node:
        """The target of a `$ref` at `start`.

        Raises:
            SpecError: the target does not exist, or is a URL.
        """
        key = (start.file, self._base(reference, start), reference)
        if key not in self._found:
            self._found[key] = self._locate(reference, start)
        found = self._found[key]
        return found if self._dynamic is None else self._dynamic.entered(found, start)

    def find_dynamic(self, reference: str, start: Node) -> Node:
        """The target of a `$dynamicRef` at `start`, which depends on its dynamic scope."""
        found = self.find(reference, start)
        return found if self._dynamic is None else self._dynamic.chosen(found, reference, start)

    def identifiers(self, file: Path) -> Identifiers:
        """The identifiers in a file of the document."""
        if file not in self._identifiers:
            self._identifiers[file] = Identifiers.of(self._files[file])
        return self._identifiers[file]

    def node(self, file: Path, pointer: str = "") -> Node | None:
        """The node at a place in a file of the document; None if there is none."""
        return Node(self, self._files[file], file, "").at(pointer)

    def _base(self, reference: str, start: Node) -> str:
        # Most references are pointers into the same file, for which $id does not matter.
        if reference.startswith("#/"):
            return ""
        return self.identifiers(start.file).base_at(start.pointer)

    def _locate(self, reference: str, start: Node) -> Node:
        address, _, fragment = reference.partition("#")
        fragment = unquote(fragment)
        own = Node(self, self._files[start.file], start.file, "")
        if not address and fragment.startswith("/") and (node := own.at(fragment)) is not None:
            return node
        resource = self._identified(address, start) or self._in_file(address, reference, start)
        node = self._inside(resource, fragment)
        if node is None:
            raise start.error(f"$ref {reference!r} points to nothing")
        return node

    def _identified(self, address: str, start: Node) -> Node | None:
        """The schema or document with a `$id` or `$self`."""
        base = self.identifiers(start.file).base_at(start.pointer)
        try:
            uri = urljoin(base, unquote(address))
        except ValueError:
            return None
        for file in self._files:
            pointer = self.identifiers(file).resources.get(uri)
            if pointer is not None:
                return self.node(file, pointer)
        return None

    def _in_file(self, address: str, reference: str, start: Node) -> Node:
        if not address:
            return Node(self, self._files[start.file], start.file, "")
        if "://" in address:
            raise start.error(
                f"$ref {reference!r}: no schema has it as its $id, and references to the network "
                "are not followed"
            )
        try:
            file = (start.file.parent / unquote(address)).resolve()
            if file not in self._files:
                self._files[file] = read(file)
                if self._dynamic is None and mentions(self._files[file], "$dynamicRef"):
                    self._dynamic = DynamicScope(self)
        except SpecError as error:
            text = f"{error}; and no schema has it as its $id"
            raise start.error(f"$ref {reference!r}: {text}") from error
        except (OSError, RuntimeError, ValueError) as error:
            raise start.error(f"$ref {reference!r}: {error}") from error
        return Node(self, self._files[file], file, "")

    def _inside(self, resource: Node, fragment: str) -> Node | None:
        """The part of a file or schema at a pointer or anchor."""
        if not fragment or fragment.startswith("/"):
            return resource.at(fragment)
        known = self.identifiers(resource.file)
        pointer = known.anchors.get((known.base_at(resource.pointer), fragment))
        return None if pointer is None else self.node(resource.file, pointer)


class Node:
    """A value of a document, with its place.

    Attributes:
        scope: the dynamic scope: anchors of the schemas on the way to this node.
    """

    __slots__ = ("document", "file", "pointer", "scope", "value")

    def __init__(
        self, document: Document, value: JSON, file: Path, pointer: str, scope: Scope = ()
    ) -> None:
        self.document = document
        self.value = value
        self.file = file
        self.pointer = pointer
        self.scope = scope

    def __repr__(self) -> str:
        return f"<{self.where}>"

    @property
    def where(self) -> str:
        """File and JSON pointer, for errors."""
        return f"{self.file.name}#{self.pointer or '/'}"

    @property
    def id(self) -> object:
        """File, pointer and dynamic scope, which identify this node."""
        return (self.file, self.pointer, self.scope) if self.scope else (self.file, self.pointer)

    @property
    def name(self) -> str:
        """The last part of the pointer."""
        part = self.pointer.rpartition("/")[2] or self.file.stem
        return unescape(part)

    def error(self, message: str) -> SpecError:
        """Make an error with this place."""
        return SpecError(message, self.where)

    def _at(self, key: str | int, value: JSON) -> Node:
        pointer = f"{self.pointer}/{escape(str(key))}"
        return Node(self.document, value, self.file, pointer, self.scope)

    def child(self, key: str) -> Node | None:
        """The member of an object or list, if there is one."""
        if isinstance(self.value, dict):
            return self._at(key, self.value[key]) if key in self.value else None
        if isinstance(self.value, list) and key.isdigit() and int(key) < len(self.value):
            return self._at(key, self.value[int(key)])
        return None

    def at(self, pointer: str) -> Node | None:
        """The node at a JSON pointer relative to this one; None if there is none."""
        node: Node | None = self
        for part in pointer.split("/")[1:]:
            node = node.child(unescape(part)) if node is not None else None
        return node

    def object(self) -> dict[str, JSON]:
        """The value, which must be an object."""
        if not isinstance(self.value, dict):
            raise self.error(f"expected an object, found {_shown(self.value)}")
        return self.value

    def has(self, *keys: str) -> bool:
        """Whether any of these members exists."""
        return isinstance(self.value, dict) and any(key in self.value for key in keys)

    def get(self, key: str) -> Node | None:
        """A member of an object; references are not followed."""
        value = self.object()
        return self._at(key, value[key]) if key in value else None

    def members(self, key: str) -> Iterator[tuple[str, Node]]:
        """The members of the object under a key; empty if the key is absent or null."""
        node = self.get(key)
        if node is not None and node.value is not None:
            yield from node.children()

    def children(self) -> Iterator[tuple[str, Node]]:
        """The members of this object."""
        for name, value in self.object().items():
            yield name, self._at(name, value)

    def entries(self, key: str) -> Iterator[Node]:
        """The entries of the list under a key; empty if the key is absent or null."""
        node = self.get(key)
        if node is None or node.value is None:
            return
        if not isinstance(node.value, list):
            raise node.error(f"expected a list, found {_shown(node.value)}")
        for index, value in enumerate(node.value):
            yield node._at(index, value)

    def text(self, key: str, default: str = "") -> str:
        """The string under a key, the default where the key is absent or empty."""
        value = self.object().get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            raise self._at(key, value).error(f"expected a string, found {_shown(value)}")
        return value

    def identifier(self, key: str) -> str:
        """The string under a key, which must be a Python identifier."""
        text = self.text(key)
        if text and not is_name(text):
            raise self.error(f"{key} is {text!r}, which Python does not take as a name")
        return text

    def flag(self, key: str) -> bool:
        """Whether the member is true."""
        return self.has(key) and self.object()[key] is True

    def strings(self, key: str) -> tuple[str, ...]:
        """The strings of the list under a key."""
        found = []
        for entry in self.entries(key):
            if not isinstance(entry.value, str):
                raise entry.error(f"expected a string, found {_shown(entry.value)}")
            found.append(entry.value)
        return tuple(found)

    @property
    def is_reference(self) -> bool:
        """Whether it is a reference."""
        return self.has("$ref", "$dynamicRef")

    def target(self) -> Node:
        """The target of a reference, which may be a reference itself."""
        if self.has("$ref"):
            return self.document.find(self.text("$ref"), self)
        return self.document.find_dynamic(self.text("$dynamicRef"), self)

    def follow(self) -> Node:
        """The final target of a reference; else the node itself."""
        node, seen = self, set()
        while node.is_reference:
            if node.id in seen:
                raise self.error("the reference leads back to itself")
            seen.add(node.id)
            node = node.target()
        return node


def _shown(value: JSON) -> str:
    return f"{value!r:.60}" if not isinstance(value, (dict, list)) else f"a {type(value).__name__}"
