"""The knowledge graph: entities, relationships and statistics."""

from __future__ import annotations

from typing import Any

from lvng_sandbox import Sandbox
from support.examples import ENTITY_ID
from support.sandbox import Api

GRAPH = "/api/knowledge-graph"


def entity(api: Api, name: str, **more: Any) -> str:
    """The id of a new entity."""
    body = {"name": name, "type": "concept", **more}
    return str(api.post(f"{GRAPH}/entities", body)["data"]["id"])


def connected(api: Api, source: str, target: str, type: str = "knows") -> str:
    """The id of a new relationship."""
    body = {"source_id": source, "target_id": target, "type": type}
    return str(api.post(f"{GRAPH}/relationships", body)["data"]["id"])


def around(api: Api, id: str, **query: Any) -> set[str]:
    """The ids of the relationships around an entity."""
    found = api.get(f"{GRAPH}/relationships", entity_id=id, **query)["data"]
    return {one["id"] for one in found}


def test_name_and_type_are_unique(api: Api) -> None:
    entity(api, "Okapi", type="concept")
    body = {"name": "Okapi", "type": "concept"}
    api.post(f"{GRAPH}/entities", body, status=409)
    entity(api, "Okapi", type="project")


def test_ingestion_adds_entities_with_their_documents(api: Api) -> None:
    body = {"title": "Trip", "content": "We met Nils Holgersson of Acme. The geese were late."}
    document = api.post("/api/knowledge/upload", body)["data"]
    assert document["entity_count"] == 2
    (found,) = api.get(f"{GRAPH}/entities", search="Holgersson")["data"]
    assert (found["name"], found["document_ids"]) == ("Nils Holgersson", [document["id"]])
    assert api.get(f"{GRAPH}/entities/{ENTITY_ID}")["data"]["document_ids"] == [document["id"]]

    again = api.post("/api/knowledge/upload", body)["data"]
    assert len(api.get(f"{GRAPH}/entities", search="Holgersson")["data"]) == 1
    api.delete(f"/api/knowledge/documents/{document['id']}")
    assert api.get(f"{GRAPH}/entities/{found['id']}")["data"]["document_ids"] == [again["id"]]


def test_both_ends_of_a_relationship_must_exist(api: Api, stranger: Api) -> None:
    here, elsewhere = entity(api, "Here"), entity(stranger, "Elsewhere")
    for ends in ((here, "ent_none"), ("ent_none", here), (here, elsewhere)):
        body = {"source_id": ends[0], "target_id": ends[1], "type": "knows"}
        api.post(f"{GRAPH}/relationships", body, status=404)
    assert around(api, here) == set()


def test_entities_count_their_relationships(api: Api) -> None:
    a, b = entity(api, "A"), entity(api, "B")

    def counts() -> list[int]:
        found = [api.get(f"{GRAPH}/entities/{id}")["data"] for id in (a, b)]
        return [one["relationship_count"] for one in found]

    relationship = connected(api, a, b)
    connected(api, a, a)
    assert counts() == [2, 1]
    api.delete(f"{GRAPH}/relationships/{relationship}")
    assert counts() == [1, 0]
    api.delete(f"{GRAPH}/relationships/{relationship}", status=404)


def test_a_relationship_is_unique(api: Api) -> None:
    a, b = entity(api, "A"), entity(api, "B")
    connected(api, a, b)
    body = {"source_id": a, "target_id": b, "type": "knows"}
    api.post(f"{GRAPH}/relationships", body, status=409)
    assert api.get(f"{GRAPH}/entities/{a}")["data"]["relationship_count"] == 1
    connected(api, b, a)
    connected(api, a, b, "likes")


def test_deleting_an_entity_deletes_its_relationships(api: Api) -> None:
    a, b, c = (entity(api, name) for name in ("Okapi", "B", "C"))
    connected(api, a, b)
    connected(api, c, a)
    stays = connected(api, b, c)
    api.delete(f"{GRAPH}/entities/{a}")
    assert around(api, b) == around(api, c) == {stays}
    assert api.get(f"{GRAPH}/entities/{b}")["data"]["relationship_count"] == 1
    assert api.post("/api/knowledge/search", {"query": "okapi"})["data"] == []


def test_relationships_are_followed_up_to_a_depth(api: Api) -> None:
    a, b, c, d = (entity(api, name) for name in "ABCD")
    first, second, third = connected(api, a, b), connected(api, c, b), connected(api, c, d)
    assert around(api, a) == {first}
    assert around(api, a, depth=2) == {first, second}
    assert around(api, a, depth=99) == {first, second, third}
    assert around(api, "ent_none") == set()


def test_relationships_are_filtered_by_type_and_workspace(api: Api) -> None:
    a, b = entity(api, "A"), entity(api, "B", workspace_id="ws_2")
    knows, likes = connected(api, a, b), connected(api, b, a, "likes")
    assert around(api, a, type="likes") == {likes}
    found = api.get(f"{GRAPH}/relationships", workspace_id="ws_2", limit=1)
    assert [one["id"] for one in found["data"]] == [knows]
    assert found["pagination"] == {"limit": 1, "offset": 0, "total": 2, "hasMore": True}


def test_statistics_count_entities_relationships_and_documents(api: Api, sandbox: Sandbox) -> None:
    before = api.get(f"{GRAPH}/statistics")["data"]
    connected(api, entity(api, "A"), entity(api, "B"))
    api.post("/api/knowledge/upload", {"title": "x", "content": "y"})
    after = api.get(f"{GRAPH}/statistics")["data"]
    grown = {name: after[name] - before[name] for name in after}
    assert grown == {"entity_count": 2, "relationship_count": 1, "document_count": 1}


def test_the_example_entity_has_a_relationship(api: Api) -> None:
    (relationship,) = api.get(f"{GRAPH}/relationships")["data"]
    for end in ("source_id", "target_id"):
        found = api.get(f"{GRAPH}/entities/{relationship[end]}")["data"]
        assert found["relationship_count"] == 1
