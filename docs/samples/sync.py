"""Ask a question and list workflows with the sync client."""

import os

from lvng import LvngClient

client = LvngClient(api_key=os.environ["LVNG_API_KEY"])

answer = client.chat.send(message="Summarize the latest sales report", platform="api")
print(answer["reply"])

page = client.workflows.list(limit=20)
for workflow in page.get("data", []):
    print(workflow["id"], workflow["name"])

client.close()
