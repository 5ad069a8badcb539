"""Extraction of text from files."""

from __future__ import annotations

import pytest

from lvng_sandbox.knowledge.text_extraction import document_type, extract_text


@pytest.mark.parametrize(
    ("name", "media", "type"),
    [
        ("a.MD", "application/octet-stream", "markdown"),
        ("a", "text/html; charset=utf-8", "html"),
        ("a.log", "text/x-log", "text"),
        ("a.pdf", "", "pdf"),
        ("a.bin", "application/octet-stream", "document"),
    ],
)
def test_the_type_follows_file_name_and_media_type(name: str, media: str, type: str) -> None:
    assert document_type(name, media) == type


def test_only_visible_text_of_a_page_is_extracted() -> None:
    page = b"""<!doctype html><head><title>Zoo</title><style>p { color: red }</style></head>
        <h2>Our   animals</h2><script>alert("x < y")</script>
        <p>Okapi &amp; <b>zebra</b><br>giraffe<ul><li>one<li>two</ul><!-- not this -->"""
    text = extract_text("html", page)
    assert text is not None
    lines = [line for line in text.splitlines() if line]
    assert lines == ["Zoo", "## Our animals", "Okapi & zebra", "giraffe", "one", "two"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbfbom", "bom"),
        ("Übung".encode(), "Übung"),
        (b"a\xffb", "a\ufffdb"),
        (b"a\r\nb", "a\nb"),
        (b"a\0b", None),
    ],
    ids=["bom", "utf-8", "latin-1", "line ends", "binary"],
)
def test_text_is_decoded(content: bytes, text: str | None) -> None:
    assert extract_text("text", content) == text


@pytest.mark.parametrize("page", [b"<![bad[x", b"<", b"<p", b"</", b"<!--", b"&#x110000;"])
def test_malformed_html_does_not_fail(page: bytes) -> None:
    extract_text("html", page)


def test_binary_files_have_no_text() -> None:
    assert extract_text("pdf", b"%PDF") is None
