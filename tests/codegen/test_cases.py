"""Documents of kinds that are found in the wild: each says in its head what its package has to do."""

from __future__ import annotations

import importlib
import subprocess
import sys
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest
from typing_extensions import is_typeddict

from lvng_codegen.__main__ import main
from lvng_core import InvalidArgumentError
from support.samples import KEY
from support.scripted_server import ScriptedServer, Seen, answer

FOLDER = Path(__file__).parent / "cases"
CASES = {file.stem: file for file in sorted(FOLDER.glob("*.yaml"))}
DIFFS = sorted(file.stem.removesuffix("_old") for file in (FOLDER / "diff").glob("*_old.yaml"))

Generate = Callable[[Path], ModuleType]


@pytest.fixture
def generate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Generate]:
    """Generates the package of a document and imports it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    made: list[str] = []

    def run(spec: Path) -> ModuleType:
        name = f"case_{spec.stem}"
        arguments = ["--spec", str(spec), "--out", str(tmp_path), "--package", name, "--strict"]
        assert main(["generate", *arguments]) == 0
        made.append(name)
        importlib.invalidate_caches()
        return importlib.import_module(name)

    yield run
    for name in [one for one in sys.modules if one.partition(".")[0] in made]:
        del sys.modules[name]


def sent(package: ModuleType, call: Callable[[Any], Any], response: object = None) -> Seen:
    """The request that a call of the client sends."""
    with ScriptedServer(answer(200, {} if response is None else response)) as server:
        with package.Client(KEY, base_url=server.url) as client:
            call(client)
        return server.last


# A call of a case by the expression on its client, and the request line and body that it is.
CALLS: dict[str, list[tuple[Callable[[Any], Any], str, bytes | None]]] = {
    "joined_arrays": [
        (lambda c: c.default.a(ids=["1", "2"]), "GET /a?ids=1,2", None),
        (lambda c: c.default.a(sp=[1, 2]), "GET /a?sp=1%202", None),
    ],
    "new_verbs_shift_names": [
        (lambda c: c.pets.list(), "GET /pets", None),
        (lambda c: c.pets.get_pets_all(), "GET /pets/all", None),
    ],
    "optional_json_body": [
        (lambda c: c.default.find(), "GET /find", b""),
        (lambda c: c.default.find(q="x"), "GET /find", b'{"q":"x"}'),
    ],
    "path_styles": [(lambda c: c.default.a("5"), "GET /a/.5", None)],
    "path_with_query": [
        (lambda c: c.default.run(), "POST /runs", None),
        (lambda c: c.default.run_beta(), "POST /runs?beta=true", None),
    ],
    "pathitem_ref_siblings": [
        (lambda c: c.default.a(), "GET /a", None),
        (lambda c: c.default.lost(), "POST /a", None),
    ],
    "query_array_of_objects": [
        (
            lambda c: c.default.search(filters=[{"k": "v"}], grid=[[1]], mix={"k": "v"}),
            "GET /search?filters=%5B%7B%22k%22%3A%22v%22%7D%5D&grid=%5B%5B1%5D%5D&mix=%7B%22k%22%3A%22v%22%7D",
            None,
        ),
        (
            lambda c: c.default.search(filters="[]", mix="m"),
            "GET /search?filters=%5B%5D&mix=m",
            None,
        ),
    ],
    "readonly_nested": [
        (
            lambda c: c.default.save(user={"name": "n", "password": "p"}),
            "PUT /users",
            b'{"user":{"name":"n","password":"p"}}',
        )
    ],
    "required_any_null": [
        (lambda c: c.default.put(value=None), "POST /kv", b'{"value":null}'),
        (lambda c: c.default.put(value=1, note=None), "POST /kv", b'{"value":1,"note":null}'),
    ],
    "required_query_object": [
        (lambda c: c.default.q(where={"k": "v"}), "GET /q?where%5Bk%5D=v", None)
    ],
    "tag_cached_property": [
        (lambda c: c.cached_property_.a(), "GET /a", None),
        (lambda c: c.other.b(), "GET /b", None),
    ],
    "typed_extras": [
        (lambda c: c.default.x(m={"a": "b", "c": "d"}), "POST /x", b'{"m":{"a":"b","c":"d"}}')
    ],
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_sends_what_the_document_says(name: str, generate: Generate) -> None:
    package = generate(CASES[name])
    for call, line, body in CALLS[name]:
        seen = sent(package, call)
        assert f"{seen.method} {seen.target}" == line
        assert body is None or seen.body == body
        assert body != b"" or seen.header("content-type") is None


def test_headers_join_their_lists(generate: Generate) -> None:
    package = generate(CASES["joined_arrays"])
    assert sent(package, lambda c: c.default.a(x_ids=[1, 2])).header("x-ids") == "1,2"


def test_a_binary_string_of_a_form_is_a_file(generate: Generate) -> None:
    package = generate(CASES["content_encoding_binary"])
    seen = sent(package, lambda client: client.default.up(f=b"\x00\xff"))
    assert (seen.header("content-type") or "").startswith("multipart/form-data; boundary=")
    assert b"\x00\xff" in seen.body


def test_a_success_without_a_body_is_none(generate: Generate) -> None:
    package = generate(CASES["empty_2xx_beside_json"])
    with (
        ScriptedServer(answer(202, b""), answer(200, {"id": "j"}), answer(204)) as server,
        package.Client(KEY, base_url=server.url) as client,
    ):
        assert [client.default.start() for _ in range(3)] == [None, {"id": "j"}, None]


def test_a_missing_required_argument_is_refused(generate: Generate) -> None:
    client = generate(CASES["required_query_object"]).Client(KEY, base_url="http://127.0.0.1:9")
    with pytest.raises(TypeError, match="where"):
        client.default.q()
    with pytest.raises(InvalidArgumentError, match="where is required"):
        client.default.q(where=None)


TYPED = """
    from typing import assert_type

    from case_{0} import Client, types

    client = Client()
"""
# What users write of a case, and mypy takes.
TYPING = {
    "discriminated_base": """
        pet = client.default.get()
        if pet["kind"] == "cat":
            assert_type(pet, types.Cat)
        else:
            assert_type(pet, types.Dog)
            pet["bark"]
        """,
    "readonly_nested": """
        user = client.default.save(user={"name": "n", "password": "p"})
        assert_type(user["id"], int)
        client.default.save(user={"id": 1, "name": "n", "password": "p"})  # type: ignore[typeddict-unknown-key]
        user["password"]  # type: ignore[typeddict-item]
        """,
    "typed_extras": 'client.default.x(m={"a": "b", "more": "c"})',
    "required_any_null": "client.default.put(value=None, note=None)",
    "anchor_and_id": 'assert_type(client.default.x()["b"], str)',
    "joined_arrays": "client.default.a(ids=['1'], sp=(1, 2), x_ids=[1])",
    "query_array_of_objects": """
        client.default.search(filters=[{"k": "v"}], grid=[[1]], mix={"k": "v"})
        client.default.search(filters="[]", mix="m")
        """,
    "required_query_object": 'client.default.q(where={"a": "b"})',
    "content_encoding_binary": 'client.default.up(f=b"bytes")',
    "empty_2xx_beside_json": """
        job = client.default.start()
        if job is not None:
            assert_type(job["id"], str)
        """,
}


def test_mypy_takes_what_users_write(generate: Generate, tmp_path: Path) -> None:
    for name, text in TYPING.items():
        generate(CASES[name])
        code = dedent(TYPED.format(name)) + dedent(text)
        (tmp_path / f"use_{name}.py").write_text(code)
    command = ["-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}/.mypy", "."]
    done = subprocess.run(
        [sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_annotation_of_a_case_resolves(generate: Generate) -> None:
    for spec in CASES.values():
        package = generate(spec)
        for name in package.types.__all__:
            found = getattr(package.types, name)
            if is_typeddict(found):
                assert typing.get_type_hints(found).keys() == found.__annotations__.keys()


@pytest.mark.parametrize("name", DIFFS)
def test_a_change_that_breaks_nobody_is_compatible(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = (str(FOLDER / "diff" / f"{name}_{age}.yaml") for age in ("old", "new"))
    assert main(["diff", old, new, "--fail-on-breaking"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told
    assert all(line.startswith("compatible: ") for line in told)
