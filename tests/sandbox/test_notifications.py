"""Notifications: what causes them, filters and read status."""

from __future__ import annotations

from typing import Any

from lvng_sandbox import Sandbox
from support.examples import CHANNEL_ID, COLLEAGUE_ID, USER_ID, WORKSPACE_ID
from support.sandbox import Api

NOTIFICATIONS = "/api/v2/notifications"


def say(api: Api, text: str, channel: str = CHANNEL_ID) -> dict[str, Any]:
    body = {"content": text, "channel_id": channel}
    message: dict[str, Any] = api.post("/api/v2/messages", body)["data"]
    return message


def told(api: Api, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.call("GET", NOTIFICATIONS, params=query)["data"]
    return found


def test_a_mention_notifies_the_user(api: Api, colleague: Api, stranger: Api) -> None:
    message = say(api, "Can you check the prices, @li wei?")
    (one,) = told(colleague, type="mention")
    assert one["title"] == "Ana Lopes mentioned you"
    assert (one["body"], one["actor_id"]) == (message["content"], USER_ID)
    assert (one["resource_type"], one["resource_id"]) == ("channel", CHANNEL_ID)
    assert one["metadata"] == {"message_id": message["id"]}
    assert (one["user_id"], one["is_read"], one["read_at"]) == (COLLEAGUE_ID, False, None)
    assert told(stranger) == []


def test_only_the_mentioned_user_is_notified(api: Api, colleague: Api) -> None:
    say(api, "Li Wei checks the prices; write to li@example.com")
    say(colleague, "I am @Li Wei")
    assert told(colleague) == []


def test_a_mention_in_a_hidden_channel_does_not_notify(api: Api, colleague: Api) -> None:
    body = {"name": "private", "is_private": True, "workspace_id": WORKSPACE_ID}
    channel = api.post("/api/v2/channels", body)["channel"]["id"]
    say(api, "@Li Wei does not see this", channel)
    assert told(colleague) == []
    api.post(f"/api/v2/channels/{channel}/members", {"user_id": COLLEAGUE_ID})
    say(api, "@Li Wei sees this", channel)
    assert [one["body"] for one in told(colleague)] == ["@Li Wei sees this"]


def test_a_direct_message_notifies_its_recipient_once(api: Api, colleague: Api) -> None:
    body = {"conversation_type": "direct", "member_ids": [COLLEAGUE_ID]}
    conversation = api.post("/api/v2/conversations", body)["data"]["id"]
    for text in ("Hello", "Are you there, @Li Wei?"):
        api.post(f"/api/v2/conversations/{conversation}/messages", {"content": text})
    assert [one["type"] for one in told(colleague)] == ["mention", "message"]
    assert told(colleague)[1]["title"] == "Ana Lopes wrote to you"


def test_settings_turn_notifications_off(api: Api, colleague: Api) -> None:
    settings = "/api/v2/settings/notifications"
    colleague.put(settings, {"settings": {"mentions": False}})
    say(api, "@Li Wei?")
    assert told(colleague) == []
    colleague.put(settings, {"settings": {"mentions": True, "enabled": False}})
    say(api, "@Li Wei!")
    assert told(colleague) == []


def test_the_end_of_a_run_notifies_its_user(sandbox: Sandbox, api: Api, colleague: Api) -> None:
    step = {"id": "add", "name": "Add", "type": "transform", "config": {"template": "2"}}
    workflow = api.post("/api/v2/workflows", {"name": "Sums", "steps": [step]})["data"]["id"]
    api.post(f"/api/v2/workflows/{workflow}/execute", {})
    sandbox.advance(0)
    (one,) = told(api, type="workflow")
    assert one["resource_id"] == workflow
    assert one["title"] == "Sums completed"
    assert told(colleague) == []


def test_a_failed_agent_notifies_its_user(api: Api) -> None:
    body = {"name": "Clumsy", "metadata": {"fail": "Out of paper"}}
    agent = api.post("/api/v2/agents", body)["agent"]["id"]
    api.post(f"/api/v2/agents/{agent}/start")
    api.post(f"/api/v2/agents/{agent}/message", {"message": "Hello"}, status=500)
    (one,) = told(api, type="agent")
    assert (one["title"], one["body"]) == ("Clumsy failed", "Out of paper")


def test_notifications_are_listed_newest_first_and_filtered(api: Api, colleague: Api) -> None:
    for n in range(3):
        say(api, f"@Li Wei {n}")
    assert [one["body"][-1] for one in told(colleague)] == ["2", "1", "0"]
    newest = told(colleague)[0]["id"]
    colleague.patch(f"{NOTIFICATIONS}/{newest}", {})
    assert [one["id"] for one in told(colleague, unread="false")] == [newest]
    assert len(told(colleague, unread="true")) == 2
    page = colleague.get(NOTIFICATIONS, limit=1, offset=1)
    assert page["pagination"] == {"limit": 1, "offset": 1, "total": 3, "hasMore": True}
    assert told(colleague, workspace_id=WORKSPACE_ID) == []


def test_a_notification_is_marked_read_and_unread(api: Api, colleague: Api) -> None:
    say(api, "@Li Wei")
    path = f"{NOTIFICATIONS}/{told(colleague)[0]['id']}"
    read = colleague.patch(path, {})["data"]
    assert read["is_read"]
    assert read["read_at"] is not None
    assert colleague.get(path)["data"] == read
    assert colleague.patch(path, {"is_read": True})["data"]["read_at"] == read["read_at"]
    unread = colleague.patch(path, {"is_read": False})["data"]
    assert (unread["is_read"], unread["read_at"]) == (False, None)
    api.patch(path, {}, status=404)


def test_unread_ones_are_counted_by_type(api: Api, colleague: Api) -> None:
    for n in range(2):
        say(api, f"@Li Wei {n}")
    count = f"{NOTIFICATIONS}/unread-count"
    assert colleague.get(count)["data"] == {"unread": 2, "by_type": {"mention": 2}}
    colleague.patch(f"{NOTIFICATIONS}/{told(colleague)[0]['id']}", {})
    assert colleague.get(count)["data"] == {"unread": 1, "by_type": {"mention": 1}}


def test_notifications_before_a_time_are_marked_read(
    sandbox: Sandbox, api: Api, colleague: Api
) -> None:
    say(api, "@Li Wei early")
    sandbox.advance(10)
    say(api, "@Li Wei late")
    late = told(colleague)[0]
    path = f"{NOTIFICATIONS}/read-all"
    assert colleague.post(path, {"before": late["created_at"]})["data"]["updated"] == 1
    assert [one["id"] for one in told(colleague, unread="true")] == [late["id"]]
    assert colleague.post(path, {"workspace_id": WORKSPACE_ID})["data"]["updated"] == 0
    assert colleague.post(path)["data"]["updated"] == 1
    assert colleague.post(path)["data"]["updated"] == 0


def test_notifications_are_cleared_all_or_read_ones(api: Api, colleague: Api) -> None:
    for n in range(3):
        say(api, f"@Li Wei {n}")
    newest = told(colleague)[0]["id"]
    colleague.patch(f"{NOTIFICATIONS}/{newest}", {})
    cleared = colleague.delete(f"{NOTIFICATIONS}?read_only=true")
    assert cleared["data"]["deleted"] == 1
    colleague.get(f"{NOTIFICATIONS}/{newest}", status=404)
    assert colleague.delete(NOTIFICATIONS)["data"]["deleted"] == 2
    assert told(colleague) == []
    assert told(api) != []  # those of others stay
