"""Public names, compared with the last release: part of `hatch run lint`."""
