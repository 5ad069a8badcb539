"""A process that tries one row after the other, and is killed where one does not end."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from multiprocessing.connection import Connection

from . import bodies, keys, paths, repeats, retry_after, streams, times
from .adapter import load
from .trial import Rows, against

BOUND = 30.0
"""Seconds that a row may take."""

SECTIONS: dict[str, Rows] = {
    "Retries": repeats.ROWS,
    "`Retry-After` of a 503": retry_after.ROWS,
    "Time and memory": times.ROWS,
    "Streams": streams.ROWS,
    "Unexpected bodies": bodies.ROWS,
    "Keys and redirects": keys.ROWS,
    "Ids in paths": paths.ROWS,
}


class Worker:
    """Tries rows with one SDK."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._start()

    def _start(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=serve, args=(self.name, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, section: str, row: str) -> str:
        """What a row shows."""
        self._pipe.send((section, row))
        if self._pipe.poll(BOUND):
            shown, failure = self._pipe.recv()
            if failure:
                raise RuntimeError(f"{self.name}, {row}: {failure}")
            return str(shown)
        self.stop()
        self._start()
        return f"**hangs** (over {BOUND:.0f} s)"

    def stop(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def serve(name: str, pipe: Connection) -> None:
    """The process: rows in, cells out."""
    os.environ["NO_PROXY"] = "*"
    sdk = load(name)
    with against(sdk, repeats.OK) as (client, _):
        client.get()  # what is imported late must not draw on the luck of a row
    while True:
        section, row = pipe.recv()
        try:
            pipe.send((SECTIONS[section][row](sdk), None))
        except Exception:  # noqa: BLE001 - the program's own mistake, shown where it is run
            pipe.send((None, traceback.format_exc()))
