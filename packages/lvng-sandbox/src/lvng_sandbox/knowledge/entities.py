"""The things that texts name: what goes into the knowledge graph on its own."""

from __future__ import annotations

import re

from ..platform.context import Context
from ..store.full_text import STOP_WORDS

# Words with a capital in a row, in one line.
_NAMES = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w&'’-]*(?: [A-ZÀ-ÖØ-Þ][\w&'’-]*)*")
_MAX = 20


def add_entities(context: Context, text: str, workspace_id: str | None) -> int:
    """Enter the things that a text names into the graph; how many there are.

    A name of several words is new knowledge; a single one may just begin a sentence, so it must be known.
    """
    names = names_in(text)
    if not names:
        return 0
    entities = context.records("knowledge.entities")
    known = {entity["name"] for entity in entities.all(name=tuple(names))}
    new = [name for name in names if " " in name and name not in known]
    for name in new:
        entities.add({"name": name, "type": "concept", "workspace_id": workspace_id})
    return len(known) + len(new)


def names_in(text: str) -> list[str]:
    """The names in a text, each once, in their order."""
    names: dict[str, None] = {}
    for match in _NAMES.finditer(text):
        words = match[0].split()
        while words and words[0].lower() in STOP_WORDS:
            words.pop(0)
        if words:
            names[" ".join(words)] = None
        if len(names) == _MAX:
            break
    return list(names)
