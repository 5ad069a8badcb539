"""The sync and the async client, against the sandbox or a scripted server."""

from support.tuned import client, clock, colour, connect, running_sandbox, sandbox, serve

__all__ = ["client", "clock", "colour", "connect", "running_sandbox", "sandbox", "serve"]
