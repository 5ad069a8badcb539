"""The catalogue of models. Whichever is requested, the sandbox answers by itself."""

from __future__ import annotations

from ..engines.extractive import MODEL
from ..platform.context import Context
from ..platform.kinds import Rule
from ..platform.registry import rules, seed

rules(models=Rule(visible="all"))

CATALOGUE = (
    ("claude-opus", "Claude Opus", "anthropic", ["quality", "max"]),
    ("claude-sonnet", "Claude Sonnet", "anthropic", ["balanced", "quality"]),
    ("claude-haiku", "Claude Haiku", "anthropic", ["economy", "speed"]),
    ("claude-sonnet-4-6", "Claude Sonnet 4.6", "anthropic", ["balanced", "custom"]),
    ("claude-haiku-4-5", "Claude Haiku 4.5", "anthropic", ["economy", "speed"]),
    (MODEL, "Sandbox, extractive", "lvng", ["economy", "speed"]),
)


@seed
def add_examples(context: Context) -> None:
    """Add the catalogue; the contract's example is the default model."""
    models = context.records("models")
    (example,) = models.all()
    models.put({**example, "deprecated_at": None})
    for id, name, provider, modes in CATALOGUE:
        fields = {"id": id, "name": name, "provider": provider, "ai_modes": modes}
        known = {**fields, "capabilities": ["text", "tools"], "is_available": True}
        models.put(context.defaults.record(models.kind.schema, known))
