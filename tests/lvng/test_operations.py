"""The table of operations: it says what the manifest and the document say, and calls what the client has."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lvng import AsyncLvngClient, InvalidArgumentError, LvngClient, operations
from lvng_sandbox import Sandbox
from support.arguments import arguments_of, example
from support.contract import OPERATIONS, TAGS, Node, published, resolve

ALL = [one for tag in operations.tags() for one in operations.tag(tag).values()]


def test_the_table_has_each_tag_and_operation_of_the_manifest_in_its_order() -> None:
    assert [one.id for one in ALL] == [one["id"] for one in OPERATIONS]
    for tag, told in zip(operations.tags().values(), TAGS, strict=True):
        assert (tag.name, tag.description) == (told["name"], told["description"])
        summaries = {one.method: one.summary for one in operations.tag(tag.name).values()}
        assert tag.operations == summaries


@pytest.mark.parametrize("manifest", OPERATIONS, ids=lambda one: one["id"])
def test_an_operation_is_as_the_manifest_and_the_document_describe_it(manifest: Node) -> None:
    found = operations.get(manifest["id"])
    for name in ("http", "path", "returns", "encoding", "auth", "provenance", "idempotent"):
        assert getattr(found, name) == manifest[name]
    assert found.scope == (manifest["scope"] or "")
    assert found.description == published(manifest).get("description", "").strip()
    paging = manifest["paging"]
    assert (found.paging is None) == (paging is None)
    for argument, told in zip(found.arguments, manifest["params"], strict=True):
        for name in ("name", "wire", "location", "kind", "required", "nullable"):
            assert getattr(argument, name) == told[name], (argument, name)
        assert argument.doc


@pytest.mark.parametrize("manifest", OPERATIONS, ids=lambda one: one["id"])
def test_the_schema_takes_the_arguments_of_the_contract(manifest: Node) -> None:
    schema = operations.get(manifest["id"]).input_schema()
    Draft202012Validator.check_schema(schema)
    for every in (True, False):
        arguments = {
            name: value if isinstance(value, (list, dict, int, float)) else str(value)
            for name, value in arguments_of(manifest, every=every).items()
        }
        problems = [error.message for error in Draft202012Validator(schema).iter_errors(arguments)]
        assert problems == []


def test_examples_are_those_of_the_document() -> None:
    (limit,) = (one for one in operations.get("workflows.list").arguments if one.name == "limit")
    operation = next(one for one in OPERATIONS if one["id"] == "workflows.list")
    parameters = map(resolve, published(operation)["parameters"])
    (told,) = (one for one in parameters if one["name"] == "limit")
    assert limit.example == example(told["schema"])


def test_read_only_and_destructive_operations_are_marked() -> None:
    reading = {one.id for one in ALL if one.read_only}
    assert {one.id for one in ALL if one.http == "GET"} < reading
    assert "knowledge.search" in reading
    destructive = {one.id for one in ALL if one.destructive}
    assert {one.id for one in ALL if one.http == "DELETE"} < destructive
    assert "api_keys.rotate" in destructive
    assert not reading & destructive


def test_shapes_are_short_and_name_the_keys() -> None:
    shape = operations.get("workflows.list").shape
    assert shape.startswith("{success: boolean, data: {id: string, ")
    assert max(len(one.shape) for one in ALL) < 3_000


def test_a_call_by_name_is_the_call_of_the_method() -> None:
    with Sandbox() as sandbox, LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
        found = operations.get("agents.create")
        arguments: dict[str, Any] = {"name": "Scout", "systemPrompt": "Look around."}
        made = operations.call(client, found, arguments)["data"]
        assert made["systemPrompt"] == "Look around."
        listed = operations.iterate(client, operations.get("agents.list"), {"limit": 1})
        assert made["id"] in [one["id"] for one in listed]


async def call_later(sandbox: Sandbox) -> Any:
    async with AsyncLvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
        return await operations.call(client, operations.get("workflows.list"), {})


def test_a_call_of_the_async_client_is_awaited() -> None:
    import asyncio

    with Sandbox() as sandbox:
        assert asyncio.run(call_later(sandbox))["data"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"naem": "x"}, "agents.create has no argument 'naem'; did you mean 'name'?"),
        ({"???": 1}, r"agents.create has no argument '\?\?\?'; its arguments are name, "),
        ({"system_prompt": "a", "systemPrompt": "b", "name": "x"}, "is passed twice"),
        ({"description": "x"}, "agents.create needs name"),
    ],
)
def test_arguments_that_do_not_fit_are_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        operations.get("agents.create").bind(arguments)


def test_unknown_ids_raise_key_error_and_only_lists_are_iterated() -> None:
    for id in ("nothing.list", "workflows.nothing", "workflows"):
        with pytest.raises(KeyError, match=id):
            operations.get(id)
    with pytest.raises(InvalidArgumentError, match=r"agents.get is not a paged list"):
        operations.iterate(LvngClient("key"), operations.get("agents.get"), {"id": "x"})
