"""Protocol for the result of `add_subparsers` of argparse, whose class has no public name."""

from __future__ import annotations

import argparse
from typing import Protocol


class Commands(Protocol):
    """A set of commands."""

    def add_parser(self, name: str, *, help: str) -> argparse.ArgumentParser:
        """Add a command."""
        ...
