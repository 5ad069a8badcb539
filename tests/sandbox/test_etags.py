"""ETags of the sandbox: a GET that succeeds has one, and 304 goes to those who have it."""

from __future__ import annotations

import httpx

from lvng_sandbox import Sandbox

CONTACTS = "/api/v2/contacts"


def test_a_client_that_has_the_response_gets_no_body() -> None:
    with Sandbox() as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.api_key}"}
        with httpx.Client(base_url=sandbox.base_url, headers=headers, trust_env=False) as client:
            first = client.get(CONTACTS)
            tag = first.headers["etag"]
            assert client.get(CONTACTS).headers["etag"] == tag
            for given in (tag, f'"other", W/{tag}', "*"):
                again = client.get(CONTACTS, headers={"If-None-Match": given})
                assert (again.status_code, again.content) == (304, b"")
                assert again.headers["etag"] == tag
                assert "x-ratelimit-remaining" in again.headers
                assert "content-type" not in again.headers
            client.post(CONTACTS, json={"name": "New"}).raise_for_status()
            changed = client.get(CONTACTS, headers={"If-None-Match": tag})
            assert changed.status_code == 200
            assert changed.headers["etag"] != tag
            assert sandbox.requests[2].status == 304


def test_other_methods_errors_and_faults_have_no_etag() -> None:
    with Sandbox() as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.api_key}"}
        with httpx.Client(base_url=sandbox.base_url, headers=headers, trust_env=False) as client:
            assert "etag" not in client.post(CONTACTS, json={"name": "New"}).headers
            assert "etag" not in client.get(f"{CONTACTS}/none").headers
            garbled = client.get(CONTACTS, headers={"X-Sandbox-Fault": "break=garbage"})
            assert "etag" not in garbled.headers
