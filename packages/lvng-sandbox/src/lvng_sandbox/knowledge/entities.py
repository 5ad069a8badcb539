"""Find entities in texts and add them to the knowledge graph."""

from __future__ import annotations

import re

from ..platform.context import Context
from ..store.full_text import STOP_WORDS

# Consecutive capitalized words.
_NAMES = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w&'’-]*(?: [A-ZÀ-ÖØ-Þ][\w&'’-]*)*")
_MAX = 20


def add_entities(context: Context, text: str, workspace_id: str | None) -> int:
    """Add the entities of a text to the knowledge graph; returns their number.

    A name of several words becomes a new entity. A single word may just start a sentence, so it counts only if known.
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
    """The distinct names in a text, in order."""
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
