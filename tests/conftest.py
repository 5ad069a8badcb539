"""Fixtures of all tests: tests do not read the environment variables of the user."""

from __future__ import annotations

import pytest

_VARIABLES = (
    "LVNG_API_KEY",
    "LVNG_BASE_URL",
    *(f"{name}_proxy" for name in ("http", "https", "all", "no")),
    *(f"{name}_PROXY" for name in ("HTTP", "HTTPS", "ALL", "NO")),
)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
