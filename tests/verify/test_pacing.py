"""The service is asked below its rate limits."""

from __future__ import annotations

import pytest

from lvng_verify.pacing import Pace

NOW = 1_764_500_000.0


class Time:
    """A clock that sleeping sets ahead."""

    def __init__(self) -> None:
        self.now, self.waits = NOW, list[float]()

    def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds


def pace(time: Time, per_minute: float | None = None) -> Pace:
    return Pace(per_minute, now=lambda: time.now, sleep=time.sleep)


def limits(limit: int, remaining: int, reset: str) -> dict[str, str]:
    names = ("limit", "remaining", "reset")
    return dict(
        zip(
            (f"x-ratelimit-{name}" for name in names),
            (str(limit), str(remaining), reset),
            strict=True,
        )
    )


def test_requests_are_spread_over_the_minute() -> None:
    time = Time()
    one = pace(time, 30)
    for _ in range(3):
        one.wait("notes")
    assert time.waits == [2.0, 2.0]


@pytest.mark.parametrize("reset", [str(int(NOW) + 20), "2025-11-30T10:53:40.000Z"])
def test_half_of_a_limit_is_left_to_others(reset: str) -> None:
    time = Time()
    one = pace(time)
    one.observe("notes", limits(100, 51, reset))
    one.wait("notes")
    assert not time.waits
    one.observe("notes", limits(100, 50, reset))
    one.wait("tasks")
    assert not time.waits, "of another tag"
    one.wait("notes")
    assert time.waits == [20.0]


@pytest.mark.parametrize("reset", ["", "soon", str(int(NOW) + 10**6)])
def test_an_invalid_rate_limit_reset_waits_a_whole_window(reset: str) -> None:
    time = Time()
    one = pace(time)
    one.observe("notes", limits(20, 1, reset))
    one.wait("notes")
    assert time.waits == [60.0]


@pytest.mark.parametrize(("retry_after", "waited"), [("3", 3.0), ("", 60.0), ("9999", 60.0)])
def test_retry_after_is_waited_for(retry_after: str, waited: float) -> None:
    time = Time()
    one = pace(time)
    one.refused("notes", {"retry-after": retry_after})
    one.wait("notes")
    assert time.waits == [waited]
