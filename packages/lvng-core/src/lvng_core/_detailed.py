"""The result of a method with the metadata of its response: `client.detailed(client.workflows.list)`."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, ParamSpec, Self, TypeVar, overload

from ._clock import current_clock
from ._error_mapping import rate_limit_reset, request_id
from ._errors import InvalidArgumentError, LvngError

if TYPE_CHECKING:
    from ._attempt import Attempt
    from ._http.lazy import http

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Handle = TypeVar("Handle", bound="AsyncIterable[Any] | AbstractAsyncContextManager[Any]")
"""Results of the async client that are not awaited: streams, downloads, iterators."""


class RateLimit(NamedTuple):
    """The rate limit as reported by the server; None for values that it did not send.

    Attributes:
        limit: calls allowed in a period.
        remaining: calls left in the current period.
        reset: seconds until the next period, as of the response.
    """

    limit: int | None
    remaining: int | None
    reset: float | None


@dataclass(slots=True)
class Recorder:
    """Records the response of the last call of a client that was copied for one detailed call."""

    attempt: Attempt | None = None
    elapsed: float = 0.0
    received: datetime | None = None

    def note(self, attempt: Attempt, started: float) -> None:
        """Record a successful call.

        Args:
            attempt: its last attempt.
            started: when the call began, by the clock.
        """
        clock = current_clock()
        self.attempt, self.elapsed = attempt, clock.now() - started
        self.received = clock.utcnow()


class Detailed(Generic[T_co]):
    """The result of a method with status, headers and rate limit of its response.

    For a stream, a download or an iterator the request is sent when `data` is read; the other attributes are
    available from then on. After several calls, they describe the last one.
    """

    __slots__ = ("_recorder", "data")

    data: T_co
    """The result of the method."""

    def __init__(self, data: T_co, recorder: Recorder) -> None:
        self.data = data
        self._recorder = recorder

    def __repr__(self) -> str:
        attempt = self._recorder.attempt
        status = "no response yet" if attempt is None else attempt.status_code
        return f"<{type(self).__name__}, {status}>"

    @property
    def status_code(self) -> int:
        """HTTP status."""
        return self._response.status_code

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of the response; names are case-insensitive."""
        return self._response.headers

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, if it sent one."""
        return request_id(self._response.headers)

    @property
    def rate_limit(self) -> RateLimit:
        """The rate limit as reported by the server: `limit`, `remaining`, `reset`."""
        headers = self._response.headers
        return RateLimit(
            _number(headers.get("x-ratelimit-limit")),
            _number(headers.get("x-ratelimit-remaining")),
            rate_limit_reset(headers, self._recorder.received),
        )

    @property
    def attempts(self) -> int:
        """Number of attempts of the call; 1 for a call that was not retried."""
        return self._attempt().number

    @property
    def elapsed(self) -> float:
        """Seconds taken by the call, with all attempts and delays; for a stream, until it began."""
        self._attempt()
        return self._recorder.elapsed

    def _attempt(self) -> Attempt:
        if self._recorder.attempt is None:
            raise LvngError("There is no response yet: the request is sent when data is read.")
        return self._recorder.attempt

    @property
    def _response(self) -> http.Response:
        return self._attempt().answered


class _Detailing:
    """Base class of `detailed` for both clients."""

    def _recording(self, recorder: Recorder) -> Self:
        """A copy of this client that records its calls."""
        raise NotImplementedError

    def _bound(self, method: Callable[P, T], recorder: Recorder) -> Callable[P, T]:
        """The same method of a client that records its calls."""
        owner: Any = getattr(method, "__self__", None)
        function: Any = getattr(method, "__func__", None)
        if function is None or not (owner is self or hasattr(owner, "_client")):
            raise InvalidArgumentError(
                "detailed expects a method of this client, such as client.workflows.list, without calling it; "
                f"got {method!r:.100}."
            )
        recording: Any = self._recording(recorder)
        if owner is not self:
            if owner._client is not self:
                raise InvalidArgumentError(
                    f"{function.__qualname__} belongs to another client. Call detailed on that client; "
                    "with_options also returns another client."
                )
            recording = type(owner)(recording)
        bound: Callable[P, T] = function.__get__(recording)
        return bound


class DetailedCalls(_Detailing):
    """Mixin with `detailed` for the sync client."""

    def detailed(self, method: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Detailed[T]:
        """Call a method; returns its result together with status, headers and rate limit of the response.

        Args:
            method: any method of this client or its resources, not called.
            *args: its positional arguments.
            **kwargs: its keyword arguments.

        Returns:
            A `Detailed`: `data`, the result of the method, `status_code`, `headers`, `request_id`,
            `rate_limit`, `attempts`, `elapsed`.

        Raises:
            InvalidArgumentError: `method` is not a method of this client.
            LvngError: the call failed.

        Example:
            page = client.detailed(client.workflows.list, limit=20)
            print(page.data["data"], page.rate_limit.remaining)
        """
        recorder = Recorder()
        return Detailed(self._bound(method, recorder)(*args, **kwargs), recorder)


class AsyncDetailedCalls(_Detailing):
    """Mixin with `detailed` for the async client."""

    @overload
    def detailed(
        self, method: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> Coroutine[Any, Any, Detailed[T]]: ...
    @overload
    def detailed(
        self, method: Callable[P, Handle], /, *args: P.args, **kwargs: P.kwargs
    ) -> Detailed[Handle]: ...
    def detailed(self, method: Callable[P, Any], /, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Call a method; returns its result together with status, headers and rate limit of the response.

        Args:
            method: any method of this client or its resources, not called.
            *args: its positional arguments.
            **kwargs: its keyword arguments.

        Returns:
            A `Detailed`: `data`, the result of the method, `status_code`, `headers`, `request_id`,
            `rate_limit`, `attempts`, `elapsed`.

        Raises:
            InvalidArgumentError: `method` is not a method of this client.
            LvngError: the call failed.

        Example:
            page = await client.detailed(client.workflows.list, limit=20)
            print(page.data["data"], page.rate_limit.remaining)
        """
        import inspect

        recorder = Recorder()
        result = self._bound(method, recorder)(*args, **kwargs)
        return (
            _awaited(result, recorder)
            if inspect.iscoroutine(result)
            else Detailed(result, recorder)
        )


async def _awaited(result: Awaitable[T], recorder: Recorder) -> Detailed[T]:
    return Detailed(await result, recorder)


def _number(text: str | None) -> int | None:
    """The number in a header; None if it is missing or not a number."""
    text = (text or "").partition(",")[0].strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
