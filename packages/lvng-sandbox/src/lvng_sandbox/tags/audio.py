"""Recordings of the knowledge base, and their transcripts."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from ..engines.extractive import extract
from ..knowledge.recordings import duration_of, segments_of, transcript_of, words_of
from ..platform.call import Call
from ..platform.context import Context
from ..platform.registry import handler, job, seed

_STATES = {
    "uploaded": "pending",
    "processing": "processing",
    "indexed": "completed",
    "failed": "failed",
}
"""The status of a transcript, by that of its recording."""


@handler("audio.upload")
def upload(call: Call) -> Any:
    file = call.upload()
    recording = call.records("audio").add(
        {"title": PurePath(file.name).stem, **call.body},
        mime_type=file.media_type,
        size=len(file.content),
        duration_seconds=duration_of(file.content),
    )
    step_delay = call.platform.step_delay
    call.enqueue("audio.begin", after=step_delay, id=recording["id"])
    return call.fill({"data": recording})


@handler("audio.get_transcript")
def get_transcript(call: Call) -> Any:
    recording = call.records("audio").get(call.path["id"])
    done = recording["status"] == "indexed"
    text = transcript_of(recording["title"], recording["metadata"]) if done else None
    transcript = {
        "recording_id": recording["id"],
        "status": _STATES[recording["status"]],
        "text": text,
        "language": recording["language"],
        "segments": segments_of(text, recording["duration_seconds"]) if text else [],
        "created_at": recording["created_at"],
        "completed_at": recording["updated_at"] if done else None,
    }
    return call.fill({"data": transcript})


@job("audio.begin")
def begin(context: Context, arguments: dict[str, Any]) -> None:
    recordings = context.records("audio")
    if recordings.find(arguments["id"]):
        recordings.change(arguments["id"], {"status": "processing"})
        context.enqueue("audio.finish", after=context.platform.step_delay, **arguments)


@job("audio.finish")
def finish(context: Context, arguments: dict[str, Any]) -> None:
    """Index the transcript, if there is one, and the title."""
    recordings = context.records("audio")
    if recording := recordings.find(arguments["id"]):
        words = words_of(recording["metadata"])
        summary = extract(words, []) if words else None
        recordings.change(recording["id"], {"status": "indexed", "summary": summary})
        owner = recordings.key.owner
        context.search.index("audio", owner, recording["id"], recording["title"], words or "")


@seed
def add_examples(context: Context) -> None:
    for recording in context.records("audio").all():
        metadata = {**recording["metadata"], "transcript": recording["summary"]}
        context.records("audio").put({**recording, "metadata": metadata, "error": None})
        finish(context, {"id": recording["id"]})
