"""The client for `async` code, and the source that the sync one is derived from."""
