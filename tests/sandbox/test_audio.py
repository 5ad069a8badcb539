"""Recordings: processing, and transcripts from the metadata."""

from __future__ import annotations

import io
import json
import wave

from lvng_sandbox import Sandbox
from support.examples import WORKSPACE_ID
from support.sandbox import Api, Connect

BASE = "/api/knowledge/audio"
WORDS = json.dumps({"transcript": "Good morning. The okapi is ill. It eats nothing. Call Li."})


def second_of_silence() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(8000)
        recording.writeframes(bytes(2 * 8000))
    return file.getvalue()


def test_a_recording_goes_from_uploaded_to_indexed(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    address = f"{BASE}/{api.upload(BASE, 'sync.webm', b'x', metadata=WORDS)['data']['id']}"
    seen = []
    for _ in range(3):
        transcript = api.get(f"{address}/transcript")["data"]
        seen.append((api.get(address)["data"]["status"], transcript["status"], transcript["text"]))
        paced.advance(60)
    assert seen[:2] == [("uploaded", "pending", None), ("processing", "processing", None)]
    assert seen[2] == ("indexed", "completed", json.loads(WORDS)["transcript"])


def test_a_transcript_in_the_metadata_is_indexed(api: Api, sandbox: Sandbox) -> None:
    fields = {"title": "Weekly", "language": "en", "workspace_id": WORKSPACE_ID}
    recording = api.upload(BASE, "sync.wav", second_of_silence(), metadata=WORDS, **fields)["data"]
    sandbox.advance(0)
    address = f"{BASE}/{recording['id']}"
    recording, transcript = api.get(address)["data"], api.get(f"{address}/transcript")["data"]
    assert recording["summary"] == "Good morning. The okapi is ill. It eats nothing."
    assert (recording["duration_seconds"], recording["title"]) == (1, "Weekly")
    assert (transcript["language"], transcript["segments"][0]["end"]) == ("en", 1)
    assert transcript["completed_at"] >= transcript["created_at"]
    (found,) = api.post("/api/knowledge/search", {"query": "okapi"})["data"]
    assert (found["id"], found["type"], found["source"]) == (recording["id"], "recording", "audio")

    api.delete(address)
    api.get(f"{address}/transcript", status=404)
    assert api.post("/api/knowledge/search", {"query": "okapi"})["data"] == []


def test_without_a_transcript_the_text_says_so(api: Api, sandbox: Sandbox) -> None:
    recording = api.upload(BASE, "sync.webm", b"\x1a\x45")["data"]
    assert (recording["title"], recording["size"], recording["duration_seconds"]) == ("sync", 2, 0)
    sandbox.advance(0)
    transcript = api.get(f"{BASE}/{recording['id']}/transcript")["data"]
    assert transcript["status"] == "completed"
    assert "has no speech recognition" in transcript["text"]
    assert api.get(f"{BASE}/{recording['id']}")["data"]["summary"] is None
    assert api.post("/api/knowledge/search", {"query": "recognises speech"})["data"] == []


def test_recordings_are_filtered_by_status_text_and_workspace(api: Api, sandbox: Sandbox) -> None:
    recording = api.upload(BASE, "okapi.webm", b"x", workspace_id="ws_2")["data"]["id"]
    for query in ({"search": "okapi"}, {"workspace_id": "ws_2"}):
        assert [one["id"] for one in api.call("GET", BASE, params=query)["data"]] == [recording]
    sandbox.advance(0)
    indexed = api.call("GET", BASE, params={"status": "indexed"})["data"]
    assert recording in [one["id"] for one in indexed]
    assert api.call("GET", BASE, params={"status": "failed"})["data"] == []
