"""Base classes of resources, and the property that makes them."""

from __future__ import annotations

import functools
import typing
from typing import Any

import lvng_core as core  # its names are loaded on first use: sync code needs no async client

from ._argument_advice import advise_methods
from ._public_names import public_names


class cached_property(functools.cached_property[Any]):  # noqa: N801 - as the one that it extends
    """A property that makes a resource of a client on first use. On the client class, it is the resource class.

    This lets `unittest.mock.create_autospec` find the resources and methods of a client class. Type checkers see
    `functools.cached_property`.
    """

    def __get__(self, instance: object, owner: type[Any] | None = None) -> Any:
        if instance is None:
            return typing.get_type_hints(self.func)["return"]
        return super().__get__(instance, owner)


class Resource:
    """Base class of the sync resources; each has the operations of one tag."""

    __slots__ = ("_client",)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        advise_methods(cls)

    def __init__(self, client: core.Client) -> None:
        self._client = client

    def __dir__(self) -> list[str]:
        return public_names(super().__dir__())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"


class AsyncResource:
    """Base class of the async resources; each has the operations of one tag."""

    __slots__ = ("_client",)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        advise_methods(cls)

    def __init__(self, client: core.AsyncClient) -> None:
        self._client = client

    def __dir__(self) -> list[str]:
        return public_names(super().__dir__())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._client!r}>"
