"""Both colours of the full client, against the sandbox or a hostile server."""

from support.tuned import client, clock, colour, connect, running_sandbox, sandbox, serve

__all__ = ["client", "clock", "colour", "connect", "running_sandbox", "sandbox", "serve"]
