"""What readers are told: docstrings of methods, and limits, defaults and known values in words."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.documents import annotation, api, document, operation
from lvng_codegen.model.api import SchemaDocs
from lvng_codegen.model.schema_docs import docs_of
from lvng_codegen.render.docstrings import about, iterator_doc, method_doc, prose, quote, sentence


def doc(text: str, *, schemas: str = "", more: str = "") -> str:
    """The docstring of an operation with these members."""
    made = api(_with(text), schemas=schemas, more=more)
    (only,) = made.operations()
    return _plain(method_doc(only, made.definitions))


def _plain(lines: list[str]) -> str:
    value = ast.literal_eval("\n".join(lines).strip())
    return "\n".join(line.removeprefix(" " * 8) for line in str(value).rstrip().split("\n"))


def _with(text: str) -> str:
    lines = [f"    {line.strip()}" for line in text.strip().splitlines()]
    head = ["/things:", "  get:", "    operationId: things.find_all", "    tags: [things]"]
    tail = [] if "responses:" in text else ["    responses: {204: {description: none}}"]
    return "\n".join([*head, *lines, *tail])


def test_a_method_without_a_word_about_it_is_described_by_its_name() -> None:
    assert doc("") == ("Find all.\n\nArgs:\n    options: Overrides for this call.")


def test_the_sections_of_a_docstring_have_a_fixed_order() -> None:
    text = """
        summary: Find things
        description: "A first paragraph.\\n\\n- one\\n- two\\n\\nLast."
        deprecated: true
        x-provenance: documented
        x-source: the page
        parameters: [{name: size, in: query, description: How many, schema: {type: integer, minimum: 1, default: 5}}]
        responses: {204: {description: ok}, 404: {description: None there}, 400: {description: Bad}, 422: {description: Bad}, 409: {description: Taken}, 500: {description: x}}
        """
    assert doc(text) == (
        "Find things.\n\n"
        "A first paragraph.\n\n- one\n- two\n\nLast. Source: documented.\n\n"
        "Deprecated: the API may drop it.\n\n"
        "Args:\n"
        "    size: How many (at least 1; default 5).\n"
        "    options: Overrides for this call.\n\n"
        "Raises:\n"
        "    ValidationError: Bad.\n"
        "    NotFoundError: None there.\n"
        "    ConflictError: Taken."
    )


def test_an_error_is_listed_where_the_operation_describes_it_itself() -> None:
    """What a shared response says holds for the whole API: the clients say it once."""
    shared = "$ref: '#/components/responses/Bad'"
    own = f"{{description: Wrong password., {shared}}}"
    text = f"responses: {{204: {{description: ok}}, 400: {{{shared}}}, 401: {own}, 404: {{{shared}}}, 409: {{}}}}"
    more = "components: {responses: {Bad: {description: Never valid.}}}"
    assert doc(text, more=more).endswith("Raises:\n    AuthenticationError: Wrong password.")
    old = api(_with(text), more=more, version="3.0.3")
    assert [one.text for one in next(old.operations()).errors] == ["", "", "", ""]


SOURCES = {
    "summary: Find": "Find. Source: sdk.",
    f"summary: {'F' * 74}": f"{'F' * 74}. Source: sdk.",
    f"summary: {'F' * 75}": f"{'F' * 75}.\nSource: sdk.",
    "description: A fragment": "Find all.\n\nA fragment\n\nSource: sdk.",
    "description: '- one\n\n\n  - two.'": "Find all.\n\n- one\n\n- two.\n\nSource: sdk.",
}


@pytest.mark.parametrize(("text", "opening"), SOURCES.items(), ids=SOURCES)
def test_the_source_ends_the_description(text: str, opening: str) -> None:
    assert doc(f"{text}\nx-provenance: sdk").partition("\n\nArgs:")[0] == opening


NAMES_KEYS = {
    "The pet is under `best`.": "",
    "Quick. The pets are under `Pets`.": "Quick.",
    "The pets are under `Pets`, the position of the page under `pagination`.": "",
    "The pet is under `worst`.": "The pet is under `worst`.",
    "The pet is under `best`. Pat it.": "The pet is under `best`. Pat it.",
    "`message` describes the outcome.": "`message` describes the outcome.",
}


@pytest.mark.parametrize(("description", "told"), NAMES_KEYS.items(), ids=NAMES_KEYS)
def test_a_description_that_only_lists_the_returned_keys_is_dropped(
    description: str, told: str
) -> None:
    responses = "{200: {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}"
    text = f"summary: Get\ndescription: '{description}'\nresponses: {responses}"
    opening = doc(text, schemas=SCHEMAS).partition("Args:")[0]
    assert opening == ("Get.\n\n" + f"{told}\n\n" * bool(told))


def test_a_description_that_repeats_the_summary_is_left_out() -> None:
    assert doc("summary: Find\ndescription: Find").startswith("Find.\n\nArgs:")


def test_the_walk_over_pages_refers_to_the_list() -> None:
    text = """
        summary: Find things
        x-paging: {style: offset}
        parameters: [{name: offset, in: query, schema: {type: integer}}]
        responses: {200: {description: ok, content: {application/json: {schema: {properties: {data: {items: {type: string}}}}}}}}
        """
    (only,) = api(_with(text)).operations()
    assert _plain(iterator_doc(only)) == (
        "Iterate over all pages of `find_all`, entry by entry; the arguments are the same."
    )


RETURNS = {
    "{type: string}": "A string.",
    "{type: integer}": "A whole number.",
    "{type: [number, 'null']}": "A number or `None`.",
    "{items: {type: boolean}}": "A list of booleans.",
    "{items: {items: {type: string}}}": "A list of a list of strings.",
    "{type: string, format: date}": "A date as ISO 8601.",
    "{items: {type: string, format: date-time}}": "A list of datetimes as ISO 8601.",
    "{type: object}": "The JSON of the response.",
    "{items: {}}": "A list of values.",
    "{items: {$ref: '#/components/schemas/Pet'}}": "A list of `Pet`.",
    "{$ref: '#/components/schemas/Pet'}": "`name`, `Pets` (list of `Pet`), `best` (`Pet`).",
}
SCHEMAS = """
    Pet:
      properties:
        name: {type: string}
        Pets: {items: {$ref: '#/components/schemas/Pet'}}
        best: {anyOf: [{$ref: '#/components/schemas/Pet'}, {type: 'null'}]}
    """


@pytest.mark.parametrize(("schema", "told"), RETURNS.items(), ids=RETURNS)
def test_the_returns_section_describes_the_schema(schema: str, told: str) -> None:
    text = f"responses: {{200: {{description: ok, content: {{application/json: {{schema: {schema}}}}}}}}}"
    assert doc(text, schemas=SCHEMAS).endswith(f"Returns:\n    {told}")


def test_the_returns_section_names_the_first_of_many_keys() -> None:
    keys = ", ".join(f"k{n}: {{}}" for n in range(20))
    text = f"responses: {{200: {{description: ok, content: {{application/json: {{schema: {{properties: {{{keys}}}}}}}}}}}}}"
    told = " ".join(doc(text).split())
    assert "Returns: `k0`, " in told
    assert "`k13` and 6 more keys." in told


def test_streams_and_downloads_are_told() -> None:
    stream = "responses: {200: {description: ok, content: {text/event-stream: {}}}}"
    told = " ".join(doc(f"x-stream-end: [done, stop, error]\n{stream}").split())
    assert "It ends with `done`, `stop` or `error`." in told
    assert "It ends" not in doc(stream)
    file = "responses: {200: {description: ok, content: {image/png: {}}}}"
    assert "The content, fetched when it is saved, iterated or read." in doc(file)


LIMITS = {
    "minimum: 1, maximum: 10": "1 to 10",
    "minimum: 1": "at least 1",
    "minimum: 0": "",
    "maximum: 1000": "at most 1,000",
    "maximum: 1.5": "at most 1.5",
    "minLength: 1": "not empty",
    "minLength: 0": "",
    "minLength: 3": "at least 3 characters",
    "maxLength: 1": "at most 1 character",
    "minLength: 1, maxLength: 50": "1 to 50 characters",
    "minItems: 1, maxItems: 3": "1 to 3 items",
    "minItems: 1": "not empty",
    "exclusiveMinimum: 0": "more than 0",
    "exclusiveMinimum: 0, exclusiveMaximum: 1": "more than 0 and less than 1",
    "minimum: 0, exclusiveMinimum: true": "more than 0",
    "minimum: 0, exclusiveMinimum: false, maximum: 5": "0 to 5",
    "maximum: 5, exclusiveMaximum: true": "less than 5",
    "multipleOf: 0.5": "a multiple of 0.5",
    "minimum: '1'": "",
    "minimum: true": "",
}


@pytest.mark.parametrize(("keywords", "told"), LIMITS.items(), ids=LIMITS)
def test_limits_are_told_in_words(keywords: str, told: str) -> None:
    schema = document(f"x: {{{keywords}}}").root.get("x")
    assert schema is not None
    assert docs_of(schema).limits == told


ABOUT = {
    "text": (SchemaDocs("How many"), "How many."),
    "all": (SchemaDocs("How many", "1 to 5", "5"), "How many (1 to 5; default 5)."),
    "no text": (SchemaDocs("", "1 to 5"), "1 to 5."),
    "default text": (SchemaDocs("", "", "name"), "default `name`."),
    "default True": (SchemaDocs("", "", "True"), "default True."),
    "known": (SchemaDocs("State", known=("a", "b")), "State. Known values: `a`, `b`."),
    "deprecated": (SchemaDocs("Old", deprecated=True), "Old. Deprecated."),
    "nothing": (SchemaDocs(), ""),
}


@pytest.mark.parametrize(("docs", "told"), ABOUT.values(), ids=ABOUT)
def test_facts_of_a_schema_become_one_sentence(docs: SchemaDocs, told: str) -> None:
    assert about(docs) == told


def test_known_values_and_descriptions_come_from_the_schema_or_what_it_refers_to() -> None:
    made = operation(
        """
        parameters:
          - {name: a, in: query, schema: {$ref: '#/components/schemas/State'}}
          - {name: b, in: query, description: Own., schema: {$ref: '#/components/schemas/State'}}
          - {name: c, in: query, schema: {items: {type: string, x-open-enum: [x, y]}}}
          - {name: d, in: query, schema: {type: string, title: Titled, default: ''}}
          - {name: e, in: query, schema: {default: null}}
        """,
        schemas="State: {type: string, description: Said., enum: [on, off], x-open-enum: true, default: on}",
    )
    assert [one.docs for one in made.arguments] == [
        SchemaDocs("Said.", default="on", known=("on", "off")),
        SchemaDocs("Own.", default="on", known=("on", "off")),
        SchemaDocs(known=("x", "y")),
        SchemaDocs("Titled", default='""'),
        SchemaDocs(),
    ]


def test_long_lines_are_wrapped_and_lists_hang_together() -> None:
    text = "word " * 40 + "\n\n1. first\n2) second\n* third\ncontinued"
    lines = prose(text, 4)
    assert max(map(len, lines)) <= 92
    assert lines[-4:] == ["", "1. first", "2) second", "* third continued"]


SENTENCES = {"A": "A.", "A.": "A.", "A!": "A!", " A? ": "A?", "": "", "A…": "A…"}


@pytest.mark.parametrize(("text", "expected"), SENTENCES.items(), ids=map(repr, SENTENCES))
def test_a_sentence_ends_with_a_full_stop(text: str, expected: str) -> None:
    assert sentence(text) == expected


@settings(derandomize=True, database=None)
@given(st.lists(st.text(st.characters(codec=None) | st.sampled_from('"\\\n')), max_size=4))
def test_any_text_is_quoted_as_a_valid_docstring(lines: list[str]) -> None:
    module = ast.parse("\n".join(quote(lines, 0)))
    said = ast.get_docstring(module, clean=False)
    assert said is not None
    kept = [char for line in lines for char in line if char.isprintable() and char != " "]
    assert [char for char in said if char not in " \n"] == (kept or list("Undocumented."))


def test_a_description_never_changes_a_type() -> None:
    assert annotation("{type: string, description: 'int'}") == "str"
