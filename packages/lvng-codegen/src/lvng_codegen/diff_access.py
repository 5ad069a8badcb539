"""Compare servers and security of two documents."""

from __future__ import annotations

from collections.abc import Iterator

from .change import Change
from .model.api import Api, Operation
from .model.security import Scheme, Security
from .model.servers import Server, base_url_of


def servers(old: Api, new: Api) -> Iterator[Change]:
    """Changes of the default server, and of the functions for the others."""
    before, after = base_url_of(old.servers), base_url_of(new.servers)
    if before != after:
        text = f"the default is {after or 'no server'}, was {before or 'no server'}"
        yield Change("servers", text, breaking=not after)
    was = {one.name: one for one in old.servers if one.is_absolute}
    now = {one.name: one for one in new.servers if one.is_absolute}
    for name in was.keys() - now.keys():
        yield Change("servers", f"{name} removed", breaking=True)
    for name in now.keys() - was.keys():
        yield Change("servers", f"{name} added", breaking=False)
    for name in was.keys() & now.keys():
        yield from _server(f"servers.{name}", was[name], now[name])


def _server(where: str, old: Server, new: Server) -> Iterator[Change]:
    if old.url != new.url:
        yield Change(where, f"is {new.url}, was {old.url}", breaking=False)
    was, now = ({one.name: one for one in server.variables} for server in (old, new))
    for name in was.keys() - now.keys():
        yield Change(where, f"argument {name} removed", breaking=True)
    for name in now.keys() - was.keys():
        needed = now[name].default is None
        text = f"{'required ' if needed else ''}argument {name} added"
        yield Change(where, text, breaking=needed)
    for name in was.keys() & now.keys():
        if was[name].default is not None and now[name].default is None:
            yield Change(where, f"argument {name} is required now", breaking=True)
        allowed, known = set(now[name].values), set(was[name].values)
        gone = known - allowed if allowed else set()
        if gone or (allowed and not known):
            text = f"argument {name} is one of {', '.join(map(repr, now[name].values))}"
            yield Change(where, text, breaking=True)


def schemes(old: Api, new: Api) -> Iterator[Change]:
    """Changes of the security schemes, whose names are used to pass credentials."""
    was, now = old.security.schemes, new.security.schemes
    for name in was.keys() - now.keys():
        yield Change("security", f"the scheme {name!r} removed", breaking=True)
    for name in now.keys() - was.keys():
        yield Change("security", f"the scheme {name!r} added", breaking=False)
    for name in was.keys() & now.keys():
        if was[name] != now[name]:
            other = was[name].prefix != now[name].prefix or _by_client(was[name], now[name])
            text = f"the scheme {name!r} is {now[name].text}, was {was[name].text}"
            yield Change("security", text, breaking=other)


def _by_client(old: Scheme, new: Scheme) -> bool:
    """Whether one of two schemes is implemented by the caller's HTTP client."""
    return (old.place == "transport") != (new.place == "transport")


def operation(old: Operation, new: Operation, before: Api, after: Api) -> Iterator[Change]:
    """Changes of the credentials and of the server of an operation."""
    was, now = _security(old, before), _security(new, after)
    if old.auth == new.auth and set(map(frozenset, was)) != set(map(frozenset, now)):
        text = f"takes {_told(now)}, was {_told(was)}"
        yield Change(new.id, text, breaking=not _still_enough(was, now))
    if old.server != new.server:
        a, b = (one.server or "the server of the API" for one in (old, new))
        text = f"is at {b}, was {a}"
        yield Change(new.id, text, breaking=False)


def _security(operation: Operation, api: Api) -> Security:
    return api.security.default if operation.security is None else operation.security


def _still_enough(old: Security, new: Security) -> bool:
    """Whether every sufficient choice of credentials still is."""
    if not new:
        return True  # no credentials are used any more
    return bool(old) and all(any(set(one) <= set(had) for one in new) for had in old)


def _told(security: Security) -> str:
    """The alternatives in words."""
    found = [" and ".join(map(repr, one)) or "no credentials" for one in security]
    return " or ".join(found) or "no credentials"
