"""HTTP in front of the platform: one pipeline for every request."""
