"""Attributes of chat, agent and tool calls, by the semantic conventions for generative AI.

https://github.com/open-telemetry/semantic-conventions-genai
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

from ._exchange import Request
from ._json import loads

Attributes: TypeAlias = dict[str, Any]

_OPERATIONS = {
    "chat.send": "chat",
    "chat.stream": "chat",
    "agents.create": "create_agent",
    "agents.message": "invoke_agent",
    "tools.execute": "execute_tool",
}
_AGENT = re.compile(r"/agents/([^/]+)/")
_TOOL = re.compile(r"/tools/([^/]+)/")
_USAGE = {
    "inputTokens": "gen_ai.usage.input_tokens",
    "outputTokens": "gen_ai.usage.output_tokens",
}


def operation_name(operation: str) -> str | None:
    """The `gen_ai.operation.name` of an operation; None if the operation has nothing to do with generative AI."""
    return _OPERATIONS.get(operation)


def span_name(attributes: Mapping[str, Any]) -> str:
    """The name of a span: the operation, and the model, agent or tool if known."""
    names = ("gen_ai.request.model", "gen_ai.agent.name", "gen_ai.tool.name")
    target = next((attributes[name] for name in names if name in attributes), "")
    return f"{attributes['gen_ai.operation.name']} {target}".strip()


def request_attributes(request: Request, *, content: bool) -> Attributes:
    """The attributes of a request.

    Args:
        request: a request for which `operation_name` is not None.
        content: whether messages and arguments may be recorded.
    """
    body, path = _mapping(_parsed(request.content or b"")), urlsplit(request.url).path
    name = operation_name(request.operation)
    found: Attributes = {
        "gen_ai.operation.name": name,
        "gen_ai.provider.name": "lvng",
        "gen_ai.request.model": _text(body.get("model")),
        "gen_ai.request.stream": True if request.stream else None,
    }
    if name == "create_agent":
        found["gen_ai.agent.name"] = _text(body.get("name"))
    elif name == "invoke_agent":
        found["gen_ai.agent.id"] = _in_path(_AGENT, path)
    elif name == "execute_tool":
        found["gen_ai.tool.name"] = _in_path(_TOOL, path)
        if content:
            found["gen_ai.tool.call.arguments"] = json.dumps(body, ensure_ascii=False)
    if content and (message := _text(body.get("message"))):
        found["gen_ai.input.messages"] = _messages("user", message)
    return _known(found)


def response_attributes(operation: str, response: object, *, content: bool) -> Attributes:
    """The attributes of a response, or of the event `done` of a stream.

    Args:
        operation: id of the operation.
        response: its JSON, of any type.
        content: whether messages and results may be recorded.
    """
    body = _mapping(response)
    answer = (
        _mapping(body.get("agent") if operation == "agents.create" else body.get("data")) or body
    )
    reason, text = _text(answer.get("finishReason")), answer.get("reply") or answer.get("content")
    found: Attributes = {
        "gen_ai.response.model": _text(answer.get("model")),
        "gen_ai.response.finish_reasons": [reason] if reason else None,
        "gen_ai.conversation.id": _text(answer.get("conversationId")),
    }
    if operation == "agents.create":
        found["gen_ai.agent.id"] = _text(answer.get("id"))
    elif operation != "tools.execute":
        found["gen_ai.response.id"] = _text(answer.get("messageId")) or _text(answer.get("id"))
    usage = _mapping(answer.get("usage"))
    for name, attribute in _USAGE.items():
        if type(usage.get(name)) is int:
            found[attribute] = usage[name]
    if content and operation == "tools.execute":
        found["gen_ai.tool.call.result"] = json.dumps(answer, ensure_ascii=False)
    elif content and _text(text):
        found["gen_ai.output.messages"] = _messages("assistant", str(text), reason)
    return _known(found)


def _messages(role: str, text: str, reason: str | None = None) -> str:
    message: dict[str, Any] = {"role": role, "parts": [{"type": "text", "content": text}]}
    if role == "assistant":
        message["finish_reason"] = reason or "stop"
    return json.dumps([message], ensure_ascii=False)


def _parsed(content: bytes) -> object:
    try:
        return loads(content)
    except (ValueError, RecursionError):
        return None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _in_path(pattern: re.Pattern[str], path: str) -> str | None:
    match = pattern.search(path)
    return unquote(match[1]) if match else None


def _known(attributes: Attributes) -> Attributes:
    return {name: value for name, value in attributes.items() if value is not None}
