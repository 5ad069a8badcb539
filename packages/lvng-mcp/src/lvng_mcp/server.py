"""The server: handles requests of MCP clients with the SDK. It is stateless."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from mcp.server import Server, ServerRequestContext
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    GetPromptRequestParams,
    GetPromptResult,
    ListPromptsResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    TextContent,
    TextResourceContents,
)

import lvng
from lvng import AsyncLvngClient, ConfigurationError, LvngError, operations
from lvng.operations import Operation

from .files import with_files
from .policy import NotAllowedError, Policy
from .prompts import prompt, prompts
from .resources import JSON, reading, resources, templates
from .results import cut, result_of
from .search import describe, search
from .tools import CALL, DESCRIBE, SEARCH, tools, vendor_tools

Context: TypeAlias = ServerRequestContext[Any, Any]

INSTRUCTIONS = (
    "LVNG is a platform of agents, workflows and a knowledge base. The tools for these are listed; every other "
    "operation (channels, messages, files, contacts, calendar, billing, ...) is found by search_operations, "
    "explained by describe_operation and called by call_operation."
)
MAX_TOKENS = 6_000


def server(
    client: AsyncLvngClient | None = None,
    *,
    policy: Policy | None = None,
    max_tokens: int = MAX_TOKENS,
) -> Server[Any]:
    """Make a server.

    Args:
        client: client of the API; None to make one for each request, with the bearer token of the request as its key.
            A request with a bearer token always uses it.
        policy: the operations that are offered; default: all except those that delete or administer.
        max_tokens: approximate maximum number of tokens of a result; longer ones are truncated and can be continued.

    Returns:
        A server of the `mcp` SDK, to be run over stdio or as an ASGI application.
    """
    handlers = _Handlers(client, policy or Policy(), max_tokens)
    return Server(
        "lvng",
        version=lvng.__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
        on_list_prompts=handlers.list_prompts,
        on_get_prompt=handlers.get_prompt,
    )


class _Handlers:
    """Handles the requests of the protocol."""

    def __init__(self, client: AsyncLvngClient | None, policy: Policy, max_tokens: int) -> None:
        self._client = client
        self._policy = policy
        self._max_tokens = max_tokens

    async def list_tools(
        self, _ctx: Context, _params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(tools=tools(self._policy))

    async def call_tool(self, ctx: Context, params: CallToolRequestParams) -> CallToolResult:
        try:
            text = await self._tool(ctx, params.name, dict(params.arguments or {}))
        except (LvngError, NotAllowedError, ValueError) as error:
            return _result(_told(error), is_error=True)
        return _result(text)

    async def list_resources(
        self, _ctx: Context, _params: PaginatedRequestParams | None
    ) -> ListResourcesResult:
        return ListResourcesResult(resources=resources())

    async def list_templates(
        self, _ctx: Context, _params: PaginatedRequestParams | None
    ) -> ListResourceTemplatesResult:
        return ListResourceTemplatesResult(resource_templates=templates())

    async def read_resource(
        self, ctx: Context, params: ReadResourceRequestParams
    ) -> ReadResourceResult:
        operation, arguments = reading(str(params.uri))
        text = await self._call(ctx, operation, arguments, 0)
        contents = TextResourceContents(uri=params.uri, mime_type=JSON, text=text)
        return ReadResourceResult(contents=[contents])

    async def list_prompts(
        self, _ctx: Context, _params: PaginatedRequestParams | None
    ) -> ListPromptsResult:
        return ListPromptsResult(prompts=prompts())

    async def get_prompt(self, _ctx: Context, params: GetPromptRequestParams) -> GetPromptResult:
        return prompt(params.name, dict(params.arguments or {}))

    async def _tool(self, ctx: Context, name: str, arguments: dict[str, Any]) -> str:
        if name == SEARCH:
            return search(self._policy, _text(arguments, "query"), _count(arguments, "limit", 10))
        if name == DESCRIBE:
            return describe(_operation(_text(arguments, "operation")), self._policy)
        if name == CALL:
            operation = _operation(_text(arguments, "operation"))
            given = arguments.get("arguments") or {}
            if not isinstance(given, dict):
                raise ValueError(f"arguments must be an object, got {given!r:.100}.")
            return await self._call(ctx, operation, given, _count(arguments, "start", 0))
        if name in vendor_tools():
            return await self._call(ctx, operations.get(vendor_tools()[name]), arguments, 0)
        raise ValueError(f"There is no tool {name!r}. Find operations by {SEARCH}.")

    async def _call(
        self, ctx: Context, operation: Operation, arguments: dict[str, Any], start: int
    ) -> str:
        self._policy.check(operation)

        async def progress(number: float, text: str) -> None:
            await ctx.session.report_progress(number, None, text)

        given = with_files(operation, arguments)
        async with self._client_for(ctx) as client:
            text = await result_of(client, operation, given, progress)
        return cut(text, start, self._max_tokens, repeatable=operation.read_only)

    @asynccontextmanager
    async def _client_for(self, ctx: Context) -> AsyncIterator[AsyncLvngClient]:
        """The client for a request: with the key of the request, else that of the server."""
        key = _bearer_token(ctx)
        if key is not None:
            async with AsyncLvngClient(key) as client:
                yield client
        elif self._client is not None:
            yield self._client
        else:
            raise ConfigurationError(
                "This server has no API key of its own: send yours as Authorization: Bearer."
            )


def _bearer_token(ctx: Context) -> str | None:
    """The bearer token of an HTTP request."""
    headers = getattr(ctx.request, "headers", None)
    scheme, _, token = (headers.get("authorization", "") if headers else "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _operation(id_: str) -> Operation:
    try:
        return operations.get(id_)
    except KeyError:
        raise ValueError(f"There is no operation {id_!r}. Find it by {SEARCH}.") from None


def _text(arguments: dict[str, Any], name: str) -> str:
    value = arguments.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name} must be a string, got {value!r:.100}.")
    return value.strip()


def _count(arguments: dict[str, Any], name: str, default: int) -> int:
    value = arguments.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
        raise ValueError(f"{name} must be a whole number of at least 0, got {value!r:.100}.")
    return int(value)


def _told(error: Exception) -> str:
    """An error as text for a model: its message, and the details of the server."""
    return f"{type(error).__name__}: {error}"


def _result(text: str, *, is_error: bool = False) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], is_error=is_error)
