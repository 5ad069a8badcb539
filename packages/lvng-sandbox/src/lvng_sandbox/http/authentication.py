"""Authentication of requests, and the scopes of API keys."""

from __future__ import annotations

from collections.abc import Mapping

from ..contract.document import Operation
from ..platform.accounts import KEY_PREFIX, credential_of
from ..platform.caller import NOBODY, Caller
from ..platform.platform import Platform
from ..problems import forbidden


def authenticate(platform: Platform, headers: Mapping[str, str], operation: Operation) -> Caller:
    """Determine the caller of a request.

    Raises:
        Problem: 401: there is no valid key or token; 403: it is not allowed to call the operation.
    """
    if operation.access == "public":
        return NOBODY
    credential = credential_of(headers)
    if credential.startswith(KEY_PREFIX):
        caller = platform.accounts.by_key(credential)
    else:
        caller = platform.sessions.by_token(credential)
    if operation.access == "jwt" and caller.key_id:
        raise forbidden("API keys are not accepted here", "Use the JWT of a signed-in user")
    check_scope(caller, operation.scope)
    return caller


def check_scope(caller: Caller, required: str) -> None:
    """Check that a key has the scope that an operation requires, if any. `read` includes `knowledge:read`.

    Raises:
        Problem: 403: it does not have the scope.
    """
    sufficient = {required, required.removeprefix("knowledge:"), "admin"}
    if required and sufficient.isdisjoint(caller.scopes):
        raise forbidden(f"The key lacks the scope {required}")
