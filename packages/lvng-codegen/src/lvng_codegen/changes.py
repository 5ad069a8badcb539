"""Print the changes between two documents: as text, Markdown, JSON or GitHub annotations."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from .change import Change
from .render.docstrings import sentence


def text(changes: Sequence[Change]) -> str:
    """One line for each."""
    return "\n".join(map(str, changes)) or "no change"


def markdown(changes: Sequence[Change], source: str) -> str:
    """Two lists under a heading, for a comment or a summary."""
    lines = [f"## Changes of the SDK by `{source}`"]
    for title, breaking in (("Breaking", True), ("Compatible", False)):
        found = [one for one in changes if one.breaking is breaking]
        if found:
            lines += ["", f"### {title} ({len(found)})", ""]
            lines += [f"- `{one.where}`: {_escaped(one.what)}" for one in found]
    return "\n".join(lines if len(lines) > 1 else [*lines, "", "No change."])


def _escaped(what: str) -> str:
    for char in "\\`*_[]<>|":
        what = what.replace(char, f"\\{char}")
    return what


def as_json(changes: Sequence[Change], source: str) -> str:
    """An object with the number of breaking changes, and all changes."""
    listed = [{"where": one.where, "what": one.what, "breaking": one.breaking} for one in changes]
    breaking = sum(one.breaking for one in changes)
    return json.dumps({"source": source, "breaking": breaking, "changes": listed}, indent=2)


def github(changes: Sequence[Change], source: str) -> str:
    """Annotations of GitHub Actions: an error for each that is breaking, a notice for the others."""
    lines = []
    for one in changes:
        command, title = (
            ("error", "Breaking change") if one.breaking else ("notice", "Compatible change")
        )
        place = f"file={_property(source)},title={title}"
        lines.append(f"::{command} {place}::{_data(f'{one.where}: {sentence(one.what)}')}")
    return "\n".join(lines)


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[Sequence[Change], str], str]] = {
    "text": lambda changes, _: text(changes),
    "markdown": markdown,
    "json": as_json,
    "github": github,
}
