"""Faults of servers and networks, one at a time and in random order."""
