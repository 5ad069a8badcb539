"""Errors that the command line prints without a traceback."""

from __future__ import annotations


class CodegenError(Exception):
    """An error that the user of the generator can fix."""


class SpecError(CodegenError):
    """An invalid or unsupported document, with the place in it.

    Args:
        message: the problem and the remedy.
        where: file and JSON pointer.
    """

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.where = where
        self.reason = message
