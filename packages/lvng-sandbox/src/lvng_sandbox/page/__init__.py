"""The web page of a sandbox: requests, records, outgoing messages, and the API reference."""
