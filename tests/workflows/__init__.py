"""Workflows, tuned by hand."""
