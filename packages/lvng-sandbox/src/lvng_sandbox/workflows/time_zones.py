"""Find time zones by name or city."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from ..engines.words import without_accents

_CITIES = {
    "Africa/Johannesburg": "Cape Town, Durban, Pretoria",
    "America/Chicago": "Austin, Dallas, Houston, Minneapolis, New Orleans, San Antonio, St Louis",
    "America/Los_Angeles": "Las Vegas, Portland, Sacramento, San Diego, San Francisco, San Jose, Seattle",
    "America/New_York": "Atlanta, Boston, Charlotte, Cleveland, Miami, Philadelphia, Pittsburgh, Washington, Washington DC",
    "America/Sao_Paulo": "Brasilia, Rio de Janeiro",
    "America/Toronto": "Montreal, Ottawa, Quebec",
    "Asia/Bangkok": "Hanoi",
    "Asia/Dubai": "Abu Dhabi",
    "Asia/Jerusalem": "Tel Aviv",
    "Asia/Kolkata": "Bangalore, Bengaluru, Chennai, Delhi, Hyderabad, Mumbai, New Delhi, Pune",
    "Asia/Shanghai": "Beijing, Guangzhou, Hangzhou, Shenzhen",
    "Asia/Tokyo": "Kyoto, Osaka, Yokohama",
    "Australia/Sydney": "Canberra",
    "Europe/Berlin": "Cologne, Dusseldorf, Frankfurt, Hamburg, Leipzig, Munich, Stuttgart",
    "Europe/London": "Bristol, Cambridge, Edinburgh, Glasgow, Manchester, Oxford",
    "Europe/Madrid": "Barcelona, Seville, Valencia",
    "Europe/Oslo": "Bergen, Trondheim",
    "Europe/Paris": "Lille, Lyon, Marseille, Toulouse",
    "Europe/Rome": "Florence, Milan, Naples, Turin, Venice",
    "Europe/Stockholm": "Gothenburg, Malmo",
    "Europe/Warsaw": "Gdansk, Krakow",
    "Europe/Zurich": "Basel, Bern, Geneva, Lausanne",
    "Pacific/Auckland": "Wellington",
}
"""Cities after which no time zone is named: https://data.iana.org/time-zones/theory.html"""


def time_zone(name: str) -> ZoneInfo:
    """The time zone of a name, such as `Europe/Oslo`, or of a city, such as `Oslo` or `New York`.

    Raises:
        ValueError: there is none.
    """
    try:
        return ZoneInfo(_by_city().get(_plain(name), name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}") from None


@cache
def _by_city() -> dict[str, str]:
    """Names of time zones by their cities."""
    names = sorted(name for name in available_timezones() if "/" in name and "Etc/" not in name)
    cities = {_plain(name.rpartition("/")[2].replace("_", " ")): name for name in names}
    for zone, further in _CITIES.items():
        cities.update({_plain(city): zone for city in further.split(", ")})
    return cities


def _plain(name: str) -> str:
    """A name in lower case, without accents."""
    return without_accents(name.strip().casefold())
