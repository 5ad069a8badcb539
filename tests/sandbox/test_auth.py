"""Sign-in by password and magic link, refresh tokens, and sign-out."""

from __future__ import annotations

import re
from typing import Any

from lvng_sandbox import Sandbox
from lvng_sandbox.seed import PASSWORD
from support.examples import USER_ID
from support.sandbox import Api, Connect

AUTH = "/api/v2/auth"
EMAIL = "ana@example.com"
_HOUR, _DAY = 3600, 86_400


def log_in(nobody: Api, password: str = PASSWORD, *, status: int | None = None) -> Any:
    return nobody.post(f"{AUTH}/login", {"email": EMAIL, "password": password}, status=status)


def refresh(nobody: Api, token: str, *, status: int | None = None) -> Any:
    return nobody.post(f"{AUTH}/refresh", {"refresh_token": token}, status=status).get("data")


def verify(nobody: Api, token: str) -> Any:
    return nobody.post(f"{AUTH}/verify", {"token": token})["data"]


def test_log_in_with_a_password(nobody: Api, sandbox: Sandbox, connect: Connect) -> None:
    session = log_in(nobody)["data"]
    assert (session["token_type"], session["expires_in"]) == ("Bearer", _HOUR)
    assert session["user"]["email"] == EMAIL
    me = connect(sandbox, session["access_token"]).get(f"{AUTH}/me")["data"]
    assert me == session["user"]
    assert (me["user_id"], me["display_name"]) == (USER_ID, "Ana Lopes")
    assert me["session_expires_at"] == session["expires_at"]


def test_email_addresses_are_case_insensitive(nobody: Api) -> None:
    body = {"email": EMAIL.upper(), "password": PASSWORD}
    assert nobody.post(f"{AUTH}/login", body)["data"]["user"]["email"] == EMAIL


def test_wrong_password_and_unknown_address_give_the_same_error(nobody: Api) -> None:
    wrong = log_in(nobody, "wrong", status=401)
    body = {"email": "nobody@example.com", "password": PASSWORD}
    assert nobody.post(f"{AUTH}/login", body, status=401) == wrong


def test_an_account_without_a_password_cannot_log_in(nobody: Api, sandbox: Sandbox) -> None:
    sandbox.create_account("second@example.com")
    for password in (PASSWORD, " "):
        body = {"email": "second@example.com", "password": password}
        nobody.post(f"{AUTH}/login", body, status=401)


def test_a_refresh_token_works_once(nobody: Api, sandbox: Sandbox, connect: Connect) -> None:
    first = log_in(nobody)["data"]
    second = refresh(nobody, first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    third = refresh(nobody, second["refresh_token"])
    connect(sandbox, third["access_token"]).get(f"{AUTH}/me")


def test_reuse_of_a_refresh_token_ends_the_session(
    nobody: Api, sandbox: Sandbox, connect: Connect
) -> None:
    first, other = log_in(nobody)["data"], log_in(nobody)["data"]
    second = refresh(nobody, first["refresh_token"])
    refresh(nobody, first["refresh_token"], status=401)
    refresh(nobody, second["refresh_token"], status=401)
    connect(sandbox, second["access_token"]).get(f"{AUTH}/me", status=401)
    connect(sandbox, other["access_token"]).get(f"{AUTH}/me")


def test_tokens_expire_when_they_say(nobody: Api, sandbox: Sandbox, connect: Connect) -> None:
    session = log_in(nobody)["data"]
    me = connect(sandbox, session["access_token"])
    sandbox.advance(_HOUR - 60)
    me.get(f"{AUTH}/me")
    sandbox.advance(61)
    me.get(f"{AUTH}/me", status=401)
    sandbox.advance(7 * _DAY - _HOUR - 60)
    session = refresh(nobody, session["refresh_token"])
    sandbox.advance(7 * _DAY + 1)
    refresh(nobody, session["refresh_token"], status=401)


def test_signing_out_ends_only_the_current_session(
    nobody: Api, sandbox: Sandbox, connect: Connect
) -> None:
    session, other = log_in(nobody)["data"], log_in(nobody)["data"]
    me = connect(sandbox, session["access_token"])
    me.post(f"{AUTH}/logout")
    me.get(f"{AUTH}/me", status=401)
    refresh(nobody, session["refresh_token"], status=401)
    connect(sandbox, other["access_token"]).get(f"{AUTH}/me")


def test_signing_out_everywhere_ends_every_session(
    nobody: Api, sandbox: Sandbox, connect: Connect, signed_in: Api, api: Api
) -> None:
    session, other = log_in(nobody)["data"], log_in(nobody)["data"]
    me = connect(sandbox, session["access_token"])
    me.post(f"{AUTH}/logout", {"all_sessions": True})
    for caller in (me, connect(sandbox, other["access_token"]), signed_in):
        caller.get(f"{AUTH}/me", status=401)
    refresh(nobody, other["refresh_token"], status=401)
    # Keys go on, and so does who signs in again.
    api.get("/api/v2/notes")
    connect(sandbox, log_in(nobody)["data"]["access_token"]).get(f"{AUTH}/me")


def test_a_key_has_no_session(api: Api) -> None:
    api.get(f"{AUTH}/me", status=403)
    api.post(f"{AUTH}/logout", status=403)


def link(nobody: Api, api: Api, **fields: str) -> str:
    """The link in the latest email."""
    nobody.post(f"{AUTH}/magic-link", {"email": EMAIL, **fields})
    emails = api.get("/api/v2/emails")["data"]
    (email,) = (one for one in emails if "sign-in link" in one["subject"])
    assert email["to_emails"] == [EMAIL]
    found = re.search(r"https?://\S+", email["text"])
    assert found
    return found[0]


def test_a_magic_link_works_once(nobody: Api, api: Api) -> None:
    address = link(nobody, api, redirect_url="https://app.example.com/callback?a=b")
    assert address.startswith("https://app.example.com/callback?a=b&refresh_token=rt_")
    token = address.partition("refresh_token=")[2]
    assert refresh(nobody, token)["user"]["email"] == EMAIL
    refresh(nobody, token, status=401)


def test_a_magic_link_expires(nobody: Api, api: Api, sandbox: Sandbox) -> None:
    token = link(nobody, api).partition("refresh_token=")[2]
    sandbox.advance(15 * 60 + 1)
    refresh(nobody, token, status=401)


def test_magic_links_do_not_reveal_whether_an_account_exists(nobody: Api, api: Api) -> None:
    before = api.get("/api/v2/emails")["data"]
    known = nobody.post(f"{AUTH}/magic-link", {"email": EMAIL})
    assert nobody.post(f"{AUTH}/magic-link", {"email": "nobody@example.com"}) == known
    assert len(api.get("/api/v2/emails")["data"]) == len(before) + 1


def test_verify_returns_the_claims_of_a_token(nobody: Api, sandbox: Sandbox) -> None:
    outcome = verify(nobody, sandbox.jwt)
    assert (outcome["valid"], outcome["error"]) == (True, None)
    claims = outcome["claims"]
    assert (claims["userId"], claims["email"]) == (USER_ID, EMAIL)
    assert claims["exp"] - claims["iat"] == _HOUR


def test_verify_returns_the_error_of_an_invalid_token(nobody: Api, sandbox: Sandbox) -> None:
    token = sandbox.jwt
    head, claims, signature = token.split(".")
    forged = ".".join([head, claims, signature[::-1]])
    for text in ("nonsense", forged, sandbox.api_key):
        outcome = verify(nobody, text)
        assert (outcome["valid"], outcome["claims"]) == (False, None)
    sandbox.advance(_HOUR)
    assert verify(nobody, token)["error"] == "The token has expired"


def test_refresh_tokens_are_stored_as_hashes(nobody: Api, sandbox: Sandbox) -> None:
    token = log_in(nobody)["data"]["refresh_token"]
    assert token.encode() not in sandbox._run(lambda platform: platform.store.snapshot())


def test_signing_in_is_recorded_in_the_audit_log(nobody: Api, api: Api) -> None:
    log_in(nobody)
    (entry,) = api.get("/api/v2/audit-log", action="auth.login")["data"]
    assert (entry["actor_id"], entry["actor_type"]) == (USER_ID, "user")


def test_signing_in_does_not_count_as_a_request_of_the_user(api: Api, nobody: Api) -> None:
    def requests() -> int:
        return int(api.get("/api/v2/analytics/overview")["data"]["requests"])

    before = requests()
    log_in(nobody)
    assert requests() == before + 1  # the first look at the overview
