"""Profiles: named settings in a TOML file, which contains the location of each key but not the key."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lvng

SERVICE = "lvng"
"""The service name of keys in the keyring."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(slots=True)
class Profile:
    """The settings of a profile.

    Attributes:
        name: its name.
        key: location of the API key: `env:VARIABLE`, or `keyring`.
        base_url: base URL of the API; empty for the default.
        output: output format; empty for the default.
    """

    name: str
    key: str = ""
    base_url: str = ""
    output: str = ""

    def api_key(self) -> str:
        """The key that the profile refers to.

        Raises:
            ConfigurationError: the key does not exist.
        """
        kind, _, variable = self.key.partition(":")
        if kind == "env" and variable:
            if key := os.environ.get(variable):
                return key
            raise lvng.ConfigurationError(
                f"No API key: the profile {self.name!r} reads it from {variable}, which is not set."
            )
        if self.key == "keyring":
            if key := keyring().get_password(SERVICE, self.name):
                return str(key)
            raise lvng.ConfigurationError(
                f"No API key: the keyring has none for the profile {self.name!r}."
            )
        if self.key:
            raise lvng.ConfigurationError(
                f"The profile {self.name!r} has key = {self.key!r}; expected 'env:VARIABLE' or 'keyring'."
            )
        raise lvng.ConfigurationError(f"No API key: the profile {self.name!r} has none.")


@dataclass(slots=True)
class Profiles:
    """The file of profiles.

    Attributes:
        current: name of the profile in use.
        known: all profiles by name.
    """

    current: str = "default"
    known: dict[str, Profile] = field(default_factory=dict)

    def get(self, name: str) -> Profile:
        """Find a profile.

        Raises:
            ConfigurationError: it does not exist.
        """
        if name in self.known:
            return self.known[name]
        there = ", ".join(self.known) or "none"
        raise lvng.ConfigurationError(
            f"There is no profile {name!r} in {path()}; it has: {there}. Create it: "
            f"lvng login --profile {name}"
        )

    def save(self) -> None:
        """Write the file, readable only by its owner."""
        lines = [f"profile = {json.dumps(self.current)}"]
        for one in self.known.values():
            lines += ["", f"[profiles.{one.name}]"]
            for name in ("key", "base_url", "output"):
                if value := getattr(one, name):
                    lines.append(f"{name} = {json.dumps(value)}")
        file = path()
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".partial")
        partial.touch(mode=0o600)
        partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
        partial.replace(file)


def path() -> Path:
    """The file of profiles: `LVNG_CONFIG`, else `config.toml` in the platform's folder for configuration."""
    if given := os.environ.get("LVNG_CONFIG"):
        return Path(given)
    import platformdirs

    return platformdirs.user_config_path("lvng", appauthor=False) / "config.toml"


def load() -> Profiles:
    """Read the profiles; none if the file does not exist.

    Raises:
        ConfigurationError: the file cannot be read.
    """
    file = path()
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Profiles()
    except (OSError, UnicodeDecodeError) as error:
        raise lvng.ConfigurationError(f"{file} cannot be read: {error}.") from None
    return _parse(text, file)


def check_name(name: str) -> str:
    """Check that a name is valid for a profile."""
    if not _NAME.fullmatch(name):
        raise lvng.ConfigurationError(
            f"{name!r} is not a valid profile name: use letters, digits, hyphens and underscores."
        )
    return name


def _parse(text: str, file: Path) -> Profiles:
    import tomllib

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise lvng.ConfigurationError(f"{file} is not TOML: {error}.") from None
    tables = data.get("profiles", {})
    if not isinstance(tables, dict):
        raise lvng.ConfigurationError(
            f"{file}: profiles must be tables, such as [profiles.default]."
        )
    known = {name: _profile(name, table, file) for name, table in tables.items()}
    return Profiles(current=str(data.get("profile", "default")), known=known)


def _profile(name: str, table: Any, file: Path) -> Profile:
    if not isinstance(table, dict):
        raise lvng.ConfigurationError(f"{file}: profiles.{name} must be a table.")
    allowed = {"key", "base_url", "output"}
    for entry, value in table.items():
        if entry not in allowed:
            # The value is not shown: it may be a key that was entered by mistake.
            raise lvng.ConfigurationError(
                f"{file}: profiles.{name} has {entry!r}; expected {', '.join(sorted(allowed))}."
            )
        if not isinstance(value, str):
            raise lvng.ConfigurationError(f"{file}: profiles.{name}.{entry} must be a string.")
    if table.get("key", "").startswith(("lvng_sk_", "eyJ")):
        raise lvng.ConfigurationError(
            f"{file}: profiles.{name}.key contains a key itself. Store it in an environment variable "
            "(key = 'env:VARIABLE') or in the keyring (lvng login), and make a new one."
        )
    return Profile(check_name(name), **table)


def keyring() -> Any:
    """The keyring of the platform.

    Raises:
        ConfigurationError: the package for it is not installed.
    """
    try:
        import keyring as found
    except ImportError:
        raise lvng.ConfigurationError(
            "The keyring needs a package that is not installed: pip install "
            '"lvng-cli[keyring]". Or store the key in an environment variable: lvng login --key-env VARIABLE'
        ) from None
    return found
