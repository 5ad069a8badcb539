"""AI twins: the catalogue, and the twins in workspaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import record_response
from ..platform.kinds import Rule
from ..platform.registry import computed, handler, rules, seed
from ..problems import unprocessable
from ..store.database import Record
from ..workspace.membership import workspace_contexts

CATALOGUE = {
    "Grace": ("Engineer", "Builds compilers and explains them", ["software", "languages"]),
    "Ray": ("Designer", "Leaves out all that can be left out", ["product design", "typography"]),
    "Hannah": ("Philosopher", "Asks what the words mean", ["ethics", "argument"]),
    "Marie": ("Scientist", "Measures before she believes", ["experiments", "statistics"]),
    "Warren": ("Advisor", "Counts the risks of a plan", ["finance", "risk"]),
}


@computed("twins.workspace")
def _twin(context: Context, added: Record) -> Mapping[str, Any]:
    return {"twin": context.records("twins").find(added["twin_id"])}


rules(
    twins=Rule(visible="all"),
    twins__workspace=Rule(
        unique=(("workspace_id", "twin_id"),),
        references={"workspace_id": "workspaces", "twin_id": "twins"},
    ),
)


@handler("twins.add")
def add(call: Call) -> Any:
    workspace = call.body.get("workspace_id") or next(iter(workspace_contexts(call)), None)
    if workspace is None:
        raise unprocessable("workspace_id", "is required: you belong to no workspace")
    added = call.records("twins.workspace")
    known = {"workspace_id": workspace, "added_by": call.user_id, "is_active": True}
    return record_response(call, added, added.add(call.body, **known))


@handler("twins.get_participation")
def get_participation(call: Call) -> Any:
    added = call.records("twins.workspace").get(call.path["id"])
    return call.fill({"data": added["participation"] or _participation(call, {})})


@handler("twins.update_participation")
def update_participation(call: Call) -> Any:
    added = call.records("twins.workspace")
    added.get(call.path["id"])
    for name, kind in (("channel_ids", "channels"), ("conversation_ids", "conversations")):
        for id in call.body.get(name, ()):
            call.records(kind).get(id)
    participation = _participation(call, call.body)
    added.change(call.path["id"], {}, participation=participation)
    return call.fill({"data": participation})


def _participation(call: Call, settings: Mapping[str, Any]) -> Record:
    """When and where a twin participates; by default when it is mentioned."""
    schema = call.platform.contract.document["components"]["schemas"]["TwinParticipation"]
    known = {"mode": "mention_only", **settings, "workspace_twin_id": call.path["id"]}
    return call.defaults.record(schema, known)


@seed
def add_examples(context: Context) -> None:
    """Add the catalogue; replace the example's twin, so that the example of a new one can be added."""
    twins = context.records("twins")
    (example,) = twins.all()
    for name, (category, description, expertise) in CATALOGUE.items():
        known = {"id": _id(name), "name": name, "category": category, "expertise": expertise}
        twins.put({**example, **known, "description": description, "avatar_url": None})
    added = context.records("twins.workspace")
    (one,) = added.all()
    added.put({**one, "twin_id": _id("Grace"), "nickname": None})


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://lvng.ai/twins/{name}"))
