"""Pass the API key, and connect to another deployment."""

import os

from lvng import LvngClient

# Explicitly. Without api_key the client reads LVNG_API_KEY itself.
client = LvngClient(api_key=os.environ["LVNG_API_KEY"])
print(client)

staging = LvngClient(
    api_key=os.environ.get("LVNG_STAGING_API_KEY", os.environ["LVNG_API_KEY"]),
    base_url="https://staging.api.lvng.ai",
)
print(staging)

client.close()
staging.close()
