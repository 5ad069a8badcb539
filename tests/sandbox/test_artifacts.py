"""Artifacts: access, review, versions, comments and links."""

from __future__ import annotations

from typing import Any

import pytest

from support.examples import COLLEAGUE_ID, CONVERSATION_ID, USER_ID, WORKSPACE_ID
from support.sandbox import Api

ARTIFACTS = "/api/v2/artifacts"


def created(api: Api, title: str = "Plan", **more: Any) -> dict[str, Any]:
    body = {"title": title, "content": "Feed the okapi", "type": "task_plan", **more}
    artifact: dict[str, Any] = api.post(ARTIFACTS, body)["data"]
    return artifact


def submitted(api: Api) -> dict[str, Any]:
    """An artifact that awaits a review."""
    address = f"{ARTIFACTS}/{created(api)['id']}"
    artifact: dict[str, Any] = api.patch(address, {"status": "pending_review"})["data"]
    return artifact


def superseded(api: Api, id: str, **body: Any) -> dict[str, Any]:
    """The next version of an artifact."""
    artifact: dict[str, Any] = api.post(
        f"{ARTIFACTS}/{id}/supersede", {"content": "Feed it twice", **body}
    )["data"]
    return artifact


def test_types_and_statuses_are_public(nobody: Api) -> None:
    known = nobody.get(f"{ARTIFACTS}/meta/types")["data"]
    assert "research_summary" in known["types"]
    assert list(known["statuses"]) == [
        "draft",
        "pending_review",
        "approved",
        "rejected",
        "superseded",
    ]


def test_an_artifact_belongs_to_the_workspace_of_the_call(api: Api) -> None:
    workspace = api.post("/api/v2/workspaces", {"name": "Zoo", "slug": "zoo"})["workspace"]["id"]
    body = {"title": "Plan", "content": "x", "type": "task_plan"}
    there = {"x-workspace-id": workspace}
    artifact = api.call("POST", ARTIFACTS, json=body, headers=there, status=201)["data"]
    assert artifact["workspace_id"] == workspace
    address = f"{ARTIFACTS}/{artifact['id']}"
    assert api.get(address, workspace_id=workspace)["data"] == artifact
    assert api.get(ARTIFACTS, workspace_id=workspace)["pagination"]["total"] == 1
    assert api.get(ARTIFACTS, workspace_id=WORKSPACE_ID)["pagination"]["total"] == 1
    api.get(address, workspace_id=WORKSPACE_ID, status=404)


def test_the_workspace_is_required_if_there_are_several(api: Api) -> None:
    api.get(ARTIFACTS)
    api.post("/api/v2/workspaces", {"name": "Zoo", "slug": "zoo"})
    error = api.get(ARTIFACTS, status=400)["error"]
    assert error["details"][0]["field"] == "workspace_id"


def test_artifacts_of_other_organizations_are_inaccessible(api: Api, stranger: Api) -> None:
    stranger.get(ARTIFACTS, workspace_id=WORKSPACE_ID, status=403)
    stranger.get(f"{ARTIFACTS}/{created(api)['id']}", status=404)


def test_artifacts_require_membership_of_the_workspace(api: Api, colleague: Api) -> None:
    workspace = api.post("/api/v2/workspaces", {"name": "Zoo", "slug": "zoo"})["workspace"]["id"]
    colleague.get(ARTIFACTS, workspace_id=workspace, status=403)
    colleague.get(ARTIFACTS)  # there is no other to name
    api.post(f"/api/v2/workspaces/{workspace}/members", {"user_id": COLLEAGUE_ID})
    assert colleague.get(ARTIFACTS, workspace_id=workspace)["data"] == []
    colleague.get(ARTIFACTS, status=400)


def test_artifacts_are_listed_by_type_and_status(api: Api) -> None:
    one = created(api, type="report")["id"]
    two = created(api)["id"]
    assert [a["id"] for a in api.call("GET", ARTIFACTS, params={"type": "report"})["data"]] == [one]
    drafts = api.call("GET", ARTIFACTS, params={"status": "draft"})["data"]
    assert [artifact["id"] for artifact in drafts] == [one, two]


@pytest.mark.parametrize("decision", ["approved", "rejected"])
def test_a_review_records_reviewer_and_time(decision: str, api: Api) -> None:
    artifact = submitted(api)
    body = {"decision": decision, "comment": "Well thought out."}
    reviewed = api.post(f"{ARTIFACTS}/{artifact['id']}/review", body)["data"]
    assert (reviewed["status"], reviewed["reviewed_by"]) == (decision, USER_ID)
    assert reviewed["reviewed_at"] >= artifact["updated_at"]
    assert reviewed["comment_count"] == 1
    (comment,) = api.get(f"{ARTIFACTS}/{artifact['id']}/comments")["data"]
    assert comment["content"] == "Well thought out."
    api.post(f"{ARTIFACTS}/{artifact['id']}/review", {"decision": decision}, status=409)


def test_a_draft_cannot_be_reviewed(api: Api) -> None:
    address = f"{ARTIFACTS}/{created(api)['id']}"
    api.post(f"{address}/review", {"decision": "approved"}, status=409)
    api.patch(address, {"status": "approved"}, status=422)
    assert api.get(address)["data"]["status"] == "draft"


def test_returning_to_draft_clears_the_review(api: Api) -> None:
    address = f"{ARTIFACTS}/{submitted(api)['id']}"
    api.patch(address, {"status": "rejected"})
    assert api.get(address)["data"]["reviewed_by"] == USER_ID
    draft = api.patch(address, {"status": "draft", "title": "Better plan"})["data"]
    assert (draft["title"], draft["reviewed_by"], draft["reviewed_at"]) == (
        "Better plan",
        None,
        None,
    )


def test_superseding_creates_the_next_version(api: Api) -> None:
    first = created(api, metadata={"x": 1})
    second = superseded(api, first["id"], title="Better plan")
    assert (second["version"], second["supersedes_id"]) == (2, first["id"])
    assert (second["status"], second["title"]) == ("draft", "Better plan")
    assert (second["type"], second["metadata"]) == ("task_plan", {"x": 1})
    old = api.get(f"{ARTIFACTS}/{first['id']}")["data"]
    assert (old["status"], old["superseded_by_id"]) == ("superseded", second["id"])
    api.post(f"{ARTIFACTS}/{first['id']}/supersede", {"content": "x"}, status=409)
    api.patch(f"{ARTIFACTS}/{first['id']}", {"status": "draft"}, status=422)


def test_every_version_lists_the_same_chain(api: Api) -> None:
    first = created(api)["id"]
    second = superseded(api, first)["id"]
    third = superseded(api, second)["id"]
    for id in (first, second, third):
        chain = api.get(f"{ARTIFACTS}/{id}/versions")
        assert [one["id"] for one in chain["data"]] == [third, second, first]
        assert chain["pagination"]["total"] == 3
    page = api.get(f"{ARTIFACTS}/{first}/versions", limit=1, offset=1)["data"]
    assert [one["id"] for one in page] == [second]

    api.delete(f"{ARTIFACTS}/{second}")
    for id in (first, third):
        chain = api.get(f"{ARTIFACTS}/{id}/versions")["data"]
        assert [one["id"] for one in chain] == [third, first]


def test_comments_are_counted_and_threaded(api: Api) -> None:
    address = f"{ARTIFACTS}/{created(api)['id']}"
    comment = api.post(f"{address}/comments", {"content": "Why?"})["data"]
    assert (comment["author_id"], comment["author_type"]) == (USER_ID, "user")
    reply = {"content": "Because.", "parent_comment_id": comment["id"]}
    assert api.post(f"{address}/comments", reply)["data"]["parent_comment_id"] == comment["id"]
    assert api.get(address)["data"]["comment_count"] == 2
    elsewhere = f"{ARTIFACTS}/{created(api)['id']}"
    api.post(f"{elsewhere}/comments", reply, status=404)
    assert api.get(f"{elsewhere}/comments")["data"] == []


def test_a_link_needs_an_existing_target_and_is_unique(api: Api) -> None:
    address = f"{ARTIFACTS}/{created(api)['id']}"
    conversation = CONVERSATION_ID
    body = {"target_type": "conversation", "target_id": conversation}
    link = api.post(f"{address}/links", body)["data"]
    assert (link["artifact_id"], link["created_by"]) == (address.rpartition("/")[2], USER_ID)
    assert api.get(address)["data"]["links"] == [link]
    api.post(f"{address}/links", body, status=409)
    api.post(f"{address}/links", {**body, "target_id": "conv_none"}, status=404)
    api.post(f"{address}/links", {**body, "target_type": "planet"}, status=422)


def test_artifacts_are_sources_of_chat(api: Api) -> None:
    id = created(api)["id"]
    assert id in api.post("/api/v2/chat", {"message": "okapi"})["reply"]
