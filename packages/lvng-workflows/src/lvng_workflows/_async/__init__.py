"""Hand-written async code; `_sync/` is derived from it."""
