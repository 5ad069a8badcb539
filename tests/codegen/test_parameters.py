"""Parameters as arguments: where they travel, what may be given, and what cannot be sent."""

from __future__ import annotations

import pytest

from codegen.documents import api, arguments, operation
from lvng_codegen.errors import SpecError
from lvng_codegen.model.api import Argument, Operation
from lvng_codegen.render.annotation_writer import AnnotationWriter


def parameter(text: str, *, path: str = "/things") -> Argument:
    """The only argument that a parameter becomes."""
    (argument,) = operation(f"parameters: [{text}]", path=path).arguments
    return argument


def shown(argument: Argument) -> tuple[str, str]:
    return argument.kind, AnnotationWriter({}).argument(argument.type)


QUERY = {
    "{type: string}": ("string", "str"),
    "{type: string, format: binary}": ("string", "str"),
    "{type: string, format: date-time}": ("datetime", "str | datetime"),
    "{type: string, format: date}": ("date", "str | date"),
    "{type: integer}": ("integer", "int"),
    "{type: number}": ("number", "float"),
    "{type: boolean}": ("boolean", "bool"),
    "{type: [string, 'null']}": ("string", "str"),
    "{type: [string, integer]}": ("any", "str | int"),
    "{enum: [a, b]}": ("string", "Literal['a', 'b']"),
    "{enum: [1, 2]}": ("integer", "Literal[1, 2]"),
    "{enum: [true]}": ("boolean", "Literal[True]"),
    "{enum: [a, 1]}": ("any", "Literal['a', 1]"),
    "{}": ("any", "Any"),
    "{type: array, items: {type: integer}}": ("array", "Sequence[int]"),
    "{type: [array, 'null'], items: {type: integer}}": ("array", "Sequence[int]"),
    "{anyOf: [{type: string}, {type: array, items: {type: string}}]}": (
        "any",
        "str | Sequence[str]",
    ),
}


@pytest.mark.parametrize(("schema", "expected"), QUERY.items(), ids=QUERY)
def test_what_may_be_given_in_a_query(schema: str, expected: tuple[str, str]) -> None:
    made = parameter(f"{{name: q, in: query, schema: {schema}}}")
    assert (made.location, made.required, made.nullable) == ("query", False, False)
    assert shown(made) == expected


PATH = {
    "{type: string}": ("string", "str"),
    "{type: integer}": ("integer", "int"),
    "{enum: [a, 1]}": ("any", "Literal['a', 1]"),
    "{anyOf: [{type: string}, {type: integer}]}": ("any", "str | int"),
    # What makes no segment by itself is given as the text of one.
    "{}": ("string", "str"),
    "{type: boolean}": ("string", "str"),
    "{enum: [true, false]}": ("string", "str"),
    "{type: number}": ("string", "str"),
    "{type: string, format: date}": ("string", "str"),
    "{type: array, items: {type: string}}": ("string", "str"),
}


@pytest.mark.parametrize(("schema", "expected"), PATH.items(), ids=PATH)
def test_what_may_be_given_in_a_path(schema: str, expected: tuple[str, str]) -> None:
    made = parameter(f"{{name: p, in: path, required: true, schema: {schema}}}", path="/things/{p}")
    assert (made.location, made.required) == ("path", True)
    assert shown(made) == expected


STYLES = {
    "": "",
    "style: form": "",
    "explode: true": "",
    "explode: false": "commas",
    "style: form, explode: false": "commas",
    "style: spaceDelimited": "spaces",
    "style: pipeDelimited": "bars (`|`)",
    "style: pipeDelimited, explode: true": "",
}


@pytest.mark.parametrize(("style", "joined"), STYLES.items(), ids=STYLES)
def test_a_list_in_a_query_is_repeated_or_joined(style: str, joined: str) -> None:
    schema = "{type: array, items: {type: string}}"
    made = parameter(f"{{name: q, in: query, description: Names., schema: {schema}, {style}}}")
    assert shown(made) == (("string", "str") if joined else ("array", "Sequence[str]"))
    text = f"Names. Several are joined by {joined}." if joined else "Names."
    assert made.docs.text == text


def test_lists_in_paths_and_headers_are_joined_by_commas() -> None:
    schema = "{type: [array, 'null'], items: {type: string}}"
    for place, path in (("path", "/things/{p}"), ("header", "/things")):
        made = parameter(f"{{name: p, in: {place}, required: true, schema: {schema}}}", path=path)
        assert shown(made) == ("string", "str")
        assert made.docs.text == "Several are joined by commas."


def test_parameters_of_a_path_hold_for_its_operations_unless_they_say_otherwise() -> None:
    paths = """
        /things/{id}:
          parameters:
            - {name: id, in: path, required: true, schema: {type: integer}}
            - {name: q, in: query, description: of the path, schema: {type: string}}
            - {name: kept, in: query, schema: {type: string}}
          get:
            operationId: things.get
            tags: [things]
            parameters:
              - {name: q, in: query, required: true, description: its own, schema: {type: integer}}
              - {name: q, in: header, schema: {type: string}}
            responses: {204: {description: none}}
          delete: {operationId: things.delete, tags: [things], responses: {204: {description: none}}}
        """
    get, delete = api(paths).operations()
    assert list(arguments(get)) == ["id", "q", "kept", "header_q"]
    assert (arguments(get)["q"].docs.text, arguments(get)["q"].required) == ("its own", True)
    assert list(arguments(delete)) == ["id", "q", "kept"]
    assert arguments(delete)["q"].docs.text == "of the path"


def test_the_order_is_that_of_the_path_then_the_required_then_the_rest() -> None:
    text = """
        parameters:
          - {name: maybe, in: query, schema: {type: string}}
          - {name: b, in: path, required: true, schema: {type: string}}
          - {name: X-Must, in: header, required: true, schema: {type: string}}
          - {name: a, in: path, required: true, schema: {type: string}}
        """
    made = operation(text, path="/{a}/x{b}.json/{a}")
    assert list(arguments(made)) == ["a", "b", "x_must", "maybe"]


def test_headers_that_are_described_elsewhere_are_left_out() -> None:
    names = ("Authorization", "accept", "Content-Type", "X-Trace")
    text = ", ".join(f"{{name: {name}, in: header, schema: {{type: string}}}}" for name in names)
    assert list(arguments(operation(f"parameters: [{text}]"))) == ["x_trace"]


def test_clashing_names_say_where_they_travel() -> None:
    text = """
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
          - {name: id, in: query, schema: {type: string}}
          - {name: ID, in: query, schema: {type: string}}
          - {name: id, in: header, schema: {type: string}}
          - {name: self, in: query, schema: {type: string}}
          - {name: options, in: query, schema: {type: string}}
        requestBody: {content: {application/json: {schema: {properties: {id: {}, class: {}}}}}}
        """
    made = operation(text, path="/things/{id}")
    assert {name: one.wire for name, one in arguments(made).items()} == {
        "id": "id",
        "query_id": "id",
        "query_id_": "ID",
        "self_": "self",
        "options_": "options",
        "header_id": "id",
        "body_id": "id",
        "class_": "class",
    }


def test_a_deep_object_becomes_an_argument_for_each_of_its_keys() -> None:
    text = """
        parameters:
          - name: filter
            in: query
            required: true
            style: deepObject
            schema:
              required: [minAge]
              properties: {minAge: {type: integer, description: Least.}, tags: {type: array}, in: {properties: {x: {}}}}
        """
    made = operation(text)
    age, tags = made.arguments
    assert (age.name, age.wire, age.required, age.docs.text) == (
        "filter_min_age",
        "filter[minAge]",
        True,
        "Least.",
    )
    assert (tags.name, tags.wire, tags.required) == ("filter_tags", "filter[tags]", False)
    assert made.notes == ["`filter[in]` (query) is an object: pass it by `options`."]
    assert not any(one.required for one in operation(text.replace("required: true", "")).arguments)


def test_an_object_in_a_form_query_is_its_keys() -> None:
    schema = "{properties: {left: {type: [string, 'null']}, right: {type: boolean}}}"
    made = operation(f"parameters: [{{name: flat, in: query, schema: {schema}}}]")
    assert [(one.name, one.wire, one.kind) for one in made.arguments] == [
        ("left", "left", "string"),
        ("right", "right", "boolean"),
    ]


LEFT_TO_OPTIONS = {
    "a free object": (
        "{name: q, in: query, style: deepObject, schema: {type: object}}",
        "`q` (query) is an object: pass it by `options`.",
    ),
    "a joined object": (
        "{name: q, in: query, explode: false, schema: {properties: {a: {}}}}",
        "`q` (query) is an object: pass it by `options`.",
    ),
    "an object in a header": (
        "{name: X-Q, in: header, schema: {properties: {a: {}}}}",
        "`X-Q` (header) is an object: pass it by `options`.",
    ),
    "a cookie": (
        "{name: session, in: cookie, required: true, schema: {type: string}}",
        "Cookie `session`: pass it as a header in `options`.",
    ),
}


@pytest.mark.parametrize(("text", "note"), LEFT_TO_OPTIONS.values(), ids=LEFT_TO_OPTIONS)
def test_what_is_left_to_options_is_said_in_the_docstring_and_as_a_warning(
    text: str, note: str
) -> None:
    paths = f"/a: {{get: {{operationId: a.b, tags: [a], parameters: [{text}], responses: {{}}}}}}"
    made = api(paths)
    (only,) = made.operations()
    assert only.arguments == []
    assert only.notes == [note]
    assert made.warnings == [f"a.b: {note}"]


def test_a_parameter_with_content_is_json_text() -> None:
    content = "content: {application/json: {schema: {type: object}}}"
    made = parameter(f"{{name: q, in: query, required: true, description: A filter., {content}}}")
    assert shown(made) == ("string", "str")
    assert (made.required, made.docs.text) == (True, "A filter. As JSON text.")
    assert parameter("{name: q, in: query, description: Bare.}").docs.text == "Bare."


def test_a_deprecated_parameter_or_schema_is_deprecated() -> None:
    assert parameter("{name: q, in: query, deprecated: true, schema: {}}").docs.deprecated
    assert parameter("{name: q, in: query, schema: {deprecated: true}}").docs.deprecated
    assert not parameter("{name: q, in: query, schema: {}}").docs.deprecated


WRONG = {
    "label": (
        "{name: p, in: path, required: true, style: label, schema: {type: string}}",
        "/parameters/0: the path parameter 'p' has the style 'label'; supported: simple",
    ),
    "unknown style": (
        "{name: q, in: query, style: odd, schema: {type: string}}",
        "/parameters/0: the query parameter 'q' has the style 'odd'; supported: form, spaceDelimited, pipeDelimited, deepObject",
    ),
    "object in the path": (
        "{name: p, in: path, required: true, schema: {type: object}}",
        "/parameters/0: the path parameter 'p' is an object; that is not supported",
    ),
    "no place": (
        "{name: q, schema: {type: string}}",
        ": a parameter is in '', which OpenAPI does not have",
    ),
    "odd place": (
        "{name: q, in: body, schema: {type: string}}",
        ": a parameter is in 'body', which OpenAPI does not have",
    ),
    "no name": ("{in: query, schema: {}}", "/parameters/0: the parameter has no name"),
    "twice": (
        "{name: q, in: query, schema: {}}, {name: q, in: query, schema: {}}",
        "/parameters/1: the query parameter 'q' is duplicated",
    ),
    "not in the path": (
        "{name: z, in: path, required: true, schema: {type: string}}",
        ": the path parameter 'z' is not in the path /things",
    ),
    "no list": ("5", "/parameters/0: expected an object, found 5"),
}


@pytest.mark.parametrize(("text", "message"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_sent_is_named_with_its_place(text: str, message: str) -> None:
    path = "/things/{p}" if "name: p," in text else "/things"
    with pytest.raises(SpecError) as caught:
        operation(f"parameters: [{text}]", path=path)
    pointer = path.replace("/", "~1")
    assert str(caught.value) == f"api.yaml#/paths/{pointer}/post{message}"


def test_a_path_whose_parameter_is_missing_is_refused() -> None:
    with pytest.raises(
        SpecError, match=r"the path has \{id\}, but there is no such path parameter"
    ):
        operation("", path="/things/{id}")


@pytest.mark.parametrize("path", ["things", "/things?kind=a", "/things#part"])
def test_a_path_is_nothing_but_a_path(path: str) -> None:
    with pytest.raises(SpecError, match="a path begins with a slash and holds no query"):
        operation("", path=f"'{path}'")


def test_a_reference_in_the_place_of_a_parameter_is_followed() -> None:
    more = "components: {parameters: {Q: {name: q, in: query, schema: {type: integer}}}}"
    made: Operation = operation("parameters: [{$ref: '#/components/parameters/Q'}]", more=more)
    assert arguments(made)["q"].kind == "integer"
