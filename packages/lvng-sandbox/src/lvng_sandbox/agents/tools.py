"""The built-in tools. They work on stored data; none uses the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jsonschema_rs import Draft202012Validator

from ..contract.validation import field_of, message_of
from ..engines.extractive import extract
from ..knowledge.retrieval import searchable_owners, with_records
from ..outbox import emails
from ..platform.context import Context
from ..problems import Problem, invalid
from ..store.full_text import any_of, keywords
from .calculator import evaluate
from .runs import run_agent

Run: TypeAlias = "Callable[[Context, Mapping[str, Any]], dict[str, Any]]"


@dataclass(frozen=True, slots=True)
class Tool:
    """A built-in tool."""

    name: str
    description: str
    category: str
    read_only: bool
    schema: dict[str, Any]
    run: Run

    def definition(self) -> dict[str, Any]:
        """The tool as the API describes it."""
        return {
            "name": self.name,
            "description": self.description,
            "category": self.category,
            "isReadOnly": self.read_only,
            "inputSchema": self.schema,
        }


TOOLS: dict[str, Tool] = {}

_TEXT = {"type": "string", "minLength": 1}
_TEXTS = {"type": "array", "items": _TEXT, "minItems": 1}
_COUNT = {"type": "integer", "minimum": 1, "maximum": 50, "default": 5}


def check_input(tool: Tool, given: Mapping[str, Any]) -> None:
    """Check an input against the tool's schema.

    Raises:
        Problem: 400: it is not valid, with the invalid fields.
    """
    errors = list(Draft202012Validator(tool.schema).iter_errors(given))
    if errors:
        raise invalid([(f"input.{field_of(one)}".rstrip("."), message_of(one)) for one in errors])


def execute(context: Context, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Run a tool on a checked input. The result of a tool that fails has an error."""
    output: dict[str, Any] | None = None
    error: str | None = None
    try:
        output = TOOLS[name].run(context, given)
    except Problem as problem:
        error = problem.reason
    except ValueError as wrong:
        error = str(wrong)
    return {
        "toolName": name,
        "success": error is None,
        "output": output,
        "error": error,
        "durationMs": 0,
        "executedAt": context.now(),
    }


def _tool(
    category: str, description: str, /, *, read_only: bool = True, **inputs: Mapping[str, Any]
) -> Callable[[Run], Run]:
    """Register a function as a tool; inputs without a default are required."""

    def register(run: Run) -> Run:
        schema: dict[str, Any] = {
            "type": "object",
            "properties": inputs,
            "required": [name for name, one in inputs.items() if "default" not in one],
            "additionalProperties": False,
        }
        name = run.__name__
        TOOLS[name] = Tool(name, description, category, read_only, schema, run)
        return run

    return register


def _find(context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    words = keywords(given["query"])
    hits = context.search.texts(any_of(given["query"]), searchable_owners(context))
    found = islice(with_records(context, hits), int(given.get("limit", 5)))
    results = [
        {
            "kind": hit.kind,
            "id": hit.id,
            "title": hit.title,
            "text": extract(hit.content, words),
            "score": hit.score,
        }
        for hit, _ in found
    ]
    # The text is for the next step of a workflow.
    return {
        "results": results,
        "text": "\n".join(f"{one['title']}: {one['text']}" for one in results),
    }


@_tool("web", "Search the web and return the best pages", query=_TEXT, limit=_COUNT)
def web_search(context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    return _find(context, given)  # the sandbox searches stored documents instead of the web


@_tool("web", "Read one page of the web", url={"type": "string", "format": "uri"})
def web_fetch(context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    document = context.records("documents").first(url=given["url"])
    if document is None:
        raise ValueError(
            f"{given['url']} was not ingested, and the sandbox does not use the network"
        )
    return {"url": given["url"], "title": document["title"], "text": document["content"] or ""}


@_tool("email", "Send an email", read_only=False, to=_TEXTS, subject=_TEXT, body=_TEXT)
def send_email(context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    fields = {"to_emails": given["to"], "subject": given["subject"], "text": given["body"]}
    email = emails.send_email(context, fields)
    return {"emailId": email["id"], "status": email["status"], "to": email["to_emails"]}


@_tool(
    "ai",
    "Cut a text down to its most telling sentences",
    text=_TEXT,
    sentences={**_COUNT, "default": 3},
)
def summarize(_context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    text = given["text"]
    return {"summary": extract(text, keywords(text), int(given.get("sentences", 3)))}


@_tool(
    "apps",
    "Add a task",
    read_only=False,
    title=_TEXT,
    description={"type": "string", "default": ""},
)
def create_task(context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    task = context.records("tasks").add({"priority": "medium", **given})
    return {"taskId": task["id"], "title": task["title"]}


@_tool("apps", "Write a note", read_only=False, title=_TEXT, content=_TEXT)
def create_note(context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    note = context.records("notes").add(given)
    return {"noteId": note["id"], "title": note["title"]}


@_tool("data", "Search everything that is known", query=_TEXT, limit=_COUNT)
def knowledge_search(context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    return _find(context, given)


@_tool("data", "Work out an arithmetic expression", expression=_TEXT)
def calculator(_context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    return {"value": evaluate(given["expression"])}


@_tool("data", "Tell the time in a time zone", timezone={**_TEXT, "default": "UTC"})
def current_time(context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    zone = given.get("timezone", "UTC")
    try:
        now = datetime.fromtimestamp(context.platform.clock.time(), ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"There is no time zone {zone!r}") from None
    return {"time": now.isoformat(timespec="milliseconds"), "timezone": zone}


@_tool(
    "agent", "Ask an agent and wait for its answer", read_only=False, agent_id=_TEXT, message=_TEXT
)
def message_agent(context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    agent = context.records("agents").get(given["agent_id"])
    run = run_agent(context, agent, given["message"])
    if run["status"] == "failed":
        raise ValueError(run["error"])
    return {"content": run["output"]["content"], "runId": run["id"]}


@_tool("agent", "Remember something for later", read_only=False, content=_TEXT)
def remember(context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    memory = context.records("memory").add(given, source="tool")
    return {"memoryId": memory["id"]}


@_tool("meta", "Find the tool for a job", query={"type": "string", "default": ""})
def list_tools(_context: Context, given: Mapping[str, Any]) -> dict[str, Any]:
    words = keywords(given.get("query", ""))
    found = [
        {"name": tool.name, "description": tool.description}
        for tool in TOOLS.values()
        if all(word in f"{tool.name} {tool.description}".lower() for word in words)
    ]
    return {"tools": found}
