"""What the sandbox serves with a database file: requests a second, and streams at once: `hatch run bench:sandbox`.

The server runs in a process of its own, as `lvng-sandbox` starts it. Figures are medians of several rounds; where the
machine is busy, go by the CPU time that the server took for a request.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 7
REQUESTS = 500
CONNECTIONS = 8
STREAMS = 100
NOTES = 30


@dataclass(frozen=True)
class Server:
    """The other process."""

    pid: int
    port: int
    key: str

    def cpu(self) -> float:
        """Seconds of CPU that it took so far, by Linux's clock of a process."""
        return time.clock_gettime((~self.pid << 3) | 2)

    def request(self, method: str, path: str, body: object = None) -> bytes:
        """A request as it goes over the wire."""
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.key}\r\n"
        )
        return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


@contextmanager
def serving(step_delay: float) -> Iterator[Server]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "lvng_sandbox", "serve", "--no-rate-limits"]
        options = [
            "--port",
            "0",
            "--db",
            str(Path(folder, "lvng.db")),
            "--step-delay",
            str(step_delay),
        ]
        process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
        assert process.stdout
        said = "".join(itertools.islice(process.stdout, 4))
        found = re.search(r"URL=http://127.0.0.1:(\d+)\s.*KEY=(\S+)", said, re.DOTALL)
        assert found, said
        try:
            yield Server(process.pid, int(found[1]), found[2])
        finally:
            process.terminate()
            process.communicate()


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes
) -> tuple[int, bytes]:
    """Status and body of an answer."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    if length := re.search(rb"content-length: (\d+)", head):
        body = await reader.readexactly(int(length[1]))
    else:
        body = await reader.readuntil(b"\r\n0\r\n\r\n")
    return int(head[9:12]), body


async def send(server: Server, requests: Iterator[bytes], connections: int) -> list[bytes]:
    """The answers to requests over so many connections, in no order."""
    answers: list[bytes] = []

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        for request in requests:
            status, body = await ask(reader, writer, request)
            assert status in {200, 201}, body
            answers.append(body)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(work() for _ in range(connections)))
    return answers


def measure(server: Server, name: str, make: Callable[[int], bytes]) -> None:
    rates, costs = [], []
    for number in range(ROUNDS):
        requests = (make(number * REQUESTS + n) for n in range(REQUESTS))
        began, cpu = time.perf_counter(), server.cpu()
        asyncio.run(send(server, requests, CONNECTIONS))
        rates.append(REQUESTS / (time.perf_counter() - began))
        costs.append((server.cpu() - cpu) / REQUESTS * 1e3)
    print(f"{name:<24}{statistics.median(rates):>8.0f} a second{statistics.median(costs):>8.2f} ms")


def measure_streams(step_delay: float) -> None:
    with serving(step_delay) as server:
        request = server.request("POST", "/api/v2/chat/stream", {"message": "sales report"})
        rounds: list[float] = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            answers = asyncio.run(send(server, iter([request] * STREAMS), STREAMS))
            rounds.append(time.perf_counter() - began)
            deltas = {answer.count(b"event: text_delta\n") for answer in answers}
            assert len(deltas) == 1, deltas
            assert all(answer.count(b"event: done\n") == 1 for answer in answers)
    print(
        f"{STREAMS} streams, delay {step_delay:<7g}{statistics.median(rounds):>8.2f} s, all complete"
    )


def main() -> None:
    with serving(step_delay=0.0) as server:
        notes = [server.request("POST", "/api/v2/notes", note(n)) for n in range(NOTES)]
        made = asyncio.run(send(server, iter(notes), 1))
        get = server.request("GET", f"/api/v2/notes/{json.loads(made[-1])['data']['id']}")
        listing = server.request("GET", "/api/v2/notes?limit=20")

        def create(n: int) -> bytes:
            return server.request("POST", "/api/v2/tasks", {"title": f"Task {n}"})

        print(f"{'':<24}{'requests':>17}{'server CPU':>12}")
        measure(server, "GET one", lambda _: get)
        measure(server, "list 20", lambda _: listing)
        measure(server, "create", create)
        measure(
            server,
            "7 GET, 2 list, 1 create",
            lambda n: [*[get] * 7, listing, listing, create(n)][n % 10],
        )
    for step_delay in (0.0, 0.03):
        measure_streams(step_delay)


def note(n: int) -> dict[str, str]:
    return {"title": f"Note {n}", "content": f"Revenue in region {n} grew."}


if __name__ == "__main__":
    main()
