"""Webhooks on the receiving side: what is genuine, and what is not."""

from __future__ import annotations

import hashlib
import hmac
import json
import traceback
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvng_core import ConfigurationError, InvalidArgumentError, LvngError
from lvng_core.webhooks import SIGNATURE_HEADER, WebhookVerificationError, parse, sign, verify
from support.clock import FakeClock

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


def test_a_refused_delivery_shows_no_secret_among_the_local_variables() -> None:
    with pytest.raises(WebhookVerificationError) as info:
        parse(BODY, "0" * 64, SECRET)
    shown = traceback.TracebackException.from_exception(info.value, capture_locals=True)
    frames = [line for line in shown.format() if "test_webhooks" not in line]
    assert "webhooks.py" in "".join(frames)
    assert SECRET not in "".join(frames)


def test_another_secret_is_refused() -> None:
    assert not verify(BODY, SIGNATURE, SECRET + "0")


def test_the_body_must_be_the_raw_one() -> None:
    for body in (BODY.decode(), EVENT, None):
        wrong: Any = body
        with pytest.raises(InvalidArgumentError, match="body must be the raw bytes of the request"):
            verify(wrong, SIGNATURE, SECRET)


@pytest.mark.parametrize(
    "secret", ["", None, b"secret", [], [SECRET, ""], [None], {SECRET}], ids=repr
)
def test_the_secret_must_be_given(secret: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LVNG_WEBHOOK_SECRET", raising=False)
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


OTHER = "whsec_fedcba9876543210"


def test_a_secret_is_rotated_without_a_lost_delivery() -> None:
    for secrets in ([SECRET, OTHER], (OTHER, SECRET)):
        assert verify(BODY, SIGNATURE, secrets)
        assert parse(BODY, sign(BODY, OTHER), secrets) == EVENT
        assert not verify(BODY, sign(BODY, "whsec_third"), secrets)


@pytest.mark.parametrize("value", [SECRET, f"{OTHER},{SECRET}", f" {OTHER} , {SECRET}\n"])
def test_the_secret_comes_from_the_environment(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LVNG_WEBHOOK_SECRET", value)
    assert verify(BODY, SIGNATURE)
    assert parse(BODY, SIGNATURE) == EVENT
    assert not verify(BODY, sign(BODY, "whsec_third"))


@pytest.mark.parametrize("value", ["", " ", f"{SECRET},"])
def test_an_empty_secret_of_the_environment_is_refused(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LVNG_WEBHOOK_SECRET", value)
    with pytest.raises(InvalidArgumentError, match="set LVNG_WEBHOOK_SECRET"):
        verify(BODY, SIGNATURE)


def signed_at(moment: object) -> tuple[bytes, str]:
    body = json.dumps({**EVENT, "timestamp": moment}).encode()
    return body, sign(body, SECRET)


def test_an_old_event_is_refused_where_a_tolerance_is_given(clock: FakeClock) -> None:
    body, signature = signed_at(datetime.now(UTC).isoformat())
    assert parse(body, signature, SECRET, tolerance=300)
    clock.waits.append(299)
    assert parse(body, signature, SECRET, tolerance=300)
    clock.waits.append(2)
    with pytest.raises(WebhookVerificationError, match=r"301 s ago; the tolerance is 300 s"):
        parse(body, signature, SECRET, tolerance=300)
    assert parse(body, signature, SECRET)


def test_an_event_of_the_future_is_refused_where_a_tolerance_is_given() -> None:
    body, signature = signed_at((datetime.now(UTC) + timedelta(hours=1)).isoformat())
    with pytest.raises(WebhookVerificationError, match="s from now"):
        parse(body, signature, SECRET, tolerance=60)


def test_a_time_without_a_zone_is_taken_as_utc() -> None:
    body, signature = signed_at(datetime.now(UTC).replace(tzinfo=None).isoformat())
    assert parse(body, signature, SECRET, tolerance=60)


@pytest.mark.parametrize("moment", ["yesterday", None, 1764500000, ""], ids=repr)
def test_an_event_without_a_time_is_refused_where_a_tolerance_is_given(moment: object) -> None:
    body, signature = signed_at(moment)
    assert parse(body, signature, SECRET)
    with pytest.raises(WebhookVerificationError, match="is not a time in ISO 8601"):
        parse(body, signature, SECRET, tolerance=60)


@pytest.mark.parametrize("tolerance", [0, -1, "60", True, float("nan")], ids=repr)
def test_a_tolerance_is_a_number_of_seconds(tolerance: Any) -> None:
    with pytest.raises(ConfigurationError, match="tolerance"):
        parse(BODY, SIGNATURE, SECRET, tolerance=tolerance)
