"""Parsing of source files."""

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
def test_other_languages_are_parsed_by_line(language: str) -> None:
    text, imports, names = SOURCES[language]
    source = read_source(language, text)
    assert source.imports == imports
    assert [symbol["name"] for symbol in source.symbols] == names


def test_only_module_level_python_variables_are_symbols() -> None:
    source = read_source("python", "A = B = 1\nC: int = 2\nd.e = 3\nclass F:\n    G = 4\n")
    names = [(symbol["name"], symbol["kind"]) for symbol in source.symbols]
    assert names == [("A", "variable"), ("B", "variable"), ("C", "variable"), ("F", "class")]


def test_an_invalid_escape_in_python_does_not_warn() -> None:
    assert read_source("python", "x = '\\d'").symbols[0]["name"] == "x"


@pytest.mark.parametrize("text", ["def (", "x = '\0'", "(" * 2000], ids=["syntax", "null", "deep"])
def test_invalid_python_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_source("python", text)


def test_languages_are_recognized_by_file_name() -> None:
    assert [language_of(path) for path in ("a/B.PY", "x.tsx", "Makefile")] == [
        "python",
        "typescript",
        None,
    ]
