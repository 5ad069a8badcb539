"""What this SDK and five others do when things go wrong, tried: `hatch run comparison:table`."""
