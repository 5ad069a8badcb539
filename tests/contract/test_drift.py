"""Every operation whose response is inferred takes a success of any shape; a documented one does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from lvng import DecodeError, LvngClient, drift
from support.arguments import arguments_of
from support.contract import OPERATIONS, Node, published, resolve
from support.samples import KEY
from support.scripted_server import ScriptedServer, Serve, answer


def is_object(operation: Node) -> bool:
    contents = [one.get("content", {}) for one in published(operation)["responses"].values()]
    return "properties" in resolve(contents[0].get("application/json", {}).get("schema", {}))


JSON = [one for one in OPERATIONS if one["returns"] == "json" and is_object(one)]
INFERRED = [one for one in JSON if one["provenance"] not in {"documented", "cookbook"}]
PAGED = [one for one in INFERRED if one["paging"]]
SHAPES = [answer(204), answer(200), answer(200, None), answer(200, [{"id": "1"}])]
VALUES: list[Any] = [{}, {}, None, [{"id": "1"}]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[ScriptedServer] = []

    def start(*steps: Any) -> ScriptedServer:
        servers.append(ScriptedServer(*steps))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def method_of(client: LvngClient, operation: Node) -> Any:
    return getattr(getattr(client, operation["tag"]), operation["method"])


def client_of(server: ScriptedServer, operation: Node) -> LvngClient:
    key = "eyJ.eyJ.x" if operation["auth"] == "jwt" else KEY
    return LvngClient(key, base_url=server.url, max_retries=0)


@pytest.mark.parametrize("operation", INFERRED, ids=lambda one: one["id"])
def test_a_success_of_any_shape_succeeds(operation: Node, serve: Serve) -> None:
    arguments = arguments_of(operation, every=False)
    with client_of(serve(*SHAPES), operation) as client:
        for value in VALUES:
            before = drift.counts().get(operation["id"], 0)
            assert method_of(client, operation)(**arguments) == value
            assert drift.counts()[operation["id"]] == before + 1


@pytest.mark.parametrize("operation", PAGED, ids=lambda one: one["id"])
def test_the_iterator_of_a_paged_operation_walks_a_bare_list(operation: Node, serve: Serve) -> None:
    arguments = arguments_of(operation, every=False)
    with client_of(serve(*[answer(200, [{"id": "1"}, {"id": "2"}])] * 2), operation) as client:
        walked = getattr(getattr(client, operation["tag"]), operation["paging"]["iter"])
        assert [one["id"] for one in walked(**arguments)] == ["1", "2"]


def test_a_documented_shape_is_demanded(serve: Serve) -> None:
    with (
        LvngClient(KEY, base_url=serve(answer(200, [])).url) as client,
        pytest.raises(DecodeError, match=r"a JSON object, as workflows\.list returns"),
    ):
        client.workflows.list()


def test_a_stream_of_a_run_may_end_without_the_event_that_was_inferred(serve: Serve) -> None:
    body = b'event: step.completed\ndata: {"n": 1}\n\n'
    server = serve(answer(200, body, {"Content-Type": "text/event-stream"}))
    with LvngClient(KEY, base_url=server.url) as client:
        events = list(client.workflows.stream_run("wf_1", "run_1"))
    assert [event.event for event in events] == ["step.completed"]
    assert drift.counts()["workflows.stream_run"]
