"""What hooks are told, and who tells them. Loaded with the first call."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from ._attempt import Attempt
from ._errors import ConfigurationError, LvngError
from ._headers import check_headers
from ._hooks import Hooks


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RequestEvent:
    """An attempt that is about to be sent.

    Attributes:
        operation: id of the operation, such as `workflows.list`; method and path for `request()`.
        method: HTTP method.
        url: its URL, without the query.
        attempt: 1 for the first attempt.
        headers: headers to add to this attempt, such as `traceparent`; put them here. Headers that the
            request has already are not replaced.
    """

    operation: str
    method: str
    url: str
    attempt: int
    headers: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseEvent:
    """The end of an attempt. For a stream or download, that is when its response begins.

    Attributes:
        request: the attempt, the same object that `on_request` was given.
        elapsed: seconds it took.
        status_code: HTTP status; None where no response came.
        request_id: the server's id of the request, if it gave one.
        error: the error that the response stands for; None for a success. Another attempt may follow.
            Where there is neither a status nor an error, the call was cancelled.
    """

    request: RequestEvent
    elapsed: float
    status_code: int | None = None
    request_id: str | None = None
    error: LvngError | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RetryEvent:
    """A delay before the next attempt.

    Attributes:
        request: the attempt that failed.
        error: its error.
        delay: seconds until the next attempt.
    """

    request: RequestEvent
    error: LvngError
    delay: float


class HookDispatcher:
    """Tells the hooks of a client about one call."""

    def __init__(
        self, hooks: Sequence[Hooks], operation: str, method: str, logger: str = "lvng"
    ) -> None:
        self._hooks = hooks
        self._logger = logger
        self._operation, self._method = operation, method
        self._request: RequestEvent | None = None

    def request(self, attempt: int, url: str) -> dict[str, str]:
        """An attempt begins; returns the headers that hooks add to it."""
        self._request = RequestEvent(
            operation=self._operation,
            method=self._method,
            url=url.partition("?")[0],
            attempt=attempt,
        )
        self._tell("on_request", self._request)
        return self._sendable(self._request.headers)

    def response(self, attempt: Attempt, error: LvngError | None) -> None:
        """The attempt has ended, by a response, an error or a cancellation."""
        if self._request is not None:
            event = ResponseEvent(
                request=self._request,
                elapsed=attempt.elapsed,
                status_code=attempt.status_code,
                request_id=attempt.request_id,
                error=error,
            )
            self._tell("on_response", event)

    def retry(self, error: LvngError, delay: float) -> None:
        """The call is about to be retried."""
        if self._request is not None:
            self._tell("on_retry", RetryEvent(request=self._request, error=error, delay=delay))

    def _tell(self, name: str, event: object) -> None:
        for one in self._hooks:
            hook = getattr(one, name)
            if hook is not None:
                try:
                    hook(event)
                except Exception:  # noqa: BLE001 - whatever a hook raises
                    # A failing hook must not fail the call.
                    self._log().exception("The hook %s raised; the call goes on.", name)

    def _sendable(self, headers: dict[str, str]) -> dict[str, str]:
        try:
            check_headers("RequestEvent.headers", headers)
        except ConfigurationError as error:
            self._log().warning(
                "A hook added headers that cannot be sent; all are left out. %s", error
            )
            return {}
        return {name: value.strip() for name, value in headers.items()}

    def _log(self) -> logging.Logger:
        return logging.getLogger(self._logger)
