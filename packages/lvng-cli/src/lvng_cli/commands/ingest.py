"""`lvng knowledge ingest`: the operation, or ingestion of the text files in folders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import click

from lvng import operations

from .. import output, terminal
from ..help_pages import Command, dashed
from ..operation_commands import TagGroup, operation_command, run
from ..progress import transfer
from ..session import Session, session_of

_TEXTS = [
    "*.md",
    "*.markdown",
    "*.rst",
    "*.txt",
    "*.text",
    "*.html",
    "*.htm",
    "*.csv",
    "*.tsv",
    "*.json",
    "*.yaml",
    "*.yml",
    "*.toml",
    "*.xml",
    "*.py",
    "*.js",
    "*.ts",
    "*.java",
    "*.go",
    "*.rs",
    "*.rb",
    "*.php",
    "*.c",
    "*.h",
    "*.cpp",
    "*.cs",
    "*.sh",
    "*.sql",
    "*.tex",
    "*.log",
]
_ID = "knowledge.ingest"


def texts_in(paths: Sequence[str], include: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """Find the text files in folders, sorted, each with its path relative to the folder. Hidden files are skipped.

    Args:
        paths: folders and files; files are included whatever their name.
        include: patterns of file names.
    """
    for path in map(Path, paths):
        if path.is_file():
            yield path, path.name
            continue
        for file in sorted(path.rglob("*")):
            below = file.relative_to(path)
            hidden = any(part.startswith(".") for part in below.parts)
            if file.is_file() and not hidden and any(fnmatch(file.name, one) for one in include):
                yield file, below.as_posix()


class Files(Sequence[Any]):
    """The arguments of `ingest` for files; each file is read when it is needed.

    Args:
        found: the files with their names.
        shared: arguments that are the same for all files.
    """

    def __init__(self, found: Sequence[tuple[Path, str]], shared: dict[str, Any]) -> None:
        self._found, self._shared = found, shared

    def __len__(self) -> int:
        return len(self._found)

    def __getitem__(self, index: Any) -> Any:
        path, name = self._found[index]
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise click.ClickException(
                f"{path} is not text. Exclude it with --include, or: lvng documents upload --file {path}"
            ) from None
        metadata = {"path": name, **self._shared.get("metadata", {})}
        return {"title": name, **self._shared, "content": content, "metadata": metadata}


def _files(session: Session, params: dict[str, Any], paths: Sequence[str]) -> None:
    from ..operation_commands import arguments_from

    session.operation = _ID
    shared = arguments_from(operations.get(_ID), params)
    if given := {"content", "url"} & shared.keys():
        raise click.UsageError(f"Folders and --{given.pop()} cannot be ingested together.")
    found = list(texts_in(paths, params["include"] or _TEXTS))
    if not found:
        raise click.UsageError(
            f"No text files in {', '.join(paths)}; use --include for other names."
        )
    if session.dry_run:
        for path, _ in found:
            click.echo(str(path))
        return
    client = session.client()
    failed = 0
    with transfer("ingest") as progress:
        results = client.knowledge.ingest_many(
            Files(found, shared),
            concurrency=params["concurrency"],
            on_progress=progress,
            resume_key=params["resume"],
        )
        rows = []
        for result in results:
            failed += not result.ok
            data: Any = result.response["data"] if result.response else {}
            rows.append(
                {
                    "path": found[result.index][1],
                    "ok": result.ok,
                    "job": data.get("id") or data.get("jobId"),
                    "error": str(result.error) if result.error else None,
                }
            )
    output.show_all(session, iter(rows))
    terminal.note(f"{len(rows) - failed} ingested, {failed} failed.")
    if failed:
        click.get_current_context().exit(1)


@click.pass_context
def _run(context: click.Context, /, paths: tuple[str, ...], **params: Any) -> None:
    if paths:
        _files(session_of(context), params, paths)
    else:
        run(session_of(context), operations.get(_ID), params)


def _command() -> Command:
    operation = operations.get(_ID)
    command = operation_command(operation)
    command.callback = _run
    command.help = (
        "Ingest text, the page of a URL, or all text files of folders.\n\n\b\nExamples:\n"
        "  lvng knowledge ingest docs/\n"
        "  lvng knowledge ingest docs/ --include '*.md' --resume docs-2026-11\n"
        f"  lvng {dashed(operation.tag)} ingest --url https://example.com/pricing\n\n"
        f"{operation.http} {operation.path}, scope {operation.scope} ({operation.provenance})"
    )
    command.short_help = "Ingest text, a URL, or the text files of folders"
    command.params[:0] = [
        click.Argument(["paths"], nargs=-1, type=click.Path(exists=True)),
        click.Option(
            ["--include"],
            multiple=True,
            metavar="PATTERN",
            help="Pattern of file names to include; default: text files.",
        ),
        click.Option(
            ["--concurrency"],
            type=click.IntRange(1, 64),
            default=8,
            help="Maximum number of concurrent calls; default 8.",
        ),
        click.Option(
            ["--resume"],
            metavar="NAME",
            help="Name of the run; repeating it ingests nothing twice.",
        ),
    ]
    return command


knowledge = TagGroup("knowledge", {"ingest": _command()})
