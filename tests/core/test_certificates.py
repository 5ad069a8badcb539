"""The certificates that a client trusts: read once, however many clients there are."""

from __future__ import annotations

import shutil
import ssl
from pathlib import Path
from typing import Any

import pytest

from support.colours import Connect
from support.hostile import Serve, answer
from support.samples import GET
from support.tls import CERTIFICATE, over_tls


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A bundle that no client has read before, which the environment names."""
    path = tmp_path / "certificates.pem"
    shutil.copy(CERTIFICATE, path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that certificates are read from."""
    found: list[str] = []
    load = ssl.SSLContext.load_verify_locations

    def note(context: ssl.SSLContext, cafile: Any = None, *args: Any, **named: Any) -> None:
        found.append(str(cafile))
        load(context, cafile, *args, **named)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", note)
    return found


def test_many_clients_read_the_certificates_once(
    connect: Connect, serve: Serve, bundle: Path, reads: list[str]
) -> None:
    server = serve(greet=over_tls(answer(200, {"ok": True})))
    for _ in range(5):
        client = connect(f"https://localhost:{server.port}")
        assert client.call(GET, {"id": "1"}) == {"ok": True}
    assert reads == [str(bundle)]
