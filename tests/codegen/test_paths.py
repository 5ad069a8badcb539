"""Path items: references with fields beside them, methods of OpenAPI 3.2, and operations that are left out."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

import pytest

from codegen.documents import api, arguments, document
from lvng_codegen.errors import SpecError
from lvng_codegen.lock import NameLock
from lvng_codegen.model.operations import build, lock_of
from lvng_codegen.openapi.document import Document
from lvng_codegen.openapi.loader import read_yaml

NONE = "responses: {204: {description: none}}"


def test_members_beside_the_reference_of_a_path_are_merged() -> None:
    item = f"""
        components:
          pathItems:
            A:
              parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
              get: {{operationId: a.get, tags: [a], {NONE}}}
              delete: {{operationId: a.far, tags: [a], {NONE}}}
        """
    made = api(
        f"""
        /a/{{id}}:
          $ref: '#/components/pathItems/A'
          parameters:
            - {{name: q, in: query, schema: {{type: string}}}}
            - {{name: id, in: path, required: true, schema: {{type: string}}}}
          post: {{operationId: a.make, tags: [a], {NONE}}}
          delete: {{operationId: a.near, tags: [a], {NONE}}}
        """,
        more=item,
    )
    found = {one.method: one for one in made.operations()}
    assert found.keys() == {"near", "make", "get"}
    for one in found.values():
        assert {name: argument.kind for name, argument in arguments(one).items()} == {
            "id": "string",
            "q": "string",
        }
    (note,) = made.notes.found
    assert (note.where, note.operation) == (
        "api.yaml#/components/pathItems/A/delete",
        "DELETE /a/{id}",
    )
    assert note.text == "DELETE is also beside the $ref; this one is not used"


def test_a_path_that_refers_to_itself_is_named() -> None:
    with pytest.raises(SpecError, match=r"~1a: the reference leads back to itself"):
        api("/a: {$ref: '#/paths/~1a'}")


def test_methods_of_openapi_3_2() -> None:
    made = api(
        f"""
        /a:
          query:
            operationId: a.find
            tags: [a]
            requestBody: {{content: {{application/json: {{schema: {{properties: {{q: {{}}}}}}}}}}}}
            {NONE}
          additionalOperations:
            COPY: {{operationId: a.copy, tags: [a], {NONE}}}
        """,
        version="3.2.0",
    )
    assert [(one.http, one.method, one.idempotent) for one in made.operations()] == [
        ("QUERY", "find", True),
        ("COPY", "copy", False),
    ]
    with pytest.raises(SpecError, match="'GET /x' is not an HTTP method"):
        api("/a: {additionalOperations: {GET /x: {}}}", version="3.2.0")


def test_tags_of_openapi_3_2_may_be_part_of_others() -> None:
    made = api(
        f"/a: {{get: {{operationId: a.get, tags: [child], {NONE}}}}}",
        more="tags: [{name: parent}, {name: child, summary: The child., parent: parent, kind: nav}]",
        version="3.2.0",
    )
    assert [tag.description for tag in made.tags] == ["The child.\n\nPart of `parent`."]


def test_shared_media_types_and_new_flows_of_openapi_3_2_are_read() -> None:
    more = """
        components:
          mediaTypes: {It: {schema: {type: array, items: {type: string}}}}
          securitySchemes:
            device:
              type: oauth2
              deprecated: true
              oauth2MetadataUrl: https://x.test/.well-known
              flows: {deviceAuthorization: {deviceAuthorizationUrl: https://x.test/d, tokenUrl: https://x.test/t, scopes: {}}}
        """
    answer = "200: {content: {application/json: {$ref: '#/components/mediaTypes/It'}}}"
    made = api(
        f"/a: {{get: {{operationId: a.get, tags: [a], responses: {{{answer}}}}}}}",
        more=more,
        version="3.2.0",
    )
    (one,) = made.operations()
    assert (one.response.returns, made.notes.found) == ("json", [])


@pytest.mark.parametrize(("said", "version"), [("1", "1"), ("1.5", "1.5"), ("'2024'", "2024")])
def test_a_version_and_a_title_may_be_numbers(said: str, version: str) -> None:
    text = f"""
        openapi: 3.1
        info: {{title: 42, version: {said}}}
        paths: {{/a: {{get: {{operationId: a, {NONE}}}}}}}
        """
    made = build(Document(read_yaml(dedent(text), "api.yaml"), Path("api.yaml")))
    assert (made.title, made.version) == ("42", version)


BAD = "parameters: [{name: q, in: nowhere}]"
FAULTS = {
    "a parameter": f"/b: {{get: {{tags: [b], {BAD}, {NONE}}}}}",
    "a path": f"b: {{get: {{tags: [b], {NONE}}}}}",
    "a path item": "/b: 5",
    "a reference": "/b: {get: {$ref: '#/nowhere'}}",
    "its tags": f"/b: {{get: {{tags: 5, {NONE}}}}}",
    "a schema": """
        /b:
          get:
            tags: [b]
            responses: {200: {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Good'}}}}}
        """,
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_an_invalid_operation_is_left_out_alone(fault: str) -> None:
    good = f"/a: {{get: {{operationId: a.get, tags: [a], {NONE}}}}}"
    schemas = """
        schemas:
          Good: {properties: {inner: {$ref: '#/components/schemas/Inner'}}}
          Inner: {properties: {bad: {type: nonsense}}}
        """
    text = f"paths:\n{indent(good, '  ')}\n{indent(dedent(fault).strip(), '  ')}\n"
    text += f"components:\n{indent(dedent(schemas), '  ')}"
    made = build(document(text), strict=False)
    assert [one.id for one in made.operations()] == ["a.get"]
    (note,) = made.notes.left_out
    assert note.where.startswith("api.yaml#/")
    assert note.text
    with pytest.raises(SpecError):
        build(document(text))


def test_an_invalid_schema_leaves_out_exactly_the_operations_that_use_it() -> None:
    answer = "content: {application/json: {schema: {$ref: '#/components/schemas/%s'}}}"
    paths = "\n".join(
        f"  /{n}: {{get: {{operationId: t.{n}, tags: [t], responses: {{200: {{{answer % name}}}}}}}}}"
        for n, name in enumerate(["Outer", "Good", "Outer", "Bad", "Good"])
    )
    text = f"""paths:
{paths}
components:
  schemas:
    Outer: {{properties: {{a: {{$ref: '#/components/schemas/Bad'}}, good: {{$ref: '#/components/schemas/Good'}}}}}}
    Bad: {{properties: {{b: {{$ref: '#/nowhere'}}}}}}
    Good: {{properties: {{c: {{type: string}}}}}}
"""
    made = build(document(text), strict=False)
    assert [one.path for one in made.operations()] == ["/1", "/4"]
    assert [note.operation for note in made.notes.left_out] == ["GET /0", "GET /2", "GET /3"]


def test_a_second_operation_of_an_id_is_noted_and_kept() -> None:
    text = f"""paths:
  /a: {{get: {{operationId: same, tags: [t], {NONE}}}}}
  /b: {{get: {{operationId: same, tags: [t], {NONE}}}}}
"""
    made = build(document(text), strict=False)
    assert [one.method for one in made.operations()] == ["same", "get_b"]
    assert "operationId 'same' is that of " in made.notes.found[0].text


def test_other_tags_of_an_operation_are_noted() -> None:
    made = api(f"/a: {{get: {{operationId: a.get, tags: [a, b, c], {NONE}}}}}")
    assert [str(note) for note in made.notes.found] == [
        "api.yaml#/paths/~1a/get/tags: a.get: also tagged `b`, `c`; a method of `a` alone"
    ]


def test_a_renamed_placeholder_keeps_the_name_that_was_given() -> None:
    old = api(f"/a/{{id}}: {{get: {{operationId: list, tags: [a], {with_path('id')}, {NONE}}}}}")
    lock = lock_of(old)
    assert lock.operations == {"GET /a/{}": "a.list"}
    text = f"""paths:
  /b: {{get: {{operationId: list, tags: [a], {NONE}}}}}
  /a/{{key}}: {{get: {{operationId: anything, tags: [a], {with_path("key")}, {NONE}}}}}
"""
    made = build(document(text), lock=lock)
    assert {one.path: one.method for one in made.operations()} == {
        "/a/{key}": "list",
        "/b": "get_b",
    }
    assert build(document(text), lock=NameLock()).tags[0].name == "a"


def test_the_methods_of_several_bodies_and_responses_keep_their_names() -> None:
    bodies = "requestBody: {content: {application/json: {}, image/png: {}}}"
    responses = "responses: {200: {content: {application/json: {}, text/csv: {}}}}"
    send = f"/a: {{post: {{operationId: send, tags: [a], {bodies}, {responses}}}}}"
    lock = lock_of(api(send))
    assert lock.operations == {
        "POST /a": "a.send",
        "POST /a; Accept: text/csv": "a.send_csv",
        "POST /a; Content-Type: image/png": "a.send_png",
        "POST /a; Content-Type: image/png; Accept: text/csv": "a.send_png_csv",
    }
    added = f"/b: {{post: {{operationId: send_csv, tags: [a], {NONE}}}}}"
    made = build(document(f"paths:\n  {added}\n  {send}\n"), lock=lock)
    assert lock_of(made).operations == {**lock.operations, "POST /b": "a.post_b"}


def test_a_kind_of_body_that_is_not_supported_is_left_out_alone() -> None:
    bodies = "requestBody: {content: {application/json: {}, multipart/mixed: {schema: {}}}}"
    text = f"paths:\n  /a: {{post: {{operationId: send, tags: [a], {bodies}, {NONE}}}}}\n"
    made = build(document(text), strict=False)
    assert [one.id for one in made.operations()] == ["a.send"]
    (note,) = made.notes.left_out
    assert note.operation == "POST /a; Content-Type: multipart/mixed"


def with_path(name: str) -> str:
    return f"parameters: [{{name: {name}, in: path, required: true, schema: {{type: string}}}}]"
