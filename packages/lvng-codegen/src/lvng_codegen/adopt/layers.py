"""Check that a document still has the parts of the generated code that hand-written layers use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from ..model.api import Api, Tag


def problems(folder: Path, package: str, api: Api) -> Iterator[str]:
    """Parts that hand-written modules of a package use and the document lacks, as sentences.

    Args:
        folder: folder of the import package.
        package: name of the distribution.
        api: the document.
    """
    tags = {tag.name: tag for tag in api.tags if tag.package == package}
    types = {one.name for one in api.definitions.values()}
    for file in sorted(folder.rglob("*.py")):
        parts = file.relative_to(folder).parts
        if {"_generated", "_sync"} & set(parts) or file.name in {"__init__.py", "types.py"}:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        place = "/".join((package, *parts))
        if parts[0] == "_async" and _extends(tree):
            yield from _methods(tree, place, tags.get(file.stem), file.stem)
        yield from _types(tree, place, types)


def sandbox_problems(folder: Path, api: Api) -> Iterator[str]:
    """The operations with a handler in the sandbox that the document lacks."""
    known = {one.id for one in api.operations()}
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for one in node.decorator_list:
                if isinstance(one, ast.Call) and _called(one.func) == "handler":
                    for given in one.args:
                        if isinstance(given, ast.Constant) and given.value not in known:
                            yield f"lvng-sandbox/{file.name} answers {given.value!s}"


def _extends(tree: ast.Module) -> bool:
    return any(
        isinstance(base, ast.Attribute) and _called(base.value) == "generated"
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    )


def _methods(tree: ast.Module, place: str, tag: Tag | None, name: str) -> Iterator[str]:
    """The calls of generated methods that no longer exist, or lack an argument."""
    if tag is None:
        yield f"{place} extends the tag {name}, which has no operations"
        return
    known = {one.method: {each.name for each in one.arguments} for one in tag.operations}
    own = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        method = node.func.attr
        if _called(node.func.value) != "self" or method in own or method[:1] == "_":
            continue
        if method not in known:
            yield f"{place} calls {name}.{method}"
            continue
        given = {one.arg for one in node.keywords if one.arg} - {"options"}
        for argument in sorted(given - known[method]):
            yield f"{place} passes {argument} to {name}.{method}"


def _types(tree: ast.Module, place: str, known: set[str]) -> Iterator[str]:
    """The types that no longer exist."""
    found = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and _called(node.value) == "types"
    }
    for name in sorted(found - known):
        if name[:1].isupper():
            yield f"{place} names the type {name}"


def _called(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""
