"""The database: frequent queries use an index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from lvng_sandbox.store.database import CollectionKey, Query, Store

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
