"""The calendar. Times of events keep their offsets; providers have only the events stored here.

Connecting a provider takes effect at once, without consent of a user.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from ..clock import canonical
from ..platform.call import Call
from ..platform.collection import Collection
from ..platform.context import Context
from ..platform.crud import record_response
from ..platform.filters import parse_timestamp
from ..platform.kinds import Rule
from ..platform.registry import handler, rules, seed
from ..platform.singletons import read_singleton, write_singleton
from ..problems import not_found, unprocessable
from ..store.database import Record

CONSENT_PAGES = {
    "google": "https://accounts.google.com/o/oauth2/v2/auth",
    "microsoft": "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
}
MEETINGS = {
    "google": "https://meet.google.com/lookup",
    "microsoft": "https://teams.microsoft.com/meet",
}
_SINGLETON = "calendars"
_MAX = 50

rules(calendar=Rule(visible="user"))


@handler("calendar.list")
def list_events(call: Call) -> Any:
    """List the events that overlap the period."""
    query = call.query
    start, end = (
        parse_timestamp(name, query[name]) if name in query else "" for name in ("start", "end")
    )
    found = [
        event
        for event in call.records("calendar").all()
        if start <= canonical(event["endTime"])
        and (not end or canonical(event["startTime"]) <= end)
    ]
    found.sort(key=lambda event: canonical(event["startTime"]))
    return call.fill({"events": found[: query.get("maxResults", _MAX)]})


@handler("calendar.create")
def create(call: Call) -> Any:
    body, events = call.body, call.records("calendar")
    connected = _connected(call)
    provider = body.get("provider") or next(iter(connected), "google")
    if provider not in connected:
        raise unprocessable("provider", f"{provider} is not connected; connect it first")
    _check_times(body["startTime"], body["endTime"])
    user = call.records("users").get(call.user_id)
    event = events.add(
        _fields(body),
        provider=provider,
        organizerEmail=user["email"],
        organizerName=user["display_name"],
        calendarId="primary",
    )
    if body.get("addMeetingUrl"):
        url = f"{MEETINGS[provider]}/{event['id']}"
        event = events.put({**event, "meetingUrl": url})
    return record_response(call, events, event)


@handler("calendar.get")
def get(call: Call) -> Any:
    events = call.records("calendar")
    return record_response(call, events, _event(call, events, call.query))


@handler("calendar.update")
def update(call: Call) -> Any:
    events = call.records("calendar")
    before = _event(call, events, call.body)
    fields = _fields(call.body, before["attendees"])
    after = {**before, **fields}
    _check_times(after["startTime"], after["endTime"])
    return record_response(call, events, events.change(before["id"], fields))


@handler("calendar.delete")
def delete(call: Call) -> Any:
    events = call.records("calendar")
    events.delete(_event(call, events, call.query)["id"])
    return call.fill({"message": "Event deleted"})


@handler("calendar.sync")
def sync(call: Call) -> Any:
    """Report no changes: events change only in the sandbox."""
    connected = _connected(call)
    wanted = call.body.get("provider")
    results = [
        {
            "provider": provider,
            "created": 0,
            "updated": 0,
            "deleted": 0,
            "error": None if provider in connected else "not_connected",
            "syncedAt": call.now(),
        }
        for provider in ([wanted] if wanted else connected)
    ]
    return call.fill({"results": results})


@handler("calendar.connect")
def connect(call: Call) -> Any:
    provider, state = call.body["provider"], call.platform.random.token(8)
    connected = dict.fromkeys([*_connected(call), provider])
    write_singleton(call.store, _SINGLETON, call.user_id, {"providers": list(connected)})
    query = {"state": state, "response_type": "code"}
    if address := call.body.get("redirectUrl"):
        query["redirect_uri"] = address
    url = f"{CONSENT_PAGES[provider]}?{urlencode(query)}"
    return call.fill({"provider": provider, "authUrl": url, "state": state})


def _connected(context: Context) -> list[str]:
    """The providers that a user has connected."""
    kept = read_singleton(context.store, _SINGLETON, context.user_id)
    found: list[str] = kept.get("providers", [])
    return found


def _event(call: Call, events: Collection, given: Mapping[str, Any]) -> Record:
    """The event in the path, which must be at the given provider, if any."""
    event = events.get(call.path["id"])
    if given.get("provider") not in {None, event["provider"]}:
        raise not_found("Calendar event")
    return event


def _fields(given: Mapping[str, Any], known: list[Record] | None = None) -> dict[str, Any]:
    """The fields of an event, in which attendees are objects instead of addresses."""
    fields = {name: value for name, value in given.items() if name != "provider"}
    if "attendees" in fields:
        before = {one["email"]: one for one in known or ()}
        fields["attendees"] = [
            before.get(email, {"email": email, "name": None, "status": "needsAction"})
            for email in dict.fromkeys(fields["attendees"])
        ]
    return fields


def _check_times(start: str, end: str) -> None:
    if parse_timestamp("endTime", end) < parse_timestamp("startTime", start):
        raise unprocessable("endTime", "is before startTime")


@seed
def add_examples(context: Context) -> None:
    """Connect Google, the provider of the example event."""
    write_singleton(context.store, _SINGLETON, context.user_id, {"providers": ["google"]})
