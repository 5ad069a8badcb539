"""What operations answer: always a schema that says something, and lists that can be walked."""

from __future__ import annotations

from lvng_core import SSEDecoder
from support.contract import (
    DOCUMENT,
    OPERATIONS,
    Node,
    needed,
    published,
    resolve,
    schemas,
    violations,
)

WALKED_BY = {
    "offset": {"limit", "offset"},
    "page": {"page", "page_size"},
    "cursor": {"limit", "cursor"},
}


def answer_of(operation: Node) -> Node:
    """The one answer of success."""
    answers = published(operation)["responses"]
    (status,) = (one for one in answers if one.startswith("2"))
    answer: Node = answers[status]
    return answer


def is_bare(operation: Node) -> bool:
    """Whether the entries of a list are not in a member of its answer, but the answer itself, or deeper inside."""
    if operation["returns"] != "json":
        return False
    members = schema_of(operation).get("properties", {}).values()
    return not any(resolve(one).get("type") == "array" for one in members)


def schema_of(operation: Node) -> Node:
    (content,) = answer_of(operation)["content"].values()
    return resolve(content["schema"])


def test_every_operation_has_one_answer_with_a_schema() -> None:
    for operation in OPERATIONS:
        answer = answer_of(operation)
        assert answer["description"]
        if operation["returns"] == "none":
            assert "content" not in answer
            continue
        schema = schema_of(operation)
        (media,) = answer["content"]
        if operation["returns"] == "json":
            assert media == "application/json"
            assert schema.get("properties") or schema["items"], operation["id"]
        elif operation["returns"] == "sse":
            assert media == "text/event-stream"
        else:
            assert schema["format"] == "binary", operation["id"]


def test_no_object_is_left_open_by_mistake() -> None:
    """Where the members are not known, `additionalProperties` says so."""
    says = {"properties", "additionalProperties"}
    assert not [
        pointer
        for pointer, schema in schemas()
        if "object" in schema.get("type", ()) and not says & schema.keys()
    ]


def test_members_are_described_and_those_required_exist() -> None:
    for pointer, schema in schemas():
        members = schema.get("properties", {})
        assert set(needed(schema)) <= members.keys() or schema.keys() == {"required"}, pointer
        assert all(member["description"] for member in members.values()), pointer


def test_a_list_with_paging_parameters_declares_its_paging() -> None:
    for operation in OPERATIONS:
        wire = {param["wire"] for param in operation["params"]}
        styles = {style for style, names in WALKED_BY.items() if names <= wire}
        paging = operation["paging"]
        assert bool(styles) == bool(paging) or is_bare(operation), operation["id"]
        if paging:
            assert operation["http"] == "GET"
            assert paging["style"] in styles, operation["id"]
            check_page(paging, schema_of(operation)["properties"])


def check_page(paging: Node, members: Node) -> None:
    assert members[paging["items"]]["type"] == "array"
    if paging["style"] == "cursor":
        assert members["nextCursor"]["type"] == ["string", "null"]
    else:
        place = resolve(members["pagination"])["properties"]
        assert place.keys() == WALKED_BY[paging["style"]] | {"total", "hasMore"}


def test_the_sample_of_a_stream_is_made_of_its_events() -> None:
    for operation in OPERATIONS:
        if operation["returns"] == "sse":
            check_stream(published(operation), schema_of(operation)["examples"][0])


def check_stream(node: Node, sample: str) -> None:
    decoder = SSEDecoder()
    events = list(decoder.feed(sample.encode()))
    decoder.close()
    for event in events:
        payload = f"/components/schemas/{node['x-events']}/properties/{event.event}"
        assert violations(payload, event.data) == []
    assert len(events) > 1
    assert events[-1].event in node["x-stream-end"]


def test_every_component_is_used() -> None:
    text = str(DOCUMENT)
    events = {published(operation).get("x-events") for operation in OPERATIONS}
    for kind in ("schemas", "responses", "headers", "parameters"):
        for name in DOCUMENT["components"][kind]:
            assert f"'#/components/{kind}/{name}'" in text or name in events, name
