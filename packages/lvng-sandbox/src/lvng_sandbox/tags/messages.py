"""Messages of channels and conversations: threads, reactions, files and summaries."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..engines.extractive import sentences, telling
from ..platform.accounts import Caller
from ..platform.call import Call
from ..platform.collection import Collection
from ..platform.crud import answer_page, answer_record, make_query
from ..platform.platform import Platform, canonical
from ..platform.registry import Rule, handles, keeps, rules, sows
from ..problems import not_found
from ..store.database import Query, Record
from ..store.full_text import keywords
from ..usage.ledger import MODEL, charge
from ..workspace.messages import hidden_channels, hidden_conversations, post
from .files import keep_file

MOST_READ = 200
_POINTS = 5
_WORDS = 12
_ACTIONS = ("will ", "must ", "needs to ", "need to ", "please ", "todo", "have to ")


def _hides(platform: Platform, caller: Caller) -> dict[str, set[str]]:
    return {
        "channel_id": hidden_channels(platform, caller),
        "conversation_id": hidden_conversations(platform, caller),
    }


def _derive(platform: Platform, caller: Caller, message: Record) -> dict[str, Any]:
    reactions = platform.records(caller, "messages.reactions", message["id"])
    return {
        "reply_count": platform.records(caller, "messages").count(parent_message_id=message["id"]),
        "reactions": [reactions.shown(one) for one in reactions.all()],
    }


def _derive_reaction(_platform: Platform, caller: Caller, reaction: Record) -> dict[str, Any]:
    users = reaction["user_ids"]
    return {"count": len(users), "reacted": caller.user_id in users}


# A receipt lies below its message, and is gone with it.
keeps("messages.receipts", "/api/v2/messages/{id}/receipts", "user_id", "ReadReceipt")
rules(
    messages=Rule(
        text=("", "content"),
        newest_first=True,
        event="message",
        hides=_hides,
        derive=_derive,
    ),
    messages__reactions=Rule(derive=_derive_reaction),
)


@handles("messages.create")
@handles("messages.send")
def create(call: Call) -> Any:
    return answer_record(
        call, call.records("messages"), post(call.platform, call.caller, call.body)
    )


@handles("messages.list_replies")
def list_replies(call: Call) -> Any:
    messages = call.records("messages")
    query = make_query(call, messages, parent_message_id=messages.get(call.path["id"])["id"])
    query.newest_first = False  # a thread is read from its head
    return answer_page(call, messages, query)


@handles("messages.add_reaction")
def add_reaction(call: Call) -> Any:
    reactions = _reactions(call)
    reaction = reactions.find(call.body["emoji"]) or reactions.add(call.body)
    users = sorted({*reaction["user_ids"], call.caller.user_id})
    return answer_record(call, reactions, reactions.keep({**reaction, "user_ids": users}))


@handles("messages.remove_reaction")
def remove_reaction(call: Call) -> Any:
    reactions = _reactions(call)
    reaction = reactions.get(call.path["emoji"])
    users = [user for user in reaction["user_ids"] if user != call.caller.user_id]
    if users == reaction["user_ids"]:
        raise not_found("Reaction")
    if users:
        reactions.keep({**reaction, "user_ids": users})
    else:
        reactions.remove(reaction["emoji"])
    return call.fill({"message": "Reaction removed"})


@handles("messages.upload")
def upload(call: Call) -> Any:
    """The attachment is a file like any other."""
    for name in ("channel", "conversation"):
        if id := call.body.get(f"{name}_id"):
            call.records(f"{name}s").get(id)
    metadata = {"metadata": call.body.get("metadata")}
    file = call.records("files").shown(keep_file(call, call.upload(), metadata))
    shown = ("id", "name", "type", "size", "url", "created_at")
    return call.fill({"data": {name: file[name] for name in shown}})


@handles("messages.summarize")
def summarize(call: Call) -> Any:
    chosen = _chosen(call)
    said = list(dict.fromkeys(one for message in chosen for one in sentences(message["content"])))
    counted = Counter(word for one in said for word in keywords(one))
    words = [word for word, _ in counted.most_common(_WORDS)]
    moments = [message["created_at"] for message in chosen]
    text = " ".join(telling(said, words))
    charge(call.platform, call.caller, "\n".join(said), text)
    summary = {
        "summary": text,
        "key_points": telling(said, words, _POINTS),
        "action_items": [one for one in said if any(mark in one.lower() for mark in _ACTIONS)],
        "message_count": len(chosen),
        "participant_ids": sorted({message["user_id"] for message in chosen}),
        "first_message_at": min(moments, default=None),
        "last_message_at": max(moments, default=None),
        "model": MODEL,
        "created_at": call.now(),
    }
    return call.fill({"data": summary})


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """Two messages, of which neither is its own thread."""
    messages = platform.records(caller, "messages")
    example = platform.shapes.example(messages.kind.schema)
    example |= {"parent_message_id": None, "ai_twin_id": None}
    messages.keep(example)
    messages.keep({**example, "id": "msg_71ab9d05", "content": "The launch moves to 12 November."})
    platform.records(caller, "messages.replies", example["id"]).remove(example["id"])
    reactions = platform.records(caller, "messages.reactions", example["id"])
    for reaction in reactions.all():
        reactions.keep({**reaction, "user_ids": [caller.user_id]})


def _reactions(call: Call) -> Collection:
    return call.records("messages.reactions", call.records("messages").get(call.path["id"])["id"])


def _chosen(call: Call) -> list[Record]:
    """The messages to summarise, oldest first."""
    messages, body = call.records("messages"), call.body
    if ids := body.get("message_ids"):
        found = [messages.get(id) for id in ids]
    else:
        found = messages.page(Query(equal=_places(call), without=messages.hidden()))
        if head := body.get("parent_message_id"):
            found.insert(0, messages.get(head))
    first = canonical(body["since"]) if "since" in body else ""
    end = canonical(body["until"]) if "until" in body else "~"  # after every digit
    found = [message for message in found if first <= message["created_at"] < end]
    return found[-body.get("limit", MOST_READ) :]


def _places(call: Call) -> dict[str, str]:
    """Where the messages to summarise are, all of which must be there."""
    kinds = {"channel_id": "channels", "conversation_id": "conversations"}
    kinds["parent_message_id"] = "messages"
    places = {name: call.body[name] for name in kinds if name in call.body}
    for name, id in places.items():
        call.records(kinds[name]).get(id)
    return places
