"""Calls: rooms that are created, joined and ended. A room can be created again when nobody is in it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..platform.call import Call
from ..platform.context import Context
from ..platform.kinds import Rule
from ..platform.registry import handler, rules, seed
from ..platform.sessions import SESSION_SECONDS
from ..problems import already_exists, conflict, not_found
from ..store.database import Record

rules(
    calls=Rule(
        references={
            "workspace_id": "workspaces",
            "channel_id": "channels",
            "conversation_id": "conversations",
        },
        newest_first=True,
    )
)


@handler("calls.create")
def create(call: Call) -> Any:
    rooms = call.records("calls")
    name = call.body.get("room_name") or f"room-{call.platform.random.hex(4)}"
    if (before := rooms.find(name)) is not None:
        if _present(before["participants"]):
            raise already_exists(f"There is a call in the room {name}")
        rooms.delete(name)
    for user_id in call.body.get("participant_ids", ()):
        call.records("users").get(user_id)
    participants = [_participant(call, user_id=call.user_id)]
    if twin_id := call.body.get("ai_twin_id"):
        participants.append(_participant(call, ai_twin_id=twin_id))
    known = {"room_name": name, "participants": participants, "status": _status(participants)}
    return call.fill({"data": rooms.add(call.body, **known, started_at=call.now())})


@handler("calls.join")
def join(call: Call) -> Any:
    """Join a call; joining again replaces the participant's options."""
    record, me = _running(call), call.user_id
    participant = _participant(call, **call.body, user_id=me)
    participants = [one for one in record["participants"] if one["user_id"] != me]
    participants.append(participant)
    changed = {"participants": participants, "status": _status(participants)}
    call.records("calls").change(record["room_name"], {}, **changed)
    access = {
        "room_name": record["room_name"],
        "token": call.platform.sessions.issue(call.caller, use="call"),
        "server_url": call.platform.base_url.replace("http", "ws", 1),
        "participant": participant,
        "expires_at": call.later(SESSION_SECONDS),
    }
    return call.fill({"data": access})


@handler("calls.end")
def end(call: Call) -> Any:
    record, now = _running(call), call.now()
    length = datetime.fromisoformat(now) - datetime.fromisoformat(record["started_at"])
    changed = {
        "status": "ended",
        "ended_at": now,
        "duration_seconds": int(length.total_seconds()),
        "participants": [
            {**one, "left_at": one["left_at"] or now} for one in record["participants"]
        ],
    }
    return call.fill({"data": call.records("calls").change(record["room_name"], {}, **changed)})


@handler("calls.get_transcript")
def get_transcript(call: Call) -> Any:
    """The transcript of a call is pending until the call ends, and then empty."""
    record = call.records("calls").get(call.path["room_name"])
    if not record["transcribe"]:
        raise not_found("Transcript")
    is_over = record["status"] == "ended"
    transcript = {
        "room_name": record["room_name"],
        "status": "completed" if is_over else "pending",
        "text": "" if is_over else None,
        "created_at": record["created_at"],
        "completed_at": record["ended_at"],
    }
    return call.fill({"data": transcript})


@seed
def add_examples(context: Context) -> None:
    """Make the example call one that was just created, with nobody in it."""
    rooms = context.records("calls")
    nothing = dict.fromkeys(("ended_at", "duration_seconds", "recording_url"))
    for record in rooms.all():
        rooms.put({**record, "status": "ringing", "participants": [], **nothing})


def _running(call: Call) -> Record:
    record = call.records("calls").get(call.path["room_name"])
    if record["status"] == "ended":
        raise conflict("The call has ended")
    return record


def _participant(
    call: Call,
    *,
    user_id: str | None = None,
    ai_twin_id: str | None = None,
    display_name: str = "",
    audio: bool = True,
    video: bool = False,
) -> Record:
    user = call.records("users").get(user_id) if user_id else None
    return {
        "user_id": user_id,
        "ai_twin_id": ai_twin_id,
        "display_name": display_name or (user["display_name"] if user else ai_twin_id),
        "audio": audio,
        "video": video,
        "joined_at": call.now(),
        "left_at": None,
    }


def _present(participants: list[Record]) -> list[Record]:
    return [one for one in participants if one["left_at"] is None]


def _status(participants: list[Record]) -> str:
    """The status of a call: it rings until two participants are present."""
    return "active" if len(_present(participants)) > 1 else "ringing"
