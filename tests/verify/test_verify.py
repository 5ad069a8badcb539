"""The command against the sandbox: as it is, and changed in forty ways."""

from __future__ import annotations

import json
from importlib.metadata import entry_points
from pathlib import Path

import click
import httpx
import pytest

from lvng_sandbox import Fault, Recorder, Sandbox
from lvng_verify.__main__ import main
from lvng_verify.credentials import make_client
from lvng_verify.pacing import Pace
from lvng_verify.probing import NOT_ASKED, Probe, Result, plan

from .changed_service import (
    CONTRACT,
    DOCUMENT,
    FORTY,
    IN_DOCUMENT,
    Change,
    changed_service,
    drop,
    put,
    results,
)


def verify(
    base_url: str, key: str, folder: Path, *options: str
) -> tuple[int, list[dict[str, str]]]:
    """The exit code and the findings."""
    report = folder / "report.json"
    code = main(["--base-url", base_url, "--api-key", key, "--report", str(report), *options])
    return code, json.loads(report.read_text()) if report.exists() else []


def test_an_unchanged_service_has_no_findings(sandbox: Sandbox, tmp_path: Path) -> None:
    assert verify(sandbox.base_url, sandbox.api_key, tmp_path) == (0, [])
    assert len(sandbox.requests) > 165


def test_with_a_jwt_the_operations_that_need_one_are_asked_too(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    assert verify(sandbox.base_url, sandbox.jwt, tmp_path) == (0, [])
    assert {"auth.me", "api_keys.list"} <= {one.operation for one in sandbox.requests}


def test_only_safe_requests_are_made(sandbox: Sandbox, tmp_path: Path) -> None:
    verify(sandbox.base_url, sandbox.api_key, tmp_path)
    safe = {one.id for one in CONTRACT.operations.values() if one.safe}
    assert {one.method for one in sandbox.requests} == {"GET"}
    assert {one.operation for one in sandbox.requests} <= safe
    assert all(one.content == b"" for one in sandbox.requests)


def test_forty_changes_are_found_and_nothing_else(sandbox: Sandbox, tmp_path: Path) -> None:
    assert len(FORTY) + len(IN_DOCUMENT) == 40
    assert len({operation for operation, _, _ in FORTY}) == len(FORTY)
    changes = {operation: change for operation, change, _ in FORTY} | {"/openapi.json": DOCUMENT}
    with changed_service(sandbox, changes) as service:
        code, findings = verify(service.base_url, sandbox.api_key, tmp_path)
    expected = {(operation, kind) for operation, _, kinds in FORTY for kind in kinds} | IN_DOCUMENT
    assert code == 1
    assert {(one["operation"], one["kind"]) for one in findings} == expected
    assert {method for method, _ in service.asked} == {"GET"}
    assert {one.method for one in sandbox.requests} == {"GET"}
    for one in findings:
        assert set(one) == {"operation", "kind", "detail"}


@pytest.mark.parametrize(("operation", "change", "kinds"), FORTY[:3] + FORTY[8:10])
def test_a_finding_names_the_field(
    operation: str,
    change: object,
    kinds: frozenset[str],
    sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    field = {
        "notes.list": "`data[].title` is missing",
        "notes.get": "`data.tags` is missing",
        "tasks.list": "`pagination.total` is missing",
        "agents.list": "`data[].displayName` is not documented: a string",
        "workflows.get": "`data.workflow_state` is not documented: a string",
    }[operation]
    changes = {one: each for one, each, _ in FORTY if one == operation}
    with changed_service(sandbox, changes) as service:
        _, findings = verify(service.base_url, sandbox.api_key, tmp_path, "--only", operation)
    assert field in {one["detail"] for one in findings}


def test_dry_run_sends_nothing(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--base-url", sandbox.base_url, "--api-key", "k", "--dry-run"]) == 0
    printed = capsys.readouterr().out
    assert "GET /api/v2/notes/{id}  (notes.get)" in printed
    assert "workspace_id=..." in printed
    assert not sandbox.requests


def test_the_budget_is_kept(sandbox: Sandbox, tmp_path: Path) -> None:
    verify(sandbox.base_url, sandbox.api_key, tmp_path, "--budget", "7")
    assert len(sandbox.requests) == 7


def test_only_asks_the_lists_that_ids_are_taken_from(sandbox: Sandbox, tmp_path: Path) -> None:
    verify(sandbox.base_url, sandbox.api_key, tmp_path, "--only", "workflows.get_run")
    assert [one.operation for one in sandbox.requests] == [
        "workflows.list",
        "workflows.list_runs",
        "workflows.get_run",
    ]


def test_a_429_is_waited_for(sandbox: Sandbox) -> None:
    waits: list[float] = []
    sandbox.faults.add("notes.list", Fault(status=429, retry_after="2", times=1))
    with make_client(sandbox.base_url, sandbox.api_key) as client:
        pace = Pace(None, now=lambda: 1_000.0, sleep=waits.append)
        results = list(Probe(client, CONTRACT, pace).run(plan(CONTRACT, ["notes.list"])))
    assert [one.state for one in results] == ["as inferred"]
    assert [one.status for one in sandbox.requests] == [429, 200]
    assert waits == [2]


def test_a_key_that_is_not_accepted_is_one_error(
    sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(sandbox.base_url, "lvng_sk_test_wrong", tmp_path) == (2, [])
    error = capsys.readouterr().err
    assert "does not accept the API key" in error
    assert "lvng_sk_test_wrong" not in error


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "nots.*"], "'nots.*' matches no safe operation"),
        (["--report", "report.txt"], "'report.txt'"),
        (["--budget", "0"], "--budget must be at least 1; got 0"),
        (["--rate", "-1"], "--rate must be above 0; got -1"),
        (["--base-url", "http://api.example.com"], "would be sent unencrypted to api.example.com"),
        (["--base-url", "ftp://api.example.com"], "must begin with https://"),
        (["--base-url", "http://127.0.0.1:1"], "no response"),
    ],
)
def test_bad_options_are_named(
    options: list[str],
    message: str,
    sandbox: Sandbox,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--base-url", sandbox.base_url, "--api-key", "key", *options]) == 2
    assert message in capsys.readouterr().err
    assert not sandbox.requests


def test_the_key_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "LVNG_API_KEY" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", ["md", "html"])
def test_a_report_says_what_is_in_it_and_holds_no_values(
    suffix: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / f"report.{suffix}"
    changes = {operation: change for operation, change, _ in FORTY}
    with changed_service(sandbox, changes) as service:
        verify(service.base_url, sandbox.api_key, tmp_path, "--report", str(path))
    text = path.read_text()
    assert "no values of fields" in " ".join(text.split())
    assert "data[].displayName" in text
    assert sandbox.api_key not in text
    assert "127.0.0.1" not in text
    assert "yesterday" not in text
    for entry in sandbox.requests:
        for part in entry.path.split("/"):
            if any(letter.isdigit() for letter in part) and part != "v2":
                assert part not in text, "an id"


def test_observations_give_the_same_findings_without_the_service(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "observations.jsonl"
    # Of what is refused or gone, an observation cannot tell whether that is so for everyone.
    kept = [
        one
        for one in FORTY
        if not one[2] & {"not-there", "not-allowed"} and one[0] != "analytics.costs"
    ]
    with changed_service(sandbox, {operation: change for operation, change, _ in kept}) as service:
        _, live = verify(service.base_url, sandbox.api_key, tmp_path, "--observations", str(file))
    report = tmp_path / "again.json"
    assert main(["--from", str(file), "--report", str(report)]) == 1
    assert json.loads(report.read_text()) == live


def test_the_command_line_of_the_sdk_finds_the_command() -> None:
    (found,) = entry_points(group="lvng.commands", name="verify")
    assert isinstance(found.load(), click.Command)


def test_a_recording_is_compared_without_the_service(sandbox: Sandbox, tmp_path: Path) -> None:
    report, changes = tmp_path / "report.json", {"notes.list": FORTY[0][1]}
    with (
        changed_service(sandbox, changes) as service,
        Recorder(service.base_url, to=tmp_path / "recording") as recorder,
        httpx.Client(
            base_url=recorder.base_url, headers={"x-api-key": sandbox.api_key}, trust_env=False
        ) as http,
    ):
        assert http.get("/api/v2/notes").status_code == 200
        assert http.get("/api/v2/tasks").status_code == 200
    assert main(["--recording", str(tmp_path / "recording"), "--report", str(report)]) == 1
    assert json.loads(report.read_text()) == [
        {
            "operation": "notes.list",
            "kind": "missing-field",
            "detail": "`data[].title` is missing",
        }
    ]


def test_an_unseen_optional_field_is_reported_and_not_a_difference(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    changes = {
        "settings.get": drop("settings.appearance.theme"),
        "workflows.list": drop("data[].steps[].dependsOn"),
        "mcps.get": drop("data.config.command"),  # one record tells nothing
    }
    with changed_service(sandbox, changes) as service:
        code, findings = verify(service.base_url, sandbox.api_key, tmp_path)
    assert code == 0
    assert [(one["operation"], one["kind"], one["detail"]) for one in findings] == [
        ("settings.get", "not-seen", "`settings.appearance.theme` is optional, and was not seen"),
        ("workflows.list", "not-seen", "`data[].steps[].dependsOn` is optional, and was not seen"),
    ]


def by_operation(base_url: str, key: str, *only: str) -> dict[str, Result]:
    """The results of operations by their ids."""
    return {one.operation: one for one in results(base_url, key, *only)}


def test_every_safe_operation_is_asked_or_the_reason_is_told(sandbox: Sandbox) -> None:
    not_asked = {
        one.operation: one.reason
        for one in by_operation(sandbox.base_url, sandbox.jwt).values()
        if one.state == NOT_ASKED
    }
    assert not_asked == {
        "platform_connections.get_import": "no list has values of `import_id`: it comes from "
        "platform_connections.import_history, which is not safe"
    }
    reasons = {one.reason for one in by_operation(sandbox.base_url, sandbox.api_key).values()}
    assert "needs a JWT: API keys are not accepted" in reasons


def test_tokens_are_taken_from_lists_and_links(sandbox: Sandbox) -> None:
    by_operation(sandbox.base_url, sandbox.api_key)
    paths = {one.operation: one.path for one in sandbox.requests if one.status == 200}
    assert paths["emails.preview"] == "/api/v2/emails/preview/q7Xn2vK9mR4tYp1Z"
    assert paths["invitations.get"] == "/api/v2/invitations/q7Xn2vK9mR4tYp1Z"


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (put("data[].id", 17), "the ids of /api/v2/notes are numbers"),
        (drop("data[].id"), "the list /api/v2/notes has no entry with an id"),
        (put("data", []), "the list /api/v2/notes has no entry with an id"),
    ],
)
def test_operations_are_skipped_if_their_list_has_no_usable_ids(
    change: Change, state: str, sandbox: Sandbox
) -> None:
    with changed_service(sandbox, {"notes.list": change}) as service:
        found = by_operation(service.base_url, sandbox.api_key, "notes.get")["notes.get"]
    assert (found.state, found.reason, found.findings) == (NOT_ASKED, state, ())


def test_a_404_of_a_sub_resource_is_tried_with_another_record(sandbox: Sandbox) -> None:
    httpx.post(
        f"{sandbox.base_url}/api/v2/calls",
        headers={"x-api-key": sandbox.api_key},
        json={"title": "No transcript"},
    ).raise_for_status()
    found = by_operation(sandbox.base_url, sandbox.api_key, "calls.get_transcript")
    assert found["calls.get_transcript"].findings == ()
    asked = [one.status for one in sandbox.requests if one.operation == "calls.get_transcript"]
    assert asked == [404, 200]


def test_a_request_is_repeated_with_a_workspace_if_one_is_required(sandbox: Sandbox) -> None:
    httpx.post(
        f"{sandbox.base_url}/api/v2/workspaces",
        headers={"x-api-key": sandbox.api_key},
        json={"name": "Second", "slug": "second"},
    ).raise_for_status()
    found = by_operation(sandbox.base_url, sandbox.api_key)
    assert found["artifacts.list"].findings == ()
    asked = [one.status for one in sandbox.requests if one.operation == "artifacts.list"]
    assert asked == [400, 200]


def test_an_optional_field_is_seen_if_one_of_several_observations_has_it(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    file, report = tmp_path / "observations.jsonl", tmp_path / "report.json"
    for changes in ({"settings.get": drop("settings.appearance.theme")}, {}):
        with changed_service(sandbox, changes) as service:
            options = ["--only", "settings.get", "--observations", str(file)]
            verify(service.base_url, sandbox.api_key, tmp_path, *options)
    assert main(["--from", str(file), "--report", str(report)]) == 0
    assert json.loads(report.read_text()) == []
