"""Another document of the same API takes the names, packages and extensions of the contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lvng_codegen.model.api import Operation
from lvng_codegen.model.operations import build
from lvng_codegen.openapi.document import Document
from lvng_codegen.openapi.overlay import overlaid

OURS = {
    "openapi": "3.1.0",
    "tags": [
        {"name": "pets", "x-package": "lvng-pets", "description": "Ours."},
        {"name": "api_keys", "x-package": "lvng-account"},
    ],
    "paths": {
        "/v2/pets/{id}": {
            "get": {
                "operationId": "pets.get",
                "tags": ["pets"],
                "x-idempotent": False,
                "x-scope": "read",
                "x-provenance": "inferred",
                "x-source": "a guess",
            }
        },
        "/v2/events": {
            "get": {"operationId": "pets.watch", "tags": ["pets"], "x-events": "PetEvents"}
        },
        "/v2/odd": {"get": {"x-scope": "read"}},
    },
    "components": {
        "schemas": {
            "PetEvents": {"properties": {"born": {"$ref": "#/components/schemas/Pet"}}},
            "Pet": {"properties": {"parents": {"items": {"$ref": "#/components/schemas/Pet"}}}},
            "Unused": {"type": "string"},
        }
    },
}


def vendor(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"openapi": "3.0.3", "info": {"title": "Theirs"}, "paths": paths, **more}


def laid(document: Any, ours: Any = OURS) -> Document:
    return overlaid(Document(document, Path("v.json")), Document(ours, Path("contract")))


def operations(document: Any) -> dict[str, Operation]:
    return {one.id: one for one in build(laid(document)).operations()}


def watch(*names: str) -> dict[str, Any]:
    answer = {"200": {"description": "", "content": {"text/event-stream": {}}}}
    return {"/v2/events": {"get": {"tags": list(names), "responses": answer}}}


ID = {"name": "petId", "in": "path", "required": True, "schema": {"type": "string"}}
GET = {"operationId": "PetController_findOne", "tags": ["Pet Controller"], "parameters": [ID]}


def test_operations_are_matched_by_method_and_path() -> None:
    made = operations(
        vendor({"/v2/pets/{petId}": {"get": GET, "put": {**GET, "operationId": "x"}}})
    )
    assert set(made) == {"pets.get", "pet_controller.x"}
    assert (made["pets.get"].scope, made["pets.get"].idempotent) == ("read", False)
    assert [one.name for one in made["pets.get"].arguments] == ["pet_id"]


def test_the_extensions_of_the_document_win_and_provenance_is_not_copied() -> None:
    made = operations(vendor({"/v2/pets/{petId}": {"get": {**GET, "x-scope": "admin"}}}))[
        "pets.get"
    ]
    assert (made.scope, made.provenance, made.source) == ("admin", "", "")


SERVERS = {
    "https://api.lvng.ai/v2": {"/pets/{petId}": {"get": GET}},
    "https://api.lvng.ai/v2/": {"/pets/{petId}": {"get": GET}},
    "/v2": {"/pets/{petId}": {"get": GET}},
    "//api.lvng.ai/v2": {"/pets/{petId}": {"get": GET}},
    "https://api.lvng.ai": {"/v2/pets/{petId}": {"get": GET}},
    "https://api.lvng.ai/": {"/v2/pets/{petId}": {"get": GET}},
    "https://api.lvng.ai/{version}": {"/v2/pets/{petId}": {"get": GET}},
    ".": {"/v2/pets/{petId}": {"get": GET}},
}


@pytest.mark.parametrize(("url", "paths"), SERVERS.items(), ids=SERVERS)
def test_paths_begin_at_the_host(url: str, paths: dict[str, Any]) -> None:
    document = laid(vendor({**paths, "x-note": 1}, servers=[{"url": url}]))
    found = document.root.get("paths")
    assert found is not None
    assert set(found.object()) == {"/v2/pets/{petId}", "x-note"}
    assert [one.id for one in build(document).operations()] == ["pets.get"]


def test_tags_take_the_package_and_place_of_the_contract() -> None:
    paths = {"/v2/pets/{petId}": {"get": GET}, "/k": {"get": {"tags": ["API Keys"]}}, **watch("x")}
    tags = [{"name": "new", "description": "New."}, {"name": "pets", "description": "Theirs."}]
    made = build(laid(vendor(paths, tags=tags)))
    assert [(tag.wire, tag.package, tag.description) for tag in made.tags] == [
        ("pets", "lvng-pets", "Theirs."),
        ("API Keys", "lvng-account", "Operations of `API Keys`."),
    ]


def test_the_schemas_of_events_come_along_unless_the_document_has_its_own() -> None:
    document = laid(vendor(watch()))
    assert document.root.value["components"]["schemas"] == {  # type: ignore[index, call-overload]  # JSON
        "PetEvents": OURS["components"]["schemas"]["PetEvents"],  # type: ignore[index]  # as above
        "Pet": OURS["components"]["schemas"]["Pet"],  # type: ignore[index]  # as above
    }
    own = {"schemas": {"PetEvents": {"properties": {"died": {"type": "string"}}}}}
    assert "PetDiedEvent" in build(laid(vendor(watch(), components=own))).definitions


def test_neither_document_is_changed() -> None:
    theirs = vendor({"/v2/pets/{petId}": {"get": GET}, **watch()}, servers=[{"url": "/v2"}])
    before = json.dumps([theirs, OURS])
    laid(theirs)
    assert json.dumps([theirs, OURS]) == before


ODD: dict[str, dict[str, Any]] = {
    "paths": {"paths": []},
    "a path": {"paths": {"/v2/pets/{id}": 5}},
    "an operation": {"paths": {"/v2/pets/{id}": {"get": "x"}}},
    "tags": {"paths": {"/v2/odd": {"get": {"tags": 5}}}, "tags": {"a": 1}},
    "a tag": {"paths": {}, "tags": [5, {"name": 5}]},
    "servers": {"paths": {}, "servers": {}},
    "a server": {"paths": {}, "servers": [5]},
    "a url": {"paths": {}, "servers": [{"url": 5}]},
    "components": {**vendor(watch()), "components": []},
    "schemas": {**vendor(watch()), "components": {"schemas": 5}},
}


@pytest.mark.parametrize("document", ODD.values(), ids=ODD)
def test_malformed_documents_are_passed_on_unchecked(document: dict[str, Any]) -> None:
    assert laid({"openapi": "3.0.0", **document}).version == "3.0"
