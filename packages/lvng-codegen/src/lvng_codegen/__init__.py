"""Generates a typed SDK on `lvng_core` from an OpenAPI document. A development tool; the SDK never imports it."""

__version__ = "1.0.0"
