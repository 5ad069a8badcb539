"""Packages generated for a test, imported from a folder of their own."""

from __future__ import annotations

import itertools
import sys
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from types import ModuleType

from lvng_codegen.files import write
from lvng_codegen.package import Package

OK = '{"200": {description: ok, content: {application/json: {schema: {type: object}}}}}'
"""Responses of an operation: an object."""
_NUMBERS = itertools.count(1)


def generate(folder: Path, text: str, *, version: str = "3.1.0", name: str = "") -> ModuleType:
    """The package of a document, imported.

    Args:
        folder: an empty folder.
        text: the document without its head.
        version: of OpenAPI.
        name: of the package; by default one that no other test has.
    """
    name = name or f"generated_{next(_NUMBERS)}"
    spec = folder / "api.yaml"
    head = f"openapi: {version}\ninfo: {{title: Other API, version: '2.0'}}\n"
    spec.write_text(head + dedent(text), encoding="utf-8")
    package = Package(name, spec)
    write(folder, package.outputs(), package.folders())
    sys.path.insert(0, str(folder))
    try:
        module = import_module(name)
        import_module(f"{name}._generated.clients")
    finally:
        sys.path.remove(str(folder))
    return module
