"""Mask credentials in query parameters in the logs of HTTP libraries, which contain the URL of every request."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

_LOGGERS = ("httpx", "httpx2")


class QueryFilter(logging.Filter):
    """Masks the values of query parameters in logged URLs.

    Attributes:
        names: names of the parameters.
    """

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the values in a record; always True."""
        if isinstance(record.args, tuple):
            record.args = tuple(map(self._hidden, record.args))
        return True

    def _hidden(self, value: Any) -> Any:
        if hasattr(value, "copy_set_param"):
            for name in self.names.intersection(value.params):
                value = value.copy_set_param(name, "hidden")
        return value


_FILTER = QueryFilter()


def hide_in_logs(names: Iterable[str]) -> None:
    """Mask the values of these query parameters in every URL that is logged from now on."""
    _FILTER.names.update(names)
    for logger in _LOGGERS:
        logging.getLogger(logger).addFilter(_FILTER)
