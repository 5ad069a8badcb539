"""Security schemes, and the security of operations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..errors import SpecError
from ..openapi.document import Document, Node

Security: TypeAlias = tuple[tuple[str, ...], ...]
"""Alternatives: each names the schemes that are required together; an empty one needs no credentials."""

# HTTP authentication schemes that need more than a constant header.
_NEEDS_EXCHANGE = frozenset({"digest", "negotiate", "mutual", "scram-sha-1", "scram-sha-256"})
_BEARER_KINDS = frozenset({"oauth2", "openIdConnect"})


@dataclass(frozen=True, slots=True)
class Scheme:
    """A security scheme: where its credential is sent.

    Attributes:
        place: `header`, `query`, `cookie`, or `transport` if nothing is added to the request.
        wire: name of the header, query parameter or cookie.
        prefix: text before the credential in the header.
        text: description of the credential, for docstrings.
    """

    place: Literal["header", "query", "cookie", "transport"]
    wire: str = ""
    prefix: str = ""
    text: str = ""


BEARER = Scheme("header", "Authorization", "Bearer", "a token, sent as `Authorization: Bearer`")


@dataclass(frozen=True, slots=True)
class SecuritySchemes:
    """The security schemes of a document.

    Attributes:
        schemes: the schemes by name.
        default: alternatives for operations that define none.
        notes: unsupported parts, each with its place.
    """

    schemes: dict[str, Scheme]
    default: Security
    notes: list[tuple[str, str]]

    @classmethod
    def of(cls, document: Document, operations: Iterable[Node]) -> SecuritySchemes:
        """The schemes of a document; if it has none, an optional bearer token."""
        notes: list[tuple[str, str]] = []
        schemes: dict[str, Scheme] = {}
        for name, node in document.components("securitySchemes"):
            try:
                schemes[name] = _scheme(name, node.follow(), notes)
            except SpecError as error:
                notes.append(
                    (error.where, f"{name}: {error.reason}; give an `http_client` that does it")
                )
                schemes[name] = Scheme("transport", text="done by your `http_client`")
        owners = [document.root, *operations]
        for place, name in dict.fromkeys(_named(owners)):
            if name not in schemes:
                notes.append((place, f"{name!r} is no security scheme; taken for a bearer token"))
                schemes[name] = BEARER
        if not schemes:
            return cls({"bearer": BEARER}, (("bearer",), ()), notes)
        if all(security_of(owner) is None for owner in owners):
            # Often missing by mistake: a credential is sent if it is given.
            return cls(schemes, (*((name,) for name in schemes), ()), notes)
        return cls(schemes, security_of(document.root) or (), notes)


def security_of(owner: Node) -> Security | None:
    """The alternatives of an operation or document; None if it defines none."""
    if (node := owner.get("security")) is None or node.value is None:
        return None
    return tuple(tuple(map(_name_of, one.object())) for one in owner.entries("security"))


def _name_of(said: str) -> str:
    """The name of a scheme, which may be named by its place (OpenAPI 3.2, 4.30)."""
    return said.removeprefix("#/components/securitySchemes/")


def declared_schemes(document: Document) -> Iterator[tuple[str, Node]]:
    """The security schemes of a document by name, without those that are broken."""
    for name, node in document.components("securitySchemes"):
        with suppress(SpecError):
            if isinstance((scheme := node.follow()).value, dict):
                yield name, scheme


def _named(owners: list[Node]) -> Iterator[tuple[str, str]]:
    for owner in owners:
        for one in owner.entries("security"):
            yield from ((one.where, _name_of(name)) for name in one.object())


def _scheme(name: str, node: Node, notes: list[tuple[str, str]]) -> Scheme:
    kind, http = node.text("type"), node.text("scheme")
    if kind == "apiKey":
        return _api_key(node)
    if kind == "mutualTLS":
        return Scheme("transport", text="a client certificate of your `http_client`")
    if kind in _BEARER_KINDS or http.lower() == "bearer":
        return BEARER
    if http.lower() == "basic":
        text = "a user name and password, as a pair or as `user:password`"
        return Scheme("header", "Authorization", "Basic", text)
    if kind == "http" and http and http.lower() not in _NEEDS_EXCHANGE:
        return Scheme("header", "Authorization", http, f"sent as `Authorization: {http}`")
    notes.append((node.where, f"{name} is {http or kind!r}: give an `http_client` that does it"))
    return Scheme("transport", text=f"done by your `http_client` ({http or kind})")


def _api_key(node: Node) -> Scheme:
    place, wire = node.text("in"), node.text("name")
    if place == "header":
        return Scheme("header", wire, text=f"sent in the header `{wire}`")
    if place == "query":
        return Scheme("query", wire, text=f"sent in the query as `{wire}`")
    if place == "cookie":
        return Scheme("cookie", wire, text=f"sent in the cookie `{wire}`")
    raise node.error(f"an API key is in {place!r}; expected header, query or cookie")
