"""Export rows as CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from ..platform.call import Binary


def as_file(name: str, rows: Sequence[Mapping[str, Any]], format: str) -> Binary:
    """Rows with the same columns as a file, in the format `csv` or `json`."""
    if format == "json":
        content = json.dumps(rows, ensure_ascii=False, indent=2)
        return Binary(content.encode(), f"{name}.json", "application/json")
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    return Binary(text.getvalue().encode(), f"{name}.csv", "text/csv")
