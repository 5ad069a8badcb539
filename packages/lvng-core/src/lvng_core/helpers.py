"""Helpers for packages that extend the core: functions in an async and a sync form, the clock, secrets."""

from typing import TYPE_CHECKING

from ._lazy_names import lazy_names

if TYPE_CHECKING:
    from functools import cached_property

    from ._async.bulk import async_map
    from ._async.deletion import async_delete_on_exit
    from ._async.ordered import async_ordered_map
    from ._async.polling import async_poll
    from ._clock import current_clock
    from ._secret import MaskedStr, Secret
    from ._sync.bulk import sync_map
    from ._sync.deletion import sync_delete_on_exit
    from ._sync.ordered import sync_ordered_map
    from ._sync.polling import sync_poll
    from ._synchronization import async_shielded, sync_shielded
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".._async.bulk": ["async_map"],
            ".._async.deletion": ["async_delete_on_exit"],
            ".._async.ordered": ["async_ordered_map"],
            ".._async.polling": ["async_poll"],
            ".._clock": ["current_clock"],
            ".._resource": ["cached_property"],
            ".._secret": ["MaskedStr", "Secret"],
            ".._sync.bulk": ["sync_map"],
            ".._sync.deletion": ["sync_delete_on_exit"],
            ".._sync.ordered": ["sync_ordered_map"],
            ".._sync.polling": ["sync_poll"],
            ".._synchronization": ["async_shielded", "sync_shielded"],
        },
    )

__all__ = [
    "MaskedStr",
    "Secret",
    "async_delete_on_exit",
    "async_map",
    "async_ordered_map",
    "async_poll",
    "async_shielded",
    "cached_property",
    "current_clock",
    "sync_delete_on_exit",
    "sync_map",
    "sync_ordered_map",
    "sync_poll",
    "sync_shielded",
]
