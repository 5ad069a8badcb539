"""The page as files: each view has its address, and nothing else is given away. What it does: tests/browser."""

from __future__ import annotations

import re
from importlib import resources

import pytest

from lvng_sandbox import Sandbox
from lvng_sandbox.page.routes import VIEWS
from support.sandbox import Api

ASSETS = resources.files("lvng_sandbox.page") / "assets"


def asset(path: str) -> str:
    return ASSETS.joinpath(path).read_text("utf-8")


def test_the_server_and_the_page_know_the_same_addresses() -> None:
    found = re.findall(r'^  \["(/[^"]*)"', asset("routes.js"), re.MULTILINE)
    assert [re.sub(r":(\w+)", r"{\1}", path) for path in found] == list(VIEWS)


@pytest.mark.parametrize("path", VIEWS)
def test_each_view_serves_the_page(path: str, nobody: Api, sandbox: Sandbox) -> None:
    response = nobody.http.get(path.format(number=1, kind="notes", id="x"))
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert sandbox.token in response.text
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/requests", "/_page/page.js", "/_sandbox/requests"])
def test_another_host_name_does_not_reach_the_page(path: str, nobody: Api) -> None:
    assert nobody.http.get(path, headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "index.html",
        "vendor/README.md",
        "",
        "views",
        "../routes.py",
        "%2e%2e/routes.py",
        "..%2f..%2fseed.py",
    ],
)
def test_only_files_of_the_page_are_served(path: str, nobody: Api) -> None:
    assert nobody.http.get(f"/_page/{path}").status_code == 404


@pytest.mark.parametrize(
    ("file", "media_type"),
    [
        ("page.js", "text/javascript"),
        ("styles/base.css", "text/css"),
        ("favicon.svg", "image/svg+xml"),
    ],
)
def test_files_have_their_media_type(file: str, media_type: str, nobody: Api) -> None:
    response = nobody.http.get(f"/_page/{file}")
    assert response.headers["content-type"].partition(";")[0] == media_type
    assert response.headers["x-content-type-options"] == "nosniff"


def test_every_module_that_is_imported_is_there() -> None:
    with resources.as_file(ASSETS) as folder:
        for file in folder.rglob("*.js"):
            if "swagger-ui" in file.parts:
                continue
            for name in re.findall(r'from ?"([^"]+)"', file.read_text("utf-8")):
                assert name.startswith("."), f"{file}: {name}"
                assert (file.parent / name).resolve().is_file(), f"{file}: {name}"
