"""What a program may see of its calls: each try, its answer, each retry. No key is ever among it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ._clock import Clock
from ._errors import ConfigurationError, LvngError
from ._headers import check_headers

if TYPE_CHECKING:
    import logging


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RequestEvent:
    """A try that is about to be sent.

    Attributes:
        operation: id of the operation, such as `workflows.list`; method and path for `request()`.
        method: HTTP method.
        url: where it goes, without the query.
        attempt: 1 for the first try.
        headers: put headers here to send them with this try, such as `traceparent`. None that the
            request has already is replaced.
    """

    operation: str
    method: str
    url: str
    attempt: int
    headers: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseEvent:
    """How a try has ended. Of a stream or download, that is when its answer begins.

    Attributes:
        request: the try, the same object that `on_request` was given.
        seconds: how long it took.
        status_code: HTTP status; None where no answer came.
        request_id: the server's id of the request, if it gave one.
        error: what is wrong with it; None where it succeeded. Another try may follow. Where there is
            neither a status nor an error, the call was cancelled.
    """

    request: RequestEvent
    seconds: float
    status_code: int | None = None
    request_id: str | None = None
    error: LvngError | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RetryEvent:
    """A wait before the next try.

    Attributes:
        request: the try that failed.
        error: why.
        wait: seconds until the next try.
    """

    request: RequestEvent
    error: LvngError
    wait: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Functions that are told about every try of every call of a client.

    They are plain functions, for both clients, called in the thread or event loop of the call: they should
    be quick. One that raises is logged under `lvng`, and the call goes on.

    Attributes:
        on_request: before a try is sent; may add headers.
        on_response: after it has ended, well or badly.
        on_retry: before the wait for the next.
    """

    on_request: Callable[[RequestEvent], object] | None = None
    on_response: Callable[[ResponseEvent], object] | None = None
    on_retry: Callable[[RetryEvent], object] | None = None

    def __post_init__(self) -> None:
        for name in ("on_request", "on_response", "on_retry"):
            hook = getattr(self, name)
            if hook is not None and not callable(hook):
                raise ConfigurationError(f"{name} must be a function, got {hook!r:.100}.")
            if inspect.iscoroutinefunction(hook):
                raise ConfigurationError(f"{name} must be a plain function, not an async one.")


def read_hooks(hooks: object) -> tuple[Hooks, ...]:
    """The hooks given: one, or several."""
    given = (hooks,) if isinstance(hooks, Hooks) else hooks
    if not isinstance(given, Sequence) or not all(isinstance(one, Hooks) for one in given):
        raise ConfigurationError(f"hooks must be Hooks, or a list of them, got {hooks!r:.100}.")
    return tuple(given)


class Report:
    """Tells the hooks of a client about one call."""

    def __init__(self, hooks: Sequence[Hooks], clock: Clock, operation: str, method: str) -> None:
        self._hooks = hooks
        self._now = clock.now
        self._operation, self._method = operation, method
        self._begun = 0.0
        self._try: RequestEvent | None = None

    def begins(self, attempt: int, url: str) -> dict[str, str]:
        """A try begins; returns the headers that hooks add to it."""
        if not self._hooks:
            return {}
        self._begun = self._now()
        self._try = RequestEvent(
            operation=self._operation,
            method=self._method,
            url=url.partition("?")[0],
            attempt=attempt,
        )
        self._tell("on_request", self._try)
        return _sendable(self._try.headers)

    def ends(
        self,
        status_code: int | None = None,
        request_id: str | None = None,
        error: LvngError | None = None,
    ) -> None:
        """The try has ended, by an answer, an error or a cancellation."""
        if self._try is not None:
            event = ResponseEvent(
                request=self._try,
                seconds=self._now() - self._begun,
                status_code=status_code,
                request_id=request_id,
                error=error,
            )
            self._tell("on_response", event)

    def waits(self, error: LvngError, wait: float) -> None:
        """There will be another try."""
        if self._try is not None:
            self._tell("on_retry", RetryEvent(request=self._try, error=error, wait=wait))

    def _tell(self, name: str, event: object) -> None:
        for one in self._hooks:
            hook = getattr(one, name)
            if hook is not None:
                try:
                    hook(event)
                except Exception:
                    # It watches: what it gets wrong must not undo what the call has done.
                    logger = _logger()
                    logger.exception("The hook %s raised; the call goes on.", name)


def _sendable(headers: dict[str, str]) -> dict[str, str]:
    try:
        check_headers("RequestEvent.headers", headers)
    except ConfigurationError as error:
        _logger().warning("A hook added headers that cannot be sent; all are left out. %s", error)
        return {}
    return {name: value.strip() for name, value in headers.items()}


def _logger() -> logging.Logger:
    import logging

    return logging.getLogger("lvng")
