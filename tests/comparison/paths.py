"""What an id does to the path that is asked for."""

from __future__ import annotations

from functools import partial

from .adapter import Sdk
from .repeats import OK
from .trial import NONE, Rows, against, attempt


def target(id: str, sdk: Sdk) -> str:
    """The target of the request, or what was raised in its place."""
    if not sdk.has_paths:
        return NONE
    with against(sdk, OK) as (client, server):
        trial = attempt(lambda: client.get(id))
        if server.requests:
            return f"`{server.last.target}`"
    return f"refused, `{type(trial.error).__name__}`"


IDS = ("..", "../admin", ".", "", "a/b", "a?b=c", "a#b", "%2e%2e", "a b", "é", "a\nb")
ROWS: Rows = {
    {"": "empty", "a\nb": "a newline"}.get(id, f"`{id}`"): partial(target, id) for id in IDS
}
