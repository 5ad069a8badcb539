"""Mark explanatory tables with a CSS class, so that a phone shows their cells below each other."""

from __future__ import annotations

from typing import Any

_WIDEST = 3
_SHORTEST = 24


def setup(app: Any) -> dict[str, bool]:
    """Mark the tables of each page when it has been read."""
    app.connect("doctree-read", lambda _, tree: mark(tree))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def mark(tree: Any) -> None:
    """Mark tables of at most three columns that have sentences in the last one; others are tables of figures."""
    for table in find(tree, "table"):
        rows = find(table, "row")
        columns = max(len(row.children) for row in rows)
        longest = max(len(row.children[-1].astext()) for row in rows)
        if columns <= _WIDEST and longest > _SHORTEST:
            table["classes"].append("explains")


def find(node: Any, name: str) -> list[Any]:
    """The nodes of a name within another."""
    return [one for one in node.findall() if one.tagname == name]
