"""Certificates: read once, beside the event loop, and again when they have been renewed."""

from __future__ import annotations

import asyncio
import os
import ssl
from pathlib import Path
from typing import Any

import pytest

from lvng_core import APIConnectionError, AsyncClient, Client
from support.samples import GET, KEY
from support.scripted_server import Serve, answer
from support.sync_async import Connect
from support.tls import CERTIFICATE, over_tls


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether a loop was running, for each time that certificates are read."""
    found: list[bool] = []
    original = ssl.SSLContext.load_verify_locations

    def load(self: ssl.SSLContext, *args: Any, **options: Any) -> None:
        try:
            asyncio.get_running_loop()
            found.append(True)
        except RuntimeError:
            found.append(False)
        original(self, *args, **options)

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", load)
    return found


def certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "ca.pem"
    path.write_bytes(CERTIFICATE.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def test_certificates_are_read_outside_the_event_loop(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: list[bool]
) -> None:
    certificates(tmp_path, monkeypatch)
    server = serve(greet=over_tls(answer(200, {"ok": True})))

    async def main() -> None:
        async with AsyncClient(KEY, base_url=f"https://localhost:{server.port}") as client:
            calls = [client.call(GET, {"id": "1"}) for _ in range(5)]
            assert await asyncio.gather(*calls) == [{"ok": True}] * 5

    asyncio.run(main())
    assert reads == [False]


def test_clients_share_the_loaded_certificates(
    connect: Connect,
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    reads: list[bool],
) -> None:
    certificates(tmp_path, monkeypatch)
    server = serve(greet=over_tls(answer(200, {"ok": True})))
    for _ in range(3):
        client = connect(f"https://localhost:{server.port}")
        assert client.call(GET, {"id": "1"}) == {"ok": True}
    assert len(reads) == 1


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_renewed_file_is_read_by_the_next_client(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    path = tmp_path / "ca.pem"
    other = ssl.get_default_verify_paths().cafile or pytest.importorskip("certifi").where()
    path.write_bytes(Path(other).read_bytes()[:200_000].rpartition(b"-----BEGIN")[0])
    server = serve(greet=over_tls(answer(200, {"ok": True})))
    url = f"https://localhost:{server.port}"
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv(variable, str(path if variable == "SSL_CERT_FILE" else tmp_path))
    with Client(KEY, base_url=url, max_retries=0) as before, pytest.raises(APIConnectionError):
        before.call(GET, {"id": "1"})
    path.write_bytes(CERTIFICATE.read_bytes())
    os.utime(path, (1, 1))
    if variable == "SSL_CERT_DIR":
        _link_by_hash(path)
    with Client(KEY, base_url=url, max_retries=0) as after:
        assert after.call(GET, {"id": "1"}) == {"ok": True}


def _link_by_hash(path: Path) -> None:
    """OpenSSL looks up a folder's certificates by a hash of their subject, as `openssl rehash` names them."""
    import shutil
    import subprocess

    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl to name the certificate")
    subject = subprocess.run(
        [openssl, "x509", "-subject_hash", "-noout", "-in", str(path)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    path.with_name(f"{subject}.0").write_bytes(path.read_bytes())


def test_plain_http_loads_no_certificates(
    connect: Connect, serve: Serve, reads: list[bool]
) -> None:
    connect(serve(answer(200, {}))).call(GET, {"id": "1"})
    assert reads == []
