"""The LVNG API as a server of the Model Context Protocol: `lvng-mcp`, or `server()` for a program of your own."""

from .policy import Policy
from .server import server

__version__ = "1.0.0"

__all__ = ["Policy", "__version__", "server"]
