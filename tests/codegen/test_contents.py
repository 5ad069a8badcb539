"""Bodies and responses of generated packages on the wire: every media type that a document names."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from codegen.generated import OK, generate
from lvng_core import DecodeError, File, RequestOptions, StreamError, StreamIncompleteError
from support.scripted_server import ScriptedServer, Seen, answer, chunks, half
from support.sync_async import Colour

Tag = Callable[..., Any]
"""The fixture `tag`: the resource of a document with one operation, given its members."""


@pytest.fixture
def tag(colour: Colour, tmp_path: Path) -> Iterator[Tag]:
    """Makes clients and closes them."""
    with ExitStack() as stack:

        def find(server: ScriptedServer, members: str, version: str = "3.1.0") -> Any:
            responses = "" if "responses:" in members else f", responses: {OK}"
            text = f"paths: {{/it: {{post: {{operationId: it, {members}{responses}}}}}}}\n"
            module = generate(tmp_path, text, version=version)
            kind = module.Client if colour.name == "sync" else module.AsyncClient
            client = kind("secret", base_url=server.url)
            stack.callback(colour.wrap(client).close)
            return colour.wrap(client.default)

        yield find


def body(content: str, *, required: bool = True) -> str:
    return f"requestBody: {{required: {str(required).lower()}, content: {{{content}}}}}"


def parts(seen: Seen) -> list[tuple[dict[str, str], bytes]]:
    """Headers and contents of the parts of a multipart form."""
    kind = seen.header("content-type") or ""
    assert kind.startswith("multipart/form-data")
    boundary = kind.partition("boundary=")[2].encode()
    found = []
    for part in seen.body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").removesuffix(b"\r\n").partition(b"\r\n\r\n")
        lines = (line.partition(": ") for line in head.decode().split("\r\n"))
        found.append(({name.lower(): value for name, _, value in lines}, content))
    return found


# Forms


def test_a_multipart_form_without_a_file_stays_one(tag: Tag) -> None:
    schema = "{type: object, required: [name], properties: {name: {type: string}, icon: {type: string, format: binary}}}"
    with ScriptedServer(answer(200, {})) as server:
        tag(server, body(f"multipart/form-data: {{schema: {schema}}}")).it(name="n")
    assert parts(server.last) == [({"content-disposition": 'form-data; name="name"'}, b"n")]


ENCODED = {
    "deepObject": ("{style: deepObject, explode: true}", {"a": {"b": "x y", "c": ["1", {"d": 2}]}}),
    "form, joined": ("{style: form, explode: false}", ["1,5", "ü 2"]),
    "form, exploded": ("{style: form}", ["1", "2"]),
    "form, exploded object": ("{explode: true}", {"a": "1", "b": True}),
    "form, joined object": ("{explode: false}", {"a": "1", "b": "2"}),
    "spaces": ("{style: spaceDelimited}", ["1", "2"]),
    "bars": ("{style: pipeDelimited, explode: false}", ["1", "2"]),
    "json": ("{contentType: application/json}", ["1", {"a": 2}]),
    "text": ("{contentType: text/plain}", ["1", "2"]),
}
WRITTEN = {
    "deepObject": b"f[a][b]=x+y&f[a][c][0]=1&f[a][c][1][d]=2",
    "form, joined": b"f=1%2C5,%C3%BC+2",
    "form, exploded": b"f=1&f=2",
    "form, exploded object": b"a=1&b=true",
    "form, joined object": b"f=a,1,b,2",
    "spaces": b"f=1%202",
    "bars": b"f=1|2",
    "json": b"f=%5B%221%22%2C%7B%22a%22%3A2%7D%5D",
    "text": b"f=1&f=2",
}


@pytest.mark.parametrize("name", ENCODED)
def test_a_field_of_an_urlencoded_form_is_written_as_its_encoding_says(name: str, tag: Tag) -> None:
    encoding, value = ENCODED[name]
    kind = "object, additionalProperties: true" if isinstance(value, dict) else "array, items: {}"
    form = f"{{schema: {{type: object, properties: {{f: {{type: {kind}}}, g: {{type: string}}}}}}, encoding: {{f: {encoding}}}}}"
    with ScriptedServer(answer(200, {})) as server:
        made = tag(server, body(f"application/x-www-form-urlencoded: {form}"))
        made.it(f=value, g="é&")
        made.it(g="alone")
    first, second = server.requests
    assert first.header("content-type") == "application/x-www-form-urlencoded"
    assert first.body == WRITTEN[name] + b"&g=%C3%A9%26"
    assert second.body == b"g=alone"


MULTIPART = """multipart/form-data:
        schema:
          type: object
          properties:
            meta: {type: object}
            list: {type: array, items: {type: object}}
            note: {type: string}
            deep: {type: object}
            picture: {type: string, format: binary}
            any: {type: string, format: binary}
        encoding:
          meta: {contentType: application/vnd.meta+json}
          list: {contentType: application/json}
          note: {contentType: text/markdown; charset=utf-8}
          deep: {style: deepObject}
          picture:
            contentType: image/png, image/jpeg
            headers:
              X-Fixed: {schema: {type: string, const: always}}
              X-Mine: {schema: {type: string}}
          any: {contentType: application/octet-stream}
          unknown: {contentType: image/gif}
"""


def test_parts_are_written_as_their_encodings_say(tag: Tag) -> None:
    given = {
        "meta": {"a": 1},
        "list": [{"b": 2}],
        "note": "# ü",
        "deep": {"c": {"d": "e"}},
        "any": File(b"a", "a.txt"),
    }
    pictures = [
        (b"p", "image/png"),
        (File(b"p", "a.jpeg", headers={"X-Mine": "m"}), "image/jpeg"),
        (File(b"p", "a.txt"), "image/png"),
        (File(b"p", "a.txt", content_type="image/tiff"), "image/tiff"),
    ]
    members = f"requestBody: {{required: true, content: {_flow(MULTIPART)}}}"
    with ScriptedServer(answer(200, {})) as server:
        made = tag(server, members)
        for picture, _ in pictures:
            made.it(picture=picture, **given)
    found = {_name(head): (head, content) for head, content in parts(server.requests[0])}
    assert found["meta"][0]["content-type"] == "application/vnd.meta+json"
    assert (found["list"][0]["content-type"], found["list"][1]) == (
        "application/json",
        b'[{"b":2}]',
    )
    assert found["note"][0]["content-type"] == "text/markdown; charset=utf-8"
    assert found["note"][1] == "# ü".encode()
    assert found["deep[c][d]"] == ({"content-disposition": 'form-data; name="deep[c][d]"'}, b"e")
    assert found["any"][0]["content-type"] == "text/plain"
    heads = [
        next(head for head, _ in parts(seen) if _name(head) == "picture")
        for seen in server.requests
    ]
    assert [head["content-type"] for head in heads] == [kind for _, kind in pictures]
    assert [head["x-fixed"] for head in heads] == ["always"] * 4
    assert [head.get("x-mine") for head in heads] == [None, "m", None, None]


def _flow(block: str) -> str:
    """A block of YAML on one line."""
    from lvng_codegen.openapi.loader import read_yaml

    return json.dumps(read_yaml(block.replace("\n        ", "\n  "), "block"))


def _name(head: dict[str, str]) -> str:
    found = re.search(r'name="([^"]*)"', head["content-disposition"])
    assert found
    return found[1]


# Several bodies

TEXT = "{type: object, properties: {text: {type: string}}}"
FILE = "{type: object, properties: {text: {type: string}, file: {type: string, format: binary}}}"


def test_json_and_multipart_are_two_methods(tag: Tag) -> None:
    content = f"application/json: {{schema: {TEXT}}}, multipart/form-data: {{schema: {FILE}}}"
    with ScriptedServer(answer(200, {})) as server:
        made = tag(server, body(content))
        made.it(text="t")
        made.it_multipart(text="t", file=b"f")
    assert server.requests[0].json() == {"text": "t"}
    assert [content for _, content in parts(server.requests[1])] == [b"t", b"f"]


def test_a_form_with_files_is_reached_though_json_has_the_same_schema(tag: Tag) -> None:
    content = f"application/json: {{schema: {FILE}}}, multipart/form-data: {{schema: {FILE}}}, application/xml: {{schema: {FILE}}}"
    with ScriptedServer(answer(200, {})) as server:
        made = tag(server, body(content))
        made.it_multipart(file=b"f")
        assert not hasattr(made, "it_xml")
    assert [content for _, content in parts(server.last)] == [b"f"]


def test_bodies_of_other_kinds_have_methods_of_their_own(tag: Tag) -> None:
    content = f"application/json: {{schema: {TEXT}}}, text/csv: {{}}, application/octet-stream: {{}}, application/x-www-form-urlencoded: {{schema: {{type: object, properties: {{q: {{type: string}}}}}}}}"
    with ScriptedServer(answer(200, {})) as server:
        made = tag(server, body(content))
        made.it_csv(body="a,b")
        made.it_binary(body=b"\x00")
        made.it_form(q="x")
    assert [(seen.header("content-type"), seen.body) for seen in server.requests] == [
        ("text/csv; charset=utf-8", b"a,b"),
        ("application/octet-stream", b"\x00"),
        ("application/x-www-form-urlencoded", b"q=x"),
    ]


def test_one_of_several_content_types_is_an_argument(tag: Tag) -> None:
    binary = "image/png: {}, image/jpeg: {}, application/pdf: {}"
    with ScriptedServer(answer(200, {})) as server:
        made = tag(server, body(binary))
        made.it(body=b"x", content_type="image/jpeg")
        made.it(body=File(b"x", "a.pdf"))
    assert [seen.header("content-type") for seen in server.requests] == [
        "image/jpeg",
        "application/pdf",
    ]


def test_patches_of_several_kinds_are_an_argument(tag: Tag) -> None:
    patches = "application/merge-patch+json: {schema: {type: object}}, application/json-patch+json: {schema: {type: object}}"
    with ScriptedServer(answer(200, {})) as server:
        made = tag(server, body(patches))
        made.it(body={"a": 1})
        made.it(body={"a": 1}, content_type="application/json-patch+json")
    assert [seen.header("content-type") for seen in server.requests] == [
        "application/merge-patch+json",
        "application/json-patch+json",
    ]


def test_a_body_that_cannot_be_sent_leaves_the_others(tag: Tag, tmp_path: Path) -> None:
    content = f"application/json: {{schema: {TEXT}}}, multipart/mixed: {{}}, application/x-www-form-urlencoded: {{}}, text/csv: {{}}"
    with ScriptedServer(answer(200, {})) as server:
        made = tag(server, body(content))
        made.it(text="t")
        made.it_csv(body="a")
    assert len(server.requests) == 2
    text = next(tmp_path.glob("*/_generated/default.py")).read_text()
    assert "`multipart/mixed` is left out:" in text


# Several responses


def responses(content: str, more: str = "") -> str:
    return f'responses: {{"200": {{description: ok, content: {{{content}}}}}{more}}}'


JOB = "application/json: {schema: {type: object, properties: {id: {type: string}}}}"


def test_json_beside_other_contents_is_one_of_several_methods(tag: Tag) -> None:
    content = f"{JOB}, text/event-stream: {{}}, application/pdf: {{}}, text/csv: {{}}, application/vnd.full+json: {{schema: {{type: array}}}}, application/jsonl: {{}}"
    events = chunks(b"data: 1\n\n", headers={"Content-Type": "text/event-stream"})
    with ScriptedServer(
        answer(200, {"id": "1"}),
        events,
        answer(200, b"%PDF", {"Content-Type": "application/pdf"}),
        answer(200, b"a,b", {"Content-Type": "text/csv"}),
        answer(200, [1]),
        answer(200, b'{"a":1}\n', {"Content-Type": "application/jsonl"}),
    ) as server:
        made = tag(server, responses(content))
        assert made.it() == {"id": "1"}
        assert [event.data for event in made.it_stream()] == [1]
        assert made.it_pdf().read() == b"%PDF"
        assert made.it_csv().read() == b"a,b"
        assert made.it_vnd_full() == [1]
        assert list(made.it_lines()) == [{"a": 1}]
    assert [seen.header("accept") for seen in server.requests] == [
        "application/json",
        "text/event-stream",
        "application/pdf",
        "text/csv",
        "application/vnd.full+json",
        "application/jsonl",
    ]


def test_an_alternative_media_type_of_the_same_schema_has_no_method(tag: Tag) -> None:
    schema = "{schema: {type: object}}"
    content = f"text/plain: {schema}, application/json: {schema}, text/json: {schema}, application/xml: {schema}, application/hal+xml: {{}}, text/html: {{}}"
    with ScriptedServer(answer(200, {})) as server:
        made = tag(server, responses(content))
        found = [
            name
            for name in dir(made.target if hasattr(made, "target") else made)
            if name.startswith("it")
        ]
    assert found == ["it"]


def test_a_success_without_a_body_is_none(tag: Tag) -> None:
    more = ', "202": {description: accepted}, "204": {description: nothing}'
    with ScriptedServer(answer(202), answer(204), answer(200, {"id": "1"}), answer(200)) as server:
        made = tag(server, responses(JOB, more))
        assert made.it() is None
        assert made.it() is None
        assert made.it() == {"id": "1"}
        with pytest.raises(DecodeError, match="is empty"):
            made.it()


# Sequences of JSON

LINES = responses(
    "application/x-ndjson: {itemSchema: {type: object, properties: {n: {type: integer}}}}"
)
NDJSON = {"Content-Type": "application/x-ndjson"}
SEQUENCES = {
    "lines": (b'{"n":1}\n{"n":2}\n', b'{"n":3}\n'),
    "in pieces": (b'{"n"', b":1}\r\n\n{", b'"n":2}\n{"n":3}', b"\n"),
    "without an end": (b'{"n":1}\n{"n":2}\n{"n":3}',),
    "a text sequence": (b'\x1e{"n":1}\n\x1e{"n":', b'2}\n\x1e{"n":3}\n'),
}


@pytest.mark.parametrize("pieces", SEQUENCES.values(), ids=SEQUENCES)
def test_a_sequence_of_json_is_a_stream(pieces: tuple[bytes, ...], tag: Tag) -> None:
    with ScriptedServer(chunks(*pieces, headers=NDJSON)) as server:
        stream = tag(server, LINES).it()
        assert server.requests == []
        assert list(stream) == [{"n": 1}, {"n": 2}, {"n": 3}]
        with pytest.raises(StreamError, match="read only once"):
            list(stream)
        assert "closed" in repr(stream)


BROKEN = {
    "cut within a value": (
        chunks(b'{"n":1}\n{"n"', headers=NDJSON),
        StreamIncompleteError,
        "within a value",
    ),
    "no json": (chunks(b'{"n":1}\n<html>\n', headers=NDJSON), DecodeError, "begins: '<html>'"),
    "cut on the way": (half(200, b'{"n":1}\n'), StreamError, "cut on the way|broke"),
}


@pytest.mark.parametrize(("step", "error", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_sequence_ends_with_an_error_after_what_came(
    step: Any, error: type[Exception], message: str, tag: Tag
) -> None:
    with ScriptedServer(step) as server:
        values = iter(tag(server, LINES).it())
        if error is not DecodeError:  # which comes with the piece that both are in
            assert next(values) == {"n": 1}
        with pytest.raises(error, match=message) as caught:
            next(values)
    assert type(caught.value).__module__.startswith("generated_")


def test_a_value_has_a_largest_size(tag: Tag) -> None:
    with ScriptedServer(chunks(b'{"n":1}\n"' + b"x" * 200, headers=NDJSON)) as server:
        stream = tag(server, LINES).it(options=RequestOptions(max_event_size=100))
        with pytest.raises(StreamError, match="larger than 100 bytes"):
            list(stream)


def test_leaving_a_sequence_frees_its_connection(tag: Tag) -> None:
    with ScriptedServer(chunks(b"1\n2\n3\n", headers=NDJSON)) as server:
        with tag(server, LINES).it() as stream:
            for value in stream:
                assert value == 1
                break
        assert "closed" in repr(stream)
        server.wait_for_connections(0)


# Events of OpenAPI 3.2

EVENTS = """
paths:
  /it:
    get:
      operationId: it
      responses:
        "200":
          description: ok
          content:
            text/event-stream:
              itemSchema:
                oneOf:
                  - $ref: '#/components/schemas/Delta'
                  - type: object
                    properties: {event: {const: done}, data: {type: object, properties: {n: {type: integer}}}}
  /plain:
    get:
      operationId: plain
      responses:
        "200": {description: ok, content: {text/event-stream: {itemSchema: {type: object, properties: {x: {type: string}}}}}}
components:
  schemas:
    Delta:
      type: object
      properties:
        event: {enum: [delta]}
        data: {type: string, contentMediaType: application/json, contentSchema: {type: object, required: [text], properties: {text: {type: string}}}}
"""


def test_the_schema_of_an_item_types_the_events(tmp_path: Path) -> None:
    module = generate(tmp_path, EVENTS)
    text = (tmp_path / module.__name__ / "_generated" / "types.py").read_text()
    assert re.search(
        r"class DeltaEvent\(SSEEvent\):.*?event: Literal\[.delta.\]\n    data: DeltaEventData\n",
        text,
        re.DOTALL,
    )
    assert re.search(
        r"class DefaultItDoneEvent\(SSEEvent\):.*?event: Literal\[.done.\]\n    data: DefaultItDoneEventData\n",
        text,
        re.DOTALL,
    )
    assert "    text: str\n" in text
    assert re.search(
        r"class DefaultPlainEvent\(SSEEvent\):\n[^\n]*\n\n    data: DefaultPlainEventData\n", text
    )
    resource = (tmp_path / module.__name__ / "_generated" / "default.py").read_text()
    assert "EventStream[types.DeltaEvent | types.DefaultItDoneEvent]" in resource
