"""The contract folder as one document: its files merged, in the order of the tags."""

from __future__ import annotations

from pathlib import Path

from ..errors import SpecError
from .document import Document
from .loader import JSON, escape, read
from .openapi_overlay import apply, is_overlay

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


OVERLAYS = "overlays"
"""The folder next to the document with overlays, which are applied in the order of their names."""


def load(path: Path, *, overlays: bool = True) -> Document:
    """Load a document from a file, or from a contract folder, with its overlays or without."""
    if not path.is_dir():
        return Document.load(path)
    return Document(data(path) if overlays else merge(path), path / "openapi.yaml")


def load_changed(path: Path, base: Path) -> Document:
    """Load a document from a file or folder; an overlay is applied to the document with which it is compared."""
    if path.is_dir() or not is_overlay(overlay := read(path)):
        return load(path)
    return Document(apply(load(base).root.value, overlay, str(path)), base / "openapi.yaml")


def data(folder: Path) -> JSON:
    """Merge all files of a contract folder, and apply its overlays."""
    merged: JSON = merge(folder)
    for file in sorted((folder / OVERLAYS).glob("*.yaml")):
        merged = apply(merged, read(file), str(file))
    return merged


def merge(folder: Path) -> dict[str, JSON]:
    """Merge all files of a contract folder.

    Raises:
        SpecError: two files define the same thing.
    """
    head = folder / "openapi.yaml"
    merged = _object(read(head), head)
    for file in _files(folder):
        _add(merged, _object(read(file), file), file, "")
    paths = merged.pop("paths", {})
    merged["paths"] = _sorted_paths(paths, merged.get("tags"))
    merged["components"] = merged.pop("components", {})
    return merged


def _files(folder: Path) -> list[Path]:
    head = folder / "openapi.yaml"
    overlays = folder / OVERLAYS
    return [
        file
        for file in sorted(folder.rglob("*.yaml"))
        if file != head and overlays not in file.parents
    ]


def _object(data: JSON, file: Path) -> dict[str, JSON]:
    if not isinstance(data, dict):
        raise SpecError("expected an object", str(file))
    return data


def _add(target: dict[str, JSON], source: dict[str, JSON], file: Path, pointer: str) -> None:
    for key, value in source.items():
        there, place = target.get(key), f"{pointer}/{escape(key)}"
        if key not in target:
            target[key] = value
        # Only maps of names are merged: paths, their methods, and the kinds of components.
        elif isinstance(there, dict) and isinstance(value, dict) and pointer.count("/") < 2:
            _add(there, value, file, place)
        else:
            raise SpecError("is defined in another file already", f"{file.name}#{place}")


def _sorted_paths(paths: JSON, tags: JSON) -> JSON:
    """Paths in the order of the tags, and within a tag in that of the file."""
    if not isinstance(paths, dict) or not isinstance(tags, list):
        return paths
    order = {str(tag.get("name")): n for n, tag in enumerate(tags) if isinstance(tag, dict)}
    places = {path: order.get(_first_tag(item), len(order)) for path, item in paths.items()}
    return {path: paths[path] for path in sorted(paths, key=lambda path: places[path])}


def _first_tag(item: JSON) -> str:
    for method in METHODS:
        operation = item.get(method) if isinstance(item, dict) else None
        tags = operation.get("tags") if isinstance(operation, dict) else None
        if isinstance(tags, list) and tags:
            return str(tags[0])
    return ""
