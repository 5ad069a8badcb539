"""Webhooks on the receiving side: what is genuine, and what is not."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvng_core import InvalidArgumentError, LvngError
from lvng_core.webhooks import SIGNATURE_HEADER, WebhookVerificationError, parse, sign, verify

SECRET = "whsec_0123456789abcdef"
EVENT = {"event": "message.created", "timestamp": "2026-11-24T12:00:00.000Z", "data": {"id": "m1"}}
BODY = json.dumps(EVENT).encode()
SIGNATURE = hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()


def test_a_signature_is_the_lower_case_hex_of_hmac_sha_256() -> None:
    # RFC 4231, test case 2.
    expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert sign(b"what do ya want for nothing?", "Jefe") == expected
    assert SIGNATURE_HEADER == "X-LVNG-Signature"


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_a_genuine_delivery_is_accepted(kind: Any) -> None:
    assert sign(kind(BODY), SECRET) == SIGNATURE
    assert verify(kind(BODY), SIGNATURE, SECRET)
    assert verify(kind(BODY), f" {SIGNATURE}\r\n", SECRET)
    assert parse(kind(BODY), SIGNATURE, SECRET) == EVENT


@pytest.mark.parametrize(
    "signature",
    [
        None,
        "",
        "0" * 64,
        SIGNATURE[:-1],
        SIGNATURE + "0",
        SIGNATURE.upper(),
        f"sha256={SIGNATURE}",
        "é" * 64,
        "\ud800",
        5,
        SIGNATURE.encode(),
    ],
    ids=ascii,
)
def test_any_other_signature_is_refused(signature: Any) -> None:
    assert not verify(BODY, signature, SECRET)
    with pytest.raises(WebhookVerificationError, match="The signature does not match") as info:
        parse(BODY, signature, SECRET)
    assert isinstance(info.value, LvngError)
    assert SECRET not in str(info.value)
    assert SIGNATURE not in str(info.value)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_one_changed_byte_is_enough(at: int, change: int) -> None:
    body = bytearray(BODY)
    body[at] ^= change
    assert not verify(bytes(body), SIGNATURE, SECRET)


def test_another_secret_is_refused() -> None:
    assert not verify(BODY, SIGNATURE, SECRET + "0")


def test_the_body_must_be_the_raw_one() -> None:
    for body in (BODY.decode(), EVENT, None):
        wrong: Any = body
        with pytest.raises(InvalidArgumentError, match="body must be the raw bytes of the request"):
            verify(wrong, SIGNATURE, SECRET)


@pytest.mark.parametrize("secret", ["", None, b"secret"], ids=repr)
def test_the_secret_must_be_given(secret: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="secret must be the endpoint's secret"):
        verify(BODY, SIGNATURE, secret)
    with pytest.raises(InvalidArgumentError, match="secret must be"):
        parse(BODY, SIGNATURE, secret)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"", "the body is not JSON"),
        (b"{", "the body is not JSON"),
        (b"\xff", "the body is not JSON"),
        (b"[" * 100_000, "the body is not JSON"),
        (b"[]", "the body has no `event`"),
        (b"null", "the body has no `event`"),
        (b'{"data": {}}', "the body has no `event`"),
        (b'{"event": 5}', "the body has no `event`"),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_a_signed_body_that_is_no_event_is_refused(body: bytes, text: str) -> None:
    with pytest.raises(WebhookVerificationError, match=text):
        parse(body, sign(body, SECRET), SECRET)


def test_an_event_that_nobody_knows_yet_is_passed_on() -> None:
    body = b'{"event": "moon.landed", "crew": 3}'
    assert parse(body, sign(body, SECRET), SECRET) == {"event": "moon.landed", "crew": 3}
