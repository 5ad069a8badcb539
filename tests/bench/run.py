"""What the SDK costs beside raw httpx, measured in one run: `hatch run bench`.

Each figure is the median of several rounds; both sides take turns, so that a busy machine slows both.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from lvng_core import Client, Operation, Param, SSEDecoder

ROUNDS = 7
BODY = json.dumps({"data": [{"id": f"wf_{n}", "name": "Report"} for n in range(20)]}).encode()
OPERATION: Operation[dict[str, object]] = Operation(
    "workflows.list",
    "GET",
    "/api/v2/workflows",
    params={"limit": Param("query", "integer")},
    idempotent=True,
)


class Server(BaseHTTPRequestHandler):
    """Answers every request alike, in one write."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65_536

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def pair(
    name: str, ours: Callable[[], float], theirs: Callable[[], float], unit: str, scale: float
) -> None:
    a, b = [], []
    for _ in range(ROUNDS):
        b.append(theirs())
        a.append(ours())
    us, them = statistics.median(a), statistics.median(b)
    print(f"{name:<34}{us * scale:>10.1f}{them * scale:>10.1f} {unit:<4}{us / them:>8.2f}")


def import_time(module: str) -> Callable[[], float]:
    def measure() -> float:
        code = (
            f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
        )
        return float(subprocess.check_output([sys.executable, "-c", code]))

    return measure


def ready_time(make: str) -> Callable[[], float]:
    def measure() -> float:
        code = f"import time; t = time.perf_counter(); {make}; print(time.perf_counter() - t)"
        return float(subprocess.check_output([sys.executable, "-c", code]))

    return measure


def cpu(call: Callable[[], object], count: int = 300) -> Callable[[], float]:
    """CPU seconds of this thread for one call."""

    def measure() -> float:
        start = time.thread_time()
        for _ in range(count):
            call()
        return (time.thread_time() - start) / count

    return measure


def sse_time(events: int = 20_000) -> float:
    stream = b"".join(b'event: text_delta\ndata: {"delta":"word "}\n\n' for _ in range(events))
    chunks = [stream[start : start + 4096] for start in range(0, len(stream), 4096)]
    decoder = SSEDecoder()
    start = time.perf_counter()
    found = sum(len(decoder.feed(chunk)) for chunk in chunks)
    assert found == events
    return (time.perf_counter() - start) / events


def main() -> None:
    print(f"{'':<34}{'lvng':>10}{'httpx':>10}     {'ratio':>8}")
    pair("import", import_time("lvng"), import_time("httpx"), "ms", 1e3)
    pair(
        "import and first client",
        ready_time("from lvng import LvngClient; LvngClient('k')._pool.get()"),
        ready_time("import httpx; httpx.Client()"),
        "ms",
        1e3,
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        with Client("k", base_url=url) as ours, httpx.Client() as theirs:
            pair(
                "CPU of a call",
                cpu(lambda: ours.call(OPERATION, {"limit": 20})),
                cpu(lambda: theirs.get(f"{url}/api/v2/workflows", params={"limit": 20}).json()),
                "us",
                1e6,
            )
        server.shutdown()
        thread.join()
    print(
        f"SSE decoder: {statistics.median(sse_time() for _ in range(ROUNDS)) * 1e6:.2f} us an event"
    )


if __name__ == "__main__":
    main()
