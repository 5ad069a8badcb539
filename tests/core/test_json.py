"""JSON is read as the standard library reads it, with msgspec (`hatch run speed:test`) and without."""

from __future__ import annotations

import importlib
import importlib.util
import json
import math
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvng_core import _json

Loads = Callable[[str | bytes], Any]


DECODERS = ["standard", *(["msgspec"] if importlib.util.find_spec("msgspec") else [])]


@pytest.fixture(params=DECODERS, scope="module")
def loads(request: pytest.FixtureRequest) -> Iterator[Loads]:
    """`loads` over each decoder that is installed."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "standard":
            patch.setitem(sys.modules, "msgspec", None)
        yield importlib.reload(_json).loads
    importlib.reload(_json)


def outcome(loads: Loads, text: str | bytes) -> tuple[str, str]:
    """What comes of a text; a repr tells 1 from 1.0, 0.0 from -0.0, and the order of keys."""
    try:
        return "value", repr(loads(text))
    except (ValueError, RecursionError) as error:
        return type(error).__name__, str(error)


def check(loads: Loads, text: str) -> None:
    for given_text in (text, text.encode("utf-8", "surrogatepass")):
        assert outcome(loads, given_text) == outcome(json.loads, given_text)


NUMBERS = [
    *(
        "0",
        "-0",
        "-0.0",
        "1e5",
        "1E+5",
        "1e-400",
        "1e400",
        "-1e400",
        "5e-324",
        "1.7976931348623159e308",
    ),
    *(
        "01",
        "-",
        "1.",
        ".5",
        "1.e5",
        "1e",
        "+1",
        "--1",
        "1_000",
        "-01",
        "0x1",
        "NaN",
        "-Infinity",
        "nan",
        "inf",
    ),
    *(
        str(2**63),
        str(-(2**63) - 1),
        str(2**64),
        "9" * 400,
        "9" * 4300,
        "9" * 4301,
        "-" + "9" * 4300,
    ),
    *("9" * 400 + ".5", "9" * 5000 + "e1", "0." + "1" * 1000, "123456789012345678901234567890.0"),
]
STRINGS = [
    *(r'"\ud800"', r'"\udc00\ud800"', r'"\ud83d\ude00"', r'"\u0000"', r'"\/"', r'"\x"', r'"\u12"'),
    *(
        r'"\u 123"',
        r'"\u+123"',
        '"\ud800"',
        '"\x01"',
        '"\t"',
        '"\n"',
        '"\x7f"',
        '"é€🙂"',
        '"\u2028"',
        '"',
    ),
    *('"a\\', "'a'", '"a""b"'),
]
OTHERS = [
    *(
        "",
        " ",
        "null",
        " \r\n\tnull \r\n\t",
        "\x0bnull",
        "null\x0c",
        "\xa0null",
        "null\0",
        "\ufeffnull",
    ),
    *(
        '{"a":1,"a":2}',
        '{"b":1,"a":2,"b":3}',
        r'{"\u0061":1,"a":2}',
        '{"":1}',
        '{"a":1,}',
        "[1,]",
        "[1 2]",
    ),
    *(
        "{1:2}",
        '{"a" 1}',
        "[]]",
        "[",
        '{"a":',
        "[NaN]",
        "tru",
        "true1",
        "/**/1",
        "[1]//",
        "[DONE]",
        "text",
    ),
    *("[" * 100_000, '{"a":' * 100_000, "[" * 300 + "]" * 300),
]


@pytest.mark.parametrize("text", [*NUMBERS, *STRINGS, *OTHERS], ids=lambda text: ascii(text)[:24])
def test_text_is_parsed_as_by_json_loads(loads: Loads, text: str) -> None:
    check(loads, text)


@pytest.mark.parametrize(
    "content",
    [
        *(
            b"\xef\xbb\xbf1",
            b'"\xff"',
            b'"\xed\xa0\x80"',
            b'"\xc0\x80"',
            b'"\xe2\x82"',
            b'{"\xff":1}',
        ),
        *(
            '"é"'.encode(encoding)
            for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1")
        ),
        *(b"1\0", b"\x001", b'"\0a"', b"1\0\0\0"),
    ],
    ids=ascii,
)
def test_bytes_are_parsed_as_by_json_loads(loads: Loads, content: bytes) -> None:
    assert outcome(loads, content) == outcome(json.loads, content)


def test_a_decode_error_has_no_context(loads: Loads) -> None:
    with pytest.raises(json.JSONDecodeError) as caught:
        loads("[1")
    assert caught.value.__context__ is None


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(
    st.lists(
        st.sampled_from([*NUMBERS[:24], *STRINGS, *'[]{}:, \n"', '"a":', '"b":', "1", "null"]),
        max_size=12,
    )
)
def test_random_text_is_parsed_as_by_json_loads(loads: Loads, pieces: list[str]) -> None:
    check(loads, "".join(pieces))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(VALUES, st.booleans(), st.sampled_from([None, 0, 2]))
def test_random_values_are_parsed_as_by_json_loads(
    loads: Loads, value: object, ascii_only: bool, indent: int | None
) -> None:
    check(loads, json.dumps(value, ensure_ascii=ascii_only, indent=indent))


@settings(max_examples=2000, deadline=None, derandomize=True, database=None)
@given(
    st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?([eE][-+]?[0-9]{1,3})?", fullmatch=True)
)
def test_random_numbers_are_parsed_as_by_json_loads(loads: Loads, number: str) -> None:
    check(loads, number)


@settings(max_examples=1000, deadline=None, derandomize=True, database=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_between_two_floats_is_rounded_as_by_json_loads(
    loads: Loads, number: float
) -> None:
    from fractions import Fraction

    neighbour = math.nextafter(number, 0.0)
    middle = (Fraction(number) + Fraction(neighbour)) / 2
    check(loads, f"{middle.numerator}e0" if middle.denominator == 1 else decimal_text(middle))


def decimal_text(number: Any) -> str:
    """A fraction whose denominator is a power of two, in full."""
    digits = number.denominator.bit_length() - 1
    scaled = number.numerator * 5**digits
    return f"{scaled}e-{digits}"
