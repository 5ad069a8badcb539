"""Export rows as CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..platform.call import Binary


def as_file(
    name: str,
    rows: Sequence[Mapping[str, Any]],
    format: str,
    columns: Sequence[str] | None = None,
) -> Binary:
    """Rows with the same columns as a file.

    Args:
        name: name of the file, without its ending.
        rows: the rows.
        format: `csv` or `json`. CSV has objects as JSON.
        columns: the columns of CSV; by default those of the first row.
    """
    if format == "json":
        content = json.dumps(rows, ensure_ascii=False, indent=2)
        return Binary(content.encode(), f"{name}.json", "application/json")
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or (list(rows[0]) if rows else []))
    writer.writeheader()
    for row in rows:
        writer.writerow({column: _cell(value) for column, value in row.items()})
    return Binary(text.getvalue().encode(), f"{name}.csv", "text/csv")


def _cell(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value
