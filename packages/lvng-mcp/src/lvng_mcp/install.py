"""`lvng-mcp install`: add the server to the configuration of MCP clients."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

NAME = "lvng"


class InstallError(Exception):
    """A configuration cannot be changed."""


@dataclass(frozen=True, slots=True)
class App:
    """A client that reads its servers from a JSON file.

    Attributes:
        title: its name.
        file: returns the path of its configuration.
        servers: key of the servers in the file.
        variable: its syntax for environment variables; empty if it has none.
    """

    title: str
    file: Callable[[], Path]
    servers: str = "mcpServers"
    variable: str = ""


APPS = {
    "claude-desktop": App(
        "Claude Desktop", lambda: _roaming() / "Claude/claude_desktop_config.json"
    ),
    "claude-code": App("Claude Code", lambda: Path(".mcp.json"), variable="${{{}}}"),
    "cursor": App("Cursor", lambda: Path.home() / ".cursor/mcp.json", variable="${{env:{}}}"),
    "vscode": App("VS Code", lambda: Path(".vscode/mcp.json"), "servers", "${{env:{}}}"),
    "windsurf": App(
        "Windsurf",
        lambda: Path.home() / ".codeium/windsurf/mcp_config.json",
        variable="${{env:{}}}",
    ),
    "gemini": App("Gemini CLI", lambda: Path.home() / ".gemini/settings.json", variable="${}"),
}


def _roaming() -> Path:
    return user_config_path(roaming=True)


def entry(app: App, arguments: list[str], base_url: str | None) -> dict[str, Any]:
    """The entry that starts the server. It refers to the environment variable of the key."""
    environment = {}
    if app.variable:
        environment["LVNG_API_KEY"] = app.variable.format("LVNG_API_KEY")
    if base_url:
        environment["LVNG_BASE_URL"] = base_url
    made: dict[str, Any] = {"command": sys.executable, "args": ["-m", "lvng_mcp", *arguments]}
    return {**made, "env": environment} if environment else made


def changed(file: Path, servers: str, made: dict[str, Any]) -> str:
    """Add the server to the text of a configuration; everything else is kept.

    Raises:
        InstallError: the file cannot be read as JSON.
    """
    try:
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        found = json.loads(text) if text.strip() else {}
    except (OSError, ValueError) as error:
        raise InstallError(
            f"{file} cannot be read as JSON ({error}); it was not changed."
        ) from None
    if not isinstance(found, dict) or not isinstance(found.get(servers, {}), dict):
        raise InstallError(f"{file} has no object {servers!r}; it was not changed.")
    found[servers] = {**found.get(servers, {}), NAME: made}
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def install(name: str, arguments: list[str], base_url: str | None, *, dry_run: bool) -> list[str]:
    """Add the server to the configuration of a client.

    Args:
        name: name of the client, a key of `APPS`.
        arguments: arguments of the command `lvng-mcp`.
        base_url: base URL of another deployment; None for the default.
        dry_run: whether to only print the file.

    Returns:
        Lines of output.
    """
    app = APPS[name]
    file = app.file()
    text = changed(file, app.servers, entry(app, arguments, base_url))
    if dry_run:
        return [f"{file} would be:", text]
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_suffix(".lvng-mcp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)
    lines = [f"{app.title}: {file}"]
    if not app.variable:
        lines.append(f"{app.title} must be started with LVNG_API_KEY in its environment.")
    return lines
