"""A corpus, and the ways of titling and wrapping its documents."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Document: TypeAlias = dict[str, str]
"""With `title` and `content`."""


@dataclass(frozen=True)
class Corpus:
    """Documents, and what is asked about them."""

    name: str
    documents: Sequence[Document]
    answers: Sequence[tuple[str, str]]
    """Questions, each with what its answer contains."""
    unknown: Sequence[str]
    """Questions that no document answers."""


def headed(title: str, paragraphs: Sequence[Sequence[str]]) -> Document:
    """Markdown with a heading, one of a second rank, and paragraphs that are one line each."""
    first, *rest = [" ".join(one) for one in paragraphs]
    content = f"# {title}\n\n{first}\n\n## Further notes\n\n" + "\n\n".join(rest)
    return {"title": f"{title.lower().replace(' ', '-')}.md", "content": content}


def wrapped(title: str, paragraphs: Sequence[Sequence[str]]) -> Document:
    """Plain text, hard-wrapped, its title above it in capitals."""
    body = "\n\n".join(textwrap.fill(" ".join(one), 44) for one in paragraphs)
    return {"title": "", "content": f"{title.upper()}\n\n{body}\n"}


def bulleted(title: str, paragraphs: Sequence[Sequence[str]]) -> Document:
    """A bold title, and each sentence an item, wrapped and indented."""
    items = [
        textwrap.fill(one, 50, initial_indent="* ", subsequent_indent="  ")
        for sentences in paragraphs
        for one in sentences
    ]
    return {"title": "Notes", "content": f"**{title}**\n\n" + "\n".join(items)}


def with_front_matter(title: str, paragraphs: Sequence[Sequence[str]]) -> Document:
    """Front matter that has the title, and text below it with Windows line ends."""
    head = f"---\ntitle: {title}\nstatus: published\ntags: [general]\n---\n\n"
    body = "\n\n".join(textwrap.fill(" ".join(one), 70) for one in paragraphs)
    return {"title": "import.md", "content": (head + body).replace("\n", "\r\n")}


def in_one_paragraph(title: str, paragraphs: Sequence[Sequence[str]]) -> Document:
    """One long paragraph below a title of its own."""
    return {"title": title, "content": " ".join(one for part in paragraphs for one in part)}


Layout: TypeAlias = Callable[[str, Sequence[Sequence[str]]], Document]
LAYOUTS: tuple[Layout, ...] = (headed, wrapped, bulleted, with_front_matter, in_one_paragraph)
