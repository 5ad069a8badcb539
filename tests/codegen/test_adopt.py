"""The vendor's document in place of the contract: three that differ from it as a vendor's would."""

from __future__ import annotations

import ast
import copy
import json
from pathlib import Path
from typing import Any

import pytest

from codegen import vendors
from lvng_codegen.__main__ import main
from lvng_codegen.adopt.adoption import adopt
from lvng_codegen.adopt.upgrade import upgraded
from lvng_codegen.diff import compare
from lvng_codegen.model.operations import build
from lvng_codegen.openapi import contract
from lvng_codegen.openapi.document import Document
from lvng_codegen.workspace import CONTRACT, MIGRATION, Workspace

ROOT = Path(__file__).parents[2]
BUNDLE = ROOT / "packages/lvng-sandbox/src/lvng_sandbox/_generated/openapi.json"
SERVED = BUNDLE.relative_to(ROOT)
MANIFEST = Path("packages/lvng/src/lvng/_generated/operations.json")
PUBLISHED: dict[str, Any] = json.loads(BUNDLE.read_text(encoding="utf-8"))
OURS = contract.load(ROOT / CONTRACT)


def written(name: str, folder: Path) -> Path:
    file = folder / f"{name}.json"
    file.write_text(json.dumps(vendors.VENDORS[name](PUBLISHED)), encoding="utf-8")
    return file


def classes(text: str) -> set[str]:
    """The names of a module's classes."""
    return {node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef)}


@pytest.mark.parametrize("name", ["gateway", "anonymous"])
def test_other_paths_and_operation_ids_give_the_same_methods_and_types(
    name: str, tmp_path: Path
) -> None:
    workspace = Workspace(ROOT)
    spec = written(name, tmp_path)
    adoption = workspace.adopted(spec)
    assert (adoption.matched, adoption.added, adoption.lost, adoption.unkept) == (386, [], [], [])
    changes = compare(build(OURS), build(adoption.document))
    assert [one for one in changes if not one.where.startswith("servers")] == []
    made = workspace.outputs(spec)
    assert MIGRATION in made
    for path, text in made.items():
        if path.name == "types.py" and "_generated" in path.parts:
            assert classes(text) == classes((ROOT / path).read_text(encoding="utf-8")), path


def test_components_with_other_names_are_those_of_the_same_places_and_fields(
    tmp_path: Path,
) -> None:
    spec = written("renamed", tmp_path)
    adoption = Workspace(ROOT).adopted(spec)
    assert (adoption.matched, adoption.added, adoption.lost, adoption.unkept) == (386, [], [], [])
    changes = compare(build(OURS), build(adoption.document))
    assert [one for one in changes if not one.where.startswith("servers")] == []
    assert any("as AccessibilitySettingsDto that of Accessib" in one for one in adoption.notes)


def test_an_unrelated_component_of_the_same_name_is_renamed() -> None:
    document = copy.deepcopy(PUBLISHED)
    vendors.rename_components(document, lambda name: f"{name}Model")
    schemas = document["components"]["schemas"]
    schemas["Note"] = {"type": "object", "properties": {"music": {"type": "string"}}}
    item = {"$ref": "#/components/schemas/Note"}
    content = {"application/json": {"schema": item}}
    new = {"operationId": "song", "responses": {"200": {"description": "", "content": content}}}
    document["paths"]["/api/v2/songs"] = {"get": new}
    adoption = adopt(Document(vendors.without_extensions(document), Path("v.json")), OURS)
    root: Any = adoption.document.root.value
    made = root["components"]["schemas"]
    assert "title" in made["Note"]["properties"]
    assert made["NoteOther"]["properties"] == {"music": {"type": "string"}}
    responses = root["paths"]["/api/v2/songs"]["get"]["responses"]
    found = responses["200"]["content"]["application/json"]["schema"]
    assert found == {"$ref": "#/components/schemas/NoteOther"}


def test_a_prefix_belongs_to_the_address(tmp_path: Path) -> None:
    adoption = adopt(Document.load(written("gateway", tmp_path)), OURS)
    root: Any = adoption.document.root.value
    assert root["servers"][0]["url"] == "https://api.lvng.ai/gateway/public"
    assert root["paths"].keys() == PUBLISHED["paths"].keys()
    assert "the paths begin with /gateway/public, which base_url must end with" in adoption.notes
    assert root["openapi"] == "3.1.0"


def test_a_later_version_is_taken_whole_and_what_is_lost_is_listed(tmp_path: Path) -> None:
    workspace = Workspace(ROOT)
    spec = written("later", tmp_path)
    adoption = workspace.adopted(spec)
    gone = vendors.remove(copy.deepcopy(PUBLISHED), 30)
    assert len(gone) == len(adoption.lost) == 30
    assert {one.partition(" ")[0] for one in adoption.lost} == set(gone)
    assert any("workflows.get_run" in one and "page of the SDK" in one for one in adoption.lost)
    assert len(adoption.added) == 40
    assert adoption.matched == 356

    rules = [one for one in adoption.notes if one.startswith("the new tag")]
    assert rules == [
        "the new tag widgets belongs to lvng-workspace: it is like no tag of the contract",
        "the new tag billing_reports belongs to lvng-account: its paths begin as those of billing",
        "the new tag zebras belongs to lvng-workspace: it is like no tag of the contract",
    ]
    unkept = "\n".join(adoption.unkept)
    assert "lvng-workflows/_async/workflows.py calls workflows.get_run" in unkept
    assert "lvng-workflows/_runs.py names the type WorkflowsGetRunResponse" in unkept
    assert "lvng-sandbox/files.py answers files.download" in unkept

    outputs = workspace.outputs(spec)
    manifest = json.loads(outputs[MANIFEST])
    assert len(manifest["operations"]) == 386 + 40 - 30
    served = json.loads(outputs[SERVED])
    assert {one["id"] for one in manifest["operations"]} == {
        one["operationId"] for _, _, one in vendors.operations(served)
    }
    notes = [one for one in manifest["operations"] if one["tag"] == "notes"]
    assert sum("kind" in one["path"] for one in notes) == 10
    page = outputs[MIGRATION]
    for text in (*gone, "billing/reports/kind-1", "creation\\_time"):
        assert text.replace("_", "\\_") in page or text in page, text
    assert "## Operations that are no longer there" in page
    assert "### Breaking (" in page


def test_an_operation_that_moved_is_found_by_its_name() -> None:
    document = copy.deepcopy(PUBLISHED)
    item = document["paths"].pop("/api/v2/notes/{id}")
    item["get"]["operationId"] = "NotesController_getNote"
    for one in item.values():
        one["tags"] = ["Notes"]
    for method in ("patch", "delete"):
        item[method]["operationId"] = f"notes_{'update' if method == 'patch' else 'remove'}"
    document["paths"]["/api/v3/note/{noteId}"] = item
    for one in item.values():
        for parameter in one["parameters"]:
            parameter["name"] = "noteId"
    adoption = adopt(Document(vendors.without_extensions(document), Path("v.json")), OURS)
    made = {one.id: one for one in build(adoption.document).operations()}
    for id in ("notes.get", "notes.update", "notes.delete"):
        assert made[id].path.startswith("/api/v3/note/{id}")
        assert made[id].scope
    assert not adoption.lost
    moved = "notes.get moved from GET /api/v2/notes/{id} to GET /api/v3/note/{noteId}"
    assert moved in adoption.notes


def test_the_command_prints_the_report_and_writes_the_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = written("later", tmp_path)
    monkeypatch.chdir(ROOT)
    assert main(["sdk", "--check", "--spec", str(spec)]) == 1
    printed = capsys.readouterr()
    assert "missing: docs/migration.md" in printed.out
    assert "the new tag zebras belongs to lvng-workspace" in printed.err
    assert (
        "cannot be kept: lvng-workflows/_async/workflows.py calls workflows.get_run" in printed.err
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        (
            {"type": "string", "nullable": True, "enum": ["a"]},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        ({"$ref": "#/x", "nullable": True}, {"anyOf": [{"$ref": "#/x"}, {"type": "null"}]}),
        (
            {"allOf": [{"$ref": "#/x"}], "nullable": True},
            {"anyOf": [{"$ref": "#/x"}, {"type": "null"}]},
        ),
        (
            {"allOf": [{"$ref": "#/x"}], "description": "One."},
            {"$ref": "#/x", "description": "One."},
        ),
        (
            {"type": "integer", "minimum": 0, "exclusiveMinimum": True},
            {"type": "integer", "exclusiveMinimum": 0},
        ),
        ({"type": "integer", "example": 3}, {"type": "integer", "examples": [3]}),
        (
            {"type": "object", "properties": {"nullable": {"type": "boolean", "nullable": False}}},
            {"type": "object", "properties": {"nullable": {"type": "boolean"}}},
        ),
    ],
)
def test_schemas_of_3_0_are_brought_to_3_1(old: Any, new: Any) -> None:
    made = upgraded({"openapi": "3.0.3", "components": {"schemas": {"A": old}}})
    assert made == {"openapi": "3.1.0", "components": {"schemas": {"A": new}}}
    assert upgraded({"openapi": "3.1.0", "components": old})["components"] == old
