"""A clock for tests: sleeping takes no time, and random numbers are set by the test."""

from lvng_core.testing import FakeClock

__all__ = ["FakeClock"]
