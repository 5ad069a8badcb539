"""Splitting of texts into chunks."""

from __future__ import annotations

import pytest

from lvng_sandbox.store.chunks import SIZE, split, title_of

TEXTS = {
    "paragraphs": "\n\n".join(f"Paragraph {n} says little." for n in range(200)),
    "sentences": "A sentence of some length. " * 200,
    "words": "word " * 700,
    "lines": "a line\n" * 500,
    "one word": "x" * (2 * SIZE + 1),
    "spaces": f"a{' ' * 3 * SIZE}b",
    "headings": "# One\ntext\n## Two\nmore\n\n### Three",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_chunks_cover_the_text_within_the_size_limit(text: str) -> None:
    passages = [passage.content for passage in split(text)]
    assert "".join("".join(passages).split()) == "".join(text.split())
    assert all(0 < len(passage) <= SIZE for passage in passages)


def test_a_chunk_ends_with_a_sentence_if_possible() -> None:
    assert all(passage.content.endswith(".") for passage in split(TEXTS["sentences"]))


def test_paragraphs_stay_together_as_far_as_they_fit() -> None:
    assert [passage.content for passage in split("One.\n\nTwo.\n \nThree.")] == [
        "One.\n\nTwo.\n\nThree."
    ]


def test_each_heading_starts_a_chunk() -> None:
    passages = [
        (passage.heading, passage.content) for passage in split(f"before\n{TEXTS['headings']}")
    ]
    assert passages == [
        (None, "before"),
        ("One", "# One\ntext"),
        ("Two", "## Two\nmore"),
        ("Three", "### Three"),
    ]


def test_a_number_sign_is_not_a_heading() -> None:
    assert [passage.heading for passage in split("#hashtag\n#!/bin/sh")] == [None]


@pytest.mark.parametrize("text", ["", " \n\n\t "], ids=["empty", "blank"])
def test_an_empty_text_has_no_chunks(text: str) -> None:
    assert split(text) == []
    assert title_of(text) == "Untitled"
