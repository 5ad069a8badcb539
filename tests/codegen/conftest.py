"""The sync and the async client of generated packages."""

from support.fixtures import colour

__all__ = ["colour"]
