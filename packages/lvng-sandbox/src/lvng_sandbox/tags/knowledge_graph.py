"""The knowledge graph: entities, and relationships between them."""

from __future__ import annotations

import hashlib
from typing import Any

from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.crud import answer_slice, list_records
from ..platform.platform import Platform
from ..platform.registry import Rule, handles, rules, sows
from ..store.database import Record

_DOCUMENTS = 100


def _documents_that_mention(platform: Platform, caller: Caller, entity: Record) -> dict[str, Any]:
    found = platform.search.mentions(entity["name"], caller.tenant, "documents", _DOCUMENTS)
    return {"document_ids": found}


rules(
    knowledge__entities=Rule(
        unique=(("name", "type"),), text=("name", "description"), derive=_documents_that_mention
    ),
    knowledge_graph__relationships=Rule(
        refers={"source_id": "knowledge.entities", "target_id": "knowledge.entities"}
    ),
)


@handles("knowledge_graph.get_statistics")
def get_statistics(call: Call) -> Any:
    counts = {
        "entity_count": call.records("knowledge.entities").count(),
        "relationship_count": call.records("knowledge_graph.relationships").count(),
        "document_count": call.records("documents").count(),
    }
    return call.fill({"data": counts})


@handles("knowledge_graph.delete_entity")
def delete_entity(call: Call) -> Any:
    id = call.path["id"]
    call.records("knowledge.entities").get(id)
    relationships = call.records("knowledge_graph.relationships")
    touching = [*relationships.all(source_id=id), *relationships.all(target_id=id)]
    for relationship in {one["id"]: one for one in touching}.values():
        _disconnect(call, relationship)
    call.records("knowledge.entities").remove(id)
    return call.fill({"message": "Entity deleted"})


@handles("knowledge_graph.create_relationship")
def create_relationship(call: Call) -> Any:
    body = call.body
    # An id that follows from what is connected: the same once more is a conflict, however many there are.
    ends = "\n".join((body["source_id"], body["target_id"], body["type"]))
    id = f"rel_{hashlib.sha256(ends.encode()).hexdigest()[:16]}"
    relationship = call.records("knowledge_graph.relationships").add(body, id=id)
    _count(call, relationship, 1)
    return call.fill({"data": relationship})


@handles("knowledge_graph.delete_relationship")
def delete_relationship(call: Call) -> Any:
    _disconnect(call, call.records("knowledge_graph.relationships").get(call.path["id"]))
    return call.fill({"message": "Relationship deleted"})


@handles("knowledge_graph.list_relationships")
def list_relationships(call: Call) -> Any:
    records = call.records("knowledge_graph.relationships")
    start, workspace = call.query.get("entity_id"), call.query.get("workspace_id")
    if start is None and workspace is None:
        return list_records(call, records)
    found = records.all()
    if start is not None:
        found = _around(found, start, call.query.get("depth", 1))
    if workspace is not None:
        entities = call.records("knowledge.entities").all(workspace_id=workspace)
        inside = {entity["id"] for entity in entities}
        found = [one for one in found if _ends(one) & inside]
    type = call.query.get("type")
    return answer_slice(call, [one for one in found if type in {None, one["type"]}])


@sows
def connect_the_example(platform: Platform, caller: Caller) -> None:
    """The relationship of the example, the other way round: so that the example can be created."""
    entities = platform.records(caller, "knowledge.entities")
    relationships = platform.records(caller, "knowledge_graph.relationships")
    (acme, *_), (example, *_) = entities.all(), relationships.all()
    other = {
        **acme,
        "id": example["target_id"],
        "name": "Borealis Papers",
        "type": "organization",
        "description": "Wholesale dealer in paper",
        "aliases": [],
        "properties": {},
    }
    for entity in (acme, other):
        entities.keep({**entity, "relationship_count": 1, "document_ids": []})
    ends = {"source_id": other["id"], "target_id": acme["id"]}
    relationships.keep({**example, **ends, "document_ids": []})


def _disconnect(call: Call, relationship: Record) -> None:
    call.records("knowledge_graph.relationships").remove(relationship["id"])
    _count(call, relationship, -1)


def _count(call: Call, relationship: Record, by: int) -> None:
    """Have both ends know how many relationships they have."""
    entities = call.records("knowledge.entities")
    for id in _ends(relationship):
        entity = entities.get(id)
        entities.keep({**entity, "relationship_count": entity["relationship_count"] + by})


def _around(relationships: list[Record], start: str, depth: int) -> list[Record]:
    """The relationships that are at most `depth` steps away from an entity."""
    reached, found = {start}, set[str]()
    for _ in range(depth):
        ring = [one for one in relationships if one["id"] not in found and _ends(one) & reached]
        if not ring:
            break
        for one in ring:
            found.add(one["id"])
            reached |= _ends(one)
    return [one for one in relationships if one["id"] in found]


def _ends(relationship: Record) -> set[str]:
    return {relationship["source_id"], relationship["target_id"]}
