"""A wrapper for secrets that are not shown by repr, str, format, vars or logs."""

from __future__ import annotations

from collections.abc import Callable

_SHORTEST = 8
"""Minimum length of a secret that is redacted in other text."""


class Secret:
    """A string whose repr shows at most its last four characters."""

    __slots__ = ("_reveal",)

    def __init__(self, value: str) -> None:
        # A closure instead of an attribute: tools that print attributes of objects show a function.
        self._reveal: Callable[[], str] = lambda: value

    def reveal(self) -> str:
        """The string itself."""
        return self._reveal()

    def redact(self, content: bytes) -> bytes:
        """Remove the secret from a response: some servers repeat it in error messages."""
        value = self._reveal()
        if len(value) < _SHORTEST:
            return content  # too short: it would match unrelated text
        return content.replace(value.encode(), repr(self).encode())

    def __repr__(self) -> str:
        value = self._reveal()
        return f"…{value[-4:]}" if len(value) >= 16 else "…"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._reveal() == other._reveal()

    def __hash__(self) -> int:
        return hash(self._reveal())

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        raise TypeError("A secret cannot be pickled. Pickle the client instead, if necessary.")


class _LooksLikeStr(type):
    """Metaclass for a class that libraries written in Python treat as `str`.

    PyYAML and ruamel.yaml serialize only known classes, which they look up by `type(value).__mro__`.
    """

    @property
    def __mro__(cls) -> tuple[type, ...]:  # pyrefly: ignore[bad-override] # used by libraries written in Python
        return str.__mro__


class MaskedStr(str, metaclass=_LooksLikeStr):
    """A secret in a response; its repr is masked, so that logging the response does not reveal it.

    Otherwise it is a normal string. For libraries that reject subclasses of `str`, such as msgspec and the C dumpers
    of PyYAML, convert it with `str()`.
    """

    __slots__ = ()

    def __copy__(self) -> MaskedStr:
        return self

    def __deepcopy__(self, _memo: object) -> MaskedStr:
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Pickle as a `str`, so that programs without the SDK can load it."""
        return str, (str(self),)

    def __repr__(self) -> str:
        return f"'…{self[-4:]}'" if len(self) >= 16 else "'…'"
