"""Fixtures of the tests under faults."""

from support.tuned import clock

__all__ = ["clock"]
