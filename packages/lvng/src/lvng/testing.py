"""For tests of your own code: a fake clock, and the sandbox.

from lvng import LvngClient
from lvng.testing import Sandbox, fake_clock

with Sandbox() as sandbox, fake_clock(sandbox.advance) as clock:
    client = LvngClient(sandbox.api_key, base_url=sandbox.base_url)

The names of the sandbox need `pip install "lvng[sandbox]"`. It also adds the pytest fixtures `lvng_sandbox`,
`lvng_client`, `async_lvng_client` and `lvng_clock`, which need no import.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from lvng_core.testing import FakeClock, fake_clock

if TYPE_CHECKING:
    from lvng_sandbox import Fault, OpenAIEngine, Sandbox
else:
    _OF_THE_SANDBOX = ("Fault", "OpenAIEngine", "Sandbox")

    def __getattr__(name: str) -> Any:
        if name not in _OF_THE_SANDBOX:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        if find_spec("lvng_sandbox") is None:
            raise ImportError(
                f'{__name__}.{name} needs the sandbox: pip install "lvng[sandbox]".', name=name
            )
        return getattr(import_module("lvng_sandbox"), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *_OF_THE_SANDBOX})


__all__ = ["FakeClock", "Fault", "OpenAIEngine", "Sandbox", "fake_clock"]
