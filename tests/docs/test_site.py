"""The documentation builds without warnings, and every link within it leads to a page and a place on it."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

DOCS = Path(__file__).parents[2] / "docs"


class Page(HTMLParser):
    """The links of a page and the places on it that links can lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.places.add(value)
            elif name in {"href", "src"} and value:
                self.links.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    options = ["-q", "-W", "-n", "--keep-going", "-b", "html"]
    command = [sys.executable, "-m", "sphinx", *options, str(DOCS), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_link_within_the_site_leads_somewhere(site: Path) -> None:
    pages = {}
    for path in site.rglob("*.html"):
        page = Page()
        page.feed(path.read_text(encoding="utf-8"))
        pages[path.resolve()] = page
    assert len(pages) > 80
    broken = []
    for path, page in pages.items():
        for link in page.links:
            url = urlsplit(link)
            if url.scheme or url.netloc:
                continue
            target = (path.parent / unquote(url.path)).resolve() if url.path else path
            if not target.is_file() or (
                url.fragment and target in pages and url.fragment not in pages[target].places
            ):
                broken.append((path.name, link))
    assert broken == []


def test_documentation_for_agents_is_at_the_root(site: Path) -> None:
    assert (site / "llms.txt").read_text(encoding="utf-8").startswith("# lvng\n")
    assert (site / "llms-full.txt").is_file()
    assert (site / "skills/lvng/SKILL.md").is_file()


def test_programs_are_on_the_pages_that_include_them(site: Path) -> None:
    for page in DOCS.glob("*.md"):
        shown = (site / f"{page.stem}.html").read_text(encoding="utf-8")
        assert "literalinclude" not in shown


def test_every_topic_ends_with_what_next() -> None:
    overview = (DOCS / "index.md").read_text(encoding="utf-8")
    listed = overview.partition(":caption: Start\n")[2].partition(":caption: Reference\n")[0]
    topics = [line for line in listed.splitlines() if (DOCS / f"{line}.md").is_file() and line]
    assert len(topics) > 20
    texts = {name: (DOCS / f"{name}.md").read_text(encoding="utf-8") for name in topics}
    assert [name for name, text in texts.items() if "## What next?" not in text] == []
