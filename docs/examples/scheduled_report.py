"""A weekly report from one sentence: parse it, create the workflow, schedule it, run it once.

pip install lvng; set LVNG_API_KEY
"""

from __future__ import annotations

from lvng import LvngClient

INSTRUCTION = "Every Monday at 9, summarise the open tasks and email them to the team"


def main() -> None:
    with LvngClient() as client:
        parsed = client.workflows.parse(instruction=INSTRUCTION)
        workflow = client.workflows.create_from(parsed, name="Monday report")["data"]
        print("workflow:", workflow["name"], [step["name"] for step in workflow["steps"]])

        schedule = client.schedules.create(
            name="Monday, nine o'clock",
            target_type="workflow",
            target_id=workflow["id"],
            cron="0 9 * * 1",
            timezone="Europe/Oslo",
        )["data"]
        print("next run:", schedule["next_run_at"])

        run = client.workflows.execute_and_wait(workflow["id"], poll_interval=0.05)["data"]
        print("trial:   ", run["status"])
        for step in run["steps"]:
            print("  ", step["name"], step["status"])

        client.schedules.delete(schedule["id"])
        client.workflows.delete(workflow["id"])


if __name__ == "__main__":
    main()
