"""Documentation for coding agents: `llms.txt`, `llms-full.txt` and a skill, from the guide and the contract.

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
_SKILL_SECTIONS = (
    "Install",
    "First calls",
    "Authentication",
    "Streams",
    "Errors",
    "Pages",
    "Files",
    "Testing your own code",
)
_INCLUDE = re.compile(
    r"^```\{literalinclude\} samples/(\S+)\n:language: python\n```$", re.MULTILINE
)
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)[^)]+\)")
_TITLE = re.compile(r"^## (.+)$", re.MULTILINE)
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


def agent_docs(api: Api, guide: str, samples: Mapping[str, str]) -> dict[str, str]:
    """The files by their paths below the folder of the documentation for agents.

    Args:
        api: the API.
        guide: the guide, in Markdown.
        samples: the programs that it includes, by their names.
    """
    text = plain_markdown(guide, samples)
    return {
        "llms.txt": _index(api, text),
        "llms-full.txt": _full(api, text),
        "skills/lvng/SKILL.md": _skill(api, text),
    }


def plain_markdown(page: str, samples: Mapping[str, str]) -> str:
    """A page with the programs that it includes, and without links to other pages."""
    page = _INCLUDE.sub(lambda match: f"```python\n{samples[match[1]].strip()}\n```", page)
    return _LINK.sub(r"\1", page)


def sections(page: str) -> dict[str, str]:
    """The sections of a page by their titles."""
    parts = _TITLE.split(page)
    return {title: text.strip() for title, text in zip(parts[1::2], parts[2::2], strict=True)}


def _index(api: Api, guide: str) -> str:
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
        *(f"- {title}" for title in sections(guide)),
        "",
        "## Tags",
        "",
        *_tags(api),
    ]
    return "\n".join(lines) + "\n"


def _tags(api: Api) -> Iterator[str]:
    for tag in api.tags:
        yield f"- `client.{tag.name}` ({len(tag.operations)} operations): {tag.description}"


def _skill(api: Api, guide: str) -> str:
    known = sections(guide)
    chosen = "".join(
        f"## {title}\n\n{known[title]}\n\n" for title in _SKILL_SECTIONS if title in known
    )
    tags = "\n".join(f"- `{tag.name}`: {tag.description}" for tag in api.tags)
    return f"{_HEAD}{SUMMARY}\n\n{_FINDING}{chosen}## Tags\n\n{tags}\n"


def _full(api: Api, guide: str) -> str:
    lines = ["# lvng", "", f"> {SUMMARY}", "", guide.removeprefix("# Guide").strip(), ""]
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
