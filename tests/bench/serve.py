"""What the sandbox serves with a database file: requests a second, and streams at once: `hatch run bench:sandbox`.

`hatch run bench:serve BEFORE AFTER` compares the sandboxes of two checkouts: each round measures one after the other, in an
order that changes, so that both have the same machine.

The server runs in a process of its own, as `lvng-sandbox` starts it. Figures are medians of several rounds; where the
machine is busy, go by the CPU time that the server took for a request.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5
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
def serving(checkout: Path, step_delay: float) -> Iterator[Server]:
    """The sandbox of a checkout."""
    packages = sorted(map(str, checkout.resolve().glob("packages/*/src")))
    assert packages, f"{checkout} is not a checkout"
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join(packages)}
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
        process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, text=True, env=variables
        )
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


@dataclass(frozen=True)
class Subject:
    """What is measured: a server, and requests that it is sent."""

    server: Server
    get: bytes
    listing: bytes

    def create(self, n: int) -> bytes:
        """A request that creates a task."""
        return self.server.request("POST", "/api/v2/tasks", {"title": f"Task {n}"})

    def mixed(self, n: int) -> bytes:
        """One of seven GETs, two lists and a creation."""
        return [*[self.get] * 7, self.listing, self.listing, self.create(n)][n % 10]


WORK: dict[str, Callable[[Subject, int], bytes]] = {
    "GET one": lambda subject, _: subject.get,
    "list 20": lambda subject, _: subject.listing,
    "create": Subject.create,
    "7 GET, 2 list, 1 create": Subject.mixed,
}


def prepare(server: Server) -> Subject:
    """A server with some notes, and the requests for it."""
    notes = [server.request("POST", "/api/v2/notes", note(n)) for n in range(NOTES)]
    made = asyncio.run(send(server, iter(notes), 1))
    get = server.request("GET", f"/api/v2/notes/{json.loads(made[-1])['data']['id']}")
    return Subject(server, get, server.request("GET", "/api/v2/notes?limit=20"))


def measure(subjects: Sequence[Subject], name: str) -> None:
    """Print requests a second and CPU milliseconds of each subject, round by round in turn."""
    rates: list[list[float]] = [[] for _ in subjects]
    costs: list[list[float]] = [[] for _ in subjects]
    for number in range(ROUNDS):
        for at in _in_turn(len(subjects), number):
            subject = subjects[at]
            numbers = range(number * REQUESTS, (number + 1) * REQUESTS)
            requests = (WORK[name](subject, n) for n in numbers)
            began, cpu = time.perf_counter(), subject.server.cpu()
            asyncio.run(send(subject.server, requests, CONNECTIONS))
            rates[at].append(REQUESTS / (time.perf_counter() - began))
            costs[at].append((subject.server.cpu() - cpu) / REQUESTS * 1e3)
    _print_row(name, _medians(rates), "a second", 0)
    _print_row("", _medians(costs), "ms CPU", 2)


def measure_streams(checkouts: Sequence[Path], step_delay: float) -> None:
    """Print how long so many streams at once take to complete."""
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(one, step_delay)) for one in checkouts]
        rounds: list[list[float]] = [[] for _ in servers]
        for number in range(ROUNDS):
            for at in _in_turn(len(servers), number):
                request = servers[at].request(
                    "POST", "/api/v2/chat/stream", {"message": "sales report"}
                )
                began = time.perf_counter()
                answers = asyncio.run(send(servers[at], iter([request] * STREAMS), STREAMS))
                rounds[at].append(time.perf_counter() - began)
                deltas = {answer.count(b"event: text_delta\n") for answer in answers}
                assert len(deltas) == 1, deltas
                assert all(answer.count(b"event: done\n") == 1 for answer in answers)
    _print_row(f"{STREAMS} streams, delay {step_delay:g}", _medians(rounds), "s, all complete", 2)


def main(checkouts: Sequence[Path]) -> None:
    """Measure the sandboxes of the checkouts."""
    print(f"{'medians of ' + str(ROUNDS):<26}" + "".join(f"{one.name:>12}" for one in checkouts))
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(one, step_delay=0.0)) for one in checkouts]
        subjects = [prepare(server) for server in servers]
        for name in WORK:
            measure(subjects, name)
    for step_delay in (0.0, 0.03):
        measure_streams(checkouts, step_delay)


def note(n: int) -> dict[str, str]:
    return {"title": f"Note {n}", "content": f"Revenue in region {n} grew."}


def _in_turn(count: int, number: int) -> list[int]:
    """The order of a round: every other one is reversed."""
    order = list(range(count))
    return order if number % 2 == 0 else order[::-1]


def _medians(figures: Sequence[Sequence[float]]) -> list[float]:
    return [statistics.median(one) for one in figures]


def _print_row(name: str, figures: Sequence[float], unit: str, digits: int) -> None:
    """Print a figure for each checkout; of several, also the last in percent of the first."""
    percent = f"{figures[-1] / figures[0] * 100:>7.0f} %" if len(figures) > 1 else ""
    print(f"{name:<26}" + "".join(f"{one:>12.{digits}f}" for one in figures) + f" {unit}{percent}")


if __name__ == "__main__":
    main([Path(one).resolve() for one in sys.argv[1:]] or [Path(__file__).parents[2]])
