"""AI twins: a catalogue that everybody sees, and the twins that were added to a workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..accounts import Caller
from ..calls import Call
from ..platform import Platform
from ..registry import Rule, handles, rules, sows
from ..resources import answer_record
from ..store import Record

CATALOGUE = (
    (
        "b07d4c1e-2f58-4a36-9c81-6e0d3b7f9a24",
        "Grace",
        "Engineer",
        "Builds compilers and explains them",
    ),
    (
        "0c92f6a8-71d3-4be5-8f40-a5d1c7e3b962",
        "Ray",
        "Designer",
        "Leaves out all that can be left out",
    ),
    ("e64b1d70-9a2c-4f87-b3d5-18f0c6a29e5b", "Hannah", "Philosopher", "Asks what the words mean"),
    ("7a3e9f25-c4b8-4d16-a0e7-5b92d8f1c603", "Marie", "Scientist", "Measures before she believes"),
    ("d18c5b42-0e6f-49a7-8b3c-f27e4a90d651", "Warren", "Advisor", "Counts the risks of a plan"),
)
EXPERTISE = {
    "Engineer": ["software", "languages"],
    "Designer": ["product design", "typography"],
    "Philosopher": ["ethics", "argument"],
    "Scientist": ["experiments", "statistics"],
    "Advisor": ["finance", "risk"],
}  # fmt: skip
_CREATED = "2026-11-02T09:15:00.000Z"


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
    workspace = call.body.get("workspace_id") or call.records("workspaces").all()[0]["id"]
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
    for id, name, category, description in CATALOGUE:
        record = {
            "id": id,
            "name": name,
            "category": category,
            "description": description,
            "expertise": EXPERTISE[category],
            "created_at": _CREATED,
            "updated_at": _CREATED,
        }
        twins.keep(platform.shapes.record(twins.kind.schema, record))
    added = platform.records(caller, "twins.workspace")
    (example,) = added.all()
    added.keep({**example, "twin_id": CATALOGUE[0][0], "nickname": None, "twin": None})
