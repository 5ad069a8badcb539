"""Bring the contract and observations of a live service together: an overlay that makes them agree."""
