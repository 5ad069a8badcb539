"""Copy installed packages of the SDK into a program, with relative imports.

The packages import each other by name, `from lvng_core import LvngError`. In the copy these imports are relative,
`from ...lvng_core import LvngError`, so that it does not depend on `sys.path` and cannot be mixed with another
version of the SDK.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import distribution, distributions
from importlib.util import find_spec
from pathlib import Path

from .errors import CodegenError

_NOT_COPIED = frozenset({"__pycache__", "py.typed"})


@dataclass(frozen=True, slots=True)
class Vendored:
    """A copied package.

    Attributes:
        name: name of the distribution.
        version: its version.
        files: number of its files.
        size: total size in bytes.
        requires: its requirements besides packages of the SDK.
    """

    name: str
    version: str
    files: int
    size: int
    requires: tuple[str, ...]


def vendor(into: Path, names: Sequence[str]) -> list[Vendored]:
    """Copy installed packages into a folder, which becomes a package itself.

    Args:
        into: the folder, such as `src/myapp/_vendor`. Earlier copies in it are removed.
        names: distributions, such as `lvng-chat`; `lvng-core` is always copied.

    Raises:
        CodegenError: one is not installed, or is not a package that can be copied.
    """
    wanted = sorted({"lvng-core", *names})
    modules = {name: _folder_of(name) for name in wanted}
    together = frozenset(name.replace("-", "_") for name in wanted)
    into.mkdir(parents=True, exist_ok=True)
    (into / "__init__.py").touch()
    return [_copy(name, folder, into, together) for name, folder in modules.items()]


def _folder_of(name: str) -> Path:
    spec = find_spec(name.replace("-", "_")) if name in _packages() else None
    if spec is None or not spec.submodule_search_locations:
        raise CodegenError(
            f"{name} cannot be copied; installed are: {', '.join(sorted(_packages()))}"
        )
    return Path(spec.submodule_search_locations[0])


def _packages() -> set[str]:
    """The installed core and domain packages: those that only depend on the core."""
    found = {"lvng-core"}
    for one in distributions():
        ours = [need for need in one.requires or () if need.startswith("lvng-")]
        if one.name.startswith("lvng-") and ours and all("lvng-core" in need for need in ours):
            found.add(one.name)
    return found


def _copy(name: str, source: Path, into: Path, together: frozenset[str]) -> Vendored:
    target = into / source.name
    expected = {
        file.relative_to(source)
        for file in source.rglob("*")
        if file.is_file() and not _NOT_COPIED.intersection(file.relative_to(source).parts)
    }
    target.mkdir(exist_ok=True)
    for file in list(target.rglob("*")):
        if file.is_file() and file.relative_to(target) not in expected:
            file.unlink()
    version, licence, requires = _about(name)
    (target / "LICENSE").write_text(licence, encoding="utf-8", newline="\n")
    size = 0
    for path in sorted(expected):
        text = (source / path).read_text(encoding="utf-8")
        if path.suffix == ".py":
            text = with_relative_imports(text, together, depth=len(path.parts))
        copy = target / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8", newline="\n")
        size += len(text.encode())
    return Vendored(name, version, len(expected), size, requires)


def _about(name: str) -> tuple[str, str, tuple[str, ...]]:
    """Version, licence and requirements of a distribution."""
    found = distribution(name)
    licence = found.read_text("licenses/LICENSE") or ""
    requires = [one for one in found.requires or () if "extra ==" not in one]
    return found.version, licence, tuple(one for one in requires if not one.startswith("lvng"))


def with_relative_imports(text: str, together: frozenset[str], *, depth: int) -> str:
    """Make imports of the copied packages in a module relative.

    Args:
        text: the module.
        together: import names of the copied packages.
        depth: number of folders between the module and the folder with the packages.
    """
    lines = text.splitlines(keepends=True)
    dots = "." * (depth + 1)
    for node in ast.walk(ast.parse(text)):
        row = getattr(node, "lineno", 0) - 1
        if isinstance(node, ast.ImportFrom) and not node.level and _root(node.module) in together:
            lines[row] = lines[row].replace("from ", f"from {dots}", 1)
        elif isinstance(node, ast.Import) and any(
            _root(one.name) in together for one in node.names
        ):
            name = node.names[0].name
            if len(node.names) > 1 or "." in name:
                raise CodegenError(f"an import that cannot be made relative: {ast.unparse(node)}")
            lines[row] = lines[row].replace(f"import {name}", f"from {dots} import {name}", 1)
    return "".join(lines)


def _root(module: str | None) -> str:
    return (module or "").partition(".")[0]


def table(copied: Sequence[Vendored]) -> Iterator[str]:
    """A line for each copied package, and the requirements to be installed."""
    for one in copied:
        yield f"{one.name} {one.version}: {one.files} files, {one.size // 1024} KiB"
    requires = sorted({requirement for one in copied for requirement in one.requires})
    yield f"to be installed beside it: {', '.join(requires) or 'nothing'}"
