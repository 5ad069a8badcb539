"""Deadlines as functions of a clock that the test moves."""

from __future__ import annotations

import math

import pytest

from lvng_core._deadline import Deadline, DeadlineExceededError


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


def test_the_time_left_shrinks_as_time_passes(hand: Hand, deadline: Deadline) -> None:
    assert deadline.left() == 10.0
    hand.at += 4.0
    assert deadline.left() == 6.0


def test_a_timeout_is_cut_to_the_time_that_is_left(hand: Hand, deadline: Deadline) -> None:
    assert deadline.limit(7.0) == 7.0
    hand.at += 4.0
    assert deadline.limit(7.0) == 6.0
    assert deadline.limit(None) == 6.0
    assert deadline.limit(0.0) == 0.0


def test_nothing_may_wait_when_no_time_is_left(hand: Hand, deadline: Deadline) -> None:
    hand.at += 9.5
    assert deadline.limit(7.0) == 0.5
    hand.at += 0.5
    for timeout in (None, 0.0, 7.0):
        with pytest.raises(DeadlineExceededError):
            deadline.limit(timeout)


@pytest.mark.parametrize("timeout", [None, 0.0, 7.0])
def test_a_timeout_without_a_deadline_stays_as_it_is(hand: Hand, timeout: float | None) -> None:
    deadline = Deadline(None, hand)
    assert deadline.left() == math.inf
    assert deadline.limit(timeout) == timeout


def test_a_deadline_can_be_lifted_and_set_anew(hand: Hand, deadline: Deadline) -> None:
    hand.at += 20.0
    deadline.restart(None)
    assert deadline.left() == math.inf
    deadline.restart(2.0)
    assert deadline.left() == 2.0
    hand.at += 2.0
    with pytest.raises(DeadlineExceededError):
        deadline.limit(1.0)
