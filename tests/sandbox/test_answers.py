"""Answers: whole sentences, given texts first, and what is not known."""

from __future__ import annotations

import textwrap

import pytest

from lvng_sandbox.agents.given_texts import read_message
from lvng_sandbox.engines.extractive import sentences
from support.sandbox import Api

FACT = (
    "The ferry from Bergen to Kirkenes leaves every evening at half past eight from the Skoltegrunnskaien "
    "terminal, and the crossing with all its calls takes six days and fifteen hours."
)
FILLER = " ".join(f"Paragraph {n} tells of other matters at some length." for n in range(30))
LAYOUTS = {
    "plain": f"{FILLER}\n\n{FACT}",
    "wrapped": textwrap.fill(f"{FILLER} {FACT}", 60),
    "narrow": f"# Ferry from Bergen to Kirkenes\n\n{textwrap.fill(FACT, 24)}\n\n{FILLER}",
    "underlined": f"The ferry from Bergen\n=====================\n\n{textwrap.fill(FACT, 72)}",
    "item": f"# Travel\n\n- Buses run by day.\n- {FACT}\n- Trains do not run there.",
}


def ask(api: Api, message: str) -> str:
    reply: str = api.post("/api/v2/chat", {"message": message})["reply"]
    return reply


@pytest.mark.parametrize("layout", LAYOUTS)
def test_answers_are_whole_sentences_of_the_whole_document(layout: str, api: Api) -> None:
    api.post("/api/knowledge/upload", {"title": "Travel notes", "content": LAYOUTS[layout]})
    reply = ask(api, "How long does the ferry from Bergen to Kirkenes take?")
    assert FACT in reply
    assert "#" not in reply


def test_headings_and_bare_names_are_no_answers(api: Api) -> None:
    api.post("/api/knowledge-graph/entities", {"name": "Okapi Reserve", "type": "place"})
    api.post("/api/knowledge/upload", {"title": "Zoo", "content": f"# Okapi Reserve\n\n{FILLER}"})
    assert ask(api, "Who founded the Okapi Reserve?").startswith("I know nothing about")


@pytest.mark.parametrize(
    "question",
    [
        "What is the boiling point of tungsten?",
        "Which team won the regatta in November?",
        "Who is the chief accountant of the sales office in Ankara?",
    ],
)
def test_one_matching_word_is_not_an_answer(question: str, api: Api) -> None:
    assert ask(api, question).startswith("I know nothing about")


GIVEN = "The mayor of Vik is Runa Dahl. The town has 2,600 inhabitants."


@pytest.mark.parametrize(
    "message",
    [
        f"Answer using ONLY the context below.\n\nContext:\n{GIVEN}\n\nQuestion: Who is the mayor of Vik?",
        f"Question: Who is the mayor of Vik?\n\nContext:\n{GIVEN}",
        f"Who is the mayor of Vik? Use this text:\n\n{GIVEN}",
        f"Find the mayor in this: {GIVEN}",
    ],
)
def test_the_text_of_a_message_comes_first(message: str, api: Api) -> None:
    api.post("/api/knowledge/upload", {"title": "Vik", "content": "The mayor of Vik was Ola."})
    first = ask(api, message).partition("[1]")[0]
    assert "Runa Dahl" in first
    agent = api.post("/api/v2/agents", {"name": "Scout"})["agent"]["id"]
    reply = api.post(f"/api/v2/agents/{agent}/message", {"message": message})["data"]
    assert "Runa Dahl" in reply["content"].partition("[1]")[0]


def test_nothing_else_is_used_if_the_message_says_so(api: Api) -> None:
    api.post("/api/knowledge/upload", {"title": "Vik", "content": "The mayor of Vik was Ola."})
    message = f"Use only the context below.\n\nContext: {GIVEN}\n\nQuestion: Who is mayor of Vik?"
    assert "Ola" not in ask(api, message)


def test_saved_answers_are_no_sources(api: Api) -> None:
    api.post("/api/knowledge/upload", {"title": "Vik", "content": "The mayor of Vik is Ola Nes."})
    question = "Who is the mayor of Vik?"
    reply = ask(api, question)
    api.post("/api/v2/notes", {"title": "Report on the mayor of Vik", "content": reply})
    assert ask(api, question) == reply


@pytest.mark.parametrize("text", ["Hello", "What is this? I wonder", "Compare: tea and coffee"])
def test_a_plain_question_brings_no_text(text: str) -> None:
    assert read_message(text).given == ""


def test_lines_that_stand_alone_are_not_joined() -> None:
    text = "Name: Ola\nTown: Vik\n\n1. First\n2. Second\nof two\n\n| a | b |\n| c | d |"
    assert sentences(text) == [
        "Name: Ola",
        "Town: Vik",
        "1.",
        "First",
        "2.",
        "Second of two",
        "| a | b |",
        "| c | d |",
    ]
