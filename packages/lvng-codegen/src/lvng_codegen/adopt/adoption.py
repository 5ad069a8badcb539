"""The vendor's document with the names and settings of the contract, and a report of the changes."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..model.api import Api
from ..names import snake
from ..openapi.document import Document
from ..openapi.overlay import from_the_host, overlaid
from ..openapi.paths import operation_key
from .components import named_as_ours
from .envelopes import inline_envelopes
from .matching import Place, by_name, common_prefix, operations, parameters_of
from .packages import package_of
from .upgrade import upgraded

_KEPT = re.compile(r"x-(?!provenance$|source$)")


@dataclass(slots=True)
class Adoption:
    """An adopted document, with a report.

    Attributes:
        document: the document, with the contract's names.
        matched: number of operations that are in the contract, by method and path.
        notes: the changes, as sentences.
        added: operations that the contract does not have.
        lost: operations of the contract that the document does not have.
        unkept: other things that cannot be kept; hand-written code is added by the workspace.
    """

    document: Document
    matched: int = 0
    notes: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unkept: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The report as lines."""
        return [
            f"{self.matched} operations are those of the contract by method and path",
            *self.notes,
            f"{len(self.added)} operations are new",
            *(f"not in the document: {one}" for one in self.lost),
            *(f"cannot be kept: {one}" for one in self.unkept),
        ]


def adopt(document: Document, ours: Document) -> Adoption:
    """Replace the contract by a document.

    Args:
        document: the vendor's document.
        ours: the contract.
    """
    theirs: Any = from_the_host(upgraded(copy.deepcopy(document.root.value)))
    contract: Any = ours.root.value
    adoption = Adoption(document)
    prefix = _without_prefix(theirs, contract, adoption)
    moved = _matched(theirs, contract, adoption)
    _with_our_parameters(theirs, contract, moved)
    _with_our_tags(theirs, contract, moved, adoption)
    named = named_as_ours(theirs, contract, moved)
    if named:
        first = min(named)
        adoption.notes.append(
            f"{len(named)} components have the names of the contract's, as {first} that of {named[first]}"
        )
    inline_envelopes(theirs, contract)
    laid = overlaid(Document(theirs, document.path), ours)
    data: Any = laid.root.value
    for server in data.get("servers", ()):
        server["url"] = f"{str(server['url']).rstrip('/')}{prefix}"
    _with_our_names(data, moved)
    _with_packages(data, contract, adoption)
    for one in operations(data):  # the vendor's document counts as documentation
        one.value.setdefault("x-provenance", "documented")
        one.value.setdefault("x-source", document.path.name)
    adoption.document = Document(data, document.path)
    return adoption


def name_operations(document: Document, api: Api) -> None:
    """Write the names that operations have in the SDK into a document: the sandbox and lvng-verify call them so, too."""
    names = {operation_key(one.http.lower(), one.path): one for one in api.operations()}
    data: Any = document.root.value
    for place in operations(data):
        if one := names.get(place.key):
            place.value["operationId"] = one.id
            place.value.setdefault("tags", [one.tag])


def _without_prefix(theirs: Any, contract: Any, adoption: Adoption) -> str:
    """Remove the prefix before the contract's paths, which belongs to the URL of the server."""
    prefix = common_prefix(theirs, contract)
    if not prefix:
        return ""
    theirs["paths"] = {path.removeprefix(prefix): item for path, item in theirs["paths"].items()}
    adoption.notes.append(f"the paths begin with {prefix}, which base_url must end with")
    return prefix


def _matched(theirs: Any, contract: Any, adoption: Adoption) -> dict[str, Place]:
    """The matching operations of the contract by the document's keys; adds the others to the report."""
    known = {one.key: one for one in operations(contract)}
    given = {one.key: one for one in operations(theirs)}
    adoption.matched = len(known.keys() & given.keys())
    new = [one for key, one in given.items() if key not in known]
    gone = [one for key, one in known.items() if key not in given]
    moved = by_name(new, gone)
    for key, one in moved.items():
        name = one.value["operationId"]
        adoption.notes.append(f"{name} moved from {one.title} to {given[key].title}")
    kept = {one.key for one in moved.values()}
    adoption.added = [one.title for one in new if one.key not in moved]
    for one in gone:
        if one.key not in kept:
            adoption.lost.append(f"{one.value['operationId']} ({one.title}){_promise(one.value)}")
    return moved


def _promise(operation: Mapping[str, Any]) -> str:
    if operation.get("x-provenance") == "sdk" or "x-client-method" in operation:
        return ", which the page of the SDK names"
    return ""


def _with_our_parameters(theirs: Any, contract: Any, moved: Mapping[str, Place]) -> None:
    """Rename path parameters as in the contract, so that arguments of the SDK keep their names."""
    known = {one.key: one.path for one in operations(contract)}
    paths: dict[str, Any] = {}
    for path, item in theirs["paths"].items():
        keys = [one.key for one in operations({"paths": {path: item}})]
        ours = next((known[key] for key in keys if key in known), None) or next(
            (moved[key].path for key in keys if key in moved), path
        )
        before, after = parameters_of(path), parameters_of(ours)
        names = dict(zip(before, after, strict=True)) if len(before) == len(after) else {}
        renamed = path
        for old, new in names.items():
            renamed = renamed.replace(f"{{{old}}}", f"{{\0{new}}}")
        _rename(item, names)
        target = paths.setdefault(renamed.replace("\0", ""), item)
        if target is not item:
            target.update(item)
    theirs["paths"] = paths


def _rename(item: Any, names: Mapping[str, str]) -> None:
    lists = [item.get("parameters"), *(one.value.get("parameters") for one in _of(item))]
    for parameters in lists:
        for one in parameters or ():
            if isinstance(one, dict) and one.get("in") == "path" and one.get("name") in names:
                one["name"] = names[one["name"]]


def _of(item: Any) -> list[Place]:
    return list(operations({"paths": {"/": item}}))


def _with_our_tags(
    theirs: Any, contract: Any, moved: Mapping[str, Place], adoption: Adoption
) -> None:
    """Assign new operations to the contract's tag of most operations of their tag."""
    known = {one.key: one for one in operations(contract)} | dict(moved)
    ours: dict[str, Counter[str]] = {}
    for one in operations(theirs):
        for tag in one.value.get("tags", ())[:1]:
            if one.key in known:
                ours.setdefault(tag, Counter())[known[one.key].value["tags"][0]] += 1
    for one in operations(theirs):
        tags = one.value.get("tags") or [_tag_of(one.path)]
        if one.key not in known:
            counted = ours.get(tags[0])
            one.value["tags"] = [counted.most_common(1)[0][0] if counted else snake(tags[0])]
    for tag, counted in ours.items():
        if len(counted) == 1 and (name := next(iter(counted))) != snake(tag):
            adoption.notes.append(f"the tag {tag!r} is {name}")


def _tag_of(path: str) -> str:
    """A tag for an operation without one: the first segment of its path that is not a version."""
    parts = [one for one in path.split("/") if one and one[:1] != "{"]
    named = [one for one in parts if one != "api" and not re.fullmatch(r"v\d+", one)]
    return snake(named[0]) if named else "default"


def _with_our_names(data: Any, moved: Mapping[str, Place]) -> None:
    """Copy names and settings of the contract to matching operations."""
    for one in operations(data):
        if one.key in moved:
            for name, value in moved[one.key].value.items():
                if name in {"operationId", "tags"} or (_KEPT.match(name) and name not in one.value):
                    one.value[name] = copy.deepcopy(value)


def _with_packages(data: Any, contract: Any, adoption: Adoption) -> None:
    """Assign new tags to packages."""
    used: dict[str, list[Place]] = {}
    for one in operations(data):
        for tag in one.value.get("tags", ())[:1]:
            used.setdefault(tag, []).append(one)
    named = {tag["name"]: tag for tag in data.setdefault("tags", [])}
    for tag, places in used.items():
        if not named.get(tag, {}).get("x-package"):
            package, reason = package_of(tag, places, contract)
            if not package:
                continue
            if tag not in named:
                data["tags"].append({"name": tag})
                named[tag] = data["tags"][-1]
            named[tag]["x-package"] = package
            adoption.notes.append(f"the new tag {tag} belongs to {package}: {reason}")
    data["tags"] = [tag for tag in data["tags"] if tag["name"] in used]
