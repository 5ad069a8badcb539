"""Maps errors to messages on stderr and exit codes."""

from __future__ import annotations

import click

import lvng

from .session import Session

OK = 0
FAILED = 1
USAGE = 2
INTERRUPTED = 130
BROKEN_PIPE = 141

# From the most specific class to the most general.
_CODES: tuple[tuple[str, int, str], ...] = (
    ("InvalidArgumentError", USAGE, "an argument or option is not valid; nothing was sent"),
    ("ConfigurationError", USAGE, ""),
    ("AuthenticationError", 3, "the key is missing, expired or revoked (401)"),
    ("PermissionDeniedError", 4, "the key is not allowed to do this (403)"),
    ("NotFoundError", 5, "the resource does not exist (404)"),
    ("ConflictError", 6, "the resource already exists, or its state does not allow this (409)"),
    ("ValidationError", 7, "the server rejected an argument (400, 422)"),
    ("RateLimitError", 8, "too many requests (429)"),
    ("ServerError", 9, "the server failed (5xx)"),
    ("DecodeError", 9, ""),
    ("APITimeoutError", 11, "no response in time"),
    ("WaitTimeoutError", 11, ""),
    ("APIConnectionError", 10, "no connection to the server"),
    ("StreamError", 12, "a stream failed"),
)
_MOST_DETAILS = 5


def exit_codes() -> list[tuple[int, str]]:
    """Each exit code with its meaning."""
    told = {OK: "success", FAILED: "any other failure"}
    told |= {code: text for _, code, text in _CODES if text}
    told |= {
        INTERRUPTED: "interrupted by Ctrl+C",
        BROKEN_PIPE: "the reader of a pipe has closed it",
    }
    return sorted(told.items())


def exit_code(error: Exception) -> int:
    """The exit code of an error."""
    if isinstance(error, click.UsageError):
        return USAGE
    for name, code, _ in _CODES:
        if isinstance(error, getattr(lvng, name)):
            return code
    return FAILED


def describe(error: Exception, session: Session) -> list[str]:
    """The message for an error: the failure and, if known, advice."""
    if isinstance(error, click.ClickException):
        return _usage(error)
    if isinstance(error, lvng.LvngError):
        lines = [f"lvng: {error}", *_details(error)]
        advice = _advice(error, session)
        return [*lines, advice] if advice else lines
    if isinstance(error, OSError) and error.strerror:
        name = f"{error.filename}: " if error.filename else ""
        return [f"lvng: {name}{error.strerror}"]
    return [
        f"lvng: {type(error).__name__}: {error}",
        "This is a bug in lvng; --debug prints a traceback.",
    ]


def _usage(error: click.ClickException) -> list[str]:
    lines = [f"lvng: {error.format_message()}"]
    context = getattr(error, "ctx", None)
    if isinstance(error, click.UsageError) and context is not None:
        lines.append(f"Help: {context.command_path} --help")
    return lines


def _details(error: lvng.LvngError) -> list[str]:
    """The invalid fields reported by the server, unless the message names them."""
    lines = []
    for one in error.details[:_MOST_DETAILS]:
        if isinstance(one, dict) and one.get("message"):
            line = f"  {one.get('field', '')}: {one['message']}"
            if str(one["message"]) not in error.message:
                lines.append(line)
    return lines


def _advice(error: lvng.LvngError, session: Session) -> str:
    if isinstance(error, lvng.ConfigurationError) and "No API key" in error.message:
        return "Run `lvng login`, or set LVNG_API_KEY. To try lvng without an account: lvng sandbox serve"
    if isinstance(error, lvng.AuthenticationError):
        return f"Check the key: lvng whoami. It is read from {session.key_source()}."
    if isinstance(error, lvng.RateLimitError):
        return f"Try again in {error.retry_after:.0f} s."
    if isinstance(error, lvng.APIConnectionError):
        return "To find the cause: lvng doctor"
    if isinstance(error, lvng.NotFoundError) and session.operation:
        tag = session.operation.partition(".")[0].replace("_", "-")
        return f"For commands that list ids: lvng {tag} --help"
    return ""
