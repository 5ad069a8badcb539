"""Overlays of OpenAPI: their actions, and what is wrong with some."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from lvng_codegen.errors import SpecError
from lvng_codegen.openapi import contract
from lvng_codegen.openapi.openapi_overlay import apply

DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "tags": [{"name": "pets"}],
    "paths": {
        "/pets": {"get": {"operationId": "pets.list", "responses": {"200": {"description": "ok"}}}}
    },
    "components": {"schemas": {"Pet": {"required": ["id", "name"], "properties": {"id": {}}}}},
}


def overlay(*actions: dict[str, Any], version: str = "1.0.0") -> Any:
    return {"overlay": version, "info": {"title": "t", "version": "1"}, "actions": list(actions)}


def test_updates_merge_objects_join_arrays_and_replace_the_rest() -> None:
    found: Any = apply(
        DOCUMENT,
        overlay(
            {"target": "$.info", "update": {"title": "Cats"}},
            {
                "target": "$.components.schemas['Pet']",
                "update": {"required": ["age"], "properties": {"age": {"type": "integer"}}},
            },
            {"target": "$.tags", "update": {"name": "cats"}},
            {"target": "$.paths['/pets'].get", "update": {"summary": "List"}},
        ),
        "x",
    )
    assert found["info"] == {"title": "Cats", "version": "1"}
    pet = found["components"]["schemas"]["Pet"]
    assert pet == {
        "required": ["id", "name", "age"],
        "properties": {"id": {}, "age": {"type": "integer"}},
    }
    assert found["tags"] == [{"name": "pets"}, {"name": "cats"}]
    assert found["paths"]["/pets"]["get"]["summary"] == "List"
    assert DOCUMENT["info"]["title"] == "Pets", "the document itself is as it was"


def test_remove_actions_delete_the_selected_nodes() -> None:
    found: Any = apply(
        DOCUMENT,
        overlay(
            {"target": "$.components.schemas.Pet.required[?@ == 'name']", "remove": True},
            {"target": "$.tags[*]", "remove": True},
        ),
        "x",
    )
    assert found["components"]["schemas"]["Pet"]["required"] == ["id"]
    assert found["tags"] == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (overlay({"target": "$.nothing", "remove": True}), r"\$\.nothing selects nothing"),
        (overlay({"target": "$[", "remove": True}), "is no JSONPath"),
        (overlay({"target": "$.info.title", "update": {}}), "neither an object nor an array"),
        (overlay({"target": "$.info", "update": "x"}), "must be an object"),
        (overlay({"target": "$", "remove": True}), "the root cannot be removed"),
        (overlay({"update": {}}), r"actions\[0\] has no target"),
        (overlay(version="2.0.0"), "no overlay of version"),
        (overlay(), "has no actions"),
        ([], "no overlay of version"),
    ],
)
def test_a_mistake_is_named_with_its_place(given: Any, message: str) -> None:
    with pytest.raises(SpecError, match=message) as caught:
        apply(DOCUMENT, given, "observed.yaml")
    assert "observed.yaml" in str(caught.value)


def test_the_overlays_of_a_contract_folder_are_applied_in_the_order_of_their_names(
    tmp_path: Path,
) -> None:
    (tmp_path / "openapi.yaml").write_text(yaml.safe_dump(DOCUMENT))
    (tmp_path / "overlays").mkdir()
    for name, title in (("2-second", "Second"), ("1-first", "First")):
        text = yaml.safe_dump(overlay({"target": "$.info", "update": {"title": title}}))
        (tmp_path / f"overlays/{name}.yaml").write_text(text)
    loaded: Any = contract.load(tmp_path).root.value
    assert loaded["info"]["title"] == "Second"
