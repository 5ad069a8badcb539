"""A plugin of pytest: tests of functions run before those over sockets, which take far longer."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: "serve" in getattr(item, "fixturenames", ()))
