"""References, and the place of everything in what is said about faults."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegen.documents import document
from lvng_codegen.errors import SpecError
from lvng_codegen.openapi.document import Document

VERSIONS = {
    "3.0.0": "3.0",
    "3.0.4": "3.0",
    "3.1.0": "3.1",
    "3.1.1": "3.1",
    "3.1": "3.1",
}


@pytest.mark.parametrize(("said", "version"), VERSIONS.items(), ids=VERSIONS)
def test_a_supported_version_is_told(said: str, version: str) -> None:
    made = document("paths: {}", version=said)
    assert made.version == version
    assert made.before_3_1 is (version == "3.0")


CONVERT = "npx --yes swagger2openapi@7.0.8 --patch --outfile x.openapi.json x.json"
REFUSED: dict[str, tuple[Any, str]] = {
    "4.0": ({"openapi": "4.0.0"}, "openapi is '4.0.0'; supported are OpenAPI 3.0, 3.1, 3.2"),
    "2.0": (
        {"swagger": "2.0"},
        f"this is Swagger 2.0, not OpenAPI 3; convert it first:\n\n    {CONVERT}\n",
    ),
    "absent": ({}, "openapi is None; supported are OpenAPI 3.0, 3.1, 3.2"),
    "list": ([], "openapi is None; supported are OpenAPI 3.0, 3.1, 3.2"),
    "empty": (None, "openapi is None; supported are OpenAPI 3.0, 3.1, 3.2"),
}


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
def test_any_other_document_is_refused(data: Any, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        Document(data, Path("x.json"))
    assert str(caught.value) == f"x.json#/: {message}"


def load(folder: Path, **files: Any) -> Document:
    """The document `api` of a folder with these files."""
    for name, data in files.items():
        (folder / f"{name}.json").write_text(json.dumps({"openapi": "3.1.0", **data}))
    return Document.load(folder / "api.json")


def find(made: Document, reference: str) -> Any:
    return made.find(reference, made.root).value


def test_a_reference_is_followed_through_escapes_and_lists(tmp_path: Path) -> None:
    made = load(tmp_path, api={"a/b": {"~c": {"d e": ["zero", {"é": 1}]}}})
    assert find(made, "#/a~1b/~0c/d%20e/0") == "zero"
    assert find(made, "#/a~1b/~0c/d e/1/%C3%A9") == 1
    assert find(made, "#") == made.root.value


def test_a_reference_into_a_file_starts_at_the_file_it_stands_in(tmp_path: Path) -> None:
    (tmp_path / "the parts").mkdir()
    (tmp_path / "the parts/more.yaml").write_text("x: {$ref: './last.json#/y'}")
    (tmp_path / "the parts/last.json").write_text('{"y": 5}')
    made = load(tmp_path, api={"x": {"$ref": "the%20parts/more.yaml#/x"}})
    start = made.root.get("x")
    assert start is not None
    found = start.follow()
    assert (found.value, found.where) == (5, "last.json#/y")
    assert find(made, "the parts/last.json") == {"y": 5}


def test_different_references_to_a_place_give_the_same_node(tmp_path: Path) -> None:
    made = load(tmp_path, api={"a b": {"c": 1}})
    assert made.find("#/a%20b", made.root).id == made.find("api.json#/a b", made.root).id


DANGLING = {
    "#/nowhere": "$ref '#/nowhere' points to nothing",
    "#/list/2": "$ref '#/list/2' points to nothing",
    "#/list/-1": "$ref '#/list/-1' points to nothing",
    "#/list/x": "$ref '#/list/x' points to nothing",
    "#/list/0/deeper": "$ref '#/list/0/deeper' points to nothing",
    "#anchor": "$ref '#anchor' points to nothing",
    "https://example.com/a.json#/b": (
        "$ref 'https://example.com/a.json#/b': no schema has it as its $id, and references to the "
        "network are not followed"
    ),
    "file:///etc/passwd": (
        "$ref 'file:///etc/passwd': no schema has it as its $id, and references to the network are "
        "not followed"
    ),
}


@pytest.mark.parametrize(("reference", "message"), DANGLING.items(), ids=map(repr, DANGLING))
def test_a_reference_that_leads_nowhere_says_so_and_where(
    reference: str, message: str, tmp_path: Path
) -> None:
    made = load(tmp_path, api={"list": [1, 2], "in": {"side": {"$ref": reference}}})
    start = made.find("#/in/side", made.root)
    with pytest.raises(SpecError) as caught:
        start.follow()
    assert str(caught.value) == f"api.json#/in/side: {message}"
    assert caught.value.where == "api.json#/in/side"


def test_a_reference_to_an_invalid_file_name_is_reported(tmp_path: Path) -> None:
    made = load(tmp_path, api={"in": {"$ref": "a\x00b"}})
    with pytest.raises(SpecError, match=r"api\.json#/in: \$ref 'a\\x00b': .*embedded null"):
        made.find("#/in", made.root).follow()


def test_a_file_that_is_not_there_or_no_document_is_named_with_the_reference(
    tmp_path: Path,
) -> None:
    (tmp_path / "broken.yaml").write_text("a: [")
    made = load(tmp_path, api={})
    for name, fault in (("absent.yaml", "no such file"), ("broken.yaml", "line 2: ")):
        with pytest.raises(SpecError) as caught:
            made.find(f"{name}#/x", made.root)
        message = f"api.json#/: $ref '{name}#/x': {tmp_path / name}: {fault}"
        assert str(caught.value).startswith(message)


def test_references_in_a_circle_are_noticed(tmp_path: Path) -> None:
    made = load(tmp_path, api={"a": {"$ref": "#/b"}, "b": {"$ref": "#/c"}, "c": {"$ref": "#/a"}})
    start = made.root.get("a")
    assert start is not None
    with pytest.raises(SpecError, match=r"^api\.json#/a: the reference leads back to itself$"):
        start.follow()


def test_a_value_of_the_wrong_type_is_reported_with_its_place(tmp_path: Path) -> None:
    root = load(tmp_path, api={"a": [], "b": {"c": 5, "d/e": None, "f": ["x", 1]}}).root
    b = root.get("b")
    assert b is not None
    for ask, message in (
        (lambda: list(root.members("a")), "api.json#/a: expected an object, found a list"),
        (lambda: list(root.entries("b")), "api.json#/b: expected a list, found a dict"),
        (lambda: b.text("c"), "api.json#/b/c: expected a string, found 5"),
        (lambda: b.strings("f"), "api.json#/b/f/1: expected a string, found 1"),
        (lambda: list(b.members("c")), "api.json#/b/c: expected an object, found 5"),
    ):
        with pytest.raises(SpecError) as caught:
            ask()
        assert str(caught.value) == message
    assert (b.text("d/e"), b.strings("d/e"), [*b.members("d/e")]) == ("", (), [])


def test_a_node_shows_its_place(tmp_path: Path) -> None:
    made = load(tmp_path, api={"a": {"b~c": 1}})
    node = made.find("#/a/b~0c", made.root)
    assert repr(node) == "<api.json#/a/b~0c>"
    assert (node.name, made.root.name) == ("b~c", "api")
