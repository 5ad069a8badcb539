"""`$dynamicRef`: a reference to the outermost schema with its anchor, of those that led to it."""

from __future__ import annotations

from codegen.documents import annotation, answering, types_text

TREES = """
    Tree: {$id: tree, $dynamicAnchor: node, properties: {leaf: {$ref: leaf}, below: {items: {$dynamicRef: '#node'}}}}
    Named: {$id: named, $dynamicAnchor: node, $ref: tree, properties: {name: {type: string}}}
    Leaf: {$id: leaf, properties: {at: {type: string}}}
    """


def test_a_dynamic_reference_is_to_the_schema_that_extends() -> None:
    text = types_text(answering("{$ref: '#/components/schemas/Named'}", schemas=TREES))
    assert "below: NotRequired[list[Named]]" in text
    assert "leaf: NotRequired[Leaf]" in text
    assert "class Tree" not in text
    text = types_text(answering("{$ref: '#/components/schemas/Tree'}", schemas=TREES))
    assert "below: NotRequired[list[Tree]]" in text


def test_a_dynamic_reference_is_a_parameter_of_a_schema() -> None:
    schemas = """
        Pets: {$id: pets, $ref: page, $defs: {item: {$dynamicAnchor: item, $ref: '/pet'}}}
        Counts: {$id: counts, $ref: page, $defs: {item: {$dynamicAnchor: item, type: integer}}}
        Page: {$id: page, properties: {data: {items: {$dynamicRef: '#item'}}}, $defs: {item: {$dynamicAnchor: item}}}
        Pet: {$id: /pet, properties: {name: {type: string}}}
        """
    both = "{properties: {pets: {$ref: pets}, counts: {$ref: counts}, any: {$ref: page}}}"
    made = answering(both, schemas=schemas)

    text = types_text(made)
    assert "data: NotRequired[list[PetsItem]]" in text
    assert "CountsItem: TypeAlias = int" in text
    assert "PageItem: TypeAlias = Any" in text
    assert "name: NotRequired[str]" in text


def test_an_anchor_that_is_not_dynamic_is_referred_to_as_it_is() -> None:
    schemas = "Here: {$anchor: here, type: string}"
    assert annotation("{items: {$dynamicRef: '#here'}}", schemas=schemas) == "list[Here]"
