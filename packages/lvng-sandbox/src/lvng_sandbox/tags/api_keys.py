"""API keys."""

from __future__ import annotations

from ..registry import Rule, rules

rules(api_keys=Rule(visible="user"))
