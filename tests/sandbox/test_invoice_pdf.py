"""The PDF of an invoice: structure and escaping."""

from __future__ import annotations

import re

from lvng_sandbox.billing.invoice_pdf import text_page


def test_the_cross_reference_table_is_correct() -> None:
    content = text_page("Invoice", ["one", "two"])
    start = int(content.rpartition(b"startxref\n")[2].split()[0])
    table = content[start:]
    assert table.startswith(b"xref\n0 6\n0000000000 65535 f \n")
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n \n", table)]
    assert len(places) == 5
    for n, place in enumerate(places, 1):
        assert content[place:].startswith(b"%d 0 obj\n" % n)


def test_the_content_length_is_correct() -> None:
    content = text_page("Invoice", ["Ümläut €"])
    found = re.search(rb"/Length (\d+) >>\nstream\n(.*)\nendstream", content, re.DOTALL)
    assert found is not None
    assert int(found[1]) == len(found[2])


def test_text_is_escaped() -> None:
    content = text_page("a) Tj (b", ["back\\slash", "☃ is not in the font", "line\nbreak"])
    assert rb"(a\) Tj \(b) Tj" in content
    assert rb"(back\\slash) Tj" in content
    assert b"(? is not in the font) Tj" in content
    assert b"(line break) Tj" in content
