"""The database: frequent queries use an index, and results are kept while what they depend on is unchanged."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest

from lvng_sandbox.store.database import USAGE, CollectionKey, Query, Store
from lvng_sandbox.store.full_text import Search

MESSAGES = CollectionKey("messages", "/api/v2/messages", "org_1")


@pytest.fixture
def store() -> Iterator[Store]:
    with closing(Store(":memory:")) as made:
        yield made


@pytest.mark.parametrize(
    ("look_up", "index"),
    [
        pytest.param(
            lambda store: store.get(MESSAGES, "msg_1"), "sqlite_autoindex_records_1", id="record"
        ),
        pytest.param(
            lambda store: store.select_any_owner("messages", "msg_1"), "records_id", id="whosever"
        ),
        pytest.param(
            lambda store: store.select(MESSAGES, Query(equal={"channel_id": "ch_1"})),
            "records_channel",
            id="channel",
        ),
        pytest.param(
            lambda store: store.count(MESSAGES, Query(equal={"conversation_id": "conv_1"})),
            "records_conversation",
            id="conversation",
        ),
        pytest.param(
            lambda store: store.count(MESSAGES, Query(equal={"parent_message_id": "msg_1"})),
            "records_parent",
            id="replies",
        ),
        pytest.param(
            lambda store: store.select(MESSAGES, Query(equal={"name": "Lisbon"}, limit=1)),
            "records_name",
            id="name",
        ),
        pytest.param(
            lambda store: store.made_by("req_1", 100), "records_origin", id="made by a request"
        ),
    ],
)
def test_frequent_queries_use_an_index(
    store: Store, look_up: Callable[[Store], object], index: str
) -> None:
    asked: list[str] = []
    store.sql.set_trace_callback(asked.append)
    look_up(store)
    store.sql.set_trace_callback(None)
    (query,) = asked
    plan = [row[3] for row in store.sql.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert f"INDEX {index} (" in plan[0]


def test_example_data_is_counted_without_reading_the_rest(store: Store) -> None:
    asked: list[str] = []
    store.sql.set_trace_callback(asked.append)
    store.count_by_kind(own=False)
    store.sql.set_trace_callback(None)
    plan = store.sql.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchone()[3]
    assert plan.endswith("INDEX records_examples")


def counted(store: Store, *subjects: str) -> int:
    """The number of times that a result was computed that depends on some subjects."""
    numbers: Iterator[int] = store.__dict__.setdefault("numbers", itertools.count(1))
    return store.while_unchanged("number", lambda: next(numbers), *subjects)


def test_a_result_is_kept_while_only_other_subjects_are_written(store: Store) -> None:
    assert counted(store, "notes") == counted(store, "notes") == 1
    store.insert(MESSAGES, "msg_1", {"id": "msg_1"})
    assert counted(store, "notes") == 1
    store.insert(CollectionKey("notes", "/api/v2/notes", "org_1"), "note_1", {"id": "note_1"})
    assert counted(store, "notes") == 2


@pytest.mark.parametrize("subjects", [("messages",), ()])
def test_a_result_is_computed_again_after_any_change(
    store: Store, subjects: tuple[str, ...]
) -> None:
    store.insert(MESSAGES, "msg_1", {"id": "msg_1"})
    changes: list[Callable[[], object]] = [
        lambda: None,
        lambda: store.update(MESSAGES, "msg_1", {"id": "msg_1", "name": "new"}),
        lambda: store.sql.execute("UPDATE records SET body = '{}'"),
        lambda: store.delete(MESSAGES, "msg_1"),
        lambda: store.restore(store.snapshot()),
    ]
    for number, change in enumerate(changes, 1):
        change()
        assert counted(store, *subjects) == counted(store, *subjects) == number


def test_a_result_computed_in_a_rolled_back_transaction_is_not_kept(store: Store) -> None:
    with suppress(ZeroDivisionError), store.transaction():
        store.insert(MESSAGES, "msg_1", {"id": "msg_1"})
        assert store.while_unchanged("result", lambda: store.count(MESSAGES), "messages") == 1
        raise ZeroDivisionError
    assert store.while_unchanged("result", lambda: store.count(MESSAGES), "messages") == 0


def test_counting_requests_changes_no_result(store: Store) -> None:
    assert counted(store) == 1
    store.write(USAGE, "INSERT INTO last_use VALUES ('key_1', '2026-11-30')")
    assert counted(store) == 1


def found(search: Search) -> list[str]:
    return [hit.content for hit in search.find("lighthouse", ["org_1"])]


def test_a_search_finds_what_was_indexed_since_the_same_search(store: Store) -> None:
    search = Search(store)
    search.index("notes", "org_1", "note_1", "One", "A lighthouse.")
    assert found(search) == found(search) == ["A lighthouse."]
    search.index("notes", "org_1", "note_2", "Two", "Another lighthouse.")
    assert len(found(search)) == 2
    assert search.frequencies(["lighthous"]) == {"lighthous": 2}
    search.index("notes", "org_1", "note_1", "One", "A harbour.")
    assert found(search) == ["Another lighthouse."]
    assert search.frequencies(["lighthous"]) == {"lighthous": 1}
    search.delete("notes", "org_1", "note_2")
    assert found(search) == []


def test_a_search_does_not_find_what_was_rolled_back_or_replaced(store: Store) -> None:
    search, before = Search(store), store.snapshot()
    with suppress(ZeroDivisionError), store.transaction():
        search.index("notes", "org_1", "note_1", "One", "A lighthouse.")
        assert found(search) == ["A lighthouse."]
        raise ZeroDivisionError
    assert found(search) == []
    search.index("notes", "org_1", "note_1", "One", "A lighthouse.")
    assert found(search) == ["A lighthouse."]
    store.restore(before)
    assert found(search) == []
