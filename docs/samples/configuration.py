"""The main options of the client, and a call with some of them."""

import os

from lvng import LvngClient

defaults = LvngClient(
    api_key="YOUR_API_KEY",
    base_url="https://api.lvng.ai",  # the default, unless LVNG_BASE_URL is set
    timeout=30.0,  # seconds for each socket operation
    max_retries=3,  # after the first attempt: on 429, 503 and transport errors
    retry_base_delay=0.2,  # seconds before the first retry; then 0.6, 1.8
    default_headers={"X-App": "demo"},  # sent with every request
)
print(defaults)

with LvngClient(
    api_key=os.environ["LVNG_API_KEY"],
    timeout=10.0,
    max_retries=1,
    default_headers={"X-App": "demo"},
) as client:
    found = client.workflows.list(limit=1)
    print("workflows in all:", found["pagination"]["total"])
