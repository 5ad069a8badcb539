"""Configuration of `lvng-codegen generate`: a TOML file, overridden by options of the command line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import CodegenError

FILE = "lvng-codegen.toml"
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PRODUCT = re.compile(rf"{_TOKEN.pattern}(/{_TOKEN.pattern})?")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")

# The keys of the table `api`: names used by the package.
_API: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "name": ("some text", str.strip),
    "env_prefix": ("capitals, digits and underscores, such as `PETS`", _VARIABLE.fullmatch),
    "product": ("a product of `User-Agent`, such as `pets/1.0`", _PRODUCT.fullmatch),
    "attempt_header": (
        "the name of a header, or empty for none",
        lambda text: not text or _TOKEN.fullmatch(text),
    ),
    "error": ("the name of a class, such as `PetsError`", str.isidentifier),
}


@dataclass(slots=True)
class Config:
    """What to generate.

    Attributes:
        document: the OpenAPI document; None if it is neither in the file nor on the command line.
        out: output folder of the package.
        package: import name; empty to derive it from the title of the document.
        api: names used by the package, instead of those derived from its import name.
    """

    document: Path | None = None
    out: Path = Path()
    package: str = ""
    api: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> Config:
        """Read the configuration in a file; its paths are relative to the folder of the file.

        Raises:
            CodegenError: it is not TOML, or has an unknown key or value.
        """
        try:
            data = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CodegenError(f"{file}: is not TOML: {error}") from error
        _check_keys(file, "", data, {"document", "out", "package", "api"})
        api = data.get("api", {})
        if not isinstance(api, dict):
            raise CodegenError(f"{file}: api must be a table")
        _check_keys(file, "api.", api, _API.keys())
        return cls(
            file.parent / _text(file, data, "document") if "document" in data else None,
            file.parent / _text(file, data, "out") if "out" in data else file.parent,
            _text(file, data, "package"),
            {key: _checked(file, key, _text(file, api, key)) for key in api},
        )


def _check_keys(file: Path, table: str, data: Mapping[str, Any], known: Any) -> None:
    for key in data:
        if key not in known:
            listed = ", ".join(f"{table}{one}" for one in sorted(known))
            raise CodegenError(f"{file}: {table}{key} is not known; known are {listed}")


def _text(file: Path, data: Mapping[str, Any], key: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise CodegenError(f"{file}: {key} must be a string, found {value!r:.60}")
    return value


def _checked(file: Path, key: str, value: str) -> str:
    expected, is_fine = _API[key]
    if not is_fine(value) or not value.isprintable():
        raise CodegenError(f"{file}: api.{key} is {value!r}; expected {expected}")
    return value
