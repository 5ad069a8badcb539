"""Platform integrations. Their credentials are never returned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import record_response
from ..platform.kinds import Rule
from ..platform.registry import handler, hidden, rules, seed
from ..problems import forbidden, unprocessable
from ..store.database import Record
from ..workspace.integration_catalogue import PLATFORMS
from ..workspace.membership import members_of, role_in

_MASKED = "****"


@hidden("integrations")
def _hidden(context: Context) -> dict[str, set[str]]:
    """The integrations of workspaces that the caller does not own."""
    workspaces = [one["id"] for one in context.records("workspaces").all()]
    return {"workspace_id": {id for id in workspaces if not _owns(context, id)}}


rules(
    integrations=Rule(
        unique=(("workspace_id", "platform"),),
        references={"workspace_id": "workspaces"},
    )
)


@handler("integrations.create")
def create(call: Call) -> Any:
    body = call.body
    if body["platform"] not in PLATFORMS:
        raise unprocessable("platform", f"must be one of {', '.join(PLATFORMS)}")
    workspace_id = call.records("workspaces").get(body["workspace_id"])["id"]
    if not _owns(call, workspace_id):
        raise forbidden("Only an owner of the workspace may integrate a platform")
    fields = {"enabled": True, **body, "config": {}, "webhook_secret": None}
    integrations = call.records("integrations")
    integration = integrations.add(fields)
    return record_response(call, integrations, _configure(call, integration, body))


@handler("integrations.update")
def update(call: Call) -> Any:
    integrations = call.records("integrations")
    plain = {name: value for name, value in call.body.items() if name == "enabled"}
    integration = integrations.change(call.path["id"], plain)
    return record_response(call, integrations, _configure(call, integration, call.body))


@handler("integrations.delete")
def delete(call: Call) -> Any:
    integration = call.records("integrations").delete(call.path["id"])
    call.store.delete_value(_secret(integration))
    return call.fill({"message": "Integration deleted"})


@handler("integrations.list_platforms")
def list_platforms(call: Call) -> Any:
    platforms = [
        {
            "platform": id,
            "display_name": external.name,
            "description": external.description,
            "features": list(external.features),
            "config_schema": {
                "type": "object",
                "required": list(external.credentials),
                "properties": {name: {"type": "string"} for name in external.credentials},
            },
        }
        for id, external in PLATFORMS.items()
    ]
    return call.fill({"platforms": platforms})


@handler("integrations.test")
def test(call: Call) -> Any:
    """Test an integration: whether all credentials are set. The platform itself is not contacted."""
    integrations = call.records("integrations")
    integration = integrations.get(call.path["id"])
    missing = _missing(call, integration)
    error = f"missing_{missing[0]}" if missing else None if integration["enabled"] else "disabled"
    now = call.now()
    seen = {"connected": error is None, "connection_error": error}
    integrations.put({**integration, **seen, **({} if error else {"last_connected_at": now})})
    return call.fill(
        {"connected": error is None, "latency_ms": None, "error": error, "tested_at": now}
    )


@handler("integrations.create_api_key")
def create_api_key(call: Call) -> Any:
    key = f"int_{call.platform.random.hex(12)}"
    shown = {"api_key": f"int_{_MASKED}{key[-4:]}", "api_key_created_at": call.now()}
    call.records("integrations").change(call.path["id"], {}, **shown)
    return call.fill({**shown, "api_key": key})


@handler("integrations.delete_api_key")
def delete_api_key(call: Call) -> Any:
    nothing = dict.fromkeys(("api_key", "api_key_created_at"))
    call.records("integrations").change(call.path["id"], {}, **nothing)
    return call.fill({"message": "Key revoked"})


def _configure(call: Call, integration: Record, given: Mapping[str, Any]) -> Record:
    """Store configuration and secret; the record shows only that they are set."""
    kept = json.loads(call.store.get_value(_secret(integration)) or "{}")
    if "config" in given:
        kept = {**kept, **given["config"]}
        call.store.set_value(_secret(integration), json.dumps(kept))
    if "webhook_secret" in given:
        integration["webhook_secret"] = _MASKED if given["webhook_secret"] else None
    integration["config"] = {"configured": not _missing(call, integration)}
    return call.records("integrations").put(integration)


def _missing(call: Call, integration: Record) -> list[str]:
    """The required credentials that are not set."""
    kept = json.loads(call.store.get_value(_secret(integration)) or "{}")
    return [name for name in PLATFORMS[integration["platform"]].credentials if not kept.get(name)]


def _secret(integration: Record) -> str:
    """The name under which an integration's configuration is stored; its record does not contain it."""
    return f"integration config {integration['id']}"


def _owns(context: Context, workspace_id: str) -> bool:
    return role_in(members_of(context, workspace_id), context.user_id) == "owner"


@seed
def add_examples(context: Context) -> None:
    """Make the example integration one with Slack, so that the example of a new one can be created."""
    (workspace, *_) = context.records("workspaces").all()
    integrations = context.records("integrations")
    for integration in integrations.all():
        context.store.set_value(
            _secret(integration), json.dumps({"botToken": context.platform.random.hex(8)})
        )
        fields = {"platform": "slack", "workspace_id": workspace["id"], "connection_error": None}
        integrations.put({**integration, **fields})
