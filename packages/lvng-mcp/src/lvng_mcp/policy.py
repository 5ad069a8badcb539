"""The policy that decides which operations a server offers."""

from __future__ import annotations

from dataclasses import dataclass

from lvng import operations
from lvng.operations import Operation


class NotAllowedError(Exception):
    """The server does not offer an operation; the message contains the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which operations are offered.

    Attributes:
        tags: only the operations of these tags; None for all.
        scopes: only operations that a key with these scopes may call, such as `read`; None for all.
        delete: whether operations that delete or overwrite are offered.
        admin: whether operations that need the scope `admin` or a JWT are offered, such as those of API keys.
    """

    tags: frozenset[str] | None = None
    scopes: frozenset[str] | None = None
    delete: bool = False
    admin: bool = False

    def __post_init__(self) -> None:
        known = operations.tags()
        for tag in self.tags or ():
            if tag not in known:
                raise ValueError(f"There is no tag {tag!r}. Tags: {', '.join(known)}.")

    def refusal(self, operation: Operation) -> str | None:
        """The reason why an operation is not offered; None if it is."""
        if self.tags is not None and operation.tag not in self.tags:
            return f"only these tags are offered: {', '.join(sorted(self.tags))}"
        if operation.destructive and not self.delete:
            return "it deletes or overwrites; start the server with --allow-delete to offer it"
        if (operation.scope == "admin" or operation.auth == "jwt") and not self.admin:
            return "it administers the account; start the server with --allow-admin to offer it"
        if self.scopes is not None and operation.scope and operation.scope not in self.scopes:
            return (
                f"it needs the scope {operation.scope}; offered: {', '.join(sorted(self.scopes))}"
            )
        return None

    def check(self, operation: Operation) -> None:
        """Check that an operation is offered.

        Raises:
            NotAllowedError: it is not offered.
        """
        if reason := self.refusal(operation):
            raise NotAllowedError(f"{operation.id} is not offered: {reason}.")
