"""Notes for unknown arguments of methods: the argument to use instead.

Methods have plain signatures, so Python itself raises the TypeError: wrapping them would add a frame to every traceback
and work to every call. The client adds the note when the error leaves its `with` block.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from difflib import get_close_matches

from ._options import RequestOptions

_REFUSED = re.compile(r"(\w+)\.(\w+)\(\) got an unexpected keyword argument '(\w+)'")
_SETTING = "Settings of a single call are its options: pass options=RequestOptions({}=...)."
_CLIENT = "This belongs to the client: make one with {}."
_ADVICE = {
    **{one.name: _SETTING.format(one.name) for one in fields(RequestOptions)},
    **dict.fromkeys(("extra_headers", "default_headers"), _SETTING.format("headers")),
    **dict.fromkeys(("retries", "num_retries"), _SETTING.format("max_retries")),
    **dict.fromkeys(("api_key", "token", "auth"), _CLIENT.format("this api_key")),
    **{name: _CLIENT.format(f"this {name}") for name in ("base_url", "transport", "http_client")},
    **dict.fromkeys(("proxy", "proxies"), _CLIENT.format("http_client=httpx.Client(proxy=...)")),
    "stream": "Streams have methods of their own, such as client.stream_chat().",
}


def add_advice(error: TypeError, client: type, base: type) -> None:
    """Add a note to the error of a call with an unknown argument.

    Args:
        error: the error that leaves the `with` block of a client; any other TypeError is left unchanged.
        client: the class of the client.
        base: the base class of the resources.
    """
    if found := _REFUSED.match(str(error)):
        owner, method, name = found.groups()
        owners: list[type] = [client, *_subclasses(base)]
        for function in (getattr(cls, method, None) for cls in owners if cls.__name__ == owner):
            if function is not None:
                _add(error, _advice(name, list(inspect.signature(function).parameters)[1:]))


def _add(error: TypeError, note: str) -> None:
    """Add a note unless an inner client, or Python 3.13 and later, said the same."""
    if note not in str(error) and note not in getattr(error, "__notes__", ()):
        error.add_note(note)


def _advice(name: str, known: list[str]) -> str:
    if "options" in known and name in _ADVICE:
        return _ADVICE[name]
    if alike := get_close_matches(name, known, n=1):
        return f"Did you mean {alike[0]!r}?"
    return f"Its arguments are {', '.join(known)}."


def _subclasses(base: type) -> Iterator[type]:
    subclasses: list[type] = base.__subclasses__()
    for cls in subclasses:
        yield cls
        yield from _subclasses(cls)
