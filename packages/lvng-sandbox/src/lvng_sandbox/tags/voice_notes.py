"""Voice notes: soft-deleted, and transcribed in the background."""

from __future__ import annotations

from typing import Any

from ..knowledge.recordings import duration_of, segments_of, transcript_of
from ..platform.call import Call
from ..platform.collection import Collection
from ..platform.context import Context
from ..platform.crud import list_response
from ..platform.kinds import Rule
from ..platform.registry import define_collection, handler, job, rules, seed
from ..problems import not_found
from ..store.database import Record
from ..workspace.files import store_file

TRANSCRIPTIONS = "voice_notes.transcriptions"

define_collection(
    TRANSCRIPTIONS,
    "/api/v2/voice-notes/{id}/transcription",
    "voice_note_id",
    "VoiceNoteTranscription",
)
rules(
    voice_notes=Rule(visible="user", text=("title", "transcription")),
    voice_notes__transcriptions=Rule(visible="user"),
)


@handler("voice_notes.list")
def list_voice_notes(call: Call) -> Any:
    return list_response(call, call.records("voice_notes"), deleted_at=None)


@handler("voice_notes.create")
def create(call: Call) -> Any:
    return call.fill({"voiceNote": _add(call, call.body)})


@handler("voice_notes.upload")
def upload(call: Call) -> Any:
    file = call.upload()
    kept = call.records("files").shown(store_file(call, file, {}))
    fields = {
        "duration": duration_of(file.content),
        **call.body,
        "audio_url": kept["url"],
        "mime_type": file.media_type,
    }
    return call.fill({"voiceNote": _add(call, fields)})


@handler("voice_notes.get")
def get(call: Call) -> Any:
    return call.fill({"voiceNote": _live(call.records("voice_notes"), call.path["id"])})


@handler("voice_notes.update")
def update(call: Call) -> Any:
    notes = call.records("voice_notes")
    _live(notes, call.path["id"])
    return call.fill({"voiceNote": notes.change(call.path["id"], call.body)})


@handler("voice_notes.delete")
def delete(call: Call) -> Any:
    notes = call.records("voice_notes")
    id = _live(notes, call.path["id"])["id"]
    notes.change(id, {"deleted_at": call.now()})
    call.search.delete("voice_notes", notes.key.owner, id)
    return call.fill({"message": "Voice note deleted"})


@handler("voice_notes.restore")
def restore(call: Call) -> Any:
    note = call.records("voice_notes").change(call.path["id"], {"deleted_at": None})
    return call.fill({"voiceNote": note})


@handler("voice_notes.transcribe")
def transcribe(call: Call) -> Any:
    notes = call.records("voice_notes")
    note = _live(notes, call.path["id"])
    if note["status"] != "transcribing":
        changes = {"status": "transcribing", "transcription": None, **call.body}
        note = notes.change(note["id"], changes)
        started = {"status": "processing", "started_at": call.now()}
        call.records(TRANSCRIPTIONS, note["id"]).put({**_nothing(note), **started})
        step_delay = call.platform.step_delay
        call.enqueue("voice_notes.finish", after=step_delay, id=note["id"])
    return get_transcription(call)


@handler("voice_notes.get_transcription")
def get_transcription(call: Call) -> Any:
    note = _live(call.records("voice_notes"), call.path["id"])
    known = call.records(TRANSCRIPTIONS, note["id"]).find(note["id"])
    return call.fill({"transcription": known or _nothing(note)})


@job("voice_notes.finish")
def finish(context: Context, arguments: dict[str, Any]) -> None:
    notes = context.records("voice_notes")
    if (note := notes.find(arguments["id"])) is None:
        return
    text = transcript_of(note["title"], note["metadata"])
    transcriptions = context.records(TRANSCRIPTIONS, note["id"])
    done = {
        "status": "completed",
        "text": text,
        "segments": segments_of(text, note["duration"]),
        "completed_at": context.now(),
    }
    transcriptions.put({**transcriptions.get(note["id"]), **done})
    notes.change(note["id"], {"status": "transcribed", "transcription": text})
    if note["deleted_at"]:
        context.search.delete("voice_notes", notes.key.owner, note["id"])


@seed
def add_examples(context: Context) -> None:
    notes = context.records("voice_notes")
    for note in notes.all():
        note = {**note, "deleted_at": None, "transcription": None, "language": None}
        context.records(TRANSCRIPTIONS, note["id"]).put(_nothing(notes.put(note)))


def _add(call: Call, fields: dict[str, Any]) -> Record:
    title = fields.get("title") or f"Voice Note {call.now()}"
    return call.records("voice_notes").add({"mime_type": "audio/webm", **fields, "title": title})


def _live(notes: Collection, id: str) -> Record:
    """A voice note that was not deleted."""
    note = notes.get(id)
    if note["deleted_at"]:
        raise not_found("Voice note")
    return note


def _nothing(note: Record) -> Record:
    """The transcription of a voice note before it is requested."""
    return {
        "voice_note_id": note["id"],
        "status": "pending",
        "text": None,
        "language": note["language"],
        "segments": [],
        "error": None,
        "started_at": None,
        "completed_at": None,
    }
