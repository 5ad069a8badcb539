"""What exists for the length of a block, and is gone afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from .._errors import LvngError, NotFoundError
from .._synchronization import async_shielded


@asynccontextmanager
async def async_delete_on_exit(
    delete: Callable[[], Awaitable[object]], what: str
) -> AsyncIterator[None]:
    """Delete something after a block, whatever happens in it. What is gone already is no error.

    Args:
        delete: the call that deletes it; a cancelled task waits for its end.
        what: what it deletes, for the note on the error of a block that failed.

    Raises:
        LvngError: it cannot be deleted. After a block that failed that is a note on the block's error.
    """
    try:
        yield
    except BaseException as error:
        try:
            await _delete(delete)
        except LvngError as failure:
            error.add_note(f"{what} could not be deleted: {failure}")
        raise
    await _delete(delete)


async def _delete(delete: Callable[[], Awaitable[object]]) -> None:
    try:
        await async_shielded(delete())
    except NotFoundError:
        return
