"""What is measured: each kind of measurement begins a process for one client, and returns its figures."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from .clients import AIOHTTP, CLIENTS, HTTPX, LVNG
from .environments import python_of
from .programs import ASYNC_FIRST_CALLS, FIRST_CALLS, IMPORTS, TAGS

Figures = dict[str, float]

TESTS = Path(__file__).parents[1]
MANIFEST = TESTS.parent / "packages/lvng/src/lvng/_generated/operations.json"


@dataclass(frozen=True)
class Sizes:
    """How much is measured.

    Attributes:
        rounds: how often each client has its turn.
        calls: calls of a measurement.
        events: events of a stream.
        most_at_once: no more calls at once than this.
        levels: calls at once, for the plot.
        tags: tags touched, for the plot.
    """

    rounds: int = 5
    calls: int = 2_000
    events: int = 20_000
    most_at_once: int = 1_000
    levels: tuple[int, ...] = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
    tags: tuple[int, ...] = (1, 10, 51)

    @property
    def for_plot(self) -> Sizes:
        """The same with fewer rounds: a plot has many points."""
        return replace(self, rounds=min(self.rounds, 3))


TINY = Sizes(rounds=1, calls=20, events=50, most_at_once=4, levels=(1, 4), tags=(1, 51))
"""To see that it works."""


class Measurement(Protocol):
    """One thing that is measured of some clients."""

    @property
    def clients(self) -> tuple[str, ...]:
        """Those that it can be measured of."""
        raise NotImplementedError

    def run(self, name: str, url: str, sizes: Sizes, /) -> Figures:
        """The figures of one client in one round."""
        raise NotImplementedError


@dataclass(frozen=True)
class Worker:
    """Calls or a stream, as worker.py makes them."""

    what: str
    clients: tuple[str, ...]
    at_once: int = 1
    path: str = ""

    def run(self, name: str, url: str, sizes: Sizes) -> Figures:
        at_once = min(self.at_once, sizes.most_at_once)
        count = sizes.events if self.what == "stream" else max(sizes.calls, at_once)
        command = ["-m", "bench.worker", self.what, name, url + self.path]
        return _figures(name, [*command, str(count), str(at_once)])


@dataclass(frozen=True)
class FirstCall:
    """From the start of a process to its first answer."""

    programs: dict[str, str]

    @property
    def clients(self) -> tuple[str, ...]:
        return tuple(self.programs)

    def run(self, name: str, url: str, _sizes: Sizes) -> Figures:
        code = f"URL = {url!r}\n{self.programs[name]}\nprint('answered', flush=True)"
        begin = time.perf_counter()
        with subprocess.Popen([python_of(name), "-c", code], stdout=subprocess.PIPE) as process:
            assert process.stdout
            assert process.stdout.readline() == b"answered\n"
            return {"seconds": time.perf_counter() - begin}


@dataclass(frozen=True)
class Imports:
    """Importing what a program begins with, and nothing else."""

    clients: tuple[str, ...] = tuple(IMPORTS)

    def run(self, name: str, _url: str, _sizes: Sizes) -> Figures:
        return _timed(name, IMPORTS[name])


@dataclass(frozen=True)
class Touched:
    """Making a client and touching so many tags of it."""

    tags: int
    clients: tuple[str, ...] = (LVNG,)

    def run(self, name: str, _url: str, _sizes: Sizes) -> Figures:
        names = [tag["name"] for tag in json.loads(MANIFEST.read_text(encoding="utf-8"))["tags"]]
        return _timed(name, TAGS.replace("NAMES", repr(names[: self.tags])))


def _timed(name: str, program: str) -> Figures:
    """Seconds that a program takes in a Python that has started."""
    code = (
        f"import json, time\nbegin = time.perf_counter()\n{program}\n"
        "print(json.dumps({'seconds': time.perf_counter() - begin}))"
    )
    return _figures(name, ["-c", code])


def _figures(name: str, arguments: list[str]) -> Figures:
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    printed = subprocess.check_output([python_of(name), *arguments], env=environment)
    figures: Figures = json.loads(printed)
    return figures


SYNC = tuple(name for name, client in CLIENTS.items() if client.sync)
ASYNC = tuple(name for name, client in CLIENTS.items() if client.in_async)
STREAM = tuple(name for name, client in CLIENTS.items() if client.stream)

MEASUREMENTS: dict[str, Measurement] = {
    "50 tasks": Worker("tasks", ASYNC, at_once=50),
    "200 tasks": Worker("tasks", ASYNC, at_once=200),
    "50 threads": Worker("threads", SYNC, at_once=50),
    "one at a time": Worker("cpu", SYNC),
    "one at a time, async": Worker("async_cpu", ASYNC),
    "first call": FirstCall(FIRST_CALLS),
    "first call, async": FirstCall(ASYNC_FIRST_CALLS),
    "import": Imports(),
    "stream, an event a chunk": Worker("stream", STREAM, path="/fine"),
    "stream, coarse": Worker("stream", STREAM, path="/coarse"),
}


def levels(sizes: Sizes) -> Mapping[int, Measurement]:
    """The measurements of the plot of calls at once."""
    return {level: Worker("tasks", (HTTPX, LVNG, AIOHTTP), level) for level in sizes.levels}


def touched(sizes: Sizes) -> Mapping[int, Measurement]:
    """The measurements of the plot of tags touched."""
    return {tags: Touched(tags) for tags in sizes.tags}
