"""An MCP server for the LVNG API: the command `lvng-mcp`, or `server()` for your own program."""

from .policy import Policy
from .server import server

__version__ = "1.0.0"

__all__ = ["Policy", "__version__", "server"]
