"""The core of the sandbox: accounts, kinds of records, their collections, and background jobs."""
