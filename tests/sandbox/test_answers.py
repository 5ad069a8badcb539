"""Answers: whole sentences, given texts first, and what is not known."""

from __future__ import annotations

import textwrap

import pytest

from lvng_sandbox.agents.given_texts import read_message
from lvng_sandbox.engines.statements import sentences, statements
from support.examples import CHANNEL_ID
from support.messages import GIVEN, QUESTION, TASKS, TEMPLATES
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


def test_a_text_about_a_person_does_not_answer_every_question_about_her(api: Api) -> None:
    api.post("/api/knowledge/upload", {"title": "Vik", "content": GIVEN})
    assert ask(api, "Where does Runa Dahl live?").startswith("I know nothing about")


def test_a_document_is_found_by_its_title_alone_and_summarized(api: Api) -> None:
    body = {"title": "Harbour rules", "content": "No fishing at night.\n\nBoats leave by six."}
    api.post("/api/knowledge/upload", body)
    reply = ask(api, "Summarize the harbour rules")
    assert reply.startswith("Harbour rules: No fishing at night. Boats leave by six. [1]")


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_text_in_the_message_that_answers_is_the_only_source(name: str, api: Api) -> None:
    api.post("/api/knowledge/upload", {"title": "Vik", "content": "The mayor of Vik was Ola."})
    reply = ask(api, TEMPLATES[name])
    assert "Runa Dahl" in reply.partition("[1]")[0]
    assert "Ola" not in reply
    agent = api.post("/api/v2/agents", {"name": "Scout"})["agent"]["id"]
    body = {"message": TEMPLATES[name]}
    assert api.post(f"/api/v2/agents/{agent}/message", body)["data"]["content"] == reply


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_text_in_the_message_without_the_answer_is_not_used(name: str, api: Api) -> None:
    message = TEMPLATES[name].replace(QUESTION, "What does a room at the Hotel Splendid cost?")
    for other in ("Who is the mayor according to it?", "name the mayor"):
        message = message.replace(other, "What does a room at the Hotel Splendid cost?")
    assert ask(api, message).startswith("I know nothing about")


@pytest.mark.parametrize("name", TASKS)
def test_a_text_to_summarize_or_review_is_the_only_source(name: str, api: Api) -> None:
    api.post("/api/knowledge/upload", {"title": "Draft", "content": "Review this draft: the text."})
    reply = ask(api, TASKS[name])
    assert "Runa Dahl" in reply.partition("[1]")[0]
    assert "[2]" not in reply


@pytest.mark.parametrize(
    "text",
    [
        "What are the risks in this quarter?",
        "Note: I will be late. When does the meeting start?",
        "Based on the sales report, what are the risks?",
        "Write a poem about the following animal: the cat",
        "You are a helpful assistant.\n\nWhat is the price of tea?",
        "Question: What is the price of this tea?",
    ],
)
def test_a_message_without_a_text_is_read_as_a_question(text: str) -> None:
    message = read_message(text)
    assert message.given == ()
    assert text.endswith(message.question)


def test_a_question_of_a_conversation_is_no_source_of_its_answer(api: Api) -> None:
    api.post("/api/knowledge/upload", {"title": "Vik", "content": "The mayor of Vik is Ola Nes."})
    body = {"name": "Vik", "conversation_type": "direct"}
    place = {"conversationId": api.post("/api/v2/conversations", body)["data"]["id"]}
    question = "Who is the mayor of Vik?"
    replies = [
        api.post("/api/v2/chat", {"message": one, **place})["reply"]
        for one in (question, question, "Tell me who the mayor of Vik is!", question)
    ]
    assert {reply.partition(" [1]")[0] for reply in replies} == {
        "Vik: The mayor of Vik is Ola Nes."
    }


def test_questions_that_others_wrote_are_no_answers(api: Api) -> None:
    question = "Who is the mayor of Vik?"
    api.post("/api/v2/messages", {"channel_id": CHANNEL_ID, "content": question})
    api.post("/api/v2/notes", {"title": "Open", "content": question})
    assert ask(api, question).startswith("I know nothing about")
    api.post("/api/v2/messages", {"channel_id": CHANNEL_ID, "content": "Ola is mayor of Vik."})
    assert ask(api, question).startswith("messages: Ola is mayor of Vik. [1]\n\n")


def test_a_message_can_exclude_other_sources(api: Api) -> None:
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
def test_a_plain_question_contains_no_text(text: str) -> None:
    assert read_message(text).given == ()


def test_lines_that_stand_alone_are_not_joined() -> None:
    text = "Name: Ola\nTown: Vik\n\n1. First\n2. Second\nof two\n\n| a | b |\n| c | d |"
    assert sentences(text) == [
        "Name: Ola",
        "Town: Vik",
        "First",
        "Second of two",
        "a | b",
        "c | d",
    ]


def test_abbreviations_do_not_end_sentences() -> None:
    text = "Call Dr. Moe, e.g. at noon. Ask for J. Berg at approx. 5 p.m. on Mondays. Done."
    assert sentences(text) == [
        "Call Dr. Moe, e.g. at noon.",
        "Ask for J. Berg at approx. 5 p.m. on Mondays.",
        "Done.",
    ]


def test_markup_is_removed_from_statements() -> None:
    text = "> **Port**: `8443`\n>\n> See [the guide](https://example.com/a).\n\n* [x] __Done so far__\n* `__init__.py`"
    assert sentences(text) == ["Port: 8443", "See the guide.", "Done so far", "__init__.py"]


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("# A\n\n## B\n\nFact.", ("A", "B")),
        ("A\n===\n\nB\n---\nFact.", ("A", "B")),
        ("GENERAL RULES\n\nFact.", ("GENERAL RULES",)),
        ("**Rules**\n\nFact.", ("Rules",)),
        ("---\ntitle: Rules\n---\n\n# A\n\nFact.", ("Rules", "A")),
        ("# A\n\n## B\n\n# C\n\nFact.", ("C",)),
    ],
)
def test_statements_know_their_headings(text: str, headings: tuple[str, ...]) -> None:
    (fact,) = [one for one in statements(text) if one.text == "Fact."]
    assert fact.headings == headings
    assert not {one.text for one in statements(text)} & {"A", "B", "Rules", "GENERAL RULES"}


def test_the_first_row_of_a_table_tells_what_is_in_its_columns() -> None:
    first, second = statements("| name | port |\n|---|---|\n| mail | 25 |\n| web | 80 |")
    assert (first.text, first.headings) == ("mail | 25", ("name | port",))
    assert second.text == "web | 80"


@pytest.mark.parametrize("message", ["???", "…", "what is it", "I", "“”", "how"])
def test_a_question_without_keywords_has_a_reply(message: str, api: Api) -> None:
    assert ask(api, message)


def test_a_long_text_is_searched_in_time(api: Api) -> None:
    lines = [f"Locker {n} belongs to group {n % 7}." for n in range(20_000)]
    lines[12_345] = "The locker of the night watch is painted violet."
    api.post("/api/knowledge/upload", {"title": "Lockers", "content": "\n".join(lines)})
    assert "painted violet" in ask(api, "In which colour is the locker of the night watch painted?")


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


def test_labels_inside_a_file_do_not_split_it() -> None:
    content = (
        '"""Settings."""\n\n# Context\n\nQuestion: Which port?\n\n---\n\nData: the port is 8443.'
    )
    message = read_message(f"What is set?\n\n--- a.md ---\n{content}\n\n--- b.md ---\n{GIVEN}")
    assert message.question == "What is set?"
    assert [(one.title, one.text) for one in message.given] == [("a.md", content), ("b.md", GIVEN)]


def test_a_rule_ends_a_labelled_text() -> None:
    message = read_message(f"Context:\n{GIVEN}\n---\n{QUESTION}")
    assert (message.question, [one.text for one in message.given]) == (QUESTION, [GIVEN])


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
def test_the_question_is_extracted_from_its_instructions(message: str, api: Api) -> None:
    assert ask(api, message).startswith("I know nothing about “Should we expand to Vik?” yet.")


def test_the_title_of_a_passage_counts(api: Api) -> None:
    context = "- Mayor: Runa Dahl\n- Ferry: twice a day\n- Inhabitants: 2,600"
    reply = ask(api, f"Question: Who is the mayor?\n\nContext:\n{context}")
    assert reply == "Runa Dahl [1]\n\n[1] message Mayor"


def test_quoted_answers_lose_their_source_lists(api: Api) -> None:
    api.post("/api/knowledge/upload", {"title": "Vik", "content": "The mayor of Vik is Ola Nes."})
    draft = ask(api, "Write the text for this brief: The mayor of Vik")
    review = ask(api, f"Review this draft:\n\nBrief: The mayor of Vik\n\nDraft:\n{draft}")
    assert review.splitlines()[0] == "Vik: The mayor of Vik is Ola Nes. [1]"
    final = ask(api, f"Apply the style guide to this reviewed content:\n\n{review}\n\nReturn it.")
    assert final.splitlines()[0] == "Vik: The mayor of Vik is Ola Nes. [1]"


def test_quoted_replies_without_an_answer_are_not_sources(api: Api) -> None:
    question = "Should we expand to Vik?"
    unknown = ask(api, question)
    findings = f"## First findings:\n{unknown}\n\n## Second analysis:\n{unknown}\n\n---\n\n"
    assert ask(api, f"The question: {question}\n\n{findings}Now be decisive.") == unknown


def test_a_saved_reply_without_an_answer_is_not_a_source(api: Api) -> None:
    question = "Should we expand to Vik?"
    reply = ask(api, question)
    api.post("/api/v2/notes", {"title": "Report", "content": f"# {question}\n\n{reply}"})
    assert ask(api, question) == reply
