"""Helpers for packages that extend the core, each as an async and a sync function."""

from ._async.deletion import async_delete_on_exit
from ._async.ordered import async_ordered_map
from ._async.polling import async_poll
from ._sync.deletion import sync_delete_on_exit
from ._sync.ordered import sync_ordered_map
from ._sync.polling import sync_poll
from ._synchronization import async_shielded, sync_shielded

__all__ = [
    "async_delete_on_exit",
    "async_ordered_map",
    "async_poll",
    "async_shielded",
    "sync_delete_on_exit",
    "sync_ordered_map",
    "sync_poll",
    "sync_shielded",
]
