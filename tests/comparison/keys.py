"""Where a key and a body get to: other hosts, messages, logs."""

from __future__ import annotations

import io
import logging
import os
import traceback
from base64 import b64encode
from collections.abc import Callable
from functools import partial
from tempfile import NamedTemporaryFile
from unittest.mock import patch

from support.scripted_server import Exchange, ScriptedServer, answer, redirect

from .adapter import KEY, Adapter, Sdk, Setup
from .bodies import refusal
from .repeats import OK, get, post
from .trial import Rows, Trial, against, attempt, named


def led_away(status: int, call: Callable[[Adapter], object], sdk: Sdk) -> str:
    """What another host is sent that an answer points to."""
    with ScriptedServer(OK) as other:
        elsewhere = redirect(status, f"http://localhost:{other.port}/elsewhere")
        with against(sdk, elsewhere) as (client, _):
            trial = attempt(partial(call, client))
        if not other.requests:
            return f"not followed, {named(sdk, trial.error)}"
        seen = other.last
    taken = [
        name
        for name, is_there in (("key", _holds_key(seen.head)), ("body", bool(seen.body)))
        if is_there
    ]
    return f"followed, with {' and '.join(taken)}" if taken else "followed, without the key"


def _holds_key(data: bytes) -> bool:
    return KEY.encode() in data or b64encode(KEY.encode())[:20] in data


def odd_key(key: str, sdk: Sdk) -> str:
    """What becomes of a key that cannot be sent, and whether it is shown."""
    clients: list[Adapter] = []
    with ScriptedServer(OK) as server:
        trial = attempt(lambda: clients.append(sdk(Setup(url=server.url, key=key))))
        at_once = trial.error is not None
        for client in clients:
            trial = attempt(client.get)
            client.close()
        sent = len(server.requests)
    if trial.error is None:
        return "accepted" if sent else "nothing sent"
    when = "at construction" if at_once else f"at the call, after {len(trial.waits)} delays"
    return f"{named(sdk, trial.error)} {when}; {_shown(trial)}"


def _shown(trial: Trial) -> str:
    assert trial.error is not None
    text = "".join(traceback.format_exception(trial.error))
    if KEY[:20] in f"{trial.error} {trial.error!r}":
        return "key in the message"
    return "key in the traceback" if KEY[:20] in text else "key not shown"


def led_in_a_circle(sdk: Sdk) -> str:
    def circle(exchange: Exchange) -> None:
        redirect(302, exchange.seen.target)(exchange)

    with against(sdk, circle) as (client, server):
        trial = attempt(client.get)
        return f"{len(server.requests)}, {named(sdk, trial.error)}"


def quoted(sdk: Sdk) -> str:
    """Whether an error repeats the key that the server repeats."""
    with against(sdk, refusal(401, f"Unknown key {KEY}.")) as (client, _):
        return "yes" if KEY in str(attempt(client.get).error) else "no"


def cookie(sdk: Sdk) -> str:
    login = answer(200, {"id": "x1"}, {"Set-Cookie": "session=1; Path=/"})
    with against(sdk, login) as (client, server):
        client.get()
        client.get()
        return "yes" if server.last.header("cookie") else "no"


def netrc(sdk: Sdk) -> str:
    """Whether a password of the user's goes out, and in place of the key."""
    with NamedTemporaryFile("w", suffix=".netrc") as file:
        file.write("machine 127.0.0.1 login me password secret\n")
        file.flush()
        with patch.dict(os.environ, NETRC=file.name), against(sdk, OK) as (client, server):
            client.get()
    sent = server.last.head
    if b64encode(b"me:secret") not in sent:
        return "no"
    return "in addition to the key" if _holds_key(sent) else "in place of the key"


def in_vars(sdk: Sdk) -> str:
    with against(sdk, OK) as (client, _):
        inside = client.client
        in_repr, in_vars = KEY in repr(inside), KEY in str(vars(inside))
    return "in its repr" if in_repr else "in its vars" if in_vars else "no"


def in_log(sdk: Sdk) -> str:
    log = io.StringIO()
    handler, root = logging.StreamHandler(log), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with against(sdk, answer(503), OK) as (client, _):
            attempt(client.post)
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    return "yes" if KEY in log.getvalue() else "no"


ROWS: Rows = {
    "GET, 302 to another host": partial(led_away, 302, get),
    "GET, 307 to another host": partial(led_away, 307, get),
    "POST, 302 to another host": partial(led_away, 302, post),
    "POST, 307 to another host": partial(led_away, 307, post),
    "302 to itself: requests": led_in_a_circle,
    "a cookie of one response is sent with the next call": cookie,
    "a password of `~/.netrc` is sent": netrc,
    "a 401 that repeats the key: the message contains it": quoted,
    "a key with a newline at its end": partial(odd_key, KEY + "\n"),
    "a key with a newline within": partial(odd_key, KEY + "\nx"),
    "an empty key": partial(odd_key, ""),
    "the key in the client's repr or vars": in_vars,
    "the key in the log at DEBUG": in_log,
}
