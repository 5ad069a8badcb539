"""A lane of its own: `hatch run release:test`."""
