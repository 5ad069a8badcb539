"""Documentation for coding agents: `llms.txt`, `llms-full.txt` and a skill, from pages of the site and the contract.

https://llmstxt.org and https://agentskills.io
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..model.api import Api, Argument, Definition, Operation, Tag
from .annotation_writer import AnnotationWriter
from .docstrings import sentence
from .shapes import shape

SUMMARY = (
    "The Python SDK for the LVNG API: sync and async clients with a typed method for every operation, streams, "
    "paging, retries, and errors of one hierarchy. Responses are plain dicts."
)
PAGES = (
    "install",
    "calls",
    "authentication",
    "configuration",
    "streaming",
    "errors",
    "paging",
    "files",
    "bulk",
    "webhooks",
    "testing",
    "types",
    "network",
    "concurrency",
    "middleware",
    "observability",
    "versions",
)
"""The pages in `docs/` from which the files are made, in this order."""
_OF_THE_SKILL = (
    "install",
    "calls",
    "authentication",
    "streaming",
    "errors",
    "paging",
    "files",
    "testing",
)
_INCLUDE = re.compile(
    r"^```\{literalinclude\} (\S+)\n:language: python\n(?::start-after: (.+)\n)?```$", re.MULTILINE
)
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]+\)")
_FENCE = re.compile(r"^(```.*?^```)$", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^(?=#)", re.MULTILINE)
_NEXT = re.compile(r"^## What next\?\n.*", re.DOTALL | re.MULTILINE)
_LONGEST_SHAPE = 400

_HEAD = """\
---
name: lvng
description: Use the LVNG API from Python with the lvng SDK, or from a terminal with the lvng command. For code that \
chats, runs agents and workflows, ingests and searches knowledge, or calls any other operation of LVNG.
---

# lvng

"""
_FINDING = """\
## Find an operation

`client.<tag>.<operation>(...)`: the tags are listed below. The operations of a tag, their arguments and the shape of the
response are data, so do not guess names:

```python
from lvng import operations

print(operations.tags()["workflows"].operations)  # summaries by method
found = operations.get("workflows.create")
print([(one.name, one.kind, one.required) for one in found.arguments], found.shape)
```

In a terminal: `lvng workflows --help`, `lvng workflows create --help`, and `lvng workflows list -o json`. `--dry-run`
prints the request as curl. `_generated/agents/llms-full.txt` of the installed package `lvng` has every operation.

## Rules

- Path arguments come first, all others by name: `client.workflows.get_run(id, run_id)`, `client.workflows.list(limit=5)`.
- Responses are dicts, mostly with `data`; a list is under `data` with `pagination` beside it. `iter` walks over all pages.
- Close the client, or use it in a `with` block; the async client awaits the same methods.
- Do not write retries: 429, 503 and transport errors are retried, and every POST has an idempotency key.
- Keep the key in `LVNG_API_KEY`. Do not print it, and do not pass it on a command line.
- Test against the sandbox (`pip install "lvng[sandbox]"`), not the live service.

"""


def agent_docs(api: Api, pages: Mapping[str, str], samples: Mapping[str, str]) -> dict[str, str]:
    """Make the files, by path relative to the folder of the documentation for agents.

    Args:
        api: the API.
        pages: the pages in Markdown, by the names in `PAGES`.
        samples: the included programs, by path relative to `docs/`.
    """
    plain = {name: plain_markdown(pages[name], samples) for name in PAGES}
    return {
        "llms.txt": _index(api, plain),
        "llms-full.txt": _full(api, plain),
        "skills/lvng/SKILL.md": _skill(api, plain),
    }


def plain_markdown(page: str, samples: Mapping[str, str]) -> str:
    """A page with included programs, headings one level lower, and without links to other pages."""
    page = _INCLUDE.sub(lambda match: _included(samples[match[1]], match[2]), _NEXT.sub("", page))
    parts = _FENCE.split(_LINK.sub(r"\1", page))  # every second one is code, where # is a comment
    parts[::2] = [_HEADING.sub("#", text) for text in parts[::2]]
    return "".join(parts).strip()


def _included(sample: str, start_after: str | None) -> str:
    if start_after:
        sample = sample.partition(start_after)[2]
    return f"```python\n{sample.strip()}\n```"


def _title(page: str) -> str:
    return page.partition("\n")[0].removeprefix("## ")


def _beginning(page: str) -> str:
    """The text before the first subheading of a page."""
    return page.partition("\n### ")[0].strip()


def _index(api: Api, pages: Mapping[str, str]) -> str:
    lines = ["# lvng", "", f"> {SUMMARY}", ""]
    lines += [
        "Beside this file: `llms-full.txt` with the guide and every operation, and `skills/lvng/SKILL.md`.",
        "",
        "```python",
        "from lvng import LvngClient",
        "",
        "with LvngClient() as client:  # reads LVNG_API_KEY",
        '    print(client.chat.send(message="Summarize the latest sales report")["reply"])',
        "```",
        "",
        "## Guide",
        "",
        *(f"- {_title(page)}" for page in pages.values()),
        "",
        "## Tags",
        "",
        *_tags(api),
    ]
    return "\n".join(lines) + "\n"


def _tags(api: Api) -> Iterator[str]:
    for tag in api.tags:
        yield f"- `client.{tag.name}` ({len(tag.operations)} operations): {tag.description}"


def _skill(api: Api, pages: Mapping[str, str]) -> str:
    chosen = "".join(f"{_beginning(pages[name])}\n\n" for name in _OF_THE_SKILL)
    tags = "\n".join(f"- `{tag.name}`: {tag.description}" for tag in api.tags)
    return f"{_HEAD}{SUMMARY}\n\n{_FINDING}{chosen}## Tags\n\n{tags}\n"


def _full(api: Api, pages: Mapping[str, str]) -> str:
    lines = ["# lvng", "", f"> {SUMMARY}", ""]
    for page in pages.values():
        lines += [page, ""]
    lines += ["# Operations", "", "An argument with `?` may be left out.", ""]
    for tag in api.tags:
        lines += _operations(tag, api.definitions)
    return "\n".join(lines)


def _operations(tag: Tag, definitions: Mapping[str, Definition]) -> Iterator[str]:
    yield f"## client.{tag.name}"
    yield ""
    yield tag.description
    yield ""
    for operation in tag.operations:
        yield f"- `{_signature(operation, definitions)}` {sentence(operation.summary)}"
    yield ""


def _signature(operation: Operation, definitions: Mapping[str, Definition]) -> str:
    arguments = ", ".join(_argument(one, definitions) for one in operation.arguments)
    found = shape(operation.response.type, definitions)
    if operation.response.returns in {"sse", "lines"}:
        found = "stream of events"
    elif operation.response.returns == "bytes":
        found = "download"
    elif len(found) > _LONGEST_SHAPE:
        found = f"{found[:_LONGEST_SHAPE]}…"
    return f"{operation.method}({arguments}) -> {found}"


def _argument(argument: Argument, definitions: Mapping[str, Definition]) -> str:
    writer = AnnotationWriter(definitions)
    optional = "" if argument.required or argument.location == "path" else "?"
    return f"{argument.name}{optional}: {writer.argument(argument.type)}"
