"""Start a local LVNG server and run every sample of this folder against it.

hatch run quickstart            all samples
hatch run quickstart errors     those named
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from lvng_sandbox import Sandbox

SAMPLES = Path(__file__).parent / "samples"

ORDER = {
    "sync": "a question and a list, blocking",
    "async": "the same in async code",
    "authentication": "where the key comes from",
    "configuration": "every option of the client",
    "connections": "how many, how they are kept, and an HTTP client of your own",
    "stream_sync": "an answer while it is written, blocking",
    "stream_async": "the same in async code",
    "low_level_sse": "events from an HTTP answer of your own",
    "errors": "a class for each thing that can go wrong",
    "hooks": "what becomes of each try",
    "pagination": "lists by cursor, by offset, and by iter",
}


def main(names: list[str]) -> int:
    """Run the samples named, or all; the number of those that failed."""
    if unknown := [name for name in names if name not in ORDER]:
        print(f"No such sample: {', '.join(unknown)}. There are: {', '.join(ORDER)}.")
        return 2
    with Sandbox() as sandbox:
        print(f"A local LVNG server is up at {sandbox.base_url}.")
        print("It holds a small example workspace and goes away when this ends.")
        environment = {
            **os.environ,
            "LVNG_API_KEY": sandbox.api_key,
            "LVNG_BASE_URL": sandbox.base_url,
            "PYTHONIOENCODING": "utf-8",
        }
        failed = [name for name in names or ORDER if not run(name, environment)]
    print()
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    else:
        print(f"All {len(names or ORDER)} samples ran. Their code is in docs/samples/.")
    return len(failed)


def run(name: str, environment: dict[str, str]) -> bool:
    """Run one sample in a Python of its own, as a user would."""
    print(f"\n--- {name}.py: {ORDER[name]}", flush=True)
    done = subprocess.run([sys.executable, SAMPLES / f"{name}.py"], env=environment, check=False)
    outcome = "ok" if done.returncode == 0 else f"failed with exit code {done.returncode}"
    print(f"--- {name}.py: {outcome}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
