"""The description of the API in its own package: the constant, the error classes, the servers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..model.api import Api
from ..model.security import Scheme
from ..model.servers import Server, Variable, base_url_of
from .docstrings import prose, quote, sentence

# The errors of the core, each after the one that it extends, if that is not the base.
_ERRORS = {
    "ConfigurationError": ("", "An option of the client is missing or unusable. Nothing was sent."),
    "ClientClosedError": ("", "The client was used after it was closed. Nothing was sent."),
    "AuthenticationError": ("", "401: the credentials are missing, expired or revoked."),
    "PermissionDeniedError": ("", "403: the credentials are valid but may not do this."),
    "NotFoundError": ("", "404: the resource does not exist or is not visible to you."),
    "ConflictError": ("", "409: it exists already, or its state does not allow this."),
    "ValidationError": ("", "400 or 422: the server rejected the body or the parameters."),
    "InvalidArgumentError": (
        "ValidationError",
        "An argument is of the wrong type or value. Nothing was sent.",
    ),
    "RateLimitError": ("", "429: throttled; `retry_after` is the seconds to wait."),
    "ServerError": ("", "5xx: the server, or a proxy before it, failed."),
    "DecodeError": ("", "A success whose body is not what the operation returns."),
    "APIConnectionError": ("", "No response: DNS, connection, TLS or protocol failed."),
    "APITimeoutError": ("APIConnectionError", "No response in time."),
    "WaitTimeoutError": ("", "What was waited for had not ended in time; it goes on."),
    "StreamError": ("", "A stream failed after it had begun."),
    "StreamIncompleteError": ("StreamError", "A stream ended before its end event."),
}


ERROR_NAMES = frozenset(_ERRORS)
_IN_URL = "Part of the URL."


@dataclass(frozen=True, slots=True)
class Identity:
    """The names by which a package is known to its users and to the server.

    Attributes:
        name: of the API, in messages.
        env_prefix: of the environment variables.
        product: in the `User-Agent` header.
        attempt_header: header that numbers repeated attempts; empty for none.
        error: the class that all its errors extend.
    """

    name: str
    env_prefix: str
    product: str
    attempt_header: str
    error: str


def api_constant(api: Api, identity: Identity, logger: str) -> Iterator[str]:
    """The lines of the constant `_API`, which both clients carry."""
    yield "_API = API("
    yield f"    name={identity.name!r},"
    yield f"    env_prefix={identity.env_prefix!r},"
    yield f"    product={identity.product!r},"
    yield f"    logger={logger!r},"
    if absolute := [server.url for server in api.servers if server.is_absolute]:
        yield f"    servers={tuple(absolute)!r},"
    if base_url := base_url_of(api.servers):
        yield f"    base_url={base_url!r},"
    yield "    schemes={"
    for name, scheme in api.security.schemes.items():
        yield f"        {name!r}: {_scheme(scheme)},"
    yield "    },"
    yield f"    security={api.security.default!r},"
    if identity.attempt_header:
        yield f"    attempt_header={identity.attempt_header!r},"
    yield "    errors=errors.BY_CORE,"
    yield ")"


def _scheme(scheme: Scheme) -> str:
    parts = [scheme.place, scheme.wire, scheme.prefix]
    while not parts[-1]:
        parts.pop()
    return f"SecurityScheme({', '.join(map(repr, parts))})"


def access_doc(api: Api, identity: Identity) -> str:
    """Paragraphs about the address and the key, for the docstrings of the clients."""
    return f"{_address(api, identity)}\n\n{_key(api, identity)}"


def _address(api: Api, identity: Identity) -> str:
    variable = f"the environment variable `{identity.env_prefix}_BASE_URL`"
    if base_url := base_url_of(api.servers):
        text = f"It talks to {base_url}, unless `base_url` or {variable} names another address."
        return f"{text} The others are in `servers`." if has_functions(api.servers) else text
    place = (
        f" The document names no host, only the path `{api.servers[0].url}`." if api.servers else ""
    )
    if has_functions(api.servers):
        place = " `servers` makes one."
    return f"It needs the address of the API: `base_url`, or {variable}.{place}"


def _key(api: Api, identity: Identity) -> str:
    variable = f"the environment variable `{identity.env_prefix}_API_KEY`"
    schemes = api.security.schemes
    lead = f"`api_key` is the credential, by default {variable}; a function that returns one is called for each call."
    if len(schemes) == 1:
        (scheme,) = schemes.values()
        return f"{lead[:-1]}: {scheme.text}." if scheme.text else lead
    listed = "\n".join(f"- `{name}`: {scheme.text}." for name, scheme in schemes.items())
    return f"{lead} Credentials of several security schemes are given by name, as a mapping:\n\n{listed}"


def errors_module(header: str, identity: Identity) -> str:
    """The text of the module of errors."""
    lines = [
        header,
        *quote(
            prose(f"Errors of {identity.name}; each extends the core's error of its name.", 0), 0
        ),
        "",
        "from __future__ import annotations",
        "",
        "import lvng_core as core",
        "",
        "",
        f"class {identity.error}(core.LvngError):",
        *quote(prose(f"Base of every error of {identity.name}.", 4)),
    ]
    for name, (parent, text) in _ERRORS.items():
        lines += ["", "", f"class {name}({parent or identity.error}, core.{name}):"]
        lines += quote([text])
    lines += ["", "", "BY_CORE: dict[type[core.LvngError], type[core.LvngError]] = {"]
    lines += [f"    core.LvngError: {identity.error},"]
    lines += [f"    core.{name}: {name}," for name in _ERRORS]
    lines += ["}", '"""The errors by those of the core."""', ""]
    names = sorted([identity.error, *_ERRORS])
    return "\n".join([*lines, "__all__ = [", *(f'    "{name}",' for name in names), "]"]) + "\n"


def has_functions(servers: Iterable[Server]) -> bool:
    """Whether there is something to choose: several servers, or variables."""
    absolute = [server for server in servers if server.is_absolute]
    return len(absolute) > 1 or any(server.variables for server in absolute)


def servers_module(header: str, servers: Iterable[Server]) -> str:
    """The text of the module of servers: a function for the URL of each."""
    lines: list[str] = []
    literal = False
    for server in servers:
        if server.is_absolute:
            lines += ["", "", *_function(server)]
            literal = literal or any(one.values for one in server.variables)
    head = [
        header,
        '"""Servers of the API: functions that return the `base_url` of a client."""',
        "",
        "from __future__ import annotations",
    ]
    head += ["", "from typing import Literal"] if literal else []
    return "\n".join([*head, *lines]) + "\n"


def _function(server: Server) -> Iterator[str]:
    ordered = sorted(server.variables, key=lambda one: one.default is not None)
    arguments = ", ".join(["*", *map(_argument, ordered)]) if ordered else ""
    yield f"def {server.name}({arguments}) -> str:"
    lines = prose(sentence(server.text) or f"`{server.url}`.", 4)
    if ordered:
        lines += ["", "Args:"]
        lines += [f"    {one.name}: {sentence(one.text) or _IN_URL}" for one in ordered]
    yield from quote(lines)
    template = server.url.rstrip("/")
    literal = template.replace("\\", "\\\\").replace('"', '\\"')
    for one in server.variables:
        literal = literal.replace(f"{{{one.wire}}}", f"{{{one.name}}}")
    yield f'    return {"f" if ordered else ""}"{literal}"'


def _argument(variable: Variable) -> str:
    known = dict.fromkeys(variable.values)
    if variable.values and variable.default is not None:
        known[variable.default] = None  # some documents leave it out
    kind = f"Literal[{', '.join(map(repr, known))}]" if known else "str"
    default = "" if variable.default is None else f" = {variable.default!r}"
    return f"{variable.name}: {kind}{default}"
