"""The two clients have the same surface: every operation, one by one, from the manifest."""

from __future__ import annotations

import inspect
import json
import re
import typing
from functools import cached_property
from importlib import import_module, resources
from typing import Any

import pytest

from lvng import AsyncLvngClient, LvngClient
from lvng_core import AsyncClient, Client

MANIFEST = json.loads(
    resources.files("lvng").joinpath("_generated/operations.json").read_text(encoding="utf-8")
)
OPERATIONS = MANIFEST["operations"]
TAGS = MANIFEST["tags"]

# What a blocking client calls by one name and an async client by another. A rule for all, no exceptions.
COLOURS = {
    "AsyncIterator": "Iterator",
    "AsyncGenerator": "Generator",
    "AsyncEventStream": "EventStream",
    "AsyncDownload": "Download",
}


def classes(tag: dict[str, Any]) -> tuple[type, type]:
    """The blocking and the async class of a tag, as the clients hand them out."""
    sync = resource_class(LvngClient, tag["name"])
    return sync, resource_class(AsyncLvngClient, tag["name"])


def resource_class(client: type, tag: str) -> type:
    attribute = inspect.getattr_static(client, tag)
    assert isinstance(attribute, cached_property)
    return type(attribute.func(object.__new__(client)))


def same_colour(annotation: object) -> str:
    """An annotation as text, in the blocking client's words."""
    text = annotation if isinstance(annotation, str) else str(annotation)
    for name, twin in COLOURS.items():
        text = re.sub(rf"\b{name}\b", twin, text)
    text = re.sub(r"\bAwaitable\[(\w+)\]", r"\1", text)
    return text.replace("._async.", "._sync.")


def public(cls: type) -> dict[str, Any]:
    return {
        name: member
        for name, member in inspect.getmembers(cls)
        if not name.startswith("_") and callable(member)
    }


@pytest.mark.parametrize("tag", TAGS, ids=lambda tag: tag["name"])
def test_every_resource_has_the_same_methods_in_both_colours(tag: dict[str, Any]) -> None:
    sync, async_ = (public(cls) for cls in classes(tag))
    assert sync.keys() == async_.keys()
    for name, method in sync.items():
        compare(method, async_[name])


def test_the_clients_themselves_have_the_same_methods() -> None:
    sync, async_ = public(LvngClient), public(AsyncLvngClient)
    assert sync.keys() == {name.replace("aclose", "close") for name in async_}
    for name, method in async_.items():
        compare(sync[name.replace("aclose", "close")], method)


def compare(sync: Any, async_: Any) -> None:
    a, b = inspect.signature(sync), inspect.signature(async_)
    assert list(a.parameters) == list(b.parameters), sync
    for name, parameter in a.parameters.items():
        twin = b.parameters[name]
        assert (parameter.kind, parameter.default) == (twin.kind, twin.default), (sync, name)
        if not typing.get_overloads(async_):  # those are in tests/typing
            assert plain(parameter.annotation) == plain(twin.annotation), (sync, name)
    if typing.get_overloads(async_):
        assert not typing.get_overloads(sync)
    else:
        assert plain(a.return_annotation) == plain(b.return_annotation), sync
    assert plain(inspect.getdoc(sync)) == plain(inspect.getdoc(async_)), sync


def plain(text: object) -> str:
    """Text without its colour: `AsyncClient` and `Client`, `await x` and `x`, `aclose` and `close`."""
    words = same_colour(text)
    words = re.sub(r"\bAsync(?=[A-Z])", "", words)
    words = re.sub(r"\b(async|await) ", "", words)
    return " ".join(re.sub(r"\baclose\b", "close", words).split())


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation["id"])
def test_every_operation_is_a_documented_typed_method(operation: dict[str, Any]) -> None:
    tag = next(tag for tag in TAGS if tag["name"] == operation["tag"])
    for cls in classes(tag):
        method = getattr(cls, operation["method"])
        doc = inspect.getdoc(method)
        assert doc
        assert operation["provenance"] in doc
        hints = typing.get_type_hints(method)
        parameters = list(inspect.signature(method).parameters)[1:]
        assert parameters[-1] == "options"
        assert set(parameters) <= hints.keys()
        assert "return" in hints
        for param in operation["params"]:
            assert param["name"] in parameters


def test_methods_of_the_async_client_are_coroutine_functions() -> None:
    for tag in TAGS:
        sync, async_ = classes(tag)
        for operation in OPERATIONS:
            if operation["tag"] == tag["name"] and operation["returns"] in {"json", "none"}:
                assert inspect.iscoroutinefunction(getattr(async_, operation["method"]))
                assert not inspect.iscoroutinefunction(getattr(sync, operation["method"]))


def test_each_tag_is_an_attribute_of_both_clients_and_lives_in_its_package() -> None:
    for tag in TAGS:
        package = import_module(tag["package"].replace("-", "_"))
        for cls in classes(tag):
            assert getattr(package, cls.__name__) is cls


def test_the_clients_extend_the_core() -> None:
    assert issubclass(LvngClient, Client)
    assert issubclass(AsyncLvngClient, AsyncClient)
