"""Generated packages as users meet them: they import, carry every tag, and pass the type checker."""

from __future__ import annotations

import subprocess
import sys
import typing
from importlib import import_module
from inspect import getmembers, isfunction
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import TypeAdapter
from typing_extensions import is_typeddict

import lvng_core
from codegen.documents import GOLDEN, SPECS
from lvng_codegen.model.operations import build
from lvng_codegen.openapi.document import Document


def package(name: str) -> ModuleType:
    return import_module(f"codegen.golden.{name}")


@pytest.mark.parametrize("name", SPECS)
def test_both_clients_carry_every_tag_with_every_method(name: str) -> None:
    made = package(name)
    api = build(Document.load(SPECS[name]))
    clients = (
        made.Client("key", base_url="https://example.com"),
        made.AsyncClient("key", base_url="https://example.com"),
    )
    assert isinstance(clients[0], lvng_core.Client)
    assert isinstance(clients[1], lvng_core.AsyncClient)
    for tag in api.tags:
        for client, class_name in zip(
            clients, (tag.class_name, f"Async{tag.class_name}"), strict=True
        ):
            resource = getattr(client, tag.name)
            assert type(resource) is getattr(made, class_name)
            assert getattr(client, tag.name) is resource
            for operation in tag.operations:
                assert callable(getattr(resource, operation.method))


@pytest.mark.parametrize("name", SPECS)
def test_all_listed_names_exist_and_their_annotations_resolve(name: str) -> None:
    made = package(name)
    for listed in made.__all__:
        found = getattr(made, listed)
        for method, _ in getmembers(found, isfunction) if isinstance(found, type) else ():
            assert "return" in typing.get_type_hints(getattr(found, method))


@pytest.mark.parametrize("name", SPECS)
def test_pydantic_takes_every_generated_type(name: str) -> None:
    package(name)
    module = import_module(f"codegen.golden.{name}._generated.types")
    for found in vars(module).values():
        if is_typeddict(found):
            assert typing.get_type_hints(found).keys() == found.__annotations__.keys()
            assert TypeAdapter(found).json_schema()


def test_tags_named_like_modules_resolve_to_their_own_classes() -> None:
    """`class_` and `types_` are tags, `types` is not: each name leads to its own module."""
    clients = import_module("codegen.golden.names._generated.clients")
    assert clients.Client.class_.__name__ == "Class"
    assert clients.Client.types_.__name__ == "Types"


def test_every_package_passes_mypy_in_strict_mode(tmp_path: Path) -> None:
    command = ["-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}", *SPECS]
    done = subprocess.run(
        [sys.executable, *command], cwd=GOLDEN, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
