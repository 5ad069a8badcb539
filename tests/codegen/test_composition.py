"""Schemas made of others: discriminators, groups of alternatives, conditions, directions, extra keys."""

from __future__ import annotations

import pytest

from codegen.documents import annotation, answering, api, types_text
from lvng_codegen.errors import SpecError
from lvng_codegen.model.api import Alias, Api, Record
from lvng_codegen.render.annotation_writer import AnnotationWriter

IT = "{$ref: '#/components/schemas/It'}"


def alias(made: Api, name: str) -> str:
    """What an alias stands for."""
    found = made.definitions[name]
    assert isinstance(found, Alias)
    return AnnotationWriter(made.definitions).response(found.type)


def fields(made: Api, name: str) -> dict[str, str]:
    """The fields of a record, those that may be absent with a question mark."""
    found = made.definitions[name]
    assert isinstance(found, Record)
    writer = AnnotationWriter(made.definitions)
    return {
        f"{one.name}{'' if one.required else '?'}": writer.response(one.type)
        for one in found.fields
    }


ANIMALS = """
    It: {required: [kind], discriminator: {propertyName: kind%s}, properties: {kind: {type: string}}}
    Cat: {allOf: [{$ref: '#/components/schemas/It'}, {properties: {meow: {type: boolean}}}]}
    Lion: {allOf: [{$ref: '#/components/schemas/Cat'}, {properties: {roar: {type: boolean}}}]}
    Dog: {allOf: [{$ref: '#/components/schemas/It'}], description: Nothing of its own.}
    """


def test_a_base_with_a_discriminator_is_one_of_its_subtypes() -> None:
    made = answering(IT, schemas=ANIMALS % "")
    assert alias(made, "It") == "Cat | Lion | Dog"
    assert fields(made, "Cat") == {"kind": "Literal['Cat']", "meow?": "bool"}
    assert fields(made, "Lion") == {"kind": "Literal['Lion']", "meow?": "bool", "roar?": "bool"}
    assert fields(made, "Dog") == {"kind": "Literal['Dog']"}


def test_a_mapping_names_the_values_by_pointer_or_by_name() -> None:
    mapping = ", mapping: {c: '#/components/schemas/Cat', l: Lion, big: Lion}"
    made = answering(IT, schemas=ANIMALS % mapping)
    assert alias(made, "It") == "Cat | Lion | Dog"
    assert fields(made, "Cat")["kind"] == "Literal['c']"
    assert fields(made, "Lion")["kind"] == "Literal['l', 'big']"
    assert fields(made, "Dog")["kind"] == "Literal['Dog']"


def test_a_mapping_names_the_values_of_the_alternatives_of_one_of_too() -> None:
    schemas = """
        It: {oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}],
             discriminator: {propertyName: kind, mapping: {c: '#/components/schemas/Cat'}}}
        Cat: {required: [kind], properties: {kind: {type: string}}}
        Dog: {required: [kind], properties: {kind: {type: string}}}
        """
    made = answering(IT, schemas=schemas)
    assert alias(made, "It") == "Cat | Dog"
    assert fields(made, "Cat") == {"kind": "Literal['c']"}
    assert fields(made, "Dog") == {"kind": "str"}


def test_a_base_named_in_its_own_mapping_is_an_alternative_under_another_name() -> None:
    made = answering(IT, schemas=ANIMALS % ", mapping: {plain: It, c: Cat}")
    assert alias(made, "It") == "ItBase | Cat | Lion | Dog"
    assert fields(made, "ItBase") == {"kind": "Literal['plain']"}


def test_a_subtype_may_be_a_base_itself() -> None:
    schemas = """
        It: {discriminator: {propertyName: kind}, properties: {kind: {type: string}}}
        Mid: {allOf: [{$ref: '#/components/schemas/It'}], discriminator: {propertyName: kind}}
        Low: {allOf: [{$ref: '#/components/schemas/Mid'}, {properties: {x: {type: integer}}}]}
        """
    made = answering(IT, schemas=schemas)
    assert alias(made, "It") == "Mid | Low"
    assert alias(made, "Mid") == "Low | MidBase"
    assert fields(made, "Low") == {"kind?": "Literal['Low']", "x?": "int"}


def test_a_discriminator_without_subtypes_says_nothing() -> None:
    schemas = "It: {discriminator: {propertyName: kind}, properties: {kind: {type: string}}}"
    assert fields(answering(IT, schemas=schemas), "It") == {"kind?": "str"}


def test_a_mapping_that_leads_nowhere_is_named() -> None:
    schemas = ANIMALS % ", mapping: {c: '#/components/schemas/Nobody'}"
    with pytest.raises(SpecError, match="'#/components/schemas/Nobody' points to nothing"):
        answering(IT, schemas=schemas)


def test_every_choice_from_several_groups_is_an_alternative() -> None:
    schemas = """
        It:
          properties: {o: {type: integer}}
          oneOf: [{properties: {a: {type: string}}, required: [a]}, {properties: {b: {type: string}}}]
          anyOf: [{properties: {c: {type: string}}}, {required: [o]}]
        """
    made = answering(IT, schemas=schemas)
    assert alias(made, "It") == "ItVariant1 | ItVariant2 | ItVariant3 | ItVariant4"
    assert fields(made, "ItVariant1") == {"o?": "int", "a": "str", "c?": "str"}
    assert fields(made, "ItVariant2") == {"o": "int", "a": "str"}
    assert fields(made, "ItVariant4") == {"o": "int", "b?": "str"}


def test_groups_without_keys_around_them_are_combined_too() -> None:
    one = "{properties: {%s: {type: string}}}"
    group = "{oneOf: [%s, %s]}"
    schemas = f"It: {{allOf: [{group % (one % 'a', one % 'b')}, {group % (one % 'c', one % 'd')}]}}"
    made = answering(IT, schemas=schemas)
    keys = [list(fields(made, f"ItVariant{n}")) for n in range(1, 5)]
    assert keys == [["a?", "c?"], ["a?", "d?"], ["b?", "c?"], ["b?", "d?"]]


def test_too_many_combinations_become_optional_keys() -> None:
    one = "{{properties: {{k{0}_{1}: {{}}}}, required: [k{0}_{1}]}}"
    groups = ", ".join(
        f"{{oneOf: [{', '.join(one.format(n, m) for m in range(6))}]}}" for n in range(3)
    )
    made = answering(IT, schemas=f"It: {{allOf: [{groups}]}}")
    names = alias(made, "It").split(" | ")
    assert len(names) == 6
    assert fields(made, names[0]).keys() == {
        "k0_0",
        *(f"k{n}_{m}?" for n in (1, 2) for m in range(6)),
    }


def test_keys_of_if_then_else_and_dependent_schemas_are_optional() -> None:
    schemas = """
        It:
          properties: {country: {type: string}}
          required: [country]
          if: {properties: {country: {const: US}}}
          then: {properties: {zip: {type: string}, code: {type: integer}}, required: [zip]}
          else: {properties: {code: {type: string}, country: {const: DE}}}
          dependentSchemas: {card: {properties: {cvc: {type: integer}}, required: [cvc]}}
        """
    assert fields(answering(IT, schemas=schemas), "It") == {
        "country": "str",
        "zip?": "str",
        "code?": "int | str",
        "cvc?": "int",
    }


ACROSS = {
    "{allOf: [{enum: [a, b, c]}, {enum: [b, c, d]}]}": "Literal['b', 'c']",
    "{allOf: [{enum: [1, 2]}, {enum: [true, 2]}]}": "Literal[2]",
    "{allOf: [{enum: [a]}, {enum: [b]}]}": "Literal['b']",
    "{allOf: [{type: [string, 'null']}, {type: string, maxLength: 5}]}": "str",
    "{allOf: [{type: [string, 'null']}, {type: ['null', string]}]}": "str | None",
    "{allOf: [{type: number}, {type: integer}]}": "int",
    "{allOf: [{type: integer}, {type: number}]}": "int",
    "{allOf: [{type: string}, {type: integer}]}": "int",
}


@pytest.mark.parametrize(("schema", "expected"), ACROSS.items(), ids=ACROSS)
def test_enums_and_types_across_schemas_are_intersected(schema: str, expected: str) -> None:
    assert annotation(schema) == expected


NULLABLE = {
    "{allOf: [{$ref: '#/components/schemas/It'}], nullable: true}": "It | None",
    "{allOf: [{$ref: '#/components/schemas/It'}, {nullable: true}]}": "It | None",
    "{allOf: [{type: string, nullable: true}, {type: string}]}": "str",
    "{allOf: [{type: string, nullable: true}, {type: string, nullable: true, maxLength: 5}]}": (
        "str | None"
    ),
    "{allOf: [{type: string, nullable: true}, {maxLength: 5}]}": "str | None",
    "{allOf: [{type: string}, {maxLength: 5}], nullable: true}": "str | None",
}


@pytest.mark.parametrize(("schema", "expected"), NULLABLE.items(), ids=NULLABLE)
def test_nullable_applies_to_the_whole_all_of(schema: str, expected: str) -> None:
    found = annotation(schema, schemas="It: {enum: [a, b]}", version="3.0.3")
    assert found == expected


def test_a_key_keeps_its_enum_beside_a_less_specific_schema() -> None:
    schemas = """
        It:
          allOf:
            - {properties: {kind: {enum: [a]}, other: {type: string}}}
            - {properties: {kind: {type: string}, other: {enum: [b]}}}
        """
    assert fields(answering(IT, schemas=schemas), "It") == {
        "kind?": "Literal['a']",
        "other?": "Literal['b']",
    }


def test_a_tuple_of_older_drafts_is_a_list() -> None:
    assert (
        annotation("{type: array, items: [{type: string}, {type: integer}]}") == "list[str | int]"
    )
    more = "additionalItems: {type: boolean}"
    assert annotation(f"{{type: array, items: [{{type: string}}], {more}}}") == "list[str | bool]"
    assert annotation("{prefixItems: [{type: string}, {type: 'null'}], items: false}") == (
        "list[str | None]"
    )


def test_a_record_with_an_empty_key_is_a_mapping() -> None:
    made = answering(IT, schemas="It: {required: [''], properties: {'': {type: string}}}")
    # pyright takes no TypedDict with such a key.
    assert "It: TypeAlias = dict[str, str]" in types_text(made)


USER = """
    User:
      required: [id, name, password]
      properties:
        id: {type: integer, readOnly: true}
        name: {type: string}
        password: {type: string, writeOnly: true}
        friends: {type: array, items: {$ref: '#/components/schemas/User'}}
    Group: {properties: {by_name: {additionalProperties: {$ref: '#/components/schemas/User'}}}}
    Either: {oneOf: [{$ref: '#/components/schemas/Group'}, {type: string}]}
    """
BODY = "requestBody: {required: true, content: {application/json: {schema: {properties: {it: {$ref: '#/components/schemas/Either'}}}}}}"
ANSWER = "content: {application/json: {schema: {$ref: '#/components/schemas/Either'}}}"


def test_types_of_requests_and_answers_differ_where_a_key_is_of_one_of_them_alone() -> None:
    made = api(
        f"/a: {{post: {{operationId: a.b, tags: [a], {BODY}, responses: {{200: {{{ANSWER}}}}}}}}}",
        schemas=USER,
    )
    (one,) = made.operations()
    writer = AnnotationWriter(made.definitions)
    assert writer.response(one.response.type) == "Either"
    assert writer.argument(one.arguments[0].type) == "EitherInput"
    assert fields(made, "User") == {"id": "int", "name": "str", "friends?": "list[User]"}
    assert fields(made, "UserInput") == {
        "name": "str",
        "password": "str",
        "friends?": "list[UserInput]",
    }
    assert fields(made, "GroupInput") == {"by_name?": "dict[str, UserInput]"}
    assert alias(made, "EitherInput") == "GroupInput | str"


def test_a_type_of_one_direction_alone_keeps_its_name() -> None:
    none = "responses: {204: {description: none}}"
    made = api(f"/a: {{post: {{operationId: a.b, tags: [a], {BODY}, {none}}}}}", schemas=USER)
    assert fields(made, "User").keys() == {"name", "password", "friends?"}
    assert "UserInput" not in made.definitions
    got = api(
        f"/a: {{get: {{operationId: a.b, tags: [a], responses: {{200: {{{ANSWER}}}}}}}}}",
        schemas=USER,
    )
    assert fields(got, "User").keys() == {"id", "name", "friends?"}


def test_a_secret_that_an_answer_should_not_have_is_masked_all_the_same() -> None:
    schemas = "It: {properties: {pin: {type: string, writeOnly: true, x-secret: true}}}"
    (one,) = answering(IT, schemas=schemas).operations()
    assert one.response.secrets == ("pin",)


def test_unevaluated_properties_are_typed_like_additional_properties() -> None:
    schema = "{properties: {a: {type: string}}, unevaluatedProperties: {type: integer}}"
    assert annotation(schema) == "dict[str, str | int]"


def test_properties_beside_pattern_properties_become_one_mapping() -> None:
    schemas = """
        It:
          properties: {a: {type: integer}, b: {$ref: '#/components/schemas/It'}}
          patternProperties: {'^x-': {type: string}}
        """
    assert alias(answering(IT, schemas=schemas), "It") == "dict[str, int | It | str]"
