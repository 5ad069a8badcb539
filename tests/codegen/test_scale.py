"""Documents of thousands of operations are generated in time that grows with their size, no faster."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from lvng_codegen.package import Package


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def document(count: int) -> dict[str, Any]:
    """Operations with all that could make each of them look at all others: one circle of types, secrets, paging."""
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for n in range(count):
        schemas[f"Thing{n}"] = {
            "required": ["id"],
            "properties": {
                "id": {"type": "string"},
                "token": {"type": "string", "x-secret": True},
                "state": {"enum": ["on", "off", None]},
                "next": ref(f"Thing{(n + 1) % count}"),
                "data": {"items": ref(f"Alias{n}")},
            },
        }
        schemas[f"Alias{n}"] = {"anyOf": [{"type": "string", "format": "date"}, ref(f"Thing{n}")]}
        media = {"application/json": {"schema": ref(f"Thing{n}")}}
        paths[f"/things{n}/{{id}}"] = {
            "post": {
                "operationId": f"do{n}",
                "tags": [f"tag{n % 10}"],
                "x-paging": {"style": "offset"},
                "parameters": [
                    {"name": "id", "in": "path", "schema": {"type": "string"}},
                    {"name": "offset", "in": "query", "schema": {"type": "integer"}},
                ],
                "requestBody": {"content": media},
                "responses": {"200": {"description": "ok", "content": media}},
            }
        }
    info = {"title": "Many", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def cost(folder: Path, count: int) -> float:
    """Seconds of CPU that it takes to generate a document, without the formatter."""
    spec = folder / f"{count}.json"
    spec.write_text(json.dumps(document(count)))
    begun = time.process_time()
    modules = dict(Package("many", spec)._modules())
    spent = time.process_time() - begun
    assert sum(text.count("class Thing") for text in modules.values()) == count
    return spent


def test_eight_times_the_operations_take_about_eight_times_as_long(tmp_path: Path) -> None:
    cost(tmp_path, 50)
    small, large = cost(tmp_path, 250), cost(tmp_path, 2000)
    # Linear is 8, quadratic 64; half-way leaves room for a busy machine.
    assert large < 24 * small
