"""What requests cost: work that does not grow with what is stored, limits with a top, a log of limited size."""

from __future__ import annotations

import pytest

from lvng_sandbox import Sandbox
from lvng_sandbox.http import request_log
from lvng_sandbox.platform.context import Context
from lvng_sandbox.platform.platform import Platform
from lvng_sandbox.store.database import Store
from support.examples import CHANNEL_ID
from support.reading import add_records, readings
from support.sandbox import Api, Connect

WITHOUT_END = {"workflows.stream_run"}
"""Streams."""


def post_messages(sandbox: Sandbox, count: int) -> None:
    """Store messages of the example account, each with a reply."""

    def store(platform: Platform) -> None:
        messages = Context(platform, sandbox._account).records("messages")
        with platform.store.transaction():
            for _ in range(count // 2):
                first = messages.add({"content": "one", "channel_id": CHANNEL_ID})
                reply = {"content": "two", "channel_id": CHANNEL_ID}
                messages.add(reply, parent_message_id=first["id"])

    sandbox._run(store)


class Steps:
    """Counts the steps of SQLite's virtual machine, by thousands unless told: they do not depend on the machine's load."""

    def __init__(self, store: Store, each: int = 1000) -> None:
        self.count = 0
        store.sql.set_progress_handler(self._step, each)

    def _step(self) -> int:
        self.count += 1
        return 0


def test_listing_an_entry_does_not_cost_more_with_more_messages(sandbox: Sandbox, api: Api) -> None:
    steps = sandbox._run(lambda platform: Steps(platform.store))

    def cost_of_entries() -> int:
        """Of 200 entries, without what the page itself costs: counting all messages."""
        costs = []
        for limit in (1, 201):
            steps.count = 0
            api.get("/api/v2/messages", limit=limit)
            costs.append(steps.count)
        return costs[1] - costs[0]

    try:
        post_messages(sandbox, 400)
        few = cost_of_entries()
        post_messages(sandbox, 2000)
        assert cost_of_entries() <= 2 * few + 5
    finally:
        sandbox._run(lambda platform: platform.store.sql.set_progress_handler(None, 0))


def test_no_operation_reads_a_table_for_each_row_of_another(connect: Connect) -> None:
    """Of every kind there are 50 records, then 250: a row more costs the same steps, and not more with more rows."""
    with Sandbox() as sandbox:
        api = connect(sandbox, sandbox.jwt)
        steps = sandbox._run(lambda platform: Steps(platform.store, each=10))

        def costs() -> dict[str, int]:
            found = {}
            for one in readings(limit=1000):
                if one.operation not in WITHOUT_END:
                    steps.count = 0
                    api.http.request(one.method, one.path, params=one.query, json=one.body)
                    found[one.operation] = steps.count * 10
            return found

        add_records(sandbox, 0, 50)
        few = costs()
        add_records(sandbox, 50, 200)
        many = costs()
    assert {entry.status for entry in sandbox.requests if entry.operation in few} <= {200, 404}
    by_row = {name: (many[name] - few[name]) / 200 for name in few}
    # A second table that is read for each row costs more than 900 steps a row at this size, one that is counted a few.
    assert {name: cost for name, cost in by_row.items() if cost > 700} == {}


def test_a_single_record_does_not_cost_more_with_more_of_its_kind(
    sandbox: Sandbox, api: Api
) -> None:
    steps = sandbox._run(lambda platform: Steps(platform.store, each=10))

    def once() -> int:
        steps.count = 0
        api.get(f"/api/v2/notes/{note}")
        return steps.count

    def cost() -> int:
        return min(once() for _ in range(5))  # without what the sandbox does beside it

    try:
        note = api.post("/api/v2/notes", {"title": "Note", "content": "x"})["data"]["id"]
        few = cost()
        for n in range(300):
            api.post("/api/v2/notes", {"title": f"Note {n}", "content": "x"})
        assert cost() <= few + 10  # a table that is read costs more than a hundred
    finally:
        sandbox._run(lambda platform: platform.store.sql.set_progress_handler(None, 0))


def test_duplicates_among_many_contacts_are_found_in_time(sandbox: Sandbox, api: Api) -> None:
    def store(platform: Platform) -> None:
        contacts = Context(platform, sandbox._account).records("contacts")
        with platform.store.transaction():
            for n in range(1500):
                contacts.add({"name": f"Robin Ash{n % 750:04}", "email": f"r{n}@example.com"})

    sandbox._run(store)
    groups = api.get("/api/v2/contacts/duplicates", min_score=0.8)
    assert groups["success"]


@pytest.mark.parametrize("limit", [1001, 1_000_000, 2**63 - 1])
def test_a_limit_is_capped_at_1000(limit: int, sandbox: Sandbox, api: Api) -> None:
    post_messages(sandbox, 1010)
    page = api.get("/api/v2/messages", limit=limit)
    assert len(page["data"]) == 1000
    assert page["pagination"] | {"total": 0} == {
        "limit": 1000,
        "offset": 0,
        "total": 0,
        "hasMore": True,
    }
    rest = api.get("/api/v2/messages", limit=limit, offset=1000)
    assert rest["pagination"]["hasMore"] is False
    assert len(rest["data"]) == page["pagination"]["total"] - 1000
    body = {"query": "one", "limit": limit}
    assert len(api.post("/api/v2/search", body)["results"]) <= 1000


def test_the_request_log_has_a_limit_in_bytes(
    sandbox: Sandbox, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_log, "MAX_BYTES", 100_000)
    for n in range(20):
        api.post("/api/v2/notes", {"title": f"note {n}", "content": "x" * 10_000})
    kept = sandbox.requests
    assert [entry.number for entry in kept] == list(range(kept[0].number, kept[-1].number + 1))
    assert 3 <= len(kept) <= 5  # each body is sent, and returned
    api.post("/api/v2/notes", {"title": "large", "content": "x" * 200_000})
    (entry,) = sandbox.requests
    assert len(entry.content) > 200_000
    api.get("/api/v2/notes/none", status=404)
    assert [entry.status for entry in sandbox.requests] == [404]


def test_the_log_of_many_small_requests_is_not_cut(sandbox: Sandbox, api: Api) -> None:
    for _ in range(50):
        api.get("/api/v2/users/me")
    assert len(sandbox.requests) == 50
