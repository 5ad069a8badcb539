"""Default size limits, which protect memory."""

from typing import Final

MAX_RESPONSE_SIZE: Final = 64 * 1024 * 1024
"""Bytes of a response after decompression."""

MAX_EVENT_SIZE: Final = 16 * 1024 * 1024
"""Bytes of one event of a stream."""
