"""Attacks by path, query, header or size: they are treated as data, or rejected."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from lvng_sandbox import Sandbox
from support.arguments import example
from support.contract import OPERATIONS, Node, published, resolve
from support.sandbox import Api, Connect

FILES = "/api/v2/files"
NOTES = "/api/v2/notes"
REFUSED = {400, 403, 404, 409, 422}
SYNTAX = [
    *("'", '"', "''", "%", "_", "\\", "\x00", "(", "*", "^", "-", ":", ";", "?1", "$.id", "\ud7ff"),
    *("' OR 1=1 --", "'; DROP TABLE records; --", "1) UNION SELECT * FROM keys --"),
    *("a AND", "NOT a", "OR", "NEAR(a b, 2)", "title:a", "{title content}: a", '"a" *', "a + b"),
]
ESCAPES = [
    *("../../../etc/passwd", "../x", "./x", "/etc/passwd", "\\..\\..", "....//", "%2e%2e%2f"),
    *("\x00", "a\x00.txt", "a\r\nSet-Cookie: x=1", "'; DROP TABLE records; --", "x" * 3000),
]


def address(operation: Node, id: str | None = None) -> str:
    """The path of an operation below the contract's examples, or with an id in place of the last."""
    path: str = operation["path"]
    parameters = map(resolve, published(operation).get("parameters", ()))
    shown = {one["name"]: str(example(one["schema"])) for one in parameters if one["in"] == "path"}
    if id is not None and shown:
        shown[operation["path"].rpartition("{")[2].partition("}")[0]] = id
    for name, value in shown.items():
        path = path.replace(f"{{{name}}}", quote(value, safe=""))
    return path


def free_texts(operation: Node) -> list[Node]:
    """The parameters of a query that take any text."""
    found = [resolve(one) for one in published(operation).get("parameters", ())]
    return [
        one
        for one in found
        if one["in"] == "query"
        and "string" in one["schema"].get("type", ())
        and not {"enum", "format"} & one["schema"].keys()
    ]


ASKED = [one for one in OPERATIONS if one["http"] == "GET" and free_texts(one)]
SEARCHES = [
    one
    for one in OPERATIONS
    if one["http"] == "POST" and any(param["wire"] == "query" for param in one["params"])
]
NAMED = [one for one in OPERATIONS if "{" in one["path"] and one["returns"] != "sse"]


@pytest.fixture(scope="module")
def small() -> Iterator[Sandbox]:
    with Sandbox(body_limit=10_000) as sandbox:
        yield sandbox


def caller(sandbox: Sandbox, operation: Node, connect: Connect) -> Api:
    return connect(sandbox, sandbox.jwt if operation["auth"] == "jwt" else sandbox.api_key)


@pytest.mark.parametrize("operation", ASKED, ids=lambda operation: operation["id"])
def test_syntax_in_a_query_is_text(operation: Node, sandbox: Sandbox, connect: Connect) -> None:
    api, path = caller(sandbox, operation, connect), address(operation)
    parameters = map(resolve, published(operation)["parameters"])
    needed = {
        one["name"]: str(example(one["schema"]))
        for one in parameters
        if one["in"] == "query" and one.get("required")
    }
    for parameter in free_texts(operation):
        for text in SYNTAX:
            answer = api.http.get(path, params={**needed, parameter["name"]: text})
            assert answer.status_code in {200, *REFUSED}, (text, answer.text)


@pytest.mark.parametrize("operation", SEARCHES, ids=lambda operation: operation["id"])
def test_syntax_in_a_search_is_text(operation: Node, sandbox: Sandbox, connect: Connect) -> None:
    api = caller(sandbox, operation, connect)
    for text in SYNTAX:
        for more in ({}, {"useSemanticSearch": False}):
            answer = api.http.post(address(operation), json={"query": text, **more})
            assert answer.status_code in {200, *REFUSED}, (text, answer.text)


@pytest.mark.parametrize("text", ["%", "_", "!", "\\", '"'])
def test_sql_wildcards_match_only_themselves(text: str, api: Api) -> None:
    api.post(NOTES, {"title": "a5b", "content": "x"})
    api.post(NOTES, {"title": f"a{text}b", "content": "x"})
    found = api.get(NOTES, search=f"a{text}b")["data"]
    assert [one["title"] for one in found] == [f"a{text}b"]


@pytest.mark.parametrize("operation", NAMED, ids=lambda operation: operation["id"])
def test_an_id_cannot_traverse_to_another_path(
    operation: Node, sandbox: Sandbox, connect: Connect
) -> None:
    api = caller(sandbox, operation, connect)
    for id in ESCAPES:
        answer = api.http.request(operation["http"], address(operation, id))
        assert answer.status_code in {307, 405, *REFUSED}, (id, answer.status_code, answer.text)
        assert "set-cookie" not in answer.headers


def is_safe(answer: httpx.Response) -> bool:
    """Whether a download is what it should be, whatever its file is called."""
    (disposition,) = answer.headers.get_list("content-disposition")
    name = disposition.removeprefix("attachment; filename*=UTF-8''")
    return (
        answer.status_code == 200
        and "set-cookie" not in answer.headers
        and not set(name) & set('\r\n\x00";')
    )


@pytest.mark.parametrize("name", ESCAPES, ids=range(len(ESCAPES)))
def test_a_file_name_cannot_inject_a_path_or_a_header(
    name: str, api: Api, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    file = api.upload(FILES, name, b"okapi")["data"]
    renamed = api.patch(f"{FILES}/{file['id']}", {"name": name})["data"]
    assert renamed["name"] == name
    for url in (file["url"], renamed["url"]):
        answer = api.http.get(url)
        assert is_safe(answer)
        assert answer.content == b"okapi"
    assert list(tmp_path.iterdir()) == []


def exchange(sandbox: Sandbox, request: bytes) -> bytes:
    """What comes back for bytes as they are."""
    with socket.create_connection(("127.0.0.1", httpx.URL(sandbox.base_url).port or 0)) as wire:
        wire.sendall(request)
        wire.settimeout(10)
        answer = b""
        while piece := wire.recv(65_536):
            answer += piece
        return answer


@pytest.mark.parametrize(
    "head",
    [
        b"GET /api/v2/notes HTTP/1.1\r\nHost: x\r\nX-Evil: a\rb\r\n",
        b"GET /api/v2/notes HTTP/1.1\r\nHost: x\r\nX-Evil: a\x00b\r\n",
        b"GET /api/v2/notes\r\nX: y HTTP/1.1\r\nHost: x\r\n",
        b"POST /api/v2/notes HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n",
        b"POST /api/v2/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    ],
    ids=["cr", "nul", "line", "negative", "two lengths", "smuggled"],
)
def test_a_malformed_request_head_is_rejected(head: bytes, sandbox: Sandbox) -> None:
    answer = exchange(sandbox, head + b"Connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 4")
    assert answer.count(b"HTTP/1.1 ") == 1


def test_a_credential_cannot_inject_a_response_header(sandbox: Sandbox, connect: Connect) -> None:
    for key in ("lvng_sk_test_' OR 1=1 --", "a.b.c", "é", "x" * 10_000):
        headers = {b"x-api-key": key.encode()}
        answer = connect(sandbox).http.get(NOTES, headers=headers)
        assert answer.status_code == 401
        assert key not in answer.text + str(answer.headers)


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
@pytest.mark.parametrize("path", [NOTES, FILES], ids=["json", "upload"])
def test_values_above_a_maximum_are_rejected(
    path: str, declared: bool, small: Sandbox, connect: Connect
) -> None:
    api = connect(small, small.api_key)
    start = b'{"title": "x", "content": "'
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    body = (start if path == NOTES else head) + b"x" * 20_000
    content = body if declared else iter([body[:9_000], body[9_000:]])
    headers = {"Content-Type": "multipart/form-data; boundary=b" if path == FILES else "a/json"}
    answer = api.http.post(path, content=content, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert api.get(NOTES)["data"]


def test_a_compressed_body_is_not_inflated(small: Sandbox, connect: Connect) -> None:
    bomb = gzip.compress(b'{"title": "x", "content": "' + b"x" * 5_000_000 + b'"}')
    assert len(bomb) < 10_000
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    answer = connect(small, small.api_key).http.post(NOTES, content=bomb, headers=headers)
    assert answer.status_code == 400
