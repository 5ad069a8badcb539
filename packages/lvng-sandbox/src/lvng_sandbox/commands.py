"""The commands of a command line, as `add_subparsers` of argparse gives them: their own class has no public name."""

from __future__ import annotations

import argparse
from typing import Protocol


class Commands(Protocol):
    """Commands that can be added to."""

    def add_parser(self, name: str, *, help: str) -> argparse.ArgumentParser:
        """Add a command."""
        ...
