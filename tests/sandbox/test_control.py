"""Control over HTTP, from the command line and from Python: one set of functions."""

from __future__ import annotations

import json
import threading
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from lvng_sandbox import Fault, Sandbox
from lvng_sandbox.__main__ import main
from lvng_sandbox.control.control import Control
from lvng_sandbox.control.routes import load
from support.examples import CHANNEL_ID, WORKSPACE_ID
from support.network import own_address
from support.sandbox import Api, Connect, Subscription
from support.timing import eventually

PREFIX = "/_sandbox"
CHANNELS = "/api/v2/channels"


class Controller(Api):
    """Calls the control API; each result must be as its document says."""

    def call(self, method: str, path: str, *, status: int = 200, **options: Any) -> Any:
        result = super().call(method, f"{PREFIX}{path}", status=status, **options)
        if status < 300:
            self._check(method, path, result)
        return result

    def post(self, path: str, body: Any = None, *, status: int | None = None) -> Any:
        created = path in {"/snapshots", "/faults", "/accounts"}
        options = {} if body is None else {"json": body}
        return self.call("POST", path, status=status or (201 if created else 200), **options)

    def _check(self, method: str, path: str, result: Any) -> None:
        operation = next(
            one
            for one in load().operations.values()
            if one.method == method and _matches(one.path, f"{PREFIX}{path}")
        )
        schema = {**load().document, **operation.response_schema}
        Draft202012Validator(schema).validate(result)


def _matches(template: str, path: str) -> bool:
    parts = list(zip(template.split("/"), path.split("/"), strict=False))
    same_length = template.count("/") == path.count("/")
    return same_length and all(one == other or one.startswith("{") for one, other in parts)


@pytest.fixture
def control(sandbox: Sandbox) -> Any:
    controller = Controller(sandbox, sandbox.token)
    yield controller
    controller.http.close()


# Access


def test_the_token_is_needed(sandbox: Sandbox, connect: Connect, nobody: Api) -> None:
    for caller in (
        nobody,
        connect(sandbox, sandbox.api_key),
        connect(sandbox, f"{sandbox.token}x"),
    ):
        body = caller.get(f"{PREFIX}/state", status=401)
        assert "LVNG_SANDBOX_TOKEN" in body["hint"]
        caller.post(f"{PREFIX}/reset", status=401)


def test_the_document_needs_no_token_and_names_methods_of_control(nobody: Api) -> None:
    document = nobody.get(f"{PREFIX}/openapi.json")
    ids = [
        one["operationId"]
        for item in document["paths"].values()
        for one in item.values()
        if "operationId" in one
    ]
    assert [id for id in ids if not callable(getattr(Control, id, None))] == []
    public = [name for name in vars(Control) if not name.startswith("_")]
    assert sorted(public) == sorted(ids)


def test_the_document_is_valid_openapi(nobody: Api) -> None:
    validate(nobody.get(f"{PREFIX}/openapi.json"))


def test_another_host_name_is_refused(control: Controller) -> None:
    response = control.http.get(f"{PREFIX}/state", headers={"Host": "evil.example"})
    assert response.status_code == 403


def test_other_machines_need_the_token() -> None:
    sandbox = Sandbox(host="0.0.0.0")
    with pytest.warns(UserWarning, match="others on the network"):
        sandbox.start()
    try:
        remote = sandbox.base_url.replace("127.0.0.1", own_address())
        with httpx.Client(trust_env=False) as client:
            assert sandbox.token not in client.get(remote).text
            for token, status in (("guessed", 401), (sandbox.token, 200)):
                headers = {"Authorization": f"Bearer {token}"}
                answer = client.get(f"{remote}{PREFIX}/state", headers=headers)
                assert answer.status_code == status
    finally:
        sandbox.stop()


def test_a_page_on_this_machine_may_read_the_response(control: Controller) -> None:
    origin = "http://localhost:3000"
    response = control.http.get(f"{PREFIX}/clock", headers={"Origin": origin})
    assert response.headers["access-control-allow-origin"] == origin


def test_the_page_contains_the_token(sandbox: Sandbox, nobody: Api) -> None:
    assert sandbox.token in nobody.http.get("/").text


# Errors


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "/requests?stat=404", None, 400, "stat: is not a parameter"),
        ("GET", "/requests?status=4x", None, 400, '"4x" does not match'),
        ("GET", "/requests/x", None, 400, 'number: "x" is not of type "integer"'),
        ("GET", "/requests/99", None, 404, "There is no request 99 in the log"),
        ("POST", "/clock/advance", {"seconds": -1}, 400, "-1 is less than the minimum of 0"),
        ("POST", "/clock/advance", {"second": 1}, 400, "'second' was unexpected"),
        ("PUT", "/clock", {"now": "tomorrow"}, 400, '"tomorrow" is not a "date-time"'),
        ("PUT", "/clock", {}, 400, "{} has less than 1 property"),
        ("POST", "/faults", {"operation": "notes.lst", "status": 503}, 400, "did you mean 'notes.list'?"),
        ("POST", "/faults", {"operation": "notes.list"}, 400, "needs status, delay or broken"),
        ("POST", "/faults", {"operation": "notes.list", "status": 200}, 400, "200 is less than"),
        ("DELETE", "/faults/7", None, 404, "There is no fault 7"),
        ("POST", "/snapshots/none/restore", None, 404, "There is no snapshot 'none'"),
        ("POST", "/accounts", {"email": "li@example.com"}, 400, "'li@example.com' already"),
        ("POST", "/accounts", {"email": "li"}, 400, "email must be an address; got 'li'"),
        ("POST", "/accounts", {"email": "a@b.c", "workspace": "x"}, 404, "There is no workspace 'x'"),
        ("POST", "/accounts", {"email": "a@b.c", "role": "admin"}, 400, "role needs a workspace"),
        ("GET", "/accounts/nobody@example.com", None, 404, "There is no account 'nobody@example.com'"),
        ("GET", "/records/fish", None, 404, "There is no kind of records 'fish'"),
        ("POST", "/deliveries/none/retry", None, 404, "There is no delivery 'none'"),
        ("GET", "/fish", None, 404, "Not Found: GET /_sandbox/fish"),
        ("POST", "/state", None, 405, "Method Not Allowed: POST /_sandbox/state"),
    ],
)  # fmt: skip
def test_errors_name_the_value(
    method: str, path: str, body: Any, status: int, message: str, control: Controller
) -> None:
    options = {} if body is None else {"json": body}
    error = control.call(method, path, status=status, **options)["error"]
    assert message in (error if isinstance(error, str) else error["message"])


# State and snapshots


def test_state_counts_and_knows_what_was_called(
    sandbox: Sandbox, control: Controller, api: Api
) -> None:
    before = control.get("/state")["operations"]["called"].get("notes.list", 0)
    api.get("/api/v2/notes")
    state = control.get("/state")
    assert (state["base_url"], state["api_key"]) == (sandbox.base_url, sandbox.api_key)
    assert state["email"] == "ana@example.com"
    assert state["operations"]["total"] == 386
    assert state["operations"]["called"]["notes.list"] == before + 1
    assert (state["counts"]["requests"], state["counts"]["accounts"]) == (1, 2)
    assert state == sandbox.state() | {"clock": state["clock"]}


def test_a_snapshot_brings_back_records_and_clock(
    sandbox: Sandbox, control: Controller, api: Api
) -> None:
    control.put("/clock", {"now": "2026-01-01T09:00:00Z", "frozen": True})
    taken = control.post("/snapshots", {"name": "before"})
    assert [one["name"] for one in control.get("/snapshots")] == ["before"]
    assert taken["created_at"] == "2026-01-01T09:00:00.000Z"
    note = api.post("/api/v2/notes", {"title": "gone", "content": "x"})["data"]
    control.post("/clock/advance", {"seconds": 60})
    control.post("/snapshots/before/restore")
    api.get(f"/api/v2/notes/{note['id']}", status=404)
    assert control.get("/clock") == {"now": "2026-01-01T09:00:00.000Z", "frozen": True}
    control.delete("/snapshots/before")
    assert control.get("/snapshots") == []
    with pytest.raises(LookupError, match="'before'"):
        sandbox.restore("before")


def test_snapshots_in_python(sandbox: Sandbox, api: Api) -> None:
    first, second = sandbox.snapshot(), sandbox.snapshot()
    assert first != second
    api.post("/api/v2/notes", {"title": "gone", "content": "x"})
    sandbox.restore(first)
    assert [one for one in sandbox.records("notes") if one["title"] == "gone"] == []


def test_records_tell_own_ones_from_example_data(control: Controller, api: Api) -> None:
    note = api.post("/api/v2/notes", {"title": "Mine", "content": "herring"})["data"]
    (kind,) = [one for one in control.get("/records") if one["kind"] == "notes"]
    assert (kind["count"], kind["own"]) == (2, 1)
    page = control.get("/records/notes", own="true")
    assert [one["id"] for one in page["records"]] == [note["id"]]
    assert control.get("/records/notes", text="herring")["total"] == 1
    (example,) = control.get("/records/notes", own="false")["records"]
    assert (example["own"], example["path"]) == (False, "/api/v2/notes")
    assert control.get("/records/notes", limit="1", offset="1")["records"] == [example]


# Clock


def test_a_frozen_clock_stands_still_until_it_is_advanced(control: Controller, api: Api) -> None:
    control.put("/clock", {"now": "2026-01-01T09:00:00Z", "frozen": True})
    for _ in range(2):
        note = api.post("/api/v2/notes", {"title": "t", "content": "c"})["data"]
        assert note["created_at"] == "2026-01-01T09:00:00.000Z"
    assert control.post("/clock/advance", {"seconds": 90})["now"] == "2026-01-01T09:01:30.000Z"
    assert control.put("/clock", {"frozen": False})["frozen"] is False
    assert control.get("/clock")["now"] >= "2026-01-01T09:01:30.000Z"


def test_due_work_is_done_when_a_frozen_clock_is_advanced(control: Controller, api: Api) -> None:
    control.put("/clock", {"frozen": True})
    body = {"url": "http://127.0.0.1:9/hook", "events": ["message.created"]}
    hook = api.post("/api/v2/developer/webhooks", body)["data"]["id"]
    api.post(f"/api/v2/developer/webhooks/{hook}/test")
    path = f"/api/v2/developer/webhooks/{hook}/deliveries"
    eventually(
        lambda: (
            api.get(path)["data"][0]["attempt"] == 1
            and api.get(path)["data"][0]["status"] == "retrying"
        )
    )
    control.post("/clock/advance", {"seconds": 1})
    eventually(lambda: api.get(path)["data"][0]["attempt"] == 2)


# Faults


def test_a_fault_with_a_probability_repeats_with_its_seed(control: Controller, api: Api) -> None:
    def statuses() -> list[int]:
        control.post(
            "/faults", {"operation": "notes.*", "status": 503, "probability": 0.5, "seed": 7}
        )
        found = [api.http.get("/api/v2/notes").status_code for _ in range(20)]
        control.delete("/faults")
        return found

    first = statuses()
    assert set(first) == {200, 503}
    assert statuses() == first
    assert control.get("/faults") == []


def test_faults_are_listed_and_removed(sandbox: Sandbox, control: Controller, api: Api) -> None:
    sandbox.faults.add("notes.list", Fault(status=503, times=2))
    api.get("/api/v2/notes", status=503)
    (fault,) = control.get("/faults")
    assert (fault["operation"], fault["remaining"], fault["fault"]["status"]) == (
        "notes.list",
        1,
        503,
    )
    control.delete(f"/faults/{fault['id']}")
    api.get("/api/v2/notes")


@pytest.mark.parametrize("probability", [0, -0.1, 1.5])
def test_a_probability_out_of_range_is_refused(probability: float, sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="probability must be above 0"):
        sandbox.faults.add("notes.list", Fault(status=503), probability=probability)


# Accounts


def test_signing_in_as_somebody(sandbox: Sandbox, control: Controller, connect: Connect) -> None:
    li = control.get("/accounts/li@example.com")
    for credential in (li["api_key"], li["jwt"]):
        assert connect(sandbox, credential).get("/api/v2/users/me")["data"]["email"] == li["email"]
    assert control.get(f"/accounts/{li['user_id']}")["api_key"] == li["api_key"]
    assert sandbox.account("ana@example.com").api_key == sandbox.api_key
    assert [one["email"] for one in control.get("/accounts")] == [
        "ana@example.com",
        "li@example.com",
    ]
    assert "lvng_sk" not in repr(sandbox.account("li@example.com"))


def test_a_key_is_renewed_after_a_reset(sandbox: Sandbox, connect: Connect) -> None:
    before = sandbox.account("li@example.com").api_key
    sandbox.reset()
    after = sandbox.account("li@example.com").api_key
    assert before != after
    connect(sandbox, after).get("/api/v2/users/me")


def test_an_account_in_a_workspace_belongs_to_its_organization(
    sandbox: Sandbox, control: Controller, api: Api, connect: Connect
) -> None:
    body = {"email": "mia@example.com", "workspace": "acme", "role": "admin", "name": "Mia"}
    mia = control.post("/accounts", body)
    members = api.get(f"/api/v2/workspaces/{WORKSPACE_ID}/members")["members"]
    (member,) = [one for one in members if one["user_id"] == mia["user_id"]]
    assert (member["role"], member["display_name"]) == ("admin", "Mia")
    seen = connect(sandbox, mia["api_key"]).get(CHANNELS, workspace_id=WORKSPACE_ID)
    assert CHANNEL_ID in [channel["id"] for channel in seen["channels"]]


# Requests


def test_requests_are_selected(
    sandbox: Sandbox, control: Controller, api: Api, stranger: Api
) -> None:
    api.post("/api/v2/notes", {"title": "Herring", "content": "c"})
    api.get("/api/v2/notes/n_0", status=404)
    stranger.get("/api/v2/agents")

    first = sandbox.requests[0].number

    def numbers(**query: Any) -> list[int]:
        return [one["number"] - first + 1 for one in control.call("GET", "/requests", params=query)]

    assert numbers() == [1, 2, 3]
    assert numbers(operation="notes.*") == [1, 2]
    assert numbers(method="post") == [1]
    assert numbers(status="404") == numbers(status="4xx") == [2]
    assert numbers(path="agents") == numbers(path="/api/*/agents") == [3]
    assert numbers(text="herring") == [1]
    assert numbers(account="stranger@example.com") == [3]
    assert numbers(after=first, limit=1) == [3]
    control.delete("/requests")
    assert numbers() == []
    api.get("/api/v2/notes")
    assert numbers() == [4]


def test_a_request_has_its_bodies_and_the_events_of_its_stream(
    control: Controller, api: Api
) -> None:
    body = {"message": "sales report", "metadata": {}}
    events = [
        json.loads(line.removeprefix("data: "))
        for line in api.http.post("/api/v2/chat/stream", json=body).text.splitlines()
        if line.startswith("data: ")
    ]
    (summary,) = control.get("/requests")
    assert summary["streamed"]
    assert "body" not in summary
    shown = control.get(f"/requests/{summary['number']}")
    assert shown["body"] == body
    assert shown["response"] is None
    assert [one["data"] for one in shown["events"]] == events
    times = [one["milliseconds"] for one in shown["events"]]
    assert times == sorted(times)
    assert shown["request_id"] == shown["response_headers"]["x-request-id"]
    assert control.get("/requests", bodies="true") == [shown]


def test_waiting_for_requests(sandbox: Sandbox, control: Controller, api: Api) -> None:
    found: list[Any] = []
    waiting = threading.Thread(
        target=lambda: found.extend(control.get("/requests", operation="notes.*", wait_for=2))
    )
    waiting.start()
    api.get("/api/v2/notes")
    api.get("/api/v2/agents")
    api.get("/api/v2/notes")
    waiting.join(10)
    assert [one["operation"] for one in found] == ["notes.list", "notes.list"]
    shown = [one.number for one in sandbox.wait_for_requests(2, operation="notes.*")]
    assert shown == [one["number"] for one in found]


def test_waiting_for_requests_times_out(sandbox: Sandbox, control: Controller) -> None:
    assert control.get("/requests", wait_for=1, timeout=0) == []
    with pytest.raises(TimeoutError, match="0 of 1 requests within 0 seconds"):
        sandbox.wait_for_requests(timeout=0)


def test_the_records_of_a_request(sandbox: Sandbox, control: Controller, api: Api) -> None:
    api.get("/api/v2/notes")
    note = api.post("/api/v2/notes", {"content": "x"})["data"]
    read, created = (entry.number for entry in sandbox.requests)
    assert control.get(f"/requests/{read}/records") == []
    found = control.get(f"/requests/{created}/records")
    assert note["id"] in [one["id"] for one in found]
    request_id = control.get(f"/requests/{created}")["request_id"]
    assert {(one["own"], one["request_id"]) for one in found} == {(True, request_id)}
    (example,) = control.get("/records/notes", own=False)["records"]
    assert (example["own"], example["request_id"]) == (False, "")


def test_a_request_is_sent_again_as_its_account(
    sandbox: Sandbox, control: Controller, api: Api
) -> None:
    headers = {"Idempotency-Key": "once", "X-Sandbox-Fault": "delay=0.001"}
    api.http.post("/api/v2/notes", params={"a": "b&c"}, json={"content": "x"}, headers=headers)
    (first,) = sandbox.requests
    sent = control.post(f"/requests/{first.number}/send")
    second = sandbox.requests[-1]
    assert (sent["number"], sent["status"]) == (second.number, 201)
    assert (second.content, second.query) == (first.content, first.query)
    assert (second.account, second.fault) == (first.account, first.fault)
    assert second.response["data"]["id"] != first.response["data"]["id"]


def test_a_request_without_an_account_is_sent_again_without_one(
    sandbox: Sandbox, control: Controller, nobody: Api
) -> None:
    nobody.get("/api/v2/notes", status=401)
    assert control.post(f"/requests/{sandbox.requests[0].number}/send")["status"] == 401


def test_a_stream_is_sent_again(sandbox: Sandbox, control: Controller, api: Api) -> None:
    api.http.post("/api/v2/chat/stream", json={"message": "Q4 numbers"})
    assert control.post(f"/requests/{sandbox.requests[0].number}/send")["streamed"]
    first, second = ([one.event for one in entry.events or ()] for entry in sandbox.requests)
    assert second == first


def test_a_broken_connection_is_broken_again(
    sandbox: Sandbox, control: Controller, api: Api
) -> None:
    sandbox.faults.add("notes.list", Fault(broken="reset"))
    with pytest.raises(httpx.TransportError):
        api.http.get("/api/v2/notes")
    number = sandbox.requests[0].number
    assert control.post(f"/requests/{number}/send")["status"] == 0
    control.post(f"/requests/{number + 9}/send", status=404)


# Outbox


def test_emails_and_notifications_of_everybody(
    sandbox: Sandbox, control: Controller, nobody: Api
) -> None:
    body = {"email": "li@example.com"}
    nobody.post("/api/v2/auth/magic-link", body)
    (email,) = control.get("/emails", to="li@example.com", own="true")["records"]
    assert "token" in json.dumps(email["record"])
    assert sandbox.emails(to="li@example.com")[0]["id"] == email["id"]
    notifications = control.get("/notifications")
    assert notifications["total"] == len(sandbox.notifications()) >= 1


def test_deliveries_have_their_address_and_are_sent_again(
    sandbox: Sandbox, control: Controller, api: Api
) -> None:
    subscription = Subscription(api, "message.created")
    api.post("/api/v2/messages", {"channel_id": CHANNEL_ID, "content": "hello"})
    assert len(subscription.events()) == 1
    (delivery,) = control.get("/deliveries", own="true")["records"]
    assert delivery["url"] == "http://127.0.0.1:9/hook"
    assert [one["id"] for one in sandbox.deliveries(own=True)] == [delivery["id"]]
    again = control.post(f"/deliveries/{delivery['id']}/retry")
    assert again["record"]["status"] == "pending"


# The command line


@pytest.fixture
def command(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    monkeypatch.setenv("LVNG_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("LVNG_SANDBOX_TOKEN", sandbox.token)

    def run(*arguments: str, code: int = 0) -> Any:
        assert main(list(arguments)) == code
        out, error = capsys.readouterr()
        return error if code else json.loads(out)

    return run


def test_the_control_commands_call_the_control_operations(command: Any, api: Api) -> None:
    assert command("set-clock", "--now", "2026-01-01T09:00:00Z", "--frozen")["frozen"] is True
    assert command("advance", "60")["now"] == "2026-01-01T09:01:00.000Z"
    command("add-fault", "notes.list", "--status", "503", "--times", "1")
    api.get("/api/v2/notes", status=503)
    (request,) = command("requests", "--status", "5xx", "--bodies")
    assert request["fault"]["status"] == 503
    assert command("account", "li@example.com")["email"] == "li@example.com"
    assert command("snapshot", "before")["name"] == "before"
    assert command("snapshot")["name"].startswith("snapshot-")
    command("restore", "before")
    assert command("reset") == {}
    assert command("requests") == []


def test_errors_of_the_command_line_are_one_line(
    command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = command("restore", "none", code=1)
    assert error == "lvng-sandbox: There is no snapshot 'none'\n"
    monkeypatch.setenv("LVNG_SANDBOX_TOKEN", "wrong")
    assert "LVNG_SANDBOX_TOKEN" in command("reset", code=1)
    error = command("reset", "--url", "http://127.0.0.1:9", code=1)
    assert error.startswith("lvng-sandbox: cannot reach the sandbox at http://127.0.0.1:9:")
    assert error.count("\n") == 1


@pytest.mark.parametrize("seconds", [315_360_001, 27_679_038_668_180_904])
def test_the_clock_is_set_ahead_by_ten_years_at_most(control: Controller, seconds: int) -> None:
    control.post("/clock/advance", {"seconds": seconds}, status=400)
    assert control.post("/clock/advance", {"seconds": 315_360_000})["now"] > "2036"


@pytest.mark.parametrize("now", ["1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"])
def test_the_clock_accepts_the_years_1970_to_8998(control: Controller, now: str) -> None:
    error = control.call("PUT", "/clock", json={"now": now}, status=400)
    assert "1970 to 8998" in str(error)
    control.call("PUT", "/clock", json={"now": "8998-12-31T23:59:59Z"})
    control.post("/clock/advance", {"seconds": 1}, status=400)


def test_a_path_names_all_its_methods(control: Controller) -> None:
    answer = control.http.request("PATCH", f"{PREFIX}/faults")
    assert answer.status_code == 405
    assert {one.strip() for one in answer.headers["allow"].split(",")} >= {"GET", "POST", "DELETE"}
