"""Every operation of the document: named, sourced, secured, with parameters and errors that fit."""

from __future__ import annotations

import keyword
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from support.contract import DOCUMENT, OPERATIONS, PACKAGES, Node, published, resolve

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
PROVENANCES = {"documented", "cookbook", "sdk", "observed", "inferred"}
SCOPES = {"read", "write", "execute", "admin", "knowledge:read", "knowledge:write"}

PUBLISHED = [(one, published(one)) for one in OPERATIONS]
TAGS: list[Node] = DOCUMENT["tags"]


def twice(values: Iterable[Any]) -> list[Any]:
    return [value for value, count in Counter(values).items() if count > 1]


def parameters_of(node: Node) -> list[Node]:
    return [resolve(parameter) for parameter in node.get("parameters", ())]


def test_the_document_is_valid_openapi() -> None:
    assert [str(error) for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_the_tags_declared_are_the_tags_used_and_each_belongs_to_a_package() -> None:
    declared = [tag["name"] for tag in TAGS]
    assert not twice(declared)
    assert set(declared) == {one["tag"] for one in OPERATIONS}
    for tag in TAGS:
        assert tag["description"]
        assert (PACKAGES / tag["x-package"]).is_dir()
        assert (PACKAGES / f"lvng-codegen/contract/tags/{tag['name']}.yaml").is_file()


def test_the_manifest_holds_the_operations_of_the_document() -> None:
    document = [
        (operation["operationId"], method.upper(), path, operation["x-provenance"])
        for path, item in DOCUMENT["paths"].items()
        for method, operation in item.items()
    ]
    manifest = [(one["id"], one["http"], one["path"], one["provenance"]) for one in OPERATIONS]
    assert sorted(document) == sorted(manifest)
    assert {method for _, method, _, _ in document} <= METHODS


def test_operations_have_names_of_their_own() -> None:
    assert not twice(one["id"] for one in OPERATIONS)
    for one, node in PUBLISHED:
        assert node["tags"] == [one["tag"]]
        assert node["operationId"] == f"{one['tag']}.{one['method']}"
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", one["method"]), one["id"]
        assert not keyword.iskeyword(one["method"])


def test_no_two_paths_differ_in_the_names_of_parameters_alone() -> None:
    """Static segments win over parameters; these would leave nothing to decide by."""
    assert not twice(re.sub(r"{\w+}", "{}", path) for path in DOCUMENT["paths"])


def test_every_operation_has_a_summary_description_source_and_provenance() -> None:
    for one, node in PUBLISHED:
        assert node["x-provenance"] in PROVENANCES, one["id"]
        for text in ("summary", "description", "x-source"):
            assert node[text].strip(), one["id"]


def test_every_operation_is_secured_on_purpose() -> None:
    """A key needs a scope; a JWT has all of them, and what is public asks for none."""
    assert DOCUMENT["security"] == [{"bearerAuth": []}, {"apiKeyAuth": []}]
    override: dict[str, Any] = {"key": None, "jwt": [{"jwtAuth": []}], "public": []}
    for one, node in PUBLISHED:
        assert node.get("security") == override[one["auth"]], one["id"]
        if one["auth"] != "key":
            assert "x-scope" not in node, one["id"]
        elif one["http"] == "GET":
            assert node["x-scope"] in {"read", "knowledge:read"}, one["id"]
        else:
            assert node["x-scope"] in SCOPES, one["id"]


def test_only_a_post_may_be_unsafe_to_repeat() -> None:
    for one, node in PUBLISHED:
        assert node["x-idempotent"] is True or (
            one["http"] == "POST" and node["x-idempotent"] is False
        ), one["id"]


def test_parameters_are_those_of_the_path_and_described() -> None:
    for one, node in PUBLISHED:
        parameters = parameters_of(node)
        in_path = [parameter for parameter in parameters if parameter["in"] == "path"]
        assert [parameter["name"] for parameter in in_path] == re.findall(r"{(\w+)}", one["path"])
        assert all(parameter["required"] for parameter in in_path), one["id"]
        assert all(parameter["description"] for parameter in parameters), one["id"]
        assert not twice(parameter["name"] for parameter in parameters), one["id"]


def test_every_operation_has_the_errors_that_it_can_end_in() -> None:
    for one, node in PUBLISHED:
        places = {parameter["in"] for parameter in parameters_of(node)}
        expected = {"429", "500", "503"}
        if one["auth"] != "public":
            expected |= {"401", "403"}
        if "path" in places:
            expected.add("404")
        if "query" in places or "requestBody" in node:
            expected |= {"400", "422"}
        assert expected <= node["responses"].keys(), one["id"]


def test_errors_are_the_shared_ones_in_the_documented_shapes() -> None:
    for one, node in PUBLISHED:
        for status, answer in node["responses"].items():
            assert status.startswith("2") or "$ref" in answer, one["id"]
    for answer in DOCUMENT["components"]["responses"].values():
        schema = answer["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Error"}
        assert "X-RateLimit-Remaining" in answer["headers"]
    assert "Retry-After" in DOCUMENT["components"]["responses"]["RateLimited"]["headers"]
