"""Packages load their names on first use, and nobody can tell."""

from __future__ import annotations

import ast
import pickle
import pydoc
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from lvng_core._lazy_names import lazy_names
from support.checkers import mypy, pyright

ROOT = Path(__file__).parents[2]
LAZY = sorted(
    file
    for file in ROOT.glob("packages/*/src/**/__init__.py")
    if "lazy_names(" in file.read_text(encoding="utf-8") and "lvng_codegen" not in file.parts
)
DOMAINS = [file.parent.name for file in LAZY if file.parent.name != "_generated"]
USE = """\
import lvng_chat
from typing import assert_type
from lvng import LvngClient
from lvng_chat import Chat
assert_type(LvngClient("k").chat, Chat)
assert_type(lvng_chat.Chat, type[Chat])
print(lvng_chat.types.ChatDone)
lvng_chat.Chta
"""


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("file", LAZY, ids=lambda file: file.parent.relative_to(ROOT).as_posix())
def test_lazy_names_match_the_type_checking_block(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    branch = next(node for node in tree.body if isinstance(node, ast.If))
    seen: dict[str, set[str]] = {}
    for node in branch.body:
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            seen.setdefault(module, set()).update(name.asname or name.name for name in node.names)
        elif isinstance(node, ast.Import):
            seen.setdefault("", set()).update(name.name for name in node.names)
    call = next(node for node in ast.walk(branch) if isinstance(node, ast.Call))
    table: dict[str, list[str]] = ast.literal_eval(call.args[1])
    assert {module: set(names) for module, names in table.items()} == seen
    listed = next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    assert set().union(*table.values()) == set(listed) - {"__version__"}


@pytest.mark.parametrize("package", DOMAINS)
def test_a_package_loads_a_module_when_its_name_is_used(package: str) -> None:
    code = f"""
import sys, {package}
def loaded(): return {{name for name in sys.modules if name.startswith("{package}.")}}
before = loaded()
assert before <= {{"lvng_core._lazy_names", "lvng_core._version"}}, before
for name in {package}.__all__:
    value = getattr({package}, name)
    assert value is getattr({package}, name)
    assert name in vars({package})
    assert name in dir({package})
names = set(dir({package}))
assert names >= {{*{package}.__all__, "__doc__", "__name__", "__all__"}}
assert loaded() > before
"""
    run(code)


@pytest.mark.parametrize("package", DOMAINS)
def test_a_star_import_brings_what_is_listed(package: str) -> None:
    code = f"""
from {package} import *
import {package}
assert set({package}.__all__) <= set(globals())
"""
    run(code)


def test_dir_tells_of_names_that_are_not_loaded() -> None:
    run(
        "import lvng_chat, sys; assert {'Chat', 'types'} <= set(dir(lvng_chat)); "
        "assert 'lvng_chat.types' not in sys.modules"
    )


@pytest.mark.parametrize("package", [name for name in DOMAINS if name not in {"lvng", "lvng_core"}])
def test_types_are_made_when_one_is_used_and_no_sooner(package: str) -> None:
    code = f"""
import sys, types, {package}
for name in {package}.__all__:
    getattr({package}, name)
assert "{package}._generated.types" not in sys.modules
made = [name for name in dir({package}.types) if name.endswith("Response")]
assert made
for name in made:
    assert getattr({package}.types, name) is getattr({package}._generated.types, name)
assert not hasattr({package}.types, "Nothing")
found = {{}}
exec("from {package}.types import *", found)
assert found.keys() >= set(made)
"""
    run(code)


def test_help_shows_every_class() -> None:
    text = pydoc.plain(pydoc.render_doc(import_module("lvng_workflows")))
    assert "class Workflows(" in text
    assert "class AsyncWorkflows(" in text
    assert "execute_and_wait(" in text


def test_classes_are_pickled_by_reference() -> None:
    made = pickle.dumps(import_module("lvng_chat").Chat)
    assert run(f"import pickle; print(pickle.loads({made!r}).__name__)") == "Chat\n"


def test_a_wrong_name_is_an_attribute_error_that_suggests_the_right_one() -> None:
    chat: Any = import_module("lvng_chat")
    with pytest.raises(
        AttributeError, match=r"^module 'lvng_chat' has no attribute 'Chta'$"
    ) as caught:
        chat.Chta  # noqa: B018
    assert (caught.value.name, caught.value.obj) == ("Chta", chat)
    with pytest.raises(ImportError, match="cannot import name 'Chta' from 'lvng_chat'"):
        exec("from lvng_chat import Chta")
    assert not hasattr(chat, "Chta")


def test_an_error_in_a_module_is_raised_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "broken_package"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from lvng_core._lazy_names import lazy_names\n"
        "__getattr__, __dir__ = lazy_names(__name__, {'.': ['bad'], '.bad': ['Name'], '.gone': ['x']})\n"
    )
    (package / "bad.py").write_text("raise LookupError('no')\n")
    monkeypatch.syspath_prepend(tmp_path)
    made: Any = import_module("broken_package")
    for name, error in (("bad", LookupError), ("Name", LookupError), ("x", ModuleNotFoundError)):
        with pytest.raises(error):
            getattr(made, name)


def test_lazy_names_may_be_packages_or_names_of_other_packages() -> None:
    getattr_, dir_ = lazy_names(__name__, {"": ["colorsys"], "fractions": ["Fraction"]})
    module: Any = sys.modules[__name__]
    assert {"colorsys", "Fraction", "lazy_names"} <= set(dir_())
    try:
        assert getattr_("colorsys").__name__ == "colorsys"
        assert getattr_("Fraction")(1, 2) == 0.5
        assert module.Fraction is getattr_("Fraction")
    finally:
        del module.colorsys, module.Fraction


def test_threads_that_ask_at_once_get_the_same() -> None:
    code = """
from threading import Barrier, Thread
import lvng_workspace
barrier, found = Barrier(8), []
def ask():
    barrier.wait()
    found.append((lvng_workspace.Users, lvng_workspace.types.User))
threads = [Thread(target=ask) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert len(found) == 8 and len(set(map(id, (one for pair in found for one in pair)))) == 2
"""
    run(code)


@pytest.mark.parametrize("checker", [mypy, pyright], ids=["mypy", "pyright"])
def test_checkers_know_the_names_and_no_others(checker: Any, tmp_path: Path) -> None:
    file = tmp_path / "use.py"
    file.write_text(USE)
    done = checker(file)
    errors = [line for line in done.stdout.splitlines() if "error:" in line]
    assert len(errors) == 1, done.stdout
    assert "Chta" in errors[0]
