"""Example data: an account with a small workspace, the contract's examples, and documents to ask questions about."""

from __future__ import annotations

import logging

from .contract.document import placeholders
from .knowledge.ingestion import add_document
from .platform.caller import ALL_SCOPES, Caller
from .platform.context import Context
from .platform.kinds import Kind
from .platform.platform import Platform
from .platform.registry import SEEDS
from .platform.sessions import JWT_SECRET
from .store.database import Record
from .workspace.membership import create_organization, join_workspace, open_workspace

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


def prepare(
    platform: Platform, api_key: str | None, *, examples: bool = True
) -> tuple[Caller, str]:
    """Return the example account and its API key; fills an empty platform.

    Args:
        platform: the platform.
        api_key: the key; by default the stored one, or a new one.
        examples: whether an empty platform gets example data, or only an account with an empty workspace.

    The key survives restarts: it is stored unhashed, because it is only valid for this sandbox. A rotated or revoked
    key is replaced.
    """
    user = platform.defaults.example(platform.contract.document["components"]["schemas"]["User"])
    caller = platform.accounts.by_id(user["id"]) or _fill(platform, user, examples=examples)
    stored = platform.store.get_value("api_key")
    id = platform.accounts.permanent_key_id(caller, stored) if stored else KEY_ID
    key = api_key or (stored if stored and id else platform.accounts.new_key())
    if platform.accounts.permanent_key_id(caller, key) is None:
        if id is None:
            logger.warning("The key of this sandbox was rotated or revoked; it has a new one.")
        _add_key(Context(platform, caller), key, id or platform.random.id("key_0"))
    platform.store.set_value("api_key", key)
    return caller, key


def join_account(
    platform: Platform, email: str, api_key: str, *, workspace: str, role: str
) -> Caller:
    """Create an account with a key, as a member of a workspace and its organization.

    Args:
        platform: the platform.
        email: the address.
        api_key: the key.
        workspace: id, slug or name of the workspace.
        role: role in the workspace.

    Raises:
        LookupError: there is no such workspace.
    """
    found = platform.store.select_any_owner("workspaces")
    names = ("id", "slug", "name")
    place, record = next(
        (one for one in found if workspace in [one[1][name] for name in names]), (None, {})
    )
    if place is None:
        raise LookupError(f"There is no workspace {workspace!r}")
    caller = platform.accounts.add(platform.random.id("usr_0"), email, place.owner)
    context = Context(platform, caller)
    user = {"id": caller.user_id, "email": email, "organization_id": caller.tenant}
    context.records("users").add(user)
    context.records("organizations.members", caller.tenant).add({"role": "member"})
    join_workspace(context, record["id"], caller.user_id, role=role)
    add_key(platform, caller, api_key)
    return caller


def add_key(platform: Platform, caller: Caller, api_key: str) -> None:
    """Register a key with all scopes."""
    _add_key(Context(platform, caller), api_key, platform.random.id("key_0"))


def open_account(platform: Platform, email: str, api_key: str) -> Caller:
    """Create an account with a key, in a new organization with a workspace."""
    caller = platform.accounts.add(platform.random.id("usr_0"), email, platform.random.id("org_0"))
    context = Context(platform, caller)
    user = {"id": caller.user_id, "email": email, "organization_id": caller.tenant}
    context.records("users").add(user)
    create_organization(context, email)
    open_workspace(context, {"name": email, "slug": platform.random.id("ws_0")})
    add_key(platform, caller, api_key)
    return caller


def _fill(platform: Platform, user: Record, *, examples: bool) -> Caller:
    """Store the example account, and example data."""
    platform.store.set_value(JWT_SECRET, platform.random.hex(32))
    caller = platform.accounts.add(user["id"], user["email"], user["organization_id"], PASSWORD)
    context = Context(platform, caller)
    if examples:
        for kind in platform.kinds.values():
            _add_example(context, kind)
        _add_documents(context)
        for seed in SEEDS:
            seed(context)
    else:
        context.records("users").put(user)
        create_organization(context, "Acme")
        open_workspace(context, {"name": "Acme", "slug": "acme"})
    return caller


def _add_example(context: Context, kind: Kind) -> None:
    """Store the contract's example of a record, below its examples of the ids in the path."""
    ids: list[str] = []
    for operation in context.platform.contract.operations.values():
        if operation.path == kind.path:
            schemas = {
                one.name: one.schema for one in operation.parameters if one.location == "path"
            }
            ids = [str(context.defaults.example(schemas[name])) for name in placeholders(kind.path)]
            break
    if len(ids) == len(kind.parents):
        record = context.defaults.example(kind.schema)
        context.records(kind.name, *ids).put(record)


def _add_key(context: Context, api_key: str, id: str) -> None:
    keys = context.records("api_keys")
    record = context.defaults.record(
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
    keys.put(record)
    context.platform.accounts.add_key(context.caller, id, api_key)


def _add_documents(context: Context) -> None:
    (workspace, *_) = context.records("workspaces").all()
    for title, content in DOCUMENTS.items():
        fields = {"title": title, "content": content, "workspace_id": workspace["id"]}
        add_document(context, fields)
