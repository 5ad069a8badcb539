"""Arguments, as pure functions: checked by kind, sorted by where they travel, encoded as the wire wants."""

from __future__ import annotations

import enum
import json
import math
import re
import sys
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvng_core import UNSET, InvalidArgumentError, Operation, Param
from lvng_core._arguments import (
    bind,
    check,
    encode_query,
    encode_segment,
    header_value,
    json_default,
    json_text,
    path_segment,
    query_items,
    styled_query,
)
from lvng_core._arguments import scalar as text_of
from lvng_core._operation import Encoding, Kind, Style
from support.samples import CREATE, FIND, GET, REPLACE

ID = uuid.UUID(int=7)
NAIVE = datetime.fromisoformat("2026-01-01T00:00")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Colour(str, enum.Enum):  # noqa: UP042 - users write both kinds
    RED = "red"


class Plain(enum.Enum):
    ONE = 1


VALUES: dict[str, tuple[list[Any], list[Any]]] = {
    "string": (["", "a", Colour.RED, ID], [1, b"a", True, ["a"], None, 1.5, NOON]),
    "integer": ([0, -3, 10**30], [True, 1.0, "1", None, Decimal(1)]),
    "number": (
        [0, 1.5, Decimal("0.1"), -2],
        [True, "1", math.nan, math.inf, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")],
    ),
    "boolean": ([True, False], [0, 1, "true", None]),
    "array": ([[], ["a"], ("a",), {"a"}, frozenset()], ["abc", b"abc", bytearray(b"a"), 1, {}]),
    "object": ([{}, {"a": 1}], [[], "a", 1, [("a", 1)]]),
    "datetime": ([NOON, "2026-11-24T12:00:00Z"], [NAIVE, date(2026, 1, 1), 5]),
    "date": ([date(2026, 1, 1), "2026-01-01"], [NOON, 20260101]),
    "any": ([None, 1, "a", {}, object()], []),
}


def test_one_file_is_not_a_list_where_several_are_not_taken() -> None:
    one, several = Param("field", "file"), Param("field", "file", multiple=True)
    files = [("a.txt", b"a"), ("b.txt", b"b")]
    upload: Operation[Any] = Operation("files.upload", "POST", "/files", params={"it": several})
    assert bind(upload, {"it": files}).fields == {"it": files}
    with pytest.raises(
        InvalidArgumentError, match=r"^it must be one file, got a list\. .* \(name, content\)"
    ):
        bind(Operation("files.upload", "POST", "/files", params={"it": one}), {"it": files})
    text: Operation[Any] = Operation(
        "files.tag", "POST", "/files", params={"it": Param("field", "array")}
    )
    assert bind(text, {"it": ["a"]}).fields == {"it": ["a"]}


@pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind, (good, _) in VALUES.items() for value in good]
)
def test_a_value_of_the_right_kind_passes(kind: str, value: object) -> None:
    check("it", value, cast("Kind", kind))


@pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind, (_, bad) in VALUES.items() for value in bad]
)
def test_a_value_of_the_wrong_kind_is_refused_by_name(kind: str, value: object) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        check("it", value, cast("Kind", kind))
    assert str(caught.value).startswith("it must be ")
    assert f", got {value!r:.100} (" in str(caught.value)
    assert f"({type(value).__name__})" in str(caught.value)


def test_a_long_value_is_not_shown_whole() -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        check("it", "x" * 10_000, "integer")
    assert len(str(caught.value)) < 200


def test_a_file_argument_is_not_checked_before_it_is_opened() -> None:
    check("file", 5, "file")


@pytest.mark.parametrize(("module", "kind"), [("uuid", "string"), ("decimal", "number")])
def test_a_check_imports_no_module_for_the_types_it_knows(
    monkeypatch: pytest.MonkeyPatch, module: str, kind: Kind
) -> None:
    monkeypatch.delitem(sys.modules, module)
    with pytest.raises(InvalidArgumentError, match=r"^it must be "):
        check("it", [], kind)
    assert module not in sys.modules


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("wf_1", "wf_1"),
        ("a/b", "a%2Fb"),
        ("a b", "a%20b"),
        ("a?b=c", "a%3Fb%3Dc"),
        ("a#b", "a%23b"),
        ("a;b", "a%3Bb"),
        ("a%2fb", "a%252fb"),
        ("a\\b", "a%5Cb"),
        ("a@b:c", "a%40b%3Ac"),
        ("…", "%E2%80%A6"),
        ("...", "..."),
        ("~a.b-c_d", "~a.b-c_d"),
        (7, "7"),
        (ID, str(ID)),
        (Colour.RED, "red"),
    ],
)
def test_a_path_parameter_is_one_encoded_segment(value: object, segment: str) -> None:
    assert encode_segment("id", value) == segment


@pytest.mark.parametrize(
    "value",
    [
        "",
        ".",
        "..",
        "%2e",
        "%2E%2e",
        ".%2e",
        "a\nb",
        "a\0b",
        "\x7f",
        "\ud800",
        pytest.param(10**5000, id="digits"),
        None,
        True,
        1.5,
        b"a",
        [],
    ],
)
def test_a_path_parameter_that_would_leave_its_place_is_refused(value: object) -> None:
    with pytest.raises(InvalidArgumentError, match=r"^id "):
        encode_segment("id", value)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.text())
def test_any_text_is_encoded_as_one_path_segment(text: str) -> None:
    try:
        segment = encode_segment("id", text)
    except InvalidArgumentError:
        return
    assert segment not in {"", ".", ".."}
    assert not set(segment) & set("/?#\\:@;= \r\n\t%".replace("%", ""))
    assert segment.isascii()


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("a", ["a"]),
        (["a", 1, True, None], ["a", "1", "true", "null"]),
        (("x",), ["x"]),
        ([], []),
        (1.5, ["1.5"]),
        (False, ["false"]),
        (NOON, ["2026-11-24T12:00:00+00:00"]),
        (date(2026, 1, 2), ["2026-01-02"]),
        (ID, [str(ID)]),
        (Decimal("0.10"), ["0.10"]),
        (Colour.RED, ["red"]),
        ([Plain.ONE], ["1"]),
    ],
)
def test_a_query_value_is_written_as_text_and_a_list_as_a_repeated_key(
    value: object, items: list[str]
) -> None:
    assert list(query_items("k", value)) == [("k", item) for item in items]


@pytest.mark.parametrize("value", [b"a", bytearray(b"a"), memoryview(b"a"), {"a": 1}, object(), 1j])
def test_values_without_a_query_form_are_refused(value: object) -> None:
    for sent in (value, [value]):
        with pytest.raises(InvalidArgumentError, match=r"^k cannot be sent in a query") as caught:
            list(query_items("k", sent))
        assert f"({type(value).__name__})" in str(caught.value)


def test_a_time_in_a_query_has_its_zone_as_in_json() -> None:
    with pytest.raises(
        InvalidArgumentError, match=r"has no time zone; use datetime\.now\(UTC\)\.$"
    ):
        list(query_items("since", [NAIVE]))


def test_a_member_of_an_enum_is_its_value_in_every_place() -> None:
    class Given(enum.Enum):
        ID = "a"
        LIMIT = 5
        WHEN = NOON
        MANY = ("b", "c")
        PRICE = Decimal("9.90")

    operation: Operation[None] = Operation(
        "things.find",
        "POST",
        "/things/{id}",
        params={
            "id": Param("path"),
            "limit": Param("query", "integer"),
            "many": Param("query", "array"),
            "since": Param("header", "datetime", wire="Since"),
            "price": Param("field", "number"),
        },
    )
    found = bind(
        operation,
        {
            "id": Given.ID,
            "limit": Given.LIMIT,
            "many": Given.MANY,
            "since": Given.WHEN,
            "price": Given.PRICE,
        },
    )
    assert found.path == "/things/a"
    assert found.identifier == "a"
    assert found.query == [("limit", "5"), ("many", "b"), ("many", "c")]
    assert found.headers == {"Since": "2026-11-24T12:00:00+00:00"}
    assert json_text("body", found.fields) == '{"price":9.90}'
    with pytest.raises(
        InvalidArgumentError, match=r"^limit must be a whole number, got 'a' \(str\)"
    ):
        bind(operation, {"id": "a", "limit": Given.ID})
    with pytest.raises(InvalidArgumentError, match=r"^id must be a string, got UNSET \(Unset\)"):
        bind(operation, {"id": UNSET})


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    st.recursive(
        st.decimals(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=10,
    )
)
def test_json_keeps_every_digit_of_a_decimal(value: object) -> None:
    read = json.loads(json_text("body", value), parse_float=Decimal, parse_int=Decimal)
    assert repr(read) == repr(value)


def test_a_string_of_hexadecimal_digits_stays_beside_a_decimal() -> None:
    body = {"price": Decimal("9.90"), "md5": "0" * 32}
    assert json_text("body", body) == f'{{"price":9.90,"md5":"{"0" * 32}"}}'


def test_an_invalid_name_of_a_query_parameter_is_refused() -> None:
    with pytest.raises(
        InvalidArgumentError, match=r"^The name of a query parameter must be a string, got 5\.$"
    ):
        query_items(cast("str", 5), "a")
    with pytest.raises(
        InvalidArgumentError,
        match=r"^The name of a query parameter contains a character that cannot",
    ):
        query_items("\ud800", "a")


@pytest.mark.parametrize(
    "value", ["\ud800", pytest.param(10**5000, id="digits"), math.nan, math.inf, Decimal("NaN")]
)
def test_text_that_cannot_be_sent_is_refused(value: object) -> None:
    with pytest.raises(InvalidArgumentError, match=r"^k "):
        text_of("k", value)


@pytest.mark.parametrize("value", ["a\r\nX-B: c", "a\nb", "a\0", "é"])
def test_an_argument_in_a_header_cannot_end_it(value: str) -> None:
    with pytest.raises(InvalidArgumentError, match="workspace_id is sent as a header"):
        header_value("workspace_id", value)
    assert header_value("workspace_id", "ws 1") == "ws 1"


def test_an_argument_in_a_header_that_has_no_text_is_refused_by_name() -> None:
    with pytest.raises(InvalidArgumentError, match=r"^workspace_id cannot be sent"):
        header_value("workspace_id", b"ws_1")


@pytest.mark.parametrize(
    ("value", "known"),
    [
        (NOON, "2026-11-24T12:00:00+00:00"),
        (NOON.astimezone(timezone(timedelta(hours=2))), "2026-11-24T14:00:00+02:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (ID, str(ID)),
        (("a", "b"), ["a", "b"]),
        (Plain.ONE, 1),
        (MappingProxyType({"a": 1}), {"a": 1}),
    ],
)
def test_json_knows_the_types_that_python_programs_use(value: object, known: object) -> None:
    assert json_default(value) == known
    assert type(json_default(value)) is type(known)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (NAIVE, r"datetime\.datetime\(.*\) has no time zone; use datetime\.now\(UTC\)\."),
        (b"a", r"A value cannot be sent as JSON: b'a' \(bytes\)\."),
        (1j, r"A value cannot be sent as JSON: 1j \(complex\)\."),
        (object(), r"A value cannot be sent as JSON: <object .*> \(object\)\."),
        (memoryview(b"a"), r"A value cannot be sent as JSON: <memory .*> \(memoryview\)\."),
    ],
    ids=["naive", "bytes", "complex", "object", "memory"],
)
def test_values_without_a_json_form_are_refused(value: object, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=f"^{message}$"):
        json_default(value)


def test_none_and_unset_are_not_sent_unless_null_is_meant() -> None:
    parts = bind(CREATE, {"name": "a", "due_at": None, "note": None, "labels": UNSET})
    assert parts.fields == {"name": "a", "note": None}
    assert bind(CREATE, {"name": "a", "note": UNSET}).fields == {"name": "a"}


@pytest.mark.parametrize("absent", [None, UNSET])
def test_a_required_argument_that_is_absent_is_refused(absent: object) -> None:
    with pytest.raises(
        InvalidArgumentError, match=f"name is required: expected a string, got {absent!r}\\."
    ):
        bind(CREATE, {"name": absent})


@pytest.mark.parametrize("absent", [None, UNSET])
def test_a_flag_in_a_path_that_is_absent_is_refused(absent: object) -> None:
    with pytest.raises(
        InvalidArgumentError, match=f"id is required: expected True or False, got {absent!r}\\."
    ):
        path_segment("id", absent, Param("path", "boolean"))


def test_a_missing_path_parameter_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="id must be a string, got None"):
        bind(GET, {"id": None})


def test_each_argument_goes_where_the_operation_says() -> None:
    parts = bind(FIND, {"text": "a b", "tags": ["x", "y"], "workspace_id": "ws_1"})
    assert parts.path == "/api/v2/things"
    assert parts.query == [("text", "a b"), ("tags", "x"), ("tags", "y")]
    assert parts.headers == {"X-Workspace-Id": "ws_1"}
    assert parts.identifier is None
    assert bind(GET, {"id": "a/b"}).identifier == "a/b"
    assert bind(GET, {"id": "a/b"}).path == "/api/v2/things/a%2Fb"
    assert bind(CREATE, {"name": "a", "due_at": NOON}).fields == {"name": "a", "dueAt": NOON}
    assert bind(REPLACE, {"body": [1]}).body == [1]


PLACES: list[tuple[Param, object, str]] = [
    (Param("path", "array"), [b"a"], "it cannot be sent in a path: b'a' (bytes)."),
    (Param("query", "array"), [b"a"], "it cannot be sent in a query: b'a' (bytes)."),
    (Param("query", "array", explode=False), [b"a"], "it cannot be sent in a query: b'a' (bytes)."),
    (Param("query", "array", style="json"), [math.nan], "it cannot be sent as JSON: "),
    (Param("query", "object"), {"key": {"a": math.nan}}, "key cannot be sent as JSON: "),
    (Param("header", "array"), [b"a"], "it cannot be sent in a header: b'a' (bytes)."),
    (Param("cookie", "array"), [b"a"], "it cannot be sent in a cookie: b'a' (bytes)."),
]


@pytest.mark.parametrize(("param", "value", "message"), PLACES)
def test_a_value_invalid_in_its_location_is_refused_by_name(
    param: Param, value: object, message: str
) -> None:
    operation: Operation[None] = Operation("things.get", "GET", "/{it}", params={"it": param})
    with pytest.raises(InvalidArgumentError, match=f"^{re.escape(message)}"):
        bind(operation, {"it": value})


ARRAY, MAPPING = ["a b", "c,d"], {"x": 1, "y": "e/f"}
SEGMENTS = {
    # style, explode: as RFC 6570 and the table of "Style Examples" of OpenAPI have them
    ("simple", False): ("5", "a%20b,c%2Cd", "x,1,y,e%2Ff"),
    ("simple", True): ("5", "a%20b,c%2Cd", "x=1,y=e%2Ff"),
    ("label", False): (".5", ".a%20b,c%2Cd", ".x,1,y,e%2Ff"),
    ("label", True): (".5", ".a%20b.c%2Cd", ".x=1.y=e%2Ff"),
    ("matrix", False): (";id=5", ";id=a%20b,c%2Cd", ";id=x,1,y,e%2Ff"),
    ("matrix", True): (";id=5", ";id=a%20b;id=c%2Cd", ";x=1;y=e%2Ff"),
}


@pytest.mark.parametrize(("how", "segments"), SEGMENTS.items(), ids=map(str, SEGMENTS))
def test_a_path_parameter_is_written_in_its_style(
    how: tuple[Style, bool], segments: tuple[str, str, str]
) -> None:
    style, explode = how
    for kind, value, segment in zip(
        ("integer", "array", "object"), (5, ARRAY, MAPPING), segments, strict=True
    ):
        param = Param("path", cast("Kind", kind), "id", style=style, explode=explode)
        assert path_segment("name", value, param) == segment


@pytest.mark.parametrize(
    ("kind", "value", "segment"),
    [
        ("integer", "7", "7"),
        ("number", 1.5, "1.5"),
        ("number", Decimal("0.10"), "0.10"),
        ("boolean", True, "true"),
        ("date", date(2026, 1, 2), "2026-01-02"),
        ("datetime", NOON, "2026-11-24T12%3A00%3A00%2B00%3A00"),
        ("any", "a/b", "a%2Fb"),
    ],
)
def test_a_path_takes_numbers_booleans_and_moments(kind: Kind, value: object, segment: str) -> None:
    assert path_segment("id", value, Param("path", kind)) == segment


@pytest.mark.parametrize(
    ("kind", "value", "style"),
    [
        ("number", True, None),
        ("number", "1", None),
        ("boolean", None, None),
        ("any", None, None),
        ("any", "..", None),
        ("any", "a\nb", None),
        ("array", [], None),
        ("array", ["a", ["b"]], None),
        ("array", ["."], None),
        ("object", {}, "label"),
        ("string", "", "label"),
        ("string", ".", "label"),
        ("string", "%2e", "label"),
        ("string", "", "matrix"),
    ],
)
def test_a_styled_path_parameter_that_would_leave_its_place_is_refused(
    kind: Kind, value: object, style: Style | None
) -> None:
    with pytest.raises(InvalidArgumentError, match=r"^id "):
        path_segment("id", value, Param("path", kind, style=style))


QUERIES: list[tuple[Style | None, bool | None, object, list[tuple[str, str]]]] = [
    (None, None, ARRAY, [("q", "a b"), ("q", "c,d")]),
    (None, False, [1, True], [("q", "1,true")]),
    ("spaceDelimited", None, ["1", "2"], [("q", "1 2")]),
    ("pipeDelimited", None, ["1", "2"], [("q", "1|2")]),
    ("pipeDelimited", True, ["1", "2"], [("q", "1"), ("q", "2")]),
    (None, False, [], []),
    (None, None, MAPPING, [("x", "1"), ("y", "e/f")]),
    (None, None, {"x": ["1", "2"]}, [("x", "1"), ("x", "2")]),
    (None, False, MAPPING, [("q", "x,1,y,e/f")]),
    ("pipeDelimited", None, MAPPING, [("q", "x|1|y|e/f")]),
    ("deepObject", None, MAPPING, [("q[x]", "1"), ("q[y]", "e/f")]),
    ("deepObject", None, {"x": {"y": ["1", "2"]}}, [("q[x][y]", "1"), ("q[x][y]", "2")]),
    ("deepObject", None, 5, [("q", "5")]),
    ("deepObject", None, ["1", "2"], [("q", "1"), ("q", "2")]),
    ("json", None, [{"day": date(2026, 1, 2)}], [("q", '[{"day":"2026-01-02"}]')]),
    ("json", None, '{"raw":1}', [("q", '{"raw":1}')]),
    ("json", None, True, [("q", "true")]),
]


@pytest.mark.parametrize(("style", "explode", "value", "items"), QUERIES)
def test_a_query_parameter_is_written_in_its_style(
    style: Style | None, explode: bool | None, value: object, items: list[tuple[str, str]]
) -> None:
    kind: Kind = "object" if isinstance(value, dict) else "any"
    param = Param("query", kind, style=style, explode=explode)
    assert list(styled_query("q", value, param)) == items


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([math.nan], "q cannot be sent as JSON: "),
        ({"a": "\ud800"}, "q cannot be sent as JSON: "),
        ({"a": b"b"}, r"A value cannot be sent as JSON: b'b' \(bytes\)\."),
        ([Decimal("NaN")], r"JSON cannot represent NaN\."),
    ],
)
def test_query_values_without_a_json_form_are_refused_by_name(value: object, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=f"^{message}"):
        list(styled_query("q", value, Param("query", "any", style="json")))


ENCODED: list[tuple[Param, object, str]] = [
    (Param("query", "string"), "a/b:c,d", "q=a%2Fb%3Ac%2Cd"),
    (Param("query", "array", explode=False), ["a,b", "c d"], "q=a%2Cb,c%20d"),
    (Param("query", "array", explode=False), ["a/b", "c"], "q=a%2Fb,c"),
    (Param("query", "array", style="pipeDelimited"), ["a", "b"], "q=a%7Cb"),
    (Param("query", "array", style="spaceDelimited"), ["a", "b"], "q=a%20b"),
    (Param("query", "object", style="deepObject"), {"k/l": "a/b"}, "q%5Bk%2Fl%5D=a%2Fb"),
    (Param("query", "string", allow_reserved=True), "a/b:c=d", "q=a/b:c=d"),
    (Param("query", "string", allow_reserved=True), "a&b#c+d[e] f", "q=a%26b%23c%2Bd%5Be%5D%20f"),
    (Param("query", "string", allow_reserved=True), "%2F%zz", "q=%2F%25zz"),
    (Param("query", "array", allow_reserved=True), ["a/b", "c"], "q=a/b&q=c"),
    (Param("query", "array", explode=False, allow_reserved=True), ["a/b", "c"], "q=a/b,c"),
]


@pytest.mark.parametrize(("param", "value", "text"), ENCODED)
def test_a_query_is_encoded_as_its_parameters_say(param: Param, value: object, text: str) -> None:
    assert encode_query(styled_query("q", value, param)) == text


def test_an_allow_reserved_query_value_is_bound_as_plain_text() -> None:
    param = Param("query", "string", allow_reserved=True)
    assert list(styled_query("q", "a/b c", param)) == [("q", "a/b c")]


@pytest.mark.parametrize("explode", [None, False])
def test_an_untyped_query_parameter_takes_no_mapping(explode: bool | None) -> None:
    with pytest.raises(InvalidArgumentError, match="q cannot be sent in a query"):
        list(styled_query("q", {"a": 1}, Param("query", "any", explode=explode)))


def test_headers_join_lists_and_mappings_by_commas() -> None:
    assert header_value("h", [1, "a b"]) == "1,a b"
    assert header_value("h", MAPPING) == "x,1,y,e/f"
    assert header_value("h", MAPPING, explode=True) == "x=1,y=e/f"
    with pytest.raises(InvalidArgumentError, match="h cannot be sent in a header"):
        header_value("h", [["a"]])


def test_an_entry_that_is_a_mapping_is_json_text() -> None:
    value = {"a": {"b": [1]}, "c": [{"d": 1}], "e": [1, 2], "f": "x", "g": [[1]]}
    items = styled_query("q", value, Param("query", "object"))
    assert list(items) == [
        ("a", '{"b":[1]}'), ("c", '[{"d":1}]'), ("e", "1"), ("e", "2"), ("f", "x"), ("g", "[[1]]"),
    ]  # fmt: skip


def test_a_header_parameter_says_how_its_entries_are_joined() -> None:
    operation: Operation[None] = Operation(
        "things.get",
        "GET",
        "/things",
        params={"one": Param("header", "object"), "each": Param("header", "object", explode=True)},
    )
    parts = bind(operation, {"one": MAPPING, "each": MAPPING})
    assert parts.headers == {"one": "x,1,y,e/f", "each": "x=1,y=e/f"}


def test_cookies_share_one_header_with_separators_escaped() -> None:
    operation: Operation[None] = Operation(
        "things.get",
        "GET",
        "/things",
        params={
            "session": Param("cookie", "string", "SID"),
            "flags": Param("cookie", "array"),
            "theme": Param("cookie", "string"),
            "size": Param("cookie", "object"),
        },
    )
    parts = bind(operation, {"session": "a=b;c d", "flags": [1, 2], "theme": None})
    assert parts.headers == {"Cookie": "SID=a=b%3Bc%20d; flags=1,2"}
    parts = bind(operation, {"session": "a,b", "flags": ["a,b", "c"]})
    assert parts.headers == {"Cookie": "SID=a%2Cb; flags=a%2Cb,c"}
    assert bind(operation, {"size": {"x": 1, "y": 2}}).headers == {"Cookie": "size=x,1,y,2"}


def test_the_fixed_part_of_a_query_comes_first() -> None:
    operation: Operation[None] = Operation(
        "runs.run",
        "POST",
        "/runs",
        params={"n": Param("query", "integer", "")},
        query=(("beta", "true"),),
    )
    assert bind(operation, {"n": 1}).query == [("beta", "true"), ("", "1")]


@pytest.mark.parametrize("encoding", ["form", "multipart"])
def test_a_mapping_may_be_the_whole_form(encoding: Encoding) -> None:
    operation: Operation[None] = Operation(
        "f.send", "POST", "/f", params={"body": Param("body", "object")}, encoding=encoding
    )
    assert bind(operation, {"body": {"a": 1}}).fields == {"a": 1}


def test_a_member_of_an_optional_body_is_a_member_of_the_body() -> None:
    operation: Operation[None] = Operation(
        "f.send", "POST", "/f", params={"note": Param("optional_field", wire="theNote")}
    )
    assert bind(operation, {"note": "a"}).fields == {"theNote": "a"}
