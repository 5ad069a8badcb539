"""Extract the text of files, for the index."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import PurePosixPath

_BY_SUFFIX = {
    ".pdf": "pdf",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
    ".json": "text",
    ".csv": "text",
}
_BY_MEDIA = {
    "application/pdf": "pdf",
    "text/markdown": "markdown",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "application/json": "text",
}
_BLOCKS = re.compile(
    r"address|article|blockquote|br|div|dd|dt|h[1-6]|li|p|pre|section|table|td|th|title|tr|[ou]l"
)
_INVISIBLE = {"script", "style", "template"}


def document_type(name: str, media: str) -> str:
    """The type of a document by its file name, or else by its media type."""
    media = media.partition(";")[0].strip().lower()
    suffix = PurePosixPath(name.lower()).suffix
    guess = _BY_SUFFIX.get(suffix) or _BY_MEDIA.get(media)
    return guess or ("text" if media.startswith("text/") else "document")


def extract_text(type: str, content: bytes) -> str | None:
    """The text of a file; None if its format is not supported."""
    if type not in {"markdown", "html", "text"} or b"\0" in content:
        return None
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    return _plain(text) if type == "html" else text


def _plain(page: str) -> str | None:
    reader = _Page()
    try:
        reader.feed(page)
        reader.close()
    except AssertionError:  # HTMLParser raises it for an unknown marked section
        return None
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Page(HTMLParser):
    """Collects the visible text of a page, with headings as in Markdown."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._invisible = ""

    def handle_starttag(
        self,
        tag: str,
        attrs: list[tuple[str, str | None]],  # noqa: ARG002 - part of HTMLParser's interface
    ) -> None:
        if tag in _INVISIBLE:
            self._invisible = tag
        elif _BLOCKS.fullmatch(tag):
            self.parts.append("\n\n")
        if re.fullmatch("h[1-6]", tag):
            self.parts.append("#" * int(tag[1]) + " ")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._invisible:
            self._invisible = ""
        if _BLOCKS.fullmatch(tag):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self._invisible:
            self.parts.append(data.replace("\n", " "))
