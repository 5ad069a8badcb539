"""Bulk calls on a local Ray cluster, in a lane of its own: hatch run ray:test."""
