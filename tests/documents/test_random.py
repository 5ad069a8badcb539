"""Documents made at random make packages whose every call is as a second reading of the document says."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.checkers import mypy

from .random_documents import documents
from .reading import Data
from .trial import Trial

# `hatch run documents:random` tries many.
EXAMPLES = int(os.environ.get("LVNG_EXAMPLES", "10"))
_NUMBERS = itertools.count()
_CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Packages of a test are not kept."""
    yield
    _forget()


def _forget() -> None:
    for name in [name for name in sys.modules if name.startswith("random_")]:
        del sys.modules[name]


def made(document: Data, folder: Path, seed: int) -> Trial:
    """The package of a document."""
    name = f"random_{next(_NUMBERS)}"
    file = folder / f"{name}.json"
    file.write_text(json.dumps(document))
    return Trial(file, folder, name, seed)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=_CHECKS)
@given(document=documents(), seed=st.integers(0, 9))
def test_every_call_is_as_the_document_says(document: Data, seed: int) -> None:
    with TemporaryDirectory() as folder:
        trial = made(document, Path(folder), seed)
        assert [str(note) for note in trial.package.api.notes.left_out] == []
        assert [str(failure) for failure in trial.failures()] == []
    _forget()


@settings(max_examples=max(EXAMPLES // 100, 1), deadline=None, suppress_health_check=_CHECKS)
@given(several=st.lists(documents(), min_size=4, max_size=12))
def test_mypy_takes_every_call(several: list[Data]) -> None:
    with TemporaryDirectory() as folder:
        scripts = [made(one, Path(folder), 0).script for one in several]
        found = mypy("--cache-dir", Path(folder) / "cache", *scripts)
        assert found.returncode == 0, found.stdout
    _forget()
