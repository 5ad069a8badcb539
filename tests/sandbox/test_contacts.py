"""Contacts: filters, interactions, extraction, duplicates and the graph."""

from __future__ import annotations

from typing import Any

import pytest

from support.examples import CHANNEL_ID, USER_ID
from support.sandbox import Api

CONTACTS = "/api/v2/contacts"


def add(api: Api, name: str = "Kim Berg", **more: Any) -> dict[str, Any]:
    contact: dict[str, Any] = api.post(CONTACTS, {"name": name, **more})["contact"]
    return contact


def meet(api: Api, contact: dict[str, Any], **more: Any) -> dict[str, Any]:
    path = f"{CONTACTS}/{contact['id']}/interactions"
    interaction: dict[str, Any] = api.post(path, {"type": "meeting", **more})["interaction"]
    return interaction


def found(api: Api, **query: Any) -> list[str]:
    return [one["name"] for one in api.call("GET", CONTACTS, params=query)["contacts"]]


def test_an_email_address_is_unique(api: Api) -> None:
    first = add(api, email="kim@example.com")
    assert (first["source"], first["user_id"]) == ("manual", USER_ID)
    api.post(CONTACTS, {"name": "Other", "email": "kim@example.com"}, status=409)
    second = add(api, "Max Holm", email="max@example.com")
    path = f"{CONTACTS}/{second['id']}"
    api.patch(path, {"email": "kim@example.com"}, status=409)
    api.patch(path, {"email": "max@example.com", "phone": "+47 1"})
    assert api.patch(path, {"email": None})["contact"]["email"] is None
    add(api, "Ida Dahl")


def test_an_address_book_is_private_to_its_user(api: Api, colleague: Api) -> None:
    contact = add(api, email="kim@example.com")
    colleague.get(f"{CONTACTS}/{contact['id']}", status=404)
    assert found(colleague) == []
    add(colleague, email="kim@example.com")


def test_contacts_are_filtered(api: Api) -> None:
    add(api, "Kim Berg", company="Borealis", tags=["paper", "q4"], source="meeting")
    add(api, "Max Holm", company="Acme", notes="Knows about paper")
    assert found(api, company="Borealis") == ["Kim Berg"]
    assert found(api, tag="q4") == ["Kim Berg"]
    assert "Max Holm" not in found(api, source="meeting")
    assert found(api, search="paper knows") == ["Max Holm"]
    assert api.get(CONTACTS, limit=1)["pagination"]["hasMore"]


def test_interactions_are_counted_and_dated(api: Api) -> None:
    contact = add(api)
    assert (contact["interaction_count"], contact["last_interaction_at"]) == (0, None)
    meet(api, contact, occurred_at="2026-11-01T12:00:00+02:00", summary="Prices")
    meet(api, contact, occurred_at="2026-10-01T12:00:00Z")
    shown = api.get(f"{CONTACTS}/{contact['id']}")["contact"]
    assert shown["interaction_count"] == 2
    assert shown["last_interaction_at"] == "2026-11-01T10:00:00.000Z"
    meet(api, contact)
    latest = api.get(f"{CONTACTS}/{contact['id']}")["contact"]["last_interaction_at"]
    assert latest > "2026-11-01T10:00:00.000Z"


def test_interactions_are_listed_newest_first_and_filtered(api: Api) -> None:
    contact = add(api)
    for day, type in (("02", "call"), ("03", "email"), ("01", "call")):
        meet(api, contact, type=type, summary=day, occurred_at=f"2026-11-{day}T00:00:00Z")
    path = f"{CONTACTS}/{contact['id']}/interactions"

    def days(**query: str) -> list[str]:
        shown = api.call("GET", path, params=query)["interactions"]
        return [one["summary"] for one in shown]

    assert days() == ["03", "02", "01"]
    assert days(type="call") == ["02", "01"]
    assert days(since="2026-11-02T00:00:00Z") == ["03", "02"]
    assert days(until="2026-11-02T00:00:00Z") == ["02", "01"]
    assert days(limit="1", offset="1") == ["02"]
    api.get(f"{CONTACTS}/unknown/interactions", status=404)
    api.post(f"{CONTACTS}/unknown/interactions", {"type": "call"}, status=404)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Best regards, Li Wei, Acme", {"name": "Li Wei", "company": "Acme"}),
        ("From: Kim Berg <kim@example.com>.", {"name": "Kim Berg", "email": "kim@example.com"}),
        ("Write to ida.dahl@example.com!", {"name": "Ida Dahl", "email": "ida.dahl@example.com"}),
        (
            "Prices attached.\nKind regards\nMax Holm\nmax@example.com, +47 22 33 44 55",
            {"name": "Max Holm", "email": "max@example.com", "phone": "+47 22 33 44 55"},
        ),
    ],
    ids=["closing", "name and address", "address", "signature"],
)
def test_people_are_found_in_a_text(api: Api, text: str, expected: dict[str, str]) -> None:
    before = found(api)
    answer = api.post(f"{CONTACTS}/extract", {"source": "text", "text": text})
    (contact,) = answer["contacts"]
    assert contact | expected == contact
    assert answer["created"] == 0
    assert found(api) == before


def test_extracted_contacts_are_saved_once(api: Api) -> None:
    body = {"source": "text", "text": "Kim Berg <kim@example.com>, max@example.com", "save": True}
    first = api.post(f"{CONTACTS}/extract", body)
    assert (first["created"], first["matched"]) == (2, 0)
    assert {"Kim Berg", "Max"} <= set(found(api))
    again = api.post(f"{CONTACTS}/extract", body)
    assert (again["created"], again["matched"]) == (0, 2)
    assert [one["id"] for one in again["contacts"]] == [one["id"] for one in first["contacts"]]


def test_people_are_found_in_a_message_and_a_meeting(api: Api) -> None:
    said = {"channel_id": CHANNEL_ID, "content": "Please ask Kim Berg <kim@example.com>"}
    message = api.post("/api/v2/messages", said)["data"]["id"]
    body = {"source": "message", "source_id": message}
    (contact,) = api.post(f"{CONTACTS}/extract", body)["contacts"]
    assert (contact["name"], contact["source"]) == ("Kim Berg", "message")
    times = {"startTime": "2026-11-04T10:00:00Z", "endTime": "2026-11-04T11:00:00Z"}
    event = {"title": "Review", "attendees": ["ida.dahl@example.com"], **times}
    meeting = api.post("/api/v2/calendar/events", event)["event"]["id"]
    people = api.post(f"{CONTACTS}/extract", {"source": "meeting", "source_id": meeting})
    names = {one["name"]: one["source"] for one in people["contacts"]}
    assert names == {"Ana Lopes": "meeting", "Ida Dahl": "meeting"}


@pytest.mark.parametrize(
    "body",
    [{"source": "text"}, {"source": "message", "source_id": "msg_unknown"}],
    ids=["no text", "no message"],
)
def test_extraction_without_a_source_is_rejected(api: Api, body: dict[str, str]) -> None:
    api.post(f"{CONTACTS}/extract", body, status=422)


def test_similar_contacts_are_duplicates(stranger: Api) -> None:
    kim = add(stranger, "Kim Berg", company="Acme", email="kim@acme.example")
    other = add(stranger, "Berg Kim", company="ACME", email="k.berg@acme.example")
    add(stranger, "Max Holm", company="Acme", email="max@acme.example")
    (group,) = stranger.get(f"{CONTACTS}/duplicates")["duplicates"]
    assert [one["id"] for one in group["contacts"]] == [kim["id"], other["id"]]
    assert group["reasons"] == ["same name", "same company", "same email domain"]
    assert group["score"] == 1.0
    by_phone = add(stranger, "K.", phone="+47 22-33")
    stranger.patch(f"{CONTACTS}/{other['id']}", {"phone": "+47 2233"})
    (group,) = stranger.get(f"{CONTACTS}/duplicates")["duplicates"]
    assert by_phone["id"] in [one["id"] for one in group["contacts"]]
    assert "same phone" in group["reasons"]
    (group,) = stranger.get(f"{CONTACTS}/duplicates", min_score=0.9)["duplicates"]
    assert len(group["contacts"]) == 2


def test_duplicates_are_merged(api: Api) -> None:
    kim = add(api, "Kim Berg", tags=["a"], notes="First")
    other = add(api, "K. Berg", email="kim@example.com", tags=["a", "b"], notes="Second")
    meet(api, kim, occurred_at="2026-10-01T00:00:00Z")
    meet(api, other, occurred_at="2026-11-01T00:00:00Z")
    answer = api.post(
        f"{CONTACTS}/merge", {"primary_id": kim["id"], "duplicate_ids": [other["id"]]}
    )
    merged = answer["contact"]
    assert answer["merged"] == 1
    assert (merged["name"], merged["email"]) == ("Kim Berg", "kim@example.com")
    assert (merged["tags"], merged["notes"]) == (["a", "b"], "First\n\nSecond")
    assert merged["interaction_count"] == 2
    api.get(f"{CONTACTS}/{other['id']}", status=404)
    interactions = api.get(f"{CONTACTS}/{kim['id']}/interactions")["interactions"]
    assert {one["contact_id"] for one in interactions} == {kim["id"]}


def test_invalid_merges_are_rejected(api: Api) -> None:
    kim = add(api)
    body = {"primary_id": kim["id"], "duplicate_ids": [kim["id"]]}
    api.post(f"{CONTACTS}/merge", body, status=422)
    api.post(f"{CONTACTS}/merge", {**body, "duplicate_ids": ["unknown"]}, status=404)
    api.get(f"{CONTACTS}/{kim['id']}")


def test_the_graph_connects_people_with_their_companies(stranger: Api) -> None:
    kim, max = (add(stranger, name, company="Borealis") for name in ("Kim Berg", "Max Holm"))
    ida = add(stranger, "Ida Dahl", company="Acme")
    for _ in range(2):
        meet(stranger, kim)
    meet(stranger, max)
    graph = stranger.get(f"{CONTACTS}/graph")["graph"]
    me = stranger.get("/api/v2/users/me")["data"]["id"]
    names = {node["id"]: node["name"] for node in graph["nodes"]}
    assert {kim["id"], max["id"], ida["id"], me, "company:borealis", "company:acme"} == set(names)
    edges = {(e["source"], e["target"]): (e["type"], e["strength"]) for e in graph["edges"]}
    assert edges[me, kim["id"]] == ("knows", 1.0)
    assert edges[me, max["id"]] == ("knows", 0.5)
    assert edges[kim["id"], "company:borealis"] == ("works_at", None)
    assert len(edges) == 6


def test_the_graph_around_a_contact_is_limited_by_depth(stranger: Api) -> None:
    kim = add(stranger, "Kim Berg", company="Borealis")
    max = add(stranger, "Max Holm", company="Borealis")
    me = stranger.get("/api/v2/users/me")["data"]["id"]

    def nodes(**query: Any) -> set[str]:
        shown = stranger.get(f"{CONTACTS}/graph", contact_id=kim["id"], **query)["graph"]["nodes"]
        return {node["id"] for node in shown}

    assert nodes() == {kim["id"], me, "company:borealis"}
    assert nodes(depth=2) == {kim["id"], me, "company:borealis", max["id"]}
    assert nodes(depth=10**12) == nodes(depth=2)
    assert len(nodes(depth=2, limit=2)) == 2
    stranger.get(f"{CONTACTS}/graph", contact_id="unknown", status=404)
