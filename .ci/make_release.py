"""Make a release of all packages: `hatch run release 1.1.0`, with `--dry-run` to see what would change.

It sets the version of every package, raises what they require of each other, dates the changelog, builds and checks the
wheels and source distributions, writes a bill of materials, and commits and tags. Nothing is published: the tag, once
pushed, starts the workflow `publish.yml`.
"""

from __future__ import annotations

import argparse
import datetime
import difflib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
UNRELEASED = "## Unreleased"


class ReleaseError(Exception):
    """The release cannot be made; the message says why."""


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Make the release that the command line names."""
    parser = argparse.ArgumentParser(description="Make a release of all packages.")
    parser.add_argument("version", help="the new version, such as 1.1.0")
    parser.add_argument("--dry-run", action="store_true", help="show the changes, and make none")
    options = parser.parse_args(arguments)
    try:
        old = current_version(root)
        check_version(root, old, options.version)
        texts = planned(root, old, options.version, datetime.date.today())  # noqa: DTZ011 - the local day
        if options.dry_run:
            print(difference(root, texts))
            return 0
        check_clean(root)
        if _numbers(options.version)[0] == _numbers(old)[0]:  # a new major version may break users
            run(root, sys.executable, "tests/compatibility/check.py")
        release(root, options.version, texts)
    except ReleaseError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def release(root: Path, version: str, texts: Mapping[Path, str]) -> None:
    """Write the changed files, build and check the distributions, commit and tag."""
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    run(root, "lvng-codegen", "sdk")
    dist = root / "dist"
    run(root, sys.executable, ".ci/build_packages.py")
    built = sorted(str(path) for path in dist.iterdir())
    run(root, "twine", "check", "--strict", *built)
    run(root, "check-wheel-contents", *(path for path in built if path.endswith(".whl")))
    write_bill_of_materials(root, dist)
    run(root, "git", "commit", "--quiet", "--all", "--message", f"Release {version}")
    run(root, "git", "tag", "--annotate", f"v{version}", "--message", f"Release {version}")
    print(f"Built in {dist} and tagged. To publish: git push --follow-tags")


def current_version(root: Path) -> str:
    """The version that the packages have."""
    text = (root / "packages/lvng/pyproject.toml").read_text(encoding="utf-8")
    version: str = tomllib.loads(text)["project"]["version"]
    return version


def check_version(root: Path, old: str, new: str) -> None:
    """Refuse a version that is malformed, taken, or lower than the present one."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", new):
        raise ReleaseError(f"{new!r} is no version such as 1.1.0.")
    if _numbers(new) < _numbers(old):
        raise ReleaseError(f"{new} is lower than the present version {old}.")
    if f"v{new}" in _git(root, "tag", "--list").split():
        raise ReleaseError(f"{new} has been released: there is a tag v{new}.")


def check_clean(root: Path) -> None:
    """Refuse to release what is not committed."""
    if changed := _git(root, "status", "--porcelain"):
        raise ReleaseError(f"There are changes that are not committed:\n{changed}")


def planned(root: Path, old: str, new: str, day: datetime.date) -> dict[Path, str]:
    """The files that a release changes, with their new text."""
    texts: dict[Path, str] = {}
    for path in sorted(root.glob("packages/*/pyproject.toml")):
        texts[path] = _with_version(path.read_text(encoding="utf-8"), old, new)
    line = re.compile(rf'^__version__ = "{re.escape(old)}"$', re.MULTILINE)
    for path in sorted(root.glob("packages/*/src/*/*.py")):
        text = path.read_text(encoding="utf-8")
        if line.search(text):
            texts[path] = line.sub(f'__version__ = "{new}"', text)
    changelog = root / "docs/changelog.md"
    texts[changelog] = _dated(changelog.read_text(encoding="utf-8"), new, day)
    return {path: text for path, text in texts.items() if path.read_text(encoding="utf-8") != text}


def _with_version(project: str, old: str, new: str) -> str:
    """A project file with the new version, and with what it requires of the other packages."""
    project = project.replace(f'version = "{old}"', f'version = "{new}"')
    project = re.sub(rf'("lvng[^"]*)=={re.escape(old)}"', rf'\g<1>=={new}"', project)
    most = _numbers(new)[0] + 1
    return re.sub(r'("lvng[^"<>=]*)>=[\d.]+,<\d+"', rf'\g<1>>={new},<{most}"', project)


def _dated(changelog: str, version: str, day: datetime.date) -> str:
    """The changelog with what is unreleased under the new version."""
    if UNRELEASED not in changelog:
        raise ReleaseError(f"docs/changelog.md has no section {UNRELEASED!r}.")
    return changelog.replace(UNRELEASED, f"## {version} ({day.isoformat()})", 1)


def difference(root: Path, texts: Mapping[Path, str]) -> str:
    """The changes as a unified diff."""
    return "".join(_difference(root, texts))


def _difference(root: Path, texts: Mapping[Path, str]) -> Iterator[str]:
    for path, text in texts.items():
        name = path.relative_to(root).as_posix()
        before = path.read_text(encoding="utf-8").splitlines(keepends=True)
        yield from difflib.unified_diff(before, text.splitlines(keepends=True), name, name, n=0)


def write_bill_of_materials(root: Path, dist: Path) -> None:
    """List what an installation of `lvng` brings, in the format of CycloneDX."""
    environment = dist / ".environment"
    run(root, sys.executable, "-m", "venv", str(environment))
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    run(root, str(python), "-m", "pip", "install", "--quiet", "--find-links", str(dist), "lvng")
    project = root / "packages/lvng/pyproject.toml"
    run(
        root,
        *("cyclonedx-py", "environment", str(python), "--pyproject", str(project)),
        *("--output-reproducible", "--output-file", str(dist / "lvng.cdx.json")),
    )
    shutil.rmtree(environment)


def run(folder: Path, *command: str, **environment: str) -> None:
    """Run a command in a folder."""
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, check=False)
    if done.returncode:
        raise ReleaseError(f"{' '.join(command[:4])} ended with {done.returncode}.")


def _git(root: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=root, check=True, capture_output=True, text=True
    ).stdout


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


if __name__ == "__main__":
    sys.exit(main())
