"""Models: the catalogue. Whatever is asked for, the sandbox answers from what is stored."""

from __future__ import annotations

from ..platform.accounts import Caller
from ..platform.platform import Platform
from ..platform.registry import Rule, rules, sows
from ..usage.ledger import MODEL

rules(models=Rule(visible="all"))

CATALOGUE = (
    ("claude-opus", "Claude Opus", "anthropic", ["quality", "max"]),
    ("claude-sonnet", "Claude Sonnet", "anthropic", ["balanced", "quality"]),
    ("claude-haiku", "Claude Haiku", "anthropic", ["economy", "speed"]),
    (MODEL, "Sandbox, extractive", "lvng", ["economy", "speed"]),
)


@sows
def sow(platform: Platform, caller: Caller) -> None:
    """The catalogue; the contract's example is the default model."""
    models = platform.records(caller, "models")
    (example,) = models.all()
    models.keep({**example, "deprecated_at": None})
    for id, name, provider, modes in CATALOGUE:
        fields = {"id": id, "name": name, "provider": provider, "ai_modes": modes}
        known = {**fields, "capabilities": ["text", "tools"], "is_available": True}
        models.keep(platform.shapes.record(models.kind.schema, known))
