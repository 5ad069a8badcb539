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
    assert read_message(text).given == ()


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


TITLED = "[Town guide]: Vik has a lighthouse from 1881.\nIt is open in July.\n\n[Prices]: The ferry costs 90 kroner."
PROMPTS = {
    "context": f"Answer this by the context alone.\n\nQuestion: What is in Vik?\n\nContext:\n{TITLED}\n\nRemember to name your sources.",
    "items": "Write a report for: Week of 2 March\n\nAvailable data from the store:\n- [Town guide] Vik has a lighthouse from 1881.\n"
    "- Prices: The ferry costs 90 kroner.\n- [Town guide] Vik has a lighthouse from 1881.\n\nIf there is little, say so.",
    "headings": "Here is the business question: What is in Vik?\n\n## First findings:\nVik has a lighthouse from 1881.\n\n"
    "## Second analysis:\nI know nothing about “Vik” yet.\n\n---\n\nNow synthesize both.\nBe decisive.",
    "file": "What is in Vik?\n\n--- guide.md ---\nVik has a lighthouse from 1881.",
}


@pytest.mark.parametrize(
    ("prompt", "titles"),
    [
        ("context", ["Town guide", "Prices"]),
        ("items", ["Town guide", "Prices"]),
        ("headings", ["First findings"]),
        ("file", ["guide.md"]),
    ],
)
def test_passages_of_a_message_have_titles(prompt: str, titles: list[str]) -> None:
    message = read_message(PROMPTS[prompt])
    assert [one.title for one in message.given] == titles
    assert message.given[0].text.startswith("Vik has a lighthouse from 1881.")
    assert not any("Remember" in one.text or "decisive" in one.text for one in message.given)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_an_answer_cites_the_passages_of_the_message(prompt: str, api: Api) -> None:
    reply = ask(api, PROMPTS[prompt])
    assert reply.startswith("Vik has a lighthouse from 1881.")
    assert reply.count("lighthouse") == 1
    title = read_message(PROMPTS[prompt]).given[0].title
    assert f"\n[1] message {title}" in reply


@pytest.mark.parametrize(
    "message",
    [
        "Research this business question thoroughly: Should we expand to Vik?",
        "Analyze what is relevant to this question: Should we expand to Vik?",
        "Research this topic and write it up:\n\nTopic: Should we expand to Vik?\n\nBe brief.",
    ],
)
def test_the_question_is_what_is_asked(message: str, api: Api) -> None:
    assert ask(api, message).startswith("I know nothing about “Should we expand to Vik?” yet.")


def test_answers_are_handed_on_without_their_sources(api: Api) -> None:
    api.post("/api/knowledge/upload", {"title": "Vik", "content": "The mayor of Vik is Ola Nes."})
    draft = ask(api, "Write the text for this brief: The mayor of Vik")
    review = ask(api, f"Review this draft:\n\nBrief: The mayor of Vik\n\nDraft:\n{draft}")
    assert review.splitlines()[0] == "Vik: The mayor of Vik is Ola Nes. [1]"
    final = ask(api, f"Apply the style guide to this reviewed content:\n\n{review}\n\nReturn it.")
    assert final.splitlines()[0] == "Vik: The mayor of Vik is Ola Nes. [1]"


def test_a_saved_report_that_nothing_is_known_is_no_source(api: Api) -> None:
    question = "Should we expand to Vik?"
    reply = ask(api, question)
    api.post("/api/v2/notes", {"title": "Report", "content": f"# {question}\n\n{reply}"})
    assert ask(api, question) == reply
