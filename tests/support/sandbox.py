"""A plain HTTP client of a sandbox, the events of a webhook endpoint, and logged requests to compare."""

from __future__ import annotations

from typing import Any, Protocol

import httpx

from lvng_sandbox import Entry, Sandbox

HOOKS = "/api/v2/developer/webhooks"


class Api:
    """A caller of the sandbox. Each method checks the status and returns the JSON of the response."""

    def __init__(self, sandbox: Sandbox, credential: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {credential}"} if credential else {}
        # Without certificates: the sandbox does not use TLS, and loading them takes longer than a test.
        self.http = httpx.Client(
            base_url=sandbox.base_url, headers=headers, verify=False, trust_env=False
        )

    def call(self, method: str, path: str, *, status: int = 200, **options: Any) -> Any:
        response = self.http.request(method, path, **options)
        assert response.status_code == status, f"{response.status_code}: {response.text}"
        return response.json()

    def get(self, path: str, *, status: int = 200, **query: Any) -> Any:
        return self.call("GET", path, status=status, params=query or None)

    def post(self, path: str, body: Any = None, *, status: int | None = None) -> Any:
        response = self.http.post(path, json=body) if body is not None else self.http.post(path)
        expected = {200, 201} if status is None else {status}
        assert response.status_code in expected, f"{response.status_code}: {response.text}"
        return response.json()

    def upload(self, path: str, name: str, content: bytes, /, **fields: Any) -> Any:
        return self.call("POST", path, files={"file": (name, content)}, data=fields)

    def patch(self, path: str, body: Any, *, status: int = 200) -> Any:
        return self.call("PATCH", path, status=status, json=body)

    def put(self, path: str, body: Any, *, status: int = 200) -> Any:
        return self.call("PUT", path, status=status, json=body)

    def delete(self, path: str, *, status: int = 200) -> Any:
        return self.call("DELETE", path, status=status)


class Connect(Protocol):
    """Makes callers."""

    def __call__(self, sandbox: Sandbox, credential: str | None = None) -> Api: ...


class Subscription:
    """A webhook endpoint without a server: its list of deliveries shows the events."""

    def __init__(self, api: Api, *events: str) -> None:
        self._api = api
        body = {"url": "http://127.0.0.1:9/hook", "events": list(events)}
        id = api.post(HOOKS, body)["data"]["id"]
        self._path = f"{HOOKS}/{id}/deliveries"

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """The events so far with their data, oldest first."""
        deliveries = reversed(self._api.get(self._path)["data"])
        return [(one["event"], one["payload"]["data"]) for one in deliveries]


def request_of(entry: Entry) -> tuple[Any, ...]:
    """A logged request: method, path, query, media type and body, with the same boundary in every form."""
    media_type, _, boundary = entry.headers.get("content-type", "").partition("boundary=")
    content = entry.content.replace(boundary.encode(), b"boundary") if boundary else entry.content
    return entry.method, entry.path, entry.query, media_type, content
