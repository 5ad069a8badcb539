"""From an OpenAPI document to a typed SDK on `lvng_core`. A tool of this workspace; the SDK never imports it."""

__version__ = "1.0.0"
