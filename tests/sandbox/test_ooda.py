"""OODA loops: phases, goals, limits and background runs."""

from __future__ import annotations

from typing import Any

from lvng_sandbox import Sandbox
from support.sandbox import Api, Connect

OODA = "/api/v2/ooda"
FOUND = {"task": "Report the sales in October", "goal": "October sales in euros"}
NOT_FOUND = {"task": "Find the xylophone", "goal": "xylophone quartet", "maxIterations": 2}


def test_the_engine_is_available(api: Api) -> None:
    state = api.get(f"{OODA}/status")["data"]
    assert state["available"]
    assert state["phases"] == ["observe", "orient", "decide", "act"]


def test_a_loop_ends_when_its_goal_is_met(api: Api) -> None:
    result = api.post(f"{OODA}/execute", FOUND)["data"]
    assert (result["terminationReason"], result["goalAchieved"]) == ("goal_met", True)
    assert (result["runId"], result["iterations"]) == (None, 1)
    assert "412,000 euros" in result["result"]
    assert [entry["phase"] for entry in result["journal"]] == ["observe", "orient", "decide", "act"]
    act = result["journal"][-1]
    assert (act["action"], act["goalMet"]) == ("knowledge_search", True)
    assert act["toolCalls"][0]["output"]["results"]


def test_a_loop_ends_at_its_maximum_of_iterations(api: Api) -> None:
    result = api.post(f"{OODA}/execute", NOT_FOUND)["data"]
    assert (result["terminationReason"], result["goalAchieved"]) == ("max_iterations", False)
    assert result["iterations"] == 2
    assert [entry["iteration"] for entry in result["journal"]] == [1] * 4 + [2] * 4


def test_the_goal_defaults_to_the_task(api: Api) -> None:
    assert api.post(f"{OODA}/execute", {"task": "October sales"})["data"]["goal"] == "October sales"


def test_a_background_loop_has_the_same_result(api: Api, sandbox: Sandbox) -> None:
    run = api.post(f"{OODA}/runs", FOUND)["data"]
    assert (run["status"], run["journal"], run["result"]) == ("queued", [], None)
    sandbox.advance(0)
    done = api.get(f"{OODA}/runs/{run['id']}")["data"]
    assert (done["status"], done["currentPhase"]) == ("completed", None)
    assert done["result"]["runId"] == run["id"]
    at_once = api.post(f"{OODA}/execute", FOUND)["data"]
    assert done["result"]["result"] == at_once["result"]
    assert len(done["journal"]) == len(at_once["journal"])


def test_a_loop_runs_phase_by_phase_and_can_be_killed(paced: Sandbox, connect: Connect) -> None:
    api = connect(paced, paced.api_key)
    address = f"{OODA}/runs/{api.post(f'{OODA}/runs', NOT_FOUND)['data']['id']}"
    phases = []
    for _ in range(5):
        paced.advance(60)
        run = api.get(address)["data"]
        phases.append((run["currentIteration"], run["currentPhase"]))
    assert phases == [(1, "observe"), (1, "orient"), (1, "decide"), (1, "act"), (2, "observe")]

    killed = api.post(f"{address}/kill", {"reason": "Superseded"})["data"]
    assert (killed["status"], killed["error"]) == ("killed", "Superseded")
    assert killed["result"]["terminationReason"] == "killed"
    assert len(killed["journal"]) == 5
    paced.advance(600)
    assert api.get(address)["data"] == killed
    api.post(f"{address}/kill", status=409)


def test_the_rolling_window_limits_what_is_known(api: Api) -> None:
    # Each search finds one of two words, so that with a window of one both are never known together.
    for word in ("zephyr", "quokka"):
        for n in range(6):
            api.post("/api/v2/notes", {"title": f"{word} {n}", "content": f"{word} " * 3})

    def reason(**more: Any) -> Any:
        body = {"task": "Look", "goal": "zephyr quokka", **more}
        return api.post(f"{OODA}/execute", body)["data"]["terminationReason"]

    assert reason(rollingWindowSize=5) == "goal_met"
    assert reason(rollingWindowSize=1, maxIterations=4) == "max_iterations"


def test_a_run_is_private_to_its_user(api: Api, colleague: Api) -> None:
    id = api.post(f"{OODA}/runs", FOUND)["data"]["id"]
    colleague.get(f"{OODA}/runs/{id}", status=404)
    colleague.post(f"{OODA}/runs/{id}/kill", status=404)
    api.get(f"{OODA}/runs/run_unknown", status=404)
