"""Idempotency keys: a POST that is repeated with its key is processed once and gets the same response."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from ..contract.document import Operation
from ..platform.caller import Caller
from ..problems import conflict, invalid
from ..store.database import Store, define_tables

_MAX_LENGTH = 255

define_tables("""
CREATE TABLE IF NOT EXISTS idempotency (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    status INTEGER NOT NULL,
    response TEXT NOT NULL,
    PRIMARY KEY (caller, key)
) WITHOUT ROWID;
""")


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A request with an idempotency key."""

    caller: str
    key: str
    digest: str
    is_secret: bool


class IdempotencyKeys:
    """The responses to requests with an idempotency key.

    A response is stored in the transaction of its request. A response with a secret, such as a new key, is kept only
    in memory.
    """

    def __init__(self, store: Store) -> None:
        self._sql = store.sql
        self._secret_responses: dict[tuple[str, str], Any] = {}

    def find(self, request: IdempotentRequest) -> tuple[int, Any] | None:
        """Status and body of the earlier response to the same request.

        Raises:
            Problem: 409: the key was used for another request, or the response is no longer known.
        """
        row = self._sql.execute(
            "SELECT digest, status, response FROM idempotency WHERE caller = ? AND key = ?",
            (request.caller, request.key),
        ).fetchone()
        if row is None:
            return None
        digest, status, response = row
        if digest != request.digest:
            raise conflict("The Idempotency-Key was used for another request")
        if not request.is_secret:
            return status, json.loads(response)
        if (request.caller, request.key) not in self._secret_responses:
            raise conflict(
                "The request was processed before a restart; its secret is not shown again"
            )
        return status, self._secret_responses[request.caller, request.key]

    def add(self, request: IdempotentRequest, status: int, response: Any) -> None:
        """Store the response to a request."""
        if request.is_secret:
            self._secret_responses[request.caller, request.key] = response
            response = None
        self._sql.execute(
            "INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)",
            (request.caller, request.key, request.digest, status, json.dumps(response)),
        )


def idempotent_request(
    request: Request,
    given: Mapping[str, str],
    content: bytes,
    operation: Operation,
    caller: Caller,
) -> IdempotentRequest | None:
    """The request with its key; None if it has none, or the operation does not support keys.

    Raises:
        Problem: 400: the key is empty or too long.
    """
    key = given.get("idempotency-key")
    if (
        key is None
        or operation.method != "POST"
        or operation.response_media_type != "application/json"
    ):
        return None
    if not 0 < len(key) <= _MAX_LENGTH:
        raise invalid([("Idempotency-Key", f"must have 1 to {_MAX_LENGTH} characters")])
    # Includes operation and URL, so that reusing a key for another request is an error.
    digest = hashlib.sha256(f"{operation.id}\n{request.url}\n".encode() + content).hexdigest()
    return IdempotentRequest(caller.user_id, key, digest, operation.has_secret)
