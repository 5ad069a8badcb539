"""Bodies on the wire, byte by byte: JSON, forms, files, bytes, and no body at all."""

from __future__ import annotations

import enum
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from lvng_core import (
    UNSET,
    InvalidArgumentError,
    RequestOptions,
)
from support.samples import (
    CREATE,
    DELETE,
    FIND,
    FORM,
    GET,
    REPLACE,
    UPDATE,
)
from support.scripted_server import Serve, answer
from support.sync_async import Connect

NOON = datetime(2026, 11, 24, 12, 0, 0, 123000, tzinfo=UTC)


class Price(enum.Enum):
    LOW = Decimal("9.90")


class Size(enum.Enum):
    BIG = "big"


def test_json_is_compact_utf_8(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    arguments = {
        "name": "Ünï 日本 🙂",
        "due_at": NOON,
        "labels": ("a", "b"),
        "meta": {"k": [1, None]},
    }
    connect(server).call(CREATE, arguments)
    expected = (
        '{"name":"Ünï 日本 🙂","dueAt":"2026-11-24T12:00:00.123000+00:00",'
        '"labels":["a","b"],"meta":{"k":[1,null]}}'
    )
    assert server.last.body == expected.encode()
    assert server.last.header("content-type") == "application/json"
    assert server.last.header("content-length") == str(len(expected.encode()))


def test_null_is_sent_only_where_it_means_something(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    client = connect(server)
    client.call(CREATE, {"name": "a", "due_at": None, "note": None, "labels": UNSET})
    assert server.last.body == b'{"name":"a","note":null}'
    client.call(CREATE, {"name": "a", "note": UNSET})
    assert server.last.body == b'{"name":"a"}'
    client.call(UPDATE, {"id": "1", "name": None})
    assert server.last.body == b"{}"


def test_a_call_without_a_body_sends_none(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    client = connect(server)
    client.call(GET, {"id": "1"})
    assert (server.last.body, server.last.header("content-length")) == (b"", None)
    client.call(DELETE, {"id": "1"})
    assert (server.last.body, server.last.header("content-type")) == (b"", None)


def test_a_whole_body_may_be_a_list(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, [1]))
    assert connect(server).call(REPLACE, {"body": [{"a": 1}, "b"]}) == [1]
    assert server.last.body == b'[{"a":1},"b"]'


def test_extra_members_are_added_and_win(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    options = RequestOptions(extra_body={"new": True, "name": "b"})
    connect(server).call(CREATE, {"name": "a"}, options)
    assert server.last.body == b'{"name":"b","new":true}'


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        (date(2026, 1, 2), '"2026-01-02"'),
        (Decimal("1.50"), "1.50"),
        (Decimal(7), "7"),
        (Decimal("0.1234567890123456789012345678901"), "0.1234567890123456789012345678901"),
        (Decimal("-12345678901234567890.10"), "-12345678901234567890.10"),
        (Decimal("1E+400"), "1E+400"),
        ([Decimal("0.10"), {"a": Decimal("0.20")}], '[0.10,{"a":0.20}]'),
        (Price.LOW, "9.90"),
        ((1, 2), "[1,2]"),
        (frozenset({1}), "[1]"),
        (MappingProxyType({"a": 1}), '{"a":1}'),
        (Size.BIG, '"big"'),
        (True, "true"),
        (10**30, "1" + "0" * 30),
        ("\u2028", '"\u2028"'),
    ],
    ids=lambda value: None if isinstance(value, str) else type(value).__name__,
)
def test_python_values_have_a_json_form(
    connect: Connect, serve: Serve, value: object, sent: str
) -> None:
    server = serve(answer(200, {}))
    connect(server).request("POST", "/x", json={"v": value})
    assert server.last.body == f'{{"v":{sent}}}'.encode()


RECURSIVE: list[Any] = []
RECURSIVE.append(RECURSIVE)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(object(), id="object"),
        b"bytes",
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("sNaN"),
        "\ud800",
        pytest.param(RECURSIVE, id="recursive"),
        {(1, 2): 3},
        pytest.param(10**5000, id="digits"),
        datetime.fromisoformat("2026-01-01T00:00"),
        1j,
    ],
    ids=ascii,
)
def test_values_without_a_json_form_are_refused_before_sending(
    connect: Connect, serve: Serve, value: object
) -> None:
    server = serve(answer(200, {}))
    with pytest.raises(InvalidArgumentError):
        connect(server).request("POST", "/x", json={"v": value})
    assert not server.requests


def test_a_query_repeats_keys_and_writes_values_as_documented(
    connect: Connect, serve: Serve
) -> None:
    server = serve(answer(200, {}))
    arguments = {
        "text": "a b&c=d/é+",
        "limit": 5,
        "score": 0.5,
        "exact": True,
        "tags": ["x", "y z"],
        "since": NOON,
        "day": date(2026, 1, 2),
    }
    connect(server).call(FIND, arguments)
    assert server.last.target == (
        "/api/v2/things?text=a%20b%26c%3Dd%2F%C3%A9%2B&limit=5&score=0.5&exact=true&tags=x&tags=y%20z"
        "&since=2026-11-24T12%3A00%3A00.123000%2B00%3A00&day=2026-01-02"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {"limit": "5"},
        {"limit": 5.0},
        {"exact": "yes"},
        {"tags": "abc"},
        {"since": datetime.fromisoformat("2026-01-01T00:00")},
        {"text": 5},
        {"where": {"a": 1}},
        {"where": b"x"},
        {"text": "\ud800"},
    ],
    ids=repr,
)
def test_a_wrong_type_is_refused_before_anything_is_sent(
    connect: Connect, serve: Serve, arguments: dict[str, Any]
) -> None:
    server = serve(answer(200, {}))
    with pytest.raises(InvalidArgumentError, match=next(iter(arguments))):
        connect(server).call(FIND, arguments)
    assert not server.requests


def test_an_empty_query_leaves_no_question_mark(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    connect(server).call(FIND, {"text": None, "tags": []})
    assert server.last.target == "/api/v2/things"


def test_a_form_is_urlencoded(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    connect(server).call(FORM, {"name": "a b&c", "roles": ["x", "y"]})
    assert server.last.header("content-type") == "application/x-www-form-urlencoded"
    assert server.last.body == b"name=a+b%26c&roles=x&roles=y"
