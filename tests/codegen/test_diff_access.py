"""Changes of servers, security and encodings, and whether they can break code."""

from __future__ import annotations

import pytest

from codegen.documents import api
from lvng_codegen.diff import compare

HEAD = """
servers:
  - {url: "https://a.test/{version}", name: main, variables: {version: {default: v1, enum: [v1, v2]}}}
  - {url: "https://b.test", name: other}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    token: {type: http, scheme: bearer}
security: [{key: []}]
"""
PATHS = """
/things:
  post:
    operationId: things.do
    tags: [things]
    parameters: [{in: query, name: q, schema: {type: array, items: {type: string}}}]
    requestBody: {content: {application/x-www-form-urlencoded: {schema: {properties: {a: {type: array, items: {type: string}}}}}}}
    responses: {204: {description: none}}
"""
SERVERS = {
    "the default": (
        "default: v1",
        "default: v2",
        ["compatible: servers: the default is https://a.test/v2, was https://a.test/v1"],
    ),
    "no default": (
        "{default: v1, enum: [v1, v2]}",
        "{enum: [v1, v2]}",
        [
            "breaking: servers: the default is no server, was https://a.test/v1",
            "breaking: servers.main: argument version is required now",
        ],
    ),
    "fewer values": (
        "enum: [v1, v2]",
        "enum: [v1]",
        ["breaking: servers.main: argument version is one of 'v1'"],
    ),
    "more values": ("enum: [v1, v2]", "enum: [v1, v2, v3]", []),
    "another name": (
        "name: other",
        "name: backup",
        ["compatible: servers: backup added", "breaking: servers: other removed"],
    ),
    "another address": (
        "https://b.test",
        "https://c.test",
        ["compatible: servers.other: is https://c.test, was https://b.test"],
    ),
}
SECURITY = {
    "an alternative more": (
        "security: [{key: []}]",
        "security: [{key: []}, {token: []}]",
        ["compatible: things.do: takes 'key' or 'token', was 'key'"],
    ),
    "one more at once": (
        "security: [{key: []}]",
        "security: [{key: [], token: []}]",
        ["breaking: things.do: takes 'key' and 'token', was 'key'"],
    ),
    "another": (
        "security: [{key: []}]",
        "security: [{token: []}]",
        ["breaking: things.do: takes 'token', was 'key'"],
    ),
    "another place": (
        "in: header, name: X-Key",
        "in: query, name: key",
        [
            "compatible: security: the scheme 'key' is sent in the query as `key`, was sent in the header `X-Key`"
        ],
    ),
    "another kind": (
        "scheme: bearer",
        "scheme: basic",
        [
            (
                "breaking: security: the scheme 'token' is a user name and password, as a pair or as "
                "`user:password`, was a token, sent as `Authorization: Bearer`"
            )
        ],
    ),
    "a scheme less": (
        "    token: {type: http, scheme: bearer}\n",
        "",
        ["breaking: security: the scheme 'token' removed"],
    ),
}


def told(paths: str, more: str) -> list[str]:
    """The changes from the document as it is above."""
    return list(map(str, compare(api(PATHS, more=HEAD), api(paths, more=more))))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [*SERVERS.values(), *SECURITY.values()],
    ids=[*SERVERS, *SECURITY],
)
def test_a_change_of_access(old: str, new: str, expected: list[str]) -> None:
    assert old in HEAD
    assert told(PATHS, HEAD.replace(old, new)) == expected


def test_less_security_is_compatible() -> None:
    open_ = PATHS.replace("tags: [things]", "tags: [things]\n    security: [{key: []}, {}]")
    changes = compare(api(open_, more=HEAD), api(open_.replace("{key: []}, {}", ""), more=HEAD))
    assert [one.breaking for one in changes] == [False]


def test_a_change_of_style_encoding_or_server_is_compatible() -> None:
    joined = PATHS.replace("name: q,", "name: q, explode: false,")
    assert told(joined, HEAD) == ["compatible: things.do: argument q is written in another style"]
    encoded = PATHS.replace(
        "{schema: {properties: {a: {type: array, items: {type: string}}}}}",
        "{schema: {properties: {a: {type: array, items: {type: string}}}}, encoding: {a: {explode: false}}}",
    )
    assert told(encoded, HEAD) == ["compatible: things.do: encoding of a changed"]
    server = PATHS.replace("tags: [things]", "tags: [things]\n    servers: [{url: /v9}]")
    assert told(server, HEAD) == ["compatible: things.do: is at /v9, was the server of the API"]
