"""The calendar: events with offsets, periods and providers."""

from __future__ import annotations

from typing import Any

import pytest

from support.sandbox import Api

CALENDAR = "/api/v2/calendar"
EVENTS = f"{CALENDAR}/events"


def add(api: Api, start: str, end: str, **more: Any) -> dict[str, Any]:
    body = {"title": "Review", "startTime": start, "endTime": end, **more}
    event: dict[str, Any] = api.post(EVENTS, body)["event"]
    return event


def titles(api: Api, **query: Any) -> list[str]:
    return [one["title"] for one in api.get(EVENTS, **query)["events"]]


@pytest.fixture
def user(stranger: Api) -> Api:
    """Somebody with a calendar that is empty."""
    stranger.post(f"{CALENDAR}/connect", {"provider": "google"})
    return stranger


def test_an_event_keeps_its_offsets(user: Api) -> None:
    times = ("2026-11-04T10:00:00+02:00", "2026-11-04T11:00:00+02:00")
    event = add(user, *times, timeZone="Europe/Helsinki")
    shown = user.get(f"{EVENTS}/{event['id']}")["event"]
    assert (shown["startTime"], shown["endTime"]) == times
    assert (shown["provider"], shown["timeZone"]) == ("google", "Europe/Helsinki")
    assert shown["organizerEmail"] == "stranger@example.com"


def test_events_are_ordered_by_start_across_offsets(user: Api) -> None:
    add(user, "2026-11-04T10:00:00-05:00", "2026-11-04T11:00:00-05:00", title="third")
    add(user, "2026-11-04T10:00:00+02:00", "2026-11-04T11:00:00+02:00", title="first")
    add(user, "2026-11-04T10:00:00Z", "2026-11-04T11:00:00Z", title="second")
    assert titles(user) == ["first", "second", "third"]
    assert titles(user, maxResults=2) == ["first", "second"]


def test_a_period_includes_overlapping_events(user: Api) -> None:
    for day in ("03", "04", "05"):
        add(user, f"2026-11-{day}T10:00:00Z", f"2026-11-{day}T12:00:00Z", title=day)
    assert titles(user, start="2026-11-04T11:00:00Z") == ["04", "05"]
    assert titles(user, end="2026-11-04T10:00:00Z") == ["03", "04"]
    inside = {"start": "2026-11-04T13:30:00+02:00", "end": "2026-11-04T13:45:00+02:00"}
    assert titles(user, **inside) == ["04"]
    user.get(EVENTS, start="tomorrow", status=400)


def test_fifty_events_are_listed_by_default(user: Api) -> None:
    for minute in range(51):
        add(user, f"2026-11-04T10:{minute:02}:00Z", f"2026-11-04T11:{minute:02}:00Z")
    assert len(titles(user)) == 50
    assert len(titles(user, maxResults=60)) == 51


def test_updating_attendees_keeps_their_responses(user: Api) -> None:
    times = ("2026-11-04T10:00:00Z", "2026-11-04T11:00:00Z")
    emails = ["ana@example.com", "li@example.com", "ana@example.com"]
    event = add(user, *times, attendees=emails)
    asked = {"name": None, "status": "needsAction"}
    assert event["attendees"] == [
        {"email": "ana@example.com", **asked},
        {"email": "li@example.com", **asked},
    ]
    path = f"{EVENTS}/{event['id']}"
    assert user.patch(path, {"location": "Room 1"})["event"]["attendees"] == event["attendees"]
    changed = user.patch(path, {"attendees": ["li@example.com"]})["event"]
    assert [one["email"] for one in changed["attendees"]] == ["li@example.com"]


def test_an_update_keeps_omitted_fields(user: Api) -> None:
    event = add(user, "2026-11-04T10:00:00Z", "2026-11-04T11:00:00Z", description="Bring a pen")
    path = f"{EVENTS}/{event['id']}"
    changed = user.patch(path, {"title": "Party", "description": None})["event"]
    moment = {"updatedAt": changed["updatedAt"]}
    assert changed == event | {"title": "Party", "description": None} | moment
    assert user.get(path)["event"] == changed


def test_an_event_cannot_end_before_it_starts(user: Api) -> None:
    backwards = {"startTime": "2026-11-04T10:00:00+01:00", "endTime": "2026-11-04T09:30:00+02:00"}
    user.post(EVENTS, {"title": "x", **backwards}, status=422)
    event = add(user, "2026-11-04T10:00:00Z", "2026-11-04T11:00:00Z")
    user.patch(f"{EVENTS}/{event['id']}", {"endTime": "2026-11-04T09:00:00Z"}, status=422)


def test_a_meeting_url_is_added_on_request(user: Api) -> None:
    times = ("2026-11-04T10:00:00Z", "2026-11-04T11:00:00Z")
    assert add(user, *times)["meetingUrl"] is None
    url = add(user, *times, addMeetingUrl=True)["meetingUrl"]
    assert url.startswith("https://meet.google.com/")


def test_an_event_belongs_to_one_provider(user: Api) -> None:
    path = f"{EVENTS}/{add(user, '2026-11-04T10:00:00Z', '2026-11-04T11:00:00Z')['id']}"
    user.get(path, provider="google")
    user.get(path, provider="microsoft", status=404)
    user.patch(path, {"provider": "microsoft", "title": "x"}, status=404)
    user.delete(f"{path}?provider=microsoft", status=404)
    user.delete(f"{path}?provider=google")
    user.get(path, status=404)


def test_events_need_a_connected_provider(stranger: Api) -> None:
    body = {
        "title": "x",
        "startTime": "2026-11-04T10:00:00Z",
        "endTime": "2026-11-04T11:00:00Z",
    }
    stranger.post(EVENTS, body, status=422)
    begun = stranger.post(f"{CALENDAR}/connect", {"provider": "microsoft"})
    assert begun["authUrl"].startswith("https://login.microsoftonline.com/")
    assert begun["state"] in begun["authUrl"]
    assert stranger.post(EVENTS, body)["event"]["provider"] == "microsoft"
    stranger.post(EVENTS, {**body, "provider": "google"}, status=422)


def test_sync_reports_each_connected_provider(stranger: Api) -> None:
    sync = f"{CALENDAR}/sync"
    assert stranger.post(sync)["results"] == []
    for provider in ("google", "microsoft"):
        stranger.post(f"{CALENDAR}/connect", {"provider": provider})
    results = stranger.post(sync)["results"]
    assert [one["provider"] for one in results] == ["google", "microsoft"]
    assert {one["created"] + one["updated"] + one["deleted"] for one in results} == {0}
    (result,) = stranger.post(sync, {"provider": "google"})["results"]
    assert result["error"] is None


def test_sync_of_an_unconnected_provider_is_an_error(stranger: Api) -> None:
    (result,) = stranger.post(f"{CALENDAR}/sync", {"provider": "google"})["results"]
    assert result["error"] == "not_connected"


def test_a_calendar_is_private_to_its_user(api: Api, colleague: Api) -> None:
    event = add(api, "2026-11-04T10:00:00Z", "2026-11-04T11:00:00Z")
    colleague.get(f"{EVENTS}/{event['id']}", status=404)
    assert titles(colleague) == []
