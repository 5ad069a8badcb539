"""Find time zones by name or city."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


def time_zone(name: str) -> ZoneInfo:
    """The time zone of a name, such as `Europe/Oslo`, or of a city, such as `Oslo` or `New York`.

    Raises:
        ValueError: there is none.
    """
    try:
        return ZoneInfo(_by_city().get(name.strip().casefold(), name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}") from None


@cache
def _by_city() -> dict[str, str]:
    """Names of time zones by their cities."""
    names = sorted(name for name in available_timezones() if "/" in name and "Etc/" not in name)
    return {name.rpartition("/")[2].replace("_", " ").casefold(): name for name in names}
