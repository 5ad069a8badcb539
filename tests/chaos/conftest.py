"""Fixtures of the tests under faults."""

from support.fixtures import clock

__all__ = ["clock"]
