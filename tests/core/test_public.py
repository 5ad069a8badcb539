"""The public surface: which names there are, that they say what they take, and what importing them costs."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
import typing
from pathlib import Path
from typing import Any

import pytest

import lvng_core
from lvng_core import webhooks

NAMES = [
    "UNSET",
    "API",
    "APIConnectionError",
    "APITimeoutError",
    "AsyncClient",
    "AsyncDownload",
    "AsyncEventStream",
    "AsyncJSONStream",
    "AsyncMiddleware",
    "AsyncResource",
    "AuthenticationError",
    "CallNext",
    "CallScope",
    "Client",
    "ClientClosedError",
    "ConfigurationError",
    "ConflictError",
    "DecodeError",
    "Detailed",
    "Download",
    "EventStream",
    "FieldEncoding",
    "File",
    "FileInput",
    "Flow",
    "InvalidArgumentError",
    "JSONStream",
    "LvngError",
    "MapResult",
    "Middleware",
    "NotFoundError",
    "Operation",
    "Paging",
    "Param",
    "PermissionDeniedError",
    "RateLimit",
    "RateLimitError",
    "RateLimiter",
    "Request",
    "RequestOptions",
    "Resource",
    "Response",
    "ResponseCache",
    "RetryPolicy",
    "SSEDecoder",
    "SSEEvent",
    "SecurityScheme",
    "ServerError",
    "StreamError",
    "StreamIncompleteError",
    "TCPKeepalive",
    "TokenProvider",
    "Unset",
    "ValidationError",
    "WaitTimeoutError",
    "__version__",
    "aiterate_sse",
    "drift",
    "helpers",
    "iterate_sse",
    "webhooks",
]

PUBLIC = [getattr(lvng_core, name) for name in lvng_core.__all__]
CLASSES = [value for value in PUBLIC if inspect.isclass(value)]
MEMBERS = [
    pytest.param(member, id=f"{cls.__name__}.{name}")
    for cls in [*CLASSES, webhooks.WebhookVerificationError]
    for name, member in vars(cls).items()
    if inspect.isfunction(member) and (not name.startswith("_") or name == "__init__")
]
FUNCTIONS = [
    pytest.param(value, id=value.__name__)
    for value in [*PUBLIC, *vars(webhooks).values()]
    if inspect.isfunction(value) and value.__module__.startswith("lvng_core")
]


def test_the_public_names_are_these() -> None:
    assert sorted(lvng_core.__all__) == sorted(NAMES)
    assert all(hasattr(lvng_core, name) for name in NAMES)


def test_the_public_names_of_webhooks_are_these() -> None:
    assert sorted(webhooks.__all__) == [
        "SECRET_VARIABLE",
        "SIGNATURE_HEADER",
        "WebhookEvent",
        "WebhookVerificationError",
        "parse",
        "sign",
        "verify",
    ]


@pytest.mark.parametrize("member", [*MEMBERS, *FUNCTIONS])
def test_the_types_of_a_public_function_resolve_at_run_time(member: Any) -> None:
    hints = typing.get_type_hints(member)
    parameters = set(inspect.signature(member).parameters) - {"self", "cls"}
    assert parameters <= hints.keys()
    assert "return" in hints


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_a_public_class_is_documented_and_its_attributes_resolve(cls: type) -> None:
    assert inspect.getdoc(cls)
    typing.get_type_hints(cls)


def test_every_error_is_an_lvng_error() -> None:
    errors = {cls for cls in CLASSES if issubclass(cls, BaseException)}
    assert len(errors) == 17
    assert all(issubclass(cls, lvng_core.LvngError) for cls in errors)


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (lvng_core.ConfigurationError, ValueError),
        (lvng_core.InvalidArgumentError, ValueError),
        (lvng_core.ClientClosedError, RuntimeError),
    ],
)
def test_misuse_is_also_the_builtin_that_python_programs_expect(error: type, builtin: type) -> None:
    assert issubclass(error, builtin)


@pytest.mark.parametrize("use", ["", "; lvng_core.Client('key')", "; lvng_core.AsyncClient('key')"])
def test_httpx_is_loaded_by_the_first_call_and_not_before(use: str) -> None:
    code = (
        f"import sys, lvng_core{use}\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'httpx', 'httpcore', 'h11', 'anyio', 'ssl', 'asyncio'}))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_unset_is_a_falsy_singleton_with_a_repr() -> None:
    assert not lvng_core.UNSET
    assert repr(lvng_core.UNSET) == "UNSET"
    assert lvng_core.Unset.UNSET is lvng_core.UNSET


def test_lazy_modules_are_imported_where_they_are_declared() -> None:
    """A name in `__lazy_modules__` that is not imported would change nothing, and nobody would notice (PEP 810)."""
    said = 0
    for path in Path(lvng_core.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {
            name
            for node in tree.body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__lazy_modules__"
            for name in ast.literal_eval(node.value)
        }
        imported = {
            alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names
        }
        assert named <= imported, path
        said += len(named)
    assert said
