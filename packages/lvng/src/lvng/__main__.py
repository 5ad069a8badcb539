"""`python -m lvng`: the command line, if it is installed."""

from __future__ import annotations

import runpy
import sys
from importlib.util import find_spec

if __name__ == "__main__":
    if find_spec("lvng_cli") is None:
        sys.exit('The command line of lvng is not installed: pip install "lvng[cli]"')
    # Imported by name: the command line depends on the SDK, not the other way round.
    runpy.run_module("lvng_cli", run_name="__main__", alter_sys=True)
