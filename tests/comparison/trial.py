"""A call under trial: what it gave or raised, and how long it would have slept."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

from support.scripted_server import ScriptedServer, Step

from .adapter import KEY, Adapter, Sdk, Setup

Probe = Callable[[Sdk], str]
Rows = dict[str, Probe]
NONE = "–"
"""A cell of what an SDK does not have."""


@dataclass(slots=True)
class Trial:
    """What came of a call."""

    value: object = None
    error: Exception | None = None
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)


def attempt(call: Callable[[], object]) -> Trial:
    """Make a call without its sleeps, with the same luck as every other."""
    random.seed(7)
    trial = Trial()
    begun = time.monotonic()
    with _sleepless(trial.waits):
        try:
            trial.value = call()
        except Exception as error:  # noqa: BLE001 - of any kind: which one is the question
            trial.error = error
    trial.seconds = time.monotonic() - begun
    return trial


@contextmanager
def _sleepless(waits: list[float]) -> Iterator[None]:
    sleep = time.sleep

    def note(seconds: float) -> None:
        if not 0 <= seconds < threading.TIMEOUT_MAX:
            sleep(seconds)  # raises, as it would have
        waits.append(seconds)

    with patch("time.sleep", note):
        yield


@contextmanager
def against(
    sdk: Sdk,
    *script: Step,
    key: str = KEY,
    timeout: float | None = None,
    deadline: float | None = None,
) -> Iterator[tuple[Adapter, ScriptedServer]]:
    """An SDK's client and the server that it talks to."""
    with ScriptedServer(*script) as server:
        client = sdk(Setup(url=server.url, key=key, timeout=timeout, deadline=deadline))
        try:
            yield client, server
        finally:
            client.close()


def named(sdk: Sdk, error: Exception | None) -> str:
    """The class of an error; *raw* where it is none of the SDK's own."""
    if error is None:
        return "no error"
    name = f"`{type(error).__name__}`"
    return name if isinstance(error, sdk.own_errors) else f"*raw* {name}"
