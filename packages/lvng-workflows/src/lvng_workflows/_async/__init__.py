"""Hand-written async code, from which `_sync/` is generated."""
