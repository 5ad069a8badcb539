"""API keys by hand: one that exists for a block, and is gone afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Literal

from lvng_core import RequestOptions
from lvng_core.helpers import async_delete_on_exit, async_shielded

from .. import types
from .._generated import api_keys as generated


class AsyncApiKeys(generated.AsyncApiKeys):
    """API keys of the caller. These calls take a JWT, as `auth.login` gives it; keys cannot manage keys.

    The secret of a key is shown once, by `create` or `rotate`; its repr is masked.
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
        """A key for the length of a block: created before it, deleted after it, whatever happens.

        The key also expires by itself after a day, should this program not live to delete it.

        Args:
            name: name of the key.
            scopes: what it may do; default read, write and execute.
            options: overrides for the call that creates it.

        Yields:
            The `ApiKeyCreated`: `key` is the secret.

        Raises:
            PermissionDeniedError: this client has an API key in place of a JWT.
            LvngError: every other failure of `create` and `delete`. A key that is gone already is none;
                one that cannot be deleted after the block failed is a note on the block's error.

        Source: `create` and `delete`.
        """
        created = await async_shielded(
            self.create(name=name, scopes=scopes, expires_in_days=1, options=options)
        )
        key = created["data"]
        async with async_delete_on_exit(lambda: self.delete(key["id"]), f"Key {key['id']!r}"):
            yield key
