"""openai: chat completions and models."""
# pyright: reportMissingImports=false

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

import openai

from ..adapter import Setup

ASKED = {"model": "gpt-x", "messages": [{"role": "user", "content": "hello"}]}


class Tried:
    own_errors: ClassVar[tuple[type[Exception], ...]] = (openai.OpenAIError,)
    has_deadline = False
    has_paths = True
    end = b"data: [DONE]\n\n"
    failure = b'data: {"error": {"type": "server_error", "message": "Too busy."}}\n\n'

    def __init__(self, setup: Setup) -> None:
        self.client = openai.OpenAI(
            api_key=setup.key,
            base_url=setup.url,
            timeout=openai.NOT_GIVEN if setup.timeout is None else setup.timeout,
        )

    def get(self, id: str = "x1") -> object:
        return self.client.models.retrieve(id)

    def post(self) -> object:
        return self.client.chat.completions.create(**ASKED)

    def stream(self) -> Iterator[str]:
        for chunk in self.client.chat.completions.create(**ASKED, stream=True):
            for choice in chunk.choices or ():
                yield choice.delta.content

    @staticmethod
    def word(text: str) -> bytes:
        data = {"id": "c1", "choices": [{"index": 0, "delta": {"content": text}}]}
        return f"data: {json.dumps(data)}\n\n".encode()

    def close(self) -> None:
        self.client.close()
