"""The page of a sandbox: requests, records, what leaves it, and the API reference, in a browser."""
