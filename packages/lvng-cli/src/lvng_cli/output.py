"""Print a response: as a table on a terminal, as JSON lines in a pipe, or in the chosen format."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from .session import Session
from .terminal import for_people, note, printable

_ENVELOPE = frozenset(
    {"success", "pagination", "meta", "timestamp", "nextCursor", "total", "count", "query"}
)
"""Keys of a response besides its record or list."""


def show(session: Session, response: Any, *, items: str = "") -> None:
    """Print the response of an operation.

    Args:
        session: the output format and query.
        response: the JSON of the response.
        items: key of its entries, if it is a list.
    """
    asked = session.format()
    format = asked or ("table" if for_people() else "jsonl")
    if session.query:
        found = search(session.query, response)
        if not asked and not isinstance(found, (dict, list)):
            click.echo(_bare(found))
            return
        response, items = found, ""
    if format in {"json", "yaml"}:
        click.echo(encode(format, response))
        return
    rows = records(response, items)
    if format == "table":
        _table(response, rows)
        return
    stream(format, rows)


def stream(format: str, rows: Iterable[Any]) -> None:
    """Print entries one by one, as they arrive."""
    if format == "csv":
        for line in _csv(rows):
            click.echo(line)
    elif format == "jsonl":
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False, default=str))
    else:
        click.echo(encode(format, list(rows)))


def show_all(session: Session, rows: Iterator[Any]) -> None:
    """Print the entries of all pages."""
    format = session.format() or ("table" if for_people() else "jsonl")
    if session.query:
        show(session, list(rows))
    elif format == "table":
        found = list(rows)
        _table(found, found)
    else:
        stream(format, rows)


def search(expression: str, value: Any) -> Any:
    """The part of a value that a JMESPath expression selects.

    Raises:
        click.UsageError: the expression is not valid.
    """
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        return jmespath.search(expression, value)
    except JMESPathError as error:
        problem = str(error).splitlines()[0]
        raise click.UsageError(
            f"--query {expression!r} is not a JMESPath expression: {problem}"
        ) from None


def encode(format: str, value: Any) -> str:
    """Encode a value as indented JSON or YAML."""
    if format == "yaml":
        import yaml

        return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False)).rstrip("\n")
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def records(response: Any, items: str = "") -> list[Any]:
    """The entries of a response: those of a list, else its record."""
    if isinstance(response, list):
        return response
    if not isinstance(response, dict):
        return [response]
    if isinstance(response.get(items), list):
        return list(response[items])
    members = {key: value for key, value in response.items() if key not in _ENVELOPE}
    if len(members) == 1:
        (only,) = members.values()
        if isinstance(only, list):
            return only
        if isinstance(only, dict):
            return [only]
    return [members or response]


def _bare(value: Any) -> str:
    """A single value, without quotes for use in scripts."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _table(response: Any, rows: list[Any]) -> None:
    from .tables import record_lines, table_lines
    from .terminal import width

    single = len(rows) == 1 and not _lists(response, rows)
    if single and isinstance(rows[0], dict):
        for line in record_lines(rows[0], width()):
            click.echo(line)
        return
    if not rows:
        note("Nothing found.")
        return
    if not any(isinstance(row, dict) for row in rows):
        for row in rows:
            say(_bare(row) if not isinstance(row, list) else json.dumps(row, ensure_ascii=False))
        return
    lines, hidden = table_lines(rows, width())
    for line in lines:
        click.echo(line)
    if hidden:
        note(f"{hidden} more column{'s' if hidden > 1 else ''}: -o json")
    if text := _position(response, len(rows)):
        note(text)


def _lists(response: Any, rows: list[Any]) -> bool:
    """Whether the rows are entries of a list, even a single one."""
    members = response.values() if isinstance(response, dict) else [response]
    return any(isinstance(value, list) and value == rows for value in members)


def _position(response: Any, shown: int) -> str:
    """Note that there are more entries than a page shows."""
    paging = response.get("pagination") if isinstance(response, dict) else None
    if not isinstance(paging, Mapping):
        return ""
    total = paging.get("total")
    more = paging.get("hasMore", paging.get("has_more"))
    if isinstance(total, int) and total > shown:
        return f"{shown} of {total} entries; use --all for all."
    return "There are more entries; use --all for all." if more and total is None else ""


def _csv(rows: Iterable[Any]) -> Iterator[str]:
    """Format rows as CSV; the columns are those of the first row."""
    import csv
    import io

    columns: list[str] | None = None
    for row in rows:
        cells: Mapping[str, Any] = row if isinstance(row, dict) else {"value": row}
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        if columns is None:
            columns = list(cells)
            writer.writerow(columns)
        writer.writerow([_cell(cells.get(name)) for name in columns])
        yield buffer.getvalue().rstrip("\n")


def _cell(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return _bare(value)


def say(text: str) -> None:
    """Print text from a server, without control characters."""
    click.echo(printable(text) if for_people() else text)
