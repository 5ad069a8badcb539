"""What the work of models took: tokens and credits, entered when an answer is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..engines.extractive import count_tokens
from ..platform.accounts import Caller
from ..store.database import Record

if TYPE_CHECKING:
    from ..platform.platform import Platform

MODEL = "sandbox-extractive"
PRICE = 0.025
"""Of a credit, in dollars."""
CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer and what it took."""

    at: str
    user_id: str
    agent_id: str | None
    workspace_id: str | None
    model: str
    input_tokens: int
    output_tokens: int
    credits: float


def charge(
    platform: Platform, caller: Caller, question: str, answer: str, agent: Record | None = None
) -> dict[str, Any]:
    """Enter an answer; its usage, as the API tells it."""
    given, made = count_tokens(question), count_tokens(answer)
    spent = round((given + made) / 1000, 3)
    who = (agent["id"], agent["workspaceId"]) if agent else (None, None)
    platform.store.sql.execute(
        "INSERT INTO spending VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (caller.tenant, platform.now(), caller.user_id, *who, platform.model, given, made, spent),
    )
    platform.jobs.add(caller, "credits.settle")
    return {
        "inputTokens": given,
        "outputTokens": made,
        "totalTokens": given + made,
        "credits": spent,
    }


def entries(platform: Platform, caller: Caller, since: str, until: str = "~") -> list[Entry]:
    """What the caller's organization spent from one moment or day to before another, oldest first."""
    rows = platform.store.sql.execute(
        "SELECT at, user_id, agent_id, workspace_id, model, input_tokens, output_tokens, credits "
        "FROM spending WHERE tenant = ? AND at >= ? AND at < ? ORDER BY at, rowid",
        (caller.tenant, since, until),
    )
    return [Entry(*row) for row in rows]


def total(platform: Platform, caller: Caller, since: str) -> float:
    """The credits that the caller's organization spent from a moment or day on."""
    row = platform.store.sql.execute(
        "SELECT total(credits) FROM spending WHERE tenant = ? AND at >= ?", (caller.tenant, since)
    ).fetchone()
    return round(float(row[0]), 3)


def by_month(platform: Platform, caller: Caller) -> dict[str, float]:
    """The credits that the caller's organization spent in each month, such as `2026-11`."""
    rows = platform.store.sql.execute(
        "SELECT substr(at, 1, 7), total(credits) FROM spending WHERE tenant = ? GROUP BY 1",
        (caller.tenant,),
    )
    return dict(rows.fetchall())


def credits_of(found: list[Entry]) -> float:
    """The credits of entries together."""
    return round(sum(entry.credits for entry in found), 3)
