"""The API as described by the OpenAPI document: operations, validation, default values."""
