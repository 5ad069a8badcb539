"""This SDK."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

from lvng import LvngClient, LvngError

from ..adapter import Setup


class Tried:
    own_errors: ClassVar[tuple[type[Exception], ...]] = (LvngError,)
    has_deadline = True
    has_paths = True
    end = b"event: done\ndata: {}\n\n"
    failure = b'event: error\ndata: {"code": "BUSY", "message": "Too busy."}\n\n'

    def __init__(self, setup: Setup) -> None:
        self.client = LvngClient(
            setup.key, base_url=setup.url, timeout=setup.timeout or 30.0, deadline=setup.deadline
        )

    def get(self, id: str = "x1") -> object:
        return self.client.workflows.get(id)

    def post(self) -> object:
        return self.client.chat.send(message="hello")

    def stream(self) -> Iterator[str]:
        for event in self.client.stream_chat(message="hello"):
            if event.event == "text_delta" and isinstance(event.data, dict):
                yield event.data["delta"]

    @staticmethod
    def word(text: str) -> bytes:
        return f"event: text_delta\ndata: {json.dumps({'delta': text})}\n\n".encode()

    def close(self) -> None:
        self.client.close()
