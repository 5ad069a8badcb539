"""Importing the SDK is cheap: its names load on first use, and httpx with the first call."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import lvng
import lvng_core

HEAVY = {
    "anyio",
    "asyncio",
    "h11",
    "httpcore",
    "httpx",
    "msgspec",
    "sniffio",
    "socket",
    "ssl",
    "trio",
}
"""What takes longer to import than all of the SDK."""


def loaded_by(code: str) -> set[str]:
    """The modules that a program loads, beside those that every Python has."""
    code = f"import sys; before = set(sys.modules); {code}; print(*(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize("package", ["lvng", "lvng_core"])
def test_a_package_alone_loads_none_of_its_modules(package: str) -> None:
    ours = {name for name in loaded_by(f"import {package}") if name.startswith("lvng")}
    assert ours - {"lvng"} == {"lvng_core", "lvng_core._lazy_names", "lvng_core._version"}


@pytest.mark.parametrize(
    "code",
    [
        "from lvng import LvngClient",
        "from lvng import AsyncLvngClient",
        "from lvng import LvngClient; LvngClient('key').workflows",
        "from lvng import AsyncLvngClient; AsyncLvngClient('key').workflows",
        "from lvng import LvngError, RequestOptions, SSEDecoder, webhooks",
    ],
)
def test_nothing_heavy_is_loaded_before_the_first_call(code: str) -> None:
    assert not loaded_by(code) & HEAVY


def test_an_attribute_loads_its_own_domain_alone() -> None:
    loaded = loaded_by("from lvng import LvngClient; LvngClient('key').workflows")
    domains = {name for name in loaded if name.startswith("lvng_") and "." not in name}
    assert domains == {"lvng_core", "lvng_workflows"}


@pytest.mark.parametrize("package", [lvng, lvng_core], ids=lambda package: package.__name__)
def test_lazy_imports_match_the_type_checking_block(package: ModuleType) -> None:
    """A package names its imports twice: under TYPE_CHECKING, and for the run time."""
    tree = ast.parse(Path(str(package.__file__)).read_text(encoding="utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    seen = {}
    for node in block.body:
        assert isinstance(node, ast.ImportFrom)
        source = "." * node.level + (node.module or "")
        seen[source] = {alias.name for alias in node.names}
    (table,) = (node for node in ast.walk(block) if isinstance(node, ast.Dict))
    loads = {source: set(names) for source, names in ast.literal_eval(table).items()}
    assert loads == seen
    names = set().union(*seen.values())
    assert names | {"__version__"} == set(package.__all__)
    for source, members in seen.items():
        module = importlib.import_module(source, package.__name__)
        for name in members:
            assert getattr(package, name) is getattr(module, name)


@pytest.mark.parametrize("package", [lvng, lvng_core], ids=lambda package: package.__name__)
def test_a_package_lists_its_names_and_refuses_others(package: ModuleType) -> None:
    assert set(package.__all__) <= set(dir(package))
    with pytest.raises(AttributeError, match=f"module '{package.__name__}' has no attribute 'nil'"):
        _ = package.nil


def test_lvng_exports_the_types_for_annotations() -> None:
    names = {"AsyncDownload", "AsyncEventStream", "Download", "EventStream", "File", "FileInput"}
    assert names <= set(lvng.__all__)
