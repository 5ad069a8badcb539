"""Fixtures of the bad days."""

from support.tuned import clock

__all__ = ["clock"]
