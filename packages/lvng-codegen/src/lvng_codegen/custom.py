"""Hand-written modules of a generated package, which extend classes of tags."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from .errors import CodegenError
from .model.api import Tag

CUSTOM = "_custom"
"""Folder of the modules, each named after its tag."""


def custom_tags(folder: Path, tags: Iterable[Tag]) -> frozenset[str]:
    """The tags with an extension module in the folder.

    Raises:
        CodegenError: there is no tag for a module, or a module lacks one of its two classes.
    """
    known = {tag.name: tag for tag in tags}
    found = [file for file in sorted(folder.glob("*.py")) if not file.name.startswith("_")]
    for file in found:
        tag = known.get(file.stem)
        if tag is None:
            listed = ", ".join(known)
            raise CodegenError(f"{file}: there is no tag {file.stem!r}; the tags are {listed}")
        missing = tag.class_names - _classes(file)
        if missing:
            raise CodegenError(
                f"{file}: the class {min(missing)} is missing; extend the generated one"
            )
    return frozenset(file.stem for file in found)


def _classes(file: Path) -> set[str]:
    try:
        module = ast.parse(file.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError) as error:
        raise CodegenError(f"{file}: is not Python: {error}") from error
    return {node.name for node in module.body if isinstance(node, ast.ClassDef)}
