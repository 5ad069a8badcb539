"""A generated package of another API: it never meets LVNG's host, key or habits."""

from __future__ import annotations

import logging
import pickle
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

import lvng_core as core
from codegen.generated import OK, generate
from lvng_core import CallNext, Flow, Request, RequestOptions
from support.scripted_server import ScriptedServer, Step, answer, reset
from support.sync_async import Colour

SECRET = "s3cr3t-0123456789-&+/ü"[:21]

Make = Callable[..., Any]
"""The fixture `make`: a client of a generated package with the blocking surface."""


@pytest.fixture
def make(colour: Colour) -> Iterator[Make]:
    """Makes clients of a package and closes them."""
    with ExitStack() as stack:

        def client(module: ModuleType, *args: Any, **options: Any) -> Any:
            kind = module.Client if colour.name == "sync" else module.AsyncClient
            made = Whole(kind(*args, **options), colour)
            stack.callback(made.close)
            return made

        yield client


class Whole:
    """A client with the blocking surface, and so its resources."""

    def __init__(self, client: Any, colour: Colour) -> None:
        self.client = client
        self._colour = colour

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._colour.wrap(self.client), name)
        return value if callable(value) else self._colour.wrap(value)

    def __repr__(self) -> str:
        return repr(self.client)


class Recorder:
    """Transport options of a client whose requests are kept."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.headers: list[httpx.Headers] = []
        self.urls: list[str] = []

    @property
    def option(self) -> dict[str, Any]:
        return {"transport": httpx.MockTransport(self._answer)}

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.headers.append(httpx.Headers(request.headers))
        self.urls.append(str(request.url))
        return httpx.Response(200, json={})


def paths(**operations: str) -> str:
    """Paths `/a`, `/b`, ... with a GET each, and what its operation says beside its id."""
    lines = [
        f"  /{name}: {{get: {{operationId: {name}, {text}{', ' if text else ''}responses: {OK}}}}}"
        for name, text in operations.items()
    ]
    return "\n".join(["paths:", *lines, ""])


# Address


def test_the_first_server_of_the_document_is_the_default(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LVNG_API_KEY", "lvng_sk_0123456789")
    monkeypatch.setenv("LVNG_BASE_URL", "https://api.lvng.ai")
    module = generate(
        tmp_path, f"servers: [{{url: https://api.other.test/v1/}}]\n{paths(a='')}", name="others"
    )
    seen = Recorder()
    make(module, api_key="secret", **seen.option).default.a()
    make(module, **seen.option).default.a()
    assert seen.urls == ["https://api.other.test/v1/a"] * 2
    assert [headers.get("authorization") for headers in seen.headers] == ["Bearer secret", None]
    assert seen.headers[0]["user-agent"].startswith("others-python/2.0 python/3")
    assert "lvng" not in str(seen.headers[0].multi_items()).lower()


def test_a_generated_package_has_its_own_environment_variables(
    tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = generate(tmp_path, paths(a=""), name="own_variables")
    monkeypatch.setenv("OWN_VARIABLES_API_KEY", "secret")
    monkeypatch.setenv("OWN_VARIABLES_BASE_URL", "https://mine.test")
    seen = Recorder()
    make(module, **seen.option).default.a()
    assert seen.urls == ["https://mine.test/a"]
    assert seen.headers[0]["authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    "servers", ["", "servers: [{url: /v1}]", "servers: [{url: 'https://{host}'}]"]
)
def test_without_a_host_the_address_is_asked_for(
    servers: str, tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LVNG_BASE_URL", "https://api.lvng.ai")
    module = generate(tmp_path, f"{servers}\n{paths(a='')}")
    with pytest.raises(module.errors.ConfigurationError, match="pass base_url") as caught:
        make(module, "secret")
    assert f"{module.__name__.upper()}_BASE_URL" in str(caught.value)
    assert "LVNG" not in str(caught.value)


SERVERS = """
servers:
  - url: https://{region}.api.test/{version}
    description: Production
    variables:
      region: {default: eu, enum: [eu, us], description: Where the data is}
      version: {default: v1}
  - {url: "https://sandbox.api.test"}
"""


def test_servers_with_variables_are_functions(tmp_path: Path, make: Make) -> None:
    module = generate(tmp_path, SERVERS + paths(a=""))
    assert module.servers.production() == "https://eu.api.test/v1"
    assert module.servers.production(region="us", version="v2") == "https://us.api.test/v2"
    assert module.servers.sandbox_api_test() == "https://sandbox.api.test"
    seen = Recorder()
    make(module, **seen.option).default.a()
    make(module, base_url=module.servers.production(region="us"), **seen.option).default.a()
    assert seen.urls == ["https://eu.api.test/v1/a", "https://us.api.test/v1/a"]


def test_operations_and_paths_have_their_own_servers(tmp_path: Path, make: Make) -> None:
    module = generate(
        tmp_path,
        f"""
servers: [{{url: https://api.test/v1}}, {{url: 'https://{{region}}.api.test', variables: {{region: {{default: eu}}}}}}]
paths:
  /plain: {{get: {{operationId: plain, responses: {OK}}}}}
  /upload:
    servers: [{{url: https://upload.test/v1/}}]
    get: {{operationId: of_path, responses: {OK}}}
    put: {{operationId: of_operation, servers: [{{url: /v2}}], responses: {OK}}}
""",
    )
    seen = Recorder()
    for options in ({}, {"base_url": "https://us.api.test"}, {"base_url": "https://mock.test/x"}):
        client = make(module, **options, **seen.option).default
        client.plain()
        client.of_path()
        client.of_operation()
    assert seen.urls == [
        "https://api.test/v1/plain",
        "https://upload.test/v1/upload",
        "https://api.test/v2/upload",
        "https://us.api.test/plain",
        "https://upload.test/v1/upload",
        "https://us.api.test/v2/upload",
        # An address of the user's own, such as a mock or a proxy, takes every call.
        "https://mock.test/x/plain",
        "https://mock.test/x/upload",
        "https://mock.test/v2/upload",
    ]


# Errors


def test_a_generated_package_raises_its_own_errors(tmp_path: Path, make: Make) -> None:
    module = generate(tmp_path, paths(a=""), name="own_errors")
    statuses = {401: "AuthenticationError", 404: "NotFoundError", 422: "ValidationError"}
    with ScriptedServer(*(answer(status, {}) for status in statuses), answer(418, {})) as server:
        client = make(module, "secret", base_url=server.url)
        for name in [*statuses.values(), "OwnErrorsError"]:
            with pytest.raises(module.OwnErrorsError) as caught:
                client.default.a()
            assert type(caught.value) is getattr(module.errors, name)
            assert isinstance(caught.value, getattr(core, name, core.LvngError))
            assert "LVNG" not in str(caught.value)
            assert type(pickle.loads(pickle.dumps(caught.value))) is type(caught.value)
        with pytest.raises(module.errors.ConfigurationError, match="options must be"):
            client.default.a(options=1)
        client.close()
        with pytest.raises(module.errors.ClientClosedError):
            client.default.a()
    with pytest.raises(module.errors.APIConnectionError):
        make(module, base_url="http://127.0.0.1:1", max_retries=0).default.a()


def test_every_error_of_the_core_has_a_subclass_in_the_package(tmp_path: Path) -> None:
    module = generate(tmp_path, paths(a=""))
    raised = {
        error
        for name in dir(core)
        if isinstance(error := getattr(core, name), type) and issubclass(error, core.LvngError)
    }
    assert set(module.errors.BY_CORE) == raised
    for error, own in module.errors.BY_CORE.items():
        assert issubclass(own, error)
        parents = {module.errors.BY_CORE.get(parent) for parent in error.__bases__} - {None}
        assert parents <= set(own.__mro__)


# Security

SCHEMES = """
components:
  securitySchemes:
    h: {type: apiKey, in: header, name: X-Other-Token}
    q: {type: apiKey, in: query, name: api key}
    c: {type: apiKey, in: cookie, name: session}
    b: {type: http, scheme: basic}
    t: {type: http, scheme: Bearer}
    o: {type: oauth2, flows: {deviceAuthorization: {tokenUrl: https://x.test, deviceAuthorizationUrl: https://x.test, scopes: {}}}}
    i: {type: openIdConnect, openIdConnectUrl: https://x.test}
    g: {type: http, scheme: GenieKey}
    m: {type: mutualTLS}
"""
BASIC = b64encode(b"secret:").decode()
SENT = {
    "[{h: []}]": {"x-other-token": "secret"},
    "[{q: []}]": {"query": "api%20key=secret"},
    "[{c: []}]": {"cookie": "session=secret"},
    "[{b: []}]": {"authorization": f"Basic {BASIC}"},
    "[{t: []}]": {"authorization": "Bearer secret"},
    "[{o: [read]}]": {"authorization": "Bearer secret"},
    "[{i: []}]": {"authorization": "Bearer secret"},
    "[{g: []}]": {"authorization": "GenieKey secret"},
    "[{m: []}]": {},
    "[]": {},
    "[{}]": {},
    "[{}, {h: []}]": {"x-other-token": "secret"},
    "[{h: [], q: [], t: []}]": {
        "x-other-token": "secret",
        "query": "api%20key=secret",
        "authorization": "Bearer secret",
    },
    "[{h: []}, {q: []}]": {"x-other-token": "secret"},
}


@pytest.mark.parametrize(("security", "sent"), SENT.items(), ids=SENT)
def test_a_credential_is_sent_as_the_document_says(
    security: str, sent: dict[str, str], tmp_path: Path, make: Make
) -> None:
    module = generate(tmp_path, f"{paths(a=f'security: {security}')}{SCHEMES}")
    with ScriptedServer(answer(200, {})) as server:
        make(module, "secret", base_url=server.url).default.a()
    seen = server.last
    found = {
        name: value
        for name in ("x-other-token", "cookie", "authorization")
        if (value := seen.header(name)) is not None
    }
    if query := seen.target.partition("?")[2]:
        found["query"] = query
    assert found == sent


def test_security_of_the_document_applies_to_operations_without_their_own(
    tmp_path: Path, make: Make
) -> None:
    module = generate(tmp_path, f"security: [{{q: []}}]\n{paths(a='', b='security: []')}{SCHEMES}")
    seen = Recorder()
    client = make(module, "k1", base_url="https://x.test", **seen.option)
    client.default.a()
    client.default.b()
    client.request("GET", "/raw", query={"x": 1})
    assert seen.urls == [
        "https://x.test/a?api%20key=k1",
        "https://x.test/b",
        "https://x.test/raw?x=1&api%20key=k1",
    ]


def test_schemes_that_no_operation_asks_for_are_sent_when_they_are_given(
    tmp_path: Path, make: Make
) -> None:
    module = generate(tmp_path, f"{paths(a='')}{SCHEMES}")
    seen = Recorder()
    make(module, base_url="https://x.test", **seen.option).default.a()
    make(module, {"t": "k1"}, base_url="https://x.test", **seen.option).default.a()
    assert [headers.get("authorization") for headers in seen.headers] == [None, "Bearer k1"]


def test_credentials_are_given_by_scheme(tmp_path: Path, make: Make) -> None:
    security = {
        "a": "[{h: []}]",
        "b": "[{b: []}]",
        "c": "[{q: []}, {h: [], c: []}]",
        "d": "[{t: []}]",
    }
    module = generate(
        tmp_path, paths(**{name: f"security: {one}" for name, one in security.items()}) + SCHEMES
    )
    seen = Recorder()
    given = {"h": "one two", "b": ("ümi", "p:w"), "c": "a;b"}
    client = make(module, given, base_url="https://x.test", **seen.option)
    client.default.a()
    client.default.b()
    client.default.c(options=RequestOptions(headers={"cookie": "mine=1"}))
    assert seen.headers[0]["x-other-token"] == "one two"
    assert seen.headers[1]["authorization"] == f"Basic {b64encode('ümi:p:w'.encode()).decode()}"
    assert (seen.headers[2]["x-other-token"], seen.headers[2]["cookie"]) == (
        "one two",
        "mine=1; session=a%3Bb",
    )
    with pytest.raises(module.errors.ConfigurationError, match="needs a credential for t: "):
        client.default.d()
    # A header of the caller's own stands in for a credential.
    client.default.d(options=RequestOptions(headers={"Authorization": "Bearer mine"}))
    assert seen.headers[3]["authorization"] == "Bearer mine"
    pickled = make(module, given, base_url="https://x.test").client
    assert repr(pickle.loads(pickle.dumps(pickled))) == repr(pickled)


WRONG = {
    "another scheme": ({"x": "k"}, r"has no security scheme 'x'; it has h, q, c, b, t, o, i, g, m"),
    "no string": ({"h": 5}, r"api_key\['h'\] must be a string, got int"),
    "empty": ("  ", "api_key is empty"),
    "a line break": ("secret\nX: y", "contains a character that is not valid in a key"),
    "a colon": (("a:b", "c"), "a user name cannot contain a colon"),
}


@pytest.mark.parametrize(("given", "message"), WRONG.values(), ids=WRONG)
def test_a_credential_that_cannot_be_one_is_refused_and_not_shown(
    given: Any, message: str, tmp_path: Path, make: Make
) -> None:
    module = generate(tmp_path, f"{paths(a='')}{SCHEMES}")
    with pytest.raises(module.errors.ConfigurationError, match=message) as caught:
        make(module, given, base_url="https://x.test")
    assert "secret" not in str(caught.value)


def test_a_function_is_asked_for_its_token_at_every_call(
    tmp_path: Path, make: Make, colour: Colour
) -> None:
    module = generate(tmp_path, f"{paths(a='security: [{o: []}]')}{SCHEMES}")
    tokens = iter(["one", "two", "three", 4])

    async def later() -> Any:
        return next(tokens)

    seen = Recorder()
    options = {"base_url": "https://x.test", **seen.option}
    client = make(module, lambda: next(tokens), **options)
    client.default.a()
    client.default.a()
    waiting = make(module, {"o": later}, **options)
    if colour.name == "sync":
        with pytest.raises(module.errors.ConfigurationError, match="sync function"):
            waiting.default.a()
        next(tokens)
    else:
        waiting.default.a()
    with pytest.raises(module.errors.ConfigurationError, match="function for o returns must be"):
        client.default.a()
    sent = [headers["authorization"] for headers in seen.headers]
    assert sent == ["Bearer one", "Bearer two", "Bearer three"][: len(sent)]


LEAKS = ("[{h: []}]", "[{q: []}]", "[{c: []}]", "[{b: []}]", "[{t: []}]")


@pytest.mark.parametrize("security", LEAKS)
def test_a_secret_shows_nowhere(
    security: str, tmp_path: Path, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "pass/word+0123456789"
    given = ("someone", secret) if "b:" in security else secret
    module = generate(tmp_path, f"{paths(a=f'security: {security}')}{SCHEMES}")
    events: list[object] = []

    def watch(request: Request, call_next: CallNext[Flow]) -> Flow:
        events.extend([request, request.call, request.url, dict(request.headers)])
        response = yield from call_next(request)
        events.append(response)
        return response

    def repeat(exchange: Any) -> None:
        seen = exchange.seen
        text = f"{seen.target} {seen.headers}"
        answer(500, text.encode())(exchange)

    with ScriptedServer(repeat) as server:
        client = make(
            module, given, base_url=server.url, middleware=watch, max_retries=1, retry_base_delay=0
        )
        shown = [repr(client), repr(client.default)]
        with pytest.raises(module.errors.ServerError) as caught:
            client.default.a()
        assert any(
            secret in f"{seen.target}{seen.headers}" or secret not in seen.target
            for seen in server.requests
        )
    error = caught.value
    shown += [repr(error), str(error), repr(vars(error)), caplog.text, *map(repr, events)]
    forms = {secret, "pass%2Fword%2B0123456789", b64encode(f"someone:{secret}".encode()).decode()}
    for text in shown:
        assert not [form for form in forms if form in text], text


def test_a_key_in_the_query_is_not_in_the_log_of_the_callers_own_client(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    module = generate(tmp_path, f"security: [{{q: []}}]\n{paths(a='')}{SCHEMES}")
    with ScriptedServer(answer(200, {})) as server, httpx.Client(trust_env=False) as http_client:
        with module.Client("pass-word", base_url=server.url, http_client=http_client) as client:
            client.default.a()
        assert "pass-word" in server.last.target
    assert "key=hidden" in caplog.text
    assert "pass-word" not in caplog.text


def test_the_request_of_a_response_has_no_secret(tmp_path: Path, make: Make) -> None:
    module = generate(tmp_path, f"security: [{{q: [], h: [], c: []}}]\n{paths(a='')}{SCHEMES}")
    with ScriptedServer(answer(200, {})) as server:
        found = make(module, "pass-word", base_url=server.url).request("GET", "/a", query={"x": 1})
        assert "pass-word" in server.last.target
    assert "pass-word" not in f"{found.request.url} {found.request.headers.multi_items()}"
    assert found.request.url.params["x"] == "1"


def test_a_redirect_takes_no_secret_to_another_host(tmp_path: Path, make: Make) -> None:
    module = generate(tmp_path, f"security: [{{q: []}}]\n{paths(a='')}{SCHEMES}")
    with ScriptedServer(answer(200, {})) as other:
        leave = answer(302, b"", {"Location": f"{other.url}/b"})
        stay = answer(302, b"", {"Location": "/b?api%20key=pass-word&y=1"})
        with ScriptedServer(stay, answer(200, {}), leave) as server:
            client = make(module, "pass-word", base_url=server.url)
            client.default.a()
            assert server.last.target == "/b?api%20key=pass-word&y=1"
            with pytest.raises(module.errors.BY_CORE[core.LvngError], match="redirects to"):
                client.default.a()
    assert other.requests == []


# Repetition

POSTS = f"""
paths:
  /issues:
    post: {{operationId: create, responses: {OK}}}
    put: {{operationId: replace, responses: {OK}}}
  /marked: {{post: {{operationId: marked, x-idempotent: true, responses: {OK}}}}}
  /keyed:
    post:
      operationId: keyed
      parameters: [{{in: header, name: X-Idempotency-Key, required: true, schema: {{type: string}}}}]
      responses: {OK}
"""
BREAKS: dict[str, Step] = {"reset": reset, "500": answer(500, {}), "503": answer(503, {})}


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_a_post_is_repeated_only_where_the_document_says_so(
    broken: Step, tmp_path: Path, make: Make
) -> None:
    module = generate(tmp_path, POSTS)
    times = {"create": 1, "marked": 3, "replace": 3, "keyed": 3}
    for method, expected in times.items():
        with ScriptedServer(broken) as server:
            client = make(module, base_url=server.url, max_retries=2, retry_base_delay=0)
            with pytest.raises(core.LvngError):
                getattr(client.default, method)()
        assert len(server.requests) == expected, method
        keys = {seen.header("x-idempotency-key") for seen in server.requests}
        assert len(keys) == 1
        assert (None in keys) is (method != "keyed")
        assert {seen.header("idempotency-key") for seen in server.requests} == {None}
        attempts = [
            seen.header(f"x-{module.__name__.replace('_', '')}-attempt") for seen in server.requests
        ]
        assert attempts == [None, "2/3", "3/3"][:expected]


def test_a_post_that_was_refused_is_sent_again(tmp_path: Path, make: Make) -> None:
    module = generate(tmp_path, POSTS)
    with ScriptedServer(answer(429, {}, {"Retry-After": "0.001"}), answer(200, {})) as server:
        make(module, base_url=server.url).default.create()
    assert len(server.requests) == 2


def test_the_caller_may_give_the_key(tmp_path: Path, make: Make) -> None:
    module = generate(tmp_path, POSTS)
    with ScriptedServer(answer(500, {}), answer(200, {})) as server:
        client = make(module, base_url=server.url, retry_base_delay=0)
        client.default.keyed(x_idempotency_key="mine")
    assert [seen.header("x-idempotency-key") for seen in server.requests] == ["mine", "mine"]
    with ScriptedServer(answer(500, {})) as server:
        client = make(module, base_url=server.url, retry_base_delay=0)
        with pytest.raises(core.ServerError):
            client.default.keyed(options=RequestOptions(idempotency_key=None))
    assert [seen.header("x-idempotency-key") for seen in server.requests] == [None]
