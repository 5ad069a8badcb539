"""The package of every spec, byte for byte as it is in `golden/`.

After a change that is meant, write them anew and read what `git diff` shows:

    LVNG_UPDATE_GOLDEN=1 hatch run pytest tests/codegen/test_golden.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codegen.documents import GOLDEN, SPECS
from lvng_codegen.files import compare, write
from lvng_codegen.package import Package


@pytest.mark.parametrize("name", SPECS)
def test_the_package_of_a_spec_is_the_golden_one(name: str) -> None:
    outputs = Package(name, SPECS[name]).outputs()
    if os.environ.get("LVNG_UPDATE_GOLDEN"):
        write(GOLDEN, outputs, [Path(name)])
    assert compare(GOLDEN, outputs, [Path(name)]).lines() == []


def test_every_golden_package_has_its_spec() -> None:
    assert {lock.name.partition(".")[0] for lock in GOLDEN.glob("*.names.json")} == set(SPECS)
