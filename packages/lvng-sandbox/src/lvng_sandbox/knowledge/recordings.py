"""Recordings, without speech recognition: their duration, and transcripts from their metadata."""

from __future__ import annotations

import io
import wave
from typing import Any


def duration_of(content: bytes) -> float:
    """Seconds of a WAV file; 0 for any other file."""
    try:
        with wave.open(io.BytesIO(content)) as recording:
            seconds: float = recording.getnframes() / recording.getframerate()
    except (wave.Error, EOFError, ZeroDivisionError):
        return 0.0
    return round(seconds, 3)


def words_of(metadata: dict[str, Any]) -> str | None:
    """The transcript in the metadata of a recording, if any."""
    words = metadata.get("transcript")
    return words if isinstance(words, str) and words.strip() else None


def transcript_of(title: str, metadata: dict[str, Any]) -> str:
    """The transcript of a recording, or a text that says there is none."""
    return words_of(metadata) or (
        f"No transcript of “{title}”: the sandbox has no speech recognition. "
        "Send the words as `transcript` in the metadata."
    )


def segments_of(text: str, seconds: float) -> list[dict[str, Any]]:
    """A transcript as one segment: speakers and times are not known."""
    return [{"start": 0, "end": seconds, "text": text, "speaker": None, "confidence": None}]
