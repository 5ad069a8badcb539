"""Seeds: hand-written data in YAML, stored as if it had been sent to the API.

    accounts:
      - { email: mia@example.com, name: Mia, workspace: acme, role: admin }
    channels:
      - { name: plans, workspace_id: acme, member_ids: [mia@example.com] }
    messages:
      - { channel_id: plans, content: "Who brings the herring?", as: mia@example.com }
    documents:
      - { title: Prices, file: prices.md }

Each entry is the body of the operation `<tag>.create`. Instead of an id it may contain a name, slug, title or email
address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from ..contract.document import Operation, placeholders
from ..contract.validation import Validation
from ..http.requests import make_call
from ..knowledge.ingestion import add_document
from ..platform.caller import Caller
from ..platform.context import Context
from ..platform.crud import handler_for
from ..platform.platform import Platform
from ..problems import Problem

_SUFFIXES = {".yaml", ".yml", ".json"}
_NAMES = ("id", "slug", "email", "name", "title", "display_name")
_PEOPLE = {"user", "member", "assignee", "owner", "author", "lead", "participant"}
_AS = "as"
"""Member of an entry: the address of the user who creates it."""


class SeedError(ValueError):
    """A seed that is not valid; the message says why."""


class _Loader(yaml.SafeLoader):
    """Reads dates as text, as in the API."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith(":timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_world(path: str | Path) -> dict[str, list[Any]]:
    """Read the data of a file, or of all files of a folder in the order of their names.

    Raises:
        SeedError: the file does not exist, is not YAML, or does not have the form of a seed.
    """
    source = Path(path)
    if source.is_dir():
        files = sorted(one for one in source.iterdir() if one.suffix in _SUFFIXES)
    else:
        files = [source]
    world: dict[str, list[Any]] = {}
    for file in files:
        try:
            data = yaml.load(file.read_text("utf-8"), _Loader)  # noqa: S506 - a SafeLoader
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            reason = " ".join(str(error).split())  # YAML errors have several lines
            raise SeedError(f"cannot read the seed {str(file)!r}: {reason}") from None
        for tag, entries in _checked(data or {}, str(file)).items():
            world.setdefault(tag, []).extend(_with_files(entries, file.parent))
    return world


def _checked(data: Any, where: str) -> Mapping[str, list[Any]]:
    if not isinstance(data, Mapping):
        raise SeedError(f"{where}: expected lists by tag, such as channels; got {data!r:.80}")
    for tag, entries in data.items():
        if not isinstance(entries, list):
            raise SeedError(f"{where}: {tag} must be a list; got {entries!r:.80}")
    return data


def _with_files(entries: Sequence[Any], folder: Path) -> Iterator[Any]:
    """Replace the file of entries by its text as their content."""
    for entry in entries:
        if isinstance(entry, Mapping) and "file" in entry:
            rest = {name: value for name, value in entry.items() if name != "file"}
            try:
                yield {**rest, "content": (folder / str(entry["file"])).read_text("utf-8")}
            except (OSError, UnicodeDecodeError) as error:
                raise SeedError(f"cannot read {entry['file']!r} of the seed: {error}") from None
        else:
            yield entry


class World:
    """Stores seeds.

    Args:
        platform: the platform.
        account: default creator of entries.
    """

    def __init__(self, platform: Platform, account: Caller) -> None:
        self._platform, self._account = platform, account
        self._validation = Validation(platform.contract)

    def add(self, tag: str, entry: Any) -> None:
        """Store an entry.

        Raises:
            SeedError: it is not valid.
        """
        if not isinstance(entry, Mapping):
            raise SeedError(f"an entry has names and values; got {entry!r:.80}")
        fields = {name: value for name, value in entry.items() if name != _AS}
        context = Context(self._platform, self._author(entry.get(_AS)))
        fields = {
            name: self._resolved(context, name, value, entry) for name, value in fields.items()
        }
        if tag == "documents":
            self._add_document(context, fields)
            return
        operation = self._platform.contract.operations.get(f"{tag}.create")
        if operation is None:
            raise SeedError(f"there is no operation {tag}.create; seeds can have {self._tags()}")
        self._create(context, operation, fields)

    def _create(self, context: Context, operation: Operation, fields: Mapping[str, Any]) -> None:
        names = placeholders(operation.path)
        path = {name: str(fields[name]) for name in names if name in fields}
        body = {name: value for name, value in fields.items() if name not in names}
        if missing := set(names) - path.keys():
            raise SeedError(f"{', '.join(sorted(missing))} is required")
        try:
            call = make_call(context, self._validation, operation, path, body)
            result = handler_for(self._platform.kinds_by_path, operation)(call)
        except Problem as problem:
            raise SeedError(problem.reason) from None
        if isinstance(result, Problem):
            raise SeedError(result.reason)
        if call.extra:
            raise SeedError(f"{', '.join(call.extra)} is not a field of {operation.id}")

    def _add_document(self, context: Context, fields: dict[str, Any]) -> None:
        missing = [name for name in ("title", "content") if not isinstance(fields.get(name), str)]
        if missing:
            raise SeedError(f"{missing[0]} is required")
        (workspace, *_) = context.records("workspaces").all()
        add_document(context, {"workspace_id": workspace["id"], **fields})

    def _author(self, email: Any) -> Caller:
        if email is None:
            return self._account
        caller = self._platform.accounts.by_email(str(email))
        if caller is None:
            raise SeedError(f"there is no account {email!r}")
        return caller

    def _resolved(self, context: Context, name: str, value: Any, entry: Mapping[str, Any]) -> Any:
        """Replace names of records in a value by ids."""
        kind = self._kind(name, entry)
        if kind is None:
            return value
        if isinstance(value, list):
            return [self._id(context, kind, one) for one in value]
        return self._id(context, kind, value)

    def _kind(self, name: str, entry: Mapping[str, Any]) -> str | None:
        """The kind of record to which a property refers."""
        for ending in ("_ids", "_id", "Ids", "Id"):
            if name.endswith(ending):
                base = name.removesuffix(ending)
                base = str(entry.get("target_type", base)) if base == "target" else base
                kind = "users" if base in _PEOPLE else f"{base.lower()}s"
                return kind if kind in self._platform.kinds else None
        return None

    def _id(self, context: Context, kind: str, name: Any) -> Any:
        if not isinstance(name, str):
            return name
        for _, record in context.store.select_any_owner(kind):
            if name in [record.get(one) for one in _NAMES]:
                return record[self._platform.kinds[kind].key]
        raise SeedError(f"there is no {kind[:-1]} {name!r}")

    def _tags(self) -> str:
        names = [one for one in self._platform.contract.operations if one.endswith(".create")]
        return ", ".join(["accounts", "documents", *(one.removesuffix(".create") for one in names)])
