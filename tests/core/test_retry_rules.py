"""The rules of retrying as pure functions: what is made again, after how long, and until when."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lvng_core import ConfigurationError, RetryPolicy
from lvng_core._error_mapping import rate_limit_reset, retry_after
from lvng_core._retry import RetryBudget, check_seconds, delay, retry_failure, retry_status

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_the_largest_number_of_seconds_is_that_of_a_float() -> None:
    check_seconds("timeout", sys.float_info.max)
    with pytest.raises(ConfigurationError, match="timeout must be a number of at least 0"):
        check_seconds("timeout", 10**400)


def test_every_status_is_in_one_of_three_sets() -> None:
    policy = RetryPolicy()
    statuses = range(100, 600)
    always = {status for status in statuses if retry_status(policy, status, idempotent=False)}
    repeatable = {status for status in statuses if retry_status(policy, status, idempotent=True)}
    assert always == {429, 503}
    assert repeatable - always == {408, 425, 500, 502, 504, 520, 521, 522, 523, 524, 529}


def test_a_policy_may_replace_the_retried_statuses() -> None:
    policy = RetryPolicy(retry_statuses={418}, retry_statuses_if_idempotent=frozenset())
    assert retry_status(policy, 418, idempotent=False)
    assert not retry_status(policy, 503, idempotent=True)


def test_unsent_requests_are_retried_and_perhaps_sent_ones_only_if_idempotent() -> None:
    assert retry_failure("not-sent", idempotent=False)
    assert retry_failure("not-sent", idempotent=True)
    assert retry_failure("perhaps-sent", idempotent=True)
    assert not retry_failure("perhaps-sent", idempotent=False)


@pytest.mark.parametrize(
    ("retries", "luck", "seconds"),
    [
        (0, 0.0, 0.2),
        (1, 0.0, 0.6),
        (2, 0.0, 1.8),
        (3, 0.0, 5.4),
        (4, 0.0, 8.0),
        (1_000_000, 0.0, 8.0),
        (0, 1.0, 0.25),
        (2, 0.5, 2.025),
        (9, 1.0, 10.0),
    ],
)
def test_waits_grow_by_three_up_to_a_cap_and_luck_adds_a_quarter(
    retries: int, luck: float, seconds: float
) -> None:
    assert delay(RetryPolicy(), retries, None, luck) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("asked", "luck", "seconds"),
    [
        (1.5, 0.0, 1.5),
        (1.5, 1.0, 1.65),
        (0.001, 0.0, 0.001),
        (60.0, 0.0, 60.0),
        (60.001, 0.0, None),
        (86_400.0, 1.0, None),
    ],
)
def test_retry_after_of_the_server_wins_up_to_its_maximum(
    asked: float, luck: float, seconds: float | None
) -> None:
    assert delay(RetryPolicy(), 2, asked, luck) == (seconds and pytest.approx(seconds))


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(
    retries=st.integers(0, 10**9),
    asked=st.none() | st.floats(0.001, 1e6),
    luck=st.floats(0, 1),
    base=st.floats(0, 1e3),
    factor=st.floats(1, 1e3),
)
def test_no_wait_is_shorter_than_asked_or_longer_than_allowed(
    retries: int, asked: float | None, luck: float, base: float, factor: float
) -> None:
    policy = RetryPolicy(base_delay=base, backoff_factor=factor)
    wait = delay(policy, retries, asked, luck)
    if asked is None:
        assert wait is not None
        assert 0 <= wait <= policy.max_delay * (1 + policy.jitter)
    elif asked > policy.max_retry_after:
        assert wait is None
    else:
        assert wait is not None
        assert asked <= wait <= asked * 1.1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1", 1.0),
        ("1.5", 1.5),
        (" 7 ", 7.0),
        ("86400", 86_400.0),
        ("0", None),
        ("-5", None),
        ("nan", None),
        ("inf", None),
        ("-inf", None),
        ("1e400", None),
        ("soon", None),
        ("", None),
        ("Wed, 99 Foo 2026 99:99:99 GMT", None),
        ("Tue, 24 Nov 99999999 12:00:04 GMT", None),
        (format_datetime(NOW + timedelta(seconds=4), usegmt=True), 5.0),
        (format_datetime(NOW + timedelta(seconds=4)).replace("+0000", "-0000"), 5.0),
        (format_datetime(NOW + timedelta(seconds=1), usegmt=True), 2.0),
        (format_datetime(NOW - timedelta(seconds=4), usegmt=True), None),
        (format_datetime(NOW, usegmt=True), None),
    ],
    ids=ascii,
)
def test_retry_after_is_read_in_every_form_or_ignored(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "x", "retry-after": "9"}, 9.0),
        ({"retry-after-ms": "-1"}, None),
    ],
)
def test_retry_after_ms_wins_over_retry_after(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2026-11-24T12:00:30Z", 30.0),
        ("2026-11-24T12:00:30.500Z", 30.5),
        ("2026-11-24T13:00:30+01:00", 30.0),
        ("2026-11-24T12:00:30", 30.0),
        (str(int(NOW.timestamp()) + 30), 30.0),
        ("2026-11-24T12:00:01Z", 1.0),
        ("2026-11-24T12:00:00Z", None),
        ("2026-11-24T11:59:00Z", None),
        ("1", None),
        ("1e300", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_rate_limits_reset_is_a_date_or_unix_seconds(value: str, seconds: float | None) -> None:
    assert rate_limit_reset({"x-ratelimit-reset": value}, NOW) == seconds


@pytest.fixture
def far_east(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock shows the time of Tokyo."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("far_east")
def test_unix_seconds_are_the_same_in_every_time_zone() -> None:
    value = str(int(NOW.timestamp()) + 30)
    assert rate_limit_reset({"x-ratelimit-reset": value}, NOW) == 30.0


def test_dates_count_from_now() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    wait = retry_after({"retry-after": soon})
    assert wait is not None
    assert 25 < wait <= 31


def test_a_budget_pays_for_twenty_retries_and_success_fills_it() -> None:
    budget = RetryBudget()
    assert [budget.spend() for _ in range(21)] == [True] * 20 + [False]
    for _ in range(4):
        budget.refund()
    assert not budget.spend()
    budget.refund()
    assert budget.spend()
    assert not budget.spend()


def test_a_budget_never_holds_more_than_it_began_with() -> None:
    budget = RetryBudget(capacity=5)
    budget.refund()
    assert [budget.spend(), budget.spend()] == [True, False]


def test_threads_share_a_budget_to_the_token() -> None:
    budget = RetryBudget(capacity=5_000)
    paid: list[bool] = []
    begin = threading.Barrier(8)

    def spend() -> None:
        begin.wait()
        paid.extend(budget.spend() for _ in range(200))

    threads = [threading.Thread(target=spend) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert paid.count(True) == 1_000
