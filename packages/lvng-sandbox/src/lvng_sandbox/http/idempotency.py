"""The same POST under the same Idempotency-Key: done once, and answered the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from ..contract.document import Operation
from ..platform.accounts import Caller
from ..problems import conflict, invalid
from ..store.database import Store

_LONGEST = 255


@dataclass(frozen=True, slots=True)
class Once:
    """A request under a key. The answer is kept in the transaction that does the work: both or neither.

    An answer with a secret, such as a new key, is kept in memory alone.
    """

    store: Store
    caller: str
    key: str
    digest: str
    is_secret: bool

    def earlier(self) -> tuple[int, Any] | None:
        """Status and body that the same request got before.

        Raises:
            Problem: 409 where the key was used for another request, or the answer is no longer known.
        """
        row = self.store.sql.execute(
            "SELECT digest, status, answer FROM idempotency WHERE caller = ? AND key = ?",
            (self.caller, self.key),
        ).fetchone()
        if row is None:
            return None
        if row[0] != self.digest:
            raise conflict("The Idempotency-Key was used for another request")
        if not self.is_secret:
            return row[1], json.loads(row[2])
        if (self.caller, self.key) not in self.store.unwritten:
            raise conflict("This was done before the restart; its secret is not told again")
        return row[1], self.store.unwritten[self.caller, self.key]

    def keep(self, status: int, answer: Any) -> None:
        """Keep the answer for the same request."""
        if self.is_secret:
            self.store.unwritten[self.caller, self.key] = answer
            answer = None
        self.store.sql.execute(
            "INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)",
            (self.caller, self.key, self.digest, status, json.dumps(answer)),
        )


def once(
    store: Store,
    caller: Caller,
    operation: Operation,
    request: Request,
    key: str | None,
    content: bytes,
) -> Once | None:
    """A request under its key; None where it has none."""
    if key is None or operation.method != "POST" or operation.answer_media != "application/json":
        return None
    if not 0 < len(key) <= _LONGEST:
        raise invalid([("Idempotency-Key", f"must have 1 to {_LONGEST} characters")])
    # Operation and address belong to the digest: a key that is used elsewhere is a mistake, not a repetition.
    digest = hashlib.sha256(f"{operation.id}\n{request.url}\n".encode() + content).hexdigest()
    return Once(store, caller.user_id, key, digest, operation.has_secret)
