"""anthropic: messages and models."""
# pyright: reportMissingImports=false

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

import anthropic

from ..adapter import Setup

ASKED = {
    "model": "claude-x",
    "max_tokens": 8,
    "messages": [{"role": "user", "content": "hello"}],
}


class Tried:
    own_errors: ClassVar[tuple[type[Exception], ...]] = (anthropic.AnthropicError,)
    has_deadline = False
    has_paths = True
    end = b'event: message_stop\ndata: {"type": "message_stop"}\n\n'
    failure = (
        b'event: error\ndata: {"type": "error", '
        b'"error": {"type": "overloaded_error", "message": "Too busy."}}\n\n'
    )

    def __init__(self, setup: Setup) -> None:
        self.client = anthropic.Anthropic(
            api_key=setup.key,
            base_url=setup.url,
            timeout=anthropic.NOT_GIVEN if setup.timeout is None else setup.timeout,
        )

    def get(self, id: str = "x1") -> object:
        return self.client.models.retrieve(id)

    def post(self) -> object:
        return self.client.messages.create(**ASKED)

    def stream(self) -> Iterator[str]:
        for event in self.client.messages.create(**ASKED, stream=True):
            if event.type == "content_block_delta":
                yield event.delta.text

    @staticmethod
    def word(text: str) -> bytes:
        kind = "content_block_delta"
        data = {"type": kind, "index": 0, "delta": {"type": "text_delta", "text": text}}
        return f"event: {kind}\ndata: {json.dumps(data)}\n\n".encode()

    def close(self) -> None:
        self.client.close()
