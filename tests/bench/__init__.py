"""What the SDK costs beside raw httpx and the SDKs of others: `hatch run bench` writes docs/performance.md."""
