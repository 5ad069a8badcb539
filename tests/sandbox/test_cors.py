"""Cross-origin requests: from pages on this machine, and from nowhere else."""

from __future__ import annotations

import pytest

from support.sandbox import Api

LOCAL = ["http://localhost:5173", "http://127.0.0.1", "https://[::1]:8443"]
OTHER = ["https://example.com", "http://localhost.example.com", "null", "http://[", ""]


@pytest.mark.parametrize("origin", LOCAL)
def test_pages_on_this_machine_may_call(origin: str, api: Api) -> None:
    preflight = api.http.options(
        "/api/v2/notes",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization, content-type",
        },
    )
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == origin
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"] == "authorization, content-type"
    for path, status in (("/api/v2/notes", 200), ("/api/v2/notes/n_0", 404), ("/api/none", 404)):
        response = api.http.get(path, headers={"Origin": origin})
        assert response.status_code == status
        assert response.headers["access-control-allow-origin"] == origin
        assert "Retry-After" in response.headers["access-control-expose-headers"]
        assert response.headers["vary"] == "Origin"


@pytest.mark.parametrize("origin", OTHER)
def test_pages_of_other_origins_may_not_call(origin: str, api: Api) -> None:
    wanted = {"Origin": origin, "Access-Control-Request-Method": "GET"}
    preflight = api.http.options("/api/v2/notes", headers=wanted)
    assert preflight.status_code == 405
    for response in (preflight, api.http.get("/api/v2/notes", headers={"Origin": origin})):
        assert not [name for name in response.headers if name.startswith("access-control")]


def test_a_stream_can_be_read_by_a_page(api: Api) -> None:
    headers = {"Origin": LOCAL[0]}
    with api.http.stream(
        "POST", "/api/v2/chat/stream", json={"message": "hi"}, headers=headers
    ) as response:
        assert response.headers["access-control-allow-origin"] == LOCAL[0]
