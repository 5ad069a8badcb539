"""Feeds a target with what a coverage-guided fuzzer makes up: `hatch run fuzz:sse`, `hatch run fuzz:errors`.

Further arguments are libFuzzer's. It begins with the corpus, keeps what it finds in a folder that is thrown
away, and stops at the first failure, which it writes to a file `crash-...`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[1]))

with atheris.instrument_imports(include=["lvng_core"]):  # pyright: ignore[reportAttributeAccessIssue]  # typeshed lacks it
    from fuzz.targets import TARGETS

RUNS = 10_000_000


def main() -> None:
    """Feed the target that is named first."""
    name, *options = sys.argv[1:]
    corpus = Path(__file__).with_name("corpus") / name
    with tempfile.TemporaryDirectory() as found:
        arguments = [f"-runs={RUNS}", "-max_len=128", *options, found, str(corpus)]
        atheris.Setup([sys.argv[0], *arguments], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
