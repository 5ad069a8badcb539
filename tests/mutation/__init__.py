"""A lane of its own: `hatch run mutation:test`."""
