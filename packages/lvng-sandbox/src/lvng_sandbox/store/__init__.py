"""SQLite: records as JSON, files, key-value pairs, and full-text search."""
