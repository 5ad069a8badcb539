"""Hand-written methods of API keys: a temporary key."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Literal

from lvng_core import DecodeError, RequestOptions
from lvng_core.helpers import async_delete_on_exit, async_shielded

from .. import types
from .._generated import api_keys as generated


class AsyncApiKeys(generated.AsyncApiKeys):
    """API keys of the caller. These calls need a JWT, as returned by `auth.login`; an API key is refused.

    Only `create` and `rotate` return the secret of a key; its repr is masked.
    """

    @asynccontextmanager
    async def temporary(
        self,
        *,
        name: str,
        scopes: Sequence[
            Literal["read", "write", "execute", "admin", "knowledge:read", "knowledge:write"]
        ]
        | None = None,
        options: RequestOptions | None = None,
    ) -> AsyncIterator[types.ApiKeyCreated]:
        """Create an API key for the duration of a `with` block.

        Calls `create` before the block and `delete` after it, also when the block raises or its task is
        cancelled. The key expires after a day in any case, so it does not outlive a crashed program for long.

        Args:
            name: name of the key.
            scopes: permissions of the key; default `read`, `write` and `execute`.
            options: overrides for the call of `create`.

        Yields:
            The `ApiKeyCreated`: `id`, `key` (the secret), `name`, `scopes`, `expires_at` and others.

        Raises:
            PermissionDeniedError: the client uses an API key, not a JWT.
            LvngError: `create` or `delete` failed. A key that no longer exists is not an error. If the block
                itself raised, a failure of `delete` is added to its exception as a note.
        """
        created = await async_shielded(
            self.create(name=name, scopes=scopes, expires_in_days=1, options=options)
        )
        try:
            key, id = created["data"], created["data"]["id"]
        except (KeyError, TypeError):
            message = "api_keys.create: the response has no key with an id."
            raise DecodeError(message, body=created) from None
        async with async_delete_on_exit(lambda: self.delete(id), f"Key {id!r}"):
            yield key
