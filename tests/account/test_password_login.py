"""A client that signs in by itself, and stays signed in for weeks."""

from __future__ import annotations

import asyncio
import copy
import io
import logging
import pickle
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lvng import (
    AsyncLvngClient,
    AuthenticationError,
    ConfigurationError,
    DecodeError,
    LvngClient,
    PasswordLogin,
)
from lvng_sandbox import Sandbox
from support.clock import FakeClock
from support.scripted_server import Serve, answer
from support.sync_async import Colour, plain
from support.tuned import Connect

EMAIL, PASSWORD = "ana@example.com", "correct horse battery staple"
HOUR, DAY = 3600.0, 24 * 3600.0


def logins(sandbox: Sandbox) -> list[str]:
    """The operations of `auth` so far, and their statuses."""
    return [
        f"{entry.operation} {entry.status}"
        for entry in sandbox.requests
        if entry.operation and entry.operation.startswith("auth.")
    ]


def keys(client: LvngClient) -> list[Any]:
    return client.api_keys.list()["data"]


def test_a_service_stays_signed_in_for_weeks(
    sandbox: Sandbox, connect: Connect, colour: Colour
) -> None:
    client = connect(sandbox, api_key=PasswordLogin(EMAIL, PASSWORD))
    assert keys(client)
    assert keys(client)
    assert logins(sandbox) == ["auth.login 200"]
    for _ in range(3):  # the access token lasts an hour, the refresh token seven days from each use
        sandbox.advance(6 * DAY)
        assert keys(client)
    assert logins(sandbox)[1:] == ["auth.refresh 200"] * 3
    sandbox.advance(8 * DAY)
    assert keys(client)
    assert logins(sandbox)[4:] == ["auth.refresh 401", "auth.login 200"]
    assert keys(client)
    assert len(logins(sandbox)) == 6


def test_a_token_is_renewed_before_it_expires(
    sandbox: Sandbox, connect: Connect, clock: FakeClock
) -> None:
    client = connect(sandbox, api_key=PasswordLogin(EMAIL, PASSWORD))
    for seconds in (0.0, HOUR - 65, 10):
        clock.waits.append(seconds)
        keys(client)
    assert logins(sandbox) == ["auth.login 200", "auth.refresh 200"]
    assert all(entry.status == 200 for entry in sandbox.requests)


def test_a_session_that_was_ended_elsewhere_is_replaced(sandbox: Sandbox, connect: Connect) -> None:
    login = PasswordLogin(EMAIL, PASSWORD)
    client = connect(sandbox, api_key=login)
    client.auth.logout(all_sessions=True)
    assert keys(client)
    assert logins(sandbox)[2:] == ["auth.refresh 401", "auth.login 200"]


def test_a_wrong_password_is_an_error_of_the_call(sandbox: Sandbox, connect: Connect) -> None:
    client = connect(sandbox, api_key=PasswordLogin(EMAIL, "wrong"))
    with pytest.raises(AuthenticationError, match="Email or password is wrong") as caught:
        keys(client)
    assert "LVNG_API_KEY" not in str(caught.value)
    assert logins(sandbox) == ["auth.login 401"]


def test_threads_sign_in_once(sandbox: Sandbox) -> None:
    with (
        LvngClient(PasswordLogin(EMAIL, PASSWORD), base_url=sandbox.base_url) as client,
        ThreadPoolExecutor(8) as threads,
    ):
        assert all(threads.map(lambda _: keys(client), range(8)))
        sandbox.advance(2 * HOUR)
        assert all(threads.map(lambda _: keys(client), range(8)))
    assert logins(sandbox) == ["auth.login 200", "auth.refresh 200"]


def test_tasks_sign_in_once_and_share_the_session_with_a_sync_client(sandbox: Sandbox) -> None:
    login = PasswordLogin(EMAIL, PASSWORD)

    async def main() -> None:
        async with AsyncLvngClient(login, base_url=sandbox.base_url) as client:
            await asyncio.gather(*(client.api_keys.list() for _ in range(8)))

    asyncio.run(main())
    with LvngClient(login, base_url=sandbox.base_url) as client:
        assert keys(client)
    assert logins(sandbox) == ["auth.login 200"]


def test_two_event_loops_never_use_a_refresh_token_twice(sandbox: Sandbox) -> None:
    login = PasswordLogin(EMAIL, PASSWORD)

    async def call() -> None:
        async with AsyncLvngClient(login, base_url=sandbox.base_url) as client:
            await client.api_keys.list()

    asyncio.run(call())
    sandbox.advance(2 * HOUR)
    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(asyncio.run, call()) for _ in range(4)]:
            done.result(30)
    assert "auth.refresh 401" not in logins(sandbox)


def test_email_and_password_come_from_the_environment(
    sandbox: Sandbox, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LVNG_EMAIL", EMAIL)
    monkeypatch.setenv("LVNG_PASSWORD", PASSWORD)
    login = PasswordLogin()
    assert keys(connect(sandbox, api_key=login))
    assert keys(connect(sandbox, api_key=pickle.loads(pickle.dumps(login))))


def test_the_password_may_be_a_function(sandbox: Sandbox, connect: Connect) -> None:
    assert keys(connect(sandbox, api_key=PasswordLogin(EMAIL, lambda: PASSWORD)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "No email: pass email=... or set LVNG_EMAIL"),
        ({"email": EMAIL}, "No password: pass password=... or set LVNG_PASSWORD"),
        ({"email": "", "password": PASSWORD}, "email is empty"),
        ({"email": EMAIL, "password": b"x"}, "password must be a string, got bytes"),
    ],
)
def test_missing_or_invalid_credentials_are_named(
    arguments: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LVNG_EMAIL", raising=False)
    monkeypatch.delenv("LVNG_PASSWORD", raising=False)
    with pytest.raises(ConfigurationError, match=message):
        PasswordLogin(**arguments)


def test_copies_of_a_client_share_the_session(sandbox: Sandbox, connect: Connect) -> None:
    login = PasswordLogin(EMAIL, PASSWORD)
    client = plain(connect(sandbox, api_key=login))
    for other in (copy.copy(client), copy.deepcopy(client), client.with_options(timeout=5.0)):
        assert other._settings.credentials == client._settings.credentials
    assert copy.deepcopy(login) is copy.copy(login) is login


def test_a_password_is_in_no_repr_pickle_log_or_traceback(
    serve: Serve, connect: Connect, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    login = PasswordLogin(EMAIL, PASSWORD)
    client = connect(sandbox, api_key=login)
    token = client.auth.login(email=EMAIL, password=PASSWORD)["data"]["access_token"]
    keys(client)
    refused = connect(serve(answer(401, {"error": "no"})), api_key=login)
    current = login.current()
    assert current
    login.invalidate(current)
    with pytest.raises(AuthenticationError) as caught:
        keys(refused)
    shown = io.StringIO()
    error: BaseException | None = caught.value
    while error is not None:
        with_locals = traceback.TracebackException.from_exception(error, capture_locals=True)
        # This frame has the password by the name of the test's own constant.
        shown.writelines(line for line in with_locals.format() if "test_password_login" not in line)
        error = error.__cause__ or error.__context__
    for text in (repr(login), repr(vars(login)), repr(client), caplog.text):
        shown.write(text)
    for secret in ("battery staple", current, f"{token}"):
        assert secret not in shown.getvalue(), secret
    for pickled in (login, plain(client)):
        with pytest.raises(TypeError, match="A password cannot be pickled"):
            pickle.dumps(pickled)


@pytest.mark.parametrize(
    "session",
    [
        {"access_token": "eyJ.a.b"},
        {"success": True, "access_token": "eyJ.a.b", "expires_in": "soon", "user": None},
        {"data": {"access_token": "eyJ.a.b", "expires_in": 3600}},
    ],
    ids=["token", "bare", "data"],
)
def test_undocumented_shapes_of_a_session_are_accepted(
    session: dict[str, Any], connect: Connect, serve: Serve, clock: FakeClock
) -> None:
    page = answer(200, {"success": True, "data": []})
    server = serve(answer(200, session), page, page, answer(200, session), page)
    client = connect(server, api_key=PasswordLogin(EMAIL, PASSWORD))
    keys(client)
    keys(client)
    clock.waits.append(HOUR)
    keys(client)  # without a refresh token it signs in again
    paths = [seen.target.rpartition("/")[2] for seen in server.requests]
    assert paths == ["login", "api-keys", "api-keys", "login", "api-keys"]
    assert server.last.header("authorization") == "Bearer eyJ.a.b"


@pytest.mark.parametrize("session", [{}, [], None, {"data": {"access_token": 5}}, {"data": "x"}])
def test_a_session_without_a_token_is_an_error(
    session: Any, connect: Connect, serve: Serve
) -> None:
    client = connect(serve(answer(200, session)), api_key=PasswordLogin(EMAIL, PASSWORD))
    with pytest.raises(DecodeError, match=r"auth\.login: the response has no access token"):
        keys(client)
