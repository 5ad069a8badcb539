"""A domain alone with the core: `hatch run minimal:test` runs this in an environment for each.

Nothing but `lvng-core` and one domain is installed there, so the server is the standard library's.
"""

from __future__ import annotations

import inspect
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from importlib.metadata import distributions
from types import ModuleType
from typing import Any

import pytest

from lvng_core import AsyncResource, Client, Resource

TOOLS = {"lvng-cli", "lvng-codegen", "lvng-core", "lvng-mcp", "lvng-sandbox", "lvng-verify"}
DOMAINS = sorted(
    name.replace("-", "_")
    for name in {distribution.metadata["Name"] for distribution in distributions()}
    if name.startswith("lvng-") and name not in TOOLS
)


class Echo(BaseHTTPRequestHandler):
    """Answers every request with what it was."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps({"path": self.path}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def resources(package: ModuleType) -> list[type[Resource]]:
    members = (getattr(package, name) for name in package.__all__)
    return [
        member
        for member in members
        if inspect.isclass(member) and issubclass(member, Resource) and member is not Resource
    ]


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_works_on_the_core_client(domain: str, base_url: str) -> None:
    package = import_module(domain)
    classes = resources(package)
    assert classes
    with Client("key", base_url=base_url) as client:
        for cls in classes:
            resource = cls(client)
            assert issubclass(getattr(package, f"Async{cls.__name__}"), AsyncResource)
            if (method := getattr(resource, "list", None)) and callable(method):
                required = {
                    name: "x"
                    for name, parameter in inspect.signature(method).parameters.items()
                    if parameter.default is inspect.Parameter.empty
                }
                answer: Any = method(**required)
                assert answer["path"].startswith("/api/")


def test_there_is_something_to_test() -> None:
    assert DOMAINS
