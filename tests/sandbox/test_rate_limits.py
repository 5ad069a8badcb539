"""Rate limits: headers always, 429 if enforced."""

from __future__ import annotations

from datetime import datetime

from lvng_sandbox import Sandbox
from support.sandbox import Api, Connect


def test_every_response_has_rate_limit_headers(api: Api) -> None:
    one = api.http.get("/api/v2/channels")
    two = api.http.get("/api/v2/channels")
    assert one.headers["x-ratelimit-limit"] == "300"
    assert (
        int(two.headers["x-ratelimit-remaining"]) == int(one.headers["x-ratelimit-remaining"]) - 1
    )
    assert datetime.fromisoformat(one.headers["x-ratelimit-reset"]).second == 0


def test_an_error_has_rate_limit_headers(api: Api) -> None:
    assert "x-ratelimit-limit" in api.http.get("/api/v2/channels/none").headers


def test_requests_above_the_limit_are_429_until_the_window_ends(connect: Connect) -> None:
    with Sandbox(rate_limits=True) as sandbox:
        http = connect(sandbox, sandbox.api_key).http
        statuses = [http.get("/api/v2/ooda/status").status_code for _ in range(21)]
        assert statuses == [200] * 20 + [429]
        refused = http.get("/api/v2/ooda/status")
        assert 1 <= int(refused.headers["retry-after"]) <= 61
        assert refused.headers["x-ratelimit-remaining"] == "0"
        assert refused.json()["error"]["code"] == "RATE_LIMIT_EXCEEDED"
        sandbox.advance(60)
        assert http.get("/api/v2/ooda/status").status_code == 200


def test_limits_are_not_enforced_by_default(api: Api) -> None:
    assert {api.http.get("/api/v2/ooda/status").status_code for _ in range(25)} == {200}
