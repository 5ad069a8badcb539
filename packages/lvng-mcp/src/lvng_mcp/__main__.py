"""The command `lvng-mcp`: a server over stdio or HTTP, and `lvng-mcp install`."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Sequence

import anyio

from lvng import AsyncLvngClient, LvngError, __version__

from .install import APPS, InstallError, install
from .policy import Policy
from .server import MAX_TOKENS, server

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: command-line arguments after `lvng-mcp`; default: `sys.argv[1:]`.

    Returns:
        The exit code: 0, or 2 for an invalid option or configuration.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _install(words[1:]) if words[:1] == ["install"] else _serve(words)
    except (LvngError, InstallError, OSError, ValueError) as error:
        print(f"lvng-mcp: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _serve(words: list[str]) -> int:
    options = _parser().parse_args(words)
    policy = Policy(
        tags=_names(options.tags),
        scopes=_names(options.scopes),
        delete=options.allow_delete,
        admin=options.allow_admin,
    )
    anyio.run(_run, policy, options.max_tokens, options.http)
    return 0


async def _run(policy: Policy, max_tokens: int, address: str | None) -> None:
    if address is None:
        async with AsyncLvngClient() as client:
            await _over_stdio(client, policy, max_tokens)
        return
    host, port = _address(address)
    if host not in LOOPBACK or not os.environ.get("LVNG_API_KEY"):
        # It is reachable from other machines, whose requests must not use its own key.
        await _over_http(None, policy, max_tokens, host, port)
        return
    async with AsyncLvngClient() as client:
        await _over_http(client, policy, max_tokens, host, port)


async def _over_stdio(client: AsyncLvngClient, policy: Policy, max_tokens: int) -> None:
    from mcp.server.stdio import stdio_server

    made = server(client, policy=policy, max_tokens=max_tokens)
    async with stdio_server() as (received, sent):
        await made.run(received, sent, made.create_initialization_options())


async def _over_http(
    client: AsyncLvngClient | None, policy: Policy, max_tokens: int, host: str, port: int
) -> None:
    import uvicorn

    made = server(client, policy=policy, max_tokens=max_tokens)
    app = made.streamable_http_app(stateless_http=True, host=host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listening:
        shown = f"[{host}]" if ":" in host else host
        url = f"http://{shown}:{listening.getsockname()[1]}/mcp"
        print(f"lvng-mcp is listening at {url}", file=sys.stderr, flush=True)
        config = uvicorn.Config(app, log_level="warning")
        await uvicorn.Server(config).serve(sockets=[listening])


def _install(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        "lvng-mcp install",
        description="Add the server to the configuration of a client.",
        epilog="Pass options of lvng-mcp after --, such as: -- --tags chat,agents",
    )
    parser.add_argument("client", choices=sorted(APPS), help="client to configure")
    parser.add_argument(
        "--dry-run", action="store_true", help="print the file instead of writing it"
    )
    at = words.index("--") if "--" in words else len(words)
    options, given = parser.parse_args(words[:at]), words[at + 1 :]
    _parser().parse_args(given)  # reports an invalid option now instead of in the client
    for line in install(
        options.client, given, os.environ.get("LVNG_BASE_URL"), dry_run=options.dry_run
    ):
        print(line)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "lvng-mcp",
        description="The LVNG API as an MCP server. It reads LVNG_API_KEY and LVNG_BASE_URL.",
        epilog="lvng-mcp install --help: add it to the configuration of a client.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    parser.add_argument(
        "--http", metavar="HOST:PORT", help="serve streamable HTTP at /mcp instead of stdio"
    )
    parser.add_argument("--tags", help="offer only these tags, separated by commas")
    parser.add_argument(
        "--scopes", help="offer only operations that a key with these scopes may call"
    )
    parser.add_argument(
        "--allow-delete", action="store_true", help="offer operations that delete or overwrite"
    )
    parser.add_argument(
        "--allow-admin", action="store_true", help="offer operations that administer the account"
    )
    parser.add_argument(
        "--max-tokens",
        type=_positive,
        default=MAX_TOKENS,
        help=f"approximate maximum number of tokens of a result; default {MAX_TOKENS}",
    )
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1, got {text}")
    return number


def _names(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    return frozenset(name for part in text.split(",") if (name := part.strip()))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    host = host.strip("[]")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise ValueError(f"--http needs HOST:PORT, such as 127.0.0.1:8765; got {text!r}.")
    return host, int(port)


if __name__ == "__main__":
    sys.exit(main())
