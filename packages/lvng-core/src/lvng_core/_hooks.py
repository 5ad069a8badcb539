"""Hooks for observing requests, responses and retries. They never see the API key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import lvng_core as core  # its names load on first use

from ._errors import ConfigurationError, LvngError

if TYPE_CHECKING:
    from ._attempt import Attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooks:
    """Functions that are called for every attempt of every call of a client.

    They are plain functions, for both clients, called in the thread or event loop of the call, so they should
    be fast. An exception of a hook is logged under `lvng`, and the call goes on.

    Attributes:
        on_request: called before an attempt is sent; may add headers.
        on_response: called after it has ended, with a response or an error.
        on_retry: called before the delay that precedes the next attempt.
    """

    on_request: Callable[[core.RequestEvent], object] | None = None
    on_response: Callable[[core.ResponseEvent], object] | None = None
    on_retry: Callable[[core.RetryEvent], object] | None = None

    def __post_init__(self) -> None:
        import inspect

        for name in ("on_request", "on_response", "on_retry"):
            hook = getattr(self, name)
            if hook is not None and not callable(hook):
                raise ConfigurationError(f"{name} must be a function, got {hook!r:.100}.")
            if inspect.iscoroutinefunction(hook):
                raise ConfigurationError(f"{name} must be a plain function, not an async one.")


def read_hooks(hooks: object) -> tuple[Hooks, ...]:
    """The hooks given, as a tuple: one, or several."""
    given = (hooks,) if isinstance(hooks, Hooks) else hooks
    if not isinstance(given, Sequence) or not all(isinstance(one, Hooks) for one in given):
        raise ConfigurationError(f"hooks must be Hooks, or a list of them, got {hooks!r:.100}.")
    return tuple(given)


class NoHooks:
    """Stands for the dispatcher of a client without hooks: see `_hook_events.HookDispatcher`."""

    def request(self, _attempt: int, _url: str) -> dict[str, str]:
        """No hook adds headers."""
        return {}

    def response(self, _attempt: Attempt, _error: LvngError | None) -> None:
        """No hook is told."""

    def retry(self, _error: LvngError, _delay: float) -> None:
        """No hook is told."""


NO_HOOKS = NoHooks()
