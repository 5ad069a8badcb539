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


_WIDTHS = (38, 64, 300)


def among_notices(
    name: str,
    facts: Sequence[tuple[str, str, str, str]],
    unknown: Sequence[str],
    *,
    filler: Sequence[str],
    titles: Sequence[str],
) -> Corpus:
    """Facts between sentences that say nothing, in the middle of 180 notices of such sentences.

    Args:
        name: name of the corpus.
        facts: for each a title, the text, a question and what its answer contains.
        unknown: questions that no document answers.
        filler: the sentences that say nothing.
        titles: titles of the notices.
    """

    def said(n: int, count: int) -> str:
        return " ".join(filler[(n * 3 + k * 5) % len(filler)] for k in range(count))

    def notice(n: int) -> Document:
        content = textwrap.fill(said(n, 6), _WIDTHS[n % 3])
        return {"title": titles[n % len(titles)], "content": content}

    def told(n: int, title: str, text: str) -> Document:
        before = "" if text.startswith("#") else f"{textwrap.fill(said(n, 2), 50)}\n\n"
        return {"title": title if n % 2 else "", "content": f"{before}{text}\n\n{said(n + 1, 2)}"}

    documents = [
        *map(notice, range(90)),
        *(told(n, title, text) for n, (title, text, _, _) in enumerate(facts)),
        *map(notice, range(90, 180)),
    ]
    return Corpus(
        name, documents, [(question, answer) for _, _, question, answer in facts], unknown
    )
