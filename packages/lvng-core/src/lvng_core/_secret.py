"""The API key, in a wrapper that no repr, str, format, vars or log shows."""

from __future__ import annotations

from collections.abc import Callable

_SHORTEST = 8
"""Characters that a key has at least where it is looked for in other text."""


class Secret:
    """A string that shows at most its last four characters."""

    __slots__ = ("_reveal",)

    def __init__(self, value: str) -> None:
        # A closure rather than an attribute: tools that print the attributes of objects find a function.
        self._reveal: Callable[[], str] = lambda: value

    def reveal(self) -> str:
        """The string itself."""
        return self._reveal()

    def redact(self, content: bytes) -> bytes:
        """What a server sent, without the key: some repeat it in the text of an error."""
        value = self._reveal()
        if len(value) < _SHORTEST:
            return content  # it would be found in words that have nothing to do with it
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
        raise TypeError("A secret is not pickled. Pickle the client that holds it, if you must.")


class _LooksLikeStr(type):
    """A class that Python code which looks up the classes of a value takes for `str`.

    PyYAML and ruamel.yaml write only classes that they know, found by `type(value).__mro__`.
    """

    @property
    def __mro__(cls) -> tuple[type, ...]:  # pyrefly: ignore[bad-override] # as looked up by Python code
        return str.__mro__


class MaskedStr(str, metaclass=_LooksLikeStr):
    """A secret that the server shows, with a repr that does not: a logged response gives nothing away.

    Otherwise it is the string: printed, compared, sent and serialized as such. For code that takes no subclass of
    `str`, such as msgspec and the C dumpers of PyYAML, `str()` makes a plain one.
    """

    __slots__ = ()

    def __copy__(self) -> MaskedStr:
        return self

    def __deepcopy__(self, _memo: object) -> MaskedStr:
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Pickled as a plain string, which programs without the SDK can load."""
        return str, (str(self),)

    def __repr__(self) -> str:
        return f"'…{self[-4:]}'" if len(self) >= 16 else "'…'"
