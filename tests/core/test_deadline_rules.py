"""Deadlines as functions of a clock that the test moves."""

from __future__ import annotations

import pytest

from lvng_core._deadline import Deadline, TimeLeft, cut


class Hand:
    """The hand of a clock."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def deadline(hand: Hand) -> Deadline:
    """Ten seconds from the beginning."""
    return Deadline(10.0, hand)


def test_what_is_left_shrinks_as_time_passes(hand: Hand, deadline: Deadline) -> None:
    assert deadline.left() == 10.0
    hand.at += 4.0
    assert deadline.left() == 6.0


def test_a_deadline_has_passed_when_nothing_is_left(hand: Hand, deadline: Deadline) -> None:
    hand.at += 9.5
    deadline.check()
    hand.at += 0.5
    with pytest.raises(TimeoutError):
        deadline.check()


def test_a_timeout_is_cut_by_the_deadline_at_the_time_of_use(
    hand: Hand, deadline: Deadline
) -> None:
    timeout = TimeLeft(7.0, deadline)
    assert timeout == cut(timeout) == 7.0
    hand.at += 4.0
    assert timeout == 7.0
    assert cut(timeout) == 6.0
    hand.at += 6.0
    with pytest.raises(TimeoutError):
        cut(timeout)


@pytest.mark.parametrize("timeout", [None, 0.0, 7.0])
def test_a_timeout_without_a_deadline_stays_as_it_is(timeout: float | None) -> None:
    assert cut(timeout) == timeout
