"""Choose the package of a tag that is not in the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .matching import Place, operations, words_of

DEFAULT = "lvng-workspace"
"""Package of a tag that is not similar to any of the contract."""


def package_of(tag: str, places: Sequence[Place], ours: Mapping[str, Any]) -> tuple[str, str]:
    """The package of a new tag, and the reason.

    1. That of the tag with which it shares the longest beginning of a path, beyond the beginning of all paths.
    2. Else that of the tag with which its name and paths have most words in common.
    3. Else `DEFAULT`; none if the contract does not have that package.
    """
    tags = {one["name"]: one.get("x-package", "") for one in ours.get("tags", ())}
    known = [(one, name) for one in operations(ours) for name in one.value.get("tags", ())[:1]]
    shared = _beginning([one.path for one, _ in known])
    nearest = max(
        ((_common(a.path, b.path) - shared, name) for a in places for b, name in known),
        key=lambda found: found[0],
        default=(0, ""),
    )
    if nearest[0] > 0 and tags.get(nearest[1]):
        return tags[nearest[1]], f"its paths begin as those of {nearest[1]}"
    words = words_of(tag).union(*(words_of(one.path) for one in places))
    common = words.intersection
    alike = max(
        ((len(common(words_of(name), words_of(name))), name) for name in tags),
        default=(0, ""),
    )
    if alike[0] > 0:
        return tags[alike[1]], f"it has words in common with {alike[1]}"
    default = DEFAULT if DEFAULT in tags.values() else ""
    return default, "it is like no tag of the contract"


def _common(a: str, b: str) -> int:
    """The number of common leading segments of two paths."""
    count = 0
    for left, right in zip(a.split("/"), b.split("/"), strict=False):
        if left != right or left[:1] == "{":
            break
        count += 1
    return count


def _beginning(paths: Sequence[str]) -> int:
    """The number of leading segments that many tags share, such as `/api/v2`."""
    first = {"/".join(path.split("/")[:3]) for path in paths}
    return 3 if len(first) < len(paths) / 10 else 1
