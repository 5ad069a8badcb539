"""Where the key comes from, and how to reach another deployment."""

import os

from lvng import LvngClient

# By name, from the environment. Without api_key the client looks at LVNG_API_KEY by itself.
client = LvngClient(api_key=os.environ["LVNG_API_KEY"])
print(client)

staging = LvngClient(
    api_key=os.environ.get("LVNG_STAGING_API_KEY", os.environ["LVNG_API_KEY"]),
    base_url="https://staging.api.lvng.ai",
)
print(staging)

client.close()
staging.close()
