"""Prism, as a server of this machine."""

from __future__ import annotations

import subprocess
from collections import deque
from collections.abc import Iterator
from threading import Thread

import pytest

from support.contract import DOCUMENT_FILE

from .tools import command

PRISM = "@stoplight/prism-cli/dist/index.js"
LISTENING = "Prism is listening on "


@pytest.fixture(scope="session")
def prism() -> Iterator[str]:
    """The address of a mock server that knows the published document and nothing else."""
    options = ["--errors", "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(
        command(PRISM, "mock", DOCUMENT_FILE, *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        try:
            log = []
            for line in process.stdout:
                log.append(line)
                if LISTENING in line:
                    break
            assert LISTENING in log[-1], "".join(log)
            # Nobody reads on, but the log must not fill the pipe.
            Thread(target=deque, args=(process.stdout, 0), daemon=True).start()
            yield log[-1].split(LISTENING)[1].strip()
        finally:
            process.kill()
