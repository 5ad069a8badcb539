"""Authentication: keys, tokens and scopes."""

from __future__ import annotations

import httpx
import pytest

from lvng_sandbox import Sandbox
from support.sandbox import Api, Connect


@pytest.mark.parametrize("header", ["Authorization", "x-api-key"])
def test_a_key_is_accepted_in_either_header(sandbox: Sandbox, header: str) -> None:
    value = sandbox.api_key if header == "x-api-key" else f"Bearer {sandbox.api_key}"
    answer = httpx.get(f"{sandbox.base_url}/api/v2/notes", headers={header: value})
    assert answer.status_code == 200


def test_the_401_response_says_what_to_send(nobody: Api) -> None:
    error = nobody.get("/api/v2/notes", status=401)
    assert error["message"] == "No API key or token was sent"
    assert "Authorization: Bearer" in error["hint"]


@pytest.mark.parametrize("credential", ["lvng_sk_test_" + "0" * 32, "nonsense", "a.b.c"])
def test_an_unknown_credential_is_rejected(
    sandbox: Sandbox, connect: Connect, credential: str
) -> None:
    connect(sandbox, credential).get("/api/v2/notes", status=401)


def test_public_operations_need_no_credential(nobody: Api) -> None:
    assert nobody.get("/api/v2/health")["status"]


def test_scopes_restrict_a_key(sandbox: Sandbox, connect: Connect, signed_in: Api) -> None:
    key = signed_in.post("/api/v2/api-keys", {"name": "reader", "scopes": ["read"]})["data"]["key"]
    reader = connect(sandbox, key)
    reader.get("/api/v2/notes")
    error = reader.post("/api/v2/notes", {"title": "t", "content": "c"}, status=403)
    assert "write" in error["message"]


def test_a_key_cannot_manage_keys(api: Api, signed_in: Api) -> None:
    assert "JWT" in api.get("/api/v2/api-keys", status=403)["hint"]
    assert signed_in.get("/api/v2/api-keys")["data"]


def test_a_token_expires(sandbox: Sandbox, connect: Connect) -> None:
    api = connect(sandbox, sandbox.jwt)
    api.get("/api/v2/notes")
    sandbox.advance(3600)
    assert "expired" in api.get("/api/v2/notes", status=401)["message"]


def test_keys_are_stored_as_hashes(sandbox: Sandbox) -> None:
    stored = sandbox._run(
        lambda platform: platform.store.sql.execute("SELECT * FROM keys").fetchall()
    )
    assert sandbox.api_key not in str(stored)
