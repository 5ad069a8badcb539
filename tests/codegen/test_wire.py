"""Generated packages on the wire: what their methods send, and what they make of the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

import pytest

from lvng_core import InvalidArgumentError, ValidationError
from support.samples import KEY
from support.scripted_server import ScriptedServer, Seen, answer, chunks
from support.sync_async import Colour

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

Resource = Callable[[str, ScriptedServer], Any]
"""The fixture `resource`: a resource of a golden package, `petstore.pet`, with the blocking surface."""


@pytest.fixture
def resource(colour: Colour) -> Iterator[Resource]:
    """Makes clients of golden packages and closes them."""
    with ExitStack() as stack:

        def find(name: str, server: ScriptedServer) -> Any:
            package, _, tag = name.partition(".")
            module = import_module(f"codegen.golden.{package}")
            kind = module.Client if colour.name == "sync" else module.AsyncClient
            client = kind(KEY, base_url=server.url)
            stack.callback(colour.wrap(client).close)
            return colour.wrap(getattr(client, tag) if tag else client)

        yield find


@dataclass
class Case:
    """A call of a method, and the request that it is."""

    method: str
    request: str
    given: dict[str, Any] = field(default_factory=dict)
    args: tuple[Any, ...] = ()
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    response: Any = None


JSON = {"content-type": "application/json"}
REPORT = "left=l&right=true&free%5Bk%5D=v&since=2026-11-24T12%3A00%3A00%2B00%3A00&either=1&json=%7B%22a%22%3A1%7D"
CASES = [
    Case(
        "petstore.pet.update",
        "PUT /pet",
        {"name": "Rex", "photo_urls": ["a"], "category": {"id": 1}, "status": "sold"},
        body={"name": "Rex", "photoUrls": ["a"], "category": {"id": 1}, "status": "sold"},
        headers=JSON,
        response={"a": 1},
    ),
    Case(
        "petstore.pet.find_pets_by_status",
        "GET /pet/findByStatus?status=sold&tags=a,b",
        {"status": "sold", "tags": ["a", "b"]},
        response=[],
    ),
    Case(
        "petstore.pet.update_pet_with_form",
        "POST /pet/7",
        {"name": "Rex & Co", "status": "sold"},
        (7,),
        body=b"name=Rex+%26+Co&status=sold",
        headers={"content-type": "application/x-www-form-urlencoded"},
        response={"a": 1},
    ),
    Case(
        "petstore.pet.upload_file",
        "POST /pet/7/uploadImage?additionalMetadata=m",
        {"additional_metadata": "m", "body": b"\x00\xff"},
        (7,),
        body=b"\x00\xff",
        headers={"content-type": "application/octet-stream"},
        response={"a": 1},
    ),
    Case("petstore.pet.delete", "DELETE /pet/7", {"api_key": "k"}, (7,), headers={"api_key": "k"}),
    Case(
        "petstore.user.create_users_with_list_input",
        "POST /user/createWithList",
        {"body": [{"username": "a"}]},
        body=[{"username": "a"}],
        response={"a": 1},
    ),
    Case("petstore.store.get_inventory", "GET /store/inventory", response={"sold": 1}),
    Case(
        "parameters.reports.get",
        f"GET /reports/2026/a,b/2026-11-24?shared=1&ids=1&ids=2&csv=a,b&piped=a%7Cb"
        f"&filter%5Bstatus%5D=open&filter%5Bnested%5D%5Bx%5D=1&{REPORT}",
        {
            "shared": 1,
            "x_version": 2,
            "ids": (1, 2),
            "filter_status": "open",
            "left": "l",
            "right": True,
            "since": NOON,
            "either": 1,
            "json": {"a": 1},
            "x_request_tags": ["a", "b"],
            "csv": ("a", "b"),
            "piped": ["a", "b"],
            "filter_nested": {"x": 1},
            "free": {"k": "v"},
            "session": "s 1",
        },
        (2026, ["a", "b"], date(2026, 11, 24)),
        headers={"x-version": "2", "x-request-tags": "a,b", "cookie": "session=s%201"},
        response={"a": 1},
    ),
    Case(
        "names.class_.import_",
        "GET /class/a%2Fb?from=x&self=s&options=o&None=n&filter%5Bname%5D=f&%24top=1&2nd=2"
        "&gr%C3%B6%C3%9Fe=g&userIDs=1&userIDs=2&%3F%3F=v",
        {
            "class_": "a/b",
            "from_": "x",
            "self_": "s",
            "options_": "o",
            "none": "n",
            "filter_name": "f",
            "top": 1,
            "value_2nd": "2",
            "größe": "g",
            "user_ids": ["1", "2"],
            "value": "v",
        },
        response={"a": 1},
    ),
    Case(
        "names.class_.clash",
        "POST /clash/path?id=query&user_id=1&userId=2",
        {
            "query_id": "query",
            "header_id": "header",
            "body_id": "body",
            "user_id": "1",
            "query_user_id": "2",
            "body_user_id": "3",
        },
        ("path",),
        body={"id": "body", "userId": "3"},
        headers={"id": "header"},
        response={"a": 1},
    ),
    Case("names.shadows.str", "GET /shadows/str?str=s", {"str": "s"}, response="text"),
    Case(
        "names.shadows.date",
        "GET /shadows/date?date=2026-11-24",
        {"date": date(2026, 11, 24)},
        response=[],
    ),
    Case("request_bodies.bodies.any", "POST /any", {"body": [1]}, body=[1], headers=JSON),
    Case("request_bodies.bodies.any", "POST /any", body=b""),
    Case("request_bodies.bodies.scalar", "PUT /scalar", {"body": None}, body=b"null", headers=JSON),
    Case("request_bodies.bodies.map", "PUT /map", {"body": {"a": "b"}}, body={"a": "b"}),
    Case("request_bodies.bodies.optional", "POST /optional", body=b""),
    Case("request_bodies.bodies.optional", "POST /optional", {"name": "n"}, body={"name": "n"}),
    Case("request_bodies.bodies.any", "POST /any", {"body": None}, body=b"null"),
    Case("request_bodies.bodies.nullable", "PATCH /nullable", {"must": None}, body={"must": None}),
    Case(
        "request_bodies.bodies.nullable",
        "PATCH /nullable",
        {"must": "m", "may": None, "ref": {"name": "n"}},
        body={"must": "m", "may": None, "ref": {"name": "n"}},
    ),
    Case(
        "request_bodies.bodies.patch",
        "PATCH /patch",
        {"name": "n"},
        body={"name": "n"},
        headers={"content-type": "application/merge-patch+json"},
    ),
    Case(
        "request_bodies.bodies.json_patch",
        "PATCH /jsonpatch",
        {"body": [{"op": "add"}]},
        body=[{"op": "add"}],
        headers={"content-type": "application/json-patch+json; charset=utf-8"},
    ),
    Case(
        "request_bodies.bodies.text",
        "PUT /text",
        {"body": "größe"},
        body="größe".encode(),
        headers={"content-type": "text/plain; charset=utf-8"},
    ),
    Case("request_bodies.bodies.xml", "PUT /xml", body=b""),
    Case(
        "request_bodies.bodies.image",
        "PUT /image",
        {"body": b"png"},
        body=b"png",
        headers={"content-type": "image/png"},
    ),
    Case("edge.jobs.cancel", "POST /jobs/a%2Fb:cancel", args=("a/b",)),
    Case(
        "old.items.list", "GET /items?since=2026-11-24", {"since": date(2026, 11, 24)}, response=[]
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{n}-{case.method}" for n, case in enumerate(CASES)])
def test_a_method_sends_what_the_document_says(case: Case, resource: Resource) -> None:
    name, _, method = case.method.rpartition(".")
    with ScriptedServer(answer(200, json.dumps(case.response).encode())) as server:
        found = getattr(resource(name, server), method)(*case.args, **case.given)
    assert found == case.response
    seen = server.last
    assert f"{seen.method} {seen.target}" == case.request
    for header, value in case.headers.items():
        assert seen.header(header) == value
    if case.body is not None:
        assert (seen.body if isinstance(case.body, bytes) else seen.json()) == case.body


def parts(seen: Seen) -> list[tuple[str, str]]:
    """Names and contents of a multipart form."""
    kind = seen.header("content-type") or ""
    boundary = kind.partition("boundary=")[2].encode()
    found = []
    for part in seen.body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.strip(b"\r\n").partition(b"\r\n\r\n")
        found.append((head.partition(b'name="')[2].partition(b'"')[0].decode(), content.decode()))
    return found


def test_a_form_with_files_is_sent_in_parts(resource: Resource) -> None:
    with ScriptedServer(answer(204)) as server:
        resource("request_bodies.bodies", server).multipart(
            file=b"one", others=[b"two", b"three"], name="n", meta={"a": 1}, tags=["x", "y"]
        )
    assert sorted(parts(server.last)) == [
        ("file", "one"),
        ("meta", '{"a":1}'),
        ("name", "n"),
        ("others", "three"),
        ("others", "two"),
        ("tags", "x"),
        ("tags", "y"),
    ]


def test_a_wrong_argument_is_named_by_its_python_name_and_nothing_is_sent(
    resource: Resource,
) -> None:
    with ScriptedServer(answer(200, {})) as server:
        pet = resource("petstore.pet", server)
        with pytest.raises(InvalidArgumentError, match=r"^photo_urls must be a list"):
            pet.update(name="n", photo_urls="a")
        with pytest.raises(TypeError, match="name"):
            pet.update(photo_urls=[])
    assert server.requests == []


def test_an_error_is_raised_as_documented(resource: Resource) -> None:
    with ScriptedServer(answer(422, {"error": "no"})) as server, pytest.raises(ValidationError):
        resource("petstore.pet", server).update(name="n", photo_urls=[])


def test_a_list_is_walked_over_its_pages(resource: Resource) -> None:
    first, second = {"items": [{"n": 1}, {"n": 2}]}, {"items": [{"n": 3}]}
    with ScriptedServer(answer(200, first), answer(200, second)) as server:
        found = list(resource("responses.responses", server).iter_pages_of(page_size=2))
    assert found == [{"n": 1}, {"n": 2}, {"n": 3}]
    queries = [parse_qs(seen.target.partition("?")[2]) for seen in server.requests]
    assert queries == [{"page_size": ["2"]}, {"page_size": ["2"], "page": ["2"]}]


def test_a_stream_is_read_event_by_event_also_by_its_shortcut(resource: Resource) -> None:
    events = b'event: progress\ndata: {"percent": 5}\n\n', b"event: done\ndata: {}\n\n"
    with ScriptedServer(chunks(*events)) as server:
        streams = [
            resource("responses.responses", server).typed_events(),
            resource("responses", server).watch_job(),
        ]
        told = [[(event.event, event.data) for event in stream] for stream in streams]
    assert told == [[("progress", {"percent": 5}), ("done", {})]] * 2
    assert [seen.header("accept") for seen in server.requests] == ["text/event-stream"] * 2


def test_a_file_is_downloaded(resource: Resource) -> None:
    with ScriptedServer(answer(200, b"\x89PNG", {"Content-Type": "image/png"})) as server:
        download = resource("responses.responses", server).file()
        assert server.requests == []
        assert download.read() == b"\x89PNG"
        assert resource("responses", server).picture().read() == b"\x89PNG"
    assert server.last.header("accept") == "image/png, image/jpeg"


def test_secrets_of_an_answer_do_not_show(resource: Resource) -> None:
    with ScriptedServer(answer(200, {"data": {"key": "sesame"}})) as server:
        found = resource("responses", server).new_secret()
    assert json.dumps(found) == '{"data": {"key": "sesame"}}'
    assert "sesame" not in repr(found)
