"""Parameters as arguments: where they travel, what may be given, and what cannot be sent."""

from __future__ import annotations

import pytest

from codegen.documents import api, arguments, operation
from lvng_codegen.errors import SpecError
from lvng_codegen.model.api import Argument, Operation, Style
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
def test_the_kind_and_annotation_of_a_query_parameter(
    schema: str, expected: tuple[str, str]
) -> None:
    made = parameter(f"{{name: q, in: query, schema: {schema}}}")
    assert (made.location, made.required, made.nullable) == ("query", False, False)
    assert shown(made) == expected


PATH = {
    "{type: string}": ("string", "str"),
    "{type: integer}": ("integer", "int"),
    "{enum: [a, 1]}": ("any", "Literal['a', 1]"),
    "{anyOf: [{type: string}, {type: integer}]}": ("any", "str | int"),
    "{type: boolean}": ("boolean", "bool"),
    "{enum: [true, false]}": ("boolean", "Literal[True, False]"),
    "{type: number}": ("number", "float"),
    "{type: string, format: date}": ("date", "str | date"),
    "{type: string, format: date-time}": ("datetime", "str | datetime"),
    "{type: array, items: {type: string}}": ("array", "Sequence[str]"),
    "{type: object, additionalProperties: {type: integer}}": ("object", "Mapping[str, int]"),
    # What is not typed, or cannot be said in a path, is given as text.
    "{}": ("string", "str"),
    "{type: array, items: {type: object}}": ("string", "str"),
}


@pytest.mark.parametrize(("schema", "expected"), PATH.items(), ids=PATH)
def test_the_kind_and_annotation_of_a_path_parameter(
    schema: str, expected: tuple[str, str]
) -> None:
    made = parameter(f"{{name: p, in: path, required: true, schema: {schema}}}", path="/things/{p}")
    assert (made.location, made.required) == ("path", True)
    assert shown(made) == expected


STYLES: dict[str, tuple[Style | None, bool | None]] = {
    "": (None, None),
    "style: form": (None, None),
    "explode: true": (None, None),
    "explode: false": (None, False),
    "style: form, explode: false": (None, False),
    "style: spaceDelimited": ("spaceDelimited", None),
    "style: pipeDelimited": ("pipeDelimited", None),
    "style: pipeDelimited, explode: true": ("pipeDelimited", True),
    "style: deepObject, explode: true": ("deepObject", None),
}


@pytest.mark.parametrize(("said", "how"), STYLES.items(), ids=STYLES)
def test_a_list_in_a_query_is_repeated_or_joined(
    said: str, how: tuple[Style | None, bool | None]
) -> None:
    schema = "{type: array, items: {type: string}}"
    made = parameter(f"{{name: q, in: query, description: Names., schema: {schema}, {said}}}")
    assert shown(made) == ("array", "Sequence[str]")
    assert (made.style, made.explode) == how
    single = parameter(f"{{name: q, in: query, schema: {{type: string}}, {said}}}")
    assert (single.style, single.explode) == (None, None)


IN_PATHS: dict[str, tuple[Style | None, bool | None]] = {
    "style: simple": (None, None),
    "style: simple, explode: true": (None, True),
    "style: label": ("label", None),
    "style: label, explode: false": ("label", None),
    "style: matrix, explode: true": ("matrix", True),
}


@pytest.mark.parametrize(("said", "how"), IN_PATHS.items(), ids=IN_PATHS)
def test_a_path_keeps_its_style(said: str, how: tuple[Style | None, bool | None]) -> None:
    for schema in ("{type: string}", "{type: array}", "{properties: {a: {type: string}}}"):
        text = f"{{name: p, in: path, required: true, schema: {schema}, {said}}}"
        made = parameter(text, path="/things/{p}")
        assert (made.style, made.explode) == how


def test_reserved_characters_may_be_allowed_in_a_query() -> None:
    assert parameter("{name: q, in: query, allowReserved: true, schema: {}}").allow_reserved
    deep = "style: deepObject, schema: {properties: {a: {type: string}}}"
    assert parameter(f"{{name: q, in: query, allowReserved: true, {deep}}}").allow_reserved
    text = "{name: p, in: path, required: true, allowReserved: true, schema: {type: string}}"
    assert not parameter(text, path="/things/{p}").allow_reserved


def test_lists_and_objects_in_headers_and_cookies_are_taken_as_they_are() -> None:
    for place in ("header", "cookie"):
        made = parameter(f"{{name: p, in: {place}, schema: {{type: [array, 'null']}}}}")
        assert (shown(made), made.style, made.explode) == (("array", "Sequence[Any]"), None, None)
    made = parameter("{name: p, in: header, explode: true, schema: {type: object}}")
    assert (shown(made), made.explode) == (("object", "Mapping[str, Any]"), True)
    assert parameter(
        "{name: p, in: cookie, schema: {type: array, items: {type: array}}}"
    ).docs.text == ("As JSON text.")


AS_JSON = {
    "{type: array, items: {type: object}}": "str | Sequence[Mapping[str, Any]]",
    "{type: array, items: {type: array, items: {type: integer}}}": "str | Sequence[Sequence[int]]",
    "{oneOf: [{type: string}, {type: object}]}": "str | Mapping[str, Any]",
    "{oneOf: [{type: integer}, {type: array, items: {type: object}}]}": (
        "str | int | Sequence[Mapping[str, Any]]"
    ),
}


@pytest.mark.parametrize(("schema", "annotation"), AS_JSON.items(), ids=AS_JSON)
def test_nested_values_in_a_query_are_sent_as_json_text(schema: str, annotation: str) -> None:
    made = parameter(f"{{name: q, in: query, description: A filter., schema: {schema}}}")
    assert (shown(made), made.style) == (("any", annotation), "json")
    assert made.docs.text == (
        "A filter. A list or mapping is sent as JSON text, a string as it is."
    )


def test_a_deep_object_may_be_a_single_value_too() -> None:
    schema = "{anyOf: [{type: integer}, {properties: {gt: {type: integer}}}]}"
    made = parameter(f"{{name: q, in: query, style: deepObject, schema: {schema}}}")
    assert (made.kind, made.style) == ("any", "deepObject")


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
    age, tags, inner = made.arguments
    assert (age.name, age.wire, age.required, age.docs.text) == (
        "filter_min_age",
        "filter[minAge]",
        True,
        "Least.",
    )
    assert (tags.name, tags.wire, tags.required) == ("filter_tags", "filter[tags]", False)
    assert (inner.wire, inner.kind, inner.style) == ("filter[in]", "object", "deepObject")
    assert made.notes == []
    assert not any(one.required for one in operation(text.replace("required: true", "")).arguments)


def test_an_object_in_a_form_query_is_its_keys() -> None:
    schema = "{properties: {left: {type: [string, 'null']}, right: {type: boolean}}}"
    made = operation(f"parameters: [{{name: flat, in: query, schema: {schema}}}]")
    assert [(one.name, one.wire, one.kind) for one in made.arguments] == [
        ("left", "left", "string"),
        ("right", "right", "boolean"),
    ]


def test_an_object_of_a_form_query_may_hold_lists_and_objects() -> None:
    schema = (
        "{properties: {ids: {type: array}, by: {properties: {a: {}}}}, additionalProperties: true}"
    )
    ids, by, more = operation(
        f"parameters: [{{name: flat, in: query, required: true, schema: {schema}}}]"
    ).arguments
    assert (ids.wire, ids.kind, ids.style) == ("ids", "array", None)
    assert (by.wire, by.kind, by.style) == ("by", "any", "json")
    assert (more.wire, more.kind, more.style, more.required) == ("flat", "object", None, False)


MAPPINGS: dict[str, tuple[Style | None, bool | None]] = {
    "style: deepObject, explode: true": ("deepObject", None),
    "style: form": (None, None),
    "explode: false": (None, False),
    "style: pipeDelimited": ("pipeDelimited", None),
}


@pytest.mark.parametrize(("said", "how"), MAPPINGS.items(), ids=MAPPINGS)
def test_an_object_with_free_keys_is_a_mapping(
    said: str, how: tuple[Style | None, bool | None]
) -> None:
    schema = "{type: object, additionalProperties: {type: string}}"
    made = parameter(f"{{name: q, in: query, required: true, schema: {schema}, {said}}}")
    assert (shown(made), made.required) == (("object", "Mapping[str, str]"), True)
    assert (made.style, made.explode) == how


def test_an_object_without_explode_is_one_argument() -> None:
    text = "{name: q, in: query, explode: false, schema: {properties: {a: {}}}}"
    made = parameter(text)
    assert (made.wire, made.kind, made.explode) == ("q", "object", False)


def test_the_whole_query_may_be_one_parameter() -> None:
    media = "application/x-www-form-urlencoded"
    schema = "{type: object, properties: {a: {type: string}, b: {type: integer}}, required: [a]}"
    text = f"{{name: all, in: querystring, required: true, content: {{{media}: {{schema: {schema}}}}}}}"
    made = operation(f"parameters: [{text}]", version="3.2.0")
    assert [(one.wire, one.location, one.required) for one in made.arguments] == [
        ("a", "query", True),
        ("b", "query", False),
    ]
    with pytest.raises(SpecError, match="the query is application/json; supported: "):
        operation(f"parameters: [{text.replace(media, 'application/json')}]", version="3.2.0")


def test_a_parameter_with_content_is_json_text() -> None:
    content = "content: {application/json: {schema: {type: object}}}"
    made = parameter(f"{{name: q, in: query, required: true, description: A filter., {content}}}")
    assert (shown(made), made.style) == (("any", "str | Mapping[str, Any]"), "json")
    assert made.required
    text = "A list or mapping is sent as JSON text, a string as it is."
    assert made.docs.text == f"A filter. {text}"
    scalar = content.replace("object", "string")
    made = parameter(f"{{name: q, in: query, description: A filter., {scalar}}}")
    assert (shown(made), made.docs.text) == (("string", "str"), "A filter. As JSON text.")
    plain = content.replace("application/json", "text/plain")
    assert parameter(f"{{name: q, in: query, {plain}}}").docs.text == "As `text/plain`."
    assert parameter("{name: q, in: query, description: Bare.}").docs.text == "Bare."


def test_a_deprecated_parameter_or_schema_is_deprecated() -> None:
    assert parameter("{name: q, in: query, deprecated: true, schema: {}}").docs.deprecated
    assert parameter("{name: q, in: query, schema: {deprecated: true}}").docs.deprecated
    assert not parameter("{name: q, in: query, schema: {}}").docs.deprecated


WRONG = {
    "a style of another place": (
        "{name: p, in: path, required: true, style: form, schema: {type: string}}",
        "/parameters/0: the path parameter 'p' has the style 'form'; supported: simple, label, matrix",
    ),
    "unknown style": (
        "{name: q, in: query, style: odd, schema: {type: string}}",
        "/parameters/0: the query parameter 'q' has the style 'odd'; supported: form, spaceDelimited, pipeDelimited, deepObject",
    ),
    "no place": (
        "{name: q, schema: {type: string}}",
        ": a parameter is in '', which OpenAPI does not have",
    ),
    "odd place": (
        "{name: q, in: body, schema: {type: string}}",
        ": a parameter is in 'body', which OpenAPI does not have",
    ),
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
def test_invalid_parameters_are_reported_with_their_place(text: str, message: str) -> None:
    path = "/things/{p}" if "name: p," in text else "/things"
    with pytest.raises(SpecError) as caught:
        operation(f"parameters: [{text}]", path=path)
    pointer = path.replace("/", "~1")
    assert str(caught.value) == f"api.yaml#/paths/{pointer}/post{message}"


def test_a_placeholder_without_a_path_parameter_is_refused() -> None:
    with pytest.raises(
        SpecError, match=r"the path has \{id\}, but there is no such path parameter"
    ):
        operation("", path="/things/{id}")


def test_a_path_begins_with_a_slash() -> None:
    with pytest.raises(SpecError, match="a path begins with a slash"):
        operation("", path="things")


FIXED = {
    "/things?beta=true": ("/things", (("beta", "true"),)),
    "/things?a=b%20c&d": ("/things", (("a", "b c"), ("d", ""))),
    "/things#stream": ("/things", ()),
    "/things?a=1#b": ("/things", (("a", "1"),)),
}


@pytest.mark.parametrize(("key", "parts"), FIXED.items(), ids=FIXED)
def test_the_fixed_part_of_a_path_is_kept(
    key: str, parts: tuple[str, tuple[tuple[str, str], ...]]
) -> None:
    made = operation("", path=f"'{key}'")
    assert (made.path, made.query) == parts


def test_a_placeholder_in_the_query_of_a_path_is_a_query_parameter() -> None:
    text = """
        parameters:
          - {name: id, in: path, required: true, schema: {type: string}}
          - {name: kind, in: query, schema: {type: string}}
        """
    made = operation(text, path="'/things?ref={id}&kind=a'")
    assert (made.path, made.query) == ("/things", (("kind", "a"),))
    (id_,) = made.arguments
    assert (id_.name, id_.wire, id_.location, id_.required) == ("ref", "ref", "query", True)


def test_a_reference_in_the_place_of_a_parameter_is_followed() -> None:
    more = "components: {parameters: {Q: {name: q, in: query, schema: {type: integer}}}}"
    made: Operation = operation("parameters: [{$ref: '#/components/parameters/Q'}]", more=more)
    assert arguments(made)["q"].kind == "integer"


def test_unsendable_parameters_are_noted() -> None:
    nameless = "{in: query, schema: {}}"
    framing = "{name: Content-Length, in: header, schema: {type: integer}}"
    lost = "{name: id, in: path, required: true, schema: {type: string}}"
    made = operation(f"parameters: [{nameless}, {framing}, {lost}]", path="'/things#{id}'")
    assert made.arguments == []
    assert made.notes == [
        "`id` is in the fragment of the path, which is not sent.",
        "A parameter in the query has no name and is not sent.",
        "The header `Content-Length` is sent as the request needs it.",
    ]


def test_json_text_of_a_number_or_flag_is_its_text() -> None:
    made = operation(
        """
        parameters:
          - {name: n, in: query, content: {application/json: {schema: {type: integer}}}}
          - {name: flag, in: header, content: {application/json: {schema: {type: boolean}}}}
          - {name: text, in: query, content: {application/json: {schema: {type: string}}}}
        """
    )
    assert {one.name: one.kind for one in made.arguments} == {
        "n": "integer",
        "flag": "boolean",
        "text": "string",
    }
