"""Sign-in by password or magic link; sessions are refreshed, verified and ended."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from ..clock import iso
from ..outbox.emails import PRIVATE_TO, send_email
from ..platform.accounts import credential_of
from ..platform.call import Call
from ..platform.caller import Caller
from ..platform.context import Context
from ..platform.registry import handler, seed
from ..platform.sessions import REFRESH_SECONDS, SESSION_SECONDS
from ..problems import Problem, unauthorized

LINK_SECONDS = 15 * 60
_CLAIMS = ("userId", "email", "role", "organizationId", "iat", "exp")


@handler("auth.login")
def login(call: Call) -> Any:
    caller = call.platform.accounts.log_in(call.body["email"], call.body["password"])
    if caller is None:
        raise unauthorized("Email or password is wrong", "Sign in with those of an account")
    return _session(call, call.platform.sessions.open(caller))


@handler("auth.refresh")
def refresh(call: Call) -> Any:
    caller = call.platform.sessions.redeem(call.body["refresh_token"])
    if caller is None:
        # Returned, not raised: that a reused token has ended its session must be committed.
        return unauthorized("The refresh token is not valid", "Sign in again")
    return _session(call, caller)


@handler("auth.send_magic_link")
def send_magic_link(call: Call) -> Any:
    """Send the link in an email, which `emails.list` shows.

    The link contains a refresh token for one sign-in. The response does not reveal whether there is an account.
    """
    sessions, email = call.platform.sessions, call.body["email"]
    if caller := call.platform.accounts.by_email(email):
        token = sessions.refresh_token(sessions.open(caller), LINK_SECONDS)
        address = call.body.get("redirect_url") or call.platform.base_url
        mark = "&" if "?" in address else "?"
        link = f"{address}{mark}{urlencode({'refresh_token': token})}"
        text = f"Sign in within 15 minutes: {link}"
        message = {"to_emails": [email], "subject": "Your sign-in link", "text": text}
        host = call.on_behalf_of(caller)
        sent = send_email(host, message)
        host.records("emails").put({**sent, PRIVATE_TO: caller.user_id})
    return call.fill({"message": "If there is an account, a sign-in link is on its way"})


@handler("auth.logout")
def logout(call: Call) -> Any:
    if call.body.get("all_sessions"):
        call.platform.sessions.end_all(call.user_id)
        return call.fill({"message": "Signed out everywhere"})
    call.platform.sessions.end(call.caller.session)
    return call.fill({"message": "Signed out"})


@handler("auth.me")
def me(call: Call) -> Any:
    return call.fill({"data": _identity(call, credential_of(call.headers))})


@handler("auth.verify")
def verify(call: Call) -> Any:
    try:
        claims = call.platform.sessions.claims(call.body["token"])
    except Problem as problem:
        return call.fill(
            {"data": {"valid": False, "claims": None, "error": problem.body["message"]}}
        )
    shown = {name: claims[name] for name in _CLAIMS}
    return call.fill({"data": {"valid": True, "claims": shown, "error": None}})


@seed
def add_examples(context: Context) -> None:
    """Add the refresh token of the contract's example."""
    example = context.platform.contract.operations["auth.refresh"].body_schema
    token = context.defaults.example(example)["refresh_token"]
    sessions = context.platform.sessions
    sessions.add_refresh_token(sessions.open(context.caller), token, REFRESH_SECONDS)


def _session(call: Call, caller: Caller) -> dict[str, Any]:
    """A response with the tokens of a session."""
    call.caller = caller  # for the audit log
    sessions = call.platform.sessions
    token = sessions.issue(caller)
    user = _identity(call, token)
    data = {
        "access_token": token,
        "refresh_token": sessions.refresh_token(caller),
        "token_type": "Bearer",
        "expires_in": SESSION_SECONDS,
        "expires_at": user["session_expires_at"],
        "user": user,
    }
    return call.fill({"data": data})


def _identity(call: Call, token: str) -> dict[str, Any]:
    """The user of a JWT."""
    claims = call.platform.sessions.claims(token)
    user = call.records("users").find(claims["userId"]) or {}
    return {
        "user_id": claims["userId"],
        "email": claims["email"],
        "role": claims["role"],
        "organization_id": claims["organizationId"],
        "customer_id": user.get("customer_id"),
        "display_name": user.get("display_name"),
        "session_expires_at": iso(claims["exp"]),
    }
