"""The targets of the fuzzer, with its corpus and with what hypothesis makes up."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .targets import TARGETS, errors, sse

CORPUS = sorted((Path(__file__).with_name("corpus")).glob("*/*"))
LINES = st.sampled_from(
    [b"data", b"event", b"id", b"retry", b":", b": ", b"\n", b"\r", b"\r\n", b"\n\n"]
)
STREAMS = st.lists(LINES | st.binary(max_size=8), max_size=30).map(b"".join)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_corpus_passes(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


def test_the_corpus_is_small() -> None:
    assert {path.parent.name for path in CORPUS} == TARGETS.keys()
    assert sum(path.stat().st_size for path in CORPUS) < 100_000


@settings(max_examples=1_000, deadline=None, derandomize=True)
@given(start=st.integers(0, 255), stream=STREAMS)
def test_any_stream_can_be_decoded(start: int, stream: bytes) -> None:
    sse(bytes([start]) + stream)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(data=st.binary(max_size=400))
def test_any_answer_can_be_mapped(data: bytes) -> None:
    errors(data)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_a_target_accepts_empty_input(target: object) -> None:
    assert callable(target)
    target(b"")
