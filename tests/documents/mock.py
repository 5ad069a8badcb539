"""A server that responds to calls with what a document says."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from support.scripted_server import Exchange, answer

from .calls import Call
from .reading import Reading
from .request import essence, is_json
from .values import Values

_LINES = re.compile(r"json-?seq|ndjson|jsonl|json-?lines|stream\+json")
CONTENT = b"content\x00"
_EMPTY = {204, 205}


class Mock:
    """Responds to each call with what the document says."""

    def __init__(self, reading: Reading, seed: int) -> None:
        self.reading, self.luck = reading, Random(seed)
        self.call: Call
        self.expected: Any = None

    def step(self, exchange: Exchange) -> None:
        """Respond with the first success that the request accepts."""
        accepted = [essence(one) for one in (exchange.seen.header("accept") or "").split(",")]
        choices = [
            (status, essence(kind), media)
            for status, content in self.call.operation.successes
            for kind, media in content.items()
            if exchange.seen.method != "HEAD" and status not in _EMPTY
        ]
        exact = [one for one in choices if one[1] in accepted]
        for status, kind, media in [*exact, *choices]:
            if kind in accepted or "*/*" in accepted or "*" in kind:
                answer(status, *self._content(kind, media))(exchange)
                return
        status = self.call.operation.successes[0][0] if self.call.operation.successes else 200
        empty = [
            number
            for number, content in self.call.operation.successes
            if not content or number in _EMPTY
        ]
        self.expected = None
        if self.call.operation.successes and not empty and exchange.seen.method != "HEAD":
            answer(406, {"message": f"accepts {accepted}, which the document does not have"})(
                exchange
            )
        else:
            answer(empty[0] if empty else status)(exchange)

    def _content(self, kind: str, media: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        values = Values(self.reading, self.luck, full=True, request=False)
        headers = {"Content-Type": kind.replace("/*", "/json").replace("*", "application")}
        if kind == "text/event-stream":
            self.expected = [{"a": 1}]
            return b'data: {"a": 1}\n\n', headers
        if _LINES.search(kind):
            item = values.of(media.get("itemSchema", {}))
            self.expected = [item]
            return json.dumps(item).encode() + b"\n", headers
        schema = self.reading.merged(media.get("schema", {}))
        if (is_json(kind) or kind in {"*/*", "application/*"}) and schema.get("format") != "binary":
            self.expected = values.of(media.get("schema", {}))
            return json.dumps(self.expected).encode(), headers
        self.expected = CONTENT
        return CONTENT, headers
