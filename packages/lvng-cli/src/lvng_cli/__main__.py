"""Runs the command `lvng`."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: command-line arguments after `lvng`; default: `sys.argv[1:]`.

    Returns:
        The exit code, see `lvng help exit-codes`.
    """
    try:
        from .app import run

        return run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:
        from .failures import INTERRUPTED

        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
