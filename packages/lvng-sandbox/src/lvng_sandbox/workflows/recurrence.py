"""Parse recurrences in plain text, such as `every Monday at 9`, into cron expressions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from .time_zones import time_zone

_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_DAY = f"(?:{'|'.join(_DAYS)})s?"
_MORNING = (9, 0)
"""The default time of day."""
_TIME = re.compile(
    r",?\s*\bat (?:(?P<word>noon|midnight)|(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s?(?P<half>am|pm)?)\b",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r",?\s*\(?\b(?:(?:in )?(?P<name>[A-Z][A-Za-z_]+(?:/[A-Z][\w+-]+)+)"
    r"|(?:in )?(?P<city>[A-Z][\w.-]*(?: [A-Z][\w.-]*)*) (?:local )?time\b|(?P<code>UTC|GMT|CET|EST|MST)\b)(?: time\b)?\)?"
)

Write: TypeAlias = Callable[["re.Match[str]", int, int], str]


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A recurrence, and the text without it."""

    cron: str
    rest: str
    timezone: str | None = None
    warnings: tuple[str, ...] = ()
    """Warnings about parts that were not understood."""


def parse_recurrence(text: str) -> Recurrence | None:
    """The first recurrence in a text, if any."""
    for pattern, write in _PATTERNS:
        if found := pattern.search(text):
            rest = f"{text[: found.start()]} {text[found.end() :]}"
            rest, timezone, warnings = _time_zone(rest)
            at = _TIME.search(rest)
            hour, minute = _MORNING
            if at:
                rest = f"{rest[: at.start()]} {rest[at.end() :]}"
                if (given := _clock(at)) is None:
                    warnings = (*warnings, f"There is no time {at[0].strip(' ,')!r}; 9:00 is used")
                hour, minute = given or _MORNING
            rest = " ".join(rest.split()).strip(" ,;.:")
            return Recurrence(write(found, hour, minute), rest, timezone, warnings)
    return None


def _time_zone(text: str) -> tuple[str, str | None, tuple[str, ...]]:
    """A text without its time zone, the zone, and a warning if there is no zone of this name."""
    if not (found := _ZONE.search(text)):
        return text, None, ()
    name = str(found["name"] or found["city"] or found["code"]).strip()
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    try:
        return rest, time_zone(name).key, ()
    except ValueError:
        return rest, None, (f"There is no time zone {name!r}; UTC is used",)


def _clock(at: re.Match[str]) -> tuple[int, int] | None:
    """Hour and minute of a time of day; None if there is no such time."""
    if at["word"]:
        return (12 if at["word"].lower() == "noon" else 0), 0
    hour, minute = int(at["hour"]), int(at["minute"] or 0)
    if half := (at["half"] or "").lower():
        hour = hour % 12 + (12 if half == "pm" else 0)
    return (
        (hour, minute) if hour < 24 and minute < 60 else None
    )  # hours of a day, minutes of an hour


def _on_days(found: re.Match[str], hour: int, minute: int) -> str:
    named = re.findall("|".join(_DAYS), found[0].lower())
    return f"{minute} {hour} * * {','.join(str(_DAYS.index(day)) for day in dict.fromkeys(named))}"


def _every_so_often(found: re.Match[str], _hour: int, _minute: int) -> str:
    count, unit = int(found[1]), found[2].lower()
    if unit == "minute":
        return f"*/{max(1, min(count, 59))} * * * *"
    return f"0 */{max(1, min(count, 23))} * * *"


def _on_the(found: re.Match[str], hour: int, minute: int) -> str:
    return f"{minute} {hour} {max(1, min(int(found[1]), 31))} * *"


def _fixed(days: str) -> Write:
    return lambda _found, hour, minute: f"{minute} {hour} {days}"


_PATTERNS: list[tuple[re.Pattern[str], Write]] = [
    (re.compile(rf"\b{words}\b", re.IGNORECASE), write)
    for words, write in (
        (rf"(?:every|each|on) {_DAY}(?:(?:, and |, | and ){_DAY})*", _on_days),
        (r"every (\d{1,3}) (minute|hour)s?", _every_so_often),
        (
            r"(?:every month on|on) the (\d{1,2})(?:st|nd|rd|th)(?: of (?:the|every) month)?",
            _on_the,
        ),
        (r"(?:every|on) (?:weekday|working day)s?", _fixed("* * 1-5")),
        (r"(?:every|on) weekends?", _fixed("* * 0,6")),
        (r"(?:every hour|hourly)", lambda _found, _hour, _minute: "0 * * * *"),
        (r"(?:every week|weekly)", _fixed("* * 1")),
        (r"(?:every month|monthly)", _fixed("1 * *")),
        (r"(?:(?:every|each) (?:day|morning)|daily)", _fixed("* * *")),
    )
]
