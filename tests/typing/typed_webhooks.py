"""What the type checkers know of the events of webhooks.

Read by mypy and pyright, never run; see `typed_chat.py`.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import assert_type

import lvng_account.types as t
from lvng import webhooks


def events(body: bytes, signature: str | None) -> None:
    event = webhooks.parse(body, signature, ["new", "old"], tolerance=300)
    assert_type(event, t.WebhookEvent)
    assert_type(event["timestamp"], str)
    if event["event"] == "message.created":
        assert_type(event, t.MessageCreatedEvent)
        assert_type(event["data"]["content"], str)
    elif event["event"] == "agent.completed":
        assert_type(event["data"]["run"], t.AgentRun | None)
    elif event["event"] == "workflow.failed":
        assert_type(event["data"]["error"], str | None)
    elif event["event"] == "knowledge.indexed":
        assert_type(event["data"]["chunksIndexed"], int)
    elif event["event"] == "credit.low":
        assert_type(event["data"]["balance"], float)


def whether_it_is_genuine(body: bytes) -> bool:
    return webhooks.verify(body, None)
