"""Files: upload, download, filters and access."""

from __future__ import annotations

import hashlib

from lvng_sandbox import Sandbox
from support.examples import FILE_ID, USER_ID, WORKSPACE_ID
from support.sandbox import Api

FILES = "/api/v2/files"
CONTENT = bytes(range(256)) * 300


def test_a_file_has_size_and_checksum(api: Api) -> None:
    fields = {"metadata": '{"x": 1}', "workspace_id": WORKSPACE_ID}
    file = api.upload(FILES, "okapi.png", CONTENT, **fields)["data"]
    assert (file["name"], file["type"]) == ("okapi.png", "image/png")
    assert (file["size"], file["checksum"]) == (len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    assert (file["uploaded_by"], file["metadata"]) == (USER_ID, {"x": 1})
    assert api.get(f"{FILES}/{file['id']}")["data"] == file


def test_a_file_downloads_unchanged(api: Api) -> None:
    file = api.upload(FILES, "okapi.png", CONTENT, name="Ökapi #1.png")["data"]
    response = api.http.get(file["url"])
    assert response.content == CONTENT
    assert response.headers["content-type"] == "image/png"
    assert "%C3%96kapi%20%231.png" in response.headers["content-disposition"]


def test_an_empty_file_can_be_uploaded(api: Api) -> None:
    file = api.upload(FILES, "empty.txt", b"")["data"]
    response = api.http.get(file["url"])
    assert (response.status_code, response.content, file["size"]) == (200, b"", 0)


def test_renaming_keeps_the_content(api: Api) -> None:
    file = api.upload(FILES, "okapi.png", CONTENT)["data"]
    renamed = api.patch(f"{FILES}/{file['id']}", {"name": "giraffe.png"})["data"]
    assert (renamed["name"], renamed["checksum"]) == ("giraffe.png", file["checksum"])
    assert api.http.get(renamed["url"]).content == CONTENT


def test_files_are_filtered_by_type_text_and_workspace(api: Api) -> None:
    id = api.upload(FILES, "okapi.png", CONTENT, workspace_id="ws_2")["data"]["id"]
    for query in ({"type": "image/png"}, {"search": "okapi"}, {"workspace_id": "ws_2"}):
        (found,) = api.call("GET", FILES, params=query)["data"]
        assert found["id"] == id
        assert found["url"].endswith(f"/{id}/download")


def test_deleting_a_file_deletes_its_content(api: Api, sandbox: Sandbox) -> None:
    file = api.upload(FILES, "okapi.png", CONTENT)["data"]
    api.delete(f"{FILES}/{file['id']}")
    assert api.http.get(file["url"]).status_code == 404
    api.get(f"{FILES}/{file['id']}", status=404)
    assert sandbox._run(lambda platform: platform.store.get_blob(file["id"])) is None


def test_other_organizations_cannot_download_a_file(api: Api, stranger: Api, nobody: Api) -> None:
    file = api.upload(FILES, "okapi.png", CONTENT)["data"]
    assert stranger.http.get(file["url"]).status_code == 404
    assert nobody.http.get(file["url"]).status_code == 401


def test_a_form_without_a_file_is_rejected(api: Api) -> None:
    error = api.call("POST", FILES, status=400, files={"name": (None, "okapi.png")})["error"]
    assert error["details"][0]["field"] == "file"


def test_the_example_file_can_be_downloaded(api: Api) -> None:
    file = api.get(f"{FILES}/{FILE_ID}")["data"]
    content = api.http.get(file["url"]).content
    assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["checksum"])
