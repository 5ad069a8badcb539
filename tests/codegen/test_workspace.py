"""A small workspace: what goes into which package, and what hand-written code adds to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lvng_codegen import workspace
from lvng_codegen.__main__ import main
from lvng_codegen.errors import CodegenError
from lvng_codegen.unasync import RULES
from lvng_codegen.workspace import CONTRACT, Workspace, find_root

HEAD = """
openapi: 3.1.0
info: {title: Pets, version: '3'}
tags:
  - {name: pets, description: Pets and more, x-package: lvng-pets}
  - {name: keys, description: Keys, x-package: lvng-keys}
"""
PETS = """
paths:
  /pets:
    get:
      operationId: pets.list
      tags: [pets]
      x-provenance: documented
      x-source: a | page
      x-client-method: all_pets
      responses: {200: {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}}
  /pets/watch:
    get:
      operationId: pets.watch
      tags: [pets]
      x-stream-class: PetStream
      responses: {200: {description: ok, content: {text/event-stream: {}}}}
components: {schemas: {Pet: {properties: {name: {type: string}}}}}
"""
KEYS = "paths: {/keys: {get: {operationId: keys.list, tags: [keys], responses: {}}}}"
STREAM = """
from lvng_core import AsyncEventStream, SSEEvent

__all__ = ["AsyncHelper"]

class AsyncPetStream(AsyncEventStream[SSEEvent]): ...
class AsyncHelper: ...
"""
# One line for each rule that a real workspace needs somewhere.
RULED = (
    "\n".join(f"# {rule}" for rule in RULES)
    + "\nasync def f(x: Awaitable[T]): await AsyncX\nasync_x"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two packages, one of them with code that was written by hand."""
    files = {
        CONTRACT / "openapi.yaml": HEAD,
        CONTRACT / "tags/pets.yaml": PETS,
        CONTRACT / "tags/keys.yaml": KEYS,
        Path("packages/lvng-pets/src/lvng_pets/_async/pets.py"): "class AsyncPets: ...",
        Path("packages/lvng-pets/src/lvng_pets/_async/pet_stream.py"): STREAM,
        Path("packages/lvng-pets/src/lvng_pets/_tools.py"): "a = 1\n__all__ = ['tool']",
        Path("packages/lvng-core/src/lvng_core/_async/all.py"): RULED,
        **{
            Path(f"packages/lvng-{name}/pyproject.toml"): (
                f"[project]\ndescription = 'All {name}'\nversion = '1.2.3'"
            )
            for name in ("pets", "keys")
        },
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def outputs(root: Path, spec: str | None = None) -> dict[str, str]:
    """Every generated file by its path."""
    file = root / "spec.yaml"
    if spec:
        file.write_text(spec)
    made = Workspace(root).outputs(file if spec else None)
    return {path.as_posix(): text for path, text in made.items()}


def test_every_package_holds_its_tags_and_their_types(root: Path) -> None:
    home, keys = "packages/lvng-pets/src/lvng_pets", "packages/lvng-keys/src/lvng_keys"
    made = outputs(root)
    assert sorted(made) == [
        "docs/coverage.md",
        "packages/lvng-core/src/lvng_core/_sync/all.py",
        *(
            f"{keys}/{name}"
            for name in ("__init__.py", "_generated/__init__.py", "_generated/keys.py")
        ),
        *(f"{keys}/{name}" for name in ("_generated/types.py", "types.py")),
        *(
            f"{home}/{name}"
            for name in ("__init__.py", "_generated/__init__.py", "_generated/pets.py")
        ),
        f"{home}/_generated/types.py",
        *(f"{home}/_sync/{name}" for name in ("pet_stream.py", "pets.py")),
        f"{home}/types.py",
        "packages/lvng-sandbox/src/lvng_sandbox/_generated/openapi.json",
        "packages/lvng-verify/src/lvng_verify/_generated/contract.json",
        *(
            f"packages/lvng/src/lvng/_generated/{name}"
            for name in ("__init__.py", "clients.py", "operations.json")
        ),
        *(
            f"packages/lvng/src/lvng/_generated/operations/{name}.json"
            for name in ("index", "keys", "pets")
        ),
    ]
    assert "class Pet(TypedDict)" in made[f"{home}/_generated/types.py"]
    assert "class Pet(TypedDict)" not in made[f"{keys}/_generated/types.py"]


def test_hand_written_code_is_exported_beside_or_in_place_of_the_generated(root: Path) -> None:
    text = outputs(root)["packages/lvng-pets/src/lvng_pets/__init__.py"]
    assert text.splitlines()[1:] == [
        '"""All pets."""',
        "",
        "from typing import TYPE_CHECKING",
        "",
        "from lvng_core._lazy_names import lazy_names",
        "",
        "if TYPE_CHECKING:",
        "    from . import types",
        "    from ._async.pet_stream import AsyncHelper, AsyncPetStream",
        "    from ._async.pets import AsyncPets",
        "    from ._sync.pet_stream import Helper, PetStream",
        "    from ._sync.pets import Pets",
        "    from ._tools import tool",
        "else:",
        "    __getattr__, __dir__ = lazy_names(",
        "        __name__,",
        "        {",
        '            ".": ["types"],',
        '            "._async.pet_stream": ["AsyncHelper", "AsyncPetStream"],',
        '            "._async.pets": ["AsyncPets"],',
        '            "._sync.pet_stream": ["Helper", "PetStream"],',
        '            "._sync.pets": ["Pets"],',
        '            "._tools": ["tool"],',
        "        },",
        "    )",
        "",
        '__version__ = "1.2.3"',
        "",
        "__all__ = [",
        *(f'    "{name}",' for name in ("AsyncHelper", "AsyncPetStream", "AsyncPets")),
        *(
            f'    "{name}",'
            for name in ("Helper", "PetStream", "Pets", "__version__", "tool", "types")
        ),
        "]",
    ]


def test_the_clients_have_every_tag_and_the_methods_that_the_document_names(root: Path) -> None:
    text = outputs(root)["packages/lvng/src/lvng/_generated/clients.py"]
    assert "class LvngClient(Client):" in text
    assert "class AsyncLvngClient(AsyncClient):" in text
    assert "def pets(self) -> _domains.lvng_pets.AsyncPets:\n" in text
    assert "def keys(self) -> _domains.lvng_keys.Keys:\n" in text
    assert (
        "def all_pets(self, *, options: RequestOptions | None = None) "
        "-> _domains.lvng_pets.types.Pet:\n" in text
    )
    assert "        return await self.pets.list(options=options)\n" in text


def test_the_manifest_and_the_table_tell_how_operations_are_known(root: Path) -> None:
    made = outputs(root)
    manifest = json.loads(made["packages/lvng/src/lvng/_generated/operations.json"])
    assert manifest["version"] == "3"
    assert manifest["tags"][0] == {
        "name": "pets",
        "package": "lvng-pets",
        "class": "Pets",
        "description": "Pets and more",
    }
    assert [(one["id"], one["annotation"]) for one in manifest["operations"]] == [
        ("pets.list", "types.Pet"),
        ("pets.watch", "PetStream"),
        ("keys.list", "None"),
    ]
    table = made["docs/coverage.md"].splitlines()
    assert "2 tags, 3 operations, all of them in both clients." in table
    assert "| lvng-pets | 1 | 2 |" in table
    assert "| not said | 2 |  |" in table
    assert "- `client.pets.list()`: `GET /pets`, documented (a | page)" in table


def test_a_document_without_a_package_of_ours_leaves_it_empty(root: Path) -> None:
    made = outputs(root, f"openapi: 3.1.0\ninfo: {{title: Pets}}\n{KEYS}")
    text = made["packages/lvng-pets/src/lvng_pets/__init__.py"]
    assert "Pets" not in text
    assert '"types"' in text


def test_the_command_writes_and_checks(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    assert main(["sdk", "--check"]) == 1
    assert capsys.readouterr().out.splitlines()[0] == "missing: docs/coverage.md"
    assert main(["sdk"]) == 0
    stale = root / "packages/lvng-pets/src/lvng_pets/_generated/old.py"
    stale.touch()
    assert main(["sdk", "--check"]) == 1
    assert main(["sdk"]) == 0
    assert main(["sdk", "--check"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "22 files: 22 written, 0 removed, the rest as it was",
        "stale: packages/lvng-pets/src/lvng_pets/_generated/old.py",
        "22 files: 0 written, 1 removed, the rest as it was",
        "22 files up to date",
    ]


HOMELESS = {
    "": "no package is known for the tags robots: name it in the document, `x-package: lvng-...` at the tag",
    "x-package: lvng-robots": "the tag 'robots' belongs to lvng-robots, which is not a package",
}


@pytest.mark.parametrize(("package", "message"), HOMELESS.items(), ids=["none", "unknown"])
def test_a_tag_without_a_package_is_named(package: str, message: str, root: Path) -> None:
    with pytest.raises(CodegenError) as caught:
        outputs(
            root,
            f"openapi: 3.1.0\ntags: [{{name: robots, {package}}}]\n"
            "paths: {/robots: {get: {operationId: robots.list, tags: [robots]}}}",
        )
    assert str(caught.value) == message


def test_a_hand_written_module_that_is_no_python_is_named(root: Path) -> None:
    (root / "packages/lvng-pets/src/lvng_pets/_tools.py").write_text("x = (\n")
    with pytest.raises(CodegenError, match=r"^_tools\.py: is not Python: "):
        outputs(root)


def test_a_rule_that_no_file_needs_is_named(root: Path) -> None:
    file = root / "packages/lvng-core/src/lvng_core/_async/all.py"
    file.write_text(file.read_text().replace("# aclosing\n", ""))
    with pytest.raises(CodegenError, match=r"^unasync\.py has rules that no file needs: aclosing$"):
        outputs(root)


def test_the_workspace_is_found_from_below_or_from_anywhere(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root / "packages/lvng-pets/src")
    assert find_root() == root
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert find_root() == Path(__file__).parents[2]
    monkeypatch.setattr(workspace, "__file__", str(tmp_path_factory.mktemp("installed") / "w.py"))
    with pytest.raises(CodegenError, match=r"^no packages/lvng-codegen/contract here or above: "):
        find_root()
