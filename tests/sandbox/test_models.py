"""The catalogue of models."""

from __future__ import annotations

from typing import Any

import pytest

from support.sandbox import Api

MODELS = "/api/v2/models"


def test_everybody_sees_the_same_models_with_one_default(api: Api, stranger: Api) -> None:
    models = api.get(MODELS)["data"]
    assert stranger.get(MODELS)["data"] == models
    assert [one["id"] for one in models if one["is_default"]] == ["claude-opus-4-6"]
    assert api.get(f"{MODELS}/claude-haiku")["data"] in models
    api.get(f"{MODELS}/unknown", status=404)


def test_the_model_that_answers_is_among_them(api: Api) -> None:
    model = api.post("/api/v2/chat", {"message": "sales"})["model"]
    assert api.get(f"{MODELS}/{model}")["data"]["input_credits_per_1k"] is None


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({"provider": "lvng"}, ["sandbox-extractive"]),
        ({"capability": "vision"}, ["claude-opus-4-6"]),
        ({"ai_mode": "max"}, ["claude-opus"]),
        ({"ai_mode": "quality", "capability": "vision"}, ["claude-opus-4-6"]),
        ({"is_available": False}, []),
    ],
    ids=["provider", "capability", "mode", "both", "available"],
)
def test_the_list_is_filtered(api: Api, query: dict[str, Any], ids: list[str]) -> None:
    assert [one["id"] for one in api.get(MODELS, **query)["data"]] == ids
