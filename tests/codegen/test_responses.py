"""What operations return, over all documented answers of success, and the errors they document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from codegen.documents import api, document, operation
from lvng_codegen.model.api import Api, Record
from lvng_codegen.model.operations import build
from lvng_codegen.render.manifest import annotation_of

JSON = "application/json"
STREAM = "text/event-stream"
DONE = {"schema": {"$ref": "#/components/schemas/Done"}}
PENDING = {"schema": {"$ref": "#/components/schemas/Pending"}}
FILE = {"schema": {"type": "string", "format": "binary"}}
TEXTS = {"schema": {"type": "array", "items": {"type": "string"}}}
SCHEMAS = """
    Done: {required: [done], properties: {done: {const: true}}}
    Pending: {properties: {eta: {type: integer}}}
    """

Responses = dict[str, dict[str, Any]]


def answered(responses: Responses, *, http: str = "get") -> Api:
    """What is made of an operation with the media types of these answers, by status."""
    said = {code: {"description": "", "content": media} for code, media in responses.items()}
    text = f"{http}: {{operationId: things.it, tags: [things], responses: {json.dumps(said)}}}"
    return api(f"/things: {{{text}}}", schemas=SCHEMAS)


ANSWERS: dict[str, tuple[Responses, str, str, str]] = {
    "nothing": ({"204": {}}, "none", "None", JSON),
    "not described": ({}, "none", "None", JSON),
    "elsewhere": ({"302": {}}, "none", "None", JSON),
    "elsewhere, errors by default": ({"302": {}, "default": {JSON: DONE}}, "none", "None", JSON),
    "json": ({"200": {JSON: DONE}}, "json", "types.Done", JSON),
    "created": ({"201": {JSON: DONE}}, "json", "types.Done", JSON),
    "all of 2XX": ({"2XX": {JSON: DONE}}, "json", "types.Done", JSON),
    "default alone": ({"default": {JSON: DONE}}, "json", "types.Done", JSON),
    "errors by default": (
        {"200": {JSON: DONE}, "default": {JSON: PENDING}},
        "json",
        "types.Done",
        JSON,
    ),
    "two": (
        {"200": {JSON: DONE}, "202": {JSON: PENDING}},
        "json",
        "types.Done | types.Pending",
        JSON,
    ),
    "the same twice": ({"200": {JSON: DONE}, "201": {JSON: DONE}}, "json", "types.Done", JSON),
    "or nothing": ({"200": {JSON: DONE}, "204": {}}, "json", "types.Done | None", JSON),
    "a list": ({"200": {JSON: TEXTS}}, "json", "list[str]", JSON),
    "json of any kind": ({"200": {JSON: {}}}, "json", "Any", JSON),
    "with a charset": (
        {"200": {"application/json; charset=utf-8": DONE}},
        "json",
        "types.Done",
        JSON,
    ),
    "json of another name": (
        {"200": {"application/vnd.x+json": DONE}},
        "json",
        "types.Done",
        "application/vnd.x+json",
    ),
    "anything": ({"200": {"*/*": TEXTS}}, "json", "list[str]", JSON),
    "any file": ({"200": {"*/*": FILE}}, "bytes", "Download", "*/*"),
    "an image": (
        {"200": {"image/png": {}, "image/jpeg": {}}},
        "bytes",
        "Download",
        "image/png, image/jpeg",
    ),
    "text": ({"200": {"text/plain": {}}}, "bytes", "Download", "text/plain"),
    "json that is a file": ({"200": {JSON: FILE}}, "bytes", "Download", JSON),
    "json or csv": ({"200": {"text/csv": {}, JSON: DONE}}, "json", "types.Done", JSON),
    "an image or json": (
        {"200": {"image/png": {}}, "202": {JSON: PENDING}},
        "bytes",
        "Download",
        "image/png, application/json",
    ),
    "a stream": ({"200": {STREAM: {}}}, "sse", "EventStream[SSEEvent]", STREAM),
    "json or a stream": ({"200": {STREAM: {}, JSON: DONE}}, "json", "types.Done", JSON),
}


@pytest.mark.parametrize(
    ("responses", "returns", "annotation", "accept"), ANSWERS.values(), ids=ANSWERS
)
def test_a_response_determines_annotation_and_accept_header(
    responses: Responses, returns: str, annotation: str, accept: str
) -> None:
    made = answered(responses)
    only, *_ = made.operations()
    assert (only.response.returns, only.response.accept) == (returns, accept)
    assert annotation_of(only, made.definitions) == annotation


def test_head_never_returns_anything() -> None:
    (only,) = answered({"200": {JSON: DONE}}, http="head").operations()
    assert only.response.returns == "none"


def test_a_shared_response_names_its_content_once() -> None:
    responses = "{200: {$ref: '#/components/responses/Shared'}}"
    text = f"""
        paths:
          /a: {{get: {{operationId: a.b, responses: {responses}}}}}
          /c: {{get: {{operationId: c.d, responses: {responses}}}}}
        components:
          responses:
            Shared: {{description: ok, content: {{application/json: {{schema: {{properties: {{x: {{}}}}}}}}}}}}
        """
    assert set(build(document(text)).definitions) == {"SharedResponse"}


def test_an_undescribed_inline_response_is_documented_by_its_operation() -> None:
    inline: dict[str, Any] = {"properties": {"x": {}}}
    assert doc_of({"schema": inline}, "ThingsItResponse") == "Response of `things.it`."
    assert doc_of({"schema": {**inline, "description": "Mine."}}, "ThingsItResponse") == "Mine."
    assert doc_of(DONE, "Done") == ""


def doc_of(media: dict[str, Any], name: str) -> str:
    definition = answered({"200": {JSON: media}}).definitions[name]
    assert isinstance(definition, Record)
    return definition.doc


def test_end_events_and_class_of_a_stream_come_from_its_extensions() -> None:
    text = """
        x-stream-end: [done, error]
        x-stream-class: ChatStream
        responses: {200: {description: ok, content: {text/event-stream: {}}}}
        """
    made = operation(text)
    assert made.response.stream_end == ("done", "error")
    assert made.response.stream_class == "ChatStream"
    assert annotation_of(made, {}) == "ChatStream"


def test_documented_errors_are_listed_by_status_with_their_inline_descriptions() -> None:
    text = """
        responses:
          default: {description: whatever}
          5XX: {description: Broken.}
          404: {$ref: '#/components/responses/Gone'}
          204: {description: none}
          302: {description: elsewhere}
        """
    more = "components: {responses: {Gone: {description: There is none.}}}"
    made = operation(text, more=more)
    assert [(one.status, one.text) for one in made.errors] == [
        ("404", ""),
        ("5XX", "Broken."),
    ]
