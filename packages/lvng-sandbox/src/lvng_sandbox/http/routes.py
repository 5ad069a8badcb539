"""Routing: finds the operation of a request."""

from __future__ import annotations

import difflib
import re

from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import Scope

from ..platform.crud import handler_for
from ..platform.platform import Platform
from .adaptations import Adaptations
from .pipeline import Target

_LEAST_SIMILARITY = 0.75
"""Minimum similarity for suggesting an operation."""


class Routes:
    """The routes of the API: paths with their operations by method."""

    def __init__(self, platform: Platform) -> None:
        by_path: dict[str, dict[str, Target]] = {}
        adaptations = Adaptations(platform)
        for operation in platform.served.operations.values():
            base = platform.contract.operations[operation.id]
            handler = handler_for(platform.kinds_by_path, base)
            target = Target(operation, handler, adaptations.find(operation, base))
            by_path.setdefault(operation.path, {})[operation.method] = target
        # Grouped by their first segments, so that few are tried for a request.
        self._groups: dict[str, list[tuple[re.Pattern[str], dict[str, Target]]]] = {}
        # Static segments take precedence over parameters: `{` sorts after every letter.
        for path in sorted(by_path):
            pattern, _, _ = compile_path(path)
            self._groups.setdefault(_group(path), []).append((pattern, by_path[path]))

    def find(self, scope: Scope) -> Target | None:
        """Find the target of a request and add its path parameters to the scope; None for an unknown path.

        Raises:
            HTTPException: 405: the path is known, but not with this method.
        """
        path = scope.get("path", "")
        for pattern, targets in self._groups.get(_group(path), ()):
            if match := pattern.match(path):
                scope["path_params"] = match.groupdict()
                method = "GET" if scope["method"] == "HEAD" else scope["method"]
                if method not in targets:
                    raise HTTPException(405, headers={"Allow": _allowed(targets)})
                return targets[method]
        return None

    def nearest(self, scope: Scope) -> str | None:
        """The operation most similar to an unknown path, with its method and path."""
        path, method = scope["path"], scope["method"]
        scored = [
            (_similarity(path, target.operation.path) + 0.01 * (one == method), target.operation)
            for group in self._groups.values()
            for _, targets in group
            for one, target in targets.items()
        ]
        score, operation = max(scored, key=lambda found: found[0])
        if score < _LEAST_SIMILARITY:
            return None
        return f"{operation.method} {operation.path} ({operation.id})"


def _similarity(path: str, template: str) -> float:
    """The similarity of a path to a template, from 0 to 1; parameters match any segment."""
    given, wanted = path.strip("/").split("/"), template.strip("/").split("/")
    if len(given) == len(wanted):
        wanted = [
            one if name.startswith("{") else name for one, name in zip(given, wanted, strict=True)
        ]
    return difflib.SequenceMatcher(None, "/".join(wanted), "/".join(given)).ratio()


def _group(path: str) -> str:
    """The first segments of a path: `/api/v2/channels`, `/api/knowledge`."""
    parts = path.split("/")
    return "/".join(parts[: 4 if parts[2:3] == ["v2"] else 3])


def _allowed(targets: dict[str, Target]) -> str:
    return ", ".join([*targets, *(["HEAD"] if "GET" in targets else [])])
