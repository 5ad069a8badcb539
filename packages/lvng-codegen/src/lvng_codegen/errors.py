"""The errors that the command line shows without a traceback."""

from __future__ import annotations


class CodegenError(Exception):
    """An error that the caller of the generator can fix."""


class SpecError(CodegenError):
    """A document that cannot be read or generated from, with the place in it.

    Args:
        message: what is wrong, or not supported, and what to do about it.
        where: file and JSON pointer.
    """

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.where = where
