"""Whether a call ends in time, and how much it may take in."""

from __future__ import annotations

import gzip
import tracemalloc
from functools import partial

from support.scripted_server import answer, drip, head

from .adapter import Sdk
from .trial import NONE, Rows, Trial, against, attempt, named

BODY = b'{"id": "x1"}'
SLOW = drip(
    head(200, {"Content-Length": "12", "Content-Type": "application/json"}), BODY, every=0.02
)
BIG = 100_000_000


def dripped(sdk: Sdk) -> str:
    with against(sdk, SLOW, timeout=0.2) as (client, _):
        return _said(sdk, attempt(client.get))


def dripped_with_deadline(sdk: Sdk) -> str:
    if not sdk.has_deadline:
        return NONE
    with against(sdk, SLOW, deadline=0.2) as (client, _):
        return _said(sdk, attempt(client.get))


def _said(sdk: Sdk, trial: Trial) -> str:
    return f"{named(sdk, trial.error)}, {'before' if trial.seconds < 1 else 'after'} the last byte"


def bomb(status: int, sdk: Sdk) -> str:
    """What a small answer costs that unpacks to much; the compressed bytes are made before."""
    packed = gzip.compress(b'{"id": "' + b"0" * BIG + b'"}')
    kind = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    with against(sdk, answer(status, packed, kind)) as (client, _):
        tracemalloc.start()
        trial = attempt(client.get)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return f"{named(sdk, trial.error)}; {peak / 1e6:.0f} MB"


ROWS: Rows = {
    "time-out of 0.2 s, a response of 1.7 s, one byte every 20 ms": dripped,
    "the same with a limit of 0.2 s for the whole call": dripped_with_deadline,
    "100 MB in 100 kB of gzip: memory": partial(bomb, 200),
    "the same with a 400": partial(bomb, 400),
}
