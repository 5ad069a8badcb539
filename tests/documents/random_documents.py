"""Documents made at random, of all that OpenAPI defines a meaning for."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .reading import Data

_SCALARS = {"string", "integer", "number", "boolean"}
COMPONENTS = ("Alpha", "beta_thing", "Gamma")
_ODD = "aZ09_-. $[]\"'\\äß漢{}:"
_FORMATS = ("date", "date-time", "uuid", "byte", "uri")
_SCHEMES = {
    "head": {"type": "apiKey", "in": "header", "name": "X-Secret"},
    "query": {"type": "apiKey", "in": "query", "name": "secret key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "secret"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
}


def names(alphabet: str = _ODD) -> st.SearchStrategy[str]:
    """Names of parameters and properties."""
    return st.text(alphabet, max_size=8)


def scalars() -> st.SearchStrategy[Data]:
    """Schemas of single values."""
    return st.one_of(
        st.sampled_from([{"type": kind} for kind in ("string", "integer", "number", "boolean")]),
        st.sampled_from([{"type": "string", "format": one} for one in _FORMATS]),
        st.lists(st.sampled_from(["a", "b c", "x/y", "1"]), min_size=1, unique=True).map(
            lambda values: {"type": "string", "enum": values}
        ),
        st.integers(-5, 5).map(lambda low: {"type": "integer", "minimum": low}),
    )


def arrays(items: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
    return items.map(lambda one: {"type": "array", "items": one, "minItems": 1})


def mappings(values: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
    return values.map(lambda one: {"type": "object", "additionalProperties": one})


@st.composite
def records(draw: st.DrawFn, values: st.SearchStrategy[Data], *, in_form: bool = False) -> Data:
    """Schemas of objects with known keys. What may lead back to the object is not required: it would never end."""
    properties = draw(st.dictionaries(names(), values, min_size=1, max_size=4))
    for name, one in list(properties.items()):
        if not in_form and "$ref" not in one and draw(st.integers(0, 9)) == 0:
            mark = draw(st.sampled_from(["readOnly", "writeOnly"]))
            properties[name] = {**one, mark: True}
    ends = sorted(name for name, one in properties.items() if one.get("type") in _SCALARS)
    required = draw(st.lists(st.sampled_from(ends), unique=True)) if ends else []
    return {"type": "object", "properties": properties, "required": required}


def references() -> st.SearchStrategy[Data]:
    return st.sampled_from([{"$ref": f"#/components/schemas/{name}"} for name in COMPONENTS])


def extended(values: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
    """A component and more."""
    return st.tuples(references(), records(values)).map(lambda both: {"allOf": [*both]})


def schemas() -> st.SearchStrategy[Data]:
    """Schemas of JSON, at any depth."""
    return st.recursive(
        st.one_of(scalars(), references()),
        lambda inner: st.one_of(
            inner.map(lambda one: {"type": "array", "items": one}),
            mappings(inner),
            records(inner),
            extended(inner),
            st.lists(scalars() | references(), min_size=2, max_size=3).map(lambda s: {"oneOf": s}),
        ),
        max_leaves=6,
    )


@st.composite
def parameters(draw: st.DrawFn, number: int) -> Data:
    """A parameter of a path, query, header or cookie; its name has a number, so that no two are the same."""
    place = draw(st.sampled_from(["path", "query", "query", "query", "header", "cookie"]))
    alphabet = "aZ_-" if place != "query" else _ODD
    name = f"{draw(names(alphabet))}{number}x"
    made: Data = {"in": place, "name": name, "required": place == "path" or draw(st.booleans())}
    flat = st.one_of(scalars(), arrays(scalars()), mappings(scalars()))
    if place == "path":
        style = draw(st.sampled_from(["simple", "label", "matrix"]))
        return {**made, "style": style, "explode": draw(st.booleans()), "schema": draw(flat)}
    if place == "header":
        return {**made, "explode": draw(st.booleans()), "schema": draw(flat)}
    if place == "cookie":
        return {**made, "explode": False, "schema": draw(scalars() | arrays(scalars()))}
    return {**made, **draw(_query(number))}


@st.composite
def _query(draw: st.DrawFn, number: int) -> Data:
    kind = draw(st.sampled_from(["form", "joined", "delimited", "deep", "spread", "json"]))
    keys = st.text("abc", min_size=1, max_size=3).map(lambda key: f"{key}{number}k")
    spread = st.dictionaries(keys, scalars(), min_size=1, max_size=3).map(
        lambda properties: {"type": "object", "properties": properties}
    )
    match kind:
        case "form":
            schema = draw(scalars() | arrays(scalars()) | mappings(scalars()))
            return {"schema": schema, "allowReserved": draw(st.booleans())}
        case "joined":
            return {"explode": False, "schema": draw(arrays(scalars()) | mappings(scalars()))}
        case "delimited":
            style = draw(st.sampled_from(["spaceDelimited", "pipeDelimited"]))
            # What separates the entries is no part of them.
            plain: list[Data] = [{"type": "integer"}, {"enum": ["a", "b/c"]}, {"type": "string"}]
            items = st.sampled_from(plain)
            return {"style": style, "explode": False, "schema": draw(arrays(items))}
        case "deep":
            return {"style": "deepObject", "schema": draw(spread | mappings(scalars()))}
        case "spread":
            return {"schema": draw(spread)}
    return {"content": {"application/json": {"schema": draw(spread | arrays(scalars()))}}}


def bodies() -> st.SearchStrategy[Data]:
    """Request bodies: JSON, forms, text and files."""
    file: Data = {"type": "string", "format": "binary"}
    field = st.one_of(
        scalars(), arrays(scalars()), st.just(file), st.just({"type": "array", "items": file})
    )
    form = records(field, in_form=True)
    content = st.one_of(
        schemas().map(lambda schema: {"application/json": {"schema": schema}}),
        form.map(lambda schema: {"multipart/form-data": {"schema": schema}}),
        records(scalars() | arrays(scalars()), in_form=True).map(
            lambda schema: {"application/x-www-form-urlencoded": {"schema": schema}}
        ),
        st.just({"text/plain": {"schema": {"type": "string"}}}),
        st.just({"application/pdf": {"schema": file}}),
        st.tuples(schemas(), form).map(
            lambda both: {
                "application/json": {"schema": both[0]},
                "multipart/form-data": {"schema": both[1]},
            }
        ),
    )
    return st.tuples(st.booleans(), content).map(
        lambda both: {"required": both[0], "content": both[1]}
    )


def responses() -> st.SearchStrategy[Data]:
    """Responses of success."""
    empty = st.just({"204": {"description": "none"}})
    json = schemas().map(
        lambda schema: {
            "200": {"description": "ok", "content": {"application/json": {"schema": schema}}}
        }
    )
    file = st.just({"200": {"description": "ok", "content": {"application/pdf": {}}}})
    lines = schemas().map(
        lambda schema: {
            "200": {"description": "ok", "content": {"application/jsonl": {"itemSchema": schema}}}
        }
    )
    both = st.tuples(json, empty).map(lambda pair: {**pair[0], **pair[1]})
    return st.one_of(json, empty, file, lines, both)


@st.composite
def operations(draw: st.DrawFn, number: int) -> tuple[str, str, Data]:
    """A path, a method and an operation."""
    found = [draw(parameters(n)) for n in range(draw(st.integers(0, 4)))]
    parts = [f"op{number}", *(f"{{{one['name']}}}" for one in found if one["in"] == "path")]
    method = draw(st.sampled_from(["get", "post", "put", "patch", "delete"]))
    operation: Data = {"parameters": found, "responses": draw(responses())}
    if draw(st.booleans()):
        operation["operationId"] = f"{draw(names())}{number}"
    if method != "get" and draw(st.booleans()):
        operation["requestBody"] = draw(bodies())
    if draw(st.booleans()):
        schemes = st.lists(st.sampled_from(sorted(_SCHEMES)), max_size=2, unique=True)
        choices = draw(st.lists(schemes, max_size=2))
        operation["security"] = [{name: [] for name in one} for one in choices]
    return f"/{'/'.join(parts)}", method, operation


@st.composite
def documents(draw: st.DrawFn) -> Data:
    """A whole document."""
    paths: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 3))):
        path, method, operation = draw(operations(number))
        paths[path] = {method: operation}
    return {
        "openapi": draw(st.sampled_from(["3.1.0", "3.2.0"])),
        "info": {"title": "Random", "version": "1"},
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": _SCHEMES,
            "schemas": {name: draw(records(schemas())) for name in COMPONENTS},
        },
    }
