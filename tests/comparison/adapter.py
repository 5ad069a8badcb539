"""What every SDK under trial can do: one GET, one POST and, where it has them, one stream."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, cast

KEY = "sk_live_51HkSecretSecretSecret"
NAMES = ("lvng", "openai", "anthropic", "stripe", "azure-core", "botocore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a client is made with. `ask_for_retries` switches them on where they are off by default."""

    url: str
    key: str = KEY
    timeout: float | None = None
    deadline: float | None = None
    ask_for_retries: bool = True


class Adapter(Protocol):
    """An SDK as it comes, but for what its constructor is given here."""

    own_errors: ClassVar[tuple[type[Exception], ...]]
    has_deadline: ClassVar[bool]
    has_paths: ClassVar[bool]
    client: Any

    def __init__(self, setup: Setup) -> None:
        """Make a client."""

    def get(self, id: str = "x1") -> object:
        """Read something by its id."""

    def post(self) -> object:
        """Create something."""

    def close(self) -> None:
        """End the connections."""


class StreamAdapter(Adapter, Protocol):
    """An SDK with server-sent events: `word` is the event of a word, `stream` yields words as they come.

    `end` is the event that ends a stream, `failure` the one by which the server reports a failure.
    """

    end: ClassVar[bytes]
    failure: ClassVar[bytes]

    @staticmethod
    def word(text: str) -> bytes: ...

    def stream(self) -> Iterator[str]: ...


Sdk = type[Adapter]


def load(name: str) -> Sdk:
    """The adapter of an SDK, imported only where the SDK is under trial."""
    module = importlib.import_module(f"comparison.adapters.{name.replace('-', '_')}_sdk")
    return cast("Sdk", module.Tried)
