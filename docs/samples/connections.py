"""Connections: how many, how they are kept alive, and an HTTP client of your own in their place."""

import os

import httpx

from lvng import LvngClient, TCPKeepalive

with LvngClient(
    limits=httpx.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=30.0),
    tcp_keepalive=TCPKeepalive(idle=30, interval=10, count=3),  # seconds, seconds, probes
) as client:
    print("workflows:", client.workflows.list(limit=1)["pagination"]["total"])

# A client of your own: its headers, query and time-outs are defaults, and you close it.
with httpx.Client(headers={"X-App": "demo"}, timeout=10.0) as own:
    client = LvngClient(api_key=os.environ["LVNG_API_KEY"], http_client=own)
    print("over a client of your own:", client.workflows.list(limit=1)["pagination"]["total"])
