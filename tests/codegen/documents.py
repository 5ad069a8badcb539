"""Small documents, written where a test needs them, and what the generator makes of them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

from lvng_codegen.model.api import Api, Argument, Operation, reachable
from lvng_codegen.model.operations import build
from lvng_codegen.openapi.document import Document
from lvng_codegen.openapi.loader import read_yaml
from lvng_codegen.render.annotation_writer import AnnotationWriter
from lvng_codegen.render.types import types_module

FOLDER = Path(__file__).parent / "specs"
GOLDEN = Path(__file__).parent / "golden"

# What other specs refer to has no operations of its own.
SPECS = {file.stem: file for file in sorted(FOLDER.iterdir()) if ".shared" not in file.name}

# An operation of the tag `things` under `/things`, to which a test adds what it is about.
_OPERATION = """\
/things:
  get:
    operationId: things.it
    tags: [things]
    responses: {"204": {description: none}}
"""


def document(text: str, *, version: str = "3.1.0") -> Document:
    """A document with these top-level members."""
    head = f"openapi: {version}\ninfo: {{title: Test, version: '1'}}\n"
    return Document(read_yaml(head + dedent(text), "api.yaml"), Path("api.yaml"))


def api(paths: str = "", *, schemas: str = "", version: str = "3.1.0", more: str = "") -> Api:
    """What is made of a document with these paths and schemas."""
    paths = dedent(paths) or _OPERATION
    text = f"paths:\n{indent(paths, '  ')}\n{dedent(more)}"
    if schemas:
        text += f"components:\n  schemas:\n{indent(dedent(schemas), '    ')}"
    return build(document(text, version=version))


def operation(text: str, *, path: str = "/things", http: str = "post", **around: str) -> Operation:
    """What is made of an operation with these members."""
    said = dedent(text)
    if "responses:" not in said:
        said += '\nresponses: {"204": {description: none}}\n'
    head = f"{path}:\n  {http}:\n    operationId: things.it\n    tags: [things]\n"
    return next(api(head + indent(said, "    "), **around).operations())


def arguments(made: Operation) -> dict[str, Argument]:
    """The arguments of an operation by their Python names."""
    return {argument.name: argument for argument in made.arguments}


def answering(schema: str, *, schemas: str = "", version: str = "3.1.0") -> Api:
    """What is made of an operation that answers JSON of a schema, written in one line."""
    paths = f"""
        /things:
          get:
            operationId: things.it
            tags: [things]
            responses: {{"200": {{description: ok, content: {{application/json: {{schema: {schema}}}}}}}}}
        """
    return api(paths, schemas=schemas, version=version)


def annotation(schema: str, *, schemas: str = "", version: str = "3.1.0") -> str:
    """The annotation of a schema."""
    made = answering(schema, schemas=schemas, version=version)
    return AnnotationWriter(made.definitions).response(next(made.operations()).response.type)


def types_text(made: Api) -> str:
    """The types module of a document, without formatting."""
    mentioned = (type_ for one in made.operations() for type_ in one.types())
    return types_module("# header", reachable(made.definitions, mentioned))
