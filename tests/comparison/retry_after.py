"""What is made of the wait that a server asks for with a 503."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial

from support.scripted_server import Headers, answer

from .adapter import Sdk
from .repeats import OK
from .trial import Rows, against, attempt, named


def wait(headers: Headers, sdk: Sdk) -> str:
    """The wait before the second try; `ignored` where it is the one without the header."""
    with against(sdk, answer(503, {}, headers), OK) as (client, server):
        trial = attempt(client.get)
        requests = len(server.requests)
    if requests == 1:
        return f"not retried, {named(sdk, trial.error)}"
    if trial.waits == _own(sdk):
        return "ignored"
    return f"{sum(trial.waits):,.1f} s"


def _own(sdk: Sdk) -> list[float]:
    with against(sdk, answer(503, {}), OK) as (client, _):
        return attempt(client.get).waits


def seconds(value: str) -> partial[str]:
    return partial(wait, {"Retry-After": value})


def yesterday(sdk: Sdk) -> str:
    moment = datetime.now(UTC) - timedelta(days=1)
    return wait({"Retry-After": format_datetime(moment, usegmt=True)}, sdk)


def in_five_seconds(sdk: Sdk) -> str:
    """How many seconds after the date the second try comes."""
    begun = datetime.now(UTC)
    moment = begun.replace(microsecond=0) + timedelta(seconds=5)
    date = {"Retry-After": format_datetime(moment, usegmt=True)}
    with against(sdk, answer(503, {}, date), OK) as (client, _):
        waits = attempt(client.get).waits
    if waits == _own(sdk):
        return "ignored"
    late = (begun - moment).total_seconds() + sum(waits)
    return f"{round(late)} s after it"


ROWS: Rows = {
    "`1.5`": seconds("1.5"),
    "a date in 5 s": in_five_seconds,
    "yesterday's date": yesterday,
    "`retry-after-ms: 1500`": partial(wait, {"retry-after-ms": "1500"}),
    **{f"`{value}`": seconds(value) for value in ("0", "-5", "nan", "inf", "1e400", "soon")},
    **{f"`{value}`": seconds(value) for value in ("90", "600", "86400")},
}
