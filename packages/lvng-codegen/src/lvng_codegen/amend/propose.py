"""The overlay that makes a contract agree with observations."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ..openapi.document import Document
from ..openapi.openapi_overlay import VERSION, apply_actions
from .observations import (
    Observation,
    Shape,
    always,
    items_of,
    objects_of,
    properties_of,
    read,
    types_of,
)
from .schemas import (
    Schema,
    fits,
    made_from,
    name_of_reference,
    nullable,
    types_allowed,
    with_type_of,
)

_ROUNDS = 8
_NEW = "Observed in responses; not documented."
_CONTAINERS = {"object", "array"}

Action = dict[str, Any]


@dataclass(slots=True)
class Proposal:
    """A proposed overlay.

    Attributes:
        actions: the actions of the overlay, in order.
        reported: differences that observations cannot settle, as sentences.
    """

    actions: list[Action] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)

    def overlay(self, title: str) -> Mapping[str, Any]:
        """The overlay as data."""
        info = {"title": title, "version": "1.0.0"}
        return {"overlay": VERSION, "info": info, "actions": self.actions}

    def text(self, title: str) -> str:
        """The overlay as YAML."""
        return yaml.safe_dump(
            self.overlay(title),
            sort_keys=False,
            allow_unicode=True,
            width=110,
            default_flow_style=False,
        )

    def applied(self, document: Document) -> Document:
        """The document with the changes."""
        data = copy.deepcopy(document.root.value)
        apply_actions(data, self.actions)
        return Document(data, document.path)

    def report(self, text: str) -> None:
        """Add a sentence to the report, once."""
        if text not in self.reported:
            self.reported.append(text)


def amend(document: Document, path: Path) -> Proposal:
    """Make the proposal for a document from a file of observations.

    Raises:
        SpecError: the file has a line that is not an observation.
    """
    data = document.root.value
    if not isinstance(data, dict):
        raise document.root.error("expected an object")
    return propose(data, list(read(path)))


def propose(document: Mapping[str, Any], observations: Sequence[Observation]) -> Proposal:
    """Find the changes after which a document agrees with observations.

    Args:
        document: the contract, with whole paths and without references to other files.
        observations: the observations, in any order.
    """
    proposal = Proposal()
    data = copy.deepcopy(dict(document))
    operations = _by_id(data)
    found = _successes(observations, operations, proposal)
    before = copy.deepcopy(data)
    for _ in range(_ROUNDS):
        actions = [*_Round(data, operations, found, proposal).actions()]
        if not actions:
            break
        apply_actions(data, actions)
        proposal.actions += actions
    proposal.actions += _unused(before, data)
    changed = _changed(before, data)
    for id, several in found.items():
        proposal.actions += _provenance(operations[id], several, id in changed)
    return proposal


@dataclass(frozen=True, slots=True)
class _Place:
    """An operation in the document."""

    path: str
    method: str
    value: dict[str, Any]

    @property
    def target(self) -> str:
        return f"$.paths[{_quoted(self.path)}].{self.method}"


def _by_id(data: Mapping[str, Any]) -> dict[str, _Place]:
    return {
        operation["operationId"]: _Place(path, method, operation)
        for path, item in data["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and "operationId" in operation
    }


def _successes(
    observations: Sequence[Observation], operations: Mapping[str, _Place], proposal: Proposal
) -> dict[str, list[Observation]]:
    """The successful exchanges by operation; the others are reported."""
    found: dict[str, list[Observation]] = {}
    refused: dict[str, set[int]] = {}
    for one in observations:
        if one.operation not in operations:
            proposal.report(f"{one.method} {one.path}: the contract does not have this operation")
        elif one.status < 400:
            found.setdefault(str(one.operation), []).append(one)
        else:
            refused.setdefault(str(one.operation), set()).add(one.status)
    for id, statuses in refused.items():
        if id not in found:
            shown = ", ".join(map(str, sorted(statuses)))
            proposal.report(f"{id}: only refused ({shown}), which may be so for this key alone")
    return found


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """The operations whose responses have changed, their own part of the document or a component."""
    old, schemas = _by_id(before), after["components"]["schemas"]
    changed = {
        name for name, one in before["components"]["schemas"].items() if one != schemas.get(name)
    }
    return {
        id
        for id, place in _by_id(after).items()
        if place.value != old[id].value or changed & _reached(place.value["responses"], schemas)
    }


def _unused(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Action]:
    """The removal of components that were in use before and are so no longer."""
    was = _reached(before["paths"], before["components"]["schemas"])
    used = _reached(after["paths"], after["components"]["schemas"])
    events = {one.value.get("x-events") for one in _by_id(after).values()}
    for name in sorted(was - used - events):
        target = f"$.components.schemas[{_quoted(name)}]"
        yield {"target": target, "description": "Nothing refers to it any more.", "remove": True}


def _reached(value: Any, schemas: Mapping[str, Schema]) -> set[str]:
    """The components that a part of the document refers to, directly or by way of others."""
    found: set[str] = set()
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, list):
            left += one
        elif isinstance(one, dict):
            left += one.values()
            name = str(one.get("$ref", "")).rpartition("/")[2]
            if name in schemas and name not in found:
                found.add(name)
                left.append(schemas[name])
    return found


def _provenance(place: _Place, several: Sequence[Observation], changed: bool) -> Iterator[Action]:
    """Update the provenance: inferred operations become observed; documented ones only if they differ."""
    known = place.value.get("x-provenance")
    if known not in {"inferred", "observed", None} and not changed:
        return
    days = sorted(one.observed for one in several)
    source = f"{len(several)} observation{'s' * (len(several) > 1)} until {days[-1]}"
    if was := place.value.get("x-source"):
        source += f"; before: {known}, {was}"
    yield {
        "target": place.target,
        "update": {"x-provenance": "observed", "x-source": source},
    }


class _Round:
    """One round of changes to the current document. Differences that they uncover are left for the next round."""

    def __init__(
        self,
        data: Mapping[str, Any],
        operations: Mapping[str, _Place],
        found: Mapping[str, Sequence[Observation]],
        proposal: Proposal,
    ) -> None:
        self._components: Mapping[str, Schema] = data["components"]["schemas"]
        self._operations, self._observations = operations, found
        self._proposal = proposal
        self._evidence: dict[str, tuple[Schema, list[Shape]]] = {}
        self._labels: dict[str, str] = {}

    def actions(self) -> Iterator[Action]:
        """The actions of this round."""
        for id, several in self._observations.items():
            moved = list(self._statuses(id, self._operations[id], several))
            yield from moved
            if not moved:
                yield from self._bodies(id, self._operations[id], several)
        for place, (schema, shapes) in self._evidence.items():
            yield from self._object(place, schema, shapes)

    # Statuses

    def _statuses(self, id: str, place: _Place, several: Sequence[Observation]) -> Iterator[Action]:
        responses = place.value["responses"]
        documented = [status for status in responses if status.startswith("2")]
        seen = sorted({str(one.status) for one in several if one.status < 300})
        new = [status for status in seen if status not in responses]
        for status in new:
            content = responses[documented[0]] if documented and status != "204" else None
            made = copy.deepcopy(content) or {"description": "No content."}
            yield _action(
                f"{id}: the status is {status}", f"{place.target}.responses", {status: made}
            )
        if new and not set(seen) & set(documented):
            for status in documented:
                target = f"{place.target}.responses[{_quoted(status)}]"
                yield {"target": target, "remove": True}
            if "204" in new and "x-paging" in place.value:
                yield {"target": f"{place.target}['x-paging']", "remove": True}

    # Bodies

    def _bodies(self, id: str, place: _Place, several: Sequence[Observation]) -> Iterator[Action]:
        for status in sorted({one.status for one in several}):
            response = place.value["responses"].get(str(status), {})
            content = response.get("content", {})
            given = [one for one in several if one.status == status]
            for media_type in sorted({one.media_type for one in given}):
                if content and media_type not in content and "*/*" not in content:
                    self._proposal.report(
                        f"{id}: the media type is {media_type or 'none'}, "
                        f"documented is {', '.join(content)}"
                    )
            shapes = [
                one.body for one in given if one.body and one.media_type == "application/json"
            ]
            schema = content.get("application/json", {}).get("schema")
            if schema is not None and shapes:
                yield from self._paging(place, schema)
                target = (
                    f"{place.target}.responses[{_quoted(str(status))}].content['application/json']"
                )
                yield from self._envelope(id, target, schema, shapes)

    def _paging(self, place: _Place, schema: Schema) -> Iterator[Action]:
        """The key of a list's entries, after it was renamed; none in a list without an envelope."""
        paging = place.value.get("x-paging")
        properties: dict[str, Schema] = schema.get("properties", {})
        if paging and paging["items"] not in properties:
            lists = [name for name, one in properties.items() if one.get("type") == "array"]
            target = f"{place.target}['x-paging']"
            if len(lists) == 1:
                yield {"target": target, "update": {"items": lists[0]}}
            else:
                yield {"target": target, "remove": True}

    def _envelope(
        self, id: str, target: str, schema: Schema, shapes: list[Shape]
    ) -> Iterator[Action]:
        """The changes of an envelope; if it agrees, those of its content."""
        if new := self._other_envelope(schema, shapes):
            yield {"target": f"{target}.schema", "remove": True}
            yield _action(f"{id}: another envelope", target, {"schema": new})
            return
        self._look(schema, f"{target}.schema", shapes, id, "")

    def _other_envelope(self, schema: Schema, shapes: list[Shape]) -> Schema | None:
        """The schema of the observed envelope; None if it agrees with the document."""
        expected: dict[str, Schema] = schema.get("properties", {})
        types = types_of(shapes)
        if (
            types == {"array"}
            and expected
            and "array" not in types_allowed(schema, self._components)
        ):
            for one in expected.values():
                if one.get("type") == "array" and fits(
                    one["items"], items_of(shapes), self._components
                ):
                    return copy.deepcopy(one)
            return made_from(shapes, "Observed.")
        if types != {"object"} or not expected:
            return None
        given = properties_of(shapes)
        for name, each in given.items():
            if name not in expected and len(given) == 1 and fits(schema, each, self._components):
                made: Schema = {
                    "type": "object",
                    "properties": {name: copy.deepcopy(schema)},
                    "required": [name],
                }
                made["properties"][name].setdefault("description", "The response.")
                return made
        for name, one in expected.items():
            if name in given or not _CONTAINERS & types_allowed(one, self._components):
                continue
            if fits(one, shapes, self._components):
                return copy.deepcopy(one)
        return None

    # Fields

    def _look(self, schema: Schema, place: str, shapes: list[Shape], id: str, label: str) -> None:
        """Collect the observations at a place, and at all places below it."""
        if name := name_of_reference(schema):
            place, schema = f"$.components.schemas[{_quoted(name)}]", self._components[name]
        known, label = self._labels.get(place), label or "the body"
        self._labels[place] = known or f"{id}, {label}"
        self._evidence.setdefault(place, (schema, []))[1].extend(shapes)
        for name, each in properties_of(shapes).items():
            if name in schema.get("properties", {}):
                inner = schema["properties"][name]
                path = name if label == "the body" else f"{label}.{name}"
                if self._is_container(inner, each):
                    self._look(inner, f"{place}.properties[{_quoted(name)}]", each, id, path)
        if "items" in schema and (inside := items_of(shapes)):
            self._look(schema["items"], f"{place}.items", inside, id, f"{label}[]")

    def _is_container(self, schema: Schema, shapes: list[Shape]) -> bool:
        return bool(_CONTAINERS & types_of(shapes) & types_allowed(schema, self._components))

    def _object(self, place: str, schema: Schema, shapes: list[Shape]) -> Iterator[Action]:
        """The changes of an object's fields."""
        expected: dict[str, Schema] = schema.get("properties", {})
        objects, label = objects_of(shapes), self._labels[place]
        if not expected or not objects:
            return
        found = properties_of(objects)
        gone = [name for name in schema.get("required", ()) if not always(name, objects)]
        new = [name for name in found if name not in expected]
        if schema.get("additionalProperties"):
            new = []
        renamed = self._renamed(gone, new, expected, found)
        for name in gone:
            other = renamed.get(name)
            text = f"`{name}` is called `{other}`" if other else f"`{name}` may be missing"
            yield {
                "target": f"{place}.required[?@ == {_quoted(name)}]",
                "description": f"{label}: {text}",
                "remove": True,
            }
            if other:
                yield {"target": f"{place}.properties[{_quoted(name)}]", "remove": True}
        for name in new:
            old = next((a for a, b in renamed.items() if b == name), None)
            yield from self._added(
                place, name, expected.get(old or ""), objects, found[name], label
            )
        if any(one.get("x-hidden") for one in objects):
            self._proposal.report(f"{label}: there are fields whose names are not shown")
        for name, each in found.items():
            if name in expected:
                inner = f"{place}.properties[{_quoted(name)}]"
                yield from self._field(place, name, inner, expected[name], each, label)

    def _renamed(
        self,
        gone: list[str],
        new: list[str],
        expected: Mapping[str, Schema],
        found: Mapping[str, list[Shape]],
    ) -> dict[str, str]:
        """Renamed fields: one is missing, one of the same type is new, and there are no others."""
        if len(gone) != 1 or len(new) != 1 or gone[0] in found:
            return {}
        same = fits(expected[gone[0]], found[new[0]], self._components)
        return {gone[0]: new[0]} if same else {}

    def _added(
        self,
        place: str,
        name: str,
        old: Schema | None,
        objects: list[Shape],
        shapes: list[Shape],
        label: str,
    ) -> Iterator[Action]:
        if self._contradicts(f"{label}: `{name}`", shapes):
            return
        made = copy.deepcopy(old) if old else made_from(shapes, _NEW)
        update: Action = {"properties": {name: made}}
        if always(name, objects):
            update["required"] = [name]
        yield _action(f"{label}: `{name}` is new", place, update)

    def _field(
        self,
        parent: str,
        name: str,
        place: str,
        schema: Schema,
        shapes: list[Shape],
        label: str,
    ) -> Iterator[Action]:
        """The changes of one field: its type, whether it is null, its format, its values."""
        allowed, given = types_allowed(schema, self._components), types_of(shapes)
        others = {one for one in given - {"null"} if not _admits(allowed, one)}
        what = f"{label}: `{name}`"
        replaced: Schema | None = None
        text = ""
        if allowed and others:
            if self._contradicts(what, shapes):
                return
            replaced = with_type_of(schema, shapes)
            if "null" in allowed and "null" not in given:
                replaced = nullable(replaced)
            text = f"{what} is {' or '.join(sorted(given))}"
        elif allowed and "null" in given - allowed:
            replaced, text = nullable(schema), f"{what} may be null"
        elif "format" in schema and self._has_other_format(schema["format"], shapes):
            replaced = {key: value for key, value in schema.items() if key != "format"}
            text = f"{what} has not the format {schema['format']}"
        if replaced is not None:
            yield {"target": place, "description": text, "remove": True}
            yield {"target": f"{parent}.properties", "update": {name: replaced}}
        elif "enum" in schema:
            yield from self._values(place, schema["enum"], shapes, what)

    def _values(
        self, place: str, known: list[Any], shapes: list[Shape], what: str
    ) -> Iterator[Action]:
        seen = {value for one in shapes for value in one.get("enum", ())}
        if new := sorted(seen - set(known)):
            yield _action(f"{what} is also {', '.join(new)}", place, {"enum": new})
        if any(one.get("x-other") for one in shapes):
            self._proposal.report(f"{what} has values that are not shown")

    def _has_other_format(self, expected: str, shapes: list[Shape]) -> bool:
        texts = [
            one
            for one in shapes
            if "string" in types_of([one]) and "0" not in one.get("x-length", ())
        ]
        return expected in {"date-time", "date", "uuid", "email", "uri"} and any(
            one.get("format") != expected for one in texts
        )

    def _contradicts(self, what: str, shapes: list[Shape]) -> bool:
        """Whether observations contradict each other: a field has several types besides null."""
        types = types_of(shapes) - {"null"}
        if len(types) > 1:
            self._proposal.report(
                f"{what}: observations contradict each other: {', '.join(sorted(types))}"
            )
        return len(types) > 1


def _admits(allowed: set[str], name: str) -> bool:
    return name in allowed or (name == "integer" and "number" in allowed)


def _action(description: str, target: str, update: Any) -> Action:
    return {"target": target, "description": description, "update": update}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
