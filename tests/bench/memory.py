"""Whether the memory of the sandbox stays flat over 100,000 requests and 200 uploads: `python tests/bench/memory.py`.

The server runs in a process of its own with a database file. Linux only: it reads `/proc`.
"""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

WARM_UP = 10_000
"""Requests before the first figure: caches and the log of requests are full then."""
REQUESTS = 100_000
UPLOADS = 200
UPLOAD_BYTES = 1024 * 1024


@contextmanager
def serving() -> Iterator[tuple[int, str, str]]:
    """The process id, the address and the key of a server."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--port", "0", "--db", str(Path(folder, "lvng.db")), "--no-rate-limits"]
        command = [sys.executable, "-m", "lvng_sandbox", "serve", *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            said = "".join(itertools.islice(process.stdout, 4))
            found = re.search(r"URL=(\S+)\s.*KEY=(\S+)", said, re.DOTALL)
            assert found, said
            try:
                yield process.pid, found[1], found[2]
            finally:
                process.terminate()


def resident(pid: int) -> float:
    """MiB of memory that a process holds."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("ascii"))
    assert found
    return int(found[1]) / 1024


def ask(client: httpx.Client, note: str, count: int) -> None:
    """Make requests: reads, and one write in ten."""
    for n in range(count):
        if n % 10 == 0:
            client.patch(f"/api/v2/notes/{note}", json={"content": f"number {n}"})
        else:
            client.get("/api/v2/notes" if n % 2 else f"/api/v2/notes/{note}")


def main(requests: int = REQUESTS) -> dict[str, float]:
    """Measure, and print the figures."""
    figures: dict[str, float] = {}
    with (
        serving() as (pid, url, key),
        httpx.Client(base_url=url, headers={"x-api-key": key}, trust_env=False) as client,
    ):
        body = {"title": "t", "content": "c"}
        note = client.post("/api/v2/notes", json=body).json()["data"]["id"]
        ask(client, note, WARM_UP)
        figures["after the warm-up"] = resident(pid)
        for part in range(1, 6):
            ask(client, note, requests // 5)
            figures[f"after {part * requests // 5:,} requests"] = resident(pid)
        content = bytes(UPLOAD_BYTES)
        for n in range(1, UPLOADS + 1):
            client.post("/api/v2/files", files={"file": ("file.bin", content)}).raise_for_status()
            if n % 50 == 0:
                figures[f"after {n} uploads of 1 MiB"] = resident(pid)
    print(json.dumps(figures, indent=2))
    return figures


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
