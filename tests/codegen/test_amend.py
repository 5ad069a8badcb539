"""An overlay from observations: what is proposed, and what is only reported."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from lvng_codegen.__main__ import main
from lvng_codegen.amend.observations import Observation
from lvng_codegen.amend.propose import Proposal, propose
from lvng_codegen.openapi.openapi_overlay import apply

PET = {
    "type": "object",
    "description": "A pet.",
    "properties": {
        "id": {"type": "string", "description": "Id."},
        "name": {"type": "string", "description": "Name."},
        "kind": {"type": "string", "enum": ["cat", "dog"], "description": "Kind."},
        "born": {"type": "string", "format": "date", "description": "Birth."},
    },
    "required": ["id", "name"],
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1"},
    "paths": {
        "/pets": {
            "get": {
                "operationId": "pets.list",
                "tags": ["pets"],
                "x-provenance": "inferred",
                "x-source": "a guess",
                "x-paging": {"style": "offset", "items": "data"},
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "data": {
                                            "type": "array",
                                            "items": {"$ref": "#/components/schemas/Pet"},
                                        }
                                    },
                                    "required": ["data"],
                                }
                            }
                        },
                    }
                },
            }
        },
        "/pets/{id}": {
            "get": {
                "operationId": "pets.get",
                "tags": ["pets"],
                "x-provenance": "documented",
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}
                        },
                    }
                },
            }
        },
    },
    "components": {"schemas": {"Pet": PET}},
}

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
FULL: dict[str, Any] = {"id": TEXT, "name": TEXT, "kind": {**TEXT, "enum": ["cat"]}}


def record(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": sorted(fields)}


def entries(*records: dict[str, Any], key: str = "data") -> dict[str, Any]:
    return record(**{key: {"type": "array", "x-length": ["1"], "items": records[0]}})


def seen(
    operation: str | None, body: Any, status: int = 200, day: str = "2026-11-30"
) -> Observation:
    media_type = "application/json" if body else ""
    return Observation(operation, "GET", "/pets", status, media_type, body, day)


def proposed(*observations: Observation) -> tuple[Proposal, Any]:
    proposal = propose(DOCUMENT, observations)
    if not proposal.actions:
        return proposal, copy.deepcopy(DOCUMENT)
    return proposal, apply(DOCUMENT, dict(proposal.overlay("t")), "t")


def pet(document: Any) -> Any:
    return document["components"]["schemas"]["Pet"]


def test_a_confirmed_operation_is_marked_observed_and_unchanged() -> None:
    proposal, found = proposed(
        seen("pets.list", entries(record(**FULL)), day="2026-11-29"),
        seen("pets.list", entries(record(**FULL))),
        seen("pets.get", record(**FULL)),
    )
    operation = found["paths"]["/pets"]["get"]
    assert operation["x-provenance"] == "observed"
    assert operation["x-source"] == "2 observations until 2026-11-30; before: inferred, a guess"
    assert found["paths"]["/pets/{id}"]["get"]["x-provenance"] == "documented"
    assert pet(found) == PET
    assert len(proposal.actions) == 1
    assert not proposal.reported


def test_fields_are_added_required_no_longer_nullable_and_of_another_type() -> None:
    fields = {
        **FULL,
        "name": {"type": ["null", "string"]},
        "born": NUMBER,
        "owner": record(email={**TEXT, "format": "email"}),
        "kind": {**TEXT, "enum": ["bird"]},
    }
    _, found = proposed(seen("pets.get", record(**fields)))
    made = pet(found)
    assert made["properties"]["name"] == {"type": ["string", "null"], "description": "Name."}
    assert made["properties"]["born"] == {
        "type": "integer",
        "description": "Birth.",
        "examples": [1],
    }
    assert made["properties"]["kind"]["enum"] == ["cat", "dog", "bird"]
    assert made["properties"]["owner"]["properties"]["email"]["format"] == "email"
    assert made["required"] == ["id", "name", "owner"]


def test_a_field_that_only_some_have_is_optional() -> None:
    without = {key: value for key, value in FULL.items() if key != "name"}
    _, found = proposed(
        seen("pets.get", record(**FULL, tags=TEXT)), seen("pets.get", record(**without))
    )
    assert pet(found)["required"] == ["id"]
    assert "tags" in pet(found)["properties"]
    assert found["paths"]["/pets/{id}"]["get"]["x-provenance"] == "observed", (
        "no longer as documented"
    )


def test_a_renamed_field_keeps_its_description() -> None:
    renamed = {"id": TEXT, "title": TEXT, "kind": TEXT}
    proposal, found = proposed(
        seen("pets.get", record(**renamed)), seen("pets.list", entries(record(**renamed)))
    )
    assert pet(found)["properties"]["title"] == PET["properties"]["name"]  # type: ignore[index]  # of a literal
    assert pet(found)["required"] == ["id", "title"]
    assert "name" not in pet(found)["properties"]
    assert any("`name` is called `title`" in one.get("description", "") for one in proposal.actions)


def test_observations_that_contradict_each_other_are_reported() -> None:
    proposal, found = proposed(
        seen("pets.get", record(**{**FULL, "name": NUMBER})),
        seen("pets.list", entries(record(**FULL))),
    )
    assert pet(found) == PET
    (told,) = proposal.reported
    assert "`name`: observations contradict each other: integer, string" in told


@pytest.mark.parametrize(
    ("body", "schema"),
    [
        (
            {"type": "array", "x-length": ["1"], "items": record(**FULL)},
            {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}},
        ),
        (
            entries(record(**FULL), key="pets"),
            {
                "type": "object",
                "properties": {
                    "pets": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}
                },
                "required": ["pets"],
            },
        ),
    ],
    ids=["a bare list", "another key"],
)
def test_another_envelope_keeps_the_schema_of_its_content(body: Any, schema: Any) -> None:
    _, found = proposed(seen("pets.list", body))
    operation = found["paths"]["/pets"]["get"]
    assert operation["responses"]["200"]["content"]["application/json"]["schema"] == schema
    paging = operation.get("x-paging")
    assert paging == ({"style": "offset", "items": "pets"} if "properties" in schema else None)


def test_a_response_that_is_wrapped_once_more() -> None:
    _, found = proposed(seen("pets.list", record(result=entries(record(**FULL)))))
    schema = found["paths"]["/pets"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    assert list(schema["properties"]) == ["result"]
    assert list(schema["properties"]["result"]["properties"]) == ["data"]


def test_another_status_takes_the_place_of_the_documented_one() -> None:
    _, found = proposed(seen("pets.list", None, status=204))
    operation = found["paths"]["/pets"]["get"]
    assert operation["responses"] == {"204": {"description": "No content."}}
    assert "x-paging" not in operation
    _, found = proposed(seen("pets.get", record(**FULL), 202), seen("pets.get", record(**FULL)))
    assert list(found["paths"]["/pets/{id}"]["get"]["responses"]) == ["200", "202"]


def test_unusable_observations_are_reported() -> None:
    proposal, found = proposed(
        seen("pets.list", None, status=404),
        seen(None, record(**FULL)),
        seen("pets.get", {**record(**FULL), "x-hidden": True}),
    )
    assert found == DOCUMENT
    assert [one.partition(": ")[0] for one in proposal.reported] == [
        "GET /pets",
        "pets.list",
        "pets.get, the body",
    ]


def line(observation: Observation) -> str:
    data = {
        "version": 1,
        "observed": observation.observed,
        "operation": observation.operation,
        "method": observation.method,
        "path": observation.path,
        "status": observation.status,
        "media_type": observation.media_type,
        "headers": [],
        "body": observation.body,
    }
    return json.dumps(data) + "\n"


def test_the_command_writes_an_overlay_and_diff_shows_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document, lines, overlay = (tmp_path / name for name in ("a.yaml", "o.jsonl", "overlay.yaml"))
    document.write_text(yaml.safe_dump(DOCUMENT))
    lines.write_text(line(seen("pets.get", record(**{**FULL, "born": NUMBER}))))
    assert main(["amend", str(lines), "--contract", str(document), "--out", str(overlay)]) == 0
    change = "breaking: types.Pet: field born is int, was str"
    assert change in capsys.readouterr().err
    assert main(["diff", str(document), str(overlay)]) == 0
    assert change in capsys.readouterr().out
    lines.write_text("{}\n")
    assert main(["amend", str(lines), "--contract", str(document)]) == 2
    assert "o.jsonl:1: is not an observation" in capsys.readouterr().err
