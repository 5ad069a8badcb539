"""Twenty facts are found among two hundred documents, and twenty questions about nothing in there are not answered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lvng_sandbox import Sandbox
from support.corpus import ELSEWHERE, FACTS, PARAPHRASES, UNKNOWN, Fact, documents
from support.sandbox import Api


@pytest.fixture(scope="module")
def island() -> Iterator[Api]:
    with Sandbox(check_responses=True) as sandbox:
        sandbox.seed({"documents": documents()})
        api = Api(sandbox, sandbox.api_key)
        yield api
        api.http.close()


def ask(api: Api, message: str) -> str:
    reply: str = api.post("/api/v2/chat", {"message": message})["reply"]
    return reply


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.answer)
def test_a_fact_is_in_the_first_passage(fact: Fact, island: Api) -> None:
    assert fact.answer in ask(island, fact.question).splitlines()[0]


@pytest.mark.parametrize(("question", "answer"), PARAPHRASES)
def test_a_fact_is_found_by_other_words(question: str, answer: str, island: Api) -> None:
    assert answer in ask(island, question)


@pytest.mark.parametrize("question", [*UNKNOWN, *ELSEWHERE])
def test_what_is_not_there_is_not_known(question: str, island: Api) -> None:
    assert ask(island, question).startswith("I know nothing about")
