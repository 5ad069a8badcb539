"""Background work that raises: it is tried again, then given up and shown."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from lvng_sandbox import Sandbox
from lvng_sandbox.platform import registry
from support.examples import WORKFLOW_ID
from support.sandbox import Api, Connect
from support.timing import eventually

RUNS = f"/api/v2/workflows/{WORKFLOW_ID}/runs"


class Broken:
    """A job that raises as often as it is told to, and does its work afterwards."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, name: str, times: int) -> None:
        self.attempts, self._times, self._job = 0, times, registry.JOBS[name]
        monkeypatch.setitem(registry.JOBS, name, self)

    def __call__(self, context: Any, arguments: dict[str, Any]) -> Any:
        self.attempts += 1
        if self.attempts <= self._times:
            raise LookupError("no such page")
        return self._job(context, arguments)


def execute(api: Api) -> str:
    started = api.post(f"/api/v2/workflows/{WORKFLOW_ID}/execute", {"inputs": {}})["data"]
    return f"{RUNS}/{started['id']}"


@pytest.mark.parametrize("times", [1, 3])
def test_a_job_that_raises_is_tried_again(
    times: int, sandbox: Sandbox, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    Broken(monkeypatch, "workflow.go_on", times)
    run = execute(api)
    assert api.get(run)["data"]["status"] == "queued"
    sandbox.advance(36)
    assert eventually(lambda: api.get(run)["data"]["status"] == "completed")
    assert sandbox.failed_jobs == []


def test_the_waits_between_attempts_grow(
    sandbox: Sandbox, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Broken(monkeypatch, "workflow.go_on", 100)
    execute(api)
    seen = []
    for seconds in (0.0, 1.1, 1.1, 4.0, 20.0, 10.1, 3600.0):
        sandbox.advance(seconds)
        seen.append(broken.attempts)
    assert seen == [1, 2, 2, 3, 3, 4, 4]


@pytest.mark.parametrize(
    ("job", "path", "body", "shown"),
    [
        (
            "workflow.go_on",
            f"/api/v2/workflows/{WORKFLOW_ID}/execute",
            {"inputs": {}},
            RUNS,
        ),
        (
            "knowledge.finish",
            "/api/knowledge/ingest",
            {"content": "Fish from Lofoten"},
            "/api/knowledge/jobs",
        ),
        (
            "ooda.step",
            "/api/v2/ooda/runs",
            {"task": "Find the fish"},
            "/api/v2/ooda/runs",
        ),
    ],
    ids=["workflow", "ingestion", "ooda"],
)
def test_a_job_that_raises_always_is_given_up_and_shown(
    job: str,
    path: str,
    body: Any,
    shown: str,
    sandbox: Sandbox,
    api: Api,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    broken = Broken(monkeypatch, job, 1000)
    started = api.post(path, body)["data"]
    sandbox.advance(3600)
    assert broken.attempts == 4
    (failed,) = sandbox.failed_jobs
    assert (failed.name, failed.attempts, failed.error) == (job, 4, "LookupError: no such page")
    (listed,) = connect(sandbox, sandbox.token).get("/_sandbox/failed-jobs")
    assert (listed["name"], listed["error"]) == (job, failed.error)
    state = api.get(f"{shown}/{started['id']}")["data"]
    assert (state["status"], state["error"]) == ("failed", failed.error)
    assert f"job {job} failed 4 times and is not retried again" in caplog.messages
    sandbox.reset()
    assert sandbox.failed_jobs == []


def test_a_schedule_that_could_not_fire_fires_again(
    sandbox: Sandbox, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    Broken(monkeypatch, "schedule.fire", 4)
    body = {
        "name": "Hourly",
        "target_type": "workflow",
        "target_id": WORKFLOW_ID,
        "cron": "0 * * * *",
    }
    schedule = api.post("/api/v2/schedules", body)["data"]["id"]
    sandbox.advance(2 * 3600)
    runs = api.get(f"/api/v2/schedules/{schedule}/runs")["data"]
    assert sorted(run["status"] for run in runs) == ["completed", "failed"]


def test_a_failing_job_does_not_delay_requests_and_other_jobs(
    sandbox: Sandbox, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Broken(monkeypatch, "workflow.go_on", 1000)
    execute(api)
    job = api.post("/api/knowledge/ingest", {"content": "Fish from Lofoten"})["data"]["id"]
    done = lambda: api.get(f"/api/knowledge/jobs/{job}")["data"]["status"] == "completed"  # noqa: E731
    assert eventually(done)
    assert broken.attempts == 1


def test_jobs_go_on_after_the_database_failed(
    sandbox: Sandbox, api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def run_due() -> float:
        monkeypatch.undo()
        raise sqlite3.OperationalError("database or disk is full")

    sandbox._run(lambda platform: monkeypatch.setattr(platform.jobs, "run_due", run_due))
    run = execute(api)
    assert eventually(lambda: api.get(run)["data"]["status"] == "completed")
    assert "the database failed" in caplog.messages
