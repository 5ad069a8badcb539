"""The account that makes a call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

ALL_SCOPES = ("read", "write", "execute", "admin", "knowledge:read", "knowledge:write")
EVERYBODY = "*"
"""The owner of records that every account sees."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A user with the credential of a call."""

    user_id: str
    tenant: str
    """The organization; its members see each other's records."""
    key_id: str | None = None
    """The API key; None for a JWT."""
    scopes: tuple[str, ...] = ALL_SCOPES
    """The scopes of the API key."""
    session: str = ""
    """The session that the JWT belongs to."""

    @classmethod
    def from_json(cls, state: Mapping[str, Any]) -> Self:
        """Restore a caller from `to_json`."""
        return cls(**{**state, "scopes": tuple(state["scopes"])})

    def to_json(self) -> dict[str, Any]:
        """The caller as JSON, for a job."""
        return {name: getattr(self, name) for name in self.__slots__}


NOBODY = Caller("", "")
"""The caller of public operations."""
BUILT_IN = Caller(EVERYBODY, EVERYBODY)
"""The owner of built-in records."""
