"""Schemas that deserve a name: records, aliases, variants, circles, secrets, the events of streams."""

from __future__ import annotations

import pytest

from codegen.documents import answering, api, operation, types_text
from lvng_codegen.errors import SpecError
from lvng_codegen.model.api import Alias, Api, Event, Record
from lvng_codegen.model.types import Named
from lvng_codegen.render.annotation_writer import AnnotationWriter


def record(made: Api, name: str) -> dict[str, bool]:
    """The keys of a record, and whether each is always there."""
    found = made.definitions[name]
    assert isinstance(found, Record)
    return {field.name: field.required for field in found.fields}


def ref(name: str) -> str:
    return f"{{$ref: '#/components/schemas/{name}'}}"


def test_all_of_is_one_record_with_the_keys_of_all() -> None:
    schemas = f"""
        Base: {{type: object, required: [kind], properties: {{kind: {{type: string}}, both: {{}}}}}}
        Pet:
          allOf:
            - {ref("Base")}
            - {{required: [name], properties: {{name: {{type: string}}, both: {{type: integer}}}}}}
          required: [own, both]
          properties: {{own: {{type: boolean}}, both: true, kind: {{const: pet}}}}
        """
    made = answering(ref("Pet"), schemas=schemas)
    assert record(made, "Pet") == {"kind": True, "both": True, "name": True, "own": True}
    text = types_text(made)
    assert "kind: Literal['pet']" in text
    assert "both: int" in text
    assert "class Base" not in text


def test_an_all_of_with_one_member_is_one_record() -> None:
    made = answering(ref("A"), schemas="A: {allOf: [{properties: {x: {}}}], description: It.}")
    assert record(made, "A") == {"x": False}
    assert "A2" not in made.definitions


def test_alternatives_of_an_object_with_keys_have_those_keys_too() -> None:
    schemas = """
        A:
          required: [kind]
          properties: {kind: {type: string}}
          oneOf:
            - {properties: {left: {type: string}}, required: [left]}
            - {properties: {right: {type: integer}}}
        """
    made = answering(ref("A"), schemas=schemas)
    assert isinstance(made.definitions["A"], Alias)
    assert record(made, "AVariant1") == {"kind": True, "left": True}
    assert record(made, "AVariant2") == {"kind": True, "right": False}
    assert "A: TypeAlias = AVariant1 | AVariant2" in types_text(made)


def test_a_named_object_that_may_be_something_else_is_an_alias_around_it() -> None:
    for version, schema in (
        ("3.0.3", "{type: object, nullable: true, properties: {x: {type: integer}}}"),
        ("3.1.0", "{type: [object, 'null'], properties: {x: {type: integer}}}"),
    ):
        made = answering(ref("Maybe"), schemas=f"Maybe: {schema}", version=version)
        assert record(made, "MaybeValue") == {"x": False}
        assert "Maybe: TypeAlias = MaybeValue | None" in types_text(made)


CIRCLES = {
    "a record of itself": (
        f"A: {{type: object, properties: {{a: {ref('A')}, all: {{type: array, items: {ref('A')}}}}}}}",
        ["a: NotRequired[A]", "all: NotRequired[list[A]]"],
    ),
    "two records": (
        f"A: {{properties: {{b: {ref('B')}}}}}\nB: {{properties: {{a: {ref('A')}}}}}",
        ["b: NotRequired[B]", "a: NotRequired[A]"],
    ),
    "through an alias": (
        f"A: {{properties: {{b: {ref('B')}}}}}\nB: {{additionalProperties: {ref('A')}}}",
        ["b: NotRequired[B]", "B: TypeAlias = dict[str, A]"],
    ),
    "an alias of itself": (
        f"A: {{anyOf: [{{type: string}}, {{type: array, items: {ref('A')}}}]}}",
        ["# The schema contains itself; further down it is Any.", "A: TypeAlias = str | list[Any]"],
    ),
    "two aliases": (
        f"A: {{type: array, items: {ref('B')}}}\nB: {{type: object, additionalProperties: {ref('A')}}}",
        ["B: TypeAlias = dict[str, Any]", "A: TypeAlias = list[B]"],
    ),
    "an inline object": (
        f"A: {{properties: {{x: {{type: object, properties: {{y: {ref('A')}}}}}}}}}",
        ["x: NotRequired[AX]", "y: NotRequired[A]"],
    ),
}


@pytest.mark.parametrize(("schemas", "expected"), CIRCLES.values(), ids=CIRCLES)
def test_circular_schemas_are_generated(schemas: str, expected: list[str]) -> None:
    text = types_text(answering(ref("A"), schemas=schemas))
    assert [line for line in expected if line not in text] == []


def test_aliases_of_aliases_are_not_written_out_for_ever() -> None:
    names = [f"A{n}" for n in range(7)]
    lists = ", ".join(f"{{items: {ref(name)}}}" for name in names)
    schemas = "\n".join(
        f"{name}: {{anyOf: [{{format: date, type: string}}, {lists}]}}" for name in names
    )
    body = f"requestBody: {{content: {{application/json: {{schema: {{properties: {{x: {ref('A0')}}}}}}}}}}}"
    made = operation(body, schemas=schemas)
    definitions = answering(ref("A0"), schemas=schemas).definitions
    spelled = AnnotationWriter(definitions).argument(made.arguments[0].type)
    assert spelled.startswith("str | date | Sequence[A0] | Sequence[str | date | Sequence[A0]")
    assert len(spelled) < 10_000


def test_objects_in_objects_are_named_by_the_way_to_them() -> None:
    schema = "{properties: {a: {properties: {b-c: {items: {properties: {d: {}}}}}}}}"
    assert set(answering(schema).definitions) == {
        "ThingsItResponse",
        "ThingsItResponseA",
        "ThingsItResponseABCItem",
    }


def test_many_levels_are_as_many_records() -> None:
    schema = "{type: string}"
    for _ in range(60):
        schema = f"{{type: object, properties: {{x: {schema}}}}}"
    assert len(answering(schema).definitions) == 60


def test_schemas_with_clashing_names_get_distinct_names() -> None:
    schemas = """
        pet-item: {properties: {a: {}}}
        PetItem: {properties: {b: {}}}
        pet_item: {properties: {c: {}}}
        Any: {properties: {d: {}}}
        ThingsItResponse: {properties: {e: {}}}
        """
    names = ["pet-item", "PetItem", "pet_item", "Any", "ThingsItResponse"]
    made = answering(
        f"{{type: array, items: {{anyOf: [{', '.join(map(ref, names))}]}}}}", schemas=schemas
    )
    keys = {name: next(iter(record(made, name))) for name in made.definitions}
    assert keys == {
        "PetItem": "b",
        "PetItemSchema": "a",
        "PetItem2": "c",
        "AnySchema": "d",
        "ThingsItResponse": "e",
    }


DEEP = """
/deep:
  get:
    operationId: things.deep
    tags: [things]
    responses: {200: {description: ok, content: {application/json: {schema: {properties: {x: {}}}}}}}
"""
OTHER = """
/other:
  get:
    operationId: things.other
    tags: [things]
    responses:
      200:
        description: ok
        content:
          application/json:
            schema: {$ref: '#/paths/~1deep/get/responses/200/content/application~1json/schema'}
"""


@pytest.mark.parametrize(
    ("paths", "name"),
    [(DEEP + OTHER, "ThingsDeepResponse"), (OTHER + DEEP, "DeepGet")],
    ids=["inline first", "reference first"],
)
def test_a_schema_anywhere_can_be_referred_to_and_has_one_name(paths: str, name: str) -> None:
    made = api(paths)
    assert [one.response.type for one in made.operations()] == [Named(name), Named(name)]
    assert record(made, name) == {"x": False}


@pytest.mark.parametrize("key", ["class", "a-b", "2nd", "__private", "größe", "ﬁle"])
def test_keys_that_python_does_not_keep_use_the_other_syntax(key: str) -> None:
    text = types_text(answering(f"{{required: [ok], properties: {{{key}: {{}}, ok: {{}}}}}}"))
    assert 'ThingsItResponse = TypedDict("ThingsItResponse", {' in text
    assert f"    {key!r}: 'NotRequired[Any]'," in text
    assert "    'ok': 'Any'," in text


@pytest.mark.parametrize("key", ["list", "str", "NotRequired", "Any", "Pet"])
def test_a_key_never_hides_a_type_of_the_same_record(key: str) -> None:
    schema = f"{{properties: {{{key}: {{}}, other: {{type: array, items: {{type: string}}}}, pet: {ref('Pet')}}}}}"
    text = types_text(answering(schema, schemas="Pet: {properties: {x: {}}}"))
    assert 'ThingsItResponse = TypedDict("ThingsItResponse", {' in text


def test_secrets_are_found_at_any_depth_and_in_circles() -> None:
    schemas = f"""
        Token: {{type: string, x-secret: true}}
        Key: {{properties: {{token: {ref("Token")}, owner: {ref("Owner")}}}}}
        Owner: {{properties: {{password: {{type: string, x-secret: true}}, keys: {{items: {ref("Key")}}}}}}}
        Plain: {{properties: {{name: {{type: string}}}}}}
        """
    answer = next(answering(f"{{items: {ref('Owner')}}}", schemas=schemas).operations()).response
    assert answer.secrets == ("password", "token")
    assert next(answering(ref("Plain"), schemas=schemas).operations()).response.secrets == ()


EVENTS = """
    JobEvents:
      properties:
        step.begun: {type: object, properties: {n: {type: integer}}}
        done: {type: string, description: It is over.}
    JobEvent: {properties: {mine: {}}}
    """
STREAM = "x-events: %s\nresponses: {200: {description: ok, content: {text/event-stream: {}}}}"


def test_each_property_of_an_event_schema_is_an_event() -> None:
    made = operation(STREAM % "JobEvents", schemas=EVENTS)
    assert made.response.returns == "sse"
    twice = "\n".join(
        f"/{n}: {{get: {{operationId: things.n{n}, tags: [things], "
        f"x-events: JobEvents, responses: {{200: {{description: ok, content: {{text/event-stream: {{}}}}}}}}}}}}"
        for n in range(2)
    )
    both = api(twice, schemas=EVENTS)
    first, second = both.operations()
    assert first.response.type == second.response.type == made.response.type
    events = [one for one in both.definitions.values() if isinstance(one, Event)]
    assert [(one.name, one.event, one.doc) for one in events] == [
        ("JobStepBegunEvent", "step.begun", "The event `step.begun`."),
        ("JobDoneEvent", "done", "It is over."),
    ]
    # The schema of that name keeps it.
    assert "JobEventSchema: TypeAlias = JobStepBegunEvent | JobDoneEvent" in types_text(both)


def test_an_invalid_name_of_a_stream_class_is_refused() -> None:
    with pytest.raises(SpecError, match="x-stream-class is 'a b', which Python does not take"):
        operation("x-stream-class: a b\n" + STREAM % "JobEvents", schemas=EVENTS)


def test_events_of_no_schema_are_refused() -> None:
    with pytest.raises(SpecError, match=r"post: x-events names 'Nope', which is not a schema$"):
        operation(STREAM % "Nope", schemas=EVENTS)
    with pytest.raises(SpecError, match=r"post: x-events names 'Nope', which is not a schema$"):
        operation(STREAM % "Nope")
