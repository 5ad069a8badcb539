"""Messages of channels and conversations: threads, reactions, files and summaries."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..clock import canonical
from ..engines.extractive import MODEL, best_sentences
from ..engines.statements import sentences
from ..platform.call import Call
from ..platform.collection import Collection
from ..platform.context import Context
from ..platform.crud import page_response, record_response, update_record
from ..platform.filters import make_query
from ..platform.kinds import Rule
from ..platform.registry import computed, define_collection, handler, hidden, rules, seed
from ..problems import forbidden, not_found
from ..store.database import Query, Record
from ..store.full_text import keywords
from ..usage.ledger import charge
from ..workspace.files import store_file
from ..workspace.membership import MANAGERS
from ..workspace.messages import hidden_channels, hidden_conversations, post_message

MAX_SUMMARIZED = 200
_POINTS = 5
_WORDS = 12
_ACTIONS = ("will ", "must ", "needs to ", "need to ", "please ", "todo", "have to ")


@hidden("messages")
def _hidden(context: Context) -> dict[str, set[str]]:
    return {
        "channel_id": hidden_channels(context),
        "conversation_id": hidden_conversations(context),
    }


@computed("messages")
def _computed(context: Context, message: Record) -> dict[str, Any]:
    reactions = context.records("messages.reactions", message["id"])
    return {
        "reply_count": context.records("messages").count(parent_message_id=message["id"]),
        "reactions": [reactions.shown(one) for one in reactions.all()],
    }


@computed("messages.reactions")
def _computed_reaction(context: Context, reaction: Record) -> dict[str, Any]:
    users = reaction["user_ids"]
    return {"count": len(users), "reacted": context.user_id in users}


# A receipt is below its message, and deleted with it.
define_collection("messages.receipts", "/api/v2/messages/{id}/receipts", "user_id", "ReadReceipt")
rules(
    messages=Rule(
        text=("", "content"),
        newest_first=True,
        event="message",
    ),
)


@handler("messages.create")
@handler("messages.send")
def create(call: Call) -> Any:
    return record_response(call, call.records("messages"), post_message(call, call.body))


@handler("messages.update")
def update(call: Call) -> Any:
    messages = call.records("messages")
    if messages.get(call.path["id"])["user_id"] != call.user_id:
        raise forbidden("Only its author may edit a message", "Answer it instead")
    return record_response(call, messages, update_record(call, messages, call.path["id"]))


@handler("messages.delete")
def delete(call: Call) -> Any:
    """Delete a message with its replies: a thread ends with its first message."""
    messages = call.records("messages")
    message = messages.get(call.path["id"])
    if message["user_id"] != call.user_id and not _moderates(call, message):
        raise forbidden("Only its author may delete a message", "Ask an admin of the channel")
    for one in [*messages.all(parent_message_id=message["id"]), message]:
        messages.delete_record(one)
    return call.fill({"message": "Message deleted"})


@handler("messages.list_replies")
def list_replies(call: Call) -> Any:
    messages = call.records("messages")
    query = make_query(call, messages, parent_message_id=messages.get(call.path["id"])["id"])
    query.newest_first = False  # a thread is read from its start
    return page_response(call, messages, query)


@handler("messages.add_reaction")
def add_reaction(call: Call) -> Any:
    reactions = _reactions(call)
    reaction = reactions.find(call.body["emoji"]) or reactions.add(call.body)
    users = sorted({*reaction["user_ids"], call.user_id})
    return record_response(call, reactions, reactions.put({**reaction, "user_ids": users}))


@handler("messages.remove_reaction")
def remove_reaction(call: Call) -> Any:
    reactions = _reactions(call)
    reaction = reactions.get(call.path["emoji"])
    users = [user for user in reaction["user_ids"] if user != call.user_id]
    if users == reaction["user_ids"]:
        raise not_found("Reaction")
    if users:
        reactions.put({**reaction, "user_ids": users})
    else:
        reactions.delete(reaction["emoji"])
    return call.fill({"message": "Reaction removed"})


@handler("messages.upload")
def upload(call: Call) -> Any:
    """Upload an attachment, which is stored as a file."""
    for name in ("channel", "conversation"):
        if id := call.body.get(f"{name}_id"):
            call.records(f"{name}s").get(id)
    metadata = {"metadata": call.body.get("metadata")}
    file = call.records("files").shown(store_file(call, call.upload(), metadata))
    shown = ("id", "name", "type", "size", "url", "created_at")
    return call.fill({"data": {name: file[name] for name in shown}})


@handler("messages.summarize")
def summarize(call: Call) -> Any:
    selected = _selected(call)
    spoken = list(
        dict.fromkeys(one for message in selected for one in sentences(message["content"]))
    )
    counts = Counter(word for one in spoken for word in keywords(one))
    words = [word for word, _ in counts.most_common(_WORDS)]
    moments = [message["created_at"] for message in selected]
    text = " ".join(best_sentences(spoken, words))
    charge(call, "\n".join(spoken), text)
    summary = {
        "summary": text,
        "key_points": best_sentences(spoken, words, _POINTS),
        "action_items": [one for one in spoken if any(mark in one.lower() for mark in _ACTIONS)],
        "message_count": len(selected),
        "participant_ids": sorted({message["user_id"] for message in selected}),
        "first_message_at": min(moments, default=None),
        "last_message_at": max(moments, default=None),
        "model": MODEL,
        "created_at": call.now(),
    }
    return call.fill({"data": summary})


@seed
def add_examples(context: Context) -> None:
    """Correct the example message, which is its own parent; add a second one."""
    messages = context.records("messages")
    example = context.defaults.example(messages.kind.schema)
    example |= {"parent_message_id": None, "ai_twin_id": None}
    messages.put(example)
    messages.put({**example, "id": "msg_71ab9d05", "content": "The launch moves to 12 November."})
    context.records("messages.replies", example["id"]).delete(example["id"])
    reactions = context.records("messages.reactions", example["id"])
    for reaction in reactions.all():
        reactions.put({**reaction, "user_ids": [context.user_id]})


def _reactions(call: Call) -> Collection:
    return call.records("messages.reactions", call.records("messages").get(call.path["id"])["id"])


def _moderates(call: Call, message: Record) -> bool:
    """Whether the caller is an admin of the channel or conversation of a message."""
    for name in ("channel", "conversation"):
        if place := message[f"{name}_id"]:
            member = call.records(f"{name}s.members", place).find(call.user_id)
            return member is not None and member["role"] in MANAGERS
    return False


def _selected(call: Call) -> list[Record]:
    """The messages to summarize, oldest first."""
    messages, body = call.records("messages"), call.body
    if ids := body.get("message_ids"):
        found = [messages.get(id) for id in ids]
    else:
        found = messages.select(Query(equal=_places(call), without=messages.hidden()))
        if head := body.get("parent_message_id"):
            found.insert(0, messages.get(head))
    first = canonical(body["since"]) if "since" in body else ""
    end = canonical(body["until"]) if "until" in body else "~"  # after every digit
    found = [message for message in found if first <= message["created_at"] < end]
    return found[-body.get("limit", MAX_SUMMARIZED) :]


def _places(call: Call) -> dict[str, str]:
    """The channel, conversation or thread of the messages to summarize, which must exist."""
    kinds = {"channel_id": "channels", "conversation_id": "conversations"}
    kinds["parent_message_id"] = "messages"
    places = {name: call.body[name] for name in kinds if name in call.body}
    for name, id in places.items():
        call.records(kinds[name]).get(id)
    return places
