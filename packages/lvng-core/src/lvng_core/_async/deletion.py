"""Delete a record at the end of a `with` block."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from .._errors import LvngError, NotFoundError
from .._synchronization import async_shielded


@asynccontextmanager
async def async_delete_on_exit(
    delete: Callable[[], Awaitable[object]], label: str
) -> AsyncIterator[None]:
    """Delete a record after a block, also if the block raises or its task is cancelled.

    A record that no longer exists is not an error.

    Args:
        delete: makes the call that deletes the record; a cancelled task waits until it has ended.
        label: name of the record for the note, such as `Agent 'agent_1'`.

    Raises:
        LvngError: the deletion failed. If the block itself raised, the failure is added to its exception as a
            note.
    """
    try:
        yield
    except BaseException as error:
        try:
            await _delete(delete)
        except LvngError as failure:
            error.add_note(f"{label} could not be deleted: {failure}")
        raise
    await _delete(delete)


async def _delete(delete: Callable[[], Awaitable[object]]) -> None:
    try:
        await async_shielded(delete())
    except NotFoundError:
        return
