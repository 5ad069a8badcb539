"""A small example workspace: what the contract shows as examples, and something to ask questions about."""

from __future__ import annotations

import logging
import secrets

from .contract.defaults import new_id
from .contract.document import placeholders
from .knowledge.ingestion import add_document
from .platform.accounts import ALL_SCOPES, Caller, new_key
from .platform.kinds import Kind
from .platform.platform import Platform
from .platform.registry import SOWERS
from .platform.sessions import JWT_SECRET
from .store.database import Record
from .workspace.membership import found_organization, open_workspace

logger: logging.Logger = logging.getLogger("lvng_sandbox")

PASSWORD = "correct horse battery staple"  # noqa: S105 - of the example account, told to everyone
KEY_ID = "key_6a7b8c9d"

DOCUMENTS = {
    "Sales report": (
        "Sales in October came to 412,000 euros, 8 percent more than in September. The Nordic region grew "
        "fastest, by 21 percent. Returns fell to 2.1 percent of orders. The latest sales report expects "
        "435,000 euros for November."
    ),
    "Q4 numbers": (
        "Q4 revenue is forecast at 1.31 million euros. Costs are expected at 0.94 million euros, so the "
        "operating margin would be 28 percent. Two numbers carry risk: the churn of small accounts, at 3.4 "
        "percent, and the exchange rate of the Swedish krona. Headcount stays at 46."
    ),
    "Onboarding guide": (
        "A new workspace begins with three channels: general, random and help. Invite people by email. Agents "
        "answer in every channel that they are added to."
    ),
}


def prepare(platform: Platform, api_key: str | None) -> tuple[Caller, str]:
    """The example account and its API key; fills the platform where it is empty.

    The key stays the same over restarts: it is kept in clear, as it opens this sandbox and nothing else. Where it was
    rotated or revoked, there is another one.
    """
    user = platform.shapes.example(platform.contract.document["components"]["schemas"]["User"])
    caller = platform.accounts.by_id(user["id"]) or _sow(platform, user)
    kept = platform.store.fact("api_key")
    id = platform.accounts.lasting(caller, kept) if kept else KEY_ID
    key = api_key or (kept if kept and id else new_key())
    if platform.accounts.lasting(caller, key) is None:
        if id is None:
            logger.warning("The key of this sandbox was rotated or revoked; it has a new one.")
        _sow_key(platform, caller, key, id or new_id("key_0"))
    platform.store.set_fact("api_key", key)
    return caller, key


def _sow(platform: Platform, user: Record) -> Caller:
    platform.store.set_fact(JWT_SECRET, secrets.token_hex(32))
    caller = platform.accounts.add(user["id"], user["email"], user["organization_id"], PASSWORD)
    for kind in platform.kinds.values():
        _sow_example(platform, caller, kind)
    _sow_documents(platform, caller)
    for sow in SOWERS:
        sow(platform, caller)
    return caller


def open_account(platform: Platform, email: str, api_key: str) -> Caller:
    """A new account in an organization of its own, with a workspace and a key."""
    caller = platform.accounts.add(new_id("usr_0"), email, new_id("org_0"))
    user = {"id": caller.user_id, "email": email, "organization_id": caller.tenant}
    platform.records(caller, "users").add(user)
    found_organization(platform, caller, email)
    open_workspace(platform, caller, {"name": email, "slug": new_id("ws_0")})
    _sow_key(platform, caller, api_key, new_id("key_0"))
    return caller


def _sow_example(platform: Platform, caller: Caller, kind: Kind) -> None:
    """The record that the contract shows, below the records that it shows."""
    ids: list[str] = []
    for operation in platform.contract.operations.values():
        if operation.path == kind.path:
            shown = {one.name: one.schema for one in operation.parameters if one.location == "path"}
            ids = [str(platform.shapes.example(shown[name])) for name in placeholders(kind.path)]
            break
    if len(ids) == len(kind.parents):
        record = platform.shapes.example(kind.schema)
        platform.records(caller, kind.name, *ids).keep(record)


def _sow_key(platform: Platform, caller: Caller, api_key: str, id: str) -> None:
    keys = platform.records(caller, "api_keys")
    record = platform.shapes.record(
        keys.kind.schema,
        {
            "id": id,
            "name": "Sandbox key",
            "key_prefix": api_key[:21],
            "environment": "test",
            "scopes": list(ALL_SCOPES),
            "is_active": True,
        },
    )
    keys.keep(record)
    platform.accounts.keep_key(caller, id, api_key)


def _sow_documents(platform: Platform, caller: Caller) -> None:
    (workspace, *_) = platform.records(caller, "workspaces").all()
    for title, content in DOCUMENTS.items():
        fields = {"title": title, "content": content, "workspace_id": workspace["id"]}
        add_document(platform, caller, fields)
