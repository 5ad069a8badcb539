"""Tokens and credits spent on answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..engines.extractive import count_tokens
from ..platform.context import Context
from ..store.database import Record, define_tables

PRICE = 0.025
"""Price of a credit in dollars."""
CURRENCY = "USD"


define_tables("""
CREATE TABLE IF NOT EXISTS spending (
    tenant TEXT NOT NULL,
    at TEXT NOT NULL,
    user_id TEXT NOT NULL,
    agent_id TEXT,
    workspace_id TEXT,
    model TEXT NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    credits REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS spending_at ON spending (tenant, at);
CREATE TABLE IF NOT EXISTS daily_credits (
    tenant TEXT NOT NULL,
    day TEXT NOT NULL,
    credits REAL NOT NULL,
    PRIMARY KEY (tenant, day)
) WITHOUT ROWID;
-- For databases from before this table.
INSERT INTO daily_credits SELECT tenant, substr(at, 1, 10), total(credits) FROM spending
    WHERE NOT EXISTS (SELECT 1 FROM daily_credits) GROUP BY 1, 2;
""")


@dataclass(frozen=True, slots=True)
class Spending:
    """The cost of one answer."""

    at: str
    user_id: str
    agent_id: str | None
    workspace_id: str | None
    model: str
    input_tokens: int
    output_tokens: int
    credits: float


def charge(
    context: Context, question: str, answer: str, agent: Record | None = None
) -> dict[str, Any]:
    """Charge for an answer; returns its usage in the format of the API."""
    input_tokens, output_tokens = count_tokens(question), count_tokens(answer)
    total_tokens = input_tokens + output_tokens
    credits = round(total_tokens / 1000, 3)
    who = (agent["id"], agent["workspaceId"]) if agent else (None, None)
    now = context.now()
    context.store.write(
        "spending",
        "INSERT INTO spending VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            context.tenant,
            now,
            context.user_id,
            *who,
            context.platform.model,
            input_tokens,
            output_tokens,
            credits,
        ),
    )
    context.store.write(
        "spending",
        "INSERT INTO daily_credits VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET credits = credits + excluded.credits",
        (context.tenant, now[: len("2026-11-30")], credits),
    )
    context.enqueue("credits.settle")
    return {
        "inputTokens": input_tokens,
        "outputTokens": output_tokens,
        "totalTokens": total_tokens,
        "credits": credits,
    }


def spendings(context: Context, since: str, until: str = "~") -> list[Spending]:
    """The spending of the organization from one time (or day) to before another; oldest first."""
    rows = context.store.sql.execute(
        "SELECT at, user_id, agent_id, workspace_id, model, input_tokens, output_tokens, credits "
        "FROM spending WHERE tenant = ? AND at >= ? AND at < ? ORDER BY at, rowid",
        (context.tenant, since, until),
    )
    return [Spending(*row) for row in rows]


def credits_since(context: Context, moment: str) -> float:
    """The credits that the organization spent since a moment."""
    row = context.store.sql.execute(
        "SELECT total(credits) FROM spending WHERE tenant = ? AND at >= ?", (context.tenant, moment)
    ).fetchone()
    return round(float(row[0]), 3)


def credits_since_day(context: Context, day: str) -> float:
    """The credits that the organization spent since the beginning of a day."""
    row = context.store.sql.execute(
        "SELECT total(credits) FROM daily_credits WHERE tenant = ? AND day >= ?",
        (context.tenant, day),
    ).fetchone()
    return round(float(row[0]), 3)


def credits_by_month(context: Context) -> dict[str, float]:
    """The credits that the organization spent in each month, such as `2026-11`."""
    rows = context.store.sql.execute(
        "SELECT substr(day, 1, 7), total(credits) FROM daily_credits WHERE tenant = ? GROUP BY 1",
        (context.tenant,),
    )
    return dict(rows.fetchall())


def credits_of(spent: list[Spending]) -> float:
    """The sum of the credits."""
    return round(sum(one.credits for one in spent), 3)
