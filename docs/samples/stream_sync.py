"""Print an answer as it arrives, with the sync client."""

import os

from lvng import LvngClient

client = LvngClient(api_key=os.environ["LVNG_API_KEY"])

for event in client.stream_chat(message="Walk me through the Q4 numbers"):
    if event.event == "text_delta":
        print((event.data or {}).get("delta", ""), end="", flush=True)
    elif event.event == "tool_use":
        print("\n[tool]", event.data)
    elif event.event == "done":
        print("\n[done]")
        break

client.close()
