"""Start a local LVNG server and run every sample of this folder against it.

hatch run quickstart            all samples
hatch run quickstart errors     the named ones
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from lvng_sandbox import Sandbox

SAMPLES = Path(__file__).parent / "samples"

ORDER = {
    "sync": "a question and a list",
    "async": "the same with the async client",
    "authentication": "the API key, and another deployment",
    "password_login": "a session that renews itself",
    "configuration": "options of the client",
    "connections": "connection pool, keepalive, and an HTTP client of your own",
    "stream_sync": "an answer as it arrives",
    "stream_async": "the same with the async client",
    "follow_run": "the events of a workflow run",
    "low_level_sse": "events from an HTTP response of your own",
    "deprecations": "operations that the API will remove",
    "detailed": "status, headers and rate limit of a response",
    "drift": "responses of another shape than expected",
    "errors": "classes of errors",
    "middleware": "around every attempt: watch, change, answer",
    "rate_limits": "many calls, none of them refused",
    "response_cache": "only what has changed is sent",
    "pagination": "lists by cursor, by offset, and by iter",
    "testing": "a server and a mock for your own tests",
    "bulk": "one operation for many items",
    "webhooks": "an event that arrives",
}


def main(names: list[str]) -> int:
    """Run the named samples, or all; return the number of failures."""
    if unknown := [name for name in names if name not in ORDER]:
        print(f"No such sample: {', '.join(unknown)}. Samples: {', '.join(ORDER)}.")
        return 2
    with Sandbox() as sandbox:
        print(f"A local LVNG server is running at {sandbox.base_url}.")
        print("It has a small example workspace and stops at the end of this program.")
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
    """Run one sample in its own Python process."""
    print(f"\n--- {name}.py: {ORDER[name]}", flush=True)
    done = subprocess.run([sys.executable, SAMPLES / f"{name}.py"], env=environment, check=False)
    outcome = "ok" if done.returncode == 0 else f"failed with exit code {done.returncode}"
    print(f"--- {name}.py: {outcome}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
