"""Tests of the contract: the document is right in itself, by its own rules and by public ones."""
