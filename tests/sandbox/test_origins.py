"""Each record has its origin: the request that it goes back to, or the example data."""

from __future__ import annotations

from lvng_sandbox import Sandbox
from support.sandbox import Api
from support.timing import eventually

WEBHOOKS = "/api/v2/developer/webhooks"


def origins(sandbox: Sandbox, kind: str) -> list[str]:
    """The origins of the records of a kind, oldest first."""
    query = "SELECT origin FROM records WHERE kind = ? ORDER BY seq"
    rows = sandbox._run(lambda platform: platform.store.sql.execute(query, (kind,)).fetchall())
    return [origin for (origin,) in rows]


def test_example_data_has_an_origin_of_its_own(sandbox: Sandbox) -> None:
    assert set(origins(sandbox, "notes")) == {"example"}


def test_the_origin_of_a_record_is_its_request(sandbox: Sandbox, api: Api) -> None:
    response = api.http.post("/api/v2/notes", json={"content": "new"})
    assert origins(sandbox, "notes")[-1] == response.headers["x-request-id"]


def test_the_origin_of_a_record_made_by_a_job_is_its_request(sandbox: Sandbox, api: Api) -> None:
    hook = {"url": "https://elsewhere.example/", "events": ["message.created"]}
    id = api.post(WEBHOOKS, hook)["data"]["id"]
    response = api.http.post(f"{WEBHOOKS}/{id}/test", json={})
    logged = eventually(
        lambda: [one for one in origins(sandbox, "developer.events") if one != "example"]
    )
    assert logged == [response.headers["x-request-id"]]
