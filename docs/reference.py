"""The API reference: a page for each tag, made when the documentation is built (`hatch run docs`).

The content comes from the table of operations, the generated methods and their docstrings. Each operation has
examples in sync and async code, for curl and for the command line; tests run all of them against the sandbox.
"""

from __future__ import annotations

import inspect
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lvng import LvngClient, operations
from lvng.operations import Argument, Operation, Tag
from lvng_cli.curl import DryRun, RequestNotSentError, curl
from lvng_cli.help_pages import dashed, words_of

FOLDER = Path(__file__).parent / "reference"
_ABOUT = (
    "`client.<resource>.<operation>(...)`: a page for each resource, with the arguments, response, errors and limits of "
    "each operation, how it is known, and an example in sync and async code, for curl and for the "
    "[command line](../cli.md). [Calls and responses](../calls.md) has what is common to all."
)
FILE = "notes.txt"
CONTENT = b"First line.\nSecond line.\n"
_KNOWN = {
    "documented": "documented: in the reference of the API",
    "sdk": "documented: on a page of the SDK",
    "cookbook": "cookbook: in a program of the vendor's cookbook",
    "observed": "observed: in responses of the live service",
    "inferred": "inferred: by the conventions of the others",
}


def setup(app: Any) -> dict[str, bool]:
    """Sphinx extension: write the pages before Sphinx reads its sources."""
    app.connect("builder-inited", lambda _: write())
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write(folder: Path = FOLDER) -> None:
    """Write the index and a page for each tag; unchanged pages keep their modification time."""
    folder.mkdir(exist_ok=True)
    pages = {"index.md": index(), **{f"{name}.md": page(tag) for name, tag in tags()}}
    for name, text in pages.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def tags() -> Iterator[tuple[str, Tag]]:
    """The tags in the order of the contract."""
    yield from operations.tags().items()


def index() -> str:
    """The page that leads to the tags."""
    lines = [
        "# API reference",
        "",
        _ABOUT,
        "",
        "| resource | size | about |",
        "| --- | --- | --- |",
    ]
    for name, tag in tags():
        size = f"{len(tag.operations)} operations"
        lines.append(f"| [{name}]({name}.md) | {size} | {_cell(tag.description)} |")
    lines += ["", "```{toctree}", ":hidden:", "", *(name for name, _ in tags()), "```", ""]
    return "\n".join(lines)


def page(tag: Tag) -> str:
    """The page of a tag."""
    module = getattr(LvngClient, tag.name).__module__.partition(".")[0]
    package = f"Package `{module.replace('_', '-')}`; `types` stands for `{module}.types`."
    lines = [f"# {tag.name}", "", tag.description, "", package, ""]
    for operation in operations.tag(tag.name).values():
        lines += [*_operation(operation), ""]
    return "\n".join(lines)


def _operation(operation: Operation) -> Iterator[str]:
    method = _method(operation)
    yield f"({operation.id})="
    yield f"## {operation.method}"
    yield ""
    yield from (operation.summary, "")
    if operation.description:
        yield from (operation.description, "")
    if operation.deprecated:
        yield from (":::{warning}", "Deprecated: the API may drop it.", ":::", "")
    yield from ("```python", signature(operation, method), "```", "")
    if operation.arguments:
        yield from _arguments(operation)
    yield from _returns(operation)
    yield from _errors(method)
    yield from _facts(operation)
    yield from _examples(operation)


def _method(operation: Operation) -> Any:
    cls = getattr(LvngClient, operation.tag)
    return getattr(cls, operation.method)


def signature(operation: Operation, method: Any) -> str:
    """The signature of a method, with one argument per line if it is long."""
    found = inspect.signature(method)
    parameters = [one for name, one in found.parameters.items() if name != "self"]
    shown = f"client.{operation.id}"
    whole = f"{shown}({', '.join(map(str, _with_star(parameters)))}) -> {found.return_annotation}"
    if len(whole) <= 96:
        return whole.replace("'", "") if "Literal" not in whole else whole
    rows = "".join(f"    {one},\n" for one in _with_star(parameters))
    return f"{shown}(\n{rows}) -> {found.return_annotation}"


def _with_star(parameters: list[inspect.Parameter]) -> Iterator[str]:
    star = False
    for one in parameters:
        if one.kind is inspect.Parameter.KEYWORD_ONLY and not star:
            star = True
            yield "*"
        default = "" if one.default is inspect.Parameter.empty else f" = {one.default!r}"
        yield f"{one.name}: {one.annotation}{default}"


def _arguments(operation: Operation) -> Iterator[str]:
    yield "| argument | meaning |"
    yield "| --- | --- |"
    for one in operation.arguments:
        need = "**required.** " if one.required else ""
        yield f"| `{one.name}` | {need}{_cell(one.doc)} |"
    yield ""


def _returns(operation: Operation) -> Iterator[str]:
    if operation.returns == "none":
        return
    what = {
        "json": "The JSON of the response, a plain dict:",
        "sse": "A stream; the data of its events:",
        "lines": "A stream of JSON values:",
        "bytes": "A `Download`: save it, read it, or iterate over it.",
    }[operation.returns]
    yield from (f"**Returns.** {what}", "")
    if operation.returns != "bytes":
        yield from ("```typescript", *_lines(operation.shape), "```", "")


def _lines(shape: str) -> Iterator[str]:
    """A shape with a line for each key of its outer object."""
    if not (shape.startswith("{") and shape.endswith("}")):
        yield shape
        return
    yield "{"
    depth, start = 0, 1
    for at, char in enumerate(shape[1:-1], start=1):
        depth += (char in "{[(<") - (char in "}])>")
        if char == "," and depth == 0:
            yield f"  {shape[start:at].strip()},"
            start = at + 1
    yield f"  {shape[start:-1].strip()}"
    yield "}"


def _errors(method: Any) -> Iterator[str]:
    """The errors that are specific to the operation, from its docstring."""
    doc = inspect.getdoc(method) or ""
    found = re.search(r"^Raises:\n((?: {4}.*\n?|\n(?= {4}))+)", doc, re.MULTILINE)
    if found is None:
        return
    text = inspect.cleandoc(found[1])
    yield from ("**Errors** beside those of every call:", "")
    for entry in re.split(r"\n(?=\w+Error: )", text):
        name, _, about = " ".join(entry.split()).partition(": ")
        yield f"- `{name}`: {about}"
    yield ""


def _facts(operation: Operation) -> Iterator[str]:
    auth = {"key": "an API key or JWT", "jwt": "a JWT", "public": "no key"}[operation.auth]
    scope = f" with the scope `{operation.scope}`" if operation.scope else ""
    repeat = "may be repeated" if operation.idempotent else "repeated under its Idempotency-Key"
    retried = "" if operation.http == "GET" else f" · {repeat}"
    known = _KNOWN.get(operation.provenance, "documented")
    yield f"`{operation.http} {operation.path}` · needs {auth}{scope}{retried} · {known}"
    yield ""


def _examples(operation: Operation) -> Iterator[str]:
    yield "::::{tab-set}"
    yield ":sync-group: language"
    for label, language, code in (
        ("Sync", "python", sync_example(operation)),
        ("Async", "python", async_example(operation)),
        ("curl", "sh", curl_example(operation)),
        ("Command line", "sh", command_example(operation)),
    ):
        yield f":::{{tab-item}} {label}"
        yield f":sync: {label.lower().replace(' ', '-')}"
        yield from (f"```{language}", code, "```", ":::")
    yield "::::"


def example_arguments(operation: Operation) -> dict[str, Any]:
    """Arguments of an example: the required ones, else the first one with an example."""
    chosen = [one for one in operation.arguments if one.required]
    if not any(one.location == "field" for one in chosen) and operation.http != "GET":
        fields = [one for one in operation.arguments if one.location == "field"]
        chosen += [one for one in fields if one.example is not None or one.choices][:1]
    return {one.name: _example(one) for one in chosen}


def _example(argument: Argument) -> Any:
    if argument.kind == "file":
        return (FILE, CONTENT)
    if argument.example is not None:
        return argument.example
    return example_of(argument.schema)


def example_of(schema: Any) -> Any:
    """An example value of a schema."""
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("const", "default"):
        if key in schema:
            return schema[key]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0])
    if "properties" in schema:
        names = schema.get("required") or list(schema["properties"])[:1]
        return {name: example_of(schema["properties"][name]) for name in names}
    if "items" in schema:
        return [example_of(schema["items"])]
    return {"string": "text", "integer": 1, "number": 1.0, "boolean": True}.get(
        schema.get("type"), {}
    )


def _call(operation: Operation) -> str:
    """The call in Python."""
    positional = [one.name for one in operation.arguments if one.location == "path"]
    words = []
    for name, value in example_arguments(operation).items():
        words.append(_python(value) if name in positional else f"{name}={_python(value)}")
    return f"client.{operation.id}({', '.join(words)})"


def _python(value: Any) -> str:
    """Format a value as Python, with double quotes."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(_python, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_python(key)}: {_python(one)}' for key, one in value.items())}}}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_python, value))})"
    return repr(value).replace("'", '"') if isinstance(value, bytes) else repr(value)


def sync_example(operation: Operation) -> str:
    """A program with the sync client."""
    body = {
        "none": [_call(operation)],
        "json": [f"print({_call(operation)})"],
        "bytes": [f'{_call(operation)}.save("download")'],
        "sse": [f"for event in {_call(operation)}:", "    print(event.event, event.data)"],
        "lines": [f"for value in {_call(operation)}:", "    print(value)"],
    }[operation.returns]
    lines = ["from lvng import LvngClient", "", "with LvngClient() as client:"]
    return "\n".join([*lines, *(f"    {line}" for line in body)])


def async_example(operation: Operation) -> str:
    """The same with the async client."""
    body = {
        "none": [f"await {_call(operation)}"],
        "json": [f"print(await {_call(operation)})"],
        "bytes": [f'await {_call(operation)}.save("download")'],
        "sse": [f"async for event in {_call(operation)}:", "    print(event.event, event.data)"],
        "lines": [f"async for value in {_call(operation)}:", "    print(value)"],
    }[operation.returns]
    lines = [
        "import asyncio",
        "from lvng import AsyncLvngClient",
        "",
        "",
        "async def main() -> None:",
    ]
    lines += ["    async with AsyncLvngClient() as client:", *(f"        {line}" for line in body)]
    return "\n".join([*lines, "", "", "asyncio.run(main())"])


def curl_example(operation: Operation, base_url: str = "https://api.lvng.ai") -> str:
    """The same request by curl."""
    arguments = example_arguments(operation)
    files = {one.wire: FILE for one in operation.arguments if one.kind == "file"}
    key = "a.b.c"  # a JWT is accepted by every operation
    with LvngClient(key, base_url=base_url, transport=DryRun()) as client:
        try:
            result = operations.call(client, operation, arguments)
            if operation.returns == "bytes":
                result.read()
            else:
                list(result)
        except RequestNotSentError as kept:
            lines = curl(kept.request, files).splitlines()
            return "\n".join(line for line in lines if "Idempotency-Key" not in line)
    raise AssertionError(f"{operation.id} sent nothing")


def command_example(operation: Operation) -> str:
    """The same call from the command line."""
    words = ["lvng", dashed(operation.tag), dashed(operation.method)]
    after: list[str] = []
    for name, value in example_arguments(operation).items():
        location = next(one.location for one in operation.arguments if one.name == name)
        given = words_of(location, name, value[0] if isinstance(value, tuple) else value)
        (after if location == "path" else words).extend(given)
    return shlex.join([*words, *after])


def _cell(text: str) -> str:
    """Escape text for a table cell."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
