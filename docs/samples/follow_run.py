"""Follow the events of a workflow run; the stream survives a broken connection."""

from lvng import LvngClient

with LvngClient() as client:
    workflow = client.workflows.list(limit=1)["data"][0]
    run = client.workflows.execute(workflow["id"])["data"]
    for event in client.workflows.stream_run(workflow["id"], run["id"]):
        print(event.id, event.event)
