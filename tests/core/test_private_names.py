"""Only public names of what the SDK stands on: private ones change with any release."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = [
    path for path in sorted(ROOT.glob("packages/lvng*/src/lvng*")) if "codegen" not in path.name
]


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


@functools.cache
def modules(package: Path) -> list[tuple[Path, ast.Module]]:
    """Every module that a person has written."""
    return [
        (file, ast.parse(file.read_text(encoding="utf-8")))
        for file in sorted(package.rglob("*.py"))
        if file.parent.name not in {"_generated", "_sync"}
    ]


def defined(tree: ast.Module) -> Iterator[str]:
    """Private names that a module defines: functions, classes, attributes of `self`, fields, slots."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
            ):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()) | ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Constant(value=str(name)) if is_private(name):
                yield name


def foreign(tree: ast.Module, ours: set[str]) -> Iterator[tuple[int, str]]:
    """Private names of others that a module uses."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), level=0) if not module.startswith("lvng") and (
                any(map(is_private, module.split(".")))
            ):
                yield node.lineno, module
            case ast.ImportFrom(level=0, names=names) if any(is_private(one.name) for one in names):
                yield node.lineno, f"import of {[one.name for one in names]}"
            case ast.Import(names=names):
                for one in names:
                    if any(map(is_private, one.name.split("."))):
                        yield node.lineno, one.name
            case ast.Attribute(attr=name) if is_private(name) and name not in ours:
                yield node.lineno, name


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_no_private_name_of_others_is_used(package: Path) -> None:
    core = ROOT / "packages/lvng-core/src/lvng_core"
    ours = {
        name for folder in {package, core} for _, tree in modules(folder) for name in defined(tree)
    }
    found = [
        f"{file.relative_to(ROOT)}:{line}: {name}"
        for file, tree in modules(package)
        for line, name in foreign(tree, ours)
    ]
    assert found == []


@pytest.mark.parametrize(
    "name",
    ["_mounts", "_network_backend", "_requests", "_assign_requests_to_connections", "_content"],
)
def test_the_names_that_broke_before_are_gone(name: str) -> None:
    core = ROOT / "packages/lvng-core/src/lvng_core"
    found = [
        file.name for file in core.rglob("*.py") if f".{name}" in file.read_text(encoding="utf-8")
    ]
    assert found == []


@pytest.mark.parametrize("library", ["httpx", "httpcore", "h11"])
def test_one_folder_names_the_http_libraries(library: str) -> None:
    core = ROOT / "packages/lvng-core/src/lvng_core"
    importing = {
        file.relative_to(core).parts[0]
        for file, tree in modules(core)
        for node in ast.walk(tree)
        if (
            isinstance(node, ast.Import)
            and any(one.name.split(".")[0] == library for one in node.names)
        )
        or (
            isinstance(node, ast.ImportFrom)
            and node.level == 0
            and (node.module or "").split(".")[0] == library
        )
    }
    assert importing == {"_http"}
