"""The API as the OpenAPI document describes it: operations, validation, default values."""
