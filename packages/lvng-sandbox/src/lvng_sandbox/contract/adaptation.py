"""Values of one contract as those of another: renamed fields, other types, other envelopes.

The code of the sandbox is written for one contract. Where the one that is served was changed by observations of the live
service, or is the vendor's own, its responses are brought into that form at one place, at the end of the pipeline, and bodies
of requests into the form of the code at its beginning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from ..clock import canonical
from .defaults import Defaults
from .document import Schema

_Properties: TypeAlias = Mapping[str, Schema]

_COMPARED = ("format", "enum", "const", "x-null", "x-several")
_CONTAINERS = {"object", "array"}


class Adapter:
    """Brings values of a source contract into the form of a target contract.

    Args:
        source: schemas and default values of the source.
        target: those of the target.
    """

    def __init__(self, source: Defaults, target: Defaults) -> None:
        self._source, self._target = source, target
        self._alike: dict[tuple[int, int], bool] = {}

    def same(self, source: Schema, target: Schema) -> bool:
        """Whether values of one schema are values of the other as they are."""
        source, target = self._source.merged(source), self._target.merged(target)
        key = (id(source), id(target))
        if key not in self._alike:
            self._alike[key] = True  # of schemas that contain themselves
            self._alike[key] = self._compared(source, target)
        return self._alike[key]

    def adapt(
        self, value: Any, source: Schema, target: Schema, *, name: str = "", partial: bool = False
    ) -> Any:
        """A value in the form of the target.

        Args:
            value: a value of the source.
            source: its schema.
            target: the schema that it is brought to.
            name: its name, where it is a property.
            partial: leave out what is required and missing, in place of its default.
        """
        if self.same(source, target):
            return value
        source, target = self._source.merged(source), self._target.merged(target)
        kinds = types_of(target)
        if value is None:
            is_null = not kinds or "null" in kinds or "x-null" in target
            return None if is_null else self._target.default(name, target)
        if isinstance(value, dict) and (not kinds or "object" in kinds):
            return self._object(value, source, target, partial)
        if isinstance(value, list) and (not kinds or "array" in kinds):
            items = target.get("items", {})
            return [
                self.adapt(one, source.get("items", {}), items, partial=partial) for one in value
            ]
        if isinstance(value, dict) and "array" in kinds:
            return self._bare_list(value, source, target)
        if isinstance(value, list) and "object" in kinds:
            return self._with_envelope(value, source, target)
        return self._scalar(value, source, target, name) if kinds else value

    def _compared(self, source: Schema, target: Schema) -> bool:
        if any(source.get(key) != target.get(key) for key in _COMPARED):
            return False
        a, b = source.get("properties", {}), target.get("properties", {})
        if types_of(source) != types_of(target) or a.keys() != b.keys():
            return False
        if set(source.get("required", ())) != set(target.get("required", ())):
            return False
        pairs = [(a[name], b[name]) for name in a]
        for key in ("items", "additionalProperties"):
            one, other = source.get(key), target.get(key)
            if isinstance(one, Mapping) and isinstance(other, Mapping):
                pairs.append((one, other))
            elif one != other:
                return False
        return all(self.same(one, other) for one, other in pairs)

    # Objects

    def _object(
        self, value: dict[str, Any], source: Schema, target: Schema, partial: bool
    ) -> dict[str, Any]:
        given: _Properties = source.get("properties", {})
        wanted: _Properties = target.get("properties", {})
        free = target.get("additionalProperties")
        if not wanted:
            inner = free if isinstance(free, Mapping) else {}
            before = source.get("additionalProperties")
            before = before if isinstance(before, Mapping) else {}
            return {
                key: self.adapt(one, given.get(key, before), inner, name=key)
                for key, one in value.items()
            }
        if "x-several" in target:  # which of them it is cannot be told
            return value
        if (name := self._content_of(given, wanted)) in value:
            found: dict[str, Any] = self.adapt(value[name], given[name], target)
            return found
        if name := self._place_in(given, wanted):
            return self._filled(target, {name: self.adapt(value, source, wanted[name])})
        origins = self._origins(given, wanted)
        known = {
            name: self.adapt(
                value[origin], given.get(origin, {}), schema, name=name, partial=partial
            )
            for name, schema in wanted.items()
            if (origin := origins.get(name, name)) in value
        }
        if free:
            known |= {key: one for key, one in value.items() if key not in given}
        return known if partial else self._filled(target, known)

    def _filled(self, target: Schema, known: dict[str, Any]) -> dict[str, Any]:
        """An object with a default for what is required and missing, in the order of its schema."""
        wanted: _Properties = target["properties"]
        missing = [name for name in target.get("required", ()) if name not in known]
        found = {**known, **{name: self._target.default(name, wanted[name]) for name in missing}}
        return {name: found[name] for name in (*wanted, *found) if name in found}

    def _origins(self, given: _Properties, wanted: _Properties) -> dict[str, str]:
        """For each property with another name in the source, that name.

        A property was renamed if both names are the same but for their case, or both have the same description, or it is the
        only one that is new, one other is gone, and both have a type in common.
        """
        gone = [name for name in given if name not in wanted]
        new = [name for name in wanted if name not in given]
        found: dict[str, str] = {}
        for key_of in (_plain, _description):
            before = _unique({name: key_of(name, given[name]) for name in gone})
            after = _unique({name: key_of(name, wanted[name]) for name in new})
            for key in before.keys() & after.keys():
                found.setdefault(after[key], before[key])
        gone = [name for name in gone if name not in found.values()]
        new = [name for name in new if name not in found]
        if len(gone) == len(new) == 1:
            kinds = types_of(self._source.merged(given[gone[0]]))
            if kinds & types_of(self._target.merged(wanted[new[0]])):
                found[new[0]] = gone[0]
        return found

    # Envelopes

    def _content_of(self, given: _Properties, wanted: _Properties) -> str:
        """The property of an envelope whose content takes the place of the envelope; empty if there is none."""
        return self._nearest(given, self._source, wanted, len(given.keys() & wanted.keys()))

    def _place_in(self, given: _Properties, wanted: _Properties) -> str:
        """The property of a new envelope that holds what was the whole; empty if there is none."""
        return self._nearest(wanted, self._target, given, len(given.keys() & wanted.keys()))

    def _nearest(
        self, around: _Properties, defaults: Defaults, inner: _Properties, least: int
    ) -> str:
        """The property of an object that has more names in common with another object than the object itself."""
        common = {
            name: len(defaults.merged(one).get("properties", {}).keys() & inner.keys())
            for name, one in around.items()
            if name not in inner
        }
        best = max(common, key=lambda name: common[name], default="")
        return best if best and common[best] > least else ""

    def _bare_list(self, value: dict[str, Any], source: Schema, target: Schema) -> list[Any]:
        """The entries of a list whose envelope is gone."""
        for name, one in source.get("properties", {}).items():
            if "array" in types_of(self._source.merged(one)) and isinstance(value.get(name), list):
                found: list[Any] = self.adapt(value[name], one, target)
                return found
        return []

    def _with_envelope(self, value: list[Any], source: Schema, target: Schema) -> dict[str, Any]:
        """A bare list in a new envelope."""
        wanted: _Properties = target.get("properties", {})
        for name, one in wanted.items():
            if "array" in types_of(self._target.merged(one)):
                return self._filled(target, {name: self.adapt(value, source, one)})
        return self._filled(target, {}) if wanted else {}

    # Values

    def _scalar(self, value: Any, source: Schema, target: Schema, name: str) -> Any:
        """A value of another type, format, or list of values."""
        kinds, default = types_of(target), self._target.default
        if "enum" in target and value not in target["enum"]:
            return default(name, target)
        if isinstance(value, str) and "string" in kinds:
            return self._text(value, source, target, name)
        if _is_one_of(value, kinds):
            return value
        if "string" in kinds and not isinstance(value, (dict, list)) and "format" not in target:
            return str(value).lower() if isinstance(value, bool) else str(value)
        if kinds & {"integer", "number"} and isinstance(value, (str, bool)):
            return _number(value, whole="number" not in kinds)
        if "boolean" in kinds:
            return bool(value)
        if "array" in kinds:
            return [self.adapt(value, source, target.get("items", {}))]
        return default(name, target)

    def _text(self, value: str, source: Schema, target: Schema, name: str) -> str:
        form = target.get("format")
        if form is None or form == source.get("format"):
            return value
        if form == "date" and source.get("format") == "date-time":
            return value[:10]
        found: str = self._target.default(name, target)
        return found


def types_of(schema: Schema) -> set[str]:
    """The types that a schema admits; none stands for any."""
    given = schema.get("type", "object" if "properties" in schema else ())
    return {given} if isinstance(given, str) else set(given)


def _plain(name: str, _schema: Schema) -> str:
    return name.replace("_", "").lower()


def _description(_name: str, schema: Schema) -> Any:
    return schema.get("description")


def _unique(keys: Mapping[str, Any]) -> dict[Any, str]:
    """The names by their keys, without keys that are empty or that several have."""
    counts = Counter(keys.values())
    return {key: name for name, key in keys.items() if key and counts[key] == 1}


def _is_one_of(value: Any, kinds: set[str]) -> bool:
    if isinstance(value, bool):
        return "boolean" in kinds
    if isinstance(value, int):
        return bool(kinds & {"integer", "number"})
    return isinstance(value, float) and "number" in kinds


def _number(value: str | bool, *, whole: bool) -> int | float:
    """The number that a text stands for: of a date, its Unix time; else zero."""
    try:
        found = float(value)
    except ValueError:
        try:
            found = datetime.fromisoformat(canonical(str(value))).timestamp()
        except (ValueError, OverflowError):
            found = 0.0
    return int(found) if whole or found.is_integer() else found
