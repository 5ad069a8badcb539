"""Content pipeline: follow the events of a run, keep its result as an artifact, and approve it.

pip install lvng; set LVNG_API_KEY
"""

from __future__ import annotations

from lvng import LvngClient

INSTRUCTION = "Research the latest sales report, then write a summary of it"


def main() -> None:
    with LvngClient() as client:
        workflow = client.workflows.create_from(client.workflows.parse(instruction=INSTRUCTION))[
            "data"
        ]
        run = client.workflows.execute(workflow["id"])["data"]

        for event in client.workflows.stream_run(workflow["id"], run["id"]):
            print("event:   ", event.event)

        ended = client.workflows.wait_for_run(workflow["id"], run["id"])["data"]
        outputs = [step["output"] for step in ended["steps"] if step["output"]]
        workspace = client.workspaces.list()["workspaces"][0]
        artifact = client.artifacts.create(
            title="Sales, summarised",
            content="\n".join(str(output) for output in outputs) or "No output.",
            type="research_summary",
            workspace_id=workspace["id"],
        )["data"]
        print("artifact:", artifact["title"], artifact["status"])

        client.artifacts.update(
            artifact["id"], status="pending_review", workspace_id=workspace["id"]
        )
        reviewed = client.artifacts.review(
            artifact["id"], decision="approved", workspace_id=workspace["id"]
        )["data"]
        print("artifact:", reviewed["title"], reviewed["status"])


if __name__ == "__main__":
    main()
