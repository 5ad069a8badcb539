"""Sizes that guard memory unless a client or call sets others."""

from typing import Final

MAX_RESPONSE_SIZE: Final = 64 * 1024 * 1024
"""Bytes of a response, when it is unpacked."""

MAX_EVENT_SIZE: Final = 16 * 1024 * 1024
"""Bytes of one event of a stream."""
