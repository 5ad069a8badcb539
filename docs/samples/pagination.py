"""Read lists in pages: by cursor, by offset, or with `iter`."""

import os

from lvng import LvngClient

client = LvngClient(api_key=os.environ["LVNG_API_KEY"])

# By cursor: audit log, conversations, developer events.
cursor: str | None = None
entries = 0
while True:
    page = client.audit_log.list(limit=100, cursor=cursor)
    for entry in page.get("data", []):
        print(entry["action"], entry["status"])
        entries += 1
    cursor = page.get("nextCursor")
    if not cursor:
        break
print("audit log entries:", entries)

# By offset: workflows, agents, channels and most others.
first = client.workflows.list(limit=50, offset=0)
second = client.workflows.list(limit=50, offset=50)
print("workflows on the first two pages:", len(first["data"]), len(second["data"]))

# With any style of paging: `iter` iterates over all pages.
for workflow in client.workflows.iter(limit=2):
    print(workflow["name"])

client.close()
