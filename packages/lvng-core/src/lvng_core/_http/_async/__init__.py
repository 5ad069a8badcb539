"""Sources of the async transport, and of the sync one that is derived from them."""
