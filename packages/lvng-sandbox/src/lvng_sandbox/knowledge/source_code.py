"""Symbols and imports of source files: by the grammar for Python, by line patterns for other languages."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

LANGUAGES = {
    ".py": "python",
    ".pyi": "python",
    ".js": "javascript",
    ".mjs": "javascript",
    ".jsx": "javascript",
    ".ts": "typescript",
    ".tsx": "typescript",
    ".go": "go",
    ".rs": "rust",
    ".java": "java",
    ".kt": "kotlin",
    ".rb": "ruby",
    ".php": "php",
    ".c": "c",
    ".h": "c",
    ".cpp": "cpp",
    ".cs": "csharp",
    ".swift": "swift",
    ".sh": "shell",
}
_MODIFIERS = r"^\s*(?:(?:export|default|public|private|protected|internal|static|abstract|final|async|pub|open)\s+)*"
_KEYWORDS = {
    "class": "class",
    "struct": "class",
    "enum": "class",
    "interface": "interface",
    "trait": "interface",
    "protocol": "interface",
    "function": "function",
    "func": "function",
    "fun": "function",
    "fn": "function",
    "def": "function",
}
_DEFINITION = re.compile(
    rf"{_MODIFIERS}({'|'.join(_KEYWORDS)})\b\s*(?:\([^)]*\)\s*)?([A-Za-z_]\w*)"
)
_IMPORT = re.compile(
    r"""^\s*(?:import\b.*?["']([^"']+)["']|.*\brequire\(["']([^"']+)["']\)|\#include\s*[<"]([^>"]+)|(?:import|use|using)\s+(?:static\s+)?([\w.:\\]+))"""
)


@dataclass(frozen=True, slots=True)
class Source:
    """Summary, symbols and imports of a source file."""

    summary: str | None
    symbols: list[dict[str, Any]]
    imports: list[str]


def language_of(path: str) -> str | None:
    """The language of a file by its name; None if it is not known."""
    return LANGUAGES.get(PurePosixPath(path.lower()).suffix)


def read_source(language: str, text: str) -> Source:
    """Read a source file.

    Raises:
        ValueError: it has a syntax error.
    """
    if language == "python":
        return _read_python(text)
    lines = text.splitlines()
    symbols = [
        _symbol(match[2], _KEYWORDS[match[1]], n, n, line.strip(" \t{"))
        for n, line in enumerate(lines, 1)
        if (match := _DEFINITION.match(line))
    ]
    found = (match for line in lines if (match := _IMPORT.match(line)))
    imports = [next(name for name in match.groups() if name) for match in found]
    return Source(None, symbols, list(dict.fromkeys(imports)))


def _read_python(text: str) -> Source:
    try:
        with warnings.catch_warnings(action="ignore"):  # about the user's source code
            tree = ast.parse(text)
    except SyntaxError as error:
        raise ValueError(f"Line {error.lineno}: {error.msg}") from None
    except (RecursionError, MemoryError):
        raise ValueError("It is nested too deeply") from None
    imports: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports.update((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            imports["." * node.level + (node.module or "")] = None
    return Source(_first_line(tree), list(_python_symbols(tree.body)), list(imports))


def _python_symbols(body: list[ast.stmt], *, in_class: bool = False) -> Iterator[dict[str, Any]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            bases = ", ".join(map(ast.unparse, node.bases))
            signature = f"class {node.name}({bases})" if bases else f"class {node.name}"
            yield _defined(node, "class", signature)
            yield from _python_symbols(node.body, in_class=True)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield _defined(node, "method" if in_class else "function", _signature(node))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and not in_class:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    end = node.end_lineno or node.lineno
                    yield _symbol(target.id, "variable", node.lineno, end, None)


def _defined(
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, kind: str, signature: str
) -> dict[str, Any]:
    end = node.end_lineno or node.lineno
    return {
        **_symbol(node.name, kind, node.lineno, end, signature),
        "doc": ast.get_docstring(node),
    }


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{word} {node.name}({ast.unparse(node.args)}){returns}"


def _symbol(name: str, kind: str, start: int, end: int, signature: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "line_start": start,
        "line_end": end,
        "signature": signature,
        "doc": None,
    }


def _first_line(tree: ast.Module) -> str | None:
    doc = ast.get_docstring(tree)
    return doc.splitlines()[0] if doc else None
