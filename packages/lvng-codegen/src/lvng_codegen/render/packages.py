"""The `__init__` of a generated package: its table of contents."""

from __future__ import annotations

from collections.abc import Iterable

from .docstrings import prose, quote
from .imports import Imports, member_order


def package_init(
    header: str, doc: str, exports: Iterable[tuple[str, str]], *, version: str = ""
) -> str:
    """The text of `__init__.py`.

    Args:
        header: the first line.
        doc: what the package is.
        exports: modules and the names that they give.
        version: the literal of `__version__`; empty for none.
    """
    imports = Imports()
    names = ["types"]
    imports.add(".", "types")
    for module, name in exports:
        imports.add(module, name)
        names.append(name)
    if version:
        names.append("__version__")
    lines = [header, *quote(prose(doc, 0), 0), "", *imports.lines(), ""]
    if version:
        lines += [f'__version__ = "{version}"', ""]
    lines += [
        "__all__ = [",
        *(f'    "{name}",' for name in sorted(set(names), key=member_order)),
        "]",
    ]
    return "\n".join(lines) + "\n"


def marker_init(header: str, doc: str) -> str:
    """The text of an `__init__.py` that only makes a folder a package."""
    return f'{header}\n"""{doc}"""\n'
