"""Validation: requests that violate the contract are rejected with a reason, without effect."""

from __future__ import annotations

import pytest

from support.examples import CHANNEL_ID
from support.sandbox import Api

NOTES = "/api/v2/notes"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "t"}, "content"),
        ({"title": 1, "content": "x"}, "title"),
        ({"title": "t", "content": "x", "tags": ["a", 2]}, "tags.1"),
        ([], "body"),
    ],
    ids=["missing", "type", "nested", "no object"],
)
def test_an_invalid_body_names_its_field(api: Api, body: object, field: str) -> None:
    error = api.post(NOTES, body, status=400)["error"]
    assert error["code"] == "VALIDATION_ERROR"
    assert field in [detail["field"] for detail in error["details"]]


@pytest.mark.parametrize(
    ("path", "body", "name", "default"),
    [
        ("contacts", {"name": "Li"}, "source", "manual"),
        ("voice-notes", {"audioUrl": "https://files.lvng.ai/a.webm"}, "mime_type", "audio/webm"),
        ("messages", {"channel_id": CHANNEL_ID, "content": "Hi"}, "content_type", "text"),
    ],
    ids=["contact", "voice note", "message"],
)
def test_omitted_members_have_the_contracts_defaults(
    api: Api, path: str, body: dict[str, str], name: str, default: str
) -> None:
    answer = api.post(f"/api/v2/{path}", body)
    (record,) = [one for one in answer.values() if isinstance(one, dict) and name in one]
    assert record[name] == default


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b'{"title": NaN}', b"[" * 100_000])
def test_invalid_json_is_rejected(api: Api, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = api.http.post(NOTES, content=content, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == "body"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "offset=-1", "limit=5&limit=6", "is_pinned=maybe"]
)
def test_an_invalid_query_names_its_parameter(api: Api, query: str) -> None:
    answer = api.http.get(f"{NOTES}?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["details"][0]["field"] == query.partition("=")[0]


def test_a_body_above_the_limit_is_rejected(api: Api) -> None:
    big = b'{"title": "' + b"x" * (33 * 1024 * 1024) + b'"}'
    assert api.http.post(NOTES, content=big).status_code == 413


def test_an_unknown_path_is_404_and_a_wrong_method_405(api: Api) -> None:
    assert api.http.get("/api/v2/nonsense").status_code == 404
    assert api.http.get("/").status_code in {200, 404}
    assert api.http.put(NOTES, json={}).status_code == 405


def test_a_static_path_is_not_an_id_for_other_methods(api: Api) -> None:
    """`PUT /settings/{category}` is not meant by `PUT /settings/defaults`."""
    answer = api.http.put("/api/v2/settings/defaults", json={"settings": {}})
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize(
    "address",
    [
        f"{NOTES}?offset=9223372036854775807&limit=9223372036854775807",
        "/api/v2/twin-workspace?page=9223372036854775807&page_size=20",
        "/api/v2/conversations?limit=9223372036854775807",
    ],
    ids=["offset", "page", "cursor"],
)
def test_an_offset_beyond_the_list_gives_an_empty_page(api: Api, address: str) -> None:
    answer = api.get(address)
    assert not answer.get("nextCursor")
    assert not answer.get("pagination", {}).get("hasMore")


@pytest.mark.parametrize(
    "id", ["'; DROP TABLE records; --", "..%2f..%2fusers", "%00", "a%0d%0aSet-Cookie: x=1", "☃"]
)
def test_ids_are_not_interpreted(api: Api, id: str) -> None:
    answer = api.http.get(f"{NOTES}/{id}")
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers
    assert api.get(NOTES)["data"]


def test_every_response_has_a_unique_request_id(api: Api) -> None:
    ids = {api.http.get(NOTES).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.parametrize("number", ["1e400", "9" * 30, "-1e300"])
def test_numbers_out_of_range_are_rejected(api: Api, number: str) -> None:
    content = f'{{"content": "x", "metadata": {{"n": {number}}}}}'.encode()
    assert api.http.post(NOTES, content=content).status_code == 400


def test_lone_surrogates_are_rejected(api: Api) -> None:
    assert api.http.post(NOTES, content=rb'{"content": "\ud83d"}').status_code == 400
    assert api.http.post(NOTES, content=rb'{"content": "\ud83d\ude00"}').status_code == 201


def test_a_float_without_fraction_is_an_integer(api: Api) -> None:
    body = b'{"query": "sales", "limit": 2.0}'
    assert api.http.post("/api/knowledge/search", content=body).status_code == 200


def test_unknown_members_are_not_stored(api: Api) -> None:
    created = api.post("/api/v2/agents", {"name": "x", "id": "my-own-id", "ownerId": "usr_other"})
    assert created["agent"]["id"] != "my-own-id"
    assert created["agent"]["ownerId"] != "usr_other"
    id = created["agent"]["id"]
    assert api.patch(f"/api/v2/agents/{id}", {"name": "y", "id": "other"})["agent"]["id"] == id
