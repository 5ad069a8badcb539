"""The pytest marker `lvng_recording`: a test uses the live service once, and a recording after that.

@pytest.mark.lvng_recording
def test_the_report():
    with LvngClient() as client:
        assert client.chat.send(message="sales report")["reply"]

The recording is in `recordings/<test>` next to the test's file, or in the folder given to the marker. If it does not
exist, it is made from the service at `LVNG_BASE_URL` (default: that of the API) with the key in `LVNG_API_KEY`.
Delete the folder to record again.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .recording.background import Recorder
    from .server import Sandbox

MARKER = "lvng_recording"


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers", f"{MARKER}(folder=None): record the LVNG service once, replay it after that"
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Add the fixture to marked tests."""
    if isinstance(item, pytest.Function) and item.get_closest_marker(MARKER):
        item.fixturenames.append(MARKER)


@pytest.fixture
def lvng_recording(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Recorder | Sandbox]:
    """The recorder, or the sandbox that replays; LVNG_BASE_URL is set to its URL."""
    folder = _folder(request)
    if any(folder.glob("*.yaml")):
        yield from _replay(folder, monkeypatch)
    else:
        yield from _record(folder, monkeypatch, request)


def _folder(request: pytest.FixtureRequest) -> Path:
    marker = request.node.get_closest_marker(MARKER)
    given = (marker.args or (marker.kwargs.get("folder"),))[0] if marker else None
    name = given or re.sub(r"[^\w.-]+", "-", request.node.name).strip("-")
    return request.path.parent / ("" if given else "recordings") / str(name)


def _replay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    from .server import Sandbox

    with Sandbox(replay=folder, replay_strict=True) as sandbox:
        monkeypatch.setenv("LVNG_BASE_URL", sandbox.base_url)
        monkeypatch.setenv("LVNG_API_KEY", sandbox.api_key)
        yield sandbox


def _record(
    folder: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Recorder]:
    from .recording.background import Recorder
    from .recording.proxy import UPSTREAM

    failed = request.session.testsfailed
    with Recorder(os.environ.get("LVNG_BASE_URL") or UPSTREAM, to=folder) as recorder:
        monkeypatch.setenv("LVNG_BASE_URL", recorder.base_url)
        yield recorder
    if request.session.testsfailed > failed:  # the exchanges of a failed test are not kept
        shutil.rmtree(folder, ignore_errors=True)
