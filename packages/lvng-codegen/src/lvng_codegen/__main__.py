"""The command line: `lvng-codegen sdk`, `generate`, `diff`, `amend` and `vendor`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from . import __version__, files
from .amend.propose import amend
from .changes import FORMATS
from .config import FILE, Config
from .diff import compare
from .errors import CodegenError
from .model.operations import build
from .model.schemas import TOO_DEEP
from .openapi import contract
from .package import Package, check_name
from .vendor import table, vendor
from .workspace import CONTRACT, Workspace, find_root


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except (CodegenError, OSError) as error:
        return _fail(str(error))
    except RecursionError:
        return _fail(f"the document {TOO_DEEP}")


def _fail(message: str) -> int:
    print(f"lvng-codegen: {message}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("lvng-codegen", description="From OpenAPI to a typed SDK.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")

    sdk = commands.add_parser("sdk", help="write the generated files of this workspace")
    sdk.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    sdk.add_argument("--spec", type=Path, help="an OpenAPI document to use instead of the contract")
    sdk.set_defaults(run=_sdk)

    generate = commands.add_parser("generate", help="write a package from any OpenAPI document")
    generate.add_argument(
        "document", type=Path, nargs="?", help="OpenAPI document, 3.0, 3.1 or 3.2"
    )
    generate.add_argument("--spec", type=Path, help="the same, by name")
    generate.add_argument("--out", type=Path, help="folder for the package; default: this folder")
    generate.add_argument("--package", help="import name; default: derived from the title")
    generate.add_argument(
        "--config", type=Path, help=f"configuration; default: {FILE}, where there is one"
    )
    generate.add_argument(
        "--check", action="store_true", help="write nothing; fail on a difference"
    )
    generate.add_argument(
        "--strict", action="store_true", help="stop at an operation that cannot be generated"
    )
    generate.set_defaults(run=_generate)

    diff = commands.add_parser("diff", help="compare two documents for users of the SDK")
    diff.add_argument("old", type=Path, help="a document or contract folder")
    diff.add_argument("new", type=Path, help="a document or contract folder, or an overlay of OLD")
    diff.add_argument("--fail-on-breaking", action="store_true", help="exit 1 if one is breaking")
    diff.add_argument("--format", choices=FORMATS, default="text", help="how changes are printed")
    diff.set_defaults(run=_diff)

    amend = commands.add_parser("amend", help="propose an overlay from observations of a service")
    amend.add_argument("observations", type=Path, help="a file written by lvng-verify")
    amend.add_argument("--contract", type=Path, help="a document or contract folder; default: ours")
    amend.add_argument("--out", type=Path, help="file for the overlay; default: standard output")
    amend.set_defaults(run=_amend)

    copy = commands.add_parser("vendor", help="copy packages of the SDK into a program")
    copy.add_argument("into", type=Path, help="folder of the copy, such as src/myapp/_vendor")
    copy.add_argument(
        "packages", nargs="+", help="domain packages besides lvng-core, such as lvng-chat"
    )
    copy.set_defaults(run=_vendor)
    return parser


def _sdk(options: argparse.Namespace) -> int:
    workspace = Workspace(find_root())
    if options.spec:
        for line in workspace.adopted(options.spec).lines():
            print(line, file=sys.stderr)
    outputs = workspace.outputs(options.spec)
    return _finish(workspace.root, outputs, workspace.folders(), check=options.check)


def _generate(options: argparse.Namespace) -> int:
    config = _config(options)
    if config.document is None:
        raise CodegenError(f"name the document, here or in {FILE}")
    package = Package(config.package, config.document, options.strict, config.api, config.out)
    outputs = package.outputs()
    notes = package.api.notes
    for note in notes.found:
        print(f"note: {note}", file=sys.stderr)
    done = _finish(config.out, outputs, package.folders(), check=options.check)
    count = sum(1 for _ in package.api.operations())
    where = f"; see {package.report_file.as_posix()}" if notes.found else ""
    _say([f"{notes.summary(count)}{where}"])
    return done


def _config(options: argparse.Namespace) -> Config:
    """The configuration file, if there is one, overridden by the options of the command line."""
    given, default = options.config, Path(FILE)
    if given is None and default.is_file():
        given = default
    config = Config() if given is None else Config.read(given)
    config.document = options.document or options.spec or config.document
    config.out = options.out or config.out
    if options.package is not None:
        config.package = check_name(options.package)
    return config


def _finish(
    root: Path, outputs: Mapping[Path, str], folders: Iterable[Path], *, check: bool
) -> int:
    found = (files.compare if check else files.write)(root, outputs, folders)
    if check:
        _say(found.lines() or [f"{len(outputs)} files up to date"])
        return 1 if found else 0
    written = len(found.differing) + len(found.missing)
    _say(
        [f"{len(outputs)} files: {written} written, {len(found.stale)} removed, the rest as it was"]
    )
    return 0


def _diff(options: argparse.Namespace) -> int:
    documents = contract.load(options.old), contract.load_changed(options.new, options.old)
    old, new = (build(one, strict=False) for one in documents)
    for note in (*old.notes.left_out, *new.notes.left_out):
        print(f"note: {note}", file=sys.stderr)
    changes = compare(old, new)
    if written := FORMATS[options.format](changes, options.new.as_posix()):
        _say([written])
    return 1 if options.fail_on_breaking and any(one.breaking for one in changes) else 0


def _amend(options: argparse.Namespace) -> int:
    source = options.contract or find_root() / CONTRACT
    document = contract.load(source)
    proposal = amend(document, options.observations)
    for text in proposal.reported:
        print(f"not amended: {text}", file=sys.stderr)
    if not proposal.actions:
        print("the observations agree with the contract", file=sys.stderr)
        return 0
    written = proposal.text(f"Observations of {options.observations.name}")
    if options.out is None:
        print(written, end="")
    else:
        options.out.write_text(written, encoding="utf-8")
    changes = compare(
        build(document, strict=False), build(proposal.applied(document), strict=False)
    )
    print(FORMATS["text"](changes, source.as_posix()), file=sys.stderr)
    return 0


def _vendor(options: argparse.Namespace) -> int:
    _say(table(vendor(options.into, options.packages)))
    return 0


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


if __name__ == "__main__":
    sys.exit(main())
