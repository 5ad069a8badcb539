"""AI twins: a catalogue that everybody sees, and the twins that were added to a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.crud import answer_record
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, rules, sows
from ..problems import unprocessable
from ..store.database import Record
from ..workspace.membership import homes

CATALOGUE = {
    "Grace": ("Engineer", "Builds compilers and explains them", ["software", "languages"]),
    "Ray": ("Designer", "Leaves out all that can be left out", ["product design", "typography"]),
    "Hannah": ("Philosopher", "Asks what the words mean", ["ethics", "argument"]),
    "Marie": ("Scientist", "Measures before she believes", ["experiments", "statistics"]),
    "Warren": ("Advisor", "Counts the risks of a plan", ["finance", "risk"]),
}


def _twin(platform: Platform, caller: Caller, added: Record) -> Mapping[str, Any]:
    return {"twin": platform.records(caller, "twins").find(added["twin_id"])}


rules(
    twins=Rule(visible="all"),
    twins__workspace=Rule(
        unique=(("workspace_id", "twin_id"),),
        refers={"workspace_id": "workspaces", "twin_id": "twins"},
        derive=_twin,
    ),
)


@handles("twins.add")
def add(call: Call) -> Any:
    workspace = call.body.get("workspace_id") or next(iter(homes(call.platform, call.caller)), None)
    if workspace is None:
        raise unprocessable("workspace_id", "is required: you belong to no workspace")
    added = call.records("twins.workspace")
    known = {"workspace_id": workspace, "added_by": call.caller.user_id, "is_active": True}
    return answer_record(call, added, added.add(call.body, **known))


@handles("twins.get_participation")
def get_participation(call: Call) -> Any:
    added = call.records("twins.workspace").get(call.path["id"])
    return call.fill({"data": added["participation"] or _participation(call, {})})


@handles("twins.update_participation")
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
    """When and where a twin joins in; where nothing is set, when it is mentioned."""
    schema = call.platform.contract.document["components"]["schemas"]["TwinParticipation"]
    known = {"mode": "mention_only", **settings, "workspace_twin_id": call.path["id"]}
    return call.platform.shapes.record(schema, known)


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """The catalogue; the example of an added twin is one that no example adds."""
    twins = platform.records(caller, "twins")
    (example,) = twins.all()
    for name, (category, description, expertise) in CATALOGUE.items():
        known = {"id": _id(name), "name": name, "category": category, "expertise": expertise}
        twins.keep({**example, **known, "description": description, "avatar_url": None})
    added = platform.records(caller, "twins.workspace")
    (one,) = added.all()
    added.keep({**one, "twin_id": _id("Grace"), "nickname": None})


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"https://lvng.ai/twins/{name}"))
