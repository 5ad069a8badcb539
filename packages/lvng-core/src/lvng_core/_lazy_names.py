"""Load the names of a package on first use (PEP 562), so that importing the package is fast.

A package imports its names under `TYPE_CHECKING`, for type checkers and editors, and lists them again for run time:

    if TYPE_CHECKING:
        from ._errors import LvngError
    else:
        __getattr__, __dir__ = lazy_names(__name__, {"._errors": ["LvngError"]})

The `else` hides `__getattr__` from type checkers, which would otherwise accept any attribute of the package.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any


def lazy_names(
    package: str, names: Mapping[str, Iterable[str]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make the `__getattr__` and `__dir__` of a package that imports its names on first use.

    Args:
        package: `__name__` of the package.
        names: names by the module that defines them, relative or absolute: `{"._errors": ["LvngError"]}`.
            Names under `"."` are submodules of the package, names under `""` other packages.
    """
    sources = {name: module for module, members in names.items() for name in members}

    def __getattr__(name: str) -> Any:  # noqa: N807 - becomes the package's
        namespace = sys.modules[package]
        if name not in sources:
            raise AttributeError(
                f"module {package!r} has no attribute {name!r}", name=name, obj=namespace
            )
        source = sources[name]
        if source.strip("."):
            value = getattr(import_module(source, package), name)
        elif source:
            value = import_module(f"{source}{name}", package)
        else:
            value = _import_package(name)
        setattr(namespace, name, value)  # found without __getattr__ from now on
        return value

    def __dir__() -> list[str]:  # noqa: N807 - becomes the package's
        return sorted({*vars(sys.modules[package]), *sources})

    return __getattr__, __dir__


def _import_package(name: str) -> ModuleType:
    """Import another package of the SDK; an error says how to install it."""
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        missing = name.replace("_", "-")
        message = f"This needs the package {missing}, which is not installed: pip install {missing}"
        raise ModuleNotFoundError(message, name=name) from None


def lazy_module(target: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Make the `__getattr__` and `__dir__` of a module that is an alias of another and imports it on first use.

    Args:
        target: full name of the other module.
    """

    def __getattr__(name: str) -> Any:  # noqa: N807 - becomes the module's
        if name == "__all__":  # used by `import *`
            return [name for name in vars(import_module(target)) if not name.startswith("_")]
        return getattr(import_module(target), name)

    def __dir__() -> list[str]:  # noqa: N807 - becomes the module's
        return dir(import_module(target))

    return __getattr__, __dir__


class LazyModule:
    """An alias of a module that imports it when one of its names is first used.

    Args:
        target: full name of the module.
    """

    def __init__(self, target: str) -> None:
        self.__target = target

    def __getattr__(self, name: str) -> Any:
        value = getattr(import_module(self.__target), name)
        setattr(self, name, value)  # found without __getattr__ from now on
        return value
