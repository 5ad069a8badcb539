"""Facts are found among two hundred documents of several styles, and questions about nothing in there are not answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from lvng_sandbox import Sandbox
from support.corpora import CORPORA, HARD
from support.corpora.corpus import Corpus
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
def test_questions_without_an_answer_in_the_data_are_not_answered(
    question: str, island: Api
) -> None:
    assert ask(island, question).startswith("I know nothing about")


def replies(corpus: Corpus) -> dict[str, str]:
    """The reply to each question of a corpus, without its list of sources."""
    with Sandbox(check_responses=True) as sandbox:
        sandbox.seed({"documents": list(corpus.documents)})
        api = Api(sandbox, sandbox.api_key)
        with closing(api.http):
            questions = [*(question for question, _ in corpus.answers), *corpus.unknown]
            return {one: ask(api, one).partition("\n\n[1]")[0] for one in questions}


def missed(corpus: Corpus, given: dict[str, str]) -> list[str]:
    """The questions whose first passage has not got their answers."""
    passages = {one: reply.partition("[1]")[0] for one, reply in given.items()}
    return [one for one, answer in corpus.answers if answer not in passages[one]]


def invented(corpus: Corpus, given: dict[str, str]) -> list[str]:
    """The questions about nothing in there that got an answer."""
    return [one for one in corpus.unknown if not given[one].startswith("I know nothing about")]


@pytest.mark.parametrize("corpus", CORPORA, ids=lambda corpus: corpus.name)
def test_every_fact_is_found_and_nothing_is_invented(corpus: Corpus) -> None:
    assert len(corpus.documents) >= 200
    given = replies(corpus)
    assert not missed(corpus, given)
    assert not invented(corpus, given)


@pytest.mark.parametrize("corpus", HARD, ids=lambda corpus: corpus.name)
def test_most_facts_are_found_by_words_of_another_kind(corpus: Corpus) -> None:
    given = replies(corpus)
    assert len(missed(corpus, given)) <= 3
    assert len(invented(corpus, given)) <= 1
