"""A minimal PDF: one page with lines of text."""

from __future__ import annotations

from collections.abc import Sequence

_FIRST_LINE, _MARGIN, _LEADING = 790, 60, 18
"""Positions on an A4 page of 595 by 842 points."""


def text_page(title: str, lines: Sequence[str]) -> bytes:
    """A PDF with a title and lines below it."""
    shown = [f"BT /F1 18 Tf {_MARGIN} {_FIRST_LINE} Td ({_escaped(title)}) Tj ET"]
    for n, line in enumerate(lines, 2):
        place = _FIRST_LINE - n * _LEADING
        shown.append(f"BT /F1 11 Tf {_MARGIN} {place} Td ({_escaped(line)}) Tj ET")
    content = "\n".join(shown)
    return _document(
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        "/Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )


def _document(*objects: str) -> bytes:
    """Numbered objects, and the cross-reference table of their offsets."""
    written, places = b"%PDF-1.4\n", []
    for n, one in enumerate(objects, 1):
        places.append(len(written))
        written += f"{n} 0 obj\n{one}\nendobj\n".encode("latin-1")
    entries = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(objects) + 1
    table = (
        f"xref\n0 {size}\n0000000000 65535 f \n{entries}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    )
    return written + f"{table}startxref\n{len(written)}\n%%EOF\n".encode()


def _escaped(text: str) -> str:
    """A text escaped for a content stream; characters outside WinAnsi become question marks."""
    known = " ".join(text.split()).encode("cp1252", "replace").decode("latin-1")
    return known.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
