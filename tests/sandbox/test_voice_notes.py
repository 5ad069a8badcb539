"""Voice notes: uploads, soft deletion and transcription."""

from __future__ import annotations

from typing import Any

from lvng_sandbox import Sandbox
from support.sandbox import Api, Connect

NOTES = "/api/v2/voice-notes"
WORDS = "Buy leaves for the okapi."


def recorded(api: Api, **more: Any) -> str:
    """The id of a new voice note."""
    body = {"audioUrl": "https://example.com/a.webm", "metadata": {"transcript": WORDS}, **more}
    return str(api.post(NOTES, body)["voiceNote"]["id"])


def listed(api: Api, **query: Any) -> list[str]:
    found = api.call("GET", NOTES, params=query)["voiceNotes"]
    return [note["id"] for note in found]


def found(api: Api, words: str) -> bool:
    """Whether chat knows of it."""
    return "voice_notes" in api.post("/api/v2/chat", {"message": words})["reply"]


def test_a_voice_note_has_a_default_title_and_status(api: Api) -> None:
    note = api.get(f"{NOTES}/{recorded(api)}")["voiceNote"]
    assert note["title"].startswith(f"Voice Note {note['created_at'][:10]}")
    assert (note["status"], note["transcription"], note["deleted_at"]) == ("created", None, None)
    assert (note["duration"], note["mime_type"]) == (0, "audio/webm")


def test_an_upload_is_a_file_and_a_voice_note(api: Api) -> None:
    note = api.upload(f"{NOTES}/upload", "a.ogg", b"sound", tags=["zoo"], duration="4.5")
    note = note["voiceNote"]
    assert (note["duration"], note["tags"]) == (4.5, ["zoo"])
    assert api.http.get(note["audio_url"]).content == b"sound"


def test_deleted_voice_notes_are_hidden_and_can_be_restored(api: Api) -> None:
    id = recorded(api, title="Okapi")
    assert found(api, "okapi")
    api.delete(f"{NOTES}/{id}")
    assert id not in listed(api)
    assert not found(api, "okapi")
    api.get(f"{NOTES}/{id}", status=404)
    api.patch(f"{NOTES}/{id}", {"title": "x"}, status=404)
    api.post(f"{NOTES}/{id}/transcribe", status=404)
    api.delete(f"{NOTES}/{id}", status=404)

    restored = api.post(f"{NOTES}/{id}/restore")["voiceNote"]
    assert (restored["title"], restored["deleted_at"]) == ("Okapi", None)
    assert id in listed(api)
    assert found(api, "okapi")
    api.post(f"{NOTES}/{id}/restore")
    api.post(f"{NOTES}/{NOTES[-11:]}/restore", status=404)


def test_a_transcription_runs_in_the_background(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    id = recorded(api, duration=12)
    address = f"{NOTES}/{id}/transcription"
    assert api.get(address)["transcription"]["status"] == "pending"

    started = api.post(f"{NOTES}/{id}/transcribe", {"language": "en"})["transcription"]
    assert (started["status"], started["language"]) == ("processing", "en")
    assert api.post(f"{NOTES}/{id}/transcribe")["transcription"] == started
    assert listed(api, status="transcribing") == [id]

    paced.advance(60)
    done = api.get(address)["transcription"]
    assert (done["status"], done["text"]) == ("completed", WORDS)
    assert done["segments"][0] | {"start": 0, "end": 12, "text": WORDS} == done["segments"][0]
    assert done["completed_at"] > done["started_at"] == started["started_at"]
    note = api.get(f"{NOTES}/{id}")["voiceNote"]
    assert (note["status"], note["transcription"]) == ("transcribed", WORDS)
    assert found(api, "okapi")


def test_without_a_transcript_the_transcription_says_so(api: Api, sandbox: Sandbox) -> None:
    id = recorded(api, metadata={})
    api.post(f"{NOTES}/{id}/transcribe")
    sandbox.advance(0)
    text = api.get(f"{NOTES}/{id}/transcription")["transcription"]["text"]
    assert "has no speech recognition" in text


def test_a_second_transcription_replaces_the_first(api: Api, sandbox: Sandbox) -> None:
    id = recorded(api)
    for words in (WORDS, "Sell the leaves."):
        api.patch(f"{NOTES}/{id}", {"metadata": {"transcript": words}})
        api.post(f"{NOTES}/{id}/transcribe")
        sandbox.advance(0)
        assert api.get(f"{NOTES}/{id}/transcription")["transcription"]["text"] == words
    assert not found(api, "okapi")


def test_a_note_deleted_during_transcription_stays_hidden(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    id = recorded(api)
    api.post(f"{NOTES}/{id}/transcribe")
    api.delete(f"{NOTES}/{id}")
    paced.advance(60)
    assert not found(api, "okapi")
    assert api.post(f"{NOTES}/{id}/restore")["voiceNote"]["transcription"] == WORDS


def test_voice_notes_are_filtered_by_workspace_status_and_tag(api: Api) -> None:
    workspace = "a0c4e7d2-6b18-4f95-8e3a-1d7c9b5f2047"
    id = recorded(api, tags=["zoo"], workspaceId=workspace)
    assert listed(api, tag="zoo") == listed(api, workspaceId=workspace) == [id]
    assert listed(api, status="transcribed") == []


def test_voice_notes_are_private_to_their_user(api: Api, colleague: Api) -> None:
    colleague.get(f"{NOTES}/{recorded(api)}", status=404)
    assert listed(colleague) == []
