"""A local LVNG server for quickstarts, tests and offline work.

from lvng import LvngClient
from lvng_sandbox import Sandbox

with Sandbox() as sandbox, LvngClient(sandbox.api_key, base_url=sandbox.base_url) as client:
    print(client.chat.send(message="Summarize the latest sales report")["reply"])
"""

from .faults import Fault, Faults
from .server import Account, Sandbox

__version__ = "1.0.0"

__all__ = ["Account", "Fault", "Faults", "Sandbox", "__version__"]
