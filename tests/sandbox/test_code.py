"""Source code: analysis of files, and search."""

from __future__ import annotations

from typing import Any

from support.examples import CODE_FILE_ID
from support.sandbox import Api

BASE = "/api/knowledge/code"
PYTHON = '''"""Feeds animals."""

import os
from .zoo import keeper


class Okapi(Animal):
    def feed(self, leaves: int = 3) -> bool:
        """Offer some leaves."""
        return leaves > 0


async def visit(name):
    return name
'''


def analyzed(api: Api, content: str, **more: Any) -> dict[str, Any]:
    """A file after its analysis."""
    analysis = api.post(f"{BASE}/analyze", {"content": content, **more})["data"]
    assert (analysis["status"], analysis["files_analyzed"]) == ("completed", 1)
    file: dict[str, Any] = api.get(f"{BASE}/files")["data"][-1]
    return file


def test_python_is_parsed_by_its_grammar(api: Api) -> None:
    file = analyzed(api, PYTHON, path="zoo/okapi.py")
    assert (file["language"], file["summary"], file["line_count"]) == (
        "python",
        "Feeds animals.",
        14,
    )
    assert file["imports"] == ["os", ".zoo"]
    symbols = [(one["kind"], one["signature"], one["doc"]) for one in file["symbols"]]
    assert symbols == [
        ("class", "class Okapi(Animal)", None),
        ("method", "def feed(self, leaves: int=3) -> bool", "Offer some leaves."),
        ("function", "async def visit(name)", None),
    ]
    assert (file["symbols"][1]["line_start"], file["symbols"][1]["line_end"]) == (8, 10)


def test_other_languages_are_parsed_by_line(api: Api) -> None:
    source = "import { x } from 'zoo'\nexport async function feed(a) {\n}\nexport class Okapi {}\n"
    file = analyzed(api, source, path="zoo.ts")
    assert (file["language"], file["imports"]) == ("typescript", ["zoo"])
    symbols = [(one["kind"], one["name"], one["line_start"]) for one in file["symbols"]]
    assert symbols == [("function", "feed", 2), ("class", "Okapi", 4)]


def test_a_syntax_error_fails_with_its_line(api: Api) -> None:
    body = {"content": "x = 1\ndef (", "path": "bad.py"}
    analysis = api.post(f"{BASE}/analyze", body)["data"]
    assert (analysis["status"], analysis["files_analyzed"]) == ("failed", 0)
    assert analysis["error"].startswith("Line 2")
    assert api.get(f"{BASE}/files", search="bad.py")["data"] == []


def test_repositories_are_not_fetched_and_the_analysis_says_so(api: Api) -> None:
    body = {"repository_url": "https://github.com/acme/service", "branch": "main"}
    analysis = api.post(f"{BASE}/analyze", body)["data"]
    assert (analysis["status"], analysis["branch"]) == ("failed", "main")
    assert "does not fetch repositories" in analysis["error"]


def test_analysing_a_file_again_replaces_it(api: Api) -> None:
    first = analyzed(api, PYTHON, path="okapi.py")
    again = analyzed(api, "def rest(): pass", path="okapi.py")
    assert again["id"] == first["id"]
    assert [one["name"] for one in again["symbols"]] == ["rest"]
    assert api.post(f"{BASE}/search", {"query": "leaves"})["data"] == []
    other = analyzed(api, PYTHON, path="okapi.py", repository_url="https://example.com/zoo")
    assert other["id"] != first["id"]


def test_files_without_a_path_are_distinct(api: Api) -> None:
    one = analyzed(api, "x = 1", language="Python")
    assert one["language"] == "python"
    assert analyzed(api, "x = 2", language="python")["id"] != one["id"]


def test_the_symbol_around_the_match_is_found(api: Api) -> None:
    file = analyzed(api, PYTHON, path="zoo/okapi.py")
    (hit,) = api.post(f"{BASE}/search", {"query": "offer leaves"})["data"]
    assert (hit["file_id"], hit["path"], hit["symbol"]) == (file["id"], "zoo/okapi.py", "feed")
    assert (hit["line_start"], hit["line_end"]) == (8, 10)
    assert hit["content"].startswith("    def feed(self")
    assert 0 < hit["score"] <= 1


def test_lines_outside_of_symbols_are_found_too(api: Api) -> None:
    analyzed(api, PYTHON, path="zoo/okapi.py")
    (hit,) = api.post(f"{BASE}/search", {"query": "zoo keeper"})["data"]
    assert (hit["symbol"], hit["line_start"]) == (None, 4)


def test_search_and_list_are_filtered(api: Api) -> None:
    url = "https://example.com/zoo"
    python = analyzed(api, "okapi = 1", path="a.py", repository_url=url, workspace_id="ws_2")["id"]
    analyzed(api, "const okapi = 1", path="a.js")
    for query in ({"language": "python", "search": "a.py"}, {"repository_url": url}):
        (file,) = api.call("GET", f"{BASE}/files", params=query)["data"]
        assert file["id"] == python
    for narrow in ({"language": "python"}, {"repository_url": url}):
        (hit,) = api.post(f"{BASE}/search", {"query": "okapi", **narrow})["data"]
        assert hit["file_id"] == python
    assert len(api.post(f"{BASE}/search", {"query": "okapi", "limit": 1})["data"]) == 1


def test_the_example_file_was_analysed(api: Api) -> None:
    (hit,) = api.post(f"{BASE}/search", {"query": "retry with a growing delay"})["data"]
    assert (hit["file_id"], hit["symbol"]) == (CODE_FILE_ID, "retry")
