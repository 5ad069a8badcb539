"""The client for `async` code, and the source that the blocking one is derived from."""
