"""A small example workspace: what the contract shows as examples, and something to ask questions about."""

from __future__ import annotations

import secrets
from typing import Any

from .accounts import JWT_SECRET, Caller, new_key
from .contract import placeholders
from .kinds import Kind
from .platform import Platform
from .shapes import new_id
from .store import Record

PASSWORD = "sandbox"  # noqa: S105 - of the example account, told to everyone
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
WORKFLOWS = {
    "Weekly report": "Summarises open tasks every Monday",
    "Lead enrichment": "Looks up new leads and writes what it finds to the contact",
    "Support triage": "Sorts incoming questions by urgency and assigns them",
}


def prepare(platform: Platform, api_key: str | None) -> tuple[Caller, str]:
    """The example account and its API key; fills the platform where it is empty.

    The key stays the same over restarts: it is kept in clear, as it opens this sandbox and nothing else.
    """
    user = platform.shapes.example(platform.contract.document["components"]["schemas"]["User"])
    key = api_key or platform.store.fact("api_key") or new_key()
    caller = platform.accounts.by_id(user["id"]) or _sow(platform, user)
    if platform.store.fact("api_key") != key:
        platform.store.set_fact("api_key", key)
        _sow_key(platform, caller, key)
    return caller, key


def _sow(platform: Platform, user: Record) -> Caller:
    platform.store.set_fact(JWT_SECRET, secrets.token_hex(32))
    caller = platform.accounts.add(user["id"], user["email"], user["organization_id"], PASSWORD)
    for kind in platform.kinds.values():
        _sow_example(platform, caller, kind)
    _sow_documents(platform, caller)
    _sow_workflows(platform, caller)
    return caller


def open_account(platform: Platform, email: str, api_key: str) -> Caller:
    """A new account in an organization of its own, with a workspace and a key."""
    caller = platform.accounts.add(new_id("usr_0"), email, new_id("org_0"))
    for name in ("users", "organizations", "workspaces"):
        records = platform.records(caller, name)
        id = {"users": caller.user_id, "organizations": caller.tenant}.get(name, new_id("ws_0"))
        fields: dict[str, Any] = {
            "id": id,
            "name": email,
            "email": email,
            "slug": id,
            "owner_id": caller.user_id,
        }
        records.keep(
            platform.shapes.record(
                records.kind.schema, {**fields, "organization_id": caller.tenant}
            )
        )
    _sow_key(platform, caller, api_key)
    return caller


def _sow_example(platform: Platform, caller: Caller, kind: Kind) -> None:
    """The record that the contract shows, below the records that it shows."""
    ids: list[str] = []
    for operation in platform.contract.operations.values():
        if operation.path == kind.path:
            shown = {one.name: one.schema for one in operation.parameters if one.location == "path"}
            ids = [str(platform.shapes.example(shown[name])) for name in placeholders(kind.path)]
            break
    record = platform.shapes.example(kind.schema)
    platform.records(caller, kind.name, *ids).keep(record)


def _sow_key(platform: Platform, caller: Caller, api_key: str) -> None:
    keys = platform.records(caller, "api_keys")
    id = KEY_ID if keys.find(KEY_ID) else new_id("key_0")
    record = platform.shapes.record(
        keys.kind.schema,
        {
            "id": id,
            "name": "Sandbox key",
            "key_prefix": api_key[:21],
            "environment": "test",
            "scopes": ["read", "write", "execute", "admin", "knowledge:read", "knowledge:write"],
            "is_active": True,
        },
    )
    keys.keep(record)
    platform.accounts.keep_key(caller, id, api_key)


def _sow_documents(platform: Platform, caller: Caller) -> None:
    documents = platform.records(caller, "documents")
    for title, content in DOCUMENTS.items():
        fields = {
            "title": title,
            "status": "indexed",
            "mime_type": "text/plain",
            "size": len(content),
        }
        record = documents.keep(platform.shapes.record(documents.kind.schema, fields))
        platform.search.index("documents", documents.place.owner, record["id"], title, content)
        platform.store.put_blob(record["id"], content.encode())


def _sow_workflows(platform: Platform, caller: Caller) -> None:
    workflows = platform.records(caller, "workflows")
    example = platform.shapes.example(workflows.kind.schema)
    for n, (name, description) in enumerate(WORKFLOWS.items()):
        id = example["id"] if n == 0 else f"wf_{n:08x}"
        record = {**example, "id": id, "name": name, "description": description, "status": "active"}
        workflows.keep(record)
