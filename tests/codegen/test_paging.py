"""Lists that are walked page by page: what `x-paging` needs, and how the walking method is called."""

from __future__ import annotations

import pytest

from codegen.documents import api, operation
from lvng_codegen.errors import SpecError
from lvng_codegen.model.types import Named

RECORDS = "{required: [data], properties: {data: {type: array, items: {$ref: '#/components/schemas/Pet'}}}}"
SCHEMAS = f"""
    Pet: {{properties: {{name: {{type: string}}}}}}
    Pets: {{type: array, items: {{$ref: '#/components/schemas/Pet'}}}}
    Page: {RECORDS}
    Again: {{$ref: '#/components/schemas/Page'}}
    """


def listing(
    id: str = "pets.list",
    *,
    answer: str = RECORDS,
    paging: str = "{style: offset}",
    parameter: str = "offset",
) -> str:
    """A path with an operation that lists."""
    return f"""
/{id}:
  get:
    operationId: {id}
    tags: [pets]
    x-paging: {paging}
    parameters: [{{name: {parameter}, in: query, schema: {{type: integer}}}}]
    responses: {{200: {{description: ok, content: {{application/json: {{schema: {answer}}}}}}}}}
"""


ANSWERS = {
    "inline": RECORDS,
    "by reference": "{$ref: '#/components/schemas/Page'}",
    "by an alias": "{$ref: '#/components/schemas/Again'}",
    "list by reference": "{properties: {data: {$ref: '#/components/schemas/Pets'}}}",
    "list that may be null": (
        "{properties: {data: {type: [array, 'null'], items: {$ref: '#/components/schemas/Pet'}}}}"
    ),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_the_entries_are_found_under_their_key(answer: str) -> None:
    (made,) = api(listing(answer=answer), schemas=SCHEMAS).operations()
    assert made.paging is not None
    assert (made.paging.style, made.paging.items, made.paging.method) == ("offset", "data", "iter")
    assert made.paging.item == Named("Pet")


STYLES = {"offset": "offset", "page": "page", "cursor": "cursor"}


@pytest.mark.parametrize(("style", "parameter"), STYLES.items(), ids=STYLES)
def test_each_paging_style_is_accepted_with_its_parameter(style: str, parameter: str) -> None:
    text = listing(paging=f"{{style: {style}, items: data}}", parameter=parameter)
    (made,) = api(text, schemas=SCHEMAS).operations()
    assert made.paging is not None
    assert made.paging.style == style


def test_the_method_is_named_after_the_list_and_never_takes_the_place_of_another() -> None:
    ids = ["pets.list", "pets.list_toys", "pets.owners", "pets.iter", "pets.listing"]
    made = api("".join(listing(id) for id in ids), schemas=SCHEMAS)
    assert [one.paging.method for one in made.operations() if one.paging] == [
        "iter2",
        "iter_toys",
        "iter_owners",
        "iter_iter",
        "iter_listing",
    ]


WRONG = {
    "style": ({"paging": "{style: link}"}, "the style 'link' is none of offset, page and cursor"),
    "no style": ({"paging": "{}"}, "the style '' is none of offset, page and cursor"),
    "no object": ({"paging": "offset"}, "expected an object, found 'offset'"),
    "parameter": ({"parameter": "start"}, "paging by offset needs a parameter 'offset'"),
    "key": ({"paging": "{style: offset, items: pets}"}, "the response has no list under 'pets'"),
    "no list": (
        {"answer": "{properties: {data: {type: string}}}"},
        "the response has no list under 'data'",
    ),
    "a bare list": ({"answer": "{type: array}"}, "the response has no list under 'data'"),
}


@pytest.mark.parametrize(("wrong", "message"), WRONG.values(), ids=WRONG)
def test_invalid_paging_is_reported_with_its_place(wrong: dict[str, str], message: str) -> None:
    with pytest.raises(SpecError) as caught:
        api(listing(**wrong), schemas=SCHEMAS)
    assert str(caught.value) == f"api.yaml#/paths/~1pets.list/get/x-paging: {message}"


def test_a_stream_is_not_walked() -> None:
    text = """
        x-paging: {style: offset}
        parameters: [{name: offset, in: query, schema: {type: integer}}]
        responses: {200: {description: ok, content: {text/event-stream: {}}}}
        """
    with pytest.raises(SpecError, match="the response has no list under 'data'"):
        operation(text)
