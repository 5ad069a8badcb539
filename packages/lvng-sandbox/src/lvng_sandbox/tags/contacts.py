"""Contacts: a user's address book, interactions, and duplicates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.crud import record_response, slice_response
from ..platform.filters import parse_timestamp
from ..platform.kinds import Rule
from ..platform.registry import computed, handler, rules, seed
from ..problems import unprocessable
from ..store.database import Query, Record
from ..workspace.contact_matching import contacts_in, duplicate_groups

ALIKE = 0.5
"""The default score from which contacts are duplicates."""
GRAPH_LIMIT = 50
_LATEST = 100
_FIELDS = ("email", "phone", "company", "title")


@computed("contacts")
def _computed(context: Context, contact: Record) -> dict[str, Any]:
    interactions = context.records("contacts.interactions", contact["id"]).all()
    return {
        "interaction_count": len(interactions),
        "last_interaction_at": max((one["occurred_at"] for one in interactions), default=None),
    }


rules(
    contacts=Rule(visible="user", unique=(("email",),)),
    contacts__interactions=Rule(visible="user"),
)


@handler("contacts.create")
def create(call: Call) -> Any:
    contacts = call.records("contacts")
    return record_response(call, contacts, contacts.add({"source": "manual", **call.body}))


@handler("contacts.list_interactions")
def list_interactions(call: Call) -> Any:
    call.records("contacts").get(call.path["id"])
    query = call.query
    since, until = (
        parse_timestamp(name, query[name]) if name in query else "" for name in ("since", "until")
    )
    found = [
        one
        for one in call.records("contacts.interactions", call.path["id"]).all()
        if query.get("type") in {None, one["type"]}
        and since <= one["occurred_at"]
        and (not until or one["occurred_at"] <= until)
    ]
    return slice_response(
        call, sorted(found, key=lambda one: str(one["occurred_at"]), reverse=True)
    )


@handler("contacts.add_interaction")
def add_interaction(call: Call) -> Any:
    call.records("contacts").get(call.path["id"])
    interactions = call.records("contacts.interactions", call.path["id"])
    occurred_at = parse_timestamp("occurred_at", call.body.get("occurred_at", call.now()))
    return record_response(call, interactions, interactions.add(call.body, occurred_at=occurred_at))


@handler("contacts.extract")
def extract(call: Call) -> Any:
    contacts, source = call.records("contacts"), call.body["source"]
    schema, me = contacts.kind.schema, {"user_id": call.user_id}
    found, created, matched = [], 0, 0
    for person in _mentioned_contacts(call):
        known = contacts.first(email=person["email"]) if "email" in person else None
        known = known or contacts.first(name=person["name"])
        fields = {**person, "source": "manual" if source == "text" else source}
        if known:
            matched += 1
        elif call.body.get("save"):
            known = contacts.add(fields)
            created += 1
        found.append(contacts.shown(known or call.defaults.record(schema, fields | me)))
    return call.fill({"contacts": found, "created": created, "matched": matched})


@handler("contacts.list_duplicates")
def list_duplicates(call: Call) -> Any:
    contacts = call.records("contacts")
    groups = [
        {
            "contacts": [contacts.shown(one) for one in group.contacts],
            "score": group.score,
            "reasons": group.reasons,
        }
        for group in duplicate_groups(contacts.all(), call.query.get("min_score", ALIKE))
    ]
    return call.fill({"duplicates": groups})


@handler("contacts.merge")
def merge(call: Call) -> Any:
    """Merge contacts: the primary one takes over missing fields, and all tags, notes and interactions."""
    contacts = call.records("contacts")
    primary = contacts.get(call.body["primary_id"])
    others = [contacts.get(id) for id in dict.fromkeys(call.body["duplicate_ids"])]
    if primary in others:
        raise unprocessable("duplicate_ids", "holds the primary contact itself")
    for other in others:
        _move_interactions(call, other["id"], primary["id"])
        contacts.delete(other["id"])
        primary |= {name: primary[name] or other[name] for name in _FIELDS}
        primary["tags"] = list(dict.fromkeys([*primary["tags"], *other["tags"]]))
        notes = dict.fromkeys(text for text in (primary["notes"], other["notes"]) if text)
        primary["notes"] = "\n\n".join(notes) or None
    contact = contacts.put({**primary, "updated_at": call.now()})
    return call.fill({"contact": contacts.shown(contact), "merged": len(others)})


@handler("contacts.graph")
def graph(call: Call) -> Any:
    """The graph of contacts, each connected with the user, and with its company."""
    contacts = [call.records("contacts").shown(one) for one in call.records("contacts").all()]
    nodes, edges = _graph(call, contacts)
    if start := call.query.get("contact_id"):
        call.records("contacts").get(start)
        reached = {start}
        for _ in range(min(call.query.get("depth", 1), len(nodes))):
            near = [one for one in edges if {one["source"], one["target"]} & reached]
            reached |= {one[end] for one in near for end in ("source", "target")}
        nodes = {id: node for id, node in nodes.items() if id in reached}
    nodes = dict(list(nodes.items())[: call.query.get("limit", GRAPH_LIMIT)])
    edges = [one for one in edges if one["source"] in nodes and one["target"] in nodes]
    return call.fill({"graph": {"nodes": list(nodes.values()), "edges": edges}})


def _graph(call: Call, contacts: list[Record]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The nodes by id, and the edges."""
    me = call.records("users").get(call.user_id)
    most = max((one["interaction_count"] for one in contacts), default=0)
    name = me["display_name"] or me["email"]
    nodes = {me["id"]: {"id": me["id"], "name": name, "type": "user", "properties": {}}}
    edges = []
    for contact in contacts:
        id, company = contact["id"], contact["company"]
        fields = {one: contact[one] for one in ("email", "company", "title") if contact[one]}
        nodes[id] = {"id": id, "name": contact["name"], "type": "contact", "properties": fields}
        strength = contact["interaction_count"] / most if most else 0
        edges.append(_edge(me["id"], id, "knows", round(strength, 2)))
        if company:
            firm = f"company:{company.lower()}"
            nodes.setdefault(
                firm, {"id": firm, "name": company, "type": "company", "properties": {}}
            )
            edges.append(_edge(id, firm, "works_at"))
    return nodes, edges


def _edge(source: str, target: str, type: str, strength: float | None = None) -> dict[str, Any]:
    edge = {"source": source, "target": target, "type": type}
    return {**edge, "strength": strength, "properties": {}}


def _mentioned_contacts(call: Call) -> Iterator[dict[str, Any]]:
    """The distinct people in the texts of a call."""
    seen: set[str] = set()
    for text in _texts(call):
        for person in contacts_in(text):
            name = person.get("email") or person["name"].lower()
            if name not in seen:
                seen.add(name)
                yield person


def _texts(call: Call) -> list[str]:
    """The texts to find contacts in: the given one, one meeting or message, or else the latest ones."""
    source, id = call.body["source"], call.body.get("source_id")
    if text := call.body.get("text"):
        return [text]
    if source == "text":
        raise unprocessable("text", "is required for this source")
    records = call.records("messages" if source == "message" else "calendar")
    if id and records.find(id) is None:
        raise unprocessable("source_id", f"is not the id of a {source}")
    query = Query(newest_first=True, limit=_LATEST, without=records.hidden())
    found = [records.get(id)] if id else records.select(query)
    return [_text_of(record) for record in found]


def _text_of(record: Record) -> str:
    """The content of a message, or the participants of a meeting."""
    if "content" in record:
        return str(record["content"])
    people = [
        {"name": record["organizerName"], "email": record["organizerEmail"]},
        *record["attendees"],
    ]
    return "\n".join(f"{one['name'] or ''} <{one['email']}>" for one in people if one["email"])


def _move_interactions(call: Call, source: str, target: str) -> None:
    interactions = call.records("contacts.interactions", target)
    for interaction in call.records("contacts.interactions", source).all():
        interactions.put({**interaction, "contact_id": target})


@seed
def add_examples(context: Context) -> None:
    """Change the address of the example contact, so that the example of a new one can be created; add a duplicate."""
    contacts = context.records("contacts")
    (contact,) = contacts.all()
    contacts.put({**contact, "email": "li.wei@acme.example"})
    body = context.platform.contract.operations["contacts.merge"].body_schema
    other = {"id": context.defaults.example(body)["duplicate_ids"][0], "name": "Wei Li"}
    contacts.put({**contact, **other, "email": "wei@acme.example", "phone": None, "title": None})
    interactions = context.records("contacts.interactions", contact["id"])
    for interaction in interactions.all():
        interactions.put({**interaction, "type": "meeting"})
