"""`$id`, `$anchor` and `$self` as names that references use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.documents import document
from lvng_codegen.errors import SpecError
from lvng_codegen.openapi.document import Document

SCHEMAS = """
components:
  schemas:
    A:
      $id: https://x.test/schemas/a.json
      type: object
      $defs: {inner: {$anchor: inner, type: integer}, deep: {$id: sub/deep.json, $anchor: inner, type: boolean}}
      properties: {ref: {$ref: %s}}
    B: {$id: https://x.test/schemas/b.json, $anchor: top, type: string}
    C: {$anchor: here, type: number, example: {$anchor: data, $id: https://x.test/data}}
    D: {properties: {ref: {$ref: %s}}}
"""

INSIDE = {
    "b.json": "/components/schemas/B",
    "https://x.test/schemas/b.json": "/components/schemas/B",
    "b.json#top": "/components/schemas/B",
    "/schemas/b.json#/type": "/components/schemas/B/type",
    "#": "/components/schemas/A",
    "#inner": "/components/schemas/A/$defs/inner",
    "#/$defs/inner": "/components/schemas/A/$defs/inner",
    "sub/deep.json": "/components/schemas/A/$defs/deep",
    "sub/deep.json#inner": "/components/schemas/A/$defs/deep",
    "#/components/schemas/C": "/components/schemas/C",  # strictly not, but what authors mean
}
OUTSIDE = {
    "#here": "/components/schemas/C",
    "https://x.test/schemas/a.json": "/components/schemas/A",
    "https://x.test/schemas/a.json#inner": "/components/schemas/A/$defs/inner",
    "https://x.test/schemas/sub/deep.json#inner": "/components/schemas/A/$defs/deep",
}


def found(schema: str, reference: str) -> str:
    """The pointer that a reference in a schema leads to."""
    made = document(SCHEMAS % (f"'{reference}'", f"'{reference}'"))
    start = made.root.at(f"/components/schemas/{schema}/properties/ref")
    assert start is not None
    return start.follow().pointer


@pytest.mark.parametrize(("reference", "pointer"), INSIDE.items(), ids=INSIDE)
def test_references_are_relative_to_the_id_around_them(reference: str, pointer: str) -> None:
    assert found("A", reference) == pointer


@pytest.mark.parametrize(("reference", "pointer"), OUTSIDE.items(), ids=OUTSIDE)
def test_references_name_anchors_and_ids(reference: str, pointer: str) -> None:
    assert found("D", reference) == pointer


@pytest.mark.parametrize(
    "reference", ["#nowhere", "#data", "b.json", "https://x.test/data", "#top", "[::"]
)
def test_an_unknown_anchor_or_id_is_refused_with_its_place(reference: str) -> None:
    with pytest.raises(SpecError) as caught:
        found("D", reference)
    assert str(caught.value).startswith("api.yaml#/components/schemas/D/properties/ref: $ref ")


def test_anchors_of_a_referenced_file_are_found(tmp_path: Path) -> None:
    other = {"defs": {"X": {"$anchor": "x", "$id": "urn:x"}, "Y": {"$anchor": "y"}}}
    (tmp_path / "other.json").write_text(json.dumps(other))
    data = {"openapi": "3.1.0", "a": {"$ref": "other.json#y"}, "b": {"$ref": "other.json#/defs/Y"}}
    (tmp_path / "api.json").write_text(json.dumps(data))
    made = Document.load(tmp_path / "api.json")
    for key in ("a", "b"):
        start = made.root.get(key)
        assert start is not None
        assert start.follow().pointer == "/defs/Y"


def test_a_document_may_name_itself() -> None:
    text = """
        $self: https://x.test/api/openapi.yaml
        a: {$ref: 'https://x.test/api/openapi.yaml#/b'}
        b: {type: string}
        c: {$ref: 'openapi.yaml#/b'}
        """
    made = document(text, version="3.2.0")
    for key in ("a", "c"):
        start = made.root.get(key)
        assert start is not None
        assert start.follow().pointer == "/b"
