"""The measurements work, at a size that measures nothing: so that they do when they are needed."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench.__main__ import measure
from bench.clients import AIOHTTP, HTTPX, LVNG
from bench.measurements import MEASUREMENTS, TINY, levels, touched
from bench.page import write
from bench.rows import ROWS, UNITS, Results
from bench.server import serving

OURS = (HTTPX, LVNG)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(TINY.events) as address:
        yield address


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_each_measurement_gives_figures_for_its_rows(url: str, name: str) -> None:
    results = measure({name: MEASUREMENTS[name]}, OURS, url, TINY)
    rows = [row for row in ROWS if row.known(results)]
    assert rows
    assert all(row.ratio(results) > 0 for row in rows)
    assert all(figure in UNITS for of in results[name].values() for figure in of)


def test_the_plots_have_a_figure_for_each_point(url: str) -> None:
    calls = measure(levels(TINY), OURS, url, TINY.for_plot)
    tags = measure(touched(TINY), OURS, url, TINY.for_plot)
    assert {level: set(of) for level, of in calls.items()} == {1: {*OURS}, 4: {*OURS}}
    assert {count: set(of) for count, of in tags.items()} == {1: {LVNG}, 51: {LVNG}}


def test_a_row_is_marked_if_its_target_is_missed(tmp_path: Path) -> None:
    fast = {"rate": 9.0, "p99": 1.0, "seconds": 1.0, "cpu": 1.0}
    slow = {"rate": 1.0, "p99": 9.0, "seconds": 9.0, "cpu": 9.0}
    clients = (HTTPX, LVNG, AIOHTTP, "langgraph-sdk")

    def page(ours: dict[str, float], theirs: dict[str, float]) -> str:
        figures = {name: ours if name in {LVNG, AIOHTTP} else theirs for name in clients}
        results: Results = dict.fromkeys(MEASUREMENTS, figures)
        write(tmp_path, TINY, results, {1: figures}, {1: figures}, dict.fromkeys(clients, "1.0"))
        return (tmp_path / "performance.md").read_text(encoding="utf-8")

    assert page(slow, fast).count("(missed)") == len(ROWS)
    assert "(missed)" not in page(fast, slow)


def test_the_server_reads_split_and_pipelined_requests(url: str) -> None:
    request = b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    address = urlsplit(url)
    assert address.hostname
    assert address.port
    with socket.create_connection((address.hostname, address.port), timeout=5) as sock:
        sock.sendall(request[:20])
        sock.sendall(request[20:] + request + request[:-1])
        sock.sendall(request[-1:])
        with sock.makefile("rb") as answers:
            for _ in range(3):
                assert answers.readline() == b"HTTP/1.1 200 OK\r\n"
                assert answers.readline().startswith(b"Content-Type")
                length = int(answers.readline().partition(b": ")[2])
                answers.read(2 + length)
