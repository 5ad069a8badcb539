"""Documents of public APIs, from the registry of npm: `hatch run documents:test`."""
