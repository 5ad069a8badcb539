"""Request bodies as arguments: JSON, forms, files, text, and what no argument can send."""

from __future__ import annotations

import pytest

from codegen.documents import arguments, operation
from lvng_codegen.errors import SpecError
from lvng_codegen.model.api import Argument, Operation
from lvng_codegen.render.annotation_writer import AnnotationWriter

SCHEMAS = """
    Pet: {required: [id, name], properties: {id: {type: string, readOnly: true}, name: {type: string}}}
    Maybe: {type: [string, 'null']}
    Blob: {type: string, format: binary}
    Stamp: {type: string, readOnly: true}
    """
PET = "{$ref: '#/components/schemas/Pet'}"


def body(media: str, *, required: bool = True, version: str = "3.1.0") -> Operation:
    """An operation whose body has these media types."""
    text = f"requestBody: {{required: {str(required).lower()}, content: {{{media}}}}}"
    return operation(text, schemas=SCHEMAS, version=version)


def shown(made: Operation, argument: Argument) -> tuple[str, str, str]:
    return argument.location, argument.kind, AnnotationWriter({}).argument(argument.type)


JSON = {
    "{}": ("any", "Any"),
    "{type: array, items: {type: string}}": ("array", "Sequence[str]"),
    "{type: integer}": ("integer", "int"),
    "{type: string, format: binary}": ("string", "str"),
    "{type: array, items: {type: string, format: binary}}": ("array", "Sequence[str]"),
    "{type: object, additionalProperties: {type: string}}": ("object", "Mapping[str, str]"),
    "{anyOf: [{type: string}, {type: array}]}": ("any", "str | Sequence[Any]"),
}


@pytest.mark.parametrize(("schema", "expected"), JSON.items(), ids=JSON)
def test_json_without_known_keys_is_one_argument(schema: str, expected: tuple[str, str]) -> None:
    made = body(f"application/json: {{schema: {schema}}}")
    (argument,) = made.arguments
    assert shown(made, argument) == ("body", *expected)
    assert (argument.name, argument.required) == ("body", True)
    assert (made.encoding, made.content_type) == ("json", "")


OBJECTS = {
    "inline": "{required: [name], properties: {name: {type: string}}}",
    "by reference": PET,
    "in a wrap": f"{{allOf: [{PET}]}}",
    "that may be null": "{type: [object, 'null'], required: [name], properties: {name: {type: string}}}",
    "that constrains": "{required: [name], properties: {name: {type: string}}, anyOf: [{required: [name]}]}",
}


@pytest.mark.parametrize("schema", OBJECTS.values(), ids=OBJECTS)
def test_each_key_of_a_json_object_is_an_argument(schema: str) -> None:
    made = body(f"application/json: {{schema: {schema}}}")
    (name,) = made.arguments
    assert shown(made, name) == ("field", "string", "str")
    assert name.required
    (name,) = body(f"application/json: {{schema: {schema}}}", required=False).arguments
    assert not name.required


def test_properties_beside_a_reference_are_merged_since_3_1() -> None:
    schema = f"{PET[:-1]}, properties: {{more: {{}}}}}}"
    for version, names in (("3.0.3", ["name"]), ("3.1.0", ["name", "more"])):
        made = body(f"application/json: {{schema: {schema}}}", version=version)
        assert list(arguments(made)) == names


def test_an_object_of_several_kinds_is_one_argument() -> None:
    variants = "{properties: {a: {}}, oneOf: [{properties: {b: {}}}, {properties: {c: {}}}]}"
    assert list(arguments(body(f"application/json: {{schema: {variants}}}"))) == ["body"]


def test_keys_that_only_the_server_writes_are_left_out() -> None:
    schema = "{properties: {a: {readOnly: true}, b: {$ref: '#/components/schemas/Stamp'}, c: {}}}"
    assert list(arguments(body(f"application/json: {{schema: {schema}}}"))) == ["c"]


def test_nullable_and_required_are_independent() -> None:
    schema = """{required: [must], properties: {
        must: {type: [string, 'null']}, may: {type: [string, 'null']},
        alias: {$ref: '#/components/schemas/Maybe'}, never: {type: string}}}"""
    made = arguments(body(f"application/json: {{schema: {schema}}}"))
    assert {name: (one.required, one.nullable) for name, one in made.items()} == {
        "must": (True, True),
        "may": (False, True),
        "alias": (False, True),
        "never": (False, False),
    }


def test_there_are_no_files_in_json() -> None:
    schema = """{properties: {blob: {$ref: '#/components/schemas/Blob'}, file: {type: string, format: binary},
        files: {items: {$ref: '#/components/schemas/Blob'}}, map: {additionalProperties: {format: binary, type: string}}}}"""
    made = body(f"application/json: {{schema: {schema}}}")
    assert {name: shown(made, one)[1:] for name, one in arguments(made).items()} == {
        "blob": ("string", "str"),
        "file": ("string", "str"),
        "files": ("array", "Sequence[str]"),
        "map": ("object", "Mapping[str, str]"),
    }


FORM = """{required: [file], properties: {
    file: {type: string, format: binary}, blob: {$ref: '#/components/schemas/Blob'},
    files: {type: array, items: {type: string, format: binary}},
    blobs: {type: array, items: {$ref: '#/components/schemas/Blob'}},
    either: {oneOf: [{type: string, format: binary}, {items: {type: string, format: binary}}]},
    mixed: {oneOf: [{type: string, format: binary}, {type: integer}]},
    modern: {type: string, contentMediaType: image/png}, untyped: {contentMediaType: image/png}, text: {type: string, contentMediaType: text/plain, contentEncoding: base64},
    name: {type: [string, 'null']}, tags: {items: {type: string}}, meta: {type: object}}}"""


def test_a_multipart_body_is_files_and_fields() -> None:
    made = body(f"multipart/form-data: {{schema: {FORM}}}")
    assert made.encoding == "multipart"
    assert {name: one.kind for name, one in arguments(made).items()} == {
        "file": "file",
        "blob": "file",
        "files": "file",
        "blobs": "file",
        "either": "file",
        "mixed": "any",
        "modern": "file",
        "untyped": "file",
        "text": "string",
        "name": "string",
        "tags": "array",
        "meta": "object",
    }
    assert [name for name, one in arguments(made).items() if one.required] == ["file"]
    several = [name for name, one in arguments(made).items() if one.multiple]
    assert several == ["files", "blobs", "either"]
    assert not any(one.nullable for one in made.arguments)


def test_a_form_has_the_fields_of_all_its_alternatives() -> None:
    schema = "{properties: {grant: {type: string}}, oneOf: [{properties: {code: {}}}, {properties: {user: {}}}]}"
    made = body(f"application/x-www-form-urlencoded: {{schema: {schema}}}")
    assert made.encoding == "form"
    assert sorted(arguments(made)) == ["code", "grant", "user"]


WHOLE = {
    "octets": ("application/octet-stream: {}", "file", "", ""),
    "an image": ("image/png: {}", "file", "image/png", ""),
    "one of two": ("image/png: {}, image/jpeg: {}", "file", "", ""),
    "a kind of image": ("image/*: {}", "file", "", ""),
    "any file": ("'*/*': {schema: {type: string, format: binary}}", "file", "", ""),
    "a text file": ("text/csv: {schema: {type: string, format: binary}}", "file", "text/csv", ""),
    "text": ("text/plain: {}", "any", "text/plain; charset=utf-8", "body.encode()"),
    "text in another charset": (
        "text/plain; charset=ascii: {}",
        "any",
        "text/plain; charset=ascii",
        "body.encode()",
    ),
    "xml": ("application/xml: {}", "any", "application/xml; charset=utf-8", "body.encode()"),
}


@pytest.mark.parametrize(("media", "kind", "content_type", "given"), WHOLE.values(), ids=WHOLE)
def test_a_body_that_is_no_json_is_one_argument(
    media: str, kind: str, content_type: str, given: str
) -> None:
    made = body(media)
    argument = arguments(made)["body"]
    assert (argument.location, argument.kind, argument.given) == ("body", kind, given)
    assert (made.encoding, made.content_type) == ("binary", content_type)


def test_text_that_need_not_be_given_is_converted_only_when_it_is() -> None:
    (argument,) = body("text/plain: {}", required=False).arguments
    assert argument.given == "None if body is None else body.encode()"


CONTENT_TYPES = {
    "application/json": "",
    "application/json; charset=utf-8": "",
    "application/*": "",
    "application/merge-patch+json": "application/merge-patch+json",
    'application/vnd.x+json; v="1"': 'application/vnd.x+json; v="1"',
}


@pytest.mark.parametrize(("media", "content_type"), CONTENT_TYPES.items(), ids=CONTENT_TYPES)
def test_json_media_types_keep_their_content_type(media: str, content_type: str) -> None:
    made = body(f"'{media}': {{schema: {PET}}}")
    assert (made.encoding, made.content_type) == ("json", content_type)
    assert list(arguments(made)) == ["name"]


def test_of_several_media_types_json_is_taken() -> None:
    made = body(f"multipart/form-data: {{schema: {FORM}}}, application/json: {{schema: {PET}}}")
    assert (made.encoding, list(arguments(made))) == ("json", ["name"])


def test_json_without_a_schema_is_anything() -> None:
    (argument,) = body("application/json: {}").arguments
    assert (argument.kind, argument.docs.text) == ("any", "Body of the request.")


def test_a_body_is_renamed_if_a_parameter_is_named_body() -> None:
    text = """
        parameters: [{name: body, in: query, schema: {type: string}}]
        requestBody: {required: true, content: {text/plain: {}}}
        """
    query, whole = sorted(operation(text).arguments, key=lambda one: one.name)
    assert (query.name, query.location) == ("body", "query")
    assert (whole.name, whole.given) == ("request_body", "request_body.encode()")


def test_a_body_with_nothing_in_it_is_none() -> None:
    assert body("").arguments == []
    assert operation("requestBody: {description: nothing}").arguments == []


def test_a_referred_body_is_followed() -> None:
    more = f"components: {{schemas: {{{SCHEMAS.strip().splitlines()[0]}}}, requestBodies: {{B: {{content: {{application/json: {{schema: {PET}}}}}}}}}}}"
    made = operation("requestBody: {$ref: '#/components/requestBodies/B'}", more=more)
    assert list(arguments(made)) == ["name"]


WRONG = {
    "multipart/mixed: {}": (
        "multipart~1mixed: bodies of type multipart/mixed are not supported; multipart/form-data is"
    ),
    "multipart/form-data: {schema: {type: array}}": (
        "multipart~1form-data: a multipart body must be an object"
    ),
    "application/x-www-form-urlencoded: {schema: {type: string}}": (
        "application~1x-www-form-urlencoded: a form body must be an object"
    ),
    "application/json: 5": "application~1json: expected an object, found 5",
}


@pytest.mark.parametrize(("media", "message"), WRONG.items(), ids=WRONG)
def test_a_body_that_cannot_be_sent_is_named_with_its_place(media: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        body(media)
    assert str(caught.value) == f"api.yaml#/paths/~1things/post/requestBody/content/{message}"
