"""The knowledge graph: entities, and relationships between them."""

from __future__ import annotations

import hashlib
from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import list_response, slice_response
from ..platform.kinds import Rule
from ..platform.registry import computed, handler, rules, seed
from ..store.database import Record

_DOCUMENTS = 100


@computed("knowledge.entities")
def _documents_that_mention(context: Context, entity: Record) -> dict[str, Any]:
    found = context.search.mentions(entity["name"], context.tenant, "documents", _DOCUMENTS)
    return {"document_ids": found}


rules(
    knowledge__entities=Rule(unique=(("name", "type"),), text=("name", "description")),
    knowledge_graph__relationships=Rule(
        references={"source_id": "knowledge.entities", "target_id": "knowledge.entities"}
    ),
)


@handler("knowledge_graph.get_statistics")
def get_statistics(call: Call) -> Any:
    counts = {
        "entity_count": call.records("knowledge.entities").count(),
        "relationship_count": call.records("knowledge_graph.relationships").count(),
        "document_count": call.records("documents").count(),
    }
    return call.fill({"data": counts})


@handler("knowledge_graph.delete_entity")
def delete_entity(call: Call) -> Any:
    id = call.path["id"]
    call.records("knowledge.entities").get(id)
    relationships = call.records("knowledge_graph.relationships")
    touching = [*relationships.all(source_id=id), *relationships.all(target_id=id)]
    for relationship in {one["id"]: one for one in touching}.values():
        _disconnect(call, relationship)
    call.deleted = call.records("knowledge.entities").delete(id)
    return call.fill({"message": "Entity deleted"})


@handler("knowledge_graph.create_relationship")
def create_relationship(call: Call) -> Any:
    body = call.body
    # The id is derived from the ends, so that connecting them twice is a conflict.
    ends = "\n".join((body["source_id"], body["target_id"], body["type"]))
    id = f"rel_{hashlib.sha256(ends.encode()).hexdigest()[:16]}"
    relationship = call.records("knowledge_graph.relationships").add(body, id=id)
    _count(call, relationship, 1)
    return call.fill({"data": relationship})


@handler("knowledge_graph.delete_relationship")
def delete_relationship(call: Call) -> Any:
    _disconnect(call, call.records("knowledge_graph.relationships").get(call.path["id"]))
    return call.fill({"message": "Relationship deleted"})


@handler("knowledge_graph.list_relationships")
def list_relationships(call: Call) -> Any:
    records = call.records("knowledge_graph.relationships")
    start, workspace = call.query.get("entity_id"), call.query.get("workspace_id")
    if start is None and workspace is None:
        return list_response(call, records)
    found = records.all()
    if start is not None:
        found = _around(found, start, call.query.get("depth", 1))
    if workspace is not None:
        entities = call.records("knowledge.entities").all(workspace_id=workspace)
        entity_ids = {entity["id"] for entity in entities}
        found = [one for one in found if _ends(one) & entity_ids]
    type = call.query.get("type")
    return slice_response(call, [one for one in found if type in {None, one["type"]}])


@seed
def add_examples(context: Context) -> None:
    """Reverse the example relationship, so that the example of a new one can be created."""
    entities = context.records("knowledge.entities")
    relationships = context.records("knowledge_graph.relationships")
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
        entities.put({**entity, "relationship_count": 1, "document_ids": []})
    ends = {"source_id": other["id"], "target_id": acme["id"]}
    relationships.put({**example, **ends, "document_ids": []})


def _disconnect(call: Call, relationship: Record) -> None:
    call.records("knowledge_graph.relationships").delete(relationship["id"])
    _count(call, relationship, -1)


def _count(call: Call, relationship: Record, by: int) -> None:
    """Update the relationship count of both ends."""
    entities = call.records("knowledge.entities")
    for id in _ends(relationship):
        entity = entities.get(id)
        entities.put({**entity, "relationship_count": entity["relationship_count"] + by})


def _around(relationships: list[Record], start: str, depth: int) -> list[Record]:
    """The relationships at most `depth` steps away from an entity."""
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
