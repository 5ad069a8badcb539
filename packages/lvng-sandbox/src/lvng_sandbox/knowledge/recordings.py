"""Recordings without speech recognition: how long they are, and what of their words was sent along."""

from __future__ import annotations

import io
import wave
from typing import Any


def duration_of(content: bytes) -> float:
    """The seconds of a WAV file; 0 for any other."""
    try:
        with wave.open(io.BytesIO(content)) as recording:
            seconds: float = recording.getnframes() / recording.getframerate()
    except (wave.Error, EOFError, ZeroDivisionError):
        return 0.0
    return round(seconds, 3)


def words_of(metadata: dict[str, Any]) -> str | None:
    """What is said in a recording, where its metadata tell it as `transcript`."""
    words = metadata.get("transcript")
    return words if isinstance(words, str) and words.strip() else None


def transcript_of(title: str, metadata: dict[str, Any]) -> str:
    """What is said in a recording; else that nobody listened to it."""
    return words_of(metadata) or (
        f"No transcript of “{title}”: the sandbox recognises no speech. "
        "Send the words as `transcript` in the metadata."
    )


def segments_of(text: str, seconds: float) -> list[dict[str, Any]]:
    """A transcript in one piece: who says what when is not known."""
    return [{"start": 0, "end": seconds, "text": text, "speaker": None, "confidence": None}]
