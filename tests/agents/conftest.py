"""The sync and the async client, against the sandbox or a scripted server."""

from support.fixtures import clock, colour, serve
from support.tuned import client, connect, running_sandbox, sandbox

__all__ = ["client", "clock", "colour", "connect", "running_sandbox", "sandbox", "serve"]
