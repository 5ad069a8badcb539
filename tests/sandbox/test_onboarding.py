"""Onboarding: steps derived from what the user has done."""

from __future__ import annotations

from typing import Any

from support.examples import WORKSPACE_ID
from support.sandbox import Api

ONBOARDING = "/api/v2/onboarding"
INVITATIONS = f"/api/v2/workspaces/{WORKSPACE_ID}/invitations"


def status(api: Api) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"{ONBOARDING}/status")["status"]
    return found


def done(state: dict[str, Any]) -> list[str]:
    return [name for name, step in state["steps"].items() if step["completed"]]


def test_a_new_user_has_a_profile_to_fill_in(stranger: Api) -> None:
    state = status(stranger)
    assert (state["needsOnboarding"], state["currentStep"]) == (True, "welcome")
    assert done(state) == ["invitations", "workspace"]
    assert state["profile"] == {
        "hasDisplayName": False,
        "hasAvatar": False,
        "displayName": None,
        "avatarUrl": None,
    }
    assert state["workspaces"] == {"count": 1, "isInWorkspace": True}


def test_onboarding_resumes_at_the_current_step(stranger: Api) -> None:
    assert stranger.post(f"{ONBOARDING}/start")["status"]["currentStep"] == "profile"
    body = {"displayName": "Kim", "avatarUrl": None, "title": "Buyer", "timezone": "Europe/Oslo"}
    state = stranger.put(f"{ONBOARDING}/profile", body)["status"]
    assert (state["needsOnboarding"], state["profile"]["displayName"]) == (False, "Kim")
    assert stranger.post(f"{ONBOARDING}/start")["status"] == state
    me = stranger.get("/api/v2/users/me")["data"]
    assert (me["display_name"], me["title"], me["timezone"]) == ("Kim", "Buyer", "Europe/Oslo")


def test_a_profile_completed_elsewhere_counts(stranger: Api) -> None:
    stranger.patch("/api/v2/users/me", {"display_name": "Kim"})
    assert "profile" in done(status(stranger))


def test_onboarding_completes_after_the_required_steps(stranger: Api) -> None:
    error = stranger.post(f"{ONBOARDING}/complete", status=409)["error"]
    assert error["message"] == "Steps remain: profile"
    assert not status(stranger)["onboardingCompleted"]
    stranger.put(f"{ONBOARDING}/profile", {"displayName": "Kim"})
    state = stranger.post(f"{ONBOARDING}/complete")["status"]
    assert (state["onboardingCompleted"], state["needsOnboarding"]) == (True, False)
    assert done(state) == ["welcome", "profile", "invitations", "workspace"]


def test_pending_invitations_are_a_step(api: Api, stranger: Api) -> None:
    lab = api.post("/api/v2/workspaces", {"name": "Lab", "slug": "lab"})["workspace"]["id"]
    body = {"email": "stranger@example.com"}
    first = api.post(INVITATIONS, body)["invitation"]
    second = api.post(f"/api/v2/workspaces/{lab}/invitations", body)["invitation"]
    state = status(stranger)
    assert [one["id"] for one in state["pendingInvitations"]] == [first["id"], second["id"]]
    assert "invitations" not in done(state)
    answers = {"accept": [first["id"]], "decline": [second["id"]]}
    state = stranger.post(f"{ONBOARDING}/invitations", answers)["status"]
    assert state["pendingInvitations"] == []
    assert state["workspaces"]["count"] == 2
    stranger.get(f"/api/v2/workspaces/{WORKSPACE_ID}")
    stranger.get(f"/api/v2/workspaces/{lab}", status=404)


def test_invitations_of_others_cannot_be_answered(api: Api, stranger: Api) -> None:
    other = api.post(INVITATIONS, {"email": "kim@example.com"})["invitation"]["id"]
    stranger.post(f"{ONBOARDING}/invitations", {"accept": [other]}, status=403)
    stranger.post(f"{ONBOARDING}/invitations", {"accept": ["unknown"]}, status=422)
    assert status(stranger)["workspaces"]["count"] == 1


def test_the_first_workspace_gets_a_slug_from_its_name(stranger: Api) -> None:
    answer = stranger.post(f"{ONBOARDING}/workspace", {"name": "Kim's Lab"})
    assert (answer["workspace"]["slug"], answer["workspace"]["my_role"]) == ("kim-s-lab", "owner")
    assert answer["status"]["workspaces"]["count"] == 2
    again = stranger.post(f"{ONBOARDING}/workspace", {"name": "Kim's lab!"})["workspace"]
    assert again["slug"] == "kim-s-lab-2"
    taken = {"name": "Other", "slug": "kim-s-lab"}
    stranger.post(f"{ONBOARDING}/workspace", taken, status=409)
