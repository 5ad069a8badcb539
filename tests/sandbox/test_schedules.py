"""Schedules: timing, targets and runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lvng_sandbox import Sandbox
from support.examples import AGENT_ID, SCHEDULE_ID, WORKFLOW_ID
from support.sandbox import Api, Connect

SCHEDULES = "/api/v2/schedules"
HOUR = 3600.0
DAY = 24 * HOUR


def schedule(api: Api, **fields: Any) -> dict[str, Any]:
    target = {"target_type": "workflow", "target_id": WORKFLOW_ID}
    body = {"name": "Report", **target, **fields}
    made: dict[str, Any] = api.post(SCHEDULES, body, status=201)["data"]
    return made


def fetch(api: Api, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"{SCHEDULES}/{made['id']}")["data"]
    return found


def runs(api: Api, made: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"{SCHEDULES}/{made['id']}/runs")["data"]
    return found


def in_seconds(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def to_half_past(sandbox: Sandbox) -> None:
    """Have time pass until no whole hour is near."""
    now = datetime.now(UTC)
    sandbox.advance(HOUR - now.minute * 60 - now.second + HOUR / 2)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_next_run_follows_cron_in_the_time_zone(api: Api, sandbox: Sandbox) -> None:
    to_half_past(sandbox)
    made = schedule(api, cron="30 9 * * 1-5", timezone="Asia/Kolkata")
    following = moment(made["next_run_at"])
    local = following.astimezone(ZoneInfo("Asia/Kolkata"))
    assert (local.hour, local.minute, local.second) == (9, 30, 0)
    assert local.weekday() < 5
    assert timedelta(0) < following - moment(made["created_at"]) <= timedelta(days=3)


def test_the_default_time_zone_is_utc(api: Api) -> None:
    made = schedule(api, cron="0 9 * * *")
    assert made["timezone"] == "UTC"
    assert moment(made["next_run_at"]).hour == 9


def test_a_schedule_fires_at_each_due_time(api: Api, sandbox: Sandbox) -> None:
    to_half_past(sandbox)
    made = schedule(api, cron="0 * * * *", inputs={"topic": "sales"})
    sandbox.advance(3 * HOUR)
    found = runs(api, made)
    assert len(found) == 3
    due = moment(made["next_run_at"])
    assert [moment(run["scheduled_for"]) for run in found] == [
        due + timedelta(hours=n) for n in range(3)
    ]
    for run in found:
        assert (run["status"], run["triggered_by"], run["error"]) == ("completed", "schedule", None)
        late = moment(run["started_at"]) - moment(run["scheduled_for"])
        assert timedelta(0) <= late < timedelta(seconds=10)
        started = api.get(f"/api/v2/workflows/{WORKFLOW_ID}/runs/{run['run_id']}")["data"]
        assert (started["triggeredBy"], started["inputs"]) == ("schedule", {"topic": "sales"})
    now = fetch(api, made)
    assert moment(now["next_run_at"]) == due + timedelta(hours=3)
    assert now["last_run_status"] == "completed"
    assert timedelta(0) <= moment(now["last_run_at"]) - moment(found[-1]["scheduled_for"])


def test_a_one_time_schedule_fires_once(api: Api, sandbox: Sandbox) -> None:
    made = schedule(api, run_at=in_seconds(2 * HOUR))
    sandbox.advance(HOUR)
    assert runs(api, made) == []
    sandbox.advance(10 * DAY)
    assert len(runs(api, made)) == 1
    assert fetch(api, made)["next_run_at"] is None


def test_a_past_time_does_not_fire(api: Api, sandbox: Sandbox) -> None:
    made = schedule(api, run_at=in_seconds(-HOUR))
    assert made["next_run_at"] is None
    sandbox.advance(DAY)
    assert runs(api, made) == []


def test_a_disabled_schedule_fires_only_after_it_is_enabled(api: Api, sandbox: Sandbox) -> None:
    to_half_past(sandbox)
    made = schedule(api, cron="0 * * * *", enabled=False)
    assert made["next_run_at"] is None
    sandbox.advance(2 * HOUR)
    assert runs(api, made) == []
    address = f"{SCHEDULES}/{made['id']}"
    assert api.patch(address, {"enabled": True})["data"]["next_run_at"] is not None
    sandbox.advance(HOUR)
    assert len(runs(api, made)) == 1
    assert api.patch(address, {"enabled": False})["data"]["next_run_at"] is None
    sandbox.advance(2 * HOUR)
    assert len(runs(api, made)) == 1


def test_a_changed_schedule_fires_only_at_its_new_time(api: Api, sandbox: Sandbox) -> None:
    made = schedule(api, run_at=in_seconds(HOUR))
    changed = api.patch(f"{SCHEDULES}/{made['id']}", {"run_at": in_seconds(3 * HOUR)})["data"]
    assert moment(changed["next_run_at"]) > moment(made["next_run_at"])
    api.patch(f"{SCHEDULES}/{made['id']}", {"name": "Other"})
    sandbox.advance(2 * HOUR)
    assert runs(api, made) == []
    sandbox.advance(2 * HOUR)
    assert len(runs(api, made)) == 1


def test_a_deleted_schedule_does_not_fire(api: Api, sandbox: Sandbox) -> None:
    made = schedule(api, run_at=in_seconds(HOUR))
    address = f"/api/v2/workflows/{WORKFLOW_ID}/runs"
    run = api.post(f"{SCHEDULES}/{made['id']}/trigger")["data"]
    api.delete(f"{SCHEDULES}/{made['id']}")
    sandbox.advance(DAY)
    # What it had started before stays.
    assert [one["id"] for one in api.get(address)["data"]][1:] == [run["run_id"]]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"cron": "soon"}, "cron"),
        ({"cron": "61 * * * *"}, "cron"),
        ({"cron": "* * * * * *"}, "cron"),
        ({"cron": "0 9 30 2 *"}, "cron"),
        ({"cron": "9" * 5000 + " * * * *"}, "cron"),
        ({"cron": "0 9 * * *", "timezone": "Mars/Base"}, "timezone"),
        ({"cron": "0 9 * * *", "timezone": "../etc"}, "timezone"),
        ({"target_type": "twin"}, "target_type"),
    ],
    ids=["words", "minute", "seconds", "never", "digits", "zone", "path", "target"],
)
def test_an_invalid_schedule_is_rejected(api: Api, fields: dict[str, Any], field: str) -> None:
    body = {"name": "Report", "target_type": "workflow", "target_id": WORKFLOW_ID, **fields}
    error = api.post(SCHEDULES, body, status=422)["error"]
    assert error["details"][0]["field"] == field
    if field != "target_type":
        api.patch(f"{SCHEDULES}/{SCHEDULE_ID}", {"enabled": True, **fields}, status=422)


def test_the_target_must_exist(api: Api, stranger: Api) -> None:
    body = {"name": "Report", "target_type": "workflow", "target_id": "wf_unknown"}
    api.post(SCHEDULES, body, status=404)
    api.post(SCHEDULES, {**body, "target_type": "agent", "target_id": WORKFLOW_ID}, status=404)
    stranger.post(SCHEDULES, {**body, "target_id": WORKFLOW_ID}, status=404)


def test_a_schedule_is_triggered_manually(api: Api, sandbox: Sandbox) -> None:
    made = schedule(api, cron="0 9 * * *", enabled=False, inputs={"topic": "sales", "n": 1})
    run = api.post(f"{SCHEDULES}/{made['id']}/trigger", {"inputs": {"n": 2}})["data"]
    assert (run["status"], run["triggered_by"]) == ("pending", "manual")
    sandbox.advance(0)
    started = api.get(f"/api/v2/workflows/{WORKFLOW_ID}/runs/{run['run_id']}")["data"]
    assert started["inputs"] == {"topic": "sales", "n": 2}
    assert [one["status"] for one in runs(api, made)] == ["completed"]
    assert fetch(api, made)["last_run_status"] == "completed"


def test_the_run_follows_the_status_of_the_workflow_run(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    step = {"id": "a", "name": "A", "type": "transform", "config": {"fail": "Out of paper"}}
    workflow = api.post("/api/v2/workflows", {"name": "Broken", "steps": [step]})["data"]
    made = schedule(api, target_id=workflow["id"])
    api.post(f"{SCHEDULES}/{made['id']}/trigger")
    seen = []
    for _ in range(2):
        seen.append((runs(api, made)[0]["status"], fetch(api, made)["last_run_status"]))
        paced.advance(60)
    assert seen == [("pending", "pending"), ("running", "running")]
    paced.advance(600)
    (run,) = runs(api, made)
    assert (run["status"], run["error"]) == ("failed", "A: Out of paper")
    assert run["started_at"] < run["finished_at"]
    assert [one["id"] for one in api.get(f"{SCHEDULES}/{made['id']}/runs?status=failed")["data"]]
    assert api.get(f"{SCHEDULES}/{made['id']}/runs?status=completed")["data"] == []


def test_an_agent_is_given_the_message(api: Api) -> None:
    agent = AGENT_ID
    made = schedule(api, target_type="agent", target_id=agent, inputs={"message": "Q4 numbers"})
    run = api.post(f"{SCHEDULES}/{made['id']}/trigger")["data"]
    assert (run["status"], run["error"]) == ("completed", None)
    done = {one["id"]: one for one in api.get(f"/api/v2/agents/{agent}/runs")["data"]}
    assert done[run["run_id"]]["trigger"] == "schedule"
    assert done[run["run_id"]]["input"] == {"message": "Q4 numbers"}


def test_a_run_is_skipped_if_the_target_accepts_none(api: Api) -> None:
    made = schedule(api)
    api.patch(f"/api/v2/workflows/{WORKFLOW_ID}", {"status": "paused"})
    run = api.post(f"{SCHEDULES}/{made['id']}/trigger")["data"]
    assert (run["status"], run["run_id"]) == ("skipped", None)
    assert run["error"] == "The workflow is paused"
    api.delete(f"/api/v2/workflows/{WORKFLOW_ID}")
    api.post(f"{SCHEDULES}/{made['id']}/trigger", status=404)  # it ended with its workflow


def test_the_list_is_filtered(api: Api) -> None:
    off = schedule(api, enabled=False)
    agent = schedule(api, target_type="agent", target_id=AGENT_ID)

    def ids(**query: Any) -> list[str]:
        return [one["id"] for one in api.get(SCHEDULES, **query)["data"]]

    assert ids(target_type="agent") == [agent["id"]]
    assert off["id"] in ids(target_id=WORKFLOW_ID)
    assert ids(enabled=True) == [agent["id"]]
    assert ids(workspace_id="ws_unknown") == []


def test_a_schedule_fires_after_a_restart(tmp_path: Any, connect: Connect) -> None:
    db = str(tmp_path / "lvng.db")
    with Sandbox(db=db) as sandbox:
        made = schedule(connect(sandbox, sandbox.api_key), run_at=in_seconds(HOUR))
    with Sandbox(db=db) as sandbox:
        api = connect(sandbox, sandbox.api_key)
        sandbox.advance(2 * HOUR)
        assert [run["status"] for run in runs(api, made)] == ["completed"]
