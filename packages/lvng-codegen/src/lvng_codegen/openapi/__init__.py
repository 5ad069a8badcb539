"""Read an OpenAPI document: files, references, merged schemas."""
