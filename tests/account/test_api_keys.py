"""API keys: made, rotated, used and deleted by a signed-in user; their secrets are shown once and to nobody else."""

from __future__ import annotations

import inspect
import json
from datetime import datetime, timedelta

import pytest

from lvng import AuthenticationError, LvngClient, NotFoundError, PermissionDeniedError
from lvng_account import ApiKeys
from lvng_sandbox import Sandbox
from support.scripted_server import Serve, answer
from support.sync_async import Colour
from support.tuned import Connect, assert_nothing_is_left


@pytest.fixture
def signed_in(sandbox: Sandbox, connect: Connect) -> LvngClient:
    """A client with a JWT in place of a key."""
    return connect(sandbox, api_key=sandbox.jwt)


def works(connect: Connect, sandbox: Sandbox, key: str) -> bool:
    try:
        connect(sandbox, api_key=key).workflows.list()
    except AuthenticationError:
        return False
    return True


def test_a_key_works_from_its_creation_to_its_deletion(
    signed_in: LvngClient, connect: Connect, sandbox: Sandbox
) -> None:
    made = signed_in.api_keys.create(name="ci", scopes=["read"], expires_in_days=30)["data"]
    assert works(connect, sandbox, made["key"])
    kept = {key["id"]: key for key in signed_in.api_keys.list()["data"]}[made["id"]]
    assert (kept["name"], kept["scopes"]) == ("ci", ["read"])
    assert made["key"].startswith(kept["key_prefix"])
    assert "key" not in kept
    usage = signed_in.api_keys.usage(made["id"], days=7)["data"]
    assert (usage["requests"], usage["errors"]) == (1, 0)
    signed_in.api_keys.delete(made["id"])
    assert not works(connect, sandbox, made["key"])


def test_a_rotated_key_has_another_secret(
    signed_in: LvngClient, connect: Connect, sandbox: Sandbox
) -> None:
    made = signed_in.api_keys.create(name="ci")["data"]
    turned = signed_in.api_keys.rotate(made["id"], grace_period_hours=1)["data"]
    assert (turned["id"], turned["name"]) == (made["id"], "ci")
    assert works(connect, sandbox, turned["key"])
    assert works(connect, sandbox, made["key"])
    sandbox.advance(3601)
    assert works(connect, sandbox, turned["key"])
    assert not works(connect, sandbox, made["key"])


@pytest.mark.parametrize("method", ["create", "rotate"])
def test_a_secret_is_a_string_that_no_repr_shows(signed_in: LvngClient, method: str) -> None:
    made = signed_in.api_keys.create(name="ci")
    shown = made if method == "create" else signed_in.api_keys.rotate(made["data"]["id"])
    secret = shown["data"]["key"]
    assert secret.startswith("lvng_sk_test_")
    assert json.loads(json.dumps(shown))["data"]["key"] == f"{secret}"
    for text in (repr(shown), f"{shown}", repr(shown["data"]), f"{secret!r}"):
        assert str(secret) not in text
        assert f"…{secret[-4:]}" in text


def test_an_api_key_in_place_of_a_jwt_is_refused_before_anything_is_sent(
    connect: Connect, serve: Serve
) -> None:
    server = serve(answer(200, {}))
    keys = connect(server).api_keys
    for call in (
        lambda: keys.list(),
        lambda: keys.get("key_1"),
        lambda: keys.create(name="ci"),
        lambda: keys.update("key_1", name="ci"),
        lambda: keys.rotate("key_1"),
        lambda: keys.usage("key_1"),
        lambda: keys.delete("key_1"),
        lambda: keys.scopes(),
        lambda: keys.temporary(name="ci").__enter__(),
    ):
        with pytest.raises(PermissionDeniedError, match="needs a JWT, but this client has an API"):
            call()
    assert server.requests == []


def test_an_unrecognized_key_is_sent_and_refused_by_the_server(
    sandbox: Sandbox, connect: Connect
) -> None:
    with pytest.raises(AuthenticationError):
        connect(sandbox, api_key="neither-a-key-nor-a-token").api_keys.list()


def test_a_temporary_key_is_gone_after_the_block(
    signed_in: LvngClient, connect: Connect, sandbox: Sandbox, colour: Colour
) -> None:
    with signed_in.api_keys.temporary(name="ci", scopes=["read"]) as key:
        assert works(connect, sandbox, key["key"])
        assert key["scopes"] == ["read"]
    assert not works(connect, sandbox, key["key"])
    assert_nothing_is_left(signed_in, colour)


def test_a_temporary_key_is_gone_after_a_block_that_failed(
    signed_in: LvngClient, connect: Connect, sandbox: Sandbox
) -> None:
    with pytest.raises(ZeroDivisionError), signed_in.api_keys.temporary(name="ci") as key:
        raise ZeroDivisionError
    assert not works(connect, sandbox, key["key"])


def test_a_temporary_key_may_be_gone_already(signed_in: LvngClient) -> None:
    with signed_in.api_keys.temporary(name="ci") as key:
        signed_in.api_keys.delete(key["id"])
    with pytest.raises(NotFoundError):
        signed_in.api_keys.get(key["id"])


def test_a_temporary_key_expires_by_itself_after_a_day(signed_in: LvngClient) -> None:
    with signed_in.api_keys.temporary(name="ci") as key:
        kept = signed_in.api_keys.get(key["id"])["data"]
    assert kept["expires_at"] is not None
    life = datetime.fromisoformat(kept["expires_at"]) - datetime.fromisoformat(kept["created_at"])
    # The two moments are written one after the other.
    assert abs(life - timedelta(days=1)) < timedelta(seconds=1)


def test_a_temporary_key_takes_the_scopes_that_create_takes() -> None:
    def annotation(method: object) -> object:
        return inspect.signature(method).parameters["scopes"].annotation  # type: ignore[arg-type]  # a method

    assert annotation(ApiKeys.temporary) == annotation(ApiKeys.create)
