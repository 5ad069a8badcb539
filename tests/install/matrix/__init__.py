"""A lane of its own: `hatch run installs:test`."""
