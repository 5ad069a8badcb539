"""What the type checkers know of API keys: scopes, and the secret that is shown once.

Read by mypy and pyright, never run; see `typed_chat.py`.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import assert_type

from lvng import UNSET, AsyncLvngClient, LvngClient
from lvng_account import types


def life(client: LvngClient) -> None:
    made = client.api_keys.create(name="ci", scopes=["read", "knowledge:write"], expires_in_days=30)
    assert_type(made["data"], types.ApiKeyCreated)
    assert_type(made["data"]["key"], str)
    client.api_keys.create(name="for ever", expires_in_days=None)
    client.api_keys.create(name="as the server likes", expires_in_days=UNSET)
    assert_type(client.api_keys.rotate("key_1", grace_period_hours=1)["data"]["key"], str)
    assert_type(client.api_keys.list()["data"], list[types.ApiKey])
    assert_type(client.api_keys.usage("key_1", days=7)["data"]["daily"][0]["requests"], int)
    assert_type(client.api_keys.delete("key_1"), types.Acknowledgement)
    client.api_keys.list()["data"][0]["key"]  # type: ignore[typeddict-item]
    client.api_keys.get("key_1")["data"]["key"]  # type: ignore[typeddict-item]


def scopes(client: LvngClient) -> None:
    client.api_keys.create(name="ci", scopes=("read", "write", "execute", "admin"))
    client.api_keys.create(name="ci", scopes=["knowledge:read"])
    client.api_keys.create(name="ci", scopes=["reed"])  # type: ignore[list-item]
    client.api_keys.create(name="ci", scopes="read")  # type: ignore[arg-type]
    client.api_keys.update("key_1", scopes=["delete"])  # type: ignore[list-item]
    client.api_keys.create(name="ci", expires_in_days="30")  # type: ignore[arg-type]
    client.api_keys.create(scopes=["read"])  # type: ignore[call-arg]
    client.api_keys.rotate()  # type: ignore[call-arg]


async def temporary(client: AsyncLvngClient) -> None:
    async with client.api_keys.temporary(name="ci", scopes=["read"]) as key:
        assert_type(key, types.ApiKeyCreated)
    client.api_keys.temporary(name="ci", scopes=["reed"])  # type: ignore[list-item]
