"""Calls: rooms are created, joined and ended."""

from __future__ import annotations

from typing import Any

import pytest

from lvng_sandbox import Sandbox
from support.examples import CHANNEL_ID, COLLEAGUE_ID, USER_ID
from support.sandbox import Api, Connect

CALLS = "/api/v2/calls"
ME, COLLEAGUE = USER_ID, COLLEAGUE_ID


def create(api: Api, **fields: Any) -> Any:
    return api.post(CALLS, fields, status=201)["data"]


def test_a_new_call_rings_with_its_creator_in_it(api: Api) -> None:
    call = create(api, participant_ids=[COLLEAGUE])
    (me,) = call["participants"]
    assert (me["user_id"], me["display_name"], me["left_at"]) == (ME, "Ana Lopes", None)
    assert (call["status"], call["started_by"], call["ended_at"]) == ("ringing", ME, None)
    assert api.get(f"{CALLS}/{call['room_name']}")["data"] == call


def test_rooms_get_unique_names(api: Api) -> None:
    assert create(api)["room_name"] != create(api)["room_name"]
    assert create(api, room_name="standup")["room_name"] == "standup"


def test_a_room_name_is_taken_while_somebody_is_in_it(api: Api) -> None:
    first = create(api, room_name="standup")
    assert (
        api.post(CALLS, {"room_name": "standup"}, status=409)["error"]["code"] == "ALREADY_EXISTS"
    )
    api.post(f"{CALLS}/standup/end")
    assert create(api, room_name="standup")["id"] != first["id"]


@pytest.mark.parametrize(
    "fields",
    [
        {"workspace_id": "nowhere"},
        {"channel_id": "nowhere"},
        {"conversation_id": "nowhere"},
        {"participant_ids": ["nobody"]},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_references_of_a_call_must_exist(api: Api, fields: dict[str, Any]) -> None:
    api.post(CALLS, fields, status=404)


def test_the_token_of_a_room_is_valid_only_there(
    api: Api, colleague: Api, sandbox: Sandbox, connect: Connect
) -> None:
    room = create(api)["room_name"]
    access = colleague.post(f"{CALLS}/{room}/join", {"display_name": "Li", "audio": False})["data"]
    participant = access["participant"]
    assert (participant["user_id"], participant["display_name"]) == (COLLEAGUE, "Li")
    assert (participant["audio"], participant["video"]) == (False, False)
    assert access["server_url"].startswith("ws://127.0.0.1:")
    connect(sandbox, access["token"]).get("/api/v2/notes", status=401)
    call = api.get(f"{CALLS}/{room}")["data"]
    assert (call["status"], len(call["participants"])) == ("active", 2)


def test_joining_again_replaces_the_options(api: Api) -> None:
    room = create(api)["room_name"]
    api.post(f"{CALLS}/{room}/join", {"video": True})
    call = api.get(f"{CALLS}/{room}")["data"]
    assert [one["video"] for one in call["participants"]] == [True]
    assert call["status"] == "ringing"


def test_a_twin_joins_a_call_at_once(api: Api) -> None:
    call = create(api, ai_twin_id="twin_3e5f7a90")
    assert call["status"] == "active"
    assert [one["ai_twin_id"] for one in call["participants"]] == [None, "twin_3e5f7a90"]


def test_ending_a_call_ends_it_for_everybody(api: Api, sandbox: Sandbox) -> None:
    room = create(api)["room_name"]
    sandbox.advance(90)
    call = api.post(f"{CALLS}/{room}/end")["data"]
    assert (call["status"], call["duration_seconds"]) == ("ended", 90)
    assert call["participants"][0]["left_at"] == call["ended_at"]
    api.post(f"{CALLS}/{room}/end", status=409)
    api.post(f"{CALLS}/{room}/join", status=409)


def test_a_transcript_is_completed_when_the_call_ends(api: Api) -> None:
    room = create(api, transcribe=True)["room_name"]
    transcript = api.get(f"{CALLS}/{room}/transcript")["data"]
    assert (transcript["status"], transcript["text"]) == ("pending", None)
    ended_at = api.post(f"{CALLS}/{room}/end")["data"]["ended_at"]
    transcript = api.get(f"{CALLS}/{room}/transcript")["data"]
    assert (transcript["status"], transcript["text"]) == ("completed", "")
    assert (transcript["completed_at"], transcript["segments"]) == (ended_at, [])


def test_a_transcript_exists_only_on_request(api: Api) -> None:
    room = create(api)["room_name"]
    api.get(f"{CALLS}/{room}/transcript", status=404)


def test_calls_are_filtered_and_listed_newest_first(api: Api) -> None:
    first = create(api, channel_id=CHANNEL_ID)["room_name"]
    second = create(api)["room_name"]
    api.post(f"{CALLS}/{second}/end")

    def rooms(**query: str) -> list[str]:
        return [call["room_name"] for call in api.call("GET", CALLS, params=query)["data"]]

    assert rooms() == [second, first, "weekly-sync"]
    assert rooms(status="ended") == [second]
    assert rooms(channel_id=CHANNEL_ID) == [first, "weekly-sync"]
