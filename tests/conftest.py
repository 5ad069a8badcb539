"""Fixtures of all tests: tests do not read the environment variables of the user."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support.backends import BACKENDS, default_backend, uses

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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--backend",
        choices=BACKENDS,
        default=BACKENDS[0],
        help="the HTTP library that clients use where a test does not choose: hatch run backends:test",
    )


@pytest.fixture(autouse=True, scope="session")
def backend(request: pytest.FixtureRequest) -> Iterator[None]:
    with default_backend(request.config.option.backend):
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = config.option.backend
    unused = [item for item in items if not uses(item, chosen)]
    config.hook.pytest_deselected(items=unused)
    items[:] = [item for item in items if item not in unused]
