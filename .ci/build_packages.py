"""Build the wheels and source distributions of all packages in `dist/`.

Equal sources give equal files: their times are those of the last commit.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Build every package below `packages/`."""
    dist = ROOT / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    last_commit = ["git", "log", "-1", "--format=%ct"]
    done = subprocess.run(last_commit, cwd=ROOT, check=True, capture_output=True, text=True)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": done.stdout.strip()}
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(dist)]
    for project in sorted(ROOT.glob("packages/*/pyproject.toml")):
        subprocess.run(command, cwd=project.parent, env=environment, check=True)


if __name__ == "__main__":
    main()
