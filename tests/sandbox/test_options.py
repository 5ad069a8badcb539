"""Options of a sandbox in Python: errors for unknown names and wrong values say what to pass instead."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from lvng_sandbox import EchoEngine, Sandbox


@pytest.mark.parametrize(
    ("option", "advice"),
    [
        ("prt", "Did you mean 'port'?"),
        ("examples_", "Did you mean 'examples'?"),
        ("random_seed", "Pass seed, a whole number."),
        ("empty", "Pass examples=False."),
        ("echo", "Pass engine=EchoEngine()."),
        ("engine_url", "Pass engine=OpenAIEngine(url, model)."),
        ("webhook_host", "Pass webhook_hosts, a list."),
        ("base_url", "Pass host and port."),
        ("colour", "Its options are db, api_key, token, host, port,"),
    ],
)
def test_an_unknown_option_is_explained(option: str, advice: str) -> None:
    wrong: Any = {option: "value-of-the-option"}
    with pytest.raises(TypeError) as caught:
        Sandbox(**wrong)
    assert str(caught.value).startswith(f"Sandbox() has no option {option!r}. {advice}")
    assert "value-of-the-option" not in str(caught.value)


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("port", "80", "port must be from 0 to 65535; got '80'"),
        ("step_delay", "slow", "step_delay must be a number of seconds, at least 0; got 'slow'"),
        (
            "seed",
            "world.yaml",
            "seed must be a whole number; got 'world.yaml'. A file or folder with data is given as data",
        ),
        (
            "engine",
            "http://127.0.0.1:11434/v1",
            "engine must be an Engine, such as OpenAIEngine(url, model); got 'http://127.0.0.1:11434/v1'",
        ),
    ],
)
def test_an_invalid_value_of_an_option_is_refused(option: str, value: str, message: str) -> None:
    wrong: Any = {option: value}
    with pytest.raises(ValueError, match="must be") as caught:
        Sandbox(**wrong)
    assert str(caught.value) == message


def test_valid_options_are_accepted() -> None:
    assert repr(Sandbox(port=0, step_delay=0.5, seed=42, engine=EchoEngine())) == (
        "<Sandbox, not running>"
    )
    assert next(iter(inspect.signature(Sandbox).parameters)) == "db"
