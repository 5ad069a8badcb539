"""The platforms that can be integrated and connected, with sample content. They are never contacted."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Post:
    """A message of a platform."""

    channel: str
    author: str
    moment: str
    text: str


@dataclass(frozen=True, slots=True)
class OutsidePlatform:
    """A platform: its required credentials, its channels by id, and its message history."""

    name: str
    description: str
    credentials: tuple[str, ...]
    channels: dict[str, str]
    posts: tuple[Post, ...] = field(default=())
    features: tuple[str, ...] = ("messages", "history_import")


def _posts(general: str, sales: str) -> tuple[Post, ...]:
    return (
        Post(general, "Ana Lopes", "2026-09-28T08:30:00.000Z", "The meetup in Lisbon is on 12 November."),
        Post(general, "Li Wei", "2026-10-05T09:15:00.000Z", "The new catalogue goes to print on Thursday."),
        Post(general, "Ana Lopes", "2026-10-05T09:20:00.000Z", "Who checks the prices before that?"),
        Post(sales, "Li Wei", "2026-10-14T13:05:00.000Z", "Borealis Papers orders 400 reams a month from now on."),
        Post(sales, "Ana Lopes", "2026-11-02T10:40:00.000Z", "Their first invoice is paid."),
    )  # fmt: skip


PLATFORMS = {
    "slack": OutsidePlatform(
        "Slack",
        "Brings Slack channels into LVNG",
        ("botToken",),
        {"C024BE91L": "general", "C0G9QF9GZ": "sales"},
        _posts("C024BE91L", "C0G9QF9GZ"),
    ),
    "discord": OutsidePlatform(
        "Discord",
        "Brings Discord channels into LVNG",
        ("botToken",),
        {"1045201": "general", "1045202": "sales"},
        _posts("1045201", "1045202"),
    ),
    "teams": OutsidePlatform(
        "Microsoft Teams",
        "Brings channels of Microsoft Teams into LVNG",
        ("tenantId", "clientId", "clientSecret"),
        {"19:general": "general", "19:sales": "sales"},
        _posts("19:general", "19:sales"),
    ),
}
