"""Modules that load others on first use: the `__init__` of generated packages, and their `types`."""

from __future__ import annotations

from collections.abc import Mapping, Set

from .docstrings import prose, quote
from .imports import Imports, member_order


def lazy_package(
    header: str, doc: str, modules: Mapping[str, Set[str]], *, version: str = ""
) -> str:
    """The text of an `__init__.py` that loads its names on first use.

    Args:
        header: the first line.
        doc: docstring of the package.
        modules: names by the module that defines them, for `lazy_names`.
        version: the literal of `__version__`; empty for none.
    """
    table = {module: sorted(modules[module], key=member_order) for module in sorted(modules)}
    public = {name for names in table.values() for name in names}
    lines = [
        header,
        *quote(prose(doc, 0), 0),
        "",
        "from typing import TYPE_CHECKING",
        "",
        "from lvng_core._lazy_names import lazy_names",
        "",
        "if TYPE_CHECKING:",
        *(f"    {line}" for line in _imports(table)),
        "else:",
        f"    __getattr__, __dir__ = lazy_names(__name__, {table!r})",
        "",
    ]
    if version:
        lines += [f'__version__ = "{version}"', ""]
        public.add("__version__")
    listed = [f'    "{name}",' for name in sorted(public, key=member_order)]
    return "\n".join([*lines, "__all__ = [", *listed, "]"]) + "\n"


def _imports(modules: Mapping[str, list[str]]) -> list[str]:
    imports = Imports()
    for module, names in modules.items():
        if module:
            imports.add(module, *names)
        else:
            for name in names:
                imports.add_module(name)
    return imports.lines()


def lazy_types(header: str) -> str:
    """The text of the public `types.py`, which loads the types on first use, because creating them takes time."""
    lines = [
        header,
        '"""Types of requests and responses, as plain dicts."""',
        "",
        "from typing import TYPE_CHECKING",
        "",
        "from lvng_core._lazy_names import lazy_module",
        "",
        "if TYPE_CHECKING:",
        "    from ._generated.types import *  # noqa: F403",
        "else:",
        '    __getattr__, __dir__ = lazy_module(f"{__package__}._generated.types")',
    ]
    return "\n".join(lines) + "\n"


def marker_init(header: str, doc: str) -> str:
    """The text of an otherwise empty `__init__.py`."""
    return f'{header}\n"""{doc}"""\n'
