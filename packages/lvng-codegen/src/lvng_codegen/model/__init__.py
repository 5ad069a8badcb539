"""The API as data: tags, operations, arguments, types. Made from a document, independent of output formats."""
