"""Agents, tuned by hand."""
