"""The types of the SDK in pydantic and FastAPI: fields of models, bodies and response models of routes.

On Python 3.11 pydantic takes the TypedDict of typing_extensions alone.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from importlib import import_module
from types import GenericAlias
from typing import Any, get_type_hints

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import TypeAdapter, ValidationError, create_model
from typing_extensions import is_typeddict

import lvng_core.webhooks
import lvng_knowledge
from lvng import LvngClient, webhooks
from lvng_sandbox import Sandbox
from lvng_workflows import types
from support.arguments import arguments_of
from support.contract import OPERATIONS, Node

DOMAINS = ("account", "agents", "chat", "integrations", "knowledge", "workflows", "workspace")
JSON = [operation for operation in OPERATIONS if operation["returns"] == "json"]


def types_of(domain: str) -> dict[str, Any]:
    """The types that a domain defines, by name."""
    names = vars(import_module(f"lvng_{domain}._generated.types"))
    imported = {
        "Any",
        "Literal",
        "NotRequired",
        "SSEEvent",
        "TypeAlias",
        "TypedDict",
        "annotations",
    }
    public = import_module(f"lvng_{domain}.types")
    return {
        name: getattr(public, name) for name in names if name[0] != "_" and name not in imported
    }


def returned(operation: Node) -> Any:
    """What the method of an operation returns."""
    resource = getattr(LvngClient("key"), operation["tag"])
    return get_type_hints(getattr(type(resource), operation["method"]))["return"]


@pytest.mark.parametrize("domain", DOMAINS)
def test_pydantic_takes_every_generated_type(domain: str) -> None:
    found = types_of(domain)
    assert any(map(is_typeddict, found.values()))
    for name, value in found.items():
        assert TypeAdapter(value).json_schema(), name
        both: Any = {"one": (value, ...), "many": (GenericAlias(list, value), [])}
        model = create_model("HasBoth", **both)
        assert model.model_json_schema()["properties"].keys() == {"one", "many"}, name


def test_pydantic_takes_the_hand_written_types() -> None:
    TypeAdapter(lvng_knowledge.IngestItem).validate_python({"content": "text"})
    event = {"event": "message.created", "timestamp": "2026-11-30T12:00:00Z", "data": {}}
    TypeAdapter(lvng_core.webhooks.WebhookEvent).validate_python(event)
    assert TypeAdapter(webhooks.WebhookEvent).json_schema()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.mark.parametrize("operation", JSON, ids=lambda operation: operation["id"])
def test_pydantic_accepts_the_answer_of_every_operation(operation: Node, sandbox: Sandbox) -> None:
    sandbox.reset()
    key = sandbox.jwt if operation["auth"] == "jwt" else sandbox.api_key
    with LvngClient(key, base_url=sandbox.base_url, max_retries=0) as client:
        method = getattr(getattr(client, operation["tag"]), operation["method"])
        answer = method(**arguments_of(operation, every=True))
    adapter = TypeAdapter(returned(operation))
    if isinstance(answer, list):  # without an envelope
        assert len(adapter.validate_python(answer)) == len(answer)
        return
    assert adapter.validate_python(answer).keys() <= answer.keys()
    if needed := adapter.json_schema().get("required"):
        with pytest.raises(ValidationError, match=needed[0]):
            adapter.validate_python({})


def test_fastapi_takes_the_response_type_of_every_operation() -> None:
    app = FastAPI()
    for operation in JSON:
        type_ = returned(operation)

        def answer(body: Any) -> Any:
            return body

        answer.__annotations__["body"] = type_
        app.post(f"/{operation['id']}", operation_id=operation["id"], response_model=type_)(answer)
    assert len(app.openapi()["paths"]) == len(JSON)


@pytest.fixture
def echo() -> Iterator[str]:
    """A running FastAPI program whose body and response are a workflow."""
    app = FastAPI()

    @app.post("/", response_model=types.Workflow)
    def echo(workflow: types.Workflow) -> types.Workflow:
        assert type(workflow) is dict
        return workflow

    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        thread.join(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def test_a_route_of_fastapi_takes_and_returns_a_workflow(echo: str, sandbox: Sandbox) -> None:
    with LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
        workflow = client.workflows.list()["data"][0]
    answer = httpx.post(echo, json=workflow)
    assert answer.json() == workflow
    wrong = httpx.post(echo, json={**workflow, "name": 1})
    assert wrong.status_code == 422
