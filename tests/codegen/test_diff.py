"""What a change of the document does to those who use the SDK, and whether it can break their code."""

from __future__ import annotations

import json

import pytest

from codegen.documents import api
from lvng_codegen.change import Change
from lvng_codegen.changes import FORMATS
from lvng_codegen.diff import compare

OPERATION = """
/things/{a}/{b}:
  post:
    operationId: things.do
    tags: [things]
    parameters:
      - {name: a, in: path, required: true, schema: {type: string}}
      - {name: b, in: path, required: true, schema: {type: string}}
      - {name: must, in: query, required: true, schema: {type: string}}
      - {name: may, in: query, schema: {enum: [x, y]}}
    requestBody: {content: {application/json: {schema: {properties: {note: {type: string}}}}}}
    responses: {200: {description: ok, content: {application/json: {schema: {type: string}}}}}
"""

OPERATIONS = {
    "nothing": ("", "", []),
    "a description": ("name: must,", "name: must, description: Told.,", []),
    "the path": (
        "/things/{a}/{b}",
        "/items/{a}/{b}",
        ["breaking: things.do: moved from POST /things/{a}/{b} to POST /items/{a}/{b}"],
    ),
    "the method": (
        "  post:",
        "  patch:",
        [
            "breaking: things.do: moved from POST /things/{a}/{b} to PATCH /things/{a}/{b}",
        ],
    ),
    "the order": (
        "/{a}/{b}",
        "/{b}/{a}",
        ["breaking: things.do: order of arguments is b, a"],
    ),
    "the answer": (
        "schema: {type: string}}}}}\n",
        "schema: {type: integer}}}}}\n",
        ["breaking: things.do: returns int, was str"],
    ),
    "an argument more": (
        "    requestBody",
        "      - {name: more, in: query, schema: {}}\n    requestBody",
        ["compatible: things.do: argument more added"],
    ),
    "a required argument more": (
        "    requestBody",
        "      - {name: more, in: query, required: true, schema: {}}\n    requestBody",
        ["breaking: things.do: required argument more added"],
    ),
    "an argument less": (
        "      - {name: may, in: query, schema: {enum: [x, y]}}\n",
        "",
        ["breaking: things.do: argument may removed"],
    ),
    "now required": (
        "name: may, in: query,",
        "name: may, in: query, required: true,",
        ["breaking: things.do: argument may is required now"],
    ),
    "now optional": (
        "name: must, in: query, required: true,",
        "name: must, in: query,",
        ["compatible: things.do: argument must is optional now"],
    ),
    "another place": (
        "name: may, in: query,",
        "name: may, in: header,",
        ["breaking: things.do: argument may is sent as header 'may', was query 'may'"],
    ),
    "another type": (
        "required: true, schema: {type: string}}\n      - {name: may",
        "required: true, schema: {type: integer}}\n      - {name: may",
        ["breaking: things.do: argument must is int, was str"],
    ),
    "a value more": (
        "enum: [x, y]",
        "enum: [x, y, z]",
        ["compatible: things.do: argument may may be 'z'"],
    ),
    "a value less": (
        "enum: [x, y]",
        "enum: [x]",
        ["breaking: things.do: argument may is no longer 'y'"],
    ),
    "no enum any more": (
        "enum: [x, y]",
        "type: string",
        ["compatible: things.do: argument may is str, was Literal['x', 'y']"],
    ),
    "null": (
        "note: {type: string}",
        "note: {type: [string, 'null']}",
        ["compatible: things.do: argument note may be null"],
    ),
    "idempotent": (
        "tags: [things]",
        "tags: [things]\n    x-idempotent: true",
        ["compatible: things.do: is idempotent now"],
    ),
    "deprecated": (
        "tags: [things]",
        "tags: [things]\n    deprecated: true",
        ["compatible: things.do: is deprecated"],
    ),
    "no key": (
        "tags: [things]",
        "tags: [things]\n    security: []",
        ["compatible: things.do: takes no key, was a key"],
    ),
    "a method of the client": (
        "tags: [things]",
        "tags: [things]\n    x-client-method: do_it",
        ["compatible: client.do_it: method added"],
    ),
    "another name": (
        "things.do",
        "things.make",
        [
            "breaking: things.do: operation removed (POST /things/{a}/{b})",
            "compatible: things.make: operation added (POST /things/{a}/{b})",
        ],
    ),
}


@pytest.mark.parametrize(("old", "new", "told"), OPERATIONS.values(), ids=OPERATIONS)
def test_a_change_of_an_operation(old: str, new: str, told: list[str]) -> None:
    before, after = api(OPERATION), api(OPERATION.replace(old, new, 1) if old else OPERATION)
    assert [str(one) for one in compare(before, after)] == told


BACKWARDS = {
    "idempotent": "breaking: things.do: is no longer idempotent",
    "no key": "breaking: things.do: takes a key, was no key",
    "null": "breaking: things.do: argument note may no longer be null",
    "a method of the client": "breaking: client.do_it: method removed",
}


@pytest.mark.parametrize(("change", "told"), BACKWARDS.items(), ids=BACKWARDS)
def test_a_reverted_change_is_reported(change: str, told: str) -> None:
    old, new, _ = OPERATIONS[change]
    before, after = api(OPERATION.replace(old, new, 1)), api(OPERATION)
    assert [str(one) for one in compare(before, after)] == [told]


def test_replacing_key_authentication_by_a_jwt_is_breaking() -> None:
    jwt = "components: {securitySchemes: {j: {type: http, scheme: bearer, bearerFormat: JWT}}}"
    after = OPERATION.replace("tags: [things]", "tags: [things]\n    security: [{j: []}]")
    changes = compare(api(OPERATION, more=jwt), api(after, more=jwt))
    assert [str(one) for one in changes] == ["breaking: things.do: takes a JWT alone, was a key"]


LIST = """
/things:
  get:
    operationId: things.list
    tags: [things]
    x-paging: {style: offset}
    parameters: [{name: offset, in: query, schema: {type: integer}}]
    responses: {200: {description: ok, content: {application/json: {schema: {properties: {data: {items: {type: string}}}}}}}}
"""


def test_adding_or_removing_paging_adds_or_removes_the_iterator() -> None:
    walked, plain = api(LIST), api(LIST.replace("    x-paging: {style: offset}\n", ""))
    assert [str(one) for one in compare(plain, walked)] == ["compatible: things.iter: method added"]
    assert [str(one) for one in compare(walked, plain)] == ["breaking: things.iter: method removed"]


GIVEN = """
/give:
  post:
    operationId: things.give
    tags: [things]
    requestBody: {content: {application/json: {schema: {properties: {it: {$ref: '#/components/schemas/It'}}}}}}
    responses: {204: {description: none}}
"""
RETURNED = """
/take:
  get:
    operationId: things.take
    tags: [things]
    responses: {200: {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/It'}}}}}
"""
USES = {"given": GIVEN, "returned": RETURNED, "both": GIVEN + RETURNED}
RECORD = "It: {required: [a], properties: {a: {type: string}, b: {enum: [x]}}}"

# The record after the change, what is told, and in which uses it can break code.
RECORDS = {
    "a field more": ("b: {enum: [x]}", "b: {enum: [x]}, c: {}", "field c added", ""),
    "a field less": (", b: {enum: [x]}", "", "field b removed", "given returned both"),
    "always there": ("[a]", "[a, b]", "field b is always there now", "given both"),
    "may be absent": ("[a]", "[]", "field a may be absent now", "returned both"),
    "a value more": ("[x]", "[x, y]", "field b may be 'y'", "returned both"),
    "another type": (
        "a: {type: string}",
        "a: {type: integer}",
        "field a is int, was str",
        "given returned both",
    ),
    "null": (
        "a: {type: string}",
        "a: {type: [string, 'null']}",
        "field a is str | None, was str",
        "returned both",
    ),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize(("old", "new", "told", "breaking"), RECORDS.values(), ids=RECORDS)
def test_a_change_of_a_record_is_breaking_by_its_use_in_requests_or_responses(
    use: str, old: str, new: str, told: str, breaking: str
) -> None:
    before = api(USES[use], schemas=RECORD)
    after = api(USES[use], schemas=RECORD.replace(old, new, 1))
    kind = "breaking" if use in breaking.split() else "compatible"
    assert [str(one) for one in compare(before, after)] == [f"{kind}: types.It: {told}"]


def test_an_added_required_field_is_breaking_in_requests() -> None:
    after = RECORD.replace("[a]", "[a, c]").replace("b:", "c: {}, b:")
    changes = compare(api(GIVEN, schemas=RECORD), api(GIVEN, schemas=after))
    assert [str(one) for one in changes] == ["breaking: types.It: required field c added"]
    changes = compare(api(RETURNED, schemas=RECORD), api(RETURNED, schemas=after))
    assert [str(one) for one in changes] == ["compatible: types.It: field c added"]


def test_a_removed_enum_value_is_breaking_in_requests() -> None:
    before = RECORD.replace("[x]", "[x, y]")
    for use, kind in (("given", "breaking"), ("returned", "compatible")):
        changes = compare(api(USES[use], schemas=before), api(USES[use], schemas=RECORD))
        assert [str(one) for one in changes] == [f"{kind}: types.It: field b is no longer 'y'"]


TYPES = {
    "an alias": (
        "It: {type: array, items: {type: string}}",
        "It: {type: array, items: {type: integer}}",
        ["breaking: types.It: type is list[int], was list[str]"],
    ),
    "an enum": (
        "It: {enum: [x, null]}",
        "It: {enum: [x, y, null]}",
        ["breaking: types.It: type may be 'y'"],
    ),
    "another kind": (RECORD, "It: {type: string}", ["breaking: types.It: is another kind of type"]),
    "a type more": (
        RECORD,
        RECORD.replace("a: {type: string}", "a: {properties: {z: {}}}"),
        [
            "breaking: types.It: field a is ItA, was str",
            "compatible: types.ItA: type added",
        ],
    ),
}


@pytest.mark.parametrize(("old", "new", "told"), TYPES.values(), ids=TYPES)
def test_a_change_of_a_type(old: str, new: str, told: list[str]) -> None:
    changes = compare(api(RETURNED, schemas=old), api(RETURNED, schemas=new))
    assert [str(one) for one in changes] == told


def test_a_type_is_compared_after_a_use_of_it_is_removed() -> None:
    removed = [
        str(one)
        for one in compare(api(GIVEN + RETURNED, schemas=RECORD), api(GIVEN, schemas="It: {}"))
    ]
    assert "breaking: things.take: operation removed (GET /take)" in removed
    assert (
        "compatible: types.It: is another kind of type" in removed
    )  # it is given, and may be anything


def test_the_data_of_an_event_is_compared() -> None:
    stream = """
/watch:
  get:
    operationId: things.watch
    tags: [things]
    x-events: Events
    responses: {200: {description: ok, content: {text/event-stream: {}}}}
"""
    before = api(stream, schemas="Events: {properties: {done: {type: string}}}")
    after = api(stream, schemas="Events: {properties: {done: {type: integer}, more: {}}}")
    assert [str(one) for one in compare(before, after)] == [
        "breaking: types.DoneEvent: type is int, was str",
        "breaking: types.Event: type is DoneEvent | MoreEvent, was DoneEvent",
        "compatible: types.MoreEvent: type added",
    ]


def changed(old: str, new: str, use: str) -> list[tuple[str, bool]]:
    """The changes of a document whose schema `It` is another one, and whether each is breaking."""
    found = compare(api(USES[use], schemas=old), api(USES[use], schemas=new))
    return [(one.where, one.breaking) for one in found]


# A narrow schema and a wide one: every value of the first is one of the second.
WIDER = {
    "an enum": ("It: {enum: [a, 1]}", "It: {type: [string, integer]}"),
    "a number": ("It: {type: integer}", "It: {type: number}"),
    "null": ("It: {type: string}", "It: {type: [string, 'null']}"),
    "anything": ("It: {type: array, items: {type: string}}", "It: {}"),
    "items": (
        "It: {type: array, items: {enum: [a]}}",
        "It: {type: array, items: {enum: [a, b]}}",
    ),
    "values": (
        "It: {additionalProperties: {type: integer}}",
        "It: {additionalProperties: {anyOf: [{type: integer}, {type: string}]}}",
    ),
    "an alias": (
        "{It: {type: array, items: {$ref: '#/components/schemas/Id'}}, Id: {type: string}}",
        "It: {type: array, items: {anyOf: [{type: string}, {type: integer}]}}",
    ),
    "a union of records": (
        "{It: {oneOf: [{$ref: '#/components/schemas/A'}]}, A: {properties: {x: {}}}}",
        "{It: {oneOf: [{$ref: '#/components/schemas/A'}, {type: string}]}, A: {properties: {x: {}}}}",
    ),
}


def test_an_added_alternative_is_breaking_in_responses() -> None:
    record = "{It: {oneOf: [{$ref: '#/components/schemas/A'}%s]}, A: {properties: {x: {}}}, B: {properties: {y: {}}}}"
    old, new = record % "", record % ", {$ref: '#/components/schemas/B'}"
    assert ("types.It", True) in changed(old, new, "returned")
    assert not any(breaking for _, breaking in changed(old, new, "given"))


@pytest.mark.parametrize(("narrow", "wide"), WIDER.values(), ids=WIDER)
def test_arguments_may_be_widened_and_answers_narrowed(narrow: str, wide: str) -> None:
    assert not any(breaking for _, breaking in changed(narrow, wide, "given"))
    assert not any(breaking for _, breaking in changed(wide, narrow, "returned"))
    assert any(breaking for _, breaking in changed(wide, narrow, "given"))
    assert any(breaking for _, breaking in changed(narrow, wide, "returned"))
    assert any(breaking for _, breaking in changed(narrow, wide, "both"))


def test_narrowing_a_date_time_to_a_string_is_breaking_in_requests() -> None:
    moment, text = "It: {type: string, format: date-time}", "It: {type: string}"
    assert not any(breaking for _, breaking in changed(text, moment, "given"))
    assert any(breaking for _, breaking in changed(moment, text, "given"))
    assert changed(moment, text, "returned") == []


def test_types_that_contain_themselves_are_compared() -> None:
    old = "It: {type: array, items: {$ref: '#/components/schemas/It'}}"
    new = "It: {type: array, items: {anyOf: [{$ref: '#/components/schemas/It'}, {type: string}]}}"
    assert not any(breaking for _, breaking in changed(old, new, "given"))
    assert changed(old, new, "returned") == [("types.It", True)]
    assert changed(old, old, "both") == []


def test_a_record_in_place_of_another_is_compared_by_its_fields() -> None:
    old = "{It: {oneOf: [{$ref: '#/components/schemas/A'}]}, A: {properties: {x: {type: integer}}}}"
    new = old.replace("A", "B")
    assert changed(old, new, "returned") == [
        ("types.A", True),  # a name that callers may import
        ("types.B", False),
        ("types.It", False),
    ]
    wrong = new.replace("integer", "string")
    assert ("types.It", True) in changed(old, wrong, "returned")


CHANGES = [
    Change("pets.list", "argument q is Literal['a'], was str", breaking=True),
    Change("types.Pet", "field name added", breaking=False),
]


def test_changes_are_written_for_people_and_for_machines() -> None:
    assert FORMATS["text"](CHANGES, "new.yaml").splitlines() == [
        "breaking: pets.list: argument q is Literal['a'], was str",
        "compatible: types.Pet: field name added",
    ]
    assert FORMATS["markdown"](CHANGES, "new.yaml").splitlines() == [
        "## Changes of the SDK by `new.yaml`",
        "",
        "### Breaking (1)",
        "",
        r"- `pets.list`: argument q is Literal\['a'\], was str",
        "",
        "### Compatible (1)",
        "",
        "- `types.Pet`: field name added",
    ]
    assert json.loads(FORMATS["json"](CHANGES, "new.yaml")) == {
        "source": "new.yaml",
        "breaking": 1,
        "changes": [
            {"where": one.where, "what": one.what, "breaking": one.breaking} for one in CHANGES
        ],
    }
    place = "file=a%2Cb%3Ac.yaml"
    assert FORMATS["github"](CHANGES, "a,b:c.yaml").splitlines() == [
        f"::error {place},title=Breaking change::pets.list: argument q is Literal['a'], was str.",
        f"::notice {place},title=Compatible change::types.Pet: field name added.",
    ]


def test_no_change_is_stated_in_text_and_markdown() -> None:
    assert {name: write([], "new.yaml") for name, write in FORMATS.items() if name != "json"} == {
        "text": "no change",
        "markdown": "## Changes of the SDK by `new.yaml`\n\nNo change.",
        "github": "",
    }
