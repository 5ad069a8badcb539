"""What is stored as a whole: reset of a file, seeds that people write, export and import, an empty sandbox."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from lvng_sandbox import Sandbox
from lvng_sandbox.__main__ import main
from lvng_sandbox.contract.document import load
from support.process import serving
from support.sandbox import Api, Connect

NOTES = "/api/v2/notes"
WORLD = """
accounts:
  - { email: mia@example.com, name: Mia, workspace: acme, role: admin }

workspaces:
  - { name: Lab, slug: lab }

channels:
  - { name: plans, workspace_id: acme, member_ids: [mia@example.com, li@example.com] }
  - { name: bench, workspace_id: Lab }

messages:
  - { channel_id: plans, content: "Who brings the herring?", as: mia@example.com }

tasks:
  - { title: Buy herring, assignee_id: li@example.com, assignee_type: user, due_date: 2026-12-24T09:00:00Z }

documents:
  - { title: Herring, file: herring.md }
"""


@pytest.fixture
def world(tmp_path: Path) -> Path:
    (tmp_path / "herring.md").write_text("Salted herring costs 14 crowns a barrel.\n")
    file = tmp_path / "world.yaml"
    file.write_text(WORLD)
    return file


def titles(api: Api) -> list[str]:
    return [one["title"] for one in api.get(NOTES)["data"]]


# Reset and snapshots of a file


def test_a_database_file_is_reset(tmp_path: Path, connect: Connect) -> None:
    db = str(tmp_path / "lvng.db")
    with Sandbox(db=db) as sandbox:
        api, token = connect(sandbox, sandbox.api_key), sandbox.jwt
        before = titles(api)
        api.post(NOTES, {"title": "gone", "content": "c"})
        sandbox.reset()
        assert titles(api) == before
        connect(sandbox, token).get("/api/v2/users/me")
        key = sandbox.api_key
    with Sandbox(db=db) as sandbox:
        assert sandbox.api_key == key
        assert titles(connect(sandbox, key)) == before


def test_a_database_file_returns_to_a_snapshot_in_milliseconds(
    tmp_path: Path, connect: Connect
) -> None:
    with Sandbox(db=str(tmp_path / "lvng.db")) as sandbox:
        api = connect(sandbox, sandbox.api_key)
        before = titles(api)
        name = sandbox.snapshot()
        api.post(NOTES, {"title": "gone", "content": "c"})
        times = []
        for _ in range(5):
            started = time.perf_counter()
            sandbox.restore(name)
            times.append(time.perf_counter() - started)
        assert titles(api) == before
        assert min(times) < 0.1


# Seeds


def check_world(sandbox: Sandbox, connect: Connect) -> None:
    mia = connect(sandbox, sandbox.account("mia@example.com").api_key)
    (plans,) = [one for one in sandbox.records("channels") if one["name"] == "plans"]
    (message,) = mia.get("/api/v2/messages", channel_id=plans["id"])["data"]
    assert message["content"] == "Who brings the herring?"
    assert message["user_id"] == sandbox.account("mia@example.com").user_id
    (task,) = [one for one in sandbox.records("tasks") if one["title"] == "Buy herring"]
    assert task["assignee_id"] == sandbox.account("li@example.com").user_id
    (bench,) = [one for one in sandbox.records("channels") if one["name"] == "bench"]
    (lab,) = [one for one in sandbox.records("workspaces") if one["slug"] == "lab"]
    assert bench["workspace_id"] == lab["id"]
    reply = mia.post("/api/v2/chat", {"message": "What does salted herring cost?"})["reply"]
    assert "14 crowns" in reply


@pytest.mark.parametrize("how", ["file", "folder", "read"])
def test_a_seed_is_stored(how: str, world: Path, sandbox: Sandbox, connect: Connect) -> None:
    if how == "read":
        sandbox.seed({"notes": [{"title": "From a test", "content": "c"}]})
        assert sandbox.records("notes", own=True)[0]["title"] == "From a test"
    counts = sandbox.seed(world if how == "file" else world.parent)
    assert counts["channels"] == 2
    check_world(sandbox, connect)


def test_a_sandbox_starts_with_a_seed_and_returns_to_it(world: Path, connect: Connect) -> None:
    with Sandbox(data=world) as sandbox:
        assert sandbox.records("channels", own=True) == []
        check_world(sandbox, connect)
        sandbox.reset()
        check_world(sandbox, connect)


def test_a_seed_fills_a_database_file_once(tmp_path: Path, world: Path, connect: Connect) -> None:
    for _ in range(2):
        with Sandbox(db=str(tmp_path / "lvng.db"), data=world) as sandbox:
            check_world(sandbox, connect)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"fish": [{}]}, "fish[0]: there is no operation fish.create; seeds can have accounts,"),
        ({"notes": [{}]}, "notes[0]: content: is required"),
        (
            {"notes": [{"content": "c", "titel": "t"}]},
            "notes[0]: titel is not a field of notes.create",
        ),
        (
            {"channels": [{"name": "a", "workspace_id": "nowhere"}]},
            "channels[0]: there is no workspace 'nowhere'",
        ),
        (
            {"notes": [{"title": "t", "content": "c", "as": "nobody@example.com"}]},
            "notes[0]: there is no account 'nobody@example.com'",
        ),
        ({"accounts": [{"email": "li@example.com"}]}, "accounts[0]: An account with the address"),
        ({"documents": [{"title": "t"}]}, "documents[0]: content is required"),
    ],
)
def test_an_entry_that_is_not_valid_is_named_and_nothing_is_stored(
    data: dict[str, Any], message: str, sandbox: Sandbox
) -> None:
    with pytest.raises(ValueError) as caught:
        sandbox.seed({"workspaces": [{"name": "Lab", "slug": "lab"}], **data})
    assert str(caught.value).startswith(message)
    assert [one for one in sandbox.records("workspaces") if one["slug"] == "lab"] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n- b", "expected lists by tag, such as channels; got ['a', 'b']"),
        ("notes: one", "notes must be a list; got 'one'"),
        ("a: [", "cannot read the seed"),
        ("documents: [{title: t, file: none.md}]", "cannot read 'none.md' of the seed"),
    ],
)
def test_a_file_that_is_not_valid_is_named(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "world.yaml").write_text(text)
    assert main(["serve", "--port", "0", "--seed", str(tmp_path)]) == 1
    assert message in capsys.readouterr().err


# Export and import


def test_an_export_is_imported_elsewhere_and_is_a_database_file(
    tmp_path: Path, sandbox: Sandbox, api: Api, connect: Connect
) -> None:
    api.post(NOTES, {"title": "taken along", "content": "c"})
    state = sandbox.export()
    with Sandbox() as other:
        other.load(state)
        assert "taken along" in titles(connect(other, sandbox.api_key))
    file = tmp_path / "lvng.db"
    file.write_bytes(state)
    with Sandbox(db=str(file)) as third:
        assert third.api_key == sandbox.api_key
        assert "taken along" in titles(connect(third, third.api_key))


@pytest.mark.parametrize("content", [b"", b"nothing", b"SQLite format 3\0" + bytes(84)])
def test_another_file_is_not_imported(content: bytes, sandbox: Sandbox, api: Api) -> None:
    with pytest.raises(ValueError, match="cannot use the imported file"):
        sandbox.load(content)
    assert titles(api)


def test_state_is_seeded_exported_and_imported_on_the_command_line(
    tmp_path: Path,
    world: Path,
    sandbox: Sandbox,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("LVNG_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("LVNG_SANDBOX_TOKEN", sandbox.token)
    assert main(["seed", str(world)]) == 0
    assert json.loads(capsys.readouterr().out)["channels"] == 2
    file = str(tmp_path / "state.db")
    assert main(["export", file]) == 0
    sandbox.reset()
    assert main(["import", file]) == 0
    check_world(sandbox, connect)
    assert main(["import", str(world)]) == 1
    assert "cannot use the imported file" in capsys.readouterr().err


# Empty


def test_an_empty_sandbox_has_an_account_with_a_workspace_and_nothing_else(
    connect: Connect,
) -> None:
    with Sandbox(examples=False) as sandbox:
        api = connect(sandbox, sandbox.api_key)
        assert titles(api) == []
        (workspace,) = api.get("/api/v2/workspaces")["workspaces"]
        assert (workspace["slug"], workspace["my_role"]) == ("acme", "owner")
        assert [one["email"] for one in sandbox.accounts()] == ["ana@example.com"]
        for path, item in load().document["paths"].items():
            if "get" in item and "{" not in path:
                status = api.http.get(path).status_code
                assert status < 500, path
        sandbox.reset()
        assert titles(api) == []


def test_options_of_the_command_line() -> None:
    with serving("--empty", "--now", "2026-01-01T09:00Z", "--random-seed", "1") as (_, url, key):
        first = key
    with serving("--empty", "--random-seed", "1") as (_, url, key):
        assert (url != "", key) == (True, first)
