"""What source files define and import."""

from __future__ import annotations

import pytest

from lvng_sandbox.knowledge.source_code import language_of, read_source

SOURCES = {
    "go": ('import "fmt"\nfunc (z *Zoo) Feed() {\n}\n', ["fmt"], ["Feed"]),
    "rust": ("use std::io;\npub struct Zoo;\npub async fn feed() {}", ["std::io"], ["Zoo", "feed"]),
    "java": ("import java.util.List;\npublic final class Zoo {", ["java.util.List"], ["Zoo"]),
    "c": ('#include <stdio.h>\n#include "zoo.h"\nstruct zoo {};', ["stdio.h", "zoo.h"], ["zoo"]),
    "javascript": (
        "const a = require('fs')\nimport x from \"./zoo\"\nexport default class Zoo {}",
        ["fs", "./zoo"],
        ["Zoo"],
    ),
    "text": ("just words about a function\n", [], []),
}


@pytest.mark.parametrize("language", SOURCES)
def test_other_languages_are_read_by_their_lines(language: str) -> None:
    text, imports, names = SOURCES[language]
    source = read_source(language, text)
    assert source.imports == imports
    assert [symbol["name"] for symbol in source.symbols] == names


def test_python_variables_of_a_module_are_symbols_and_those_of_a_class_are_not() -> None:
    source = read_source("python", "A = B = 1\nC: int = 2\nd.e = 3\nclass F:\n    G = 4\n")
    names = [(symbol["name"], symbol["kind"]) for symbol in source.symbols]
    assert names == [("A", "variable"), ("B", "variable"), ("C", "variable"), ("F", "class")]


def test_a_doubtful_escape_in_python_is_no_warning() -> None:
    assert read_source("python", "x = '\\d'").symbols[0]["name"] == "x"


@pytest.mark.parametrize("text", ["def (", "x = '\0'", "(" * 2000], ids=["syntax", "null", "deep"])
def test_what_is_no_python_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_source("python", text)


def test_languages_are_known_by_name() -> None:
    assert [language_of(path) for path in ("a/B.PY", "x.tsx", "Makefile")] == [
        "python",
        "typescript",
        None,
    ]
