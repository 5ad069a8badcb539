"""The key is on the wire and nowhere else: not in a repr, message, log, traceback, pickle or answer."""

from __future__ import annotations

import copy
import csv
import io
import json
import logging
import pickle
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from lvng_core import (
    AsyncClient,
    AsyncResource,
    Client,
    ConfigurationError,
    LvngError,
    PermissionDeniedError,
    RequestOptions,
    Resource,
)
from lvng_core._secret import MaskedStr, Secret
from support.samples import CHAT, CREATE, GET, KEY
from support.scripted_server import (
    Serve,
    Step,
    answer,
    chunks,
    closed_port,
    half,
    hang_up,
    raw,
    redirect,
    reset,
)
from support.sync_async import Connect, plain, stream_of

SECRET = KEY[:-4]  # the last four characters may be shown
OTHER = "another-secret-of-the-caller"


@pytest.fixture(autouse=True)
def everything_logged() -> Any:
    """What DEBUG logs of all libraries say; no key may be in it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(before)
    assert SECRET not in stream.getvalue()
    assert OTHER not in stream.getvalue()


def looks_at(value: object) -> str:
    """Everything that printing, formatting and looking into an object shows."""
    shown = [repr(value), str(value), f"{value}", ascii(value)]
    inside = getattr(value, "__dict__", {})
    shown += [repr(inside), *(repr(item) for item in inside.values())]
    return "\n".join(shown)


def assert_clean(*shown: str) -> None:
    for text in shown:
        assert SECRET not in text
        assert OTHER not in text


@pytest.mark.parametrize("make", [Client, AsyncClient])
def test_a_client_and_what_it_makes_show_no_more_than_the_end_of_the_key(
    make: Callable[..., Any],
) -> None:
    client = make(KEY, default_headers={"X-Api-Key": OTHER})
    assert_clean(
        looks_at(client),
        looks_at(client.with_options(timeout=1.0)),
        looks_at(client._settings),
        looks_at(Resource(client)),
        looks_at(AsyncResource(client)),
        *(looks_at(value) for value in vars(client).values()),
    )
    assert KEY[-4:] in repr(client)


def test_a_short_key_is_not_shown_at_all() -> None:
    assert repr(Secret("abcdefgh")) == "…"
    assert repr(Secret("x" * 12 + "abcd")) == "…abcd"


def test_a_secret_cannot_be_pickled_by_accident() -> None:
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(Secret(KEY))


def test_secrets_compare_by_value() -> None:
    assert Secret(KEY) == Secret(KEY) != Secret("b")
    assert Secret(KEY) != KEY
    assert len({Secret(KEY), Secret(KEY)}) == 1


def test_a_masked_string_is_the_string_but_not_in_a_repr() -> None:
    masked = MaskedStr(KEY)
    assert masked == KEY
    assert f"{masked}" == KEY
    assert_clean(repr(masked), repr({"key": masked}))
    assert repr(MaskedStr("short")) == "'…'"


def ruamel(value: object) -> str:
    """What ruamel.yaml writes."""
    ruamel = pytest.importorskip("ruamel.yaml")
    text = io.StringIO()
    ruamel.YAML(typ="safe").dump(value, text)
    return text.getvalue()


def csv_text(value: dict[str, str]) -> str:
    text = io.StringIO()
    csv.DictWriter(text, list(value)).writerow(value)
    return text.getvalue()


def other(module: str, function: str, **options: object) -> Callable[[object], str]:
    """A function of a module that need not be installed, as text."""

    def write(value: object) -> str:
        text = getattr(pytest.importorskip(module), function)(value, **options)
        return text if isinstance(text, str) else text.decode()

    return write


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(json.dumps, id="json"),
        pytest.param(csv_text, id="csv"),
        pytest.param(other("yaml", "safe_dump"), id="yaml"),
        pytest.param(other("yaml", "dump"), id="yaml-unsafe"),
        pytest.param(ruamel, id="ruamel"),
        pytest.param(other("orjson", "dumps"), id="orjson"),
        pytest.param(other("msgspec.json", "encode", enc_hook=str), id="msgspec"),
        pytest.param(other("pydantic_core", "to_json"), id="pydantic"),
    ],
)
def test_a_masked_string_is_written_like_a_plain_one(write: Callable[[object], str]) -> None:
    assert write({"key": MaskedStr(KEY)}) == write({"key": KEY})


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_masked_string_is_pickled_as_a_plain_one(protocol: int) -> None:
    pickled = pickle.dumps({"key": MaskedStr(KEY)}, protocol)
    assert b"lvng_core" not in pickled
    assert type(pickle.loads(pickled)["key"]) is str


def test_a_copy_of_a_masked_string_is_masked() -> None:
    made = {"key": MaskedStr(KEY)}
    assert_clean(repr(copy.deepcopy(made)), repr(copy.copy(made["key"])))


def test_a_field_of_a_model_takes_a_masked_string() -> None:
    pydantic = pytest.importorskip("pydantic")
    model = pydantic.create_model("Made", key=(str, ...))
    assert model(key=MaskedStr(KEY)).model_dump() == {"key": KEY}


def test_the_options_of_a_call_show_no_header() -> None:
    options = RequestOptions(headers={"Authorization": f"Bearer {OTHER}"})
    assert_clean(repr(options))


@pytest.mark.parametrize(
    "key",
    ["a\nb", "a\r\nX-Evil: 1", "a\0b", "a b", "clé", "\x7f", "a\tb", "\ud800", "a\u2028b"],
    ids=ascii,
)
def test_an_invalid_key_is_refused_without_being_shown(key: str) -> None:
    odd = SECRET + key + SECRET
    with pytest.raises(
        ConfigurationError, match="contains a character that is not valid in a key"
    ) as caught:
        Client(odd)
    assert_clean(looks_at(caught.value), traceback.format_exc())
    assert_clean("".join(traceback.format_exception(caught.value)))


def test_white_space_around_a_key_is_removed(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    connect(server, api_key=f"\t {KEY} \r\n").call(GET, {"id": "1"})
    assert server.last.header("authorization") == f"Bearer {KEY}"


FAILURES: list[tuple[str, Step]] = [
    ("refusal", answer(401, {"error": "no"})),
    ("rate limit", answer(429, {"error": "slow"}, {"Retry-After": "600"})),
    ("server error", answer(500, "<html><title>Oops</title></html>")),
    ("html", answer(200, "<html>login</html>")),
    ("reset", reset),
    ("hang up", hang_up),
    ("half", half()),
    ("garbage", raw(b"\x00\x01\x02 not http\r\n\r\n")),
    ("redirect", redirect(302, "http://elsewhere.example/")),
    ("echo in json", answer(401, {"error": {"message": f"Unknown key {KEY}", "details": [KEY]}})),
    ("echo in a page", answer(502, f"<html><title>{KEY}</title>{KEY}</html>")),
    ("echo in text", answer(500, f"Bearer {KEY}".encode(), {"Content-Type": "text/plain"})),
    ("echo in a success", answer(200, f"<html><title>{KEY}</title></html>")),
    ("echo in half a json", answer(200, f'{{"key": "{KEY}", '.encode())),
    ("echo in no utf-8", answer(200, f'{{"key": "{KEY}'.encode() + b'\xff"}')),
    ("echo in a list", answer(200, [KEY])),
    ("bad gzip", answer(200, b"no gzip", {"Content-Encoding": "gzip"})),
]


def shown_by(error: BaseException) -> list[str]:
    """What logs, crash reports and debuggers show of an error, its causes and their requests."""
    shown = []
    current: BaseException | None = error
    while current is not None:
        shown.append(looks_at(current))
        request = getattr(current, "_request", None)
        if isinstance(request, httpx.Request):
            shown += [repr(request.headers), str(list(request.headers.raw)), looks_at(request)]
        shown.append("".join(traceback.format_exception(current)))
        with_locals = traceback.TracebackException.from_exception(current, capture_locals=True)
        shown.append("".join(with_locals.format()))
        current = current.__cause__ or current.__context__
    return shown


@pytest.mark.parametrize(("name", "step"), FAILURES, ids=[name for name, _ in FAILURES])
def test_no_error_holds_the_key(connect: Connect, serve: Serve, name: str, step: Step) -> None:
    client = connect(
        serve(step), max_retries=1, default_headers={"x-api-key": OTHER, "Cookie": OTHER}
    )
    options = RequestOptions(headers={"Proxy-Authorization": OTHER})
    with pytest.raises(LvngError) as caught:
        client.call(CREATE, {"name": "a"}, options)
    assert_clean(*shown_by(caught.value), repr(pickle.dumps(caught.value)))
    assert_clean(*(looks_at(vars(copy.copy(caught.value)))))


@pytest.mark.parametrize("cls", [Client, AsyncClient])
@pytest.mark.parametrize(
    "options",
    [
        {"api_key": KEY, "timeout": -1},
        {"api_key": f"Bearer {KEY}"},
        {"api_key": f"{KEY}\n{KEY}"},
        {"apikey": KEY},
        {"default_headers": {"Authorization": f"Bearer {KEY}"}},
        {"base_url": f"https://api.lvng.ai/?key={KEY}"},
        {"base_url": f"https://user:{KEY}@api.lvng.ai:99999"},
    ],
    ids=repr,
)
def test_no_error_of_a_client_that_cannot_be_made_holds_the_key(
    cls: Any, options: dict[str, Any]
) -> None:
    with pytest.raises((LvngError, TypeError)) as caught:
        cls(**options)
    assert_clean(looks_at(caught.value), *frames_of(caught.value))


@pytest.mark.parametrize("token", [KEY.encode(), f"{KEY}\n{KEY}", f"Bearer {KEY}"], ids=repr)
def test_no_error_about_an_invalid_token_holds_it(connect: Connect, token: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect("https://api.lvng.ai", api_key=lambda: token).call(GET, {"id": "1"})
    assert_clean(looks_at(caught.value), *frames_of(caught.value))


def frames_of(error: BaseException) -> list[str]:
    """The frames of the SDK in a traceback, with their local variables."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    return [
        f"{frame.name} {frame.locals}" for frame in shown.stack if "lvng_core" in frame.filename
    ]


def test_no_error_of_an_unreachable_server_holds_the_key(connect: Connect) -> None:
    client = connect(f"http://127.0.0.1:{closed_port()}", max_retries=1)
    with pytest.raises(LvngError) as caught:
        client.call(GET, {"id": "1"})
    assert_clean(*shown_by(caught.value), repr(pickle.dumps(caught.value)))


def test_no_error_of_a_broken_stream_holds_the_key(connect: Connect, serve: Serve) -> None:
    server = serve(chunks(b"data: {}\n\n", final=False, then="close"))
    with pytest.raises(LvngError) as caught:
        list(stream_of(connect(server), CHAT, {"message": "hi"}))
    assert_clean(*shown_by(caught.value))


def test_no_error_about_an_argument_holds_the_key(connect: Connect) -> None:
    with pytest.raises(LvngError) as caught:
        connect("https://api.lvng.ai").call(GET, {"id": ".."})
    assert_clean(*shown_by(caught.value))


def test_an_answer_keeps_no_key(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {"ok": True}))
    response = connect(server, default_headers={"X-Api-Key": OTHER}).request("GET", "/a")
    assert server.last.header("authorization") == f"Bearer {KEY}"
    assert server.last.header("x-api-key") == OTHER
    assert_clean(
        looks_at(response), repr(response.request.headers), repr(response.request.headers.raw)
    )


def test_a_header_of_the_call_replaces_the_key(connect: Connect, serve: Serve) -> None:
    server = serve(answer(200, {}))
    options = RequestOptions(headers={"authorization": f"Bearer {OTHER}"})
    connect(server).call(GET, {"id": "1"}, options)
    assert server.last.all("authorization") == [f"Bearer {OTHER}"]


def test_a_pickled_client_holds_the_key_and_its_repr_does_not(connect: Connect) -> None:
    client = plain(connect("https://api.lvng.ai"))
    assert SECRET in repr(pickle.dumps(client))
    assert_clean(looks_at(pickle.loads(pickle.dumps(client))))


def test_an_operation_that_needs_a_jwt_is_refused_with_an_api_key(
    connect: Connect, serve: Serve
) -> None:
    server = serve(answer(200, {}))
    operation = replace(GET, auth="jwt")
    with pytest.raises(
        PermissionDeniedError, match="needs a JWT, but this client has an API key"
    ) as caught:
        connect(server).call(operation, {"id": "1"})
    assert not server.requests
    assert_clean(*shown_by(caught.value))
    connect(server, api_key="eyJ.eyJ.x").call(operation, {"id": "1"})
    assert server.last.header("authorization") == "Bearer eyJ.eyJ.x"


def test_secrets_of_an_answer_are_masked_and_usable(connect: Connect, serve: Serve) -> None:
    body = {"data": [{"key": OTHER, "name": "n"}], "key": OTHER, "other": {"key": 5}}
    server = serve(answer(200, body))
    page = connect(server).call(replace(GET, secrets=("key",)), {"id": "1"})
    assert page == body
    assert_clean(repr(page))
