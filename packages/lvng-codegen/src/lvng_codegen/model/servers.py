"""Servers of a document, of a path or of an operation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..names import Names, snake
from ..openapi.document import Document, Node

_VARIABLE = re.compile(r"{([^{}]*)}")
_LONGEST_NAME = 3
"""Maximum number of words of a description that is used as a name."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable in the URL of a server.

    Attributes:
        name: name of the argument; `wire` is the name in the URL.
        default: its default, or None.
        values: the allowed values; empty for any.
    """

    name: str
    wire: str
    default: str | None = None
    values: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A server.

    Attributes:
        name: name of the function that makes its URL.
        url: URL with variables in braces; a path if the document defines no host.
    """

    name: str
    url: str
    text: str = ""
    variables: tuple[Variable, ...] = ()

    @property
    def is_absolute(self) -> bool:
        """Whether the URL has a host."""
        return "://" in self.url

    @property
    def default_url(self) -> str:
        """The URL with the defaults of its variables; empty if one has none."""
        defaults = {one.wire: one.default for one in self.variables}
        if None in defaults.values():
            return ""
        return _VARIABLE.sub(lambda match: defaults[match[1]] or "", self.url).rstrip("/")


def servers_of(document: Document) -> list[Server]:
    """The servers of a document."""
    names = Names()
    return [_server(node, names) for node in document.root.entries("servers")]


def base_url_of(servers: list[Server]) -> str:
    """The URL of the first server; empty if it has no host or a variable has no default."""
    return servers[0].default_url if servers and servers[0].is_absolute else ""


def own_server(*owners: Node) -> str:
    """The URL of the server of an operation or its path; the operation takes precedence.

    Empty if there is none, or if a variable has no default.
    """
    for owner in owners:
        for node in owner.entries("servers"):
            return _server(node, Names()).default_url
    return ""


def server_notes(*owners: Node) -> Iterator[tuple[str, str]]:
    """Notes on servers of operations that cannot be used."""
    for owner in owners:
        servers = [_server(node, Names()) for node in owner.entries("servers")]
        if servers and not servers[0].default_url:
            text = f"{servers[0].url} has a variable without a default; called at `base_url`"
            yield f"{owner.where}/servers", text
        elif len(servers) > 1:
            yield f"{owner.where}/servers", f"only {servers[0].url}, the first of them, is called"


def _server(node: Node, names: Names) -> Server:
    url, text = node.text("url"), node.text("description")
    given = node.get("variables")
    declared = dict(given.children()) if given else {}
    arguments = Names()
    variables = tuple(
        _variable(wire, declared.get(wire), arguments)
        for wire in dict.fromkeys(_VARIABLE.findall(url))
    )
    name = node.text("name") or (text if 0 < len(text.split()) <= _LONGEST_NAME else "")
    return Server(names.give(snake(name or _host(url))), url, text, variables)


def _host(url: str) -> str:
    """A name for an unnamed server: its host without variables, or its path."""
    plain = _VARIABLE.sub("", url)
    return urlsplit(plain).netloc.rpartition("@")[2].strip(".-") or plain or "server"


def _variable(wire: str, node: Node | None, names: Names) -> Variable:
    name = names.give(snake(wire))
    if node is None:
        return Variable(name, wire)
    said = node.object().get("default")
    default = None if said is None else str(said)
    return Variable(name, wire, default, node.strings("enum"), node.text("description"))
