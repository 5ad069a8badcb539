"""What the type checkers know of the results of `client.map`.

Read by mypy and pyright, never run; see `typed_chat.py`.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from concurrent.futures import ProcessPoolExecutor
from typing import assert_type

import lvng_integrations.types as t
from lvng import AsyncLvngClient, LvngClient, LvngError, MapResult


def results(client: LvngClient, ids: list[str]) -> None:
    found = client.map(client.contacts.get, ids, journal="run.jsonl")
    assert_type(found, Generator[MapResult[str, t.ContactsGetResponse]])
    for result in found:
        assert_type(result.item, str)
        assert_type(result.response, t.ContactsGetResponse | None)
        assert_type(result.error, LvngError | None)


async def async_results(client: AsyncLvngClient, ids: list[str]) -> None:
    found = client.map(client.contacts.get, ids, executor=ProcessPoolExecutor())
    assert_type(found, AsyncGenerator[MapResult[str, t.ContactsGetResponse]])
    async for result in found:
        assert_type(result.response, t.ContactsGetResponse | None)


def a_string_is_not_a_function(client: LvngClient) -> None:
    client.map("contacts.get", ["a"])  # type: ignore[arg-type]
