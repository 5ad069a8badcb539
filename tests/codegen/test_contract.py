"""A contract folder as one document: merged, ordered, without anything said twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from lvng_codegen.errors import SpecError
from lvng_codegen.openapi import contract

HEAD = """
openapi: 3.1.0
info: {title: Test, version: '1'}
tags: [{name: second}, {name: first}, {description: no name}]
"""
FIRST = """
paths:
  /a: {get: {operationId: first.a, tags: [first]}}
  /c: {get: {operationId: first.c, tags: [first]}}
components: {schemas: {A: {type: string}}}
"""
SECOND = """
paths:
  /b: {post: {operationId: second.b, tags: [second]}}
  /a: {put: {operationId: second.a, tags: [second]}}
components: {schemas: {B: {type: string}}, responses: {R: {description: r}}}
"""


def folder(root: Path, **files: str) -> Path:
    (root / "tags").mkdir()
    for name, text in {"openapi": HEAD, **files}.items():
        (root / f"{name.replace('__', '/')}.yaml").write_text(text)
    return root


def test_files_are_one_document_in_the_order_of_the_tags(tmp_path: Path) -> None:
    merged = contract.load(
        folder(tmp_path, tags__first=FIRST, tags__second=SECOND, extra="paths: {/z: {}, /y: 5}")
    )
    assert merged.root.value == {
        "openapi": "3.1.0",
        "info": {"title": "Test", "version": "1"},
        "tags": [{"name": "second"}, {"name": "first"}, {"description": "no name"}],
        "paths": {
            "/a": {
                "get": {"operationId": "first.a", "tags": ["first"]},
                "put": {"operationId": "second.a", "tags": ["second"]},
            },
            "/c": {"get": {"operationId": "first.c", "tags": ["first"]}},
            "/b": {"post": {"operationId": "second.b", "tags": ["second"]}},
            "/z": {},
            "/y": 5,
        },
        "components": {
            "schemas": {"A": {"type": "string"}, "B": {"type": "string"}},
            "responses": {"R": {"description": "r"}},
        },
    }
    paths = merged.root.get("paths")
    assert paths is not None
    assert list(paths.object()) == ["/b", "/a", "/c", "/z", "/y"]


def test_a_folder_without_parts_is_its_head(tmp_path: Path) -> None:
    assert contract.merge(folder(tmp_path))["components"] == {}


def test_a_file_is_loaded_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("openapi: 3.0.3\npaths: {}")
    assert contract.load(tmp_path / "one.yaml").version == "3.0"


TWICE = {
    "an operation": ("paths: {/a: {get: {}}}", "#/paths/~1a/get"),
    "a schema": ("components: {schemas: {A: {type: string}}}", "#/components/schemas/A"),
    "the title": ("info: {title: Other}", "#/info/title"),
    "the tags": ("tags: []", "#/tags"),
}


@pytest.mark.parametrize(("text", "pointer"), TWICE.values(), ids=TWICE)
def test_a_definition_in_two_files_is_refused_by_its_pointer(
    text: str, pointer: str, tmp_path: Path
) -> None:
    with pytest.raises(SpecError) as caught:
        contract.load(folder(tmp_path, first=FIRST, other=text))
    assert str(caught.value) == f"other.yaml{pointer}: is defined in another file already"


def test_a_file_that_is_no_object_or_a_head_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"first\.yaml: expected an object$"):
        contract.load(folder(tmp_path, first="- a"))
    (tmp_path / "openapi.yaml").unlink()
    with pytest.raises(SpecError, match=r"openapi\.yaml: no such file$"):
        contract.load(tmp_path)
