"""The API as data: tags, operations, arguments, types. Made from a document, free of any output format."""
